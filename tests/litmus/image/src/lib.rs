//! The steps that hold the edges claim, publish and consumed: a function each, which returns only if the step succeeds.
#![no_std]

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering, fence};

use ramframe_core::channel::{Backpressure, Event, Overwrite, Receiver, Sender};
use ramframe_core::geometry::{Const, ConstGeometry, Geometry};
use ramframe_core::memory::{ConstLen, Memory};
use ramframe_core::wait::Spin;

/// Of a length that is known, so no access is left out because it is outside.
type Region = Memory<'static, ConstLen<1024>>;

/// The geometry under overwrite.
pub struct News;

impl ConstGeometry for News {
    const GEOMETRY: Geometry = Geometry::overwrite(8, 48);
}

/// The geometry under backpressure.
pub struct Mailbox;

impl ConstGeometry for Mailbox {
    const GEOMETRY: Geometry = Geometry::backpressure(8, 48, 1);
}

type NewsSender = Sender<Region, Overwrite, Spin, Const<News>>;
type NewsReceiver = Receiver<Region, Overwrite, Spin, Const<News>>;
type MailboxSender = Sender<Region, Backpressure, Spin, Const<Mailbox>>;
type MailboxReceiver = Receiver<Region, Backpressure, Spin, Const<Mailbox>>;

unsafe extern "C" {
    /// Where a step goes that did not succeed. No image is linked, so it is nowhere.
    safe fn no_success() -> !;
}

/// Sends under overwrite.
#[unsafe(no_mangle)]
pub fn send_overwrite(sender: &mut NewsSender, message: &[u8; 8]) {
    if sender.try_send(message).is_err() {
        no_success();
    }
}

/// Receives under overwrite.
#[unsafe(no_mangle)]
pub fn recv_overwrite(receiver: &mut NewsReceiver, buffer: &mut [u8; 8]) {
    let Ok(Event::Message(_)) = receiver.try_recv(buffer) else {
        no_success();
    };
}

/// Sends under backpressure.
#[unsafe(no_mangle)]
pub fn send_backpressure(sender: &mut MailboxSender, message: &[u8; 8]) {
    if sender.try_send(message).is_err() {
        no_success();
    }
}

/// Receives under backpressure.
#[unsafe(no_mangle)]
pub fn recv_backpressure(receiver: &mut MailboxReceiver, buffer: &mut [u8; 8]) {
    let Ok(Event::Message(_)) = receiver.try_recv(buffer) else {
        no_success();
    };
}

/// Defines a function for an order. What it accesses stands behind a pointer, as a region does.
macro_rules! order {
    ($name:ident, fence, $order:ident) => {
        /// A fence.
        #[unsafe(no_mangle)]
        pub fn $name() {
            fence(Ordering::$order);
        }
    };
    ($name:ident, store, $word:ident, $order:ident) => {
        /// A store.
        #[unsafe(no_mangle)]
        pub fn $name(at: &&$word) {
            at.store(1, Ordering::$order);
        }
    };
    ($name:ident, load, $word:ident) => {
        /// A load.
        #[unsafe(no_mangle)]
        pub fn $name(at: &&$word) -> bool {
            at.load(Ordering::Relaxed) == 1
        }
    };
}

order!(fence_acquire, fence, Acquire);
order!(fence_release, fence, Release);
order!(fence_acq_rel, fence, AcqRel);
order!(fence_seq_cst, fence, SeqCst);
order!(store_word_relaxed, store, AtomicU32, Relaxed);
order!(store_word_release, store, AtomicU32, Release);
order!(store_pair_relaxed, store, AtomicU64, Relaxed);
order!(store_pair_release, store, AtomicU64, Release);
order!(load_word_relaxed, load, AtomicU32);
order!(load_pair_relaxed, load, AtomicU64);

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    no_success()
}
