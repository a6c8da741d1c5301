//! Key agreement.

use secpvm_core::agreement::{AgreementSpec, AnyAgreement};
use secpvm_core::algorithm::AlgorithmId;

use crate::border::guard;
use crate::object::{constructors, object};
use crate::status::secpvm_status;

object!(
    secpvm_agreement = AnyAgreement,
    b"AGRE",
    384,
    secpvm_agreement_free
);

constructors!(
    secpvm_agreement_init,
    secpvm_agreement_new,
    secpvm_agreement,
    |call, id: u16, secret: *const u8, secret_len: usize| {
        // SAFETY: the header's contract.
        let secret = unsafe { call.input(secret, secret_len) }?;
        AnyAgreement::new(AgreementSpec::from_id(AlgorithmId(id))?, secret)?
    }
);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_agreement_public_value(
    agreement: *const secpvm_agreement,
    public_value: *mut u8,
    public_value_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (agreement, public_value) = unsafe {
            (
                call.shared(agreement)?,
                call.output(public_value, public_value_len)?,
            )
        };
        write_public_value(agreement, public_value)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_agreement_agree(
    agreement: *const secpvm_agreement,
    public_value: *const u8,
    public_value_len: usize,
    shared: *mut u8,
    shared_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (agreement, public_value, shared) = unsafe {
            (
                call.shared(agreement)?,
                call.input(public_value, public_value_len)?,
                call.output(shared, shared_len)?,
            )
        };
        agree(agreement, public_value, shared)
    })
}

/// The public value: its buffer has its length.
pub(crate) fn write_public_value(
    agreement: &AnyAgreement,
    public_value: &mut [u8],
) -> Result<(), secpvm_status> {
    agreement
        .public_value(public_value)
        .map_err(|_| secpvm_status::LENGTH)
}

/// The shared secret: its buffer has its length.
pub(crate) fn agree(
    agreement: &AnyAgreement,
    public_value: &[u8],
    shared: &mut [u8],
) -> Result<(), secpvm_status> {
    match agreement.agree(public_value, shared).map_err(Into::into) {
        Err(secpvm_status::BUFFER_TOO_SMALL) => Err(secpvm_status::LENGTH),
        done => done,
    }
}
