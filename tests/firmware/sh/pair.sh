# Do Linux and firmware talk, over the emulator's RAM in a file, and does each go on when the other begins anew?

pair_target=thumbv7m-none-eabi
# The board's RAM that is the file. The channels have 64 KiB of it, half to Linux, half from it; at their end is the tally.
file_size=$((16 * 1024 * 1024))
half=$((32 * 1024))
tally_at=$((2 * half - 64))
# Resets, and kills; and what must have gone each way between one and the next.
rounds=${ROUNDS:-100}
each=100

run_pair() {
    cargo_build $pair_target -- --features no-panic --bins
    build_host
    trap stop_all EXIT
    read_texts
    judges_see
    local policy start=$SECONDS
    echo "== CIEPLO and ZIMNO"
    start_firmware short
    as_typed
    stop_all
    for policy in backpressure overwrite; do
        echo "== $policy"
        start_firmware $policy
        over_$policy
        stop_all
    done
    echo "== pair: $((SECONDS - start)) s"
}

# By the house's own compiler, not the one for chips.
build_host() {
    (
        unset RUSTC RUSTC_BOOTSTRAP
        cd ../..
        CARGO_TARGET_DIR=$house_target cargo build --quiet --package ramframe-host --bin host
    )
    host=$house_target/debug/host
}

