//! Which processor runs whom.

use std::io;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// A processor for the client and one for the server, if there are two.
pub struct Processors {
    two: Option<[usize; 2]>,
}

impl Processors {
    pub fn new() -> io::Result<Self> {
        let allowed = sched_getaffinity(None)?;
        let mut allowed = (0..CpuSet::MAX_CPU).filter(|&cpu| allowed.is_set(cpu));
        Ok(Self { two: allowed.next().zip(allowed.next()).map(Into::into) })
    }

    /// Whether client and server have one each.
    pub fn are_two(&self) -> bool {
        self.two.is_some()
    }

    /// Binds this thread, and the processes that it starts from now on, to the server's.
    pub fn for_server(&self) -> io::Result<()> {
        self.two.map_or(Ok(()), |[_, server]| bind(server))
    }

    /// Binds this thread to the client's.
    pub fn for_client(&self) -> io::Result<()> {
        self.two.map_or(Ok(()), |[client, _]| bind(client))
    }
}

fn bind(processor: usize) -> io::Result<()> {
    let mut set = CpuSet::new();
    set.set(processor);
    Ok(sched_setaffinity(None, &set)?)
}
