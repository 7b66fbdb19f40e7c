//! `host`: sends and receives messages over System V shared memory.

fn main() {
    ramframe_host::cli::main();
}
