//! Message authentication codes.

use secpvm_core::Error;
use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::mac::{AnyMac, MacSpec};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::{Failure, object};
use crate::scratch::{Parts, put, with, with_region};

/// The MAC of the data, cut to `tag_len` bytes; a `tag_len` of 0 stands for all.
#[wasm_bindgen]
pub fn mac(mac: u16, tag_len: usize, key_len: usize, data_len: usize) -> i32 {
    let tag = with_region(|parts| {
        let mut mac = begin(parts, mac, tag_len, key_len)?;
        mac.update(parts.take(data_len)?);
        Ok(mac.finalize())
    });
    object(tag).map_or(-1, |tag| put(tag.as_ref()))
}

/// Compare the MAC of the data with a tag, in constant time.
#[wasm_bindgen]
pub fn verify(mac: u16, key_len: usize, data_len: usize, tag_len: usize) -> i32 {
    with(|parts| {
        let mut mac = begin(parts, mac, 0, key_len)?;
        mac.update(parts.take(data_len)?);
        mac.verify(parts.take(tag_len)?)?;
        Ok(0)
    })
}

fn begin(parts: &mut Parts, mac: u16, tag_len: usize, key_len: usize) -> Result<AnyMac, Failure> {
    let key = parts.key(key_len)?;
    let spec = MacSpec::from_id(AlgorithmId(mac))?;
    Ok(match tag_len {
        0 => AnyMac::new(spec, key.0)?,
        tag_len => AnyMac::with_tag_len(spec, key.0, tag_len)?,
    })
}

/// A MAC of a message that comes in pieces.
#[wasm_bindgen]
pub struct Mac(Option<AnyMac>);

#[wasm_bindgen]
impl Mac {
    pub fn begin(mac: u16, tag_len: usize, key_len: usize) -> Option<Mac> {
        let begun = with_region(|parts| begin(parts, mac, tag_len, key_len));
        object(begun).map(|mac| Self(Some(mac)))
    }

    pub fn update(&mut self, data_len: usize) -> i32 {
        with(|parts| {
            let mac = self.0.as_mut().ok_or(Error::OutOfOrder)?;
            mac.update(parts.take(data_len)?);
            Ok(0)
        })
    }

    /// The tag; there is no more after it.
    pub fn finalize(&mut self) -> i32 {
        let mac = self.0.take().ok_or(Error::OutOfOrder.into());
        object(mac).map_or(-1, |mac| put(mac.finalize().as_ref()))
    }

    /// Compare with a tag; there is no more after it.
    pub fn verify(&mut self, tag_len: usize) -> i32 {
        with(|parts| {
            let mac = self.0.take().ok_or(Error::OutOfOrder)?;
            mac.verify(parts.take(tag_len)?)?;
            Ok(0)
        })
    }
}
