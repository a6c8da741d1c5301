//! Modes of operation (SP 800-38A), one a file, generic over block ciphers.
//!
//! | mode | pieces | IV | decrypts in parallel | encrypts in parallel |
//! |---|---|---|---|---|
//! | [`Ecb`] | whole blocks | none | yes | yes |
//! | [`Cbc`] | whole blocks | a block, unpredictable | yes | no |
//! | [`Cfb`] | any length | a block, unique | yes | no |
//! | [`Ofb`] | any length | a block, unique | no | no |
//! | [`Ctr`] | any length | the first counter block, unique | yes | yes |
//!
//! Where a mode works in parallel, a [`Batch`](crate::hazmat::BlockCipher::Batch) of blocks at a
//! time goes to the cipher. Where it does not, many messages can be encrypted at once
//! ([`Cbc::encrypt_batch`], [`Cfb::encrypt_batch`]).

mod batch;
mod cbc;
mod cfb;
mod ctr;
mod ecb;
mod ofb;
mod padded;

pub use batch::BatchMessage;
pub use cbc::Cbc;
pub use cfb::Cfb;
pub use ctr::Ctr;
pub use ecb::Ecb;
pub use ofb::Ofb;
pub use padded::{BlockMode, PaddedDecryptor, PaddedEncryptor};

use crate::cipher::{Block, CipherError};
use crate::length::{Lengths, Part, WrongLength};

/// All of `data` as blocks.
fn whole_blocks<B: Block>(data: &mut [u8]) -> Result<&mut [B], CipherError> {
    Lengths::multiples_of(B::LEN).check(Part::Data, data.len())?;
    Ok(B::chunks_mut(data).0)
}

/// Wipe key stream: the first `used` blocks, or all.
fn wipe<B: Block>(keystream: &mut [B], used: usize) {
    keystream
        .iter_mut()
        .take(used)
        .for_each(|block| *block = B::ZERO);
    // Written, although nobody reads them: one by one as Zeroize does it, it takes as long as a cipher.
    zeroize::optimization_barrier(keystream);
}

/// The IV as a block.
fn iv_block<B: Block>(iv: &[u8]) -> Result<B, WrongLength> {
    Lengths::exactly(B::LEN).check(Part::Iv, iv.len())?;
    Ok(B::copied_from(iv))
}

#[cfg(test)]
#[cfg(all(feature = "aes", feature = "des"))]
mod tests {
    use super::*;
    use crate::cipher::{Aes128, Cipher, Des, KeyIvInit};

    /// Longer than two batches of AES.
    const LEN: usize = 16 * (2 * 32 + 3) + 5;

    /// Every way to cut a message in two, in blocks where the mode wants blocks, and byte by byte.
    fn splits_make_no_difference<C: KeyIvInit>(iv: &[u8]) {
        let key = [0x5a; 16];
        let new = || C::new(&key[..C::KEY_LEN.min], iv).unwrap();
        let unit = new().unit_len();
        let len = LEN - LEN % unit;
        let plaintext: [u8; LEN] = core::array::from_fn(|i| i.to_le_bytes()[0] ^ 0x33);
        let mut whole = plaintext;
        new().encrypt_in_place(&mut whole[..len]).unwrap();
        assert_ne!(whole, plaintext);

        for cut in (0..=len).step_by(unit) {
            let (mut data, mut cipher) = (plaintext, new());
            cipher.encrypt_in_place(&mut data[..cut]).unwrap();
            cipher.encrypt_in_place(&mut data[cut..len]).unwrap();
            assert_eq!(data, whole);
            cipher = new();
            cipher.decrypt_in_place(&mut data[..cut]).unwrap();
            cipher.decrypt_in_place(&mut data[cut..len]).unwrap();
            assert_eq!(data, plaintext);
        }
        let (mut data, mut cipher) = (plaintext, new());
        for piece in data[..len].chunks_mut(unit) {
            cipher.encrypt_in_place(piece).unwrap();
        }
        assert_eq!(data, whole);
    }

    #[test]
    fn splits_make_no_difference_in_any_mode() {
        let iv = [0xfe; 16]; // The counter's carry runs through.
        splits_make_no_difference::<Ecb<Des>>(&[]);
        splits_make_no_difference::<Cbc<Des>>(&iv[..8]);
        splits_make_no_difference::<Cfb<Des>>(&iv[..8]);
        splits_make_no_difference::<Ofb<Des>>(&iv[..8]);
        splits_make_no_difference::<Ctr<Des>>(&iv[..8]);
        splits_make_no_difference::<Ecb<Aes128>>(&[]);
        splits_make_no_difference::<Cbc<Aes128>>(&iv);
        splits_make_no_difference::<Cfb<Aes128>>(&iv);
        splits_make_no_difference::<Ofb<Aes128>>(&iv);
        splits_make_no_difference::<Ctr<Aes128>>(&iv);
    }

    #[test]
    fn a_partial_block_is_refused_and_changes_nothing() {
        let mut cbc = Cbc::<Des>::new(&[1; 8], &[2; 8]).unwrap();
        let mut data = [3; 24];
        let expected = Lengths::multiples_of(8);
        let error = CipherError::WrongLength(WrongLength {
            part: Part::Data,
            expected,
            actual: 23,
        });
        assert_eq!(cbc.encrypt_in_place(&mut data[..23]), Err(error));
        assert_eq!(cbc.decrypt_in_place(&mut data[..23]), Err(error));
        assert_eq!(data, [3; 24]);
        cbc.encrypt_in_place(&mut data).unwrap();
        Cbc::<Des>::new(&[1; 8], &[2; 8])
            .unwrap()
            .decrypt_in_place(&mut data)
            .unwrap();
        assert_eq!(data, [3; 24]);
    }
}
