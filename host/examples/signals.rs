//! A receiver that signals end in good order: `signals FILE` prints what `host send --path FILE` sends, until SIGINT or SIGTERM.

use std::sync::{Arc, atomic::AtomicBool};

use ramframe_host::sysv::key::Key;
use ramframe_host::{Event, Follower, Limit, Start, StopToken, Trust};
use signal_hook::consts::{SIGINT, SIGTERM};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("FILE")?;
    let stopped = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stopped))?;
    }
    let limit = Limit::NEVER.or_stopped(&StopToken::from(stopped));
    let mut follower = Follower::new(
        Key::of_path(&file, b'S')?,
        Start::Oldest,
        &Trust::current_user(),
    );
    while limit.reached().is_none() {
        // A message counts as received when it has been printed: killed before, this leaves it to the next receiver.
        let print = |message: ramframe_host::Message<'_>| {
            println!("{}", String::from_utf8_lossy(message.payload));
            Ok::<_, std::convert::Infallible>(())
        };
        let Ok(event) = follower.recv_with(&limit, print)?;
        if let Event::Lagged(count) = event {
            eprintln!("missed {count} messages");
        }
    }
    follower.detach();
    println!("stopped");
    Ok(())
}