# What goes each way where nobody reads along.
read_texts() {
    mapfile -t long < <(sed -n 's/^ *b"\(.*\)",$/\1/p' src/pair/texts.rs)
    [ ${#long[@]} = 3 ] || fail "${#long[@]} texts are read of src/pair/texts.rs, not 3"
}

# Nothing is lost, whoever is killed or reset.
over_backpressure() {
    open_judge
    start_receiver
    start_sender
    resets
    kill_linux
    kills
    both_at_once
    let_end
    to_linux_well $((rounds + 21))
    from_linux_well $((rounds + 20))
}

# The firmware never waits. A receiver knows how many it missed, and a reset is no reason to miss one.
over_overwrite() {
    local next wrong lost repeated
    open_judge -v overwrite=1
    start_receiver
    start_sender
    resets
    let_end
    read -r next wrong lost repeated <"$scratch/judgement"
    [ "$wrong $repeated" = "0 0" ] || fail "overwrite: $wrong wrong, $repeated repeated: $(cat "$scratch/wrong")"
    awk -f sh/missed.awk "$scratch/notes" "$scratch/gaps" >&2 || fail "overwrite: Linux does not know how many it missed"
    echo "   to Linux: $next messages, $lost of them missed, all of those said; none wrong"
    from_linux_well "$rounds"
}

# What a person types.
as_typed() {
    local received
    received=$("$host" recv --map "$ram_file" --size $half --count 4)
    [ "$received" = $'Received: CIEPLO\nReceived: ZIMNO\nReceived: CIEPLO\nReceived: ZIMNO' ] ||
        fail "Linux received: $received"
    "$host" send --map "$ram_file" --offset $half --size $half --backpressure --interval 0s --count 4 --quiet
    [ "$(tally next)" = 4 ] || fail "of 4 messages $(tally next) reached the firmware"
    "$host" status --map "$ram_file" --size $half >"$scratch/status"
    grep -q '^channel    backpressure, 64 slots of 48 bytes$' "$scratch/status" || fail "status: $(cat "$scratch/status")"
    echo "   recv prints what the firmware sends, send reaches it, status shows it"
}

# Both sides of Linux stay, and the firmware begins anew.
resets() {
    local number epoch starts
    epoch=$(word_at $epoch_at)
    starts=$(tally starts)
    for ((number = 1; number <= rounds; number++)); do
        moves
        reset_firmware
        soon "reset $number was not noticed" '[ "$(restarts_told)" -ge $number ]'
    done
    moves
    [ "$(restarts_told)" = "$rounds" ] || fail "$(restarts_told) restarts were told of $rounds resets"
    [ $(($(word_at $epoch_at) - epoch)) = "$rounds" ] || fail "the epoch went from $epoch to $(word_at $epoch_at)"
    [ $(($(tally starts) - starts)) = "$rounds" ] || fail "the firmware started $(tally starts) times"
    echo "   $rounds resets of the firmware, each noticed by Linux: $(both_ways)"
}

# The firmware stays, and both sides of Linux begin anew.
kills() {
    local number epoch before
    epoch=$(word_at $((half + epoch_at)))
    before=$(tally restarts)
    for ((number = 1; number <= rounds; number++)); do
        start_receiver
        start_sender
        moves
        kill_linux
    done
    [ $(($(tally restarts) - before)) = "$rounds" ] || fail "the firmware noticed $(($(tally restarts) - before)) of $rounds restarts"
    [ $(($(word_at $((half + epoch_at))) - epoch)) = "$rounds" ] || fail "Linux's epochs are not $rounds more than $epoch"
    echo "   $rounds kills of the receiver and of the sender, each noticed by the firmware: $(both_ways)"
}

both_at_once() {
    local number starts
    starts=$(tally starts)
    for ((number = 1; number <= 20; number++)); do
        start_receiver
        start_sender
        # Alternately the firmware first, or Linux.
        [ $((number % 2)) = 0 ] || reset_firmware
        kill_linux
        [ $((number % 2)) = 1 ] || reset_firmware
        soon "the firmware did not start again" '[ "$(tally starts)" = $((starts + number)) ]'
    done
    start_receiver
    start_sender
    moves
    echo "   20 times both at once: $(both_ways)"
}

# Both leave in good order, the sender when everything is taken.
let_end() {
    local code=0
    kill -TERM "$sender"
    wait "$sender" || code=$?
    [ $code = 143 ] || fail "the sender ended with $code: $(cat "$scratch/notes")"
    code=0
    kill -TERM "$receiver"
    wait "$receiver" || code=$?
    [ $code = 143 ] || fail "the receiver ended with $code: $(cat "$scratch/notes")"
    exec 8>&-
    wait "$judge"
    sender='' receiver='' judge=''
}

# Nothing wrong and nothing lost. A message at which its receiver was killed comes again, and no other.
to_linux_well() { # kills
    local next wrong lost repeated
    read -r next wrong lost repeated <"$scratch/judgement"
    [ "$wrong $lost" = "0 0" ] || fail "to Linux: $wrong wrong, $lost lost: $(cat "$scratch/wrong")"
    [ $((next % counts)) = "$(consumed)" ] || fail "to Linux: $next, of which the last is $(consumed)"
    [ "$repeated" -le "$1" ] || fail "to Linux: $repeated came again after $1 kills"
    echo "   to Linux: $next messages, none wrong, none lost, $repeated again after $1 kills"
}

# The same, judged by the firmware, which is reset.
from_linux_well() { # resets
    local sent
    sent=$(sent_at $half)
    [ "$(tally wrong) $(tally lost)" = "0 0" ] || fail "from Linux: $(tally wrong) wrong, $(tally lost) lost"
    [ "$(tally next)" = "$sent" ] || fail "from Linux: $(tally next) of $sent"
    [ "$(tally repeated)" -le "$1" ] || fail "from Linux: $(tally repeated) came again after $1 resets"
    echo "   from Linux: $sent messages, none wrong, none lost, $(tally repeated) again after $1 resets"
}

start_receiver() {
    "$host" recv --json "${long[@]/#/--expect=}" --map "$ram_file" --size $half >&8 2>>"$scratch/notes" &
    receiver=$!
}

start_sender() {
    "$host" send --map "$ram_file" --offset $half --size $half --backpressure --interval 0s --quiet "${long[@]}" \
        2>>"$scratch/notes" 8>&- &
    sender=$!
}

kill_linux() {
    kill -KILL "$receiver" "$sender" || fail "one had ended: $(cat "$scratch/notes")"
    wait "$receiver" "$sender" 2>/dev/null || true
    echo killed >&8
    receiver='' sender=''
}

# Judges everything that any receiver prints.
open_judge() { # options of awk
    mkfifo "$scratch/lines"
    awk -v texts="${long[*]}" -v next_one="$(consumed)" -v wrong_file="$scratch/wrong" \
        -v gaps_file="$scratch/gaps" "$@" -f sh/judge.awk <"$scratch/lines" >"$scratch/judgement" &
    judge=$!
    exec 8>"$scratch/lines"
    touch "$scratch/notes" "$scratch/wrong" "$scratch/gaps"
}

# Whoever judges must notice what is torn, lost, or comes again, and what was not said.
judges_see() {
    scratch=$(mktemp -d)
    judges '0AAA 1BBB 2CCC 3AAA' '4 0 0 0'
    judges '0AAA 1BBB killed 1BBB 2CCC' '3 0 0 1'
    judges '0AAA 1BBB 1BBB 2CCC' '3 1 0 0'
    judges '0AAA 1BBB killed 1AAA' '2 1 0 1'
    judges '0AAA 1BBA 2CCC' '3 1 0 0'
    judges '0AAA 1AAA 2CCC' '3 1 0 0'
    judges '0AAA 1BBB 2BBB 3AAA' '4 1 0 0'
    judges '0BBB 1CCC 2AAA' '3 3 0 0'
    judges '0AAA killed 2CCC' '3 0 1 0'
    judges '7CCC 8AAA 11AAA 12BBB' '13 0 2 0' -v overwrite=1
    judges '7CCC 8AAA 11BBB 12BBB' '13 1 2 0' -v overwrite=1
    # Seven before the first message, and eleven behind the last.
    printf 'host: missed %d messages\n' 7 2 1 4 5 6 >"$scratch/notes"
    knows 3 4 || fail "what was said is not seen"
    ! knows 4 3 || fail "what was not said is not seen"
    ! knows 3 4 6 || fail "what was said too rarely is not seen"
    rm -rf "$scratch"
}

knows() { # gaps
    printf '%d\n' "$@" >"$scratch/gaps"
    awk -f sh/missed.awk "$scratch/notes" "$scratch/gaps" >/dev/null
}

judges() { # what comes, in short; what is to be said of it; options of awk
    local word number found come=$1 said=$2
    shift 2
    found=$(for word in $come; do
        number=${word%%[A-Z]*}
        [ "$word" = killed ] && echo killed ||
            echo "{\"event\":\"message\",\"sequence\":$number,\"epoch\":1,\"verdict\":\"received\",\"payload\":\"${word#"$number"}\"}"
        echo '{"event":"restarted"}'
    done | awk -v texts='AAA BBB CCC' -v wrong_file=/dev/null -v gaps_file=/dev/null "$@" -f sh/judge.awk)
    [ "$found" = "$said" ] || fail "of $come the judge says $found, not $said"
}

# Until so many messages more have gone each way.
moves() {
    local out in
    out=$(($(sent_at 0) + each))
    in=$(($(tally next) + each))
    soon "nothing goes to Linux any more" '[ "$(sent_at 0)" -ge $out ]'
    soon "nothing comes from Linux any more" '[ "$(tally next)" -ge $in ]'
}

both_ways() {
    echo "$(sent_at 0) messages to Linux so far, $(tally next) from it"
}

restarts_told() {
    grep -c '^host: the sender restarted$' "$scratch/notes" || true
}

# Leaves the RAM in `$ram_file`, the emulator in `$emulator`, and its monitor at descriptor 9.
start_firmware() { # policy
    scratch=$(mktemp -d)
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

stop_all() {
    local process
    for process in "${receiver-}" "${sender-}" "${emulator-}" "${judge-}"; do
        [ -z "$process" ] || kill -KILL "$process" 2>/dev/null || true
        [ -z "$process" ] || wait "$process" 2>/dev/null || true
    done
    receiver='' sender='' emulator='' judge=''
    { exec 8>&- 9>&-; } 2>/dev/null || true
    [ -z "${scratch-}" ] || rm -rf "$scratch"
}

reset_firmware() {
    echo system_reset >&9
}

magic=$((0x464D4152))
# Where the words of a channel with lines of 64 bytes are.
epoch_at=128
head_at=192
consumed_at=320
# How many counts a tagged word tells apart.
counts=$((1 << 21))

# Messages that were sent on the channel at this offset: half the stamp of its head.
sent_at() { # offset
    echo $(($(word_at $(($1 + head_at))) / 2))
}

# Messages to Linux that its receivers have received, low bits. Without a registered receiver: those that were sent.
consumed() {
    if [ "$(word_at 28)" = 2 ]; then
        echo $(($(word_at $consumed_at) % counts))
    else
        sent_at 0
    fi
}

word_at() { # offset
    od -An -tu4 -j "$1" -N4 "$ram_file" | tr -d ' '
}

# As src/pair/tally.rs has them.
tally() { # name
    case $1 in
        next) word_at $tally_at ;;
        wrong) word_at $((tally_at + 4)) ;;
        lost) word_at $((tally_at + 8)) ;;
        repeated) word_at $((tally_at + 12)) ;;
        restarts) word_at $((tally_at + 16)) ;;
        starts) word_at $((tally_at + 20)) ;;
    esac
}

soon() { # what is wrong if not, a condition
    local end=$((SECONDS + ${LIMIT:-60}))
    until eval "$2"; do
        [ $SECONDS -lt $end ] || give_up "$1"
        kill -0 "$emulator" 2>/dev/null || give_up "$1, and the emulator has ended"
        sleep 0.005
    done
}

give_up() { # why
    # Without the monitor's echo.
    grep -v '^(qemu)' "$scratch/log" >&2 || true
    tail -n 20 "$scratch/out" "$scratch/notes" >&2 || true
    fail "$1"
}
