# Do Linux and firmware talk, over the emulator's RAM in a file?

run_pair() {
    fail "not written yet"
}
