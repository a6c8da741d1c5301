//! Ciphers, MACs, key agreement, packet formats and protocol state of secpvm: `no_std`, no allocator.
#![no_std]
#![forbid(unsafe_code)]

mod cipher;
pub mod digest;
pub mod hazmat;
pub mod length;
pub mod mac;
mod mode;
