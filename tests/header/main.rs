//! Does the header for C compile everywhere, and is it one with core: the same results and the same bytes, whatever happens?

#[path = "../asked/mod.rs"]
mod asked;
mod compilers;
mod shape;
