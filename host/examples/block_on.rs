//! An executor of one thread: `block_on FILE` prints what `host send --path FILE` sends, as a stream, until the sender closes.

use futures_lite::StreamExt;
use futures_lite::future::block_on;
use ramframe_host::sysv::key::Key;
use ramframe_host::{Limit, Receiver, Start, Trust};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("FILE")?;
    let key = Key::of_path(&file, b'S')?;
    let mut receiver =
        Receiver::wait_open(key, Start::Oldest, &Trust::current_user(), &Limit::NEVER)?;
    block_on(async {
        let mut messages = receiver.stream();
        while let Some(message) = messages.try_next().await? {
            println!("{}", String::from_utf8_lossy(&message.payload));
        }
        Ok::<_, ramframe_host::RecvError>(())
    })?;
    receiver.detach();
    Ok(())
}
