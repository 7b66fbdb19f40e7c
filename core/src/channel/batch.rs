//! Several messages in one call. Each message is published or received as in a single call. The notification and the release of
//! slots happen once for all.

use super::event::{Event, Message};
use super::outcome::{RecvError, SendError};
use super::policy::{Policy, Receive};
use super::receiver::Receiver;
use super::sender::Sender;
use crate::frame::Stamp;
use crate::geometry::GeometrySource;
use crate::region::{Region, RegionMut};
use crate::wait::Wait;

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Sends `messages` in order until they end or until one cannot be sent, then notifies once. Never waits.
    ///
    /// Returns the number of messages sent, and the reason why it stopped. On an error the iterator has already given the message
    /// that was not sent.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// let mut sender = Channel::backpressure(region).sender()?;
    /// let (sent, stopped) = sender.try_send_batch(["CIEPLO", "ZIMNO", "CIEPLO"]);
    /// assert_eq!((sent, stopped), (2, Err(SendError::Full { receiver: 0 })));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn try_send_batch<M: AsRef<[u8]>>(
        &mut self,
        messages: impl IntoIterator<Item = M>,
    ) -> (usize, Result<(), SendError>) {
        let mut sent = 0;
        let mut result = Ok(());
        for message in messages {
            result = self.put(message.as_ref()).map(drop);
            if result.is_err() {
                break;
            }
            sent += 1;
        }
        if sent > 0 {
            self.notify();
        }
        (sent, result)
    }
}

impl<R: Region, P: Receive<R>, W: Wait, G: GeometrySource> Receiver<R, P, W, G> {
    /// Receives up to `limit` pending messages, gives each of them to `each`, and releases all their slots at once. Never waits.
    ///
    /// Returns the number of messages, and the reason why it stopped: [`Event::Message`] if it reached the limit.
    ///
    /// Each message is copied into `buffer` and verified before `each` gets it. If this receiver dies during the call, it has
    /// received none of them, and the next receiver gets all of them again.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// sender.try_send_batch(["CIEPLO", "ZIMNO"]).1?;
    /// let mut texts = Vec::new();
    /// let (count, end) = receiver.try_recv_batch(10, &mut [0; 48], |message| {
    ///     texts.push(message.payload.to_vec());
    /// });
    /// assert_eq!((count, end?), (2, Event::Empty));
    /// assert_eq!(texts, [&b"CIEPLO"[..], b"ZIMNO"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn try_recv_batch(
        &mut self,
        limit: usize,
        buffer: &mut [u8],
        mut each: impl FnMut(Message<'_>),
    ) -> (usize, Result<Event<()>, RecvError>) {
        let mut count = 0;
        let mut end = Ok(());
        while count < limit {
            match self.get(buffer) {
                Ok(header) => each(Message::of(header, buffer)),
                Err(reason) => {
                    end = Err(reason);
                    break;
                }
            }
            count += 1;
        }
        if count > 0 {
            self.finish_step();
        }
        let end = match end {
            Ok(()) => Ok(Event::Message(())),
            Err(reason) => self.tell(reason),
        };
        (count, end)
    }

    /// Copies the next message into `buffer`, gives it to `handle`, and receives it if `handle` returns `Ok`. If `handle` returns
    /// `Err`, or if this receiver dies before it returns, the next receive gives the same message again.
    ///
    /// ```
    /// # use ramframe_core::{channel::{Channel, Event, SendError}, geometry::Geometry, memory::AtomicWords};
    /// # let memory = AtomicWords::array::<256>();
    /// # let region = AtomicWords::new(&memory);
    /// # Geometry::backpressure(2, 48, 1).format(&region, 0)?;
    /// # let (sender, receiver) = Channel::backpressure(region).split();
    /// # let (mut sender, mut receiver) = (sender.attach()?, receiver.attach(0)?);
    /// sender.try_send(b"CIEPLO")?;
    /// let mut buffer = [0; 48];
    /// // The handler fails, so the message stays.
    /// let event = receiver.try_recv_with(&mut buffer, |_| Err::<(), _>("no disk"))?;
    /// assert_eq!(event, Event::Message(Err("no disk")));
    /// let event = receiver.try_recv_with(&mut buffer, |message| Ok::<_, ()>(message.payload.len()))?;
    /// assert_eq!(event, Event::Message(Ok(6)));
    /// assert_eq!(receiver.pending()?, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn try_recv_with<T, E>(
        &mut self,
        buffer: &mut [u8],
        handle: impl FnOnce(Message<'_>) -> Result<T, E>,
    ) -> Result<Event<Result<T, E>>, RecvError> {
        let header = match self.get(buffer) {
            Ok(header) => header,
            Err(reason) => return self.tell(reason),
        };
        let handled = handle(Message::of(header, buffer));
        match handled {
            Ok(_) => self.finish_step(),
            Err(_) => self.last = Stamp::of_count(header.sequence),
        }
        Ok(Event::Message(handled))
    }
}
