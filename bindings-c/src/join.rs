//! The join.

use secpvm_core::group::{MEMBER_KEY_LEN, MemberKey};
use secpvm_core::handshake::join::Join;
use secpvm_core::secret::Secret;
use secpvm_core::session::SESSION_LEN;

use crate::border::guard;
use crate::object::{constructors, object};
use crate::session::decode;
use crate::status::secpvm_status;

object!(secpvm_join = Join, b"JOIN", 1536, secpvm_join_free);

constructors!(
    secpvm_join_initiator_init,
    secpvm_join_initiator_new,
    secpvm_join,
    |call, session: *const u8, context: *const u8, context_len: usize, entropy: *const u8| {
        // SAFETY: the header's contract.
        let (session, context, join_secret, ephemeral) = unsafe {
            (
                decode(call, session)?,
                call.input(context, context_len)?,
                call.array::<32>(entropy)?,
                call.array::<32>(entropy.wrapping_add(32))?,
            )
        };
        let (join_secret, ephemeral) = (Secret::from(*join_secret), Secret::from(*ephemeral));
        Join::initiator(session, context, join_secret, ephemeral)?
    }
);

constructors!(
    secpvm_join_responder_init,
    secpvm_join_responder_new,
    secpvm_join,
    |call, context: *const u8, context_len: usize, entropy: *const u8| {
        // SAFETY: the header's contract.
        let (context, entropy) = unsafe {
            (
                call.input(context, context_len)?,
                call.array::<32>(entropy)?,
            )
        };
        Join::responder(context, Secret::from(*entropy))?
    }
);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_write(
    join: *mut secpvm_join,
    message: *mut u8,
    message_cap: usize,
    message_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (join, message, place) = unsafe {
            (
                call.object(join)?,
                call.output(message, message_cap)?,
                call.place(message_len)?,
            )
        };
        place.write(join.write_message(message)?);
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
    guard(|call| {
        // SAFETY: the header's contract.
        let (join, message) = unsafe { (call.object(join)?, call.input(message, message_len)?) };
        Ok(join.read_message(message)?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_finish(
    join: *const secpvm_join,
    session: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let join = unsafe { call.shared(join) }?;
        if !join.is_finished() {
            return Err(secpvm_status::OUT_OF_ORDER);
        }
        if let Some(received) = join.session() {
            // SAFETY: the header's contract.
            let place = unsafe { call.place(session.cast::<[u8; SESSION_LEN]>()) }?;
            place.write(*received.encode().expose());
        }
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_write_member_key(
    join: *mut secpvm_join,
    member_key: *const u8,
    message: *mut u8,
    message_cap: usize,
    message_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (join, key, message, place) = unsafe {
            (
                call.object(join)?,
                call.array::<MEMBER_KEY_LEN>(member_key)?,
                call.output(message, message_cap)?,
                call.place(message_len)?,
            )
        };
        place.write(join.write_member_key(&MemberKey::decode(key), message)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_join_read_member_key(
    join: *mut secpvm_join,
    message: *const u8,
    message_len: usize,
    member_key: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (join, message, place) = unsafe {
            (
                call.object(join)?,
                call.input(message, message_len)?,
                call.place(member_key.cast::<[u8; MEMBER_KEY_LEN]>())?,
            )
        };
        place.write(*join.read_member_key(message)?.encode().expose());
        Ok(())
    })
}
