//! Shares readings among workers in Python: `ingest NAME COUNT [WORKERS]` sends COUNT protobuf messages, one each millisecond.

use std::error::Error;
use std::time::Duration;
use std::{env, process};

use prost::Message;
use ramframe_host::core::geometry::Name;
use ramframe_host::share::Share;
use ramframe_host::sysv::key::Key;
use ramframe_host::{ChannelOptions, Limit, Trust};

/// The message of `reading.proto`.
#[derive(Clone, PartialEq, Message)]
struct Reading {
    #[prost(uint64, tag = "1")]
    number: u64,
    #[prost(uint32, tag = "2")]
    sensor: u32,
    #[prost(double, tag = "3")]
    celsius: f64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(name), Some(count)) = (arguments.next(), arguments.next()) else {
        eprintln!("ingest NAME COUNT [WORKERS]");
        process::exit(2);
    };
    let workers = arguments.next().unwrap_or_else(|| "3".into());
    let key = Key::of_name(Name::new(&name)?);
    let options = ChannelOptions {
        slots: Some(16),
        slot: Some(64),
        ..ChannelOptions::backpressure(1)
    };
    let mut share = Share::open(key, workers.parse()?, &options, &Trust::current_user())?;
    for number in 0..count.parse()? {
        let reading = Reading {
            number,
            sensor: 7,
            celsius: 21.5,
        };
        share.send(&reading.encode_to_vec(), &Limit::NEVER)?;
        Limit::NEVER.pause(Duration::from_millis(1));
    }
    // What a worker did not finish goes to another one.
    share.drain(&Limit::NEVER)?;
    Ok(share.close()?)
}
