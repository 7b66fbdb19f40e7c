//! How does a program on an emulated chip print, and end with an exit code? By calls that the emulator catches.

use core::arch::asm;

const SYS_WRITE: usize = 0x05;
const SYS_OPEN: usize = 0x01;
const SYS_EXIT_EXTENDED: usize = 0x20;
/// The reason that stands for an ordinary end, with the exit code as its detail.
const APPLICATION_EXIT: usize = 0x20026;
/// Opens `:tt` for writing: the emulator's own output.
const WRITE: usize = 4;

/// Ends the emulator with this exit code.
pub fn exit(code: usize) -> ! {
    let block = [APPLICATION_EXIT, code];
    loop {
        call(SYS_EXIT_EXTENDED, &block);
    }
}

/// Prints a text.
pub fn print(text: &str) {
    let name = c":tt";
    let console = call(SYS_OPEN, &[name.as_ptr().addr(), WRITE, name.count_bytes()]);
    call(SYS_WRITE, &[console, text.as_ptr().addr(), text.len()]);
}

/// Prints a number, in decimal: without the standard formatting, which is full of panics.
pub fn print_number(number: u64) {
    let mut digits = [b'0'; 20];
    let (mut rest, mut first) = (number, digits.len());
    for (index, digit) in digits.iter_mut().enumerate().rev() {
        *digit = b'0' + (rest % 10) as u8;
        (rest, first) = (rest / 10, index);
        if rest == 0 {
            break;
        }
    }
    let text = digits.get(first..).unwrap_or_default();
    print(core::str::from_utf8(text).unwrap_or_default());
}

/// One call. The block holds the call's arguments, at addresses the emulator reads and, of the two above, never writes.
#[inline(never)]
fn call(operation: usize, block: &[usize]) -> usize {
    let mut result = operation;
    // SAFETY: the emulator reads the block and what it points at, which all live until the call returns, and changes the
    // result's register alone.
    unsafe {
        #[cfg(target_arch = "arm")]
        asm!("bkpt 0xab", inout("r0") result, in("r1") block.as_ptr());
        #[cfg(target_arch = "aarch64")]
        asm!("hlt #0xf000", inout("x0") result, in("x1") block.as_ptr());
        #[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
        asm!(
            // The emulator knows the call by these three instructions, none of them compressed, on one page.
            ".option push", ".option norvc", ".balign 16",
            "slli x0, x0, 0x1f", "ebreak", "srai x0, x0, 7",
            ".option pop",
            inout("a0") result, in("a1") block.as_ptr(),
        );
    }
    result
}
