//! The table: what each event comes to for each kind of sender and receiver. `drive` runs it.

use nix::sys::signal::Signal;

/// What happens to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Signal(Signal),
    /// A process forks, and the child goes on.
    Fork,
    /// A process becomes another program.
    Exec,
    /// Another process removes the locks.
    LostSet,
    /// Another process removes the segment, or the file of a map.
    LostSegment,
    /// Its output is a file on a full disk.
    FullDisk,
    /// Its output is a pipe that nobody reads.
    FullPipe,
    /// Its streams are pipes that do not block: the output is full, the input is not.
    NonBlocking,
}

use Event::{Exec, Fork, FullDisk, FullPipe, LostSegment, LostSet, NonBlocking};
pub(crate) const TERM: Event = Event::Signal(Signal::SIGTERM);
pub(crate) const INT: Event = Event::Signal(Signal::SIGINT);

pub(crate) const EVENTS: [Event; 9] = [
    TERM,
    INT,
    Fork,
    Exec,
    LostSet,
    LostSegment,
    FullDisk,
    FullPipe,
    NonBlocking,
];

pub(crate) const KINDS: [&str; 5] = ["send", "recv", "stream", "text", "map"];

/// When the event comes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum When {
    AtOnce,
    /// So many messages are in the channel.
    Sent(u64),
    /// So many are in the map.
    InMap(u64),
    /// There is a segment.
    Made,
    Says(&'static str),
    Shows(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Code(i32),
    /// The signal of the event; another event is followed by SIGTERM.
    Signal,
}

/// One cell. Whatever it is, nothing is left behind.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) event: Event,
    pub(crate) kind: &'static str,
    pub(crate) command: &'static str,
    pub(crate) input: &'static str,
    /// What runs beside it, with the same input; nothing if empty.
    pub(crate) beside: &'static str,
    pub(crate) when: When,
    pub(crate) by: By,
    /// What it says: of what is lost, how much. Where it says nothing, nothing is.
    pub(crate) says: &'static str,
}

/// A cell that cannot be, and why.
pub(crate) const CANNOT: &[(Event, &str, &str)] = &[
    (Fork, "send", PROGRAM),
    (Fork, "recv", PROGRAM),
    (Fork, "stream", PROGRAM),
    (Fork, "text", PROGRAM),
    (Fork, "map", PROGRAM),
    (Exec, "send", PROGRAM),
    (Exec, "recv", PROGRAM),
    (Exec, "stream", PROGRAM),
    (Exec, "text", PROGRAM),
    (Exec, "map", PROGRAM),
    (LostSet, "text", "texts have no locks"),
    (
        LostSet,
        "map",
        "the kernel keeps a file's locks as long as the file is open",
    ),
];

const PROGRAM: &str = "the program does not do that; `ownership` asks it of the library";

const fn row(event: Event, kind: &'static str, command: &'static str) -> Row {
    Row {
        event,
        kind,
        command,
        input: "",
        beside: "",
        when: When::AtOnce,
        by: By::Signal,
        says: "",
    }
}

impl Row {
    const fn fed(mut self, input: &'static str) -> Self {
        self.input = input;
        self
    }

    const fn beside(mut self, command: &'static str) -> Self {
        self.beside = command;
        self
    }

    const fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    const fn exits(mut self, code: i32) -> Self {
        self.by = By::Code(code);
        self
    }

    const fn says(mut self, words: &'static str) -> Self {
        self.says = words;
        self
    }
}

const LINES: &str = "send --lines --backpressure -q";
const STREAM: &str = "send --stream -q";
const TEXTS: &str = "send --wire text --lines -q";
const ENDLESS: &str = "send --backpressure -q --interval 0s";
const IN_MAP: &str = "send --map ram --backpressure -q --interval 0s";
const FULL: &str = "standard output: No space left on device";

/// What a signal comes to.
const fn signalled(event: Event) -> [Row; 8] {
    [
        row(
            event,
            "send",
            "send --backpressure --interval 0s --drain-timeout 100ms",
        )
        .when(When::Sent(8))
        .says("gave up: receiver 0 has not received 8 messages\n"),
        row(event, "recv", "recv --any").when(When::Says("waiting")),
        row(event, "stream", "send --stream --drain-timeout 100ms")
            .fed("half")
            .when(When::Sent(1))
            .says("gave up after 4 bytes\n"),
        row(event, "stream", "recv --stream")
            .fed("half")
            .beside(STREAM)
            .when(When::Shows("half"))
            .says("gave up after 4 bytes, before the end of the stream\n"),
        row(event, "text", "send --wire text").when(When::Made),
        row(event, "text", "recv --wire text --any").when(When::Says("waiting")),
        row(
            event,
            "map",
            "send --map ram --backpressure --interval 0s --drain-timeout 100ms",
        )
        .when(When::InMap(8))
        .says("gave up: receiver 0 has not received 8 messages\n"),
        row(event, "map", "recv --map ram --any").when(When::Says("waiting")),
    ]
}

pub(crate) const SIGNALS: [[Row; 8]; 2] = [signalled(TERM), signalled(INT)];

