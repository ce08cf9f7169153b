//! Inputs that the benchmarks share.

#![allow(clippy::cast_possible_truncation, reason = "lengths and random numbers fit every type used here")]

pub mod handshake;
pub mod sse;
pub mod text;
pub mod websocket;
pub mod workspace;
