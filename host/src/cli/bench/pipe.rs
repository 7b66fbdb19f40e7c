//! Two pipes, one each way.

use std::fs::{File, OpenOptions};
use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;

use super::plan::Waiting;
use super::stream::Stream;

/// The first process's pipes: there and back.
#[derive(Debug)]
pub(super) struct Pipes {
    there: (PipeReader, PipeWriter),
    back: (PipeReader, PipeWriter),
}

/// What a process reads from, and what it writes to, as open files of process `pid`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Files {
    pub(super) pid: u32,
    pub(super) reader: i32,
    pub(super) writer: i32,
}

impl Pipes {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            there: io::pipe()?,
            back: io::pipe()?,
        })
    }

    pub(super) fn first(&self) -> Files {
        files(&self.back.0, &self.there.1)
    }

    pub(super) fn second(&self) -> Files {
        files(&self.there.0, &self.back.1)
    }
}

fn files(reader: &PipeReader, writer: &PipeWriter) -> Files {
    Files {
        pid: std::process::id(),
        reader: reader.as_raw_fd(),
        writer: writer.as_raw_fd(),
    }
}

impl Files {
    /// Opened anew each time, because whether an open file waits is its own affair.
    pub(super) fn open(self, waiting: Waiting) -> io::Result<Stream<File, File>> {
        let flags = match waiting {
            Waiting::Spin => libc::O_NONBLOCK,
            _ => 0,
        };
        let path = |number: i32| format!("/proc/{}/fd/{number}", self.pid);
        let mut reader = OpenOptions::new();
        let mut writer = OpenOptions::new();
        Ok(Stream {
            reader: reader
                .read(true)
                .custom_flags(flags)
                .open(path(self.reader))?,
            writer: writer
                .write(true)
                .custom_flags(flags)
                .open(path(self.writer))?,
        })
    }
}
