//! Groups: a leader and its members change epochs together.

use core::ffi::{c_int, c_void};

use secpvm_core::group::{
    Endpoint, GROUP_MESSAGE_LEN_MAX, Leader, MEMBER_KEY_LEN, Member, MemberKey, RekeyPolicy,
};
use secpvm_core::packet::MemberId;
use secpvm_core::secret::Secret;
use secpvm_core::session::SESSION_LEN;

use crate::border::{Call, guard};
use crate::object::{Room, object};
use crate::record::{open, secpvm_record_header};
use crate::session::decode;
use crate::status::secpvm_status;
use crate::table::{Peers, Seats, Slot, Table, memory_len};

object!(secpvm_leader = Leader<Seats, Peers>, b"LEAD", 2560, secpvm_leader_free);
object!(secpvm_member = Member<Peers>, b"MEMB", 2560, secpvm_member_free);

/// The limits of an epoch, as C sees them.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct secpvm_rekey_policy {
    pub(crate) packets_max: u64,
    pub(crate) bytes_max: u64,
    pub(crate) age_max_ms: u64,
    pub(crate) previous_epoch_ms: u64,
}

/// What an endpoint is made of, as C sees it.
#[repr(C)]
pub struct secpvm_endpoint_setup {
    pub(crate) session: *const u8,
    pub(crate) sender: u64,
    pub(crate) peers_max: usize,
    pub(crate) policy: *const secpvm_rekey_policy,
    pub(crate) now_ms: u64,
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_rekey_policy_for_session(
    session: *const u8,
    policy: *mut secpvm_rekey_policy,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (session, place) = unsafe { (decode(call, session)?, call.place(policy)?) };
        let policy = RekeyPolicy::for_suite(session.suite());
        place.write(secpvm_rekey_policy {
            packets_max: policy.packets_max,
            bytes_max: policy.bytes_max,
            age_max_ms: policy.age_max_ms,
            previous_epoch_ms: policy.previous_epoch_ms,
        });
        Ok(())
    })
}

/// The endpoint that `setup` describes, its tables at `memory`.
///
/// # Safety
/// The header's contract for `secpvm_endpoint_setup`; `memory` has room for two tables of
/// `peers_max` senders.
unsafe fn endpoint(
    call: &mut Call,
    setup: &secpvm_endpoint_setup,
    memory: *mut u8,
) -> Result<Endpoint<Peers>, secpvm_status> {
    // SAFETY: the caller's promise.
    let session = unsafe { decode(call, setup.session) }?;
    let policy = if setup.policy.is_null() {
        RekeyPolicy::for_suite(session.suite())
    } else {
        // SAFETY: the caller's promise.
        let policy = unsafe { call.value(setup.policy) }?;
        RekeyPolicy {
            packets_max: policy.packets_max,
            bytes_max: policy.bytes_max,
            age_max_ms: policy.age_max_ms,
            previous_epoch_ms: policy.previous_epoch_ms,
        }
    };
    // SAFETY: the caller's promise.
    let tables = unsafe { Peers::pair(memory, setup.peers_max) };
    let sender = MemberId(setup.sender);
    Ok(Endpoint::new(
        session,
        sender,
        tables,
        policy,
        setup.now_ms,
    )?)
}

/// The place behind both tables of senders.
fn behind_peers(tables: *mut u8, peers_max: usize) -> *mut u8 {
    tables.wrapping_add(2 * peers_max * <secpvm_core::packet::PeerSlot as Slot>::LEN)
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_leader_init(
    memory: *mut c_void,
    memory_len_: usize,
    setup: *const secpvm_endpoint_setup,
    root: *const u8,
    members_max: usize,
    leader: *mut *mut secpvm_leader,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let setup = unsafe { call.value(setup) }?;
        let needed = memory_len::<secpvm_leader>(setup.peers_max, 2, members_max)?;
        let room = Room::callers(call, memory, memory_len_, needed)?;
        // SAFETY: the header's contract.
        unsafe { begin_leader(call, room, setup, root, members_max, leader) }
    })
}

/// See the header.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_leader_new(
    setup: *const secpvm_endpoint_setup,
    root: *const u8,
    members_max: usize,
    leader: *mut *mut secpvm_leader,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let setup = unsafe { call.value(setup) }?;
        let room = Room::heap(memory_len::<secpvm_leader>(
            setup.peers_max,
            2,
            members_max,
        )?)?;
        // SAFETY: the header's contract.
        unsafe { begin_leader(call, room, setup, root, members_max, leader) }
    })
}

