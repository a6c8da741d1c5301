//! Block ciphers and stream ciphers, without a mode and without authentication.
//!
//! Public only through [`hazmat`](crate::hazmat).

#[cfg(all(feature = "aes", target_arch = "wasm32", target_feature = "simd128"))]
mod aes_simd128;
mod any;
#[cfg(all(
    feature = "aes",
    not(all(target_arch = "wasm32", target_feature = "simd128"))
))]
mod block;
#[cfg(feature = "blowfish")]
mod blowfish;
#[cfg(feature = "chacha20")]
mod chacha20;
#[cfg(feature = "des")]
pub(crate) mod des;
#[cfg(feature = "idea")]
mod idea;
#[cfg(feature = "rc4")]
mod rc4;
#[cfg(all(test, feature = "des", feature = "idea"))]
mod reference;
#[cfg(feature = "des")]
mod weak;

use core::fmt;

#[cfg(feature = "des")]
pub use self::des::{Des, DesVartime, TdesEde2, TdesEde2Vartime, TdesEde3, TdesEde3Vartime};
#[cfg(feature = "idea")]
pub use self::idea::Idea;
#[cfg(all(feature = "aes", target_arch = "wasm32", target_feature = "simd128"))]
pub use aes_simd128::{Aes128, Aes192, Aes256};
pub use any::{AnyCipher, CipherSpec};
#[cfg(all(
    feature = "aes",
    not(all(target_arch = "wasm32", target_feature = "simd128"))
))]
pub use block::{Aes128, Aes192, Aes256};
#[cfg(feature = "blowfish")]
pub use blowfish::Blowfish;
#[cfg(feature = "chacha20")]
pub use chacha20::ChaCha20;
#[cfg(feature = "rc4")]
pub use rc4::Rc4;
use zeroize::Zeroize;

use crate::error::BadPadding;
use crate::length::{Lengths, WrongLength};

/// A block cipher under one key. The key can be neither copied nor printed, and is wiped on drop.
pub trait BlockCipher: Sized + sealed::Sealed {
    /// `[u8; 8]` or `[u8; 16]`.
    type Block: Block;

    /// As many blocks as a mode hands over at once, which is what fills the widest registers.
    type Batch: AsRef<[Self::Block]> + AsMut<[Self::Block]> + Zeroize;

    /// A batch of zeros.
    const ZERO_BATCH: Self::Batch;

    /// Encrypt each block by itself.
    fn encrypt_blocks(&self, blocks: &mut [Self::Block]);

    /// Decrypt each block by itself.
    fn decrypt_blocks(&self, blocks: &mut [Self::Block]);

    /// Encrypt one block, which a mode that chains waits for.
    fn encrypt_block(&self, mut block: Self::Block) -> Self::Block {
        self.encrypt_blocks(core::slice::from_mut(&mut block));
        block
    }

    /// Encrypt each block after adding the one before it, encrypted; `previous` is that of the
    /// first, and then the last one. One by one, unless a cipher knows better.
    fn encrypt_chained(&self, previous: &mut Self::Block, blocks: &mut [Self::Block]) {
        let mut last = *previous;
        for block in blocks {
            last.xor(block);
            last = self.encrypt_block(last);
            *block = last;
        }
        *previous = last;
    }
}

/// A block cipher can be lent to a mode, so that a key is expanded once for many messages.
impl<C: BlockCipher> BlockCipher for &C {
    type Block = C::Block;
    type Batch = C::Batch;
    const ZERO_BATCH: Self::Batch = C::ZERO_BATCH;

    fn encrypt_blocks(&self, blocks: &mut [Self::Block]) {
        C::encrypt_blocks(self, blocks);
    }

    fn decrypt_blocks(&self, blocks: &mut [Self::Block]) {
        C::decrypt_blocks(self, blocks);
    }

    fn encrypt_block(&self, block: Self::Block) -> Self::Block {
        C::encrypt_block(self, block)
    }

    fn encrypt_chained(&self, previous: &mut Self::Block, blocks: &mut [Self::Block]) {
        C::encrypt_chained(self, previous, blocks);
    }
}

impl<C: BlockCipher> sealed::Sealed for &C {}

/// A block cipher that is made from its key.
pub trait KeyInit: BlockCipher {
    /// The lengths of key that the cipher takes, in bytes.
    const KEY_LEN: Lengths;

    /// Expand `key`.
    ///
    /// # Errors
    /// [`WrongLength`] unless `key` has one of [`KEY_LEN`](Self::KEY_LEN).
    fn new(key: &[u8]) -> Result<Self, WrongLength>;
}

/// A block: 8 or 16 bytes.
pub trait Block: Copy + AsRef<[u8]> + AsMut<[u8]> + Zeroize + sealed::Sealed {
    /// Length in bytes.
    const LEN: usize;

