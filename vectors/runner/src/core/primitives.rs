//! Primitives, at run time; the run-time types are enums over the static ones, so both routes are
//! taken.

use std::error::Error;

use secpvm_core::aead::{AeadSpec, AnyAead, Nonce};
use secpvm_core::agreement::{AgreementError, AgreementSpec, AnyAgreement};
use secpvm_core::digest::{AnyDigest, DigestSpec};
use secpvm_core::hazmat::{AnyCipher, Cipher, CipherError, CipherSpec};
use secpvm_core::hkdf::KdfSpec;
use secpvm_core::mac::{AnyMac, MacSpec};
use secpvm_core::padding::Padding;

use super::{ensure, equal, expect, text};
use crate::{Case, Failure};

/// A call of [`Cipher`].
type Step = fn(&mut AnyCipher, &mut [u8]) -> Result<(), CipherError>;

pub fn cipher(case: &Case) -> Result<(), Failure> {
    expect(case, run(case, "msg", Cipher::encrypt_in_place)?, "ct")?;
    if case.is_valid() {
        expect(case, run(case, "ct", Cipher::decrypt_in_place)?, "msg")?;
    }
    Ok(())
}

fn run(case: &Case, input: &str, step: Step) -> Result<Result<Vec<u8>, String>, Failure> {
    let spec = CipherSpec::from_name(case.algorithm()).map_err(text)?;
    let (key, iv) = (case.bytes("key")?, case.bytes("iv")?);
    let offset = case.optional_number("offset")?.unwrap_or(0);
    let mut data = vec![0; offset];
    data.extend(case.bytes(input)?);
    let before = data.clone();
    let mut cipher = match AnyCipher::new(spec, &key, &iv) {
        Ok(cipher) => cipher,
        Err(refused) => return Ok(Err(refused.to_string())),
    };
    ensure(cipher.spec() == spec, "another cipher was made")?;
    if let Err(refused) = step(&mut cipher, &mut data) {
        ensure(data == before, "a refused message was touched")?;
        return Ok(Err(refused.to_string()));
    }
    Ok(Ok(data.split_off(offset)))
}

pub fn aead(case: &Case) -> Result<(), Failure> {
    let spec = AeadSpec::from_name(case.algorithm()).map_err(text)?;
    let aead = match AnyAead::new(spec, &case.bytes("key")?) {
        Ok(aead) => aead,
        refused => return expect(case, refused.map(|_| Vec::new()), "msg"),
    };
    let Ok(nonce) = case.bytes("iv")?.try_into() else {
        return expect(case, Err("iv is no nonce"), "msg");
    };
    let (aad, ct, tag) = (case.bytes("aad")?, case.bytes("ct")?, case.bytes("tag")?);
    let mut data = ct.clone();
    let opened = aead.open_in_place(&nonce, &aad, &mut data, &tag);
    ensure(
        opened.is_ok() || data == ct,
        "a refused message was touched",
    )?;
    expect(case, opened.map(|()| data), "msg")?;
    if case.is_valid() {
        let mut data = case.bytes("msg")?;
        let nonce = Nonce::assume_unique(nonce);
        let made = aead.seal_in_place(nonce, &aad, &mut data).map_err(text)?;
        equal(&data, &ct, "ct")?;
        equal(&made, &tag, "tag")?;
    }
    Ok(())
}

pub fn digest(case: &Case) -> Result<(), Failure> {
    let spec = DigestSpec::from_name(case.algorithm()).map_err(text)?;
    let mut digest = AnyDigest::new(spec);
    digest.update(&case.bytes("msg")?);
    expect::<String>(case, Ok(digest.finalize().as_ref().to_vec()), "digest")
}

pub fn mac(case: &Case) -> Result<(), Failure> {
    let spec = MacSpec::from_name(case.algorithm()).map_err(text)?;
    let tag_len = case.number("tagLen")?;
    let (key, message, tag) = (case.bytes("key")?, case.bytes("msg")?, case.bytes("tag")?);
    let mac = || {
        let mut mac = AnyMac::with_tag_len(spec, &key, tag_len)?;
        mac.update(&message);
        Ok::<_, Box<dyn Error>>(mac)
    };
    let verified = mac().and_then(|mac| Ok(mac.verify(&tag)?));
    expect(case, verified.map(|()| tag.clone()), "tag")?;
    if case.is_valid() {
        let made = mac().map(|mac| mac.finalize().as_ref().to_vec());
        expect(case, made, "tag")?;
    }
    Ok(())
}

pub fn agreement(case: &Case) -> Result<(), Failure> {
    let spec = AgreementSpec::from_name(case.algorithm()).map_err(text)?;
    let mut shared = vec![0xee; spec.algorithm().output_len];
    let public = case.bytes("public")?;
    let agreed = AnyAgreement::new(spec, &case.bytes("secret")?)
        .map_err(AgreementError::from)
        .and_then(|side| side.agree(&public, &mut shared));
    expect(case, agreed.map(|()| shared), "shared")
}

pub fn kdf(case: &Case) -> Result<(), Failure> {
    let spec = KdfSpec::from_name(case.algorithm()).map_err(text)?;
    let mut out = vec![0xee; case.number("outLen")?];
    let (salt, secret, info) = (
        case.bytes("salt")?,
        case.bytes("secret")?,
        case.bytes("info")?,
    );
    let derived = spec.derive(&salt, &secret, &info, &mut out);
    expect(case, derived.map(|()| out), "out")
}

pub fn padding(case: &Case) -> Result<(), Failure> {
    let padding = Padding::from_name(case.algorithm()).map_err(text)?;
    let block_len = case.number("blockLen")?;
    let count = case.optional_number("count")?;
    let padded = case.bytes("padded")?;
    let removed = padding.data_len(&padded, block_len, count);
    expect(case, removed.map(|len| padded[..len].to_vec()), "msg")?;
    if case.is_valid() {
        let mut buf = case.bytes("msg")?;
        let data_len = buf.len();
        let padded_len = padding.padded_len(data_len, block_len).map_err(text)?;
        buf.resize(padded_len, 0xee);
        let made = padding.pad_in_place(&mut buf, data_len, block_len);
        expect(case, made.map(|len| buf[..len].to_vec()), "padded")?;
        let added = padded_len - data_len;
        ensure(count.is_none_or(|count| count == added), "another count")?;
    }
    Ok(())
}
