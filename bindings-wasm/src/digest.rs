//! Digests.

use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::digest::{AnyDigest, DigestSpec};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::{Failure, object};
use crate::scratch::{put, with};

#[wasm_bindgen]
pub fn digest(digest: u16, data_len: usize) -> i32 {
    let digest = begin(digest).and_then(|mut digest| {
        crate::scratch::with_region(|parts| {
            digest.update(parts.take(data_len)?);
            Ok(digest.finalize())
        })
    });
    object(digest).map_or(-1, |digest| put(digest.as_ref()))
}

fn begin(digest: u16) -> Result<AnyDigest, Failure> {
    Ok(AnyDigest::new(DigestSpec::from_id(AlgorithmId(digest))?))
}

/// A digest of a message that comes in pieces.
#[wasm_bindgen]
pub struct Digest(Option<AnyDigest>);

#[wasm_bindgen]
impl Digest {
    pub fn begin(digest: u16) -> Option<Digest> {
        object(begin(digest)).map(|digest| Self(Some(digest)))
    }

    pub fn update(&mut self, data_len: usize) -> i32 {
        with(|parts| {
            let digest = self.0.as_mut().ok_or(secpvm_core::Error::OutOfOrder)?;
            digest.update(parts.take(data_len)?);
            Ok(0)
        })
    }

    /// The digest; there is no more after it.
    pub fn finalize(&mut self) -> i32 {
        let digest = self.0.take().ok_or(secpvm_core::Error::OutOfOrder.into());
        object(digest).map_or(-1, |digest| put(digest.finalize().as_ref()))
    }
}
