//! What there is instead of an operating system: a start, an end, and a console, by Arm's semihosting
//! (Semihosting for AArch32 and AArch64, version 3.0, chapter 6).

use core::arch::asm;
use core::fmt::{self, Write};
use core::panic::PanicInfo;

const SYS_WRITEC: usize = 0x03;
const SYS_EXIT: usize = 0x18;
const STOPPED_RUN_TIME_ERROR: usize = 0x2_0023;
const STOPPED_APPLICATION_EXIT: usize = 0x2_0026;

unsafe extern "C" {
    /// Defined in memory.ld: its address is the value.
    static stack_top: u8;
}

/// What the processor reads on reset (ARMv7-M, B1.5.3).
#[repr(C)]
pub struct Vectors {
    stack_top: *const u8,
    reset: extern "C" fn() -> !,
    faults: [extern "C" fn() -> !; 14],
}

// SAFETY: it is constant, and only the processor reads it.
unsafe impl Sync for Vectors {}

#[used]
#[unsafe(link_section = ".vectors")]
static VECTORS: Vectors = Vectors {
    stack_top: &raw const stack_top,
    reset,
    faults: [fault; 14],
};

#[unsafe(no_mangle)]
extern "C" fn reset() -> ! {
    exit(crate::main())
}

extern "C" fn fault() -> ! {
    print(format_args!("the processor reports a fault"));
    exit(false)
}

#[panic_handler]
fn panicked(info: &PanicInfo) -> ! {
    print(format_args!("{info}"));
    exit(false)
}

fn exit(good: bool) -> ! {
    loop {
        // SAFETY: the argument is a reason, no address.
        unsafe {
            semihosting(
                SYS_EXIT,
                if good {
                    STOPPED_APPLICATION_EXIT
                } else {
                    STOPPED_RUN_TIME_ERROR
                },
            );
        }
    }
}

/// The console of the machine around this one.
struct Console;

impl Write for Console {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.as_bytes() {
            // SAFETY: the argument is the address of a byte, which is read.
            unsafe { semihosting(SYS_WRITEC, core::ptr::from_ref(byte) as usize) };
        }
        Ok(())
    }
}

/// Write a line to it.
pub fn print(line: fmt::Arguments) {
    // The console takes everything.
    let _ = writeln!(Console, "{line}");
}

/// # Safety
/// `argument` must be what `operation` takes.
unsafe fn semihosting(operation: usize, argument: usize) {
    // SAFETY: by the caller's promise. The breakpoint's other registers are left as they are.
    unsafe {
        asm!("bkpt #0xab", inout("r0") operation => _, in("r1") argument);
    }
}
