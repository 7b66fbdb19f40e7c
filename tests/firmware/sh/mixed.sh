# Do a core in Rust and a core in C talk, and does each go on when the other is restarted?

run_mixed() {
    export RAMFRAME_C_OBJECTS=$CARGO_TARGET_DIR/c
    local target
    for target in "${targets[@]}"; do
        compile_side "$target"
    done
    cargo_build "${targets[@]}" -- --features no-panic,c --bin mixed
    for target in "${targets[@]}"; do
        on_two_cores "$target" mixed
    done
}

compile_side() { # target
    local compiler
    read -ra compiler < <(c_compiler "$1")
    mkdir -p "$RAMFRAME_C_OBJECTS/$1"
    "${compiler[@]}" -std=c11 -Os -ffreestanding -ffunction-sections -Wall -Wextra -Werror -Wconversion -Wpedantic \
        -c src/bin/mixed/side.c -o "$RAMFRAME_C_OBJECTS/$1/side.o"
}

# The one that most use, and for the machines that it does not know the one that knows all.
c_compiler() { # target
    case $1 in
        thumbv6m*) echo arm-none-eabi-gcc -mthumb -mcpu=cortex-m0plus ;;
        thumbv7m*) echo arm-none-eabi-gcc -mthumb -mcpu=cortex-m3 ;;
        thumbv8m.main*) echo arm-none-eabi-gcc -mthumb -mcpu=cortex-m33+nodsp -mfloat-abi=soft ;;
        riscv32*) echo clang --target=riscv32-unknown-elf -march=rv32imac -mabi=ilp32 -mcmodel=medany ;;
        riscv64*) echo clang --target=riscv64-unknown-elf -march=rv64gc -mabi=lp64d -mcmodel=medany ;;
        aarch64*) echo clang --target=aarch64-unknown-none-elf -mstrict-align ;;
    esac
}
