//! Typed messages both ways: `typed answer FILE` answers what `typed ask FILE` asks.

use std::time::Duration;
use std::{env, error};

use ramframe_host::core::channel::Start;
use ramframe_host::sysv::key::Key;
use ramframe_host::{ChannelOptions, Limit, Receiver, Sender, Trust};
use serde::{Deserialize, Serialize};

#[derive(Debug, Deserialize, Serialize)]
struct Sample {
    sensor: u32,
    celsius: f32,
}

fn main() -> Result<(), Box<dyn error::Error>> {
    let (role, file) = env::args()
        .skip(1)
        .zip(env::args().skip(2))
        .next()
        .ok_or("ROLE FILE")?;
    let (trust, limit) = (
        Trust::current_user(),
        Limit::within(Duration::from_secs(10)),
    );
    let (to, from) = if role == "ask" {
        (b'Q', b'A')
    } else {
        (b'A', b'Q')
    };
    let options = ChannelOptions::backpressure(1);
    let mut sender = Sender::open(Key::of_path(&file, to)?, &options, &trust)?;
    if role == "ask" {
        let sample = Sample {
            sensor: 7,
            celsius: 21.5,
        };
        sender.send(&serde_json::to_vec(&sample)?, &limit)?;
    }
    let from = Key::of_path(&file, from)?;
    let mut receiver = Receiver::wait_open(from, Start::Oldest, &trust, &limit)?;
    let message = receiver
        .messages(&limit)
        .next()
        .ok_or("nobody is there")??;
    let mut sample: Sample = serde_json::from_slice(&message.payload)?;
    println!("{sample:?}");
    if role == "answer" {
        sample.celsius += 1.0;
        sender.send(&serde_json::to_vec(&sample)?, &limit)?;
    }
    sender.drain(&limit)?;
    Ok(sender.close()?)
}
