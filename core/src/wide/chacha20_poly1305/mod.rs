//! ChaCha20-Poly1305 (RFC 8439 section 2.8) in lanes: the blocks of the key stream side by side; and
//! Poly1305's blocks side by side where there are many, while the next of the key stream are made.
//!
//! Its twin is RustCrypto's, which CPUs without lanes use.

mod chacha20;
mod poly1305;
mod side_by_side;
mod stitched;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use self::chacha20::{Apply, FirstBlocks, KeyStream, Message};
use self::poly1305::Poly1305;
use self::stitched::{Encrypt, HashAhead};
use super::aead::WideAead;
use super::lanes::LanesWidth;
use crate::error::Forged;

/// Length of a block of key stream, in bytes.
const BLOCK_LEN: usize = 64;

/// Blocks that the widest registers make at once.
const BLOCKS_MAX: usize = 16;

/// The longest message that is short: the narrowest registers make 8 blocks at once, and the first of
/// them is Poly1305's key.
const SHORT_MAX: usize = 7 * BLOCK_LEN;

/// So many blocks of key stream are made while a long ciphertext is hashed: those of 4 KiB.
const BLOCKS_AHEAD: usize = 64;

/// The key, as little-endian words.
pub(crate) struct ChaCha20Poly1305 {
    key: [u32; 8],
    width: LanesWidth,
}

impl Drop for ChaCha20Poly1305 {
    fn drop(&mut self) {
        self.key.zeroize();
    }
}

impl WideAead for ChaCha20Poly1305 {
    fn detect(key: &[u8]) -> Option<Self> {
        let width = LanesWidth::detect()?;
        Self::with_width(key, width)
    }

    fn seal_in_place(
        &self,
        nonce: [u8; 12],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &mut [u8; 16],
    ) {
        let message = self.message(nonce);
        let poly1305 = if data.len() <= SHORT_MAX {
            let mut key_stream = KeyStream::<BLOCKS_MAX>::new();
            self.fill(message, &mut key_stream);
            let [key, key_stream @ ..] = &key_stream.0;
            self.apply(message, key_stream, data);
            let mut poly1305 = begin(key, self.width, associated_data);
            poly1305.absorb(self.width, data);
            poly1305
        } else {
            self.width.run(Encrypt {
                message,
                width: self.width,
                associated_data,
                data: &mut *data,
            })
        };
        *tag = finish(poly1305, associated_data, data);
    }

    fn open_in_place(
        &self,
        nonce: [u8; 12],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; 16],
    ) -> Result<(), Forged> {
        let message = self.message(nonce);
        if data.len() > SHORT_MAX {
            return self.open_long(message, associated_data, data, tag);
        }
        let mut key_stream = KeyStream::<BLOCKS_MAX>::new();
        self.fill(message, &mut key_stream);
        let [key, key_stream @ ..] = &key_stream.0;
        let mut poly1305 = begin(key, self.width, associated_data);
        poly1305.absorb(self.width, data);
        verify(poly1305, associated_data, data, tag)?;
        self.apply(message, key_stream, data);
        Ok(())
    }
}

impl ChaCha20Poly1305 {
    fn with_width(key: &[u8], width: LanesWidth) -> Option<Self> {
        let key: &[u8; 32] = key.try_into().ok()?;
        let key = words(key);
        Some(Self { key, width })
    }

    fn message(&self, nonce: [u8; 12]) -> Message<'_> {
        Message {
            key: &self.key,
            nonce: words(&nonce),
        }
    }

    /// Put the blocks from 0 on here, enough for a short message.
    #[inline]
    fn fill(&self, message: Message<'_>, into: &mut KeyStream<BLOCKS_MAX>) {
        self.width.run(FirstBlocks { message, into });
    }

    /// A function of its own: short messages do without its 4 KiB of stack.
    #[inline(never)]
    fn open_long(
        &self,
        message: Message<'_>,
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; 16],
    ) -> Result<(), Forged> {
        let mut key_stream = KeyStream::<BLOCKS_AHEAD>::new();
        let poly1305 = self.width.run(HashAhead {
            message,
            width: self.width,
            associated_data,
            data,
            into: &mut key_stream.0,
        });
        verify(poly1305, associated_data, data, tag)?;
        self.apply(message, &key_stream.0, data);
        Ok(())
    }

    /// Encrypt or decrypt `data`. Some of the key stream is here, from block 1 on.
    #[inline]
    fn apply(&self, message: Message<'_>, key_stream: &[[u8; BLOCK_LEN]], data: &mut [u8]) {
        self.width.run(Apply {
            message,
            key_stream,
            data,
        });
    }
}

/// Poly1305 under block 0 of the key stream, fed the associated data (section 2.8).
#[inline]
fn begin(block: &[u8; BLOCK_LEN], width: LanesWidth, associated_data: &[u8]) -> Poly1305 {
    let (halves, _) = block.as_chunks();
    let [r, s] = [0, 1].map(|i| halves.get(i).copied().map_or(0, u128::from_le_bytes));
    let mut poly1305 = Poly1305::new(r, s);
    poly1305.absorb(width, associated_data);
    poly1305
}

/// The tag, when all has been absorbed but the lengths.
#[inline]
fn finish(mut poly1305: Poly1305, associated_data: &[u8], data: &[u8]) -> [u8; 16] {
    let lengths = associated_data.len() as u128 | (data.len() as u128) << 64;
    poly1305.absorb_block(lengths);
    poly1305.finish().to_le_bytes()
}

/// Compare the tag.
#[inline]
fn verify(
    poly1305: Poly1305,
    associated_data: &[u8],
    data: &[u8],
    tag: &[u8; 16],
) -> Result<(), Forged> {
    let expected = finish(poly1305, associated_data, data);
    if bool::from(expected.ct_eq(tag)) {
        Ok(())
    } else {
        Err(Forged)
    }
}

/// Little-endian.
fn words<const N: usize>(bytes: &[u8]) -> [u32; N] {
    let mut words = [0; N];
    let (chunks, _) = bytes.as_chunks();
    for (word, bytes) in words.iter_mut().zip(chunks) {
        *word = u32::from_le_bytes(*bytes);
    }
    words
}

#[cfg(test)]
mod tests {
    extern crate std;

    use std::vec;

    use super::*;

    /// The widest is held against RustCrypto's code where it is chosen.
    #[test]
    fn every_width_gives_the_same_bytes() {
        let mut first = None;
        for width in LanesWidth::all() {
            std::println!("ran: {width:?}");
            let aead = ChaCha20Poly1305::with_width(&[0x5a; 32], width).unwrap();
            let sealed: vec::Vec<_> = (0..1100)
                .chain(4000..4200)
                .chain([65_507])
                .map(|len| {
                    let (mut data, mut tag) = (vec![7; len], [0; 16]);
                    aead.seal_in_place([9; 12], b"associated", &mut data, &mut tag);
                    let (sealed, mut forged) = (data.clone(), tag);
                    forged[len % 16] ^= 1;
                    assert!(
                        aead.open_in_place([9; 12], b"associated", &mut data, &forged)
                            .is_err()
                    );
                    assert!(data == sealed);
                    aead.open_in_place([9; 12], b"associated", &mut data, &tag)
                        .unwrap();
                    assert!(data == vec![7; len]);
                    (sealed, tag)
                })
                .collect();
            assert!(*first.get_or_insert_with(|| sealed.clone()) == sealed);
        }
    }
}
