//! ChaCha20-Poly1305 (RFC 8439 section 2.8) in lanes: the blocks of the key stream side by side, the
//! first of them Poly1305's key; and Poly1305's blocks side by side where there are many.
//!
//! Its twin is RustCrypto's, which CPUs without lanes use.

mod chacha20;
mod poly1305;
mod side_by_side;

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

use self::chacha20::{Block, Blocks, KeyStream};
use self::poly1305::Poly1305;
use super::aead::WideAead;
use super::lanes::LanesWidth;
use crate::error::Forged;

/// Length of a block of key stream, in bytes.
const BLOCK_LEN: usize = 64;

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
        let nonce = words(&nonce);
        let mut stream = KeyStream::new();
        self.fill(&mut stream, nonce, 0, BLOCK_LEN + data.len());
        self.apply_key_stream(nonce, &stream, data);
        *tag = self.tag(&stream, associated_data, data);
    }

    fn open_in_place(
        &self,
        nonce: [u8; 12],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; 16],
    ) -> Result<(), Forged> {
        let nonce = words(&nonce);
        let mut stream = KeyStream::new();
        self.fill(&mut stream, nonce, 0, BLOCK_LEN + data.len());
        if !bool::from(self.tag(&stream, associated_data, data).ct_eq(tag)) {
            return Err(Forged);
        }
        self.apply_key_stream(nonce, &stream, data);
        Ok(())
    }
}

impl ChaCha20Poly1305 {
    fn with_width(key: &[u8], width: LanesWidth) -> Option<Self> {
        let key: &[u8; 32] = key.try_into().ok()?;
        let key = words(key);
        Some(Self { key, width })
    }

    /// The key stream from block `counter` on: as much as there are lanes for, or a block if it is no
    /// more that is wanted.
    #[inline]
    fn fill(&self, stream: &mut KeyStream, nonce: [u32; 3], counter: u32, wanted: usize) {
        let blocks = Blocks {
            key: &self.key,
            counter,
            nonce,
            into: stream,
        };
        if wanted <= BLOCK_LEN {
            blocks.first();
        } else {
            self.width.run(blocks);
        }
    }

    /// Encrypt or decrypt `data`. `first` begins with the block that is Poly1305's key.
    fn apply_key_stream(&self, nonce: [u32; 3], first: &KeyStream, data: &mut [u8]) {
        let (_, blocks) = first.blocks().split_first().unwrap_or((&[[0; 4]; 4], &[]));
        let len = data.len().min(BLOCK_LEN * blocks.len());
        let (head, tail) = data.split_at_mut(len);
        xor(head, blocks);
        if tail.is_empty() {
            return;
        }
        let mut stream = KeyStream::new();
        let step = first.blocks().len();
        for (piece, counter) in tail
            .chunks_mut(BLOCK_LEN * step)
            .zip((0..).step_by(step).skip(1))
        {
            self.fill(&mut stream, nonce, counter, piece.len());
            xor(piece, stream.blocks());
        }
    }

    /// The tag of ciphertext `data` (section 2.8), under the first block of `stream`.
    fn tag(&self, stream: &KeyStream, associated_data: &[u8], data: &[u8]) -> [u8; 16] {
        let [r, s, ..] = stream.blocks().first().copied().unwrap_or_default();
        let mut poly1305 = Poly1305::new(to_u128(r), to_u128(s));
        poly1305.absorb(self.width, associated_data);
        poly1305.absorb(self.width, data);
        let lengths = associated_data.len() as u128 | (data.len() as u128) << 64;
        poly1305.absorb_block(lengths);
        poly1305.finish().to_le_bytes()
    }
}

/// Exclusive-or `blocks` into `data`, as far as the shorter goes.
fn xor(data: &mut [u8], blocks: &[Block]) {
    let (whole, rest) = data.as_chunks_mut();
    let mut keys = blocks.as_flattened().iter().map(|part| to_u128(*part));
    for (bytes, key) in whole.iter_mut().zip(&mut keys) {
        *bytes = (u128::from_le_bytes(*bytes) ^ key).to_le_bytes();
    }
    if let Some(key) = keys.next() {
        for (byte, key) in rest.iter_mut().zip(key.to_le_bytes()) {
            *byte ^= key;
        }
    }
}

fn to_u128([a, b, c, d]: [u32; 4]) -> u128 {
    u128::from(a) | u128::from(b) << 32 | u128::from(c) << 64 | u128::from(d) << 96
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
                .chain([4096, 65_507])
                .map(|len| {
                    let (mut data, mut tag) = (vec![7; len], [0; 16]);
                    aead.seal_in_place([9; 12], b"associated", &mut data, &mut tag);
                    data.extend(tag);
                    data
                })
                .collect();
            assert!(*first.get_or_insert_with(|| sealed.clone()) == sealed);
        }
    }
}
