//! `ramframe`: the program `host` under another name.

fn main() {
    ramframe_host::cli::main();
}
