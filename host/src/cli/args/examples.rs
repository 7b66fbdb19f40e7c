//! What a help shows below the options: examples, and what a script must know.

pub(super) const MAIN: &str = "\
Two terminals, one folder:   host recv      and      host send
Both at once, to look at:    host demo";

pub(super) const MAIN_LONG: &str = "\
Two terminals, one folder:   host recv      and      host send
Both at once, to look at:    host demo

Exit codes: 0 done, 1 failed, 2 usage, 3 timed out. A signal ends it as a
signal does: a shell shows 130 for Ctrl-C and 143 for SIGTERM.

Without --name, --key, --path, --id and --map a command uses the channel that
RAMFRAME_NAME or RAMFRAME_KEY names, or else the tutorial's: ftok(\".\", 'S').";

pub(super) const SEND: &str = "\
Sizes are bytes, or 64K, 1M, 0x1000. Times are 500ms, 2s, 1m 30s.

Examples:
  The tutorial's two messages in turn, once a second:
  host send

  One message, for a receiver that comes later:
  host send --name door --keep -n 1 open

  Every line of a log, none lost, to two receivers:
  tail -f log | host send --name log --lines --receivers 2

  The names of files, whatever bytes they have:
  find . -print0 | host send --name files -0

  A file, as bytes:
  host send --stream < file";

pub(super) const RECV: &str = "\
Times are 500ms, 2s, 1m 30s.

Examples:
  The tutorial's messages:
  host recv

  Four messages of any text, as they are:
  host recv --any --raw -n 4

  Each message as JSON, until the sender closes:
  host recv --name log --any --json --until-close

  Any bytes as JSON, and then as bytes again:
  host recv --name log --any --json --payload base64 | jq -r .payload

  Two messages that must come in turn, within a minute; else it fails:
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
  What a killed sender left in this folder:
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
Names and keys of channels that are there are completed too.

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
