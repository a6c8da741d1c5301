//! Do core's wide back ends branch on secrets, or index by them? Compiled with LLVM's
//! MemorySanitizer, which is told that keys and data are undefined, and ends the program at the
//! first branch or address that depends on them. It knows AVX-512, which valgrind (core/ct) does not.
//!
//!     secpvm-core-msan            every cipher, mode and direction: must end well
//!     secpvm-core-msan planted    a table indexed by a secret: must be reported
//!
//! It has a `main` of C's: the standard library comes without the sanitizer, and what it writes
//! would be taken for undefined.
#![no_main]

use std::ffi::{c_char, c_int};
use std::hint::black_box;

use secpvm_core::hazmat::{Cbc, Cfb, Ctr, Des, Ecb, Idea, KeyInit, KeyIvInit, Ofb};
use secpvm_core::hazmat::{TdesEde2, TdesEde3};
#[cfg(feature = "wide")]
use secpvm_core::{
    aead::{Aead, Aes128Gcm, Aes256Gcm, ChaCha20Poly1305, Nonce},
    agreement::X25519,
    secret::Secret,
};

unsafe extern "C" {
    fn __msan_poison(at: *const u8, len: usize);
    fn __msan_test_shadow(at: *const u8, len: usize) -> isize;
}

#[unsafe(no_mangle)]
extern "C" fn main(arguments: c_int, _: *const *const c_char) -> c_int {
    if arguments > 1 {
        planted_leak();
        return 0;
    }
    modes::<Des>("DES");
    modes::<TdesEde2>("two-key triple DES");
    modes::<TdesEde3>("triple DES");
    modes::<Idea>("IDEA");
    #[cfg(feature = "wide")]
    {
        sealing::<Aes128Gcm>("AES-128-GCM");
        sealing::<Aes256Gcm>("AES-256-GCM");
        sealing::<ChaCha20Poly1305>("ChaCha20-Poly1305");
        x25519();
    }
    0
}

/// Opening does the same, but for its verdict, which is a branch that is meant.
#[cfg(feature = "wide")]
fn sealing<A: Aead>(name: &str) {
    for len in [0, 1, 16, 64, 300, 1000, 4096, 5000] {
        let (mut key, mut data) = ([5; 32], [7; 5000]);
        poison(&mut key);
        poison(&mut data);
        let (Some(key), Some(data)) = (key.get(..A::KEY_LEN.min), data.get_mut(..len)) else {
            return;
        };
        let nonce = Nonce::assume_unique([9; 12]);
        let sealed = A::new(key).map(|aead| aead.seal_in_place(nonce, b"associated", data));
        assert!(matches!(sealed, Ok(Ok(tag)) if is_poisoned(&tag)));
        assert!(len == 0 || is_poisoned(data));
    }
    println!("{name}: clean at {}", width());
}

/// A public value is a product as a shared secret is, without the verdict whether it is zero.
#[cfg(feature = "wide")]
fn x25519() {
    let mut secret = [5; 32];
    poison(&mut secret);
    let public_value = X25519::new(&Secret::from(secret)).public_value();
    assert!(is_poisoned(&public_value));
    println!("X25519: clean at {}", width());
}

fn modes<C: KeyInit<Block = [u8; 8]>>(name: &str) {
    for len in [8, 64, 8 * 600] {
        both_directions::<Ecb<C>>(len, &[]);
        both_directions::<Cbc<C>>(len, &[9; 8]);
        both_directions::<Cfb<C>>(len, &[9; 8]);
        both_directions::<Ofb<C>>(len, &[9; 8]);
        both_directions::<Ctr<C>>(len, &[9; 8]);
    }
    println!("{name}: clean at {}", width());
}

/// What of this CPU the feature `wide` uses.
fn width() -> &'static str {
    if !cfg!(feature = "wide") {
        "64 bits, portable"
    } else if is_x86_feature_detected!("avx512bw") {
        "512 bits, AVX-512"
    } else if is_x86_feature_detected!("avx2") {
        "256 bits, AVX2; this CPU has no AVX-512"
    } else {
        "64 bits, portable; this CPU has no AVX2"
    }
}

fn both_directions<C: KeyIvInit>(len: usize, iv: &[u8]) {
    let mut key = [0; 24];
    key.iter_mut().zip(1..).for_each(|(byte, n)| *byte = n);
    let mut data = [7; 8 * 600];
    poison(&mut key);
    poison(&mut data);
    let (Some(key), Some(data)) = (key.get(..C::KEY_LEN.min), data.get_mut(..len)) else {
        return;
    };
    for step in [C::encrypt_in_place, C::decrypt_in_place] {
        let stepped = C::new(key, iv).map(|mut cipher| step(&mut cipher, data));
        assert!(matches!(stepped, Ok(Ok(()))));
    }
    assert!(is_poisoned(data));
}

/// From now on, a branch or an address that depends on these bytes is an error.
fn poison(secret: &mut [u8]) {
    // SAFETY: the bytes exist; they are marked, and not written.
    unsafe { __msan_poison(secret.as_ptr(), secret.len()) };
}

/// Whether what was made of secrets is known to depend on them, from its first byte on: no instruction on
/// the way has lost the mark.
fn is_poisoned(result: &[u8]) -> bool {
    // SAFETY: the bytes exist; their marks are read.
    unsafe { __msan_test_shadow(result.as_ptr(), result.len()) == 0 }
}

/// What must not be: a table that is indexed by a secret.
#[inline(never)]
fn planted_leak() {
    let mut secret = [3];
    poison(&mut secret);
    let table: [u8; 256] = black_box([5; 256]);
    black_box(table[usize::from(secret[0])]);
}
