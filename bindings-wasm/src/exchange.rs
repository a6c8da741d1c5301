//! The key exchange of 1997.

use secpvm_core::handshake::exchange_1997::{BODY_LEN_MAX, Exchange as Core, Message, MessageKind};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::classic::SessionKey;
use crate::failure::{Failure, object};
use crate::scratch::{with, with_region};

/// One side of an exchange.
#[wasm_bindgen]
pub struct Exchange(Core);

#[wasm_bindgen]
impl Exchange {
    pub fn master(key: &SessionKey, exponent_len: usize) -> Option<Exchange> {
        object(with_region(|parts| {
            let exponent = parts.key(exponent_len)?;
            let key = SessionKey::duplicate(&key.0)?;
            Ok(Self(Core::master(key, exponent.0)?))
        }))
    }

    pub fn slave(exponent_len: usize) -> Option<Exchange> {
        object(with_region(|parts| {
            Ok(Self(Core::slave(parts.key(exponent_len)?.0)?))
        }))
    }

    /// Write the body of a message; the result is its kind, from 0 in the order of the exchange,
    /// which says how long it is.
    pub fn write_message(&mut self) -> i32 {
        with(|parts| {
            let (written, _) = self.0.write_message(parts.take(BODY_LEN_MAX)?)?;
            position(written)
        })
    }

    pub fn read_message(&mut self, kind: usize, body_len: usize) -> i32 {
        with(|parts| {
            let kind = MessageKind::ALL.get(kind).ok_or(Failure::Internal)?;
            self.0.read_message(*kind, parts.take(body_len)?)?;
            Ok(0)
        })
    }

    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// What the slave received, or nothing.
    pub fn session_key(&self) -> Option<SessionKey> {
        let key = SessionKey::duplicate(self.0.session_key()?);
        object(key).map(SessionKey)
    }
}

/// The kind of the message that a packet carries, from 0 in the order of the exchange. The body stands
/// where it stood in the packet.
#[wasm_bindgen]
pub fn exchange_message(packet_len: usize) -> i32 {
    with(|parts| {
        let message = Message::parse(parts.take(packet_len)?)?;
        position(message.kind)
    })
}

fn position(kind: MessageKind) -> Result<usize, Failure> {
    let mut kinds = MessageKind::ALL.iter();
    kinds
        .position(|other| *other == kind)
        .ok_or(Failure::Internal)
}
