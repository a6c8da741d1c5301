//! Padded streaming: ECB and CBC over pieces of any length.

use zeroize::Zeroize;

use super::{Cbc, Ecb};
use crate::cipher::{AnyCipher, BlockCipher, Cipher, CipherError};
use crate::error::BadPadding;
use crate::length::{Lengths, Part, WrongLength};
use crate::padding::Padding;

/// The longest block, in bytes.
const BLOCK_LEN_MAX: usize = 16;

/// A mode that takes whole blocks, and so can be padded: [`Ecb`] or [`Cbc`], by its type.
pub trait BlockMode: Cipher {}

impl<C: BlockCipher> BlockMode for Ecb<C> {}
impl<C: BlockCipher> BlockMode for Cbc<C> {}

/// Encrypts a message in pieces of any length, and pads it.
///
/// What does not fill a block is kept for the next piece, so the output lags behind by less than a
/// block, and is not in place.
///
/// ```
/// use secpvm_core::{hazmat::{Cbc, Idea, KeyIvInit, PaddedEncryptor}, padding::Padding};
/// let cipher = Cbc::<Idea>::new(&[7; 16], &[9; 8])?;
/// let mut encryptor = PaddedEncryptor::new(cipher, Padding::Pkcs7);
/// let mut output = [0; 16];
/// let mut len = encryptor.update(b"any le", &mut output)?;
/// len += encryptor.update(b"ngth", &mut output[len..])?;
/// assert_eq!(len, 8);
/// len += encryptor.finish(&mut output[len..])?;
/// assert_eq!(len, 16);
/// # Ok::<(), secpvm_core::hazmat::CipherError>(())
/// ```
/// A stream cipher has no padding:
/// ```compile_fail,E0277
/// use secpvm_core::{hazmat::{KeyIvInit, PaddedEncryptor, Rc4}, padding::Padding};
/// PaddedEncryptor::new(Rc4::new(&[7; 16], &[]).unwrap(), Padding::Pkcs7);
/// ```
/// ```compile_fail,E0277
/// use secpvm_core::{hazmat::{Aes128, Ctr, KeyIvInit, PaddedEncryptor}, padding::Padding};
/// PaddedEncryptor::new(Ctr::<Aes128>::new(&[7; 16], &[9; 16]).unwrap(), Padding::Pkcs7);
/// ```
pub struct PaddedEncryptor<C: Cipher> {
    cipher: C,
    padding: Padding,
    held: Held,
}

/// Decrypts a padded message in pieces of any length.
///
/// The last block may be padding, so up to a block is kept until [`finish`](Self::finish).
pub struct PaddedDecryptor<C: Cipher> {
    cipher: C,
    padding: Padding,
    held: Held,
}

impl<C: BlockMode> PaddedEncryptor<C> {
    /// Begin a message.
    pub fn new(cipher: C, padding: Padding) -> Self {
        Self {
            cipher,
            padding,
            held: Held::EMPTY,
        }
    }
}

impl PaddedEncryptor<AnyCipher> {
    /// Begin a message with a cipher that is selected at run time.
    ///
    /// # Errors
    /// [`CipherError::NoPadding`] if it is not in ECB or CBC.
    pub fn with_any(cipher: AnyCipher, padding: Padding) -> Result<Self, CipherError> {
        takes_padding(&cipher)?;
        Ok(Self {
            cipher,
            padding,
            held: Held::EMPTY,
        })
    }
}

impl<C: Cipher> PaddedEncryptor<C> {
    /// How many bytes the next [`update`](Self::update) puts out for `input_len` bytes.
    pub fn update_len(&self, input_len: usize) -> usize {
        let total = self.held.len.saturating_add(input_len);
        total - total % self.cipher.unit_len()
    }

    /// Encrypt the next piece; say how many bytes of `output` it made.
    ///
    /// # Errors
    /// [`WrongLength`] if `output` is shorter than [`update_len`](Self::update_len): nothing has
    /// changed then.
    pub fn update(&mut self, input: &[u8], output: &mut [u8]) -> Result<usize, CipherError> {
        let len = self.update_len(input.len());
        let output = space(output, len)?;
        self.held.pass(input, output);
        self.cipher.encrypt_in_place(output)?;
        Ok(len)
    }

