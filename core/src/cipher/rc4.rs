//! RC4 ("alleged RC4", 1994).

use zeroize::Zeroize;

use super::{Cipher, CipherError, KeyIvInit, sealed};
use crate::length::{Lengths, Part, WrongLength};

/// RC4: keys of 5 to 256 bytes (40 to 2048 bits), no IV. Broken: the key stream is biased.
///
/// The same key gives the same key stream: use a key for one message only. Its state is indexed by
/// secrets: timing may leak them.
pub struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

/// How many bytes of key stream are added at once.
const WORD_LEN: usize = 8;

impl Rc4 {
    /// Give `data` the next bytes of key stream, word by word.
    ///
    /// What limits RC4 is that `j` waits for a byte of the state, and that one for the exchange
    /// before it. So the byte is fetched before that exchange, and put right if that touched it.
    fn add_keystream(&mut self, words: &mut [[u8; WORD_LEN]]) {
        let (mut i, mut j) = (self.i, self.j);
        let mut x = at(&self.state, i.wrapping_add(1));
        for word in words {
            let stream = core::array::from_fn(|_| {
                i = i.wrapping_add(1);
                j = j.wrapping_add(x);
                let next_i = i.wrapping_add(1);
                let untouched = at(&self.state, next_i);
                let byte = exchange(&mut self.state, i, j, x);
                x = if j == next_i { x } else { untouched };
                byte
            });
            *word = (u64::from_ne_bytes(*word) ^ u64::from_ne_bytes(stream)).to_ne_bytes();
        }
        (self.i, self.j) = (i, j);
    }
}

/// Exchange the bytes at `i` and `j`, the first being `x`, and give the byte that their sum points to.
fn exchange(state: &mut [u8; 256], i: u8, j: u8, x: u8) -> u8 {
    let y = at(state, j);
    set(state, i, y);
    set(state, j, x);
    at(state, x.wrapping_add(y))
}

fn at(state: &[u8; 256], index: u8) -> u8 {
    state.get(usize::from(index)).copied().unwrap_or(0)
}

fn set(state: &mut [u8; 256], index: u8, value: u8) {
    if let Some(byte) = state.get_mut(usize::from(index)) {
        *byte = value;
    }
}

impl sealed::Sealed for Rc4 {}

impl KeyIvInit for Rc4 {
    const KEY_LEN: Lengths = Lengths::between(5, 256);
    const IV_LEN: usize = 0;
    const BLOCK_LEN: usize = 1;

    fn new(key: &[u8], iv: &[u8]) -> Result<Self, WrongLength> {
        Self::KEY_LEN.check(Part::Key, key.len())?;
        Lengths::exactly(Self::IV_LEN).check(Part::Iv, iv.len())?;
        let mut rc4 = Self {
            state: [0; 256],
            i: 0,
            j: 0,
        };
        for (byte, number) in rc4.state.iter_mut().zip(0..=u8::MAX) {
            *byte = number;
        }
        let mut j = 0_u8;
        for (i, key) in (0..=u8::MAX).zip(key.iter().cycle()) {
            let x = at(&rc4.state, i);
            j = j.wrapping_add(x).wrapping_add(*key);
            exchange(&mut rc4.state, i, j, x);
        }
        Ok(rc4)
    }
}

impl Cipher for Rc4 {
    fn unit_len(&self) -> usize {
        1
    }

    fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        let (words, rest) = data.as_chunks_mut();
        self.add_keystream(words);
        for byte in rest {
            self.i = self.i.wrapping_add(1);
            let x = at(&self.state, self.i);
            self.j = self.j.wrapping_add(x);
            *byte ^= exchange(&mut self.state, self.i, self.j, x);
        }
        Ok(())
    }

    fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
        self.encrypt_in_place(data)
    }
}

impl Drop for Rc4 {
    fn drop(&mut self) {
        self.state.zeroize();
        self.i.zeroize();
        self.j.zeroize();
    }
}
