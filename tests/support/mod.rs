//! What tests of core share: one flat outcome for a receive, and a region that can be copied.

#![allow(dead_code)] // each test uses its own part

mod flat;
mod words;

#[allow(unused_imports)] // each test uses its own part
pub(crate) use flat::{Flat, FlatMessage, Miss};
#[allow(unused_imports)] // each test uses its own part
pub(crate) use words::{Words, part};
