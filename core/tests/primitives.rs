//! Properties that hold for every primitive, on random inputs.

#![cfg(all(
    feature = "des",
    feature = "idea",
    feature = "blowfish",
    feature = "rc4",
    feature = "aes",
    feature = "chacha20",
    feature = "md5",
    feature = "sha1",
    feature = "sha2",
    feature = "x25519",
    feature = "modp"
))]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use secpvm_core::aead::{Aead, AeadSpec, Aes128Gcm, Aes256Gcm, AnyAead, ChaCha20Poly1305, Nonce};
use secpvm_core::agreement::{AgreementError, AgreementSpec, AnyAgreement};
use secpvm_core::algorithm::Algorithm;
use secpvm_core::digest::{AnyDigest, DigestSpec, Md5, Sha1, Sha256};
use secpvm_core::error::Forged;
use secpvm_core::hazmat::*;
use secpvm_core::length::{Lengths, Part, WrongLength};
use secpvm_core::mac::{AnyMac, DigestFill, Hmac, Keyed, Mac, MacSpec, Truncated};
use secpvm_core::padding::Padding;

/// A cipher, a key of a length that it takes, an IV, and a message of whole blocks.
fn cipher_input() -> impl Strategy<Value = (CipherSpec, Vec<u8>, Vec<u8>, Vec<u8>)> {
    select(CipherSpec::ALL).prop_flat_map(|spec| {
        let Algorithm {
            key_len, iv_len, ..
        } = *spec.algorithm();
        let key = vec(any::<u8>(), key_len.min..=key_len.max);
        let message = vec(any::<u8>(), 0..2000).prop_map(|mut message| {
            message.truncate(message.len() / 16 * 16);
            message
        });
        // ChaCha20's IV begins with its counter, which may not come to its end here.
        let iv = vec(0..=0xfe_u8, iv_len);
        (Just(spec), key, iv, message)
    })
}

/// Cut `data` at `cuts`, each rounded down to a multiple of `unit_len`.
fn pieces<'a>(mut data: &'a mut [u8], cuts: &[Index], unit_len: usize) -> Vec<&'a mut [u8]> {
    let mut pieces = Vec::new();
    for cut in cuts {
        let at = cut.index(data.len() + 1);
        let (piece, rest) = data.split_at_mut(at - at % unit_len);
        pieces.push(piece);
        data = rest;
    }
    pieces.push(data);
    pieces
}

