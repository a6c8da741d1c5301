//! Proof by linking: this program has neither `std` nor `alloc` nor an allocator, and uses what its
//! features name. It is built for a Cortex-M4 and for WebAssembly; `cargo xtask sizes` measures it.
#![no_std]
#![no_main]

#[cfg(feature = "full")]
mod all;
#[cfg(feature = "classic")]
mod classic;
#[cfg(feature = "records")]
mod records;

use core::panic::PanicInfo;

#[panic_handler]
fn halt(_: &PanicInfo) -> ! {
    loop {}
}

/// The entry point of both targets' linkers. Returns how many exchanges went well.
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> usize {
    let mut good = 0;
    #[cfg(feature = "classic")]
    {
        good += classic::run();
    }
    #[cfg(feature = "records")]
    {
        good += records::run();
    }
    #[cfg(feature = "full")]
    {
        good += all::run();
    }
    good
}
