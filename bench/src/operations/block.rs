//! Block ciphers in their modes: one message under a key that is expanded, with an IV of its own.

use std::hint::black_box;

use cipher::{
    BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, BlockSizeUser,
    InnerIvInit, StreamCipher, array::Array, consts::U8,
};
use openssl::cipher::Cipher;
use secpvm_core::hazmat::{
    Aes256, Blowfish, Cbc, Cipher as _, CipherError, Ctr, Des, DesVartime, Idea, KeyInit, TdesEde3,
    TdesEde3Vartime,
};

use crate::operation::{Contestant, Operation, US, contestant, key, message};
use crate::peers::{Direction, botan_cipher, openssl_cipher, openssl_named};

const OPENSSL_CBC: &[&str] = &["openssl cbc"];
const BOTAN: &[&str] = &["botan"];
const BEST: &[&str] = &["openssl", "botan", "rustcrypto"];
const C_LIBRARIES: &[&str] = &["openssl", "botan"];

pub fn operations() -> Vec<Operation> {
    let (des, tdes) = (key::<8>(), key::<24>());
    let (idea, blowfish, aes) = (key::<16>(), key::<16>(), key::<32>());
    vec![
        Operation::new("des-ctr", move |len| {
            vec![
                ours::<Des>(US, &des, len, ctr),
                openssl_named(
                    "openssl cbc",
                    Cipher::des_cbc(),
                    Direction::Encrypt,
                    &des,
                    len,
                ),
                botan_cipher("DES/CTR-BE", Direction::Encrypt, &des, len),
                rustcrypto_ctr::<des::Des>(&des, len),
            ]
        })
        .target(10.0, OPENSSL_CBC),
        Operation::new("des-ecb", move |len| {
            vec![
                ours::<Des>(US, &des, len, ecb),
                openssl_named(
                    "openssl cbc",
                    Cipher::des_cbc(),
                    Direction::Encrypt,
                    &des,
                    len,
                ),
                openssl_cipher(Cipher::des_ecb(), Direction::Encrypt, &des, len),
            ]
        })
        .target(10.0, OPENSSL_CBC),
        Operation::new("des-cbc decrypt", move |len| {
            vec![
                ours::<Des>(US, &des, len, cbc_decrypt),
                openssl_named(
                    "openssl cbc",
                    Cipher::des_cbc(),
                    Direction::Decrypt,
                    &des,
                    len,
                ),
                botan_cipher("DES/CBC/NoPadding", Direction::Decrypt, &des, len),
                rustcrypto_cbc_decrypt::<des::Des>(&des, len),
            ]
        })
        .target(10.0, OPENSSL_CBC),
        Operation::new("des-cbc encrypt, by tables", move |len| {
            vec![
                ours::<DesVartime>(US, &des, len, cbc_encrypt),
                ours::<Des>("secpvm, constant time", &des, len, cbc_encrypt),
                openssl_cipher(Cipher::des_cbc(), Direction::Encrypt, &des, len),
                botan_cipher("DES/CBC/NoPadding", Direction::Encrypt, &des, len),
                rustcrypto_cbc::<des::Des>(&des, len),
            ]
        })
        .target(1.0, C_LIBRARIES),
        Operation::new("3des-ctr", move |len| {
            vec![
                ours::<TdesEde3>(US, &tdes, len, ctr),
                openssl_named(
                    "openssl cbc",
                    Cipher::des_ede3_cbc(),
                    Direction::Encrypt,
                    &tdes,
                    len,
                ),
                botan_cipher("3DES/CTR-BE", Direction::Encrypt, &tdes, len),
                rustcrypto_ctr::<des::TdesEde3>(&tdes, len),
            ]
        })
        .target(10.0, OPENSSL_CBC),
        Operation::new("3des-ecb", move |len| {
            vec![
                ours::<TdesEde3>(US, &tdes, len, ecb),
                openssl_named(
                    "openssl cbc",
                    Cipher::des_ede3_cbc(),
                    Direction::Encrypt,
                    &tdes,
                    len,
                ),
                openssl_cipher(Cipher::des_ede3_ecb(), Direction::Encrypt, &tdes, len),
            ]
        })
        .target(10.0, OPENSSL_CBC),
        Operation::new("3des-cbc decrypt", move |len| {
            vec![
                ours::<TdesEde3>(US, &tdes, len, cbc_decrypt),
                openssl_named(
                    "openssl cbc",
                    Cipher::des_ede3_cbc(),
                    Direction::Decrypt,
                    &tdes,
                    len,
                ),
                botan_cipher("3DES/CBC/NoPadding", Direction::Decrypt, &tdes, len),
                rustcrypto_cbc_decrypt::<des::TdesEde3>(&tdes, len),
            ]
        })
        .target(10.0, OPENSSL_CBC),
        Operation::new("3des-cbc encrypt, by tables", move |len| {
            vec![
                ours::<TdesEde3Vartime>(US, &tdes, len, cbc_encrypt),
                ours::<TdesEde3>("secpvm, constant time", &tdes, len, cbc_encrypt),
                openssl_cipher(Cipher::des_ede3_cbc(), Direction::Encrypt, &tdes, len),
                botan_cipher("3DES/CBC/NoPadding", Direction::Encrypt, &tdes, len),
                rustcrypto_cbc::<des::TdesEde3>(&tdes, len),
            ]
        })
        .target(1.0, C_LIBRARIES),
        Operation::new("idea-ctr", move |len| {
            vec![
                ours::<Idea>(US, &idea, len, ctr),
                botan_cipher("IDEA/CTR-BE", Direction::Encrypt, &idea, len),
                rustcrypto_ctr::<idea::Idea>(&idea, len),
            ]
        })
        .target(4.0, BOTAN),
        Operation::new("idea-cbc decrypt", move |len| {
            vec![
                ours::<Idea>(US, &idea, len, cbc_decrypt),
                botan_cipher("IDEA/CBC/NoPadding", Direction::Decrypt, &idea, len),
                rustcrypto_cbc_decrypt::<idea::Idea>(&idea, len),
            ]
        })
        .target(4.0, BOTAN),
        Operation::new("blowfish-ctr", move |len| {
            vec![
                ours::<Blowfish>(US, &blowfish, len, ctr),
                botan_cipher("Blowfish/CTR-BE", Direction::Encrypt, &blowfish, len),
                rustcrypto_ctr::<blowfish::Blowfish>(&blowfish, len),
            ]
        })
        .target(1.0, BEST),
        Operation::new("blowfish-cbc decrypt", move |len| {
            vec![
                ours::<Blowfish>(US, &blowfish, len, cbc_decrypt),
                openssl_cipher(Cipher::bf_cbc(), Direction::Decrypt, &blowfish, len),
                botan_cipher("Blowfish/CBC/NoPadding", Direction::Decrypt, &blowfish, len),
                rustcrypto_cbc_decrypt::<blowfish::Blowfish>(&blowfish, len),
            ]
        })
        .target(1.0, BEST),
        Operation::new("blowfish-cbc encrypt", move |len| {
            vec![
                ours::<Blowfish>(US, &blowfish, len, cbc_encrypt),
                openssl_cipher(Cipher::bf_cbc(), Direction::Encrypt, &blowfish, len),
                botan_cipher("Blowfish/CBC/NoPadding", Direction::Encrypt, &blowfish, len),
                rustcrypto_cbc::<blowfish::Blowfish>(&blowfish, len),
            ]
        })
        .target(1.0, BEST),
        Operation::new("aes-256-ctr", move |len| {
            vec![
                ours::<Aes256>(US, &aes, len, ctr),
                openssl_cipher(Cipher::aes_256_ctr(), Direction::Encrypt, &aes, len),
                botan_cipher("AES-256/CTR-BE", Direction::Encrypt, &aes, len),
            ]
        }),
        Operation::new("aes-256-cbc encrypt", move |len| {
            vec![
                ours::<Aes256>(US, &aes, len, cbc_encrypt),
                openssl_cipher(Cipher::aes_256_cbc(), Direction::Encrypt, &aes, len),
                botan_cipher("AES-256/CBC/NoPadding", Direction::Encrypt, &aes, len),
            ]
        }),
    ]
}

