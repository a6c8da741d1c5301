//! Sessions cross the border as their 40 bytes: the caller keeps and wipes them.

use secpvm_core::secret::Secret;
use secpvm_core::session::{SESSION_LEN, Session};
use secpvm_core::suite::{Suite, SuiteId};

use crate::border::{Call, guard};
use crate::status::secpvm_status;
use crate::suite::secpvm_suite_info;

const APPLICATION_KEY_LEN: usize = 32;

/// Decode the session at `session`.
///
/// # Safety
/// If not null, `session` points to `SESSION_LEN` bytes that nobody writes during the call.
pub(crate) unsafe fn decode(call: &mut Call, session: *const u8) -> Result<Session, secpvm_status> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { call.array::<SESSION_LEN>(session) }?;
    Ok(Session::decode(bytes)?)
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_session_generate(
    suite_id: u16,
    entropy: *const u8,
    session: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (entropy, place) = unsafe {
            (
                call.array::<32>(entropy)?,
                call.place(session.cast::<[u8; SESSION_LEN]>())?,
            )
        };
        let suite = Suite::from_id(SuiteId(suite_id)).map_err(|_| secpvm_status::UNKNOWN_SUITE)?;
        let session = Session::generate(suite, Secret::from(*entropy));
        place.write(*session.encode().expose());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_session_next_epoch(
    session: *const u8,
    entropy: *const u8,
    next: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (session, entropy, place) = unsafe {
            (
                decode(call, session)?,
                call.array::<32>(entropy)?,
                call.place(next.cast::<[u8; SESSION_LEN]>())?,
            )
        };
        let next = session.next_epoch(Secret::from(*entropy))?;
        place.write(*next.encode().expose());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_session_suite(
    session: *const u8,
    info: *mut secpvm_suite_info,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (info, session) = unsafe { (call.place(info)?, decode(call, session)?) };
        info.write(session.suite().into());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_session_for_tasks(
    session: *const u8,
    task_session: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (session, place) = unsafe {
            (
                decode(call, session)?,
                call.place(task_session.cast::<[u8; SESSION_LEN]>())?,
            )
        };
        place.write(*session.task_session().encode().expose());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_session_with_suite(
    session: *const u8,
    suite_id: u16,
    other: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (session, place) = unsafe {
            (
                decode(call, session)?,
                call.place(other.cast::<[u8; SESSION_LEN]>())?,
            )
        };
        let suite = Suite::from_id(SuiteId(suite_id)).map_err(|_| secpvm_status::UNKNOWN_SUITE)?;
        place.write(*session.with_suite(suite).encode().expose());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_session_application_key(
    task_session: *const u8,
    task: u32,
    key: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (session, place) = unsafe {
            (
                decode(call, task_session)?,
                call.place(key.cast::<[u8; APPLICATION_KEY_LEN]>())?,
            )
        };
        let task = (task != 0).then_some(task);
        place.write(*session.application_key(task).expose());
        Ok(())
    })
}