/// # Safety
/// The header's contract for `secpvm_leader_new`; the room was measured.
unsafe fn begin_leader(
    call: &mut Call,
    room: Room,
    setup: &secpvm_endpoint_setup,
    root: *const u8,
    members_max: usize,
    leader: *mut *mut secpvm_leader,
) -> Result<(), secpvm_status> {
    let tables = room.behind::<Leader<Seats, Peers>>();
    // SAFETY: the caller's promise.
    let (root, place, endpoint, seats) = unsafe {
        (
            call.array::<32>(root)?,
            call.place(leader)?,
            endpoint(call, setup, tables)?,
            Table::new(behind_peers(tables, setup.peers_max), members_max),
        )
    };
    place.write(room.fill(Leader::new(Secret::from(*root), seats, endpoint)));
    Ok(())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_member_init(
    memory: *mut c_void,
    memory_len_: usize,
    setup: *const secpvm_endpoint_setup,
    member_key: *const u8,
    member: *mut *mut secpvm_member,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let setup = unsafe { call.value(setup) }?;
        let needed = memory_len::<secpvm_member>(setup.peers_max, 2, 0)?;
        let room = Room::callers(call, memory, memory_len_, needed)?;
        // SAFETY: the header's contract.
        unsafe { begin_member(call, room, setup, member_key, member) }
    })
}

/// See the header.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_member_new(
    setup: *const secpvm_endpoint_setup,
    member_key: *const u8,
    member: *mut *mut secpvm_member,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let setup = unsafe { call.value(setup) }?;
        let room = Room::heap(memory_len::<secpvm_member>(setup.peers_max, 2, 0)?)?;
        // SAFETY: the header's contract.
        unsafe { begin_member(call, room, setup, member_key, member) }
    })
}