type Mode<C> = fn(&C, &mut [u8]) -> Result<(), CipherError>;

fn ours<C: KeyInit + 'static>(
    library: &'static str,
    key: &[u8],
    len: usize,
    mode: Mode<C>,
) -> Contestant {
    let cipher = C::new(key).expect("the key has its length");
    let mut data = message(len);
    contestant(library, move || {
        mode(black_box(&cipher), black_box(&mut data)).expect("whole blocks");
    })
}

const IV: [u8; 16] = [9; 16];

fn iv<C: KeyInit>() -> &'static [u8] {
    &IV[..size_of::<C::Block>()]
}

fn ctr<C: KeyInit>(cipher: &C, data: &mut [u8]) -> Result<(), CipherError> {
    Ctr::with_cipher(cipher, iv::<C>())?.encrypt_in_place(data)
}

fn ecb<C: KeyInit>(cipher: &C, data: &mut [u8]) -> Result<(), CipherError> {
    secpvm_core::hazmat::Ecb::with_cipher(cipher).encrypt_in_place(data)
}

fn cbc_encrypt<C: KeyInit>(cipher: &C, data: &mut [u8]) -> Result<(), CipherError> {
    Cbc::with_cipher(cipher, iv::<C>())?.encrypt_in_place(data)
}

fn cbc_decrypt<C: KeyInit>(cipher: &C, data: &mut [u8]) -> Result<(), CipherError> {
    Cbc::with_cipher(cipher, iv::<C>())?.decrypt_in_place(data)
}

fn rustcrypto_ctr<C>(key: &[u8], len: usize) -> Contestant
where
    C: cipher::KeyInit + BlockCipherEncrypt + BlockSizeUser<BlockSize = U8> + 'static,
{
    let cipher = C::new_from_slice(key).expect("the key has its length");
    let mut data = message(len);
    contestant("rustcrypto", move || {
        let core =
            ctr::CtrCore::<&C, ctr::flavors::Ctr64BE>::inner_iv_init(&cipher, &[9; 8].into());
        cipher::StreamCipherCoreWrapper::from_core(core).apply_keystream(black_box(&mut data));
    })
}

fn rustcrypto_cbc<C>(key: &[u8], len: usize) -> Contestant
where
    C: cipher::KeyInit + BlockCipherEncrypt + BlockSizeUser<BlockSize = U8> + 'static,
{
    let cipher = C::new_from_slice(key).expect("the key has its length");
    let mut data = vec![[9; 8]; len / 8];
    contestant("rustcrypto", move || {
        cbc::Encryptor::inner_iv_init(&cipher, &[9; 8].into())
            .encrypt_blocks(Array::cast_slice_from_core_mut(black_box(&mut data)));
    })
}

fn rustcrypto_cbc_decrypt<C>(key: &[u8], len: usize) -> Contestant
where
    C: cipher::KeyInit + BlockCipherDecrypt + BlockSizeUser<BlockSize = U8> + 'static,
{
    let cipher = C::new_from_slice(key).expect("the key has its length");
    let mut data = vec![[9; 8]; len / 8];
    contestant("rustcrypto", move || {
        cbc::Decryptor::inner_iv_init(&cipher, &[9; 8].into())
            .decrypt_blocks(Array::cast_slice_from_core_mut(black_box(&mut data)));
    })
}