    /// All zeros.
    const ZERO: Self;

    /// As many whole blocks as there are, and the rest.
    fn chunks_mut(data: &mut [u8]) -> (&mut [Self], &mut [u8]);

    /// Add one modulo 2^(8 `LEN`), the first byte being the highest.
    fn increment(&mut self);

    /// Take `bytes`, whose length has been checked.
    fn copied_from(bytes: &[u8]) -> Self {
        let mut block = Self::ZERO;
        for (to, from) in block.as_mut().iter_mut().zip(bytes) {
            *to = *from;
        }
        block
    }

    /// Exclusive-or `other` into this block.
    fn xor(&mut self, other: &Self);
}

/// Exclusive-or `other` into `data`, as far as the shorter goes.
pub(crate) fn xor(data: &mut [u8], other: &[u8]) {
    for (byte, other) in data.iter_mut().zip(other) {
        *byte ^= other;
    }
}

/// The halves of a Feistel cipher's block: the left one is the first, its first byte the highest.
type Halves = [u32; 2];

fn halves([a, b, c, d, e, f, g, h]: [u8; 8]) -> Halves {
    [
        u32::from_be_bytes([a, b, c, d]),
        u32::from_be_bytes([e, f, g, h]),
    ]
}

fn joined([left, right]: Halves) -> [u8; 8] {
    (u64::from(left) << 32 | u64::from(right)).to_be_bytes()
}

macro_rules! block {
    ($len:literal, $integer:ty) => {
        impl Block for [u8; $len] {
            const LEN: usize = $len;
            const ZERO: Self = [0; $len];

            fn chunks_mut(data: &mut [u8]) -> (&mut [Self], &mut [u8]) {
                data.as_chunks_mut()
            }

            fn increment(&mut self) {
                *self = <$integer>::from_be_bytes(*self)
                    .wrapping_add(1)
                    .to_be_bytes();
            }

            fn xor(&mut self, other: &Self) {
                let integers = [*self, *other].map(<$integer>::from_ne_bytes);
                *self = (integers[0] ^ integers[1]).to_ne_bytes();
            }
        }

        impl sealed::Sealed for [u8; $len] {}
    };
}

block!(8, u64);
block!(16, u128);

/// A cipher in a mode, or a stream cipher, under one key and IV: the state of a message.
///
/// Its pieces may be of any length that is a multiple of [`unit_len`](Self::unit_len): how a
/// message is split makes no difference. One object serves one message in one direction.
pub trait Cipher: Sized + sealed::Sealed {
    /// Length in bytes that every piece must be a multiple of: the block in ECB and CBC, else 1.
    fn unit_len(&self) -> usize;

    /// Encrypt the next piece of the message.
    ///
    /// # Errors
    /// [`CipherError`]; `data` and the state are then as before.
    fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError>;

    /// Decrypt the next piece of the message.
    ///
    /// # Errors
    /// [`CipherError`]; `data` and the state are then as before.
    fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError>;
}

/// A [`Cipher`] that is selected by its type.
pub trait KeyIvInit: Cipher {
    /// The lengths of key, in bytes.
    const KEY_LEN: Lengths;

    /// Length of the IV in bytes; 0 if there is none.
    const IV_LEN: usize;

    /// Length of the block in bytes; 1 for a stream cipher.
    const BLOCK_LEN: usize;

    /// Begin a message.
    ///
    /// # Errors
    /// [`WrongLength`] of the key or the IV.
    fn new(key: &[u8], iv: &[u8]) -> Result<Self, WrongLength>;
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// Why a cipher would not take a piece of a message, or the end of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CipherError {
    /// The piece is not a whole number of blocks.
    WrongLength(WrongLength),
    /// The key stream would repeat: ChaCha20 ends with its 32-bit block counter,
    /// before 256 GiB.
    Exhausted,
    /// A stream cipher, or a mode that makes one, has no padding.
    NoPadding,
    /// The padding is not one that was ever added. It says no more on purpose.
    BadPadding,
}

impl From<BadPadding> for CipherError {
    fn from(BadPadding: BadPadding) -> Self {
        Self::BadPadding
    }
}

impl From<WrongLength> for CipherError {
    fn from(error: WrongLength) -> Self {
        Self::WrongLength(error)
    }
}

impl fmt::Display for CipherError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongLength(error) => error.fmt(f),
            Self::Exhausted => f.write_str("the key stream has come to its end"),
            Self::NoPadding => f.write_str("padding is for ECB and CBC only"),
            Self::BadPadding => BadPadding.fmt(f),
        }
    }
}

impl core::error::Error for CipherError {}
