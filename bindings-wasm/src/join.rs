//! The join.

use secpvm_core::group::{MEMBER_KEY_LEN, MemberKey};
use secpvm_core::handshake::join::{JOIN_MESSAGE_LEN_MAX, Join as Core, MEMBER_KEY_MESSAGE_LEN};
use secpvm_core::secret::Secret;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::object;
use crate::scratch::{put, with, with_region};
use crate::session::Session;

/// One side of a join.
#[wasm_bindgen]
pub struct Join(Core);

#[wasm_bindgen]
impl Join {
    /// From a join secret and an ephemeral key of 32 bytes each, and the context.
    pub fn initiator(session: &Session, context_len: usize) -> Option<Join> {
        object(with_region(|parts| {
            let join_secret = Secret::from(parts.key(32)?.array()?);
            let ephemeral = Secret::from(parts.key(32)?.array()?);
            let context = parts.take(context_len)?;
            let join = Core::initiator(session.duplicate()?, context, join_secret, ephemeral)?;
            Ok(Self(join))
        }))
    }

    /// From an ephemeral key of 32 bytes, and the context.
    pub fn responder(context_len: usize) -> Option<Join> {
        object(with_region(|parts| {
            let ephemeral = Secret::from(parts.key(32)?.array()?);
            Ok(Self(Core::responder(parts.take(context_len)?, ephemeral)?))
        }))
    }

    pub fn write_message(&mut self) -> i32 {
        with(|parts| Ok(self.0.write_message(parts.take(JOIN_MESSAGE_LEN_MAX)?)?))
    }

    pub fn read_message(&mut self, message_len: usize) -> i32 {
        with(|parts| {
            self.0.read_message(parts.take(message_len)?)?;
            Ok(0)
        })
    }

    /// From an encoded member key.
    pub fn write_member_key(&mut self) -> i32 {
        with(|parts| {
            let key = MemberKey::decode(&parts.key(MEMBER_KEY_LEN)?.array()?);
            Ok(self
                .0
                .write_member_key(&key, parts.take(MEMBER_KEY_MESSAGE_LEN)?)?)
        })
    }

    /// The encoded member key.
    pub fn read_member_key(&mut self, message_len: usize) -> i32 {
        let read = with_region(|parts| Ok(self.0.read_member_key(parts.take(message_len)?)?));
        object(read).map_or(-1, |key| put(key.encode().expose()))
    }

    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// What the responder came for, or nothing.
    pub fn session(&self) -> Option<Session> {
        let session = self.0.session()?;
        let bytes = session.encode();
        object(secpvm_core::session::Session::decode(bytes.expose()).map_err(Into::into))
            .map(Session)
    }
}
