//! A geometry that is a constant of the program. The code becomes about half as large, and the length of the memory is known too.

use std::error::Error;

use ramframe_core::channel::{AttachError, Backpressure, Channel, Receiver, Sender};
use ramframe_core::geometry::{Const, ConstGeometry, Geometry};
use ramframe_core::memory::{AtomicWords, ConstLen, Memory, SharedStatic};
use ramframe_core::wait::Spin;

struct Mailbox;

impl ConstGeometry for Mailbox {
    const GEOMETRY: Geometry = Geometry::backpressure(4, 24, 1).with_cache_line(32);
}

// The types of a program that stores its ends, for example in statics.
type Shared = Memory<'static, ConstLen<{ Mailbox::SIZE }>>;
type MailboxSender = Sender<Shared, Backpressure, Spin, Const<Mailbox>>;
type MailboxReceiver = Receiver<Shared, Backpressure, Spin, Const<Mailbox>>;

static SHARED: SharedStatic<{ Mailbox::SIZE }> = SharedStatic::new();

fn open(memory: Shared) -> Result<(MailboxSender, MailboxReceiver), AttachError> {
    let (sender, receiver) = Channel::backpressure(memory)
        .with_geometry::<Mailbox>()
        .split();
    Ok((sender.attach()?, receiver.attach(0)?))
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("{} bytes of memory", Mailbox::SIZE);
    let memory = SHARED.take().ok_or("taken twice")?;
    Mailbox::GEOMETRY.format(&memory, 0)?;
    let (mut sender, mut receiver) = open(memory)?;

    sender.try_send(b"CIEPLO")?;
    let mut buffer = [0; 24];
    let message = receiver
        .try_recv(&mut buffer)?
        .message()
        .ok_or("no message")?;
    println!("{}", str::from_utf8(message.payload)?);

    // A channel of another geometry is refused.
    let words = AtomicWords::array::<256>();
    let region = AtomicWords::new(&words);
    Geometry::backpressure(8, 24, 1)
        .with_cache_line(32)
        .format(&region, 0)?;
    let refused = Channel::backpressure(region)
        .with_geometry::<Mailbox>()
        .sender();
    println!("{}", refused.err().ok_or("accepted")?);
    Ok(())
}
