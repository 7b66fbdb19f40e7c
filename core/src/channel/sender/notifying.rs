//! When a sender wakes receivers.

use super::Sender;
use crate::channel::policy::Policy;
use crate::geometry::{CONSTANTS, GeometrySource, SENDER_NOTIFIES};
use crate::region::RegionMut;
use crate::wait::{Notify, Wait};
use crate::wakeup;

/// Where the region says how the sender notifies.
const NOTIFIES_AT: usize = CONSTANTS + SENDER_NOTIFIES;

impl<R: RegionMut, P: Policy, W: Wait, G: GeometrySource> Sender<R, P, W, G> {
    /// Wakes receivers, if this side's [`Wait`] says that a notification is due or requested.
    #[inline]
    pub(in crate::channel) fn notify(&mut self) {
        let sent = self.newest.count() as u32;
        match W::NOTIFY {
            Notify::Never => {}
            Notify::Always if self.notifier.is_time(sent) => self.notify_as_due(),
            Notify::Always => {}
            Notify::OnRequest | Notify::AlwaysAndOnRequest => {
                if self.notifier.begin_check(&self.region, NOTIFIES_AT, sent) {
                    wakeup::before_request_check(&self.region);
                }
                if self.is_requested() || self.notifier.is_time(sent) {
                    self.notify_as_due();
                }
            }
        }
    }

    fn is_requested(&self) -> bool {
        wakeup::is_message_requested(&self.region, self.geometry.geometry())
    }

    #[cold]
    fn notify_as_due(&mut self) {
        let sent = self.newest.count() as u32;
        let due = self.notifier.is_time(sent) && self.notifier.ask(sent);
        let requested = self.is_requested();
        if requested {
            self.notifier.end_unfenced(&self.region, NOTIFIES_AT, sent);
            wakeup::clear_message_request(&self.region, self.geometry.geometry());
        }
        if requested || due {
            self.wake(requested);
        }
    }

    fn wake(&mut self, requested: bool) {
        self.notify_count = self.notify_count.wrapping_add(1);
        wakeup::notify_receivers(
            &self.region,
            self.generation,
            self.notify_count,
            &mut self.notifier.wait,
            requested,
        );
    }

    /// Notifies now, requested or not: before the program goes idle, and for receivers that cannot request.
    ///
    /// ```
    /// use ramframe_core::channel::Channel;
    /// use ramframe_core::geometry::Geometry;
    /// use ramframe_core::memory::AtomicWords;
    /// use ramframe_core::wait::{Due, Notify, Wait};
    ///
    /// /// Notifies unrequested, but only after every thousandth message.
    /// #[derive(Default)]
    /// struct Seldom(u32);
    /// impl Wait for Seldom {
    ///     const NOTIFY: Notify = Notify::Always;
    ///     fn wait(&mut self, _word: *const u32, _seen: u32) {}
    ///     fn notify(&mut self, _word: *const u32, _requested: bool) {
    ///         self.0 += 1;
    ///     }
    ///     fn due(&mut self) -> Due {
    ///         Due { notify: false, again: 1000 }
    ///     }
    /// }
    ///
    /// let memory = AtomicWords::array::<256>();
    /// let region = AtomicWords::new(&memory);
    /// Geometry::overwrite(4, 48).format(&region, 0)?;
    /// let mut sender = Channel::overwrite(region).with_wait(Seldom::default()).sender()?;
    /// let before = sender.wait_mut().0;
    /// sender.try_send(b"CIEPLO")?;
    /// assert_eq!(sender.wait_mut().0, before);
    /// sender.notify_now(); // the program goes idle
    /// assert_eq!(sender.wait_mut().0, before + 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn notify_now(&mut self) {
        if W::NOTIFY != Notify::Never {
            self.notifier.ask_next(self.newest.count() as u32);
            wakeup::clear_message_request(&self.region, self.geometry.geometry());
            self.wake(true);
        }
    }
}
