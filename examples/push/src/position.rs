//! Where a client stands in a stream, as a file.
//!
//! The URL, the last event ID and the reconnection time are all that it takes to go on (HTML 9.2.8, "connectionless push"):
//! in the next run of a program, or in another program on another machine.

use std::fs;
use std::io;
use std::path::Path;

use sse_proto::Exported;

/// Reads the file; `None` if there is none.
///
/// # Errors
///
/// If it can't be read, or is not such a file.
pub fn load(path: &Path) -> io::Result<Option<Exported>> {
    match fs::read(path) {
        Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes the file, whole or not at all.
///
/// # Errors
///
/// If it can't be written.
pub fn save(path: &Path, position: &Exported) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, serde_json::to_vec(position)?)?;
    fs::rename(new, path)
}
