//! Does each cell of the table come to what it says, with nothing left behind?

use std::fs::{self, File};
use std::io::{PipeReader, PipeWriter, Write, pipe};
use std::process::{Command, Stdio};

use nix::sys::signal::Signal;
use ramframe_host::locks;
use ramframe_host::sysv::segment;

use crate::asked::asked;
use crate::kinds::{in_map, make_ram};
use crate::processes::{Folder, Running, until};
use crate::table::{
    By, CANNOT, EVENTS, Event, KINDS, LIMITED, LIMITS, LOST, OUTPUTS, Row, SIGNALS, When,
};
use crate::{Process, dev_full, full_pipe, said, set_nonblocking, shell};

fn words(command: &str) -> Vec<&str> {
    command.split(' ').collect()
}

fn says(folder: &Folder, what: &str) -> bool {
    fs::read_to_string(said(folder)).is_ok_and(|said| said.contains(what))
}

fn comes(folder: &Folder, when: When) -> bool {
    match when {
        When::AtOnce => true,
        When::Sent(count) => folder.sent() == Some(count),
        When::InMap(count) => in_map(folder) == Some(count),
        When::Made => folder.has_segment(),
        When::Says(what) => says(folder, what),
        When::Shows(what) => {
            fs::read_to_string(folder.path().join("shown")).is_ok_and(|shown| shown.ends_with(what))
        }
    }
}

/// Gives a process the streams of its row; what is returned must live as long as it.
fn streams(row: &Row, folder: &Folder, command: &mut Command) -> Option<PipeReader> {
    let shown = File::create(folder.path().join("shown")).unwrap();
    let (unread, output) = match row.event {
        Event::FullDisk => (None, Stdio::from(dev_full())),
        Event::FullPipe | Event::NonBlocking => {
            let (unread, full) = full_pipe(row.event == Event::FullPipe);
            (Some(unread), full.into())
        }
        _ => (None, shown.into()),
    };
    // A sender shows what it does on standard error.
    match row.command.starts_with("send") && unread_or_full(row.event) {
        true => command.stderr(output),
        false => command.stdout(output),
    };
    unread
}

fn unread_or_full(event: Event) -> bool {
    matches!(event, Event::FullDisk | Event::FullPipe)
}

impl Row {
    /// What runs beside it, with its input.
    fn start_beside(&self, folder: &Folder) -> Option<Running> {
        (!self.beside.is_empty()).then(|| {
            let mut beside = folder.start(&words(self.beside));
            if !self.input.is_empty() {
                beside.feed(self.input.as_bytes());
            }
            beside
        })
    }

    fn start(&self, folder: &Folder) -> (Process, PipeWriter, Option<PipeReader>) {
        let (from, mut to) = pipe().unwrap();
        if self.event == Event::NonBlocking {
            set_nonblocking(&from);
        }
        let mut unread = None;
        let process = Process::start(folder, &words(self.command), |command| {
            unread = streams(self, folder, command.stdin(from));
            command
        });
        if self.beside.is_empty() {
            to.write_all(self.input.as_bytes()).unwrap();
        }
        (process, to, unread)
    }

    fn happen(&self, folder: &Folder, process: &Process) {
        match self.event {
            Event::Signal(signal) => process.signal(signal),
            Event::LostSet => locks::remove(folder.key).unwrap(),
            Event::LostSegment if self.kind == "map" => {
                fs::remove_file(folder.path().join("ram")).unwrap();
            }
            Event::LostSegment => segment::remove(segment::find(folder.key).unwrap()).unwrap(),
            _ => {}
        }
    }

    fn is_loss(&self) -> bool {
        matches!(self.event, Event::LostSet | Event::LostSegment)
    }

    /// After a loss: more input, until it has noticed; then the end of its input.
    fn go_on(&self, folder: &Folder, process: &mut Process, to: &mut PipeWriter) {
        let more = if self.input.ends_with('\n') {
            "late\n"
        } else {
            "late"
        };
        let _ = to.write_all(more.as_bytes());
        until(self.says, || {
            says(folder, self.says) || process.try_end().is_some()
        });
    }

    fn signal(&self) -> Signal {
        match self.event {
            Event::Signal(signal) => signal,
            _ => Signal::SIGTERM,
        }
    }

    fn check(&self) {
        let folder = Folder::new();
        make_ram(&folder);
        let mut beside = self.start_beside(&folder);
        let (mut process, mut to, _unread) = self.start(&folder);
        until(self.command, || comes(&folder, self.when));
        self.happen(&folder, &process);
        if self.is_loss() {
            self.go_on(&folder, &mut process, &mut to);
            beside = beside.and_then(|beside| {
                beside.end();
                None
            });
            if self.by == By::Signal {
                process.signal(self.signal());
            }
        }
        let _to = (self.by == By::Signal).then_some(to);
        let ended = process.end(&folder);
        let by = match self.by {
            By::Code(code) => (Some(code), None),
            By::Signal => (None, Some(self.signal())),
        };
        assert_eq!((ended.code, ended.by), by, "{self:?}: {ended:?}");
        assert!(ended.said.contains(self.says), "{self:?}: {ended:?}");
        if let Some(beside) = beside {
            beside.signal(Signal::SIGTERM);
            beside.end();
        }
        folder.assert_clean();
    }
}

#[test]
fn each_cell_is_there_or_says_why_not() {
    let rows = || SIGNALS.iter().flatten().chain(LOST).chain(OUTPUTS);
    for event in EVENTS {
        for kind in KINDS {
            let there = rows().any(|row| row.event == event && row.kind == kind);
            let cannot = CANNOT.iter().any(|cell| (cell.0, cell.1) == (event, kind));
            assert!(there != cannot, "{event:?} {kind}");
        }
    }
    for kind in KINDS {
        assert!(LIMITED.iter().any(|limited| limited.0 == kind), "{kind}");
    }
}

#[test]
fn signals() {
    SIGNALS.iter().flatten().for_each(Row::check);
}

#[test]
fn losses() {
    LOST.iter().for_each(Row::check);
}

#[test]
fn outputs() {
    OUTPUTS.iter().for_each(Row::check);
}

/// Runs a command in a namespace of its own with a limit there, and says how much it leaves.
fn limited(folder: &Folder, limit: &str, command: &str) -> crate::processes::Ended {
    let count = "cat /proc/sysvipc/shm /proc/sysvipc/sem | grep -vc key";
    let line = format!(
        "unshare -i sh -c '{limit}; echo hi | \"$HOST\" {command}; code=$?; echo left $({count}); exit $code'"
    );
    shell(folder, &line)
}

#[test]
fn limits() {
    let folder = Folder::new();
    make_ram(&folder);
    let can = shell(
        &folder,
        "unshare -i sh -c 'echo 16 >/proc/sys/kernel/shmmax'",
    )
    .code;
    if !asked(can == Some(0), "root, and an IPC namespace") {
        return;
    }
    for (name, set, also_texts) in LIMITS {
        for (kind, command, code) in LIMITED {
            let makes = command.starts_with("send") && kind != "map";
            let meets = makes && (kind != "text" || also_texts);
            let ended = limited(&folder, set, command);
            let expected = if meets { 1 } else { code };
            assert_eq!(ended.code, Some(expected), "{set} {command}: {ended:?}");
            assert!(
                !meets || ended.errors.contains(name),
                "{set} {command}: {ended:?}"
            );
            assert_eq!(ended.lines.last().unwrap(), "left 0", "{set} {command}");
        }
    }
}
