# Does every image build for every target, and can none of them panic?

# All of it in one call of cargo, so that it uses every core.
cargo_build() { # targets..., then -- and flags
    local flags=()
    while [ "$1" != -- ]; do
        flags+=(--target "$1")
        shift
    done
    shift
    cargo build "${cargo_flags[@]}" "${flags[@]}" "$@"
}

image() { # target, name
    echo "$CARGO_TARGET_DIR/$1/release/$2"
}

# All but the one with a part in C, which sh/mixed.sh builds.
images_in_rust() {
    local file
    for file in src/bin/*; do
        [ "$file" = src/bin/mixed ] || basename "$file" .rs
    done
}

# Mangled, so that no demangler is needed.
panics_in() { # image
    nm "$1" | grep -E '4core9panicking|9panic_fmt|4core3fmt'
}

build() {
    cargo_build "${targets[@]}" -- --features no-panic --bins
    local target name names
    mapfile -t names < <(images_in_rust)
    for target in "${targets[@]}"; do
        for name in "${names[@]}"; do
            proven "$target" "$name"
        done
        echo "built: $target, ${#names[@]} images, without a panic"
    done
    with_features
    planted_fails
    echo "by $compiler"
}

# The smallest and the most usual chip. By core's own workspace, which has the versions.
with_features() {
    (cd ../../core && cargo_build thumbv6m-none-eabi thumbv7m-none-eabi -- --features async,defmt)
    echo "built: core with async and defmt, for thumbv6m and thumbv7m"
}

# An image without code would have no panic either.
proven() { # target, name
    local file
    file=$(image "$1" "$2")
    [ "$(size -A -d "$file" | awk '$1 == ".text" { print $2 }')" -gt 20 ] || fail "$file is empty"
    ! panics_in "$file" || fail "$file has panic machinery"
}

# Both proofs must fail for an image with one panic in it.
planted_fails() {
    local log=$CARGO_TARGET_DIR/planted.log
    if cargo_build thumbv6m-none-eabi -- --features no-panic,planted --bin size_start 2>"$log"; then
        fail "a planted panic links"
    fi
    grep -q a_panic_can_be_reached "$log" || { cat "$log"; fail "a planted panic fails for another reason"; }
    cargo_build thumbv6m-none-eabi -- --features planted --bin size_start
    panics_in "$(image thumbv6m-none-eabi size_start)" >/dev/null || fail "a planted panic is not seen"
    echo "planted: a panic does not link, and is seen where it does"
}

fail() {
    echo "firmware: $1" >&2
    exit 1
}
