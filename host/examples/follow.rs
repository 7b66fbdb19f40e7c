//! A receiver that follows a channel for ever: `follow FILE` prints what each `host send --path FILE` sends, one after the other.

use ramframe_host::sysv::key::Key;
use ramframe_host::{Follower, Limit, Start, Trust};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("FILE")?;
    let key = Key::of_path(&file, b'S')?;
    let mut follower = Follower::new(key, Start::Oldest, &Trust::current_user());
    for message in follower.messages(&Limit::NEVER) {
        println!("{}", String::from_utf8_lossy(&message?.payload));
    }
    Ok(())
}
