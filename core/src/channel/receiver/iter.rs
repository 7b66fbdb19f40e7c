//! An iterator over the pending messages.

use super::Receiver;
use crate::channel::event::Event;
use crate::channel::outcome::{Corruption, RecvError};
use crate::channel::policy::Receive;
use crate::frame::Frame;
use crate::geometry::GeometrySource;
use crate::head::{self, HeadError};
use crate::region::Region;
use crate::wait::Wait;

/// The iterator of [`Receiver::try_iter`].
#[derive(Debug)]
#[must_use = "an iterator does nothing until it is asked"]
pub struct TryIter<'r, R, P, W, G, const N: usize> {
    receiver: &'r mut Receiver<R, P, W, G>,
    is_done: bool,
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// The pending messages, each in a frame of `N` bytes, and the other events between them. Never waits. It ends where a
    /// receive would return Empty, after Closed, and after an error.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Start}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::overwrite(4, 48).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::overwrite(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(Start::Oldest)?);
    /// sender.try_send(b"CIEPLO")?;
    /// sender.try_send(b"ZIMNO")?;
    /// assert_eq!(receiver.pending()?, 2);
    /// for event in receiver.try_iter::<48>() {
    ///     let frame = event?.message().unwrap();
    ///     assert!([&b"CIEPLO"[..], b"ZIMNO"].contains(&frame.payload()));
    /// }
    /// assert_eq!(receiver.pending()?, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn try_iter<const N: usize>(&mut self) -> TryIter<'_, R, P, W, G, N> {
        TryIter {
            receiver: self,
            is_done: false,
        }
    }

    /// How many published messages this receiver has not received. Under overwrite some of them may be lost already: then the
    /// next receive returns [`Event::Lagged`]. At most 60 accesses.
    pub fn pending(&mut self) -> Result<u64, RecvError> {
        let head = match self.meet_sender() {
            true => head::find(&self.region, self.geometry.geometry()),
            false => Ok(self.last),
        };
        if self.was_reformatted() {
            return Err(RecvError::Reformatted);
        }
        match head {
            Ok(head) => Ok(head.since(self.last)),
            // The head moves faster than this side reads it, so at least the next message is there.
            Err(HeadError::Busy) => Ok(1),
            Err(HeadError::Corrupt) => Err(RecvError::Corrupt {
                what: Corruption::Head,
            }),
        }
    }
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource, const N: usize> Iterator
    for TryIter<'_, R, P, W, G, N>
{
    type Item = Result<Event<Frame<N>>, RecvError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let mut frame = Frame::new();
        let event = self.receiver.try_recv_frame(&mut frame);
        self.is_done = matches!(event, Err(_) | Ok(Event::Closed | Event::Empty));
        match event {
            Ok(Event::Empty) => None,
            event => Some(event.map(|event| event.map(|()| frame))),
        }
    }
}
