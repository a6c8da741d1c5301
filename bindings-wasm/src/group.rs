//! Groups: a leader and its members change epochs together.

use secpvm_core::group::{
    Endpoint, GROUP_MESSAGE_LEN_MAX, Leader as CoreLeader, MEMBER_KEY_LEN, Member as CoreMember,
    MemberKey, MemberSlot, RekeyPolicy,
};
use secpvm_core::packet::{MemberId, PeerSlot, RECORD_OVERHEAD};
use secpvm_core::secret::Secret;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::{Failure, object};
use crate::record::table;
use crate::scratch::{Parts, put, with, with_region};
use crate::session::Session;

type Table = Box<[PeerSlot]>;

/// An endpoint with the limits of its suite, and room for `senders` in each of two epochs.
fn endpoint(
    session: &Session,
    sender: u64,
    senders: usize,
    now_ms: u64,
) -> Result<Endpoint<Table>, Failure> {
    let session = session.duplicate()?;
    let policy = RekeyPolicy::for_suite(session.suite());
    let tables = [table(senders)?, table(senders)?];
    let endpoint = Endpoint::new(session, MemberId(sender), tables, policy, now_ms)?;
    Ok(endpoint)
}

/// Leads a group.
#[wasm_bindgen]
pub struct Leader(CoreLeader<Box<[MemberSlot]>, Table>);

/// Follows a leader.
#[wasm_bindgen]
pub struct Member(CoreMember<Table>);

#[wasm_bindgen]
impl Leader {
    /// From a root secret of 32 bytes, with room for `members`.
    pub fn begin(session: &Session, sender: u64, members: usize, now_ms: u64) -> Option<Leader> {
        object(with_region(|parts| {
            let root = Secret::from(parts.key(32)?.array()?);
            let mut seats = Vec::new();
            seats
                .try_reserve_exact(members)
                .map_err(|_| Failure::NoMemory)?;
            seats.resize_with(members, || MemberSlot::EMPTY);
            let endpoint = endpoint(session, sender, members.saturating_add(1), now_ms)?;
            Ok(Self(CoreLeader::new(
                root,
                seats.into_boxed_slice(),
                endpoint,
            )))
        }))
    }

    /// The new member's key, encoded.
    pub fn admit(&mut self, member: u64) -> i32 {
        let key = self.0.admit(MemberId(member)).map_err(Failure::from);
        object(key).map_or(-1, |key| put(key.encode().expose()))
    }

    /// With 32 bytes of entropy.
    pub fn remove(&mut self, member: u64, now_ms: u64) -> i32 {
        with(|parts| {
            let entropy = Secret::from(parts.key(32)?.array()?);
            self.0.remove(MemberId(member), entropy, now_ms)?;
            Ok(0)
        })
    }

    /// With 32 bytes of entropy.
    pub fn rekey(&mut self, now_ms: u64) -> i32 {
        with(|parts| {
            let entropy = Secret::from(parts.key(32)?.array()?);
            self.0.rekey(entropy, now_ms)?;
            Ok(0)
        })
    }

    pub fn rekey_is_due(&self) -> bool {
        self.0.rekey_is_due()
    }

    /// The member to whom the message goes stands before it, in 8 bytes; 0 if none is due.
    pub fn poll_transmit(&mut self, now_ms: u64) -> i32 {
        with(|parts| {
            let place = parts.take(8)?;
            let out = message_room(parts)?;
            Ok(self.0.poll_transmit(now_ms, out).map_or(0, |(to, len)| {
                place.copy_from_slice(&to.0.to_be_bytes());
                len
            }))
        })
    }

    pub fn handle_message(&mut self, message_len: usize, now_ms: u64) -> i32 {
        with(|parts| {
            self.0.handle_message(parts.take(message_len)?, now_ms)?;
            Ok(0)
        })
    }
}

#[wasm_bindgen]
impl Member {
    /// From an encoded member key, with room for `senders`.
    pub fn begin(session: &Session, senders: usize, now_ms: u64) -> Option<Member> {
        object(with_region(|parts| {
            let key: [u8; MEMBER_KEY_LEN] = parts.key(MEMBER_KEY_LEN)?.array()?;
            let key = MemberKey::decode(&key);
            let endpoint = endpoint(session, key.member().0, senders, now_ms)?;
            Ok(Self(CoreMember::new(key, endpoint)))
        }))
    }

    pub fn request_epoch(&mut self) {
        self.0.request_epoch();
    }

    /// 0 if no message is due.
    pub fn poll_transmit(&mut self, now_ms: u64) -> i32 {
        with(|parts| {
            let out = message_room(parts)?;
            Ok(self.0.poll_transmit(now_ms, out).unwrap_or(0))
        })
    }

    pub fn handle_message(&mut self, message_len: usize, now_ms: u64) -> i32 {
        with(|parts| {
            self.0.handle_message(parts.take(message_len)?, now_ms)?;
            Ok(0)
        })
    }
}

fn message_room<'r>(parts: &mut Parts<'r>) -> Result<&'r mut [u8; GROUP_MESSAGE_LEN_MAX], Failure> {
    let room = parts.take(GROUP_MESSAGE_LEN_MAX)?;
    room.try_into().map_err(|_| Failure::Internal)
}

/// What leader and member have alike.
macro_rules! endpoint_calls {
    ($type:ident) => {
        #[wasm_bindgen]
        impl $type {
            pub fn session(&self) -> Option<Session> {
                let bytes = self.0.endpoint().session().encode();
                let session = secpvm_core::session::Session::decode(bytes.expose());
                object(session.map_err(Failure::from)).map(Session)
            }

            /// As a sealer does.
            pub fn seal(&mut self, aad_len: usize, plaintext_len: usize) -> i32 {
                with(|parts| {
                    let aad = parts.take(aad_len)?;
                    let record = parts.take(plaintext_len.saturating_add(RECORD_OVERHEAD))?;
                    Ok(self.0.seal_in_place(aad, record, plaintext_len)?)
                })
            }

            /// As an opener does.
            pub fn open(&mut self, aad_len: usize, record_len: usize, now_ms: u64) -> i32 {
                with(|parts| {
                    let (aad, record) = (parts.take(aad_len)?, parts.take(record_len)?);
                    Ok(self.0.open_in_place(aad, record, now_ms)?.plaintext.len())
                })
            }

            /// When to call `handle_timeout` at the latest, or nothing.
            pub fn poll_timeout(&self) -> Option<u64> {
                self.0.poll_timeout()
            }

            pub fn handle_timeout(&mut self, now_ms: u64) {
                self.0.handle_timeout(now_ms);
            }
        }
    };
}

endpoint_calls!(Leader);
endpoint_calls!(Member);
