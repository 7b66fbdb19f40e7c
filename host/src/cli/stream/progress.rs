//! How far a stream is, for a person.

use std::time::Instant;

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use crate::cli::stderr::message;

/// Counts bytes, and shows them if asked to.
pub(super) struct Progress {
    bytes: u64,
    since: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Shown on standard error where that is a terminal; as a bar where the `length` is known.
    pub(super) fn new(shown: bool, length: Option<u64>) -> Self {
        let bar = shown.then(|| match length {
            Some(length) => styled(
                ProgressBar::new(length),
                "{bar:32} {bytes} of {total_bytes}, {binary_bytes_per_sec}, {eta} left",
            ),
            None => styled(
                ProgressBar::no_length(),
                "{spinner} {bytes}, {binary_bytes_per_sec}",
            ),
        });
        Self {
            bytes: 0,
            since: Instant::now(),
            bar,
        }
    }

    pub(super) fn add(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        if let Some(bar) = &self.bar {
            bar.inc(bytes as u64);
        }
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Replaces the bar by a line that stays.
    pub(super) fn finish(&self) {
        let Some(bar) = &self.bar else { return };
        bar.finish_and_clear();
        let seconds = self.since.elapsed().as_secs_f64();
        let rate = self.bytes as f64 / seconds.max(1e-9);
        message!(
            "{} in {seconds:.1} s ({}/s)",
            HumanBytes(self.bytes),
            HumanBytes(rate as u64)
        );
    }
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    let style = ProgressStyle::with_template(template);
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
