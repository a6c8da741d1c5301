//! Message digests.

use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::digest::{AnyDigest, DigestSpec};

use crate::border::guard;
use crate::object::{Object, constructors, object};
use crate::status::secpvm_status;

/// A digest of a message under way, and its length.
pub struct Digest(pub(crate) AnyDigest, pub(crate) usize);

impl Digest {
    pub(crate) fn new(id: u16) -> Result<Self, secpvm_status> {
        let spec = DigestSpec::from_id(AlgorithmId(id))?;
        Ok(Self(AnyDigest::new(spec), spec.algorithm().output_len))
    }
}

object!(secpvm_digest = Digest, b"DGST", 192, secpvm_digest_free);

constructors!(
    secpvm_digest_init,
    secpvm_digest_new,
    secpvm_digest,
    |call, id: u16| { Digest::new(id)? }
);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_digest_update(
    digest: *mut secpvm_digest,
    data: *const u8,
    data_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (digest, data) = unsafe { (call.object(digest)?, call.input(data, data_len)?) };
        digest.0.update(data);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_digest_finish(
    digest: *mut secpvm_digest,
    output: *mut u8,
    output_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (held, output) = unsafe { (call.object(digest)?, call.output(output, output_len)?) };
        check_len(output.len(), held.1)?;
        // SAFETY: it is live, as `object` found, and `held` is not used again.
        let digest = unsafe { Object::take(digest) };
        output.copy_from_slice(digest.0.finalize().as_ref());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_digest_once(
    id: u16,
    data: *const u8,
    data_len: usize,
    output: *mut u8,
    output_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (data, output) = unsafe {
            (
                call.input(data, data_len)?,
                call.output(output, output_len)?,
            )
        };
        once(id, data, output)
    })
}

/// The digest of one message.
pub(crate) fn once(id: u16, data: &[u8], output: &mut [u8]) -> Result<(), secpvm_status> {
    let mut digest = Digest::new(id)?;
    check_len(output.len(), digest.1)?;
    digest.0.update(data);
    output.copy_from_slice(digest.0.finalize().as_ref());
    Ok(())
}

/// An output has exactly the length that it is for.
pub(crate) fn check_len(actual: usize, expected: usize) -> Result<(), secpvm_status> {
    if actual == expected {
        Ok(())
    } else {
        Err(secpvm_status::LENGTH)
    }
}
