//! The WebAssembly half of the npm package `secpvm`; `ts/` is the other half, and what users see.
//!
//! Bytes cross the border in one [region](scratch) of memory that is used again and again, and
//! numbers as arguments: a call allocates nothing. What a function returns is a length, or -1 (a
//! null, for an object) and then [`failure`] knows why. Nothing here panics: a panic would be a
//! trap, and leave the module unusable.
//!
//! A function takes its bytes from the region in the order of its `..._len` arguments. Where
//! nothing else is said, its result stands at the region's start.
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]
#![allow(missing_docs, reason = "the documentation is in ts/")]
#![allow(
    clippy::needless_pass_by_value,
    reason = "JavaScript has no references"
)]

#[cfg(feature = "full")]
mod aead;
#[cfg(feature = "full")]
mod agreement;
#[cfg(feature = "full")]
mod algorithm;
#[cfg(feature = "full")]
mod cipher;
mod classic;
#[cfg(feature = "full")]
mod digest;
#[cfg(feature = "full")]
mod exchange;
mod failure;
#[cfg(feature = "full")]
mod group;
#[cfg(feature = "full")]
mod join;
#[cfg(feature = "full")]
mod mac;
#[cfg(feature = "full")]
mod noise;
mod record;
mod scratch;
mod session;
