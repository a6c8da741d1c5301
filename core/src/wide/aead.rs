//! AEADs with wide back ends.

use core::convert::Infallible;

use crate::error::Forged;

/// AES-128-GCM.
#[cfg(all(feature = "wide", feature = "aes", target_arch = "x86_64"))]
pub(crate) type Aes128Gcm = super::gcm::AesGcm<11>;
/// AES-256-GCM.
#[cfg(all(feature = "wide", feature = "aes", target_arch = "x86_64"))]
pub(crate) type Aes256Gcm = super::gcm::AesGcm<15>;
#[cfg(not(all(feature = "wide", feature = "aes", target_arch = "x86_64")))]
pub(crate) type Aes128Gcm = Infallible;
#[cfg(not(all(feature = "wide", feature = "aes", target_arch = "x86_64")))]
pub(crate) type Aes256Gcm = Infallible;
/// ChaCha20-Poly1305.
#[cfg(all(feature = "wide", feature = "chacha20", target_arch = "x86_64"))]
pub(crate) type ChaCha20Poly1305 = super::chacha20_poly1305::ChaCha20Poly1305;
#[cfg(not(all(feature = "wide", feature = "chacha20", target_arch = "x86_64")))]
pub(crate) type ChaCha20Poly1305 = Infallible;

/// An AEAD that not every CPU has the instructions for. Keys are wiped on drop. Nonces come by value:
/// from memory, a register of them would wait for the stores of its parts.
pub(crate) trait WideAead: Sized {
    /// Expand `key`, if this CPU has the instructions and the key the right length.
    fn detect(key: &[u8]) -> Option<Self>;

    /// Encrypt `data` in place, and write the tag over it and `associated_data`
    /// to `tag`.
    fn seal_in_place(
        &self,
        nonce: [u8; 12],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &mut [u8; 16],
    );

    /// Verify `tag`, and only then decrypt `data` in place.
    fn open_in_place(
        &self,
        nonce: [u8; 12],
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; 16],
    ) -> Result<(), Forged>;
}

/// What there is not: a build without the back end.
impl WideAead for Infallible {
    fn detect(_: &[u8]) -> Option<Self> {
        None
    }

    fn seal_in_place(&self, _: [u8; 12], _: &[u8], _: &mut [u8], _: &mut [u8; 16]) {
        match *self {}
    }

    fn open_in_place(
        &self,
        _: [u8; 12],
        _: &[u8],
        _: &mut [u8],
        _: &[u8; 16],
    ) -> Result<(), Forged> {
        match *self {}
    }
}
