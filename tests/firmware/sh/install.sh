# What do the others need, and how does it get here?

install_all() {
    choose_compiler || install_compiler
    has_emulators || install_emulators
    has_c || install_packages "${c_packages[@]}"
}

install_compiler() {
    command -v rustup >/dev/null && rustup target add "${targets[@]}" && return
    # Where rustup has no targets to give.
    install_packages "${debian_packages[@]}" lld
}

install_emulators() {
    install_packages "${emulator_packages[@]}"
}

install_packages() {
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" apt-get install -qy --no-install-recommends "$@"
}
