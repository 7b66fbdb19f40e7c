//! What a help shows below the options: examples, and what a script must know.

pub(super) const MAIN: &str = "\
Two terminals, one folder:   host recv      and      host send
Both at once, for a look:    host demo";

pub(super) const MAIN_LONG: &str = "\
Two terminals, one folder:   host recv      and      host send
Both at once, for a look:    host demo

Exit codes: 0 done, 1 failed, 2 wrong option or value, 3 timed out. After a
signal a shell shows 128 plus its number: 130 for Ctrl-C, 143 for SIGTERM.

Options such as --name and --key say which channel. Without one, the
environment variable RAMFRAME_NAME or RAMFRAME_KEY says it. Without that, the
key of the segment is ftok(\".\", 'S'), which depends on the current folder.

CIEPLO and ZIMNO, Polish for warm and cold, are the messages of a tutorial on
System V shared memory. The tutorial has a sender and a receiver in C.";

pub(super) const SEND: &str = "\
A size is written as 4096, 64K, 1M or 0x1000, a time as 500ms, 2s or '1m 30s'.

Examples:
  The tutorial's two messages in turn, once a second:
  host send

  One message, for a receiver that comes later:
  host send --name door --keep -n 1 open

  Each line of a log to two receivers; none is lost:
  tail -f log | host send --name log --lines --receivers 2

  Each line to one of at most 4 workers, which are `host recv --share`:
  host send --name jobs --lines --share 4

  The names of files, which may have any bytes:
  find . -print0 | host send --name files -0

  A file, as bytes:
  host send --stream < file";

pub(super) const RECV: &str = "\
A time is written as 500ms, 2s or '1m 30s'.

Examples:
  The tutorial's messages:
  host recv

  Four messages of any text, as they are:
  host recv --any --raw -n 4

  Each message as JSON, until the sender closes:
  host recv --name log --any --json --until-close

  Any bytes as JSON, and then as bytes again:
  host recv --name log --any --json --payload base64 | jq -r .payload

  All channels whose names begin so, each line with the name before it:
  host recv --name 'sensor-*'

  One of the workers of `host send --share`:
  host recv --name jobs --share --raw

  Two messages in turn; anything else in the first minute is a failure:
  host recv --expect ready --expect steady -n 2 --strict --timeout 1m";

pub(super) const STATUS: &str = "\
Examples:
  The channel of this folder:
  host status

  A field of a named channel, for a script:
  host status --name log --json | jq .sent

  All channels, for Prometheus:
  host status --prometheus";

pub(super) const LIST: &str = "\
Example:
  The keys of all channels, for a script:
  host list --json | jq -r .key";

pub(super) const RM: &str = "\
Examples:
  The channel of this folder, which a killed sender has left:
  host rm

  A named channel, even if it is in use:
  host rm --name log --force";

pub(super) const DEMO: &str = "\
Example:
  A hundred messages, quickly:
  host demo -n 100 -i 10ms";

pub(super) const TOUR: &str = "\
Examples:
  All faults, one after the other:
  host tour

  Only the torn text:
  host tour torn";

pub(super) const BENCH: &str = "\
Example:
  Ten seconds, for two sizes of messages:
  host bench --duration 10s --size 48,64K";

pub(super) const COMPLETIONS: &str = "\
The script completes the names and keys of existing channels too.

Examples:
  bash, in ~/.bashrc:
  source <(host completions bash)

  fish, once:
  host completions fish > ~/.config/fish/completions/host.fish";

pub(super) const MAN: &str = "\
Examples:
  Read it:
  host man | man -l -

  Install the page of one command:
  host man send > ~/.local/share/man/man1/host-send.1";
