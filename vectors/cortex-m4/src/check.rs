//! Core, held against a known answer of a primitive.

use secpvm_core::aead::{AeadSpec, AnyAead, Nonce};
use secpvm_core::agreement::{AgreementError, AgreementSpec, AnyAgreement};
use secpvm_core::digest::{AnyDigest, DigestSpec};
use secpvm_core::hazmat::{AnyCipher, Cipher, CipherError, CipherSpec};
use secpvm_core::hkdf::KdfSpec;
use secpvm_core::mac::{AnyMac, MacSpec};
use secpvm_core::padding::Padding;

use crate::answer::{Answer, Bytes, Failure};

/// A call of [`Cipher`].
type Step = fn(&mut AnyCipher, &mut [u8]) -> Result<(), CipherError>;

pub fn check(answer: &Answer) -> Result<(), Failure> {
    match answer.text("schema") {
        Some("cipher_v1") => cipher(answer),
        Some("aead_v1") => aead(answer),
        Some("digest_v1") => digest(answer),
        Some("mac_v1") => mac(answer),
        Some("agreement_v1") => agreement(answer),
        Some("kdf_v1") => kdf(answer),
        Some("padding_v1") => padding(answer),
        _ => Err("an unknown schema"),
    }
}

/// The result must be the bytes of `field` if the case is valid, an error if it is not.
fn expect<E>(answer: &Answer, result: Result<&[u8], E>, field: &str) -> Result<(), Failure> {
    match (answer.is_valid()?, result) {
        (true, Ok(bytes)) if *bytes == *answer.bytes(field)? => Ok(()),
        (true, Ok(_)) => Err("another result"),
        (true, Err(_)) => Err("refused"),
        (false, Ok(_)) => Err("accepted"),
        (false, Err(_)) => Ok(()),
    }
}

fn algorithm<S, E>(answer: &Answer, from_name: fn(&str) -> Result<S, E>) -> Result<S, Failure> {
    let name = answer.text("algorithm").ok_or("no algorithm")?;
    from_name(name).map_err(|_| "an unknown algorithm")
}

fn cipher(answer: &Answer) -> Result<(), Failure> {
    run_cipher(answer, ["msg", "ct"], Cipher::encrypt_in_place)?;
    if answer.is_valid()? {
        run_cipher(answer, ["ct", "msg"], Cipher::decrypt_in_place)?;
    }
    Ok(())
}

fn run_cipher(answer: &Answer, [from, to]: [&str; 2], step: Step) -> Result<(), Failure> {
    let spec = algorithm(answer, CipherSpec::from_name)?;
    let (key, iv) = (answer.bytes("key")?, answer.bytes("iv")?);
    let mut skipped = Bytes::new(answer.number("offset")?.unwrap_or(0))?;
    let mut data = answer.bytes(from)?;
    let done = AnyCipher::new(spec, &key, &iv)
        .map_err(CipherError::from)
        .and_then(|mut cipher| {
            step(&mut cipher, &mut skipped)?;
            step(&mut cipher, &mut data)
        });
    expect(answer, done.map(|()| &*data), to)
}

fn aead(answer: &Answer) -> Result<(), Failure> {
    let spec = algorithm(answer, AeadSpec::from_name)?;
    let aead = AnyAead::new(spec, &answer.bytes("key")?).map_err(|_| "the key is refused")?;
    let nonce: [u8; 12] = (&*answer.bytes("iv")?).try_into().map_err(|_| "no nonce")?;
    let (aad, tag, mut data) = (
        answer.bytes("aad")?,
        answer.bytes("tag")?,
        answer.bytes("ct")?,
    );
    let opened = aead.open_in_place(&nonce, &aad, &mut data, &tag);
    expect(answer, opened.map(|()| &*data), "msg")?;
    if answer.is_valid()? {
        let nonce = Nonce::assume_unique(nonce);
        let made = aead.seal_in_place(nonce, &aad, &mut data);
        expect(answer, made.as_ref().map(|tag| &tag[..]), "tag")?;
        expect::<()>(answer, Ok(&data), "ct")?;
    }
    Ok(())
}

fn digest(answer: &Answer) -> Result<(), Failure> {
    let mut digest = AnyDigest::new(algorithm(answer, DigestSpec::from_name)?);
    digest.update(&answer.bytes("msg")?);
    expect::<()>(answer, Ok(digest.finalize().as_ref()), "digest")
}

fn mac(answer: &Answer) -> Result<(), Failure> {
    let spec = algorithm(answer, MacSpec::from_name)?;
    let tag_len = answer.number("tagLen")?.ok_or("no tagLen")?;
    let (key, msg, tag) = (
        answer.bytes("key")?,
        answer.bytes("msg")?,
        answer.bytes("tag")?,
    );
    let mac = || {
        let mut mac = AnyMac::with_tag_len(spec, &key, tag_len).ok()?;
        mac.update(&msg);
        Some(mac)
    };
    let verified = mac().and_then(|mac| mac.verify(&tag).ok());
    expect(answer, verified.map(|()| &*tag).ok_or(()), "tag")?;
    if answer.is_valid()? {
        let made = mac().map(AnyMac::finalize);
        expect(answer, made.as_ref().map(AsRef::as_ref).ok_or(()), "tag")?;
    }
    Ok(())
}

fn agreement(answer: &Answer) -> Result<(), Failure> {
    let spec = algorithm(answer, AgreementSpec::from_name)?;
    let (secret, public) = (answer.bytes("secret")?, answer.bytes("public")?);
    let mut shared = Bytes::new(spec.algorithm().output_len)?;
    let agreed = AnyAgreement::new(spec, &secret)
        .map_err(AgreementError::from)
        .and_then(|side| side.agree(&public, &mut shared));
    expect(answer, agreed.map(|()| &*shared), "shared")
}

fn kdf(answer: &Answer) -> Result<(), Failure> {
    let spec = algorithm(answer, KdfSpec::from_name)?;
    let (salt, secret, info) = (
        answer.bytes("salt")?,
        answer.bytes("secret")?,
        answer.bytes("info")?,
    );
    let mut out = Bytes::new(answer.number("outLen")?.ok_or("no outLen")?)?;
    let derived = spec.derive(&salt, &secret, &info, &mut out);
    expect(answer, derived.map(|()| &*out), "out")
}

fn padding(answer: &Answer) -> Result<(), Failure> {
    let padding = algorithm(answer, Padding::from_name)?;
    let block_len = answer.number("blockLen")?.ok_or("no blockLen")?;
    let (count, mut padded) = (answer.number("count")?, answer.bytes("padded")?);
    let removed = padding.data_len(&padded, block_len, count);
    expect(answer, removed.map(|len| &padded[..len]), "msg")?;
    if let Ok(data_len) = removed {
        padded[data_len..].fill(0xee);
        let made = padding.pad_in_place(&mut padded, data_len, block_len);
        expect(answer, made.map(|len| &padded[..len]), "padded")?;
    }
    Ok(())
}
