# Do the lints hold in what is compiled for chips alone? Unsafe blocks are there that no other target sees.

debian_clippy=/usr/bin/clippy-driver

# The lints that the manifest denies, and with an ordinary compiler, whose version the house knows, all warnings.
lint() {
    local check=(cargo check) flags=()
    if [ "${RUSTC-}" = $debian_rustc ]; then
        need_clippy
        export RUSTC_WORKSPACE_WRAPPER=$debian_clippy
    else
        check=(cargo clippy) flags=(-- --deny warnings)
    fi
    "${check[@]}" "${cargo_flags[@]}" "${targets[@]/#/--target=}" --features c --bins "${flags[@]}"
    echo "linted: ${#targets[@]} targets, $(ls src/bin | wc -l) images"
}

need_clippy() {
    [ -x $debian_clippy ] && return
    [ "${CI-}" = true ] && install_packages "${clippy_packages[@]}" && [ -x $debian_clippy ] && return
    missing "clippy for chips" "" "${clippy_packages[*]}"
}
