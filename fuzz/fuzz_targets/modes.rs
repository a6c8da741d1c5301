//! Our modes, in pieces of any length, against RustCrypto's mode crates on the whole message.

#![no_main]

use arbitrary::Arbitrary;
use cipher::block_padding::NoPadding;
use cipher::{
    BlockCipherEncrypt, BlockModeEncrypt, BlockSizeUser, InnerIvInit, KeyInit, StreamCipher,
    StreamCipherCoreWrapper,
};
use libfuzzer_sys::fuzz_target;
use secpvm_core::hazmat::{AnyCipher, Cipher, CipherSpec};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    spec: u8,
    key_len: u8,
    key: [u8; 56],
    iv: [u8; 16],
    message: &'a [u8],
    cuts: &'a [u8],
}

fuzz_target!(|input: Input| {
    let spec = CipherSpec::ALL[usize::from(input.spec) % CipherSpec::ALL.len()];
    let algorithm = spec.algorithm();
    let Some((name, mode)) = algorithm
        .name
        .rsplit_once('-')
        .filter(|_| algorithm.block_len > 1)
    else {
        return;
    };
    let lengths = algorithm.key_len;
    let key_len = usize::from(input.key_len).clamp(lengths.min, lengths.max);
    let (key, iv) = (&input.key[..key_len], &input.iv[..algorithm.iv_len]);
    let unit_len = AnyCipher::new(spec, key, iv).unwrap().unit_len();
    let message = &input.message[..input.message.len() / unit_len * unit_len];
    let expected = reference(name, mode, key, iv, message);

    let mut data = message.to_vec();
    in_pieces(
        spec,
        key,
        iv,
        &mut data,
        input.cuts,
        Cipher::encrypt_in_place,
    );
    assert_eq!(data, expected, "{}", algorithm.name);
    in_pieces(
        spec,
        key,
        iv,
        &mut data,
        input.cuts,
        Cipher::decrypt_in_place,
    );
    assert_eq!(data, message, "{}", algorithm.name);
});

type Step = fn(&mut AnyCipher, &mut [u8]) -> Result<(), secpvm_core::hazmat::CipherError>;

fn in_pieces(spec: CipherSpec, key: &[u8], iv: &[u8], data: &mut [u8], cuts: &[u8], step: Step) {
    let mut cipher = AnyCipher::new(spec, key, iv).unwrap();
    let unit_len = cipher.unit_len();
    let mut rest = data;
    for cut in cuts {
        let len = rest.len().min(usize::from(*cut) / unit_len * unit_len);
        let (piece, tail) = rest.split_at_mut(len);
        step(&mut cipher, piece).unwrap();
        rest = tail;
    }
    step(&mut cipher, rest).unwrap();
}

macro_rules! in_mode {
    ($cipher:ty, $ctr:ident, $mode:expr, $key:expr, $iv:expr, $message:expr) => {{
        let (cipher, iv) = (<$cipher>::new_from_slice($key).unwrap(), $iv);
        let mut data = $message.to_vec();
        let len = data.len();
        match $mode {
            "ecb" => {
                for block in data.chunks_mut(<$cipher as BlockSizeUser>::block_size()) {
                    cipher.encrypt_block(block.try_into().unwrap());
                }
            }
            "cbc" => {
                let mode = cbc::Encryptor::inner_iv_slice_init(cipher, iv).unwrap();
                mode.encrypt_padded::<NoPadding>(&mut data, len).unwrap();
            }
            "cfb" => cfb_mode::Encryptor::inner_iv_slice_init(cipher, iv)
                .unwrap()
                .encrypt(&mut data),
            "ofb" => ofb::Ofb::from_core(ofb::OfbCore::inner_iv_slice_init(cipher, iv).unwrap())
                .apply_keystream(&mut data),
            "ctr" => {
                let core = ctr::CtrCore::<_, ctr::flavors::$ctr>::inner_iv_slice_init(cipher, iv);
                StreamCipherCoreWrapper::from_core(core.unwrap()).apply_keystream(&mut data);
            }
            other => panic!("no mode {other}"),
        }
        data
    }};
}

fn reference(name: &str, mode: &str, key: &[u8], iv: &[u8], message: &[u8]) -> Vec<u8> {
    match name {
        "des" => in_mode!(des::Des, Ctr64BE, mode, key, iv, message),
        "3des-2key" => in_mode!(des::TdesEde2, Ctr64BE, mode, key, iv, message),
        "3des" => in_mode!(des::TdesEde3, Ctr64BE, mode, key, iv, message),
        "idea" => in_mode!(idea::Idea, Ctr64BE, mode, key, iv, message),
        "blowfish" => in_mode!(blowfish::Blowfish, Ctr64BE, mode, key, iv, message),
        "aes-128" => in_mode!(aes::Aes128, Ctr128BE, mode, key, iv, message),
        "aes-192" => in_mode!(aes::Aes192, Ctr128BE, mode, key, iv, message),
        "aes-256" => in_mode!(aes::Aes256, Ctr128BE, mode, key, iv, message),
        other => panic!("no cipher {other}"),
    }
}