/// # Safety
/// The header's contract for `secpvm_member_new`; the room was measured.
unsafe fn begin_member(
    call: &mut Call,
    room: Room,
    setup: &secpvm_endpoint_setup,
    member_key: *const u8,
    member: *mut *mut secpvm_member,
) -> Result<(), secpvm_status> {
    // SAFETY: the caller's promise.
    let (key, place, endpoint) = unsafe {
        (
            call.array::<MEMBER_KEY_LEN>(member_key)?,
            call.place(member)?,
            endpoint(call, setup, room.behind::<Member<Peers>>())?,
        )
    };
    place.write(room.fill(Member::new(MemberKey::decode(key), endpoint)));
    Ok(())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_leader_admit(
    leader: *mut secpvm_leader,
    member: u64,
    member_key: *mut u8,
    session: *mut u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (leader, key, session) = unsafe {
            (
                call.object(leader)?,
                call.place(member_key.cast::<[u8; MEMBER_KEY_LEN]>())?,
                call.place(session.cast::<[u8; SESSION_LEN]>())?,
            )
        };
        key.write(*leader.admit(MemberId(member))?.encode().expose());
        session.write(*leader.endpoint().session().encode().expose());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_leader_remove(
    leader: *mut secpvm_leader,
    member: u64,
    entropy: *const u8,
    now_ms: u64,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (leader, entropy) = unsafe { (call.object(leader)?, call.array::<32>(entropy)?) };
        Ok(leader.remove(MemberId(member), Secret::from(*entropy), now_ms)?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_leader_rekey(
    leader: *mut secpvm_leader,
    entropy: *const u8,
    now_ms: u64,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (leader, entropy) = unsafe { (call.object(leader)?, call.array::<32>(entropy)?) };
        Ok(leader.rekey(Secret::from(*entropy), now_ms)?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_leader_rekey_is_due(
    leader: *const secpvm_leader,
    yes: *mut c_int,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (leader, place) = unsafe { (call.shared(leader)?, call.place(yes)?) };
        place.write(leader.rekey_is_due().into());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_leader_poll_unresponsive(
    leader: *mut secpvm_leader,
    member: *mut u64,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (leader, place) = unsafe { (call.object(leader)?, call.place(member)?) };
        place.write(
            leader
                .poll_unresponsive()
                .ok_or(secpvm_status::NO_SUCH_MEMBER)?
                .0,
        );
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_leader_offer_again(
    leader: *mut secpvm_leader,
    member: u64,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        Ok(unsafe { call.object(leader) }?.offer_again(MemberId(member))?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_leader_poll_transmit(
    leader: *mut secpvm_leader,
    now_ms: u64,
    message: *mut u8,
    member: *mut u64,
    message_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (leader, place, member, len) = unsafe {
            (
                call.object(leader)?,
                call.place(message.cast::<[u8; GROUP_MESSAGE_LEN_MAX]>())?,
                call.place(member)?,
                call.place(message_len)?,
            )
        };
        let mut message = [0; GROUP_MESSAGE_LEN_MAX];
        let (to, written) = leader
            .poll_transmit(now_ms, &mut message)
            .map_or((0, 0), |(to, written)| (to.0, written));
        place.write(message);
        member.write(to);
        len.write(written);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_member_poll_transmit(
    member: *mut secpvm_member,
    now_ms: u64,
    message: *mut u8,
    message_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (member, place, len) = unsafe {
            (
                call.object(member)?,
                call.place(message.cast::<[u8; GROUP_MESSAGE_LEN_MAX]>())?,
                call.place(message_len)?,
            )
        };
        let mut message = [0; GROUP_MESSAGE_LEN_MAX];
        let written = member.poll_transmit(now_ms, &mut message).unwrap_or(0);
        place.write(message);
        len.write(written);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_member_request_epoch(member: *mut secpvm_member) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        unsafe { call.object(member) }?.request_epoch();
        Ok(())
    })
}

/// What a leader and a member have in common: sealing, opening, messages, time.
macro_rules! endpoint_functions {
    ($object:ident, $seal:ident, $open:ident, $handle_message:ident, $poll_timeout:ident,
     $handle_timeout:ident, $epoch:ident, $session:ident,
     $newest_session:ident) => {
        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $seal(
            endpoint: *mut $object,
            associated_data: *const u8,
            associated_data_len: usize,
            buf: *mut u8,
            buf_len: usize,
            plaintext_len: usize,
            record_len: *mut usize,
        ) -> secpvm_status {
            guard(|call| {
                // SAFETY: the header's contract.
                let (endpoint, associated_data, buf, place) = unsafe {
                    (
                        call.object(endpoint)?,
                        call.input(associated_data, associated_data_len)?,
                        call.output(buf, buf_len)?,
                        call.place(record_len)?,
                    )
                };
                place.write(endpoint.seal_in_place(associated_data, buf, plaintext_len)?);
                Ok(())
            })
        }

        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $open(
            endpoint: *mut $object,
            associated_data: *const u8,
            associated_data_len: usize,
            record: *mut u8,
            record_len: usize,
            now_ms: u64,
            header: *mut secpvm_record_header,
            plaintext_len: *mut usize,
        ) -> secpvm_status {
            let associated_data = (associated_data, associated_data_len);
            let record = (record, record_len);
            // SAFETY: the header's contract.
            unsafe {
                open(
                    endpoint,
                    associated_data,
                    record,
                    header,
                    plaintext_len,
                    |endpoint, data, record| endpoint.open_in_place(data, record, now_ms),
                )
            }
        }

        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $handle_message(
            endpoint: *mut $object,
            message: *const u8,
            message_len: usize,
            now_ms: u64,
        ) -> secpvm_status {
            guard(|call| {
                // SAFETY: the header's contract.
                let endpoint = unsafe { call.object(endpoint) }?;
                // SAFETY: the header's contract.
                let message = unsafe { call.input(message, message_len) }?;
                Ok(endpoint.handle_message(message, now_ms)?)
            })
        }

        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $poll_timeout(
            endpoint: *const $object,
            at_ms: *mut u64,
        ) -> secpvm_status {
            guard(|call| {
                // SAFETY: the header's contract.
                let (endpoint, place) = unsafe { (call.shared(endpoint)?, call.place(at_ms)?) };
                place.write(endpoint.poll_timeout().unwrap_or(u64::MAX));
                Ok(())
            })
        }

        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $handle_timeout(
            endpoint: *mut $object,
            now_ms: u64,
        ) -> secpvm_status {
            guard(|call| {
                // SAFETY: the header's contract.
                unsafe { call.object(endpoint) }?.handle_timeout(now_ms);
                Ok(())
            })
        }

        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $epoch(
            endpoint: *const $object,
            epoch: *mut u32,
        ) -> secpvm_status {
            guard(|call| {
                // SAFETY: the header's contract.
                let (endpoint, place) = unsafe { (call.shared(endpoint)?, call.place(epoch)?) };
                place.write(endpoint.endpoint().epoch().0);
                Ok(())
            })
        }

        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $session(
            endpoint: *const $object,
            session: *mut u8,
        ) -> secpvm_status {
            guard(|call| {
                // SAFETY: the header's contract.
                let (endpoint, place) = unsafe {
                    (
                        call.shared(endpoint)?,
                        call.place(session.cast::<[u8; SESSION_LEN]>())?,
                    )
                };
                place.write(*endpoint.endpoint().session().encode().expose());
                Ok(())
            })
        }

        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $newest_session(
            endpoint: *const $object,
            session: *mut u8,
        ) -> secpvm_status {
            guard(|call| {
                // SAFETY: the header's contract.
                let (endpoint, place) = unsafe {
                    (
                        call.shared(endpoint)?,
                        call.place(session.cast::<[u8; SESSION_LEN]>())?,
                    )
                };
                place.write(*endpoint.endpoint().newest_session().encode().expose());
                Ok(())
            })
        }
    };
}

endpoint_functions!(
    secpvm_leader,
    secpvm_leader_seal_in_place,
    secpvm_leader_open_in_place,
    secpvm_leader_handle_message,
    secpvm_leader_poll_timeout,
    secpvm_leader_handle_timeout,
    secpvm_leader_epoch,
    secpvm_leader_session,
    secpvm_leader_newest_session
);
endpoint_functions!(
    secpvm_member,
    secpvm_member_seal_in_place,
    secpvm_member_open_in_place,
    secpvm_member_handle_message,
    secpvm_member_poll_timeout,
    secpvm_member_handle_timeout,
    secpvm_member_epoch,
    secpvm_member_session,
    secpvm_member_newest_session
);
