//! When to stop.

use std::io;

/// What returns on Ctrl-C, or where there is such a thing on SIGTERM.
///
/// The signals are caught from this call on, not only once the future is polled: a program calls it before it tells that it
/// is ready, so that nobody can end it without its doing what it does at the end.
///
/// # Errors
///
/// If they can't be caught. Call it within a tokio runtime.
#[cfg(unix)]
pub fn stop() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// What returns on Ctrl-C.
///
/// # Errors
///
/// If it can't be caught. Call it within a tokio runtime.
#[cfg(windows)]
pub fn stop() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