    /// Pad and encrypt the rest; say how many bytes of `output` it made: a block or nothing.
    ///
    /// # Errors
    /// [`WrongLength`] if `output` is too short, or if the message is not a whole number of blocks and
    /// [`Padding::None`] adds nothing.
    pub fn finish(mut self, output: &mut [u8]) -> Result<usize, CipherError> {
        let block_len = self.cipher.unit_len();
        let len = self.padding.padded_len(self.held.len, block_len)?;
        let output = space(output, len)?;
        self.padding
            .pad_in_place(&mut self.held.bytes, self.held.len, block_len)?;
        copy(output, &self.held.bytes);
        self.cipher.encrypt_in_place(output)?;
        Ok(len)
    }
}

impl<C: BlockMode> PaddedDecryptor<C> {
    /// Begin a message.
    pub fn new(cipher: C, padding: Padding) -> Self {
        Self {
            cipher,
            padding,
            held: Held::EMPTY,
        }
    }
}

impl PaddedDecryptor<AnyCipher> {
    /// Begin a message with a cipher that is selected at run time.
    ///
    /// # Errors
    /// [`CipherError::NoPadding`] if it is not in ECB or CBC.
    pub fn with_any(cipher: AnyCipher, padding: Padding) -> Result<Self, CipherError> {
        takes_padding(&cipher)?;
        Ok(Self {
            cipher,
            padding,
            held: Held::EMPTY,
        })
    }
}

impl<C: Cipher> PaddedDecryptor<C> {
    /// How many bytes the next [`update`](Self::update) puts out for `input_len` bytes.
    pub fn update_len(&self, input_len: usize) -> usize {
        let releasable = self.held.len.saturating_add(input_len).saturating_sub(1);
        releasable - releasable % self.cipher.unit_len()
    }

    /// Decrypt the next piece; say how many bytes of `output` it made.
    ///
    /// # Errors
    /// [`WrongLength`] if `output` is shorter than [`update_len`](Self::update_len): nothing has
    /// changed then.
    pub fn update(&mut self, input: &[u8], output: &mut [u8]) -> Result<usize, CipherError> {
        let len = self.update_len(input.len());
        let output = space(output, len)?;
        self.held.pass(input, output);
        self.cipher.decrypt_in_place(output)?;
        Ok(len)
    }

    /// Decrypt the last block and take off the padding; say how many bytes of `output` it made.
    /// `count` is as in [`Padding::data_len`].
    ///
    /// # Errors
    /// [`WrongLength`] if `output` has no room for what is held, a block;
    /// [`CipherError::BadPadding`] for anything wrong with the message, ending within a block included.
    pub fn finish(mut self, count: Option<usize>, output: &mut [u8]) -> Result<usize, CipherError> {
        let block_len = self.cipher.unit_len();
        let output = space(output, self.held.len)?;
        let block = self.held.bytes.get_mut(..self.held.len).ok_or(BadPadding)?;
        self.cipher
            .decrypt_in_place(block)
            .map_err(|_| BadPadding)?;
        let len = self.padding.data_len(block, block_len, count)?;
        let (data, _) = block.split_at(len.min(block.len()));
        copy(output, data);
        Ok(len)
    }
}

fn takes_padding(cipher: &AnyCipher) -> Result<(), CipherError> {
    if cipher.unit_len() == 1 {
        Err(CipherError::NoPadding)
    } else {
        Ok(())
    }
}

/// The first `len` bytes of `output`.
fn space(output: &mut [u8], len: usize) -> Result<&mut [u8], WrongLength> {
    let expected = Lengths::between(len, usize::MAX);
    let wrong = WrongLength {
        part: Part::Output,
        expected,
        actual: output.len(),
    };
    output.get_mut(..len).ok_or(wrong)
}

/// Bytes of the message that are not yet due, at most a block.
struct Held {
    bytes: [u8; BLOCK_LEN_MAX],
    len: usize,
}

