//! What the tests of compression share: an inflater that has nothing in common with the crate's.

pub(crate) mod inflate;
