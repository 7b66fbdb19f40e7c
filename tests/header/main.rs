//! Does the header for C compile everywhere, and is it one with core: the same results and the same bytes, whatever happens?

#[path = "../regions/aged.rs"]
mod aged;
#[path = "../regions/array.rs"]
mod array;
#[path = "../asked/mod.rs"]
mod asked;
mod caches;
#[path = "../golden/conformance/case.rs"]
mod case;
mod compilers;
mod deaths;
mod differential;
#[path = "../regions/dying.rs"]
mod dying;
mod hostile;
#[path = "../asked/narrow.rs"]
mod narrow;
mod script;
mod shape;
mod sizes;
#[path = "../support/mod.rs"]
mod support;
#[path = "../regions/xorshift.rs"]
mod xorshift;
mod zephyr;
