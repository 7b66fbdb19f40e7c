//! How does no process outlive a test that fails? It is killed when its owner forgets it.

use std::ops::{Deref, DerefMut};
use std::process::{Child, Command};

/// A process that is killed and waited for at the latest on drop.
pub(crate) struct Mortal(Child);

impl Mortal {
    pub(crate) fn spawn(command: &mut Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// SIGKILL, and its end.
    pub(crate) fn die(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Deref for Mortal {
    type Target = Child;

    fn deref(&self) -> &Child {
        &self.0
    }
}

impl DerefMut for Mortal {
    fn deref_mut(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Mortal {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
