# Builds one image for a Cortex-M0+ with its line table, which adds nothing to the code, and prints where it is.

line_image() { # name
    export CARGO_PROFILE_RELEASE_DEBUG=line-tables-only CARGO_TARGET_DIR=$CARGO_TARGET_DIR/lines
    cargo_build thumbv6m-none-eabi -- --features no-panic --bin "$1"
    image thumbv6m-none-eabi "$1"
}
