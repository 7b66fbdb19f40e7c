//! A stream: bytes through a channel, by the traits of embedded-io.

use std::error::Error;
use std::thread;

use embedded_io::{BufRead, Write};
use ramframe_core::channel::Channel;
use ramframe_core::geometry::Geometry;
use ramframe_core::memory::AtomicWords;
use ramframe_core::stream::{Reader, Writer};
use ramframe_core::wait::Forever;

fn main() -> Result<(), Box<dyn Error>> {
    let memory = AtomicWords::array::<256>();
    let region = AtomicWords::new(&memory);
    Geometry::backpressure(4, 32, 1).format(&region, 0)?;
    let (sender, receiver) = Channel::backpressure(region).split();

    thread::scope(|scope| {
        scope.spawn(|| {
            let sender = sender.attach().expect("the channel is formatted");
            let mut writer = Writer::new(sender, Forever);
            for line in 1..=20 {
                // Each write is a message, so write large pieces.
                let text = format!("line {line}\n");
                writer.write_all(text.as_bytes()).expect("a reader");
            }
            writer.close();
        });

        // The buffer holds one message, so 32 bytes.
        let mut reader = Reader::<_, _, _, 32>::new(receiver.attach(0)?, Forever)?;
        let (mut lines, mut bytes) = (0, 0);
        loop {
            let piece = reader.fill_buf()?;
            if piece.is_empty() {
                break; // the end of the stream
            }
            lines += piece.iter().filter(|byte| **byte == b'\n').count();
            let len = piece.len();
            bytes += len;
            reader.consume(len);
        }
        println!("{lines} lines, {bytes} bytes");
        Ok(())
    })
}
