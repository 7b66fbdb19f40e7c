//! What the two processes share, and how each comes by its ends of a transport.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::parent_id;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use ramframe_core::channel::Backpressure;
use ramframe_core::wait::{Spin, Wait};

use crate::cli::bench::machine::{self, Cells, Lent, Other, Private};
use crate::shared::SharedMemory;

use super::against::{self, Answer};
use super::args::PeerArgs;
use super::control::{self, Control, Job};
use super::payload::Payload;
use super::pipe::{Files, Pipes};
use super::plan::{Subject, Transport, Waiting};
use super::ramframe::{self, Batched, Duplex, Overwriting, Sleeping, Spinning};
use super::role::Role;
use super::unix;
use super::zero_copy::ZeroCopy;

/// One process's share.
#[derive(Debug)]
pub(super) struct Endpoints {
    pub(super) first: bool,
    pub(super) control: Control,
    content: Payload,
    memory: SharedMemory,
    lent: Lent,
    files: Files,
    socket: UnixStream,
    /// First process: its core, and the other's.
    cores: [usize; 2],
    /// First process: the other one.
    other: Option<Other>,
    /// First process: the program to compare with.
    pub(super) against: Option<PathBuf>,
    /// Kept open for the other process to open.
    _pipes: Option<Pipes>,
}

/// What there is before the second process is started.
#[derive(Debug)]
struct Shares {
    cells: Cells,
    memory: SharedMemory,
    lent: Lent,
}

impl Shares {
    fn new([cells, memory, lent]: [Private; 3]) -> io::Result<Self> {
        let taken = || io::Error::from(io::ErrorKind::InvalidInput);
        Ok(Self {
            cells: cells.into_cells().ok_or_else(taken)?,
            memory: memory.memory(),
            lent: lent.into_lent().ok_or_else(taken)?,
        })
    }
}

impl Endpoints {
    /// First process: makes everything, and starts the second on the second of `cores`.
    pub(super) fn start(longest: usize, cores: [usize; 2]) -> io::Result<(Self, Child)> {
        let bytes = ramframe::bytes(longest);
        let segments = [
            Private::create(control::BYTES)?,
            Private::create(bytes)?,
            Private::create(bytes)?,
        ];
        let ids = segments.each_ref().map(Private::id);
        let pipes = Pipes::new()?;
        let (socket, other) = UnixStream::pair()?;
        let child = spawn(cores[1], ids, pipes.second(), other, longest)?;
        let files = pipes.first();
        let ends = Self::new(true, Shares::new(segments)?, longest, files, socket);
        let ends = Self {
            cores,
            other: Some(Other::new(&child)),
            _pipes: Some(pipes),
            ..ends
        };
        Ok((ends, child))
    }

    /// Second process: takes its share of what the first has made.
    pub(super) fn inherited(args: &PeerArgs) -> io::Result<Self> {
        let wrong = || io::Error::from(io::ErrorKind::InvalidInput);
        let ids: [i32; 3] = args.segments.clone().try_into().map_err(|_| wrong())?;
        let [reader, writer] = args.pipes.clone().try_into().map_err(|_| wrong())?;
        let [cells, memory, lent] = ids.map(Private::inherited);
        let files = Files {
            pid: parent_id(),
            reader,
            writer,
        };
        let socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
        let shares = Shares::new([cells?, memory?, lent?])?;
        Ok(Self::new(false, shares, args.longest, files, socket))
    }

    fn new(first: bool, shares: Shares, longest: usize, files: Files, socket: UnixStream) -> Self {
        Self {
            first,
            control: Control::new(shares.cells),
            content: Payload::new(longest),
            memory: shares.memory,
            lent: shares.lent,
            files,
            socket,
            cores: [0; 2],
            other: None,
            against: None,
            _pipes: None,
        }
    }

    /// First process: plays its part of a segment. Nanoseconds of each round trip or wake-up, or of the whole flood.
    pub(super) fn lead(&mut self, job: &Job) -> io::Result<Vec<u64>> {
        match job.subject.waiting.is_one_core() {
            true => self.play_on_one_core(job),
            false => self.play(job),
        }
    }

    /// First process: visits the other's core for one segment.
    fn play_on_one_core(&mut self, job: &Job) -> io::Result<Vec<u64>> {
        let [own, other] = self.cores;
        machine::pin(other)?;
        let times = self.play(job);
        machine::pin(own)?;
        times
    }

    /// First process: asks the program to compare with. The second process, which spins, stands still meanwhile.
    pub(super) fn ask(&self, size: usize, length: f64) -> io::Result<Answer> {
        let (Some(program), Some(other)) = (&self.against, self.other) else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        other.stopped(|| against::ask(program, size, length, self.cores))
    }

    /// Second process: plays its part of a segment.
    pub(super) fn follow(&mut self, job: &Job) -> io::Result<()> {
        self.play(job).map(drop)
    }

    fn play(&mut self, job: &Job) -> io::Result<Vec<u64>> {
        let (size, waiting) = (job.subject.size, job.subject.waiting);
        self.content.begin(size);
        let Self {
            first,
            control,
            content,
            memory,
            lent,
            files,
            socket,
            ..
        } = self;
        let first = *first;
        let mut part = Role {
            job,
            first,
            control,
            content,
        };
        match job.subject.transport {
            Transport::Floor | Transport::FloorBare => part.play_floor(memory),
            Transport::Ramframe | Transport::RamframeSmall | Transport::RamframeBatch => {
                copying(&mut part, memory)
            }
            Transport::RamframeLoan => part.play(ZeroCopy::new(lent, size)?),
            Transport::RamframeOverwrite => part.play(Overwriting::overwrite(memory, first, size)?),
            Transport::Pipe => part.play(files.open(waiting)?),
            Transport::Unix => part.play(unix::open(socket, waiting)?),
            Transport::Against => Err(io::ErrorKind::InvalidInput.into()),
        }
    }
}

/// A backpressure channel, copied in and out.
fn copying(part: &mut Role<'_>, memory: &SharedMemory) -> io::Result<Vec<u64>> {
    let (first, Subject { waiting, size, .. }) = (part.first, part.job.subject);
    let transport = part.job.subject.transport;
    let geometry = match transport {
        Transport::RamframeSmall => ramframe::small(size),
        _ => ramframe::backpressure(size),
    };
    let is_batched = transport == Transport::RamframeBatch;
    match waiting {
        Waiting::Spin => {
            let ends = Spinning::backpressure(memory, first, geometry, Spin)?;
            play(part, ends, is_batched)
        }
        _ => {
            let wait = ramframe::asked(waiting);
            let ends = Sleeping::backpressure(memory, first, geometry, wait)?;
            play(part, ends, is_batched)
        }
    }
}

fn play<W: Wait>(
    part: &mut Role<'_>,
    ends: Duplex<SharedMemory, Backpressure, W>,
    is_batched: bool,
) -> io::Result<Vec<u64>> {
    match is_batched {
        true => part.play(Batched(ends)),
        false => part.play(ends),
    }
}

fn spawn(
    core: usize,
    segments: [i32; 3],
    files: Files,
    socket: UnixStream,
    longest: usize,
) -> io::Result<Child> {
    let number = |number: i32| number.to_string();
    Command::new(std::env::current_exe()?)
        .args(["bench-peer", "--core", &core.to_string()])
        .args(["--longest", &longest.to_string(), "--segments"])
        .args(segments.map(number))
        .arg("--pipes")
        .args([files.reader, files.writer].map(number))
        .stdin(Stdio::from(OwnedFd::from(socket)))
        .stdout(Stdio::null())
        .spawn()
}
