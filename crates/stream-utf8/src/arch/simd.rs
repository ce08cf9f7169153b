//! What the vector kernels share: the algorithm, over whatever vector the CPU has.

pub(super) mod blocks;
mod few;
pub(super) mod fused;
pub(super) mod fused_strides;
pub(super) mod misplaced;
pub(super) mod vector;
pub(super) mod xor;
