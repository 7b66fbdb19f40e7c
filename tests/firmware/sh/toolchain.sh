# Which compiler builds for chips here? An ordinary one that has the targets, or Debian's with its library sources.

targets=(
    thumbv6m-none-eabi thumbv7m-none-eabi thumbv8m.main-none-eabi
    riscv32imac-unknown-none-elf riscv64gc-unknown-none-elf aarch64-unknown-none
)
debian_rustc=/usr/bin/rustc
debian_packages=(rustc-web rust-web-src)
clippy_packages=(rust-web-clippy)
emulator_packages=(qemu-system-arm qemu-system-misc)
c_packages=(gcc-arm-none-eabi clang)

# The house's own build; this one is beside it, whose cargo may hold the lock.
house_target=${CARGO_TARGET_DIR:-$(cd "$here/../.." && pwd)/target}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:+$CARGO_TARGET_DIR/firmware}
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$here/target}

has_targets() { # of the ordinary compiler
    local sysroot target
    sysroot=$(rustc --print sysroot 2>/dev/null) || return 1
    for target in "${targets[@]}"; do
        compgen -G "$sysroot/lib/rustlib/$target/lib/libcore-*.rlib" >/dev/null || return 1
    done
}

has_debian() {
    [ -x $debian_rustc ] && [ -d "$($debian_rustc --print sysroot)/lib/rustlib/src/rust/library/core" ]
}

# Sets `cargo_flags`, and the environment that goes with them.
choose_compiler() {
    cargo_flags=(--locked --release)
    if has_targets; then
        compiler=$(rustc --version)
    elif has_debian; then
        compiler=$($debian_rustc --version)
        export RUSTC=$debian_rustc RUSTC_BOOTSTRAP=1
        cargo_flags+=(-Z build-std=core)
    else
        return 1
    fi
    choose_linker
}

# The targets ask for `rust-lld`, which rustup keeps beside its compiler and Debian calls `ld.lld`.
choose_linker() {
    local beside target name
    beside=$(rustc --print sysroot 2>/dev/null)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin
    [ -x "$beside/rust-lld" ] && PATH=$beside:$PATH
    command -v rust-lld >/dev/null && return
    command -v ld.lld >/dev/null || return 1
    for target in "${targets[@]}"; do
        name=${target//[-.]/_}
        export "CARGO_TARGET_${name^^}_LINKER=ld.lld"
    done
}

need_compiler() {
    choose_compiler && return
    [ "${CI-}" = true ] && install_compiler && choose_compiler && return
    missing "a compiler for chips" "rustup target add ${targets[*]}" "${debian_packages[*]} lld"
}

need_emulators() {
    has_emulators && return
    [ "${CI-}" = true ] && install_emulators && has_emulators && return
    missing "the emulator" "" "${emulator_packages[*]}"
}

need_c() {
    has_c && return
    [ "${CI-}" = true ] && install_packages "${c_packages[@]}" && has_c && return
    missing "a compiler of C for chips" "" "${c_packages[*]}"
}

has_c() {
    command -v arm-none-eabi-gcc >/dev/null && command -v clang >/dev/null
}

has_emulators() {
    local name
    for name in arm aarch64 riscv32 riscv64; do
        command -v "qemu-system-$name" >/dev/null || return 1
    done
}

missing() { # what, one command, or these packages
    echo "firmware: $1 is missing. Type:" >&2
    [ -n "$2" ] && echo "    $2" >&2 && echo "or" >&2
    echo "    apt-get install --no-install-recommends $3" >&2
    exit 77
}
