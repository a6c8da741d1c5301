//! Sessions cross the border as their 40 bytes: the caller keeps and wipes them.

use secpvm_core::secret::Secret;
use secpvm_core::session::{SESSION_LEN, Session};
use secpvm_core::suite::{Suite, SuiteId};

use crate::border::{array, guard, out};
use crate::status::secpvm_status;
use crate::suite::secpvm_suite_info;

/// Decode the session at `session`.
///
/// # Safety
/// If not null, `session` points to `SESSION_LEN` bytes that nobody writes during the call.
pub(crate) unsafe fn decode(session: *const u8) -> Result<Session, secpvm_status> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { array::<SESSION_LEN>(session) }?;
    Ok(Session::decode(bytes)?)
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_session_generate(
    suite_id: u16,
    entropy: *const u8,
    session: *mut u8,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract.
        let entropy = unsafe { array::<32>(entropy) }?;
        // SAFETY: the header's contract.
        let place = unsafe { out(session.cast::<[u8; SESSION_LEN]>()) }?;
        let suite = Suite::from_id(SuiteId(suite_id))?;
        place.write(
            *Session::generate(suite, Secret::from(*entropy))
                .encode()
                .expose(),
        );
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_session_suite(
    session: *const u8,
    info: *mut secpvm_suite_info,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract.
        let info = unsafe { out(info) }?;
        // SAFETY: the header's contract.
        let session = unsafe { decode(session) }?;
        info.write(session.suite().into());
        Ok(())
    })
}
