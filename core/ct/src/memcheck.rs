//! Requests to valgrind's memcheck, from inside the program that it runs (`valgrind.h` and
//! `memcheck.h` of valgrind; the numbers are part of its interface). Outside valgrind they do
//! nothing.
#![allow(unsafe_code, reason = "a request is a sequence of instructions")]

use core::arch::asm;

const RUNNING_ON_VALGRIND: u64 = 0x1001;
const COUNT_ERRORS: u64 = 0x1201;
const MAKE_MEM_UNDEFINED: u64 = 0x4d43_0001;
const MAKE_MEM_DEFINED: u64 = 0x4d43_0002;

/// Whether memcheck, or another tool of valgrind, runs this program.
pub fn is_running() -> bool {
    request(RUNNING_ON_VALGRIND, &()) != 0
}

/// How many errors have been found so far.
pub fn errors() -> u64 {
    request(COUNT_ERRORS, &())
}

/// From now on, a branch or an address that depends on these bytes is an error.
pub fn poison(secret: &mut [u8]) {
    request(MAKE_MEM_UNDEFINED, secret);
}

/// These bytes are public, wherever they came from: sent, or given to whoever asks.
pub fn publish<T: ?Sized>(public: &T) {
    request(MAKE_MEM_DEFINED, public);
}

#[cfg(target_arch = "x86_64")]
fn request<T: ?Sized>(number: u64, memory: &T) -> u64 {
    let (at, len) = ((&raw const *memory).cast::<u8>(), size_of_val(memory));
    let arguments = [number, at.expose_provenance() as u64, len as u64, 0, 0, 0];
    let mut result = 0_u64;
    // SAFETY: four rotations by 128 bits in all and an exchange of a register with itself change
    // nothing; valgrind, which knows the sequence, reads `arguments` and sets `rdx`. It marks
    // memory, and writes none.
    unsafe {
        asm!(
            "rol rdi, 3", "rol rdi, 13", "rol rdi, 61", "rol rdi, 51", "xchg rbx, rbx",
            inout("rdx") result,
            in("rax") &raw const arguments,
            inout("rdi") 0_u64 => _,
        );
    }
    result
}

#[cfg(not(target_arch = "x86_64"))]
compile_error!("valgrind's requests are written down for x86-64 alone");
