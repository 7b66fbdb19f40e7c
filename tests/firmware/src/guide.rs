//! Does the code that the guide shows compile for chips?
#![allow(clippy::undocumented_unsafe_blocks)]

include!(concat!(env!("OUT_DIR"), "/guide.rs"));
