# What does a channel weigh on a chip?

weighed=(thumbv6m-none-eabi thumbv7m-none-eabi)
# The most flash that sender, receiver and attach may take together on thumbv6m, beside the start code: of overwrite, and of
# backpressure, whose receiver also keeps its seat across formats and tells what was discarded for it.
overwrite_bound=2048
backpressure_bound=2304
# The most private RAM of an end.
end_bound=64
# By how many percent the table of core/COST.md may differ: it was made with another compiler, perhaps.
page_slack=10
page=../../core/COST.md

images=(
    "size_start|start code alone"
    "size_sender_overwrite|sender, overwrite"
    "size_sender_backpressure|sender, backpressure"
    "size_receiver_overwrite|receiver, overwrite"
    "size_receiver_backpressure|receiver, backpressure"
    "size_receiver_task|receiver, backpressure, polled by a task"
    "size_both_overwrite|sender and receiver, overwrite"
    "size_both_backpressure|sender and receiver, backpressure"
    "size_fixed_sender|sender, overwrite, fixed"
    "size_fixed_receiver|receiver, overwrite, fixed"
    "size_fixed_overwrite|sender and receiver, overwrite, fixed"
    "size_fixed_backpressure|sender and receiver, backpressure, fixed"
    "size_duplex|duplex link, embedded-io"
)

weigh() {
    cargo_build "${weighed[@]}" -- --features no-panic --bins
    local target row
    for target in "${weighed[@]}"; do
        table_head "$target"
        for row in "${images[@]}"; do
            table_row "$(image "$target" "${row%%|*}")" "${row#*|}"
        done
    done
    echo
    counted
    page_agrees
    bounds "$(image thumbv6m-none-eabi size_fixed_overwrite)" $overwrite_bound
    bounds "$(image thumbv6m-none-eabi size_fixed_backpressure)" $backpressure_bound
}

table_head() { # target
    printf '\n| %s | flash | of it ramframe | RAM | of it each end |\n|---|--:|--:|--:|--:|\n' "$1"
}

table_row() { # image, name
    printf '| %s | %d | %d | %d | %s |\n' "$2" "$(flash "$1")" "$(own "$1")" "$(ram "$1")" "$(ends "$1")"
}

counted() {
    cat <<END
In bytes. By $compiler; opt-level "z", LTO fat, one codegen unit, panic = abort.
Flash: the whole image, that is vectors, start code, attach, a loop that sends and receives, the constants, and the
compiler's own memcpy and the like. "Of it ramframe" leaves out the start code and the compiler's. "Fixed": the geometry is
a constant of the program (ConstGeometry), and so is the length of the memory. RAM: static memory, where
the ends live; not the caller's buffer, the stack, or the shared memory. No image has a panic.
END
}

# Each row of that page's table, ramframe's own flash and RAM on each target, is what is weighed here. It has all of them
# but the start code alone and the task.
page_agrees() {
    local row name told weight rows=0 all
    for row in "${images[@]}"; do
        name=${row#*|}
        told=$(sed -n "s/^| $name | \([0-9 |]*\) |$/\1/p" "$page" | tr -d '|')
        [ -n "$told" ] || continue
        rows=$((rows + 1))
        # shellcheck disable=SC2046,SC2086
        set -- $told
        for weight in $(weights "${row%%|*}"); do
            [ $(($1 * 100)) -le $((weight * (100 + page_slack))) ] &&
                [ $(($1 * 100)) -ge $((weight * (100 - page_slack))) ] ||
                fail "core/COST.md says $1 bytes of \"$name\", it is $weight: type its table anew"
            shift
        done
    done
    all=$(grep -cE '^\| [a-z, -]+ (\| [0-9]+ ){4}\|$' "$page" || true)
    [ $rows = "$all" ] || fail "core/COST.md has $all rows of bytes, and $rows of them are weighed here"
    [ $rows = $((${#images[@]} - 2)) ] || fail "core/COST.md has $rows of the ${#images[@]} rows that are weighed here"
}

weights() { # name of an image
    local target
    for target in "${weighed[@]}"; do
        own "$(image "$target" "$1")"
        ram "$(image "$target" "$1")"
    done
}

flash() { # image
    size -A -d "$1" | awk '/^\.(vectors|text|rodata|data) / { sum += $2 } END { print sum }'
}

ram() { # image
    local all
    all=$(size -A -d "$1" | awk '/^\.(data|bss) / { sum += $2 } END { print sum + 0 }')
    echo $((all - $(symbols "$1" BUFFER | paste -sd+) + 0))
}

symbols() { # image, names: the sizes of these statics
    nm -S -C "$1" | grep -E " [bB] .*::($2)\$" | while read -r _ hex _; do echo $((16#$hex)); done
}

# Without the vectors, `reset` with its like, and everything of compiler_builtins. One address may have several names.
own() { # image
    local others
    others=$(nm -S -n "$1" | awk '/ [tT] / && !seen[$1]++ && /17compiler_builtins|__aeabi_|mem(cpy|set|move)/ { print $2 }' |
        while read -r hex; do echo $((16#$hex)); done | paste -sd+)
    echo $(($(flash "$1") - $(flash "$(dirname "$1")/size_start") - (${others:-0})))
}

ends() { # image
    symbols "$1" 'SENDER|RECEIVER|LINK' | paste -sd, | sed 's/,/, /'
}

bounds() { # image with a sender and a receiver, the most flash
    local taken found
    taken=$(($(flash "$1") - $(flash "$(dirname "$1")/size_start")))
    echo "$(basename "$1"): $taken bytes of flash beside the start code, of $2 allowed; each end $(ends "$1") bytes of RAM, of $end_bound."
    [ $taken -le "$2" ] || fail "$1 takes $taken bytes of flash, more than $2"
    read -ra found < <(ends "$1" | tr -d ,)
    [ ${#found[@]} = 2 ] || fail "$1 has ${#found[@]} ends in static memory, not 2"
    for end in "${found[@]}"; do
        [ "$end" -le $end_bound ] || fail "an end takes $end bytes of RAM, more than $end_bound"
    done
}
