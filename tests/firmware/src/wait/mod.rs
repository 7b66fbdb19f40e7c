//! How does a core wait for another one? By the event of Arm's cores, or by an interrupt that one raises at the other.

#[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
mod event;
#[cfg(target_arch = "arm")]
#[path = "mailbox_mhu.rs"]
mod mailbox;
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
#[path = "mailbox_clint.rs"]
mod mailbox;

#[cfg(any(target_arch = "arm", target_arch = "aarch64"))]
pub use event::Event;
#[cfg(not(target_arch = "aarch64"))]
pub use mailbox::Mailbox;
