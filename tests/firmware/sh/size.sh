# What does a channel weigh on a chip?

weighed=(thumbv6m-none-eabi thumbv7m-none-eabi)
# The most that sender, receiver and attach of one policy may take on thumbv6m: what is wanted, and what fails. The second
# follows the measurement down.
flash_wanted=2048
flash_bound=4200
# The most private RAM of an end.
end_bound=64

images=(
    "size_start|start code alone"
    "size_sender_overwrite|sender, overwrite"
    "size_sender_backpressure|sender, backpressure"
    "size_receiver_overwrite|receiver, overwrite"
    "size_receiver_backpressure|receiver, backpressure"
    "size_both_overwrite|sender and receiver, overwrite"
    "size_both_backpressure|sender and receiver, backpressure"
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
    bounds "$(image thumbv6m-none-eabi size_both_overwrite)" "$(image thumbv6m-none-eabi size_both_backpressure)"
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
compiler's own memcpy and the like. "Of it ramframe" leaves out the start code and the compiler's. RAM: static memory, where
the ends live; not the caller's buffer, the stack, or the shared memory. No image has a panic.
END
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

bounds() { # images, of which the smaller counts
    local least=99999 file end
    for file in "$@"; do
        [ "$(flash "$file")" -gt "$least" ] || least=$(flash "$file")
        for end in $(ends "$file" | tr -d ,); do
            [ "$end" -le $end_bound ] || fail "an end takes $end bytes of RAM, more than $end_bound"
        done
    done
    echo "Each end takes at most $end_bound bytes of RAM. Sender, receiver and attach take $least bytes of flash; wanted: $flash_wanted."
    [ "$least" -le $flash_bound ] || fail "that is more than $flash_bound"
}
