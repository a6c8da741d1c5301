//! The join.

use secpvm_core::handshake::join::Join;
use secpvm_core::secret::Secret;
use secpvm_core::session::SESSION_LEN;

use crate::border::{array, bytes, bytes_mut, give, guard, object, out, take_back};
use crate::session::decode;
use crate::status::secpvm_status;

/// A join under way, opaque in C.
pub struct secpvm_join(Join);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_initiator_new(
    session: *const u8,
    context: *const u8,
    context_len: usize,
    entropy: *const u8,
    join: *mut *mut secpvm_join,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract.
        let (session, context, join_secret, ephemeral, place) = unsafe {
            (
                decode(session)?,
                bytes(context, context_len)?,
                array::<32>(entropy)?,
                array::<32>(entropy.wrapping_add(32))?,
                out(join)?,
            )
        };
        let join = Join::initiator(
            session,
            context,
            Secret::from(*join_secret),
            Secret::from(*ephemeral),
        )?;
        give(place, secpvm_join(join));
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_responder_new(
    context: *const u8,
    context_len: usize,
    entropy: *const u8,
    join: *mut *mut secpvm_join,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract.
        let (context, entropy, place) = unsafe {
            (
                bytes(context, context_len)?,
                array::<32>(entropy)?,
                out(join)?,
            )
        };
        let join = Join::responder(context, Secret::from(*entropy))?;
        give(place, secpvm_join(join));
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_write(
    join: *mut secpvm_join,
    message: *mut u8,
    message_cap: usize,
    message_len: *mut usize,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract.
        let (join, message, place) = unsafe {
            (
                object(join)?,
                bytes_mut(message, message_cap)?,
                out(message_len)?,
            )
        };
        place.write(join.0.write_message(message)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_read(
    join: *mut secpvm_join,
    message: *const u8,
    message_len: usize,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract.
        let (join, message) = unsafe { (object(join)?, bytes(message, message_len)?) };
        Ok(join.0.read_message(message)?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_finish(
    join: *const secpvm_join,
    session: *mut u8,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract: a live join, or null.
        let join = unsafe { join.as_ref() }.ok_or(secpvm_status::NULL)?;
        if !join.0.is_finished() {
            return Err(secpvm_status::OUT_OF_ORDER);
        }
        if let Some(received) = join.0.session() {
            // SAFETY: the header's contract.
            let place = unsafe { out(session.cast::<[u8; SESSION_LEN]>()) }?;
            place.write(*received.encode().expose());
        }
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_free(join: *mut secpvm_join) {
    // SAFETY: the header's contract.
    unsafe { take_back(join) }
}
