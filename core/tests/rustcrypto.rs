//! The primitives that are our own code give what RustCrypto's crates give, on random inputs.

#![cfg(all(
    feature = "blowfish",
    feature = "des",
    feature = "md5",
    feature = "rc4"
))]

use cipher::array::Array;
use cipher::{BlockCipherDecrypt, BlockCipherEncrypt, StreamCipher};
use md5::Digest as _;
use proptest::collection::vec;
use proptest::prelude::*;
use secpvm_core::digest::{Digest, Md5};
use secpvm_core::hazmat::{
    BlockCipher, Blowfish, Cipher, DesVartime, KeyInit, KeyIvInit, Rc4, TdesEde2Vartime,
    TdesEde3Vartime,
};

/// All blocks together and each alone, there and back again.
fn same_block_cipher<C, Theirs>(key: &[u8], message: &[[u8; 8]]) -> Result<(), TestCaseError>
where
    C: BlockCipher<Block = [u8; 8]> + KeyInit,
    Theirs: cipher::KeyInit + BlockCipherEncrypt + BlockCipherDecrypt,
    Theirs: cipher::BlockSizeUser<BlockSize = cipher::consts::U8>,
{
    let ours = C::new(key).unwrap();
    let theirs = Theirs::new_from_slice(key).unwrap();
    let mut expected = message.to_vec();
    theirs.encrypt_blocks(Array::cast_slice_from_core_mut(&mut expected));
    let mut blocks = message.to_vec();
    ours.encrypt_blocks(&mut blocks);
    prop_assert_eq!(&blocks, &expected);
    let alone = message.iter().map(|block| ours.encrypt_block(*block));
    prop_assert_eq!(alone.collect::<Vec<_>>(), expected);

    let mut expected = message.to_vec();
    theirs.decrypt_blocks(Array::cast_slice_from_core_mut(&mut expected));
    let mut blocks = message.to_vec();
    ours.decrypt_blocks(&mut blocks);
    prop_assert_eq!(blocks, expected);
    Ok(())
}

proptest! {
    #[test]
    fn des_by_tables(key in any::<[u8; 24]>(), message in vec(any::<[u8; 8]>(), 0..20)) {
        same_block_cipher::<DesVartime, des::Des>(&key[..8], &message)?;
        same_block_cipher::<TdesEde2Vartime, des::TdesEde2>(&key[..16], &message)?;
        same_block_cipher::<TdesEde3Vartime, des::TdesEde3>(&key, &message)?;
    }

    #[test]
    fn blowfish(key in vec(any::<u8>(), 4..=56), message in vec(any::<[u8; 8]>(), 0..20)) {
        same_block_cipher::<Blowfish, blowfish::Blowfish>(&key, &message)?;
    }

    #[test]
    fn rc4(key in vec(any::<u8>(), 5..=256), message in vec(any::<u8>(), 0..3000)) {
        let (mut ours, mut theirs) = (message.clone(), message);
        Rc4::new(&key, &[]).unwrap().encrypt_in_place(&mut ours).unwrap();
        let mut cipher: rc4::Rc4 = cipher::KeyInit::new_from_slice(&key).unwrap();
        cipher.apply_keystream(&mut theirs);
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn md5(message in vec(any::<u8>(), 0..1000)) {
        prop_assert_eq!(Md5::digest(&message), <[u8; 16]>::from(md5::Md5::digest(&message)));
    }
}
