//! What happens on a panic? The test fails; in an image that claims to have none, the link fails.

use core::panic::PanicInfo;

/// With the feature `no-panic` this refers to a function that nobody defines. The linker drops it where no panic can be
/// reached, and fails where one can.
#[cfg(feature = "no-panic")]
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    unsafe extern "C" {
        fn a_panic_can_be_reached() -> !;
    }
    // SAFETY: never runs, because an image with this call does not link.
    unsafe { a_panic_can_be_reached() }
}

#[cfg(not(feature = "no-panic"))]
#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    use crate::semihosting::{exit, print, print_number};

    print("panic");
    if let Some(location) = info.location() {
        print(" at ");
        print(location.file());
        print(":");
        print_number(u64::from(location.line()));
    }
    print("\n");
    exit(101)
}
