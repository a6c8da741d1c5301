//! Noise handshakes, and the transport that comes of one.

use secpvm_core::Error;
use secpvm_core::agreement::X25519;
use secpvm_core::handshake::noise::{Handshake, NoiseCipher, PublicKey, Role, Transport as Core};
use secpvm_core::secret::Secret;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::{Failure, object};
use crate::scratch::{Parts, put, with, with_region};

/// The most that a message adds to its payload, in bytes: XX's second has two keys and two tags.
const OVERHEAD_MAX: usize = 96;

/// One side of a handshake.
#[wasm_bindgen]
pub struct Noise(Option<Handshake>);

#[wasm_bindgen]
impl Noise {
    /// Keys of 32 bytes each, in this order: ephemeral; then pre-shared, local static and remote
    /// static, as the bits 1, 2 and 4 of `keys` say. The prologue ends it.
    pub fn begin(
        pattern: u8,
        role: u8,
        cipher: u8,
        keys: u8,
        prologue_len: usize,
    ) -> Option<Noise> {
        object(with_region(|parts| {
            let ephemeral = Secret::from(parts.key(32)?.array()?);
            let mut key = |bit: u8| -> Result<Option<[u8; 32]>, Failure> {
                match keys & bit {
                    0 => Ok(None),
                    _ => Ok(Some(parts.key(32)?.array()?)),
                }
            };
            let psk = key(1)?.map(Secret::from);
            let local = key(2)?.map(|secret| X25519::new(&Secret::from(secret)));
            let remote = key(4)?.map(PublicKey);
            let prologue = parts.take(prologue_len)?;
            let role = match role {
                0 => Role::Initiator,
                _ => Role::Responder,
            };
            let cipher = match cipher {
                0 => NoiseCipher::AesGcm,
                _ => NoiseCipher::ChaChaPoly,
            };
            let handshake = match (pattern, role, psk, local, remote) {
                (0, _, Some(psk), None, None) => {
                    Handshake::nn_psk0(role, cipher, prologue, psk, ephemeral)
                }
                (1, _, None, Some(local), Some(remote)) => {
                    Handshake::kk(role, cipher, prologue, local, remote, ephemeral)
                }
                (2, _, None, Some(local), None) => {
                    Handshake::xx(role, cipher, prologue, local, ephemeral)
                }
                (3, Role::Initiator, None, Some(local), Some(remote)) => {
                    Handshake::ik_initiator(cipher, prologue, local, remote, ephemeral)
                }
                (3, Role::Responder, None, Some(local), None) => {
                    Handshake::ik_responder(cipher, prologue, local, ephemeral)
                }
                _ => return Err(Failure::Argument("the keys of the pattern, and no others")),
            };
            Ok(Self(Some(handshake)))
        }))
    }

    /// The message stands behind the payload, where there is room for 96 bytes more than that.
    pub fn write_message(&mut self, payload_len: usize) -> i32 {
        with(|parts| {
            let (payload, out) = message_parts(parts, payload_len)?;
            let handshake = self.0.as_mut().ok_or(Error::OutOfOrder)?;
            Ok(handshake.write_message(payload, out)?)
        })
    }

    /// The payload stands behind the message, where there is as much room.
    pub fn read_message(&mut self, message_len: usize) -> i32 {
        with(|parts| {
            let (message, out) = (parts.take(message_len)?, parts.take(message_len)?);
            let handshake = self.0.as_mut().ok_or(Error::OutOfOrder)?;
            Ok(handshake.read_message(message, out)?)
        })
    }

    pub fn is_my_turn(&self) -> bool {
        self.0.as_ref().is_some_and(Handshake::is_my_turn)
    }

    pub fn is_finished(&self) -> bool {
        self.0.as_ref().is_none_or(Handshake::is_finished)
    }

    /// The peer's static key, or no bytes.
    pub fn remote_static(&self) -> i32 {
        let key = self.0.as_ref().and_then(Handshake::remote_static);
        put(key.map_or(&[], |key| &key.0))
    }

    /// The handshake hash, or no bytes when the handshake has become a transport.
    pub fn hash(&self) -> i32 {
        put(self.0.as_ref().map_or(&[], |handshake| handshake.hash()))
    }

    /// The transport of a finished handshake, which ends.
    pub fn transport(&mut self) -> Option<Transport> {
        let handshake = self.0.take_if(|handshake| handshake.is_finished());
        let handshake = handshake.ok_or(Error::OutOfOrder);
        let transport = handshake.and_then(Handshake::into_transport);
        object(transport.map(Transport).map_err(Failure::from))
    }
}

/// The two ciphers of a finished handshake.
#[wasm_bindgen]
pub struct Transport(Core);

#[wasm_bindgen]
impl Transport {
    /// As of a handshake.
    pub fn write_message(&mut self, payload_len: usize) -> i32 {
        with(|parts| {
            let (payload, out) = message_parts(parts, payload_len)?;
            Ok(self.0.write_message(payload, out)?)
        })
    }

    /// As of a handshake.
    pub fn read_message(&mut self, message_len: usize) -> i32 {
        with(|parts| {
            let (message, out) = (parts.take(message_len)?, parts.take(message_len)?);
            Ok(self.0.read_message(message, out)?)
        })
    }
}

/// A payload, and room for a message with it.
fn message_parts<'r>(
    parts: &mut Parts<'r>,
    payload_len: usize,
) -> Result<(&'r [u8], &'r mut [u8]), Failure> {
    let payload = parts.take(payload_len)?;
    Ok((
        payload,
        parts.take(payload_len.saturating_add(OVERHEAD_MAX))?,
    ))
}
