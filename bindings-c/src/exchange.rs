//! The key exchange of 1997.

use secpvm_core::handshake::exchange_1997::{Exchange, MessageKind};
use secpvm_core::packet::classic::SESSION_KEY_LEN;

use crate::border::guard;
use crate::classic::session_key;
use crate::object::{constructors, object};
use crate::status::secpvm_status;

object!(
    secpvm_exchange_1997 = Exchange,
    b"X997",
    768,
    secpvm_exchange_1997_free
);

constructors!(
    secpvm_exchange_1997_master_init,
    secpvm_exchange_1997_master_new,
    secpvm_exchange_1997,
    |call, key: *const u8, exponent: *const u8, exponent_len: usize| {
        // SAFETY: the header's contract.
        let (key, exponent) =
            unsafe { (session_key(call, key)?, call.input(exponent, exponent_len)?) };
        Exchange::master(key, exponent)?
    }
);

constructors!(
    secpvm_exchange_1997_slave_init,
    secpvm_exchange_1997_slave_new,
    secpvm_exchange_1997,
    |call, exponent: *const u8, exponent_len: usize| {
        // SAFETY: the header's contract.
        Exchange::slave(unsafe { call.input(exponent, exponent_len) }?)?
    }
);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_exchange_1997_write(
    exchange: *mut secpvm_exchange_1997,
    body: *mut u8,
    body_cap: usize,
    dm_code: *mut u32,
    body_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (exchange, body, code, len) = unsafe {
            (
                call.object(exchange)?,
                call.output(body, body_cap)?,
                call.place(dm_code)?,
                call.place(body_len)?,
            )
        };
        let (kind, written) = exchange.write_message(body)?;
        code.write(kind.dm_code());
        len.write(written);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_exchange_1997_read(
    exchange: *mut secpvm_exchange_1997,
    dm_code: u32,
    body: *const u8,
    body_len: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (exchange, body) = unsafe { (call.object(exchange)?, call.input(body, body_len)?) };
        let kind = MessageKind::from_dm_code(dm_code).ok_or(secpvm_status::MALFORMED)?;
        Ok(exchange.read_message(kind, body)?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_exchange_1997_finish(
    exchange: *const secpvm_exchange_1997,
    key: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let exchange = unsafe { call.shared(exchange) }?;
        if !exchange.is_finished() {
            return Err(secpvm_status::OUT_OF_ORDER);
        }
        if let Some(received) = exchange.session_key() {
            // SAFETY: the header's contract.
            let place = unsafe { call.place(key.cast::<[u8; SESSION_KEY_LEN]>()) }?;
            place.write(*received.expose());
        }
        Ok(())
    })
}
