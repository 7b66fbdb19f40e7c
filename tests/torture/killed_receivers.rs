//! `host recv` killed at random instants and started again, while one `host send` goes on.

use std::io::Read;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::line::{self, Place, line};
use crate::mortal::Mortal;
use crate::processes::{Folder, Running, until};
use crate::{an_instant, chance, rounds};

/// What the receivers printed, one after the other.
#[derive(Default)]
struct Heard {
    next: u64,
    repeated: u64,
}

impl Heard {
    /// The whole lines of one receiver. It may begin with the line before the next, if the one before it was killed
    /// when it had printed that and not yet taken it.
    fn listen(&mut self, printed: &[u8]) {
        let Some(end) = printed.iter().rposition(|&byte| byte == b'\n') else {
            return;
        };
        for (number, printed) in printed[..end].split(|&byte| byte == b'\n').enumerate() {
            if number == 0 && self.next > 0 && is(printed, self.next - 1) {
                self.repeated += 1;
            } else {
                assert!(
                    is(printed, self.next),
                    "line {}, but {:?} was printed",
                    self.next,
                    line::place(printed)
                );
                self.next += 1;
            }
        }
    }
}

fn is(printed: &[u8], index: u64) -> bool {
    match line::place(printed) {
        Some(place) => place == (0, index),
        None => line((0, index)).is_empty(),
    }
}

/// A receiver with what it prints, up to its death.
struct Receiver {
    child: Mortal,
    printed: Arc<Mutex<Vec<u8>>>,
    reader: thread::JoinHandle<()>,
}

impl Receiver {
    fn start(folder: &Folder) -> Self {
        let mut command = folder.host(&["recv", "--any", "--raw"]);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = Mortal::spawn(command.stdout(Stdio::piped()));
        let mut output = child.stdout.take().unwrap();
        let printed = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&printed);
        let reader = thread::spawn(move || {
            let mut bytes = [0; 1 << 16];
            while let Ok(count @ 1..) = output.read(&mut bytes) {
                to.lock().unwrap().extend_from_slice(&bytes[..count]);
            }
        });
        Self {
            child,
            printed,
            reader,
        }
    }

    fn has_printed(&self) -> bool {
        !self.printed.lock().unwrap().is_empty()
    }

    fn kill(mut self) -> Vec<u8> {
        self.child.die();
        self.reader.join().unwrap();
        let printed = self.printed.lock().unwrap();
        printed.clone()
    }
}

/// Feeds `sender` lines until told to stop; then lets it end in good order. Returns how many there were.
fn feed(mut sender: Running, stop: &AtomicBool, fed: &AtomicU64) -> u64 {
    let place = |index| -> Place { (0, index) };
    while !stop.load(Ordering::Relaxed) {
        let index = fed.fetch_add(1, Ordering::Relaxed);
        let mut line = line(place(index));
        line.push(b'\n');
        sender.feed(&line);
    }
    let ended = sender.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    fed.load(Ordering::Relaxed)
}

#[test]
fn each_line_is_printed_once_or_twice_at_a_death() {
    const NAME: &str = "host recv --raw";
    let chance = chance(NAME);
    let folder = Folder::new();
    let sender = folder.start(&["send", "--lines", "--backpressure", "--quiet"]);
    let stop = Arc::new(AtomicBool::new(false));
    let fed = Arc::new(AtomicU64::new(0));
    let feeder = thread::spawn({
        let (stop, fed) = (Arc::clone(&stop), Arc::clone(&fed));
        move || feed(sender, &stop, &fed)
    });
    let mut heard = Heard::default();
    let kills = rounds(150, 1000);
    for _ in 0..kills {
        let receiver = Receiver::start(&folder);
        if chance.below(8) != 0 {
            until("a new receiver's first line", || receiver.has_printed());
        }
        an_instant(&chance, Duration::from_millis(2));
        heard.listen(&receiver.kill());
    }
    // Where the receivers have taken all lines, the sender ends at the end of its input, and its channel with it.
    until("a line that only the last receiver can print", || {
        fed.load(Ordering::Relaxed) > heard.next + 1
    });
    stop.store(true, Ordering::Relaxed);
    let last = folder.start(&["recv", "--any", "--raw", "--until-close"]);
    let ended = last.end();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    heard.listen((ended.lines.join("\n") + "\n").as_bytes());
    let sent = feeder.join().unwrap();
    println!(
        "{NAME}: {kills} receivers killed; {sent} messages sent, {} received, {} of them twice",
        heard.next, heard.repeated
    );
    assert_eq!(heard.next, sent);
    folder.assert_clean();
}
