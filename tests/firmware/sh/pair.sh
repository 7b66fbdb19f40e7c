# Do Linux and firmware talk, over the emulator's RAM in a file?

pair_target=thumbv7m-none-eabi
# The board's RAM that is the file, and how much of it the channels take: half to Linux, half from it.
file_size=$((16 * 1024 * 1024))
half=$((32 * 1024))

run_pair() {
    cargo_build $pair_target -- --features no-panic --bins
    scratch=$(mktemp -d)
    trap stop_firmware EXIT
    local policy
    for policy in overwrite backpressure; do
        start_firmware $policy
        echo "== $policy: the firmware has formatted and sends"
        resets_count
        stop_firmware
    done
}

# Leaves the RAM in `$scratch/ram`, the emulator in `$emulator`, its output in `$scratch/out`, and its monitor at
# descriptor 9.
start_firmware() { # policy
    mkdir -p "$scratch"
    ram_file=$scratch/ram
    mkfifo "$scratch/monitor"
    qemu-system-arm -M mps2-an385,memory-backend=ram -display none -serial none \
        -object "memory-backend-file,id=ram,size=$file_size,mem-path=$ram_file,share=on" \
        -chardev "file,id=out,path=$scratch/out" -monitor stdio \
        -semihosting-config enable=on,target=native,chardev=out \
        -kernel "$(image $pair_target "pair_$1")" <"$scratch/monitor" >"$scratch/log" 2>&1 &
    emulator=$!
    exec 9>"$scratch/monitor"
    # The emulator makes the file, then its full size; the firmware then formats.
    soon "no RAM file" '[ "$(stat -c %s "$ram_file" 2>/dev/null)" = $file_size ]'
    soon "no channel to Linux" '[ "$(word_at 0)" = "$magic" ]'
    soon "no channel from Linux" '[ "$(word_at $half)" = "$magic" ]'
}

stop_firmware() {
    [ -z "${emulator-}" ] || kill "$emulator" 2>/dev/null || true
    [ -z "${emulator-}" ] || wait "$emulator" 2>/dev/null || true
    emulator=
    { exec 9>&-; } 2>/dev/null || true
    rm -rf "${scratch:?}"
}

reset_firmware() {
    echo system_reset >&9
}

magic=$((0x464D4152))
# Where the words of a channel with lines of 64 bytes are.
epoch_at=64
head_at=128

word_at() { # offset
    od -An -tu4 -j "$1" -N4 "$ram_file" | tr -d ' '
}

soon() { # what is wrong if not, a condition
    local end=$((SECONDS + ${LIMIT:-60}))
    until eval "$2"; do
        [ $SECONDS -lt $end ] || { cat "$scratch/log" "$scratch/out"; fail "$1"; }
        kill -0 "$emulator" 2>/dev/null || { cat "$scratch/log" "$scratch/out"; fail "$1, and the emulator has ended"; }
        sleep 0.05
    done
}

# Each reset is a new epoch, on the channel that was there.
resets_count() {
    local before epoch
    soon "nothing was sent" '[ "$(word_at $head_at)" -ge 64 ]'
    before=$(word_at $head_at)
    for epoch in 2 3 4; do
        reset_firmware
        soon "reset $epoch was not noticed" "[ \"\$(word_at \$epoch_at)\" = $epoch ]"
    done
    [ "$(word_at $head_at)" -ge "$before" ] || fail "a reset lost messages"
    echo "   3 resets, epoch $(word_at $epoch_at), $(word_at $head_at) messages"
}
