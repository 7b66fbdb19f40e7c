# Which emulated machine runs an image, and did it pass?

limit=${LIMIT:-300}
quiet=(-display none -monitor none -serial none -semihosting-config enable=on,target=native)

emulator() { # target
    case $1 in
        thumb*) echo qemu-system-arm -M mps2-an521 ;;
        riscv32*) echo qemu-system-riscv32 -M virt -smp 2 -bios none ;;
        riscv64*) echo qemu-system-riscv64 -M virt -smp 2 -bios none ;;
        aarch64*) echo qemu-system-aarch64 -M virt -cpu cortex-a53 -smp 2 -nic none ;;
    esac
}

run_two_cores() {
    cargo_build "${targets[@]}" -- --features no-panic --bin two_cores
    local target
    for target in "${targets[@]}"; do
        on_two_cores "$target" two_cores
    done
}

on_two_cores() { # target, image
    local machine start
    read -ra machine < <(emulator "$1")
    echo "== $2, $1 on ${machine[*]}"
    start=$(date +%s)
    timeout "$limit" "${machine[@]}" "${quiet[@]}" -kernel "$(image "$1" "$2")" 2>&1 ||
        fail "$2, $1: exit code $? (124: no end within $limit s)"
    echo "== $2, $1: $(($(date +%s) - start)) s"
}