impl Held {
    const EMPTY: Self = Self {
        bytes: [0; BLOCK_LEN_MAX],
        len: 0,
    };

    /// Put what is held and then `input` into `output`, and hold what goes beyond.
    fn pass(&mut self, input: &[u8], output: &mut [u8]) {
        let from_held = self.len.min(output.len());
        let (first, second) = output.split_at_mut(from_held);
        copy(first, &self.bytes);
        let (now, later) = input.split_at(second.len().min(input.len()));
        copy(second, now);
        self.bytes.copy_within(from_held..self.len, 0);
        self.len -= from_held;
        copy(self.bytes.get_mut(self.len..).unwrap_or_default(), later);
        self.len += later.len();
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

/// Copy as far as the shorter goes.
fn copy(to: &mut [u8], from: &[u8]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
}

#[cfg(test)]
#[cfg(feature = "des")]
mod tests {
    use super::*;
    use crate::cipher::{CipherSpec, Des, KeyIvInit};

    fn cipher() -> Cbc<Des> {
        Cbc::new(&[3; 8], &[5; 8]).unwrap()
    }

    /// Every length up to three blocks, in pieces of every length.
    #[test]
    fn pieces_make_no_difference() {
        let message: [u8; 24] = core::array::from_fn(|i| i.to_le_bytes()[0]);
        for padding in [
            Padding::Pkcs7,
            Padding::Iso7816,
            Padding::X923,
            Padding::ZeroWithCount,
        ] {
            for len in 0..=message.len() {
                let mut expected = [0; 32];
                expected[..len].copy_from_slice(&message[..len]);
                let padded_len = padding.pad_in_place(&mut expected, len, 8).unwrap();
                cipher()
                    .encrypt_in_place(&mut expected[..padded_len])
                    .unwrap();
                for piece in 1..=17 {
                    let (mut output, mut at) = ([0; 32], 0);
                    let mut encryptor = PaddedEncryptor::new(cipher(), padding);
                    for input in message[..len].chunks(piece) {
                        at += encryptor.update(input, &mut output[at..]).unwrap();
                    }
                    at += encryptor.finish(&mut output[at..]).unwrap();
                    assert_eq!(output[..at], expected[..padded_len]);

                    let (mut output, mut at) = ([0; 32], 0);
                    let mut decryptor = PaddedDecryptor::new(cipher(), padding);
                    for input in expected[..padded_len].chunks(piece) {
                        at += decryptor.update(input, &mut output[at..]).unwrap();
                    }
                    at += decryptor
                        .finish(Some(padded_len - len), &mut output[at..])
                        .unwrap();
                    assert_eq!(output[..at], message[..len]);
                }
            }
        }
    }

    #[test]
    fn a_short_output_changes_nothing() {
        let mut encryptor = PaddedEncryptor::new(cipher(), Padding::Pkcs7);
        encryptor.update(b"12345", &mut []).unwrap();
        assert!(encryptor.update(b"67890", &mut [0; 7]).is_err());
        let mut output = [0; 8];
        assert_eq!(encryptor.update(b"678", &mut output), Ok(8));
        let mut expected = *b"12345678";
        cipher().encrypt_in_place(&mut expected).unwrap();
        assert_eq!(output, expected);
    }

    #[test]
    fn what_ends_within_a_block_has_bad_padding() {
        let mut decryptor = PaddedDecryptor::new(cipher(), Padding::Pkcs7);
        decryptor.update(b"1234567890", &mut [0; 8]).unwrap();
        let finished = decryptor.finish(None, &mut [0; 8]);
        assert_eq!(finished, Err(CipherError::BadPadding));
    }

    #[test]
    fn a_stream_cipher_is_not_padded_at_run_time_either() {
        let cipher = |name| AnyCipher::new(CipherSpec::from_name(name).unwrap(), &[3; 8], &[5; 8]);
        let ctr = PaddedEncryptor::with_any(cipher("des-ctr").unwrap(), Padding::None);
        assert_eq!(ctr.err(), Some(CipherError::NoPadding));
        assert!(PaddedDecryptor::with_any(cipher("des-cbc").unwrap(), Padding::None).is_ok());
    }
}
