//! Does `host tour` show each fault, and leave nothing behind, however it ends; and does the check of the exercises tell a
//! mended program from a broken one?

mod exercises;
#[path = "../processes/mod.rs"]
mod processes;
mod shown;
mod stopped;