pub(crate) const LOST: &[Row] = &[
    row(LostSet, "send", "send --lines --overwrite --slot 48")
        .fed("1\n")
        .when(When::Sent(1))
        .exits(0)
        .says("going on with new ones\n"),
    row(LostSet, "recv", "recv --any --raw --until-close")
        .fed("1\n2\n")
        .beside(LINES)
        .when(When::Shows("2\n"))
        .exits(0)
        .says("attached again to key"),
    row(LostSet, "stream", "recv --stream")
        .fed("half")
        .beside(STREAM)
        .when(When::Shows("half"))
        .exits(0),
    row(LostSegment, "send", "send --lines --overwrite --slot 48")
        .fed("1\n")
        .when(When::Sent(1))
        .exits(1)
        .says("was removed by another process; start again\n"),
    row(LostSegment, "recv", "recv --any --raw")
        .fed("1\n2\n")
        .beside(LINES)
        .when(When::Shows("2\n"))
        .says("the segment was removed\n"),
    row(LostSegment, "stream", "send --stream")
        .fed("half")
        .when(When::Sent(1))
        .exits(1)
        .says(" bytes: another process removed it"),
    row(LostSegment, "stream", "recv --stream")
        .fed("half")
        .beside(STREAM)
        .when(When::Shows("half"))
        .exits(1)
        .says("broke after "),
    row(
        LostSegment,
        "text",
        "send --wire text --lines --interval 1ms",
    )
    .fed("1\n")
    .when(When::Says("Sent: 1\n"))
    .exits(1)
    .says("was removed by another process, and message 2 was not sent"),
    row(
        LostSegment,
        "text",
        "recv --wire text --any --raw --until-close",
    )
    .fed("1\n")
    .beside(TEXTS)
    .when(When::Shows("1\n"))
    .exits(0)
    .says("the segment was removed\n"),
    row(LostSegment, "map", "send --map ram --lines")
        .fed("1\n")
        .when(When::InMap(1))
        .exits(1)
        .says("or the file replaced; start again\n"),
];

pub(crate) const OUTPUTS: &[Row] = &[
    row(FullDisk, "send", "send --count 3 --interval 1ms").exits(0),
    row(FullDisk, "recv", "recv --any --raw")
        .beside(ENDLESS)
        .exits(1)
        .says(FULL),
    row(FullDisk, "stream", "recv --stream")
        .fed("half")
        .beside(STREAM)
        .exits(1)
        .says(FULL),
    row(FullDisk, "text", "recv --wire text --any")
        .fed("1\n")
        .beside(TEXTS)
        .exits(1)
        .says(FULL),
    row(FullDisk, "map", "recv --map ram --any --raw")
        .beside(IN_MAP)
        .exits(1)
        .says(FULL),
    row(
        FullPipe,
        "send",
        "send --backpressure --interval 0s --timeout 300ms",
    )
    .exits(3),
    row(FullPipe, "recv", "recv --any --timeout 300ms")
        .beside(ENDLESS)
        .exits(3),
    row(FullPipe, "stream", "recv --stream --timeout 300ms")
        .fed("half")
        .beside(STREAM)
        .exits(3),
    row(FullPipe, "text", "recv --wire text --any --timeout 300ms")
        .fed("1\n")
        .beside(TEXTS)
        .exits(3),
    row(FullPipe, "map", "recv --map ram --any --timeout 300ms")
        .beside(IN_MAP)
        .exits(3),
    row(
        NonBlocking,
        "send",
        "send --lines --overwrite --interval 1ms",
    )
    .fed("1\n")
    .exits(0),
    row(NonBlocking, "recv", "recv --any --timeout 300ms")
        .beside(ENDLESS)
        .exits(3),
    row(NonBlocking, "stream", "recv --stream --timeout 300ms")
        .fed("half")
        .beside(STREAM)
        .exits(3),
    row(
        NonBlocking,
        "text",
        "send --wire text --lines --interval 1ms",
    )
    .fed("1\n")
    .exits(0),
    row(NonBlocking, "map", "recv --map ram --any --timeout 300ms")
        .beside(IN_MAP)
        .exits(3),
];

/// A limit of the kernel, how it is set, and whether texts meet it too.
pub(crate) const LIMITS: [(&str, &str, bool); 5] = [
    ("kernel.shmmax", "echo 16 >/proc/sys/kernel/shmmax", true),
    ("kernel.shmall", "echo 0 >/proc/sys/kernel/shmall", true),
    ("kernel.shmmni", "echo 0 >/proc/sys/kernel/shmmni", true),
    (
        "kernel.sem",
        "echo 32000 1024000000 500 0 >/proc/sys/kernel/sem",
        false,
    ),
    (
        "kernel.sem",
        "echo 32000 1 500 32000 >/proc/sys/kernel/sem",
        false,
    ),
];

/// What meets a limit: its kind, what it runs, and its code without one.
pub(crate) const LIMITED: [(&str, &str, i32); 6] = [
    ("send", "send --lines --overwrite", 0),
    ("recv", "recv --any --timeout 10ms", 3),
    ("stream", "send --stream --timeout 1s", 3),
    ("text", "send --wire text --lines --interval 1ms", 0),
    ("map", "send --map ram --lines --overwrite", 0),
    ("map", "recv --map ram --timeout 10ms", 3),
];