proptest! {
    #[test]
    fn ciphers_round_trip_and_do_not_see_how_a_message_is_cut(
        (spec, key, iv, message) in cipher_input(),
        encrypt_cuts in vec(any::<Index>(), 0..8),
        decrypt_cuts in vec(any::<Index>(), 0..8),
    ) {
        let new = || AnyCipher::new(spec, &key, &iv).unwrap();
        let mut whole = message.clone();
        new().encrypt_in_place(&mut whole).unwrap();

        let mut data = message.clone();
        let mut cipher = new();
        for piece in pieces(&mut data, &encrypt_cuts, cipher.unit_len()) {
            cipher.encrypt_in_place(piece).unwrap();
        }
        prop_assert_eq!(&data, &whole);

        let mut cipher = new();
        for piece in pieces(&mut data, &decrypt_cuts, cipher.unit_len()) {
            cipher.decrypt_in_place(piece).unwrap();
        }
        prop_assert_eq!(data, message);
    }

    #[test]
    fn ciphers_refuse_every_other_length_of_key_and_iv(
        spec in select(CipherSpec::ALL),
        key_len in 0..300_usize,
        iv_len in 0..20_usize,
    ) {
        let algorithm = spec.algorithm();
        let made = AnyCipher::new(spec, &vec![0x5a; key_len], &vec![0; iv_len]).map(|_| ());
        let wrong = |part, expected, actual| Err(WrongLength { part, expected, actual });
        let key = wrong(Part::Key, algorithm.key_len, key_len);
        let iv = wrong(Part::Iv, Lengths::exactly(algorithm.iv_len), iv_len);
        match (algorithm.key_len.contains(key_len), iv_len == algorithm.iv_len) {
            (true, true) => prop_assert_eq!(made, Ok(())),
            (true, false) => prop_assert_eq!(made, iv),
            (false, true) => prop_assert_eq!(made, key),
            (false, false) => prop_assert!(made == key || made == iv),
        }
    }

    #[test]
    fn padded_streams_round_trip_however_cut(
        spec in select(CipherSpec::ALL).prop_filter("whole blocks", |spec| {
            spec.algorithm().name.ends_with("ecb") || spec.algorithm().name.ends_with("cbc")
        }),
        padding in select(&Padding::ALL[1..]),
        message in vec(any::<u8>(), 0..200),
        cuts in vec(any::<Index>(), 0..6),
        seed in any::<u8>(),
    ) {
        let Algorithm { key_len, iv_len, block_len, .. } = *spec.algorithm();
        let (key, iv) = (vec![seed; key_len.max], vec![!seed; iv_len]);
        let new = || AnyCipher::new(spec, &key, &iv).unwrap();
        let padded_len = padding.padded_len(message.len(), block_len).unwrap();

        let (mut sealed, mut at) = (vec![0; padded_len], 0);
        let mut encryptor = PaddedEncryptor::with_any(new(), padding).unwrap();
        for piece in pieces(&mut message.clone(), &cuts, 1) {
            at += encryptor.update(piece, &mut sealed[at..]).unwrap();
        }
        at += encryptor.finish(&mut sealed[at..]).unwrap();
        prop_assert_eq!(at, padded_len);

        let (mut opened, mut at) = (vec![0; padded_len], 0);
        let mut decryptor = PaddedDecryptor::with_any(new(), padding).unwrap();
        for piece in pieces(&mut sealed, &cuts, 1) {
            at += decryptor.update(piece, &mut opened[at..]).unwrap();
        }
        at += decryptor.finish(Some(padded_len - message.len()), &mut opened[at..]).unwrap();
        prop_assert_eq!(&opened[..at], &message[..]);
    }

    #[test]
    fn padding_comes_off_as_it_went_on_and_nothing_else_does(
        padding in select(Padding::ALL),
        message in vec(any::<u8>(), 0..100),
        block_len in 1..=255_usize,
        altered in any::<Index>(),
        bit in 0..8_u32,
    ) {
        let Ok(padded_len) = padding.padded_len(message.len(), block_len) else {
            prop_assert_eq!(padding, Padding::None);
            return Ok(());
        };
        let mut buf = message.clone();
        buf.resize(padded_len, 0xee);
        prop_assert_eq!(padding.pad_in_place(&mut buf, message.len(), block_len), Ok(padded_len));
        prop_assert_eq!(&buf[..message.len()], &message[..]);
        let count = padded_len - message.len();
        prop_assert_eq!(padding.data_len(&buf, block_len, Some(count)), Ok(message.len()));

        // With the count told, no other padding of that length is taken.
        if count > 0 {
            let at = message.len() + altered.index(count);
            buf[at] ^= 1 << bit;
            prop_assert!(padding.data_len(&buf, block_len, Some(count)).is_err());
        }
    }

    #[test]
    fn aeads_open_what_they_sealed_and_nothing_else(
        spec in select(AeadSpec::ALL),
        key in any::<[u8; 32]>(),
        nonce in any::<[u8; 12]>(),
        aad in vec(any::<u8>(), 0..40),
        message in vec(any::<u8>(), 0..200),
        altered in any::<Index>(),
        bit in 0..8_u32,
    ) {
        let aead = AnyAead::new(spec, &key[..spec.algorithm().key_len.max]).unwrap();
        let mut sealed = message.clone();
        let tag = aead.seal_in_place(Nonce::assume_unique(nonce), &aad, &mut sealed).unwrap();

        // One bit of nonce, associated data, ciphertext or tag.
        let mut parts = [nonce.to_vec(), aad.clone(), sealed.clone(), tag.to_vec()];
        let mut at = altered.index(parts.iter().map(Vec::len).sum());
        for part in &mut parts {
            if let Some(byte) = part.get_mut(at) {
                *byte ^= 1 << bit;
                break;
            }
            at -= part.len();
        }
        let [bad_nonce, bad_aad, mut data, bad_tag] = parts;
        let before = data.clone();
        let bad_nonce = bad_nonce.try_into().unwrap();
        prop_assert_eq!(aead.open_in_place(&bad_nonce, &bad_aad, &mut data, &bad_tag), Err(Forged));
        prop_assert_eq!(data, before);

        prop_assert_eq!(aead.open_in_place(&nonce, &aad, &mut sealed, &tag), Ok(()));
        prop_assert_eq!(sealed, message);
    }

    #[test]
    fn macs_take_their_own_tag_and_nothing_else(
        spec in select(MacSpec::ALL),
        key in vec(any::<u8>(), 1..=64),
        mut message in vec(any::<u8>(), 0..300),
        cuts in vec(any::<Index>(), 0..6),
        tag_len in any::<Index>(),
        altered in any::<Index>(),
        bit in 0..8_u32,
    ) {
        let Lengths { min, max, .. } = spec.tag_len();
        let tag_len = min + tag_len.index(max - min + 1);
        let new = || AnyMac::with_tag_len(spec, &key, tag_len).unwrap();
        let mut whole = new();
        whole.update(&message);
        let mut tag = whole.finalize().as_ref().to_vec();
        prop_assert_eq!(tag.len(), tag_len);

        let mut mac = new();
        for piece in pieces(&mut message, &cuts, 1) {
            mac.update(piece);
        }
        prop_assert_eq!(mac.verify(&tag), Ok(()));
        let mac = || { let mut mac = new(); mac.update(&message); mac };
        prop_assert_eq!(mac().verify(&tag[..tag_len - 1]), Err(Forged));
        let at = altered.index(tag_len);
        tag[at] ^= 1 << bit;
        prop_assert_eq!(mac().verify(&tag), Err(Forged));
    }

    #[test]
    fn digests_do_not_see_how_a_message_is_cut(
        spec in select(DigestSpec::ALL),
        mut message in vec(any::<u8>(), 0..300),
        cuts in vec(any::<Index>(), 0..6),
    ) {
        let mut whole = AnyDigest::new(spec);
        whole.update(&message);
        let mut digest = AnyDigest::new(spec);
        for piece in pieces(&mut message, &cuts, 1) {
            digest.update(piece);
        }
        let (pieced, whole) = (digest.finalize(), whole.finalize());
        prop_assert_eq!(pieced.as_ref(), whole.as_ref());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn both_sides_agree(
        spec in select(AgreementSpec::ALL),
        secrets in any::<[[u8; 32]; 2]>(),
    ) {
        let sides = secrets.map(|secret| AnyAgreement::new(spec, &secret).unwrap());
        let len = spec.algorithm().output_len;
        let (mut publics, mut shared) = ([vec![0; len], vec![0; len]], [vec![0; len], vec![0; len]]);
        for (side, public) in sides.iter().zip(&mut publics) {
            side.public_value(public).unwrap();
        }
        for ((side, public), shared) in sides.iter().zip(publics.iter().rev()).zip(&mut shared) {
            side.agree(public, shared).unwrap();
        }
        prop_assert_eq!(&shared[0], &shared[1]);

        let before = shared[0].clone();
        let refused = sides[0].agree(&vec![0; len], &mut shared[0]);
        prop_assert_eq!(refused, Err(AgreementError::BadPublicValue));
        prop_assert_eq!(&shared[0], &before);
    }
}

/// A type does what its name does.
fn same_cipher<C: KeyIvInit>(name: &str) {
    let spec = CipherSpec::from_name(name).unwrap();
    let (key, iv) = (vec![0x3c; C::KEY_LEN.max], vec![0xc3; C::IV_LEN]);
    let (mut typed, mut named) = ([0x77; 64], [0x77; 64]);
    C::new(&key, &iv)
        .unwrap()
        .encrypt_in_place(&mut typed)
        .unwrap();
    AnyCipher::new(spec, &key, &iv)
        .unwrap()
        .encrypt_in_place(&mut named)
        .unwrap();
    assert_eq!(typed, named, "{name}");
}

fn same_mac<M: Mac>(name: &str) {
    let spec = MacSpec::from_name(name).unwrap();
    let (mut typed, mut named) = (
        M::new(&[0x3c; 16]).unwrap(),
        AnyMac::new(spec, &[0x3c; 16]).unwrap(),
    );
    typed.update(b"message");
    named.update(b"message");
    assert_eq!(
        typed.finalize().as_ref(),
        named.finalize().as_ref(),
        "{name}"
    );
}

fn same_aead<A: Aead>(name: &str) {
    let spec = AeadSpec::from_name(name).unwrap();
    let key = vec![0x3c; A::KEY_LEN.max];
    let (mut typed, mut named) = ([0x77; 64], [0x77; 64]);
    let nonce = || Nonce::assume_unique([5; 12]);
    let typed_tag = A::new(&key)
        .unwrap()
        .seal_in_place(nonce(), b"header", &mut typed);
    let named_tag = AnyAead::new(spec, &key)
        .unwrap()
        .seal_in_place(nonce(), b"header", &mut named);
    assert_eq!((typed_tag, typed), (named_tag, named), "{name}");
}

fn same_in_every_mode<C: KeyInit>(name: &str) {
    same_cipher::<Ecb<C>>(&format!("{name}-ecb"));
    same_cipher::<Cbc<C>>(&format!("{name}-cbc"));
    same_cipher::<Cfb<C>>(&format!("{name}-cfb"));
    same_cipher::<Ofb<C>>(&format!("{name}-ofb"));
    same_cipher::<Ctr<C>>(&format!("{name}-ctr"));
}

#[test]
fn types_and_names_are_the_same_algorithms() {
    same_in_every_mode::<Des>("des");
    same_in_every_mode::<TdesEde2>("3des-2key");
    same_in_every_mode::<TdesEde3>("3des");
    same_in_every_mode::<Idea>("idea");
    same_in_every_mode::<Blowfish>("blowfish");
    same_in_every_mode::<Aes128>("aes-128");
    same_in_every_mode::<Aes192>("aes-192");
    same_in_every_mode::<Aes256>("aes-256");
    same_cipher::<Rc4>("rc4");
    same_cipher::<ChaCha20>("chacha20");
    same_aead::<Aes128Gcm>("aes-128-gcm");
    same_aead::<Aes256Gcm>("aes-256-gcm");
    same_aead::<ChaCha20Poly1305>("chacha20-poly1305");
    same_mac::<Keyed<Md5>>("keyed-md5");
    same_mac::<Keyed<Sha1>>("keyed-sha1");
    same_mac::<Keyed<Md5, DigestFill>>("keyed-md5-rfc1828");
    same_mac::<Keyed<Sha1, DigestFill>>("keyed-sha1-rfc1852");
    same_mac::<Hmac<Md5>>("hmac-md5");
    same_mac::<Hmac<Sha1>>("hmac-sha1");
    same_mac::<Hmac<Sha256>>("hmac-sha256");
}

/// A cipher that is lent to a mode does what one that is given does.
#[test]
fn a_key_can_be_expanded_once_for_many_messages() {
    let cipher = TdesEde3::new(&[0x3c; 24]).unwrap();
    for iv in [[1; 8], [2; 8]] {
        let (mut lent, mut given) = ([0x77; 61], [0x77; 61]);
        Ctr::with_cipher(&cipher, &iv)
            .unwrap()
            .encrypt_in_place(&mut lent)
            .unwrap();
        Ctr::<TdesEde3>::new(&[0x3c; 24], &iv)
            .unwrap()
            .encrypt_in_place(&mut given)
            .unwrap();
        assert_eq!(lent, given);
    }
}

/// The truncated tag is the beginning of the whole one, by type as by length.
#[test]
fn truncation_keeps_the_leftmost_bytes() {
    let mut whole = Hmac::<Sha1>::new(b"key").unwrap();
    let mut cut = Truncated::<Hmac<Sha1>, 12>::new(b"key").unwrap();
    whole.update(b"message");
    cut.update(b"message");
    assert_eq!(whole.finalize()[..12], cut.finalize());
    assert!(AnyMac::with_tag_len(MacSpec::HmacSha1, b"key", 9).is_err());
    assert!(AnyMac::with_tag_len(MacSpec::HmacSha256, b"key", 15).is_err());
    assert!(AnyMac::with_tag_len(MacSpec::HmacMd5, b"key", 17).is_err());
}
