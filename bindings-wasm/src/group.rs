//! Groups: a leader and its members change epochs together.

use secpvm_core::group::{
    Endpoint, GROUP_MESSAGE_LEN_MAX, Leader as CoreLeader, MEMBER_KEY_LEN, Member as CoreMember,
    MemberKey, MemberSlot, RekeyPolicy,
};
use secpvm_core::packet::{MemberId, PeerSlot, RECORD_OVERHEAD};
use secpvm_core::secret::Secret;
use secpvm_core::session::Session as CoreSession;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::{Failure, number, object};
use crate::record::table;
use crate::scratch::{Parts, put, with, with_region};
use crate::session::Session;

type Table = Box<[PeerSlot]>;

/// Length of a policy, in bytes: four limits of 8, big-endian.
const POLICY_LEN: usize = 32;

/// The default limits for the suite of `session`.
#[wasm_bindgen]
pub fn rekey_policy(session: &Session) -> i32 {
    let policy = RekeyPolicy::for_suite(session.0.suite());
    let limits = [
        policy.packets_max,
        policy.bytes_max,
        policy.age_max_ms,
        policy.previous_epoch_ms,
    ];
    put(limits.map(u64::to_be_bytes).as_flattened())
}

/// The limits that stand next in the region.
fn policy(parts: &mut Parts) -> Result<RekeyPolicy, Failure> {
    let bytes: [u8; POLICY_LEN] = parts.key(POLICY_LEN)?.array()?;
    let mut limits = bytes
        .as_chunks()
        .0
        .iter()
        .map(|limit| u64::from_be_bytes(*limit));
    let mut next = || limits.next().ok_or(Failure::Internal);
    Ok(RekeyPolicy {
        packets_max: next()?,
        bytes_max: next()?,
        age_max_ms: next()?,
        previous_epoch_ms: next()?,
    })
}

/// An endpoint with those limits, and room for `senders` in each of two epochs.
fn endpoint(
    session: &Session,
    sender: u64,
    senders: usize,
    policy: RekeyPolicy,
    now_ms: u64,
) -> Result<Endpoint<Table>, Failure> {
    let session = session.duplicate()?;
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
    /// From a root secret of 32 bytes and a policy, with room for `members`.
    pub fn begin(session: &Session, sender: u64, members: usize, now_ms: u64) -> Option<Leader> {
        object(with_region(|parts| {
            let root = Secret::from(parts.key(32)?.array()?);
            let policy = policy(parts)?;
            let mut seats = Vec::new();
            seats
                .try_reserve_exact(members)
                .map_err(|_| Failure::NoMemory)?;
            seats.resize_with(members, || MemberSlot::EMPTY);
            let senders = members.saturating_add(1);
            let endpoint = endpoint(session, sender, senders, policy, now_ms)?;
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

    /// The next member that did not answer, or nothing.
    pub fn poll_unresponsive(&mut self) -> Option<u64> {
        self.0.poll_unresponsive().map(|member| member.0)
    }

    pub fn offer_again(&mut self, member: u64) -> i32 {
        let offered = self.0.offer_again(MemberId(member));
        number(offered.map(|()| 0).map_err(Failure::from))
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
    /// From an encoded member key and a policy, with room for `senders`. Its records bear `sender`, or
    /// the id in the key.
    pub fn begin(
        session: &Session,
        sender: Option<u64>,
        senders: usize,
        now_ms: u64,
    ) -> Option<Member> {
        object(with_region(|parts| {
            let key: [u8; MEMBER_KEY_LEN] = parts.key(MEMBER_KEY_LEN)?.array()?;
            let key = MemberKey::decode(&key);
            let policy = policy(parts)?;
            let sender = sender.unwrap_or(key.member().0);
            let endpoint = endpoint(session, sender, senders, policy, now_ms)?;
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

fn copy_of(session: &CoreSession) -> Option<Session> {
    let copy = CoreSession::decode(session.encode().expose());
    object(copy.map_err(Failure::from)).map(Session)
}

/// What leader and member have alike.
macro_rules! endpoint_calls {
    ($type:ident) => {
        #[wasm_bindgen]
        impl $type {
            pub fn session(&self) -> Option<Session> {
                copy_of(self.0.endpoint().session())
            }

            pub fn newest_session(&self) -> Option<Session> {
                copy_of(self.0.endpoint().newest_session())
            }

            pub fn epoch(&self) -> u32 {
                self.0.endpoint().epoch().0
            }

            /// The epoch that it opens too, or nothing.
            pub fn next_epoch(&self) -> Option<u32> {
                self.0.endpoint().next_epoch().map(|epoch| epoch.0)
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
