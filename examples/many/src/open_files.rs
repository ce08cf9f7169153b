//! The limit of open files.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many files a process has open besides its connections, at most.
pub const SPARE: usize = 50;

/// Raises the limit as far as it goes, and says how far that is.
///
/// # Errors
///
/// If the system does not allow it.
pub fn raise_limit() -> io::Result<u64> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    Ok(maximum.unwrap_or(u64::MAX))
}
