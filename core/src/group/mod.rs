//! Group keying: how the members of a session change, together and in band, to a new epoch.
//!
//! The hierarchy is SKIP's, which the 1997 report asks for in its section 5.2: a leader (PVM's
//! master) gives each member a key-encrypting key when it joins, and under it hands out the
//! packet-encrypting secret of every later epoch. A new epoch's secret is fresh entropy, derived
//! from nothing, so that a member that was removed holds nothing that leads to it.
//!
//! ```text
//!  leader                                            member
//!  rekey or remove: epoch e+1
//!     | offer (base e, session e+1)  ------------->  opens e and e+1, seals in e
//!     |                              <-------------  confirm
//!  when all have confirmed, or the deadline passes:
//!  seals in e+1
//!     | activate                     ------------->  seals in e+1, opens e for a while
//!     |                              <-------------  activated
//! ```
//! An authentic record of epoch e+1 activates it too. Everybody can open e+1 before anyone seals in
//! it, and e for [`RekeyPolicy::previous_epoch_ms`] after: a rekey loses no honest record of a
//! member that answers within [`OFFER_DEADLINE_MS`]. A removal, which must not wait, can cost some,
//! and their sender (PVM's daemons do it by themselves) sends them again:
//! - a member whose confirmation is not there by the deadline opens nothing of e+1 until the offer
//!   reaches it;
//! - a second removal on the heels of a first makes members give up the previous epoch early;
//! - a newcomer never opens the epoch before its own.
//!
//! # Parts
//! An [`Endpoint`] seals and opens records and knows its two epochs. A [`Leader`] and a
//! [`Member`] each own one, and move it by messages. None of them does I/O or reads a clock: after
//! each call take what `poll_transmit` gives until it gives nothing, and call `handle_timeout` at
//! the time of `poll_timeout`. `now_ms` is any clock that never goes back, in milliseconds.
//!
//! The leader knows a member by the id it was admitted under. Its records may bear another, as they
//! do where a process draws its sender id by itself.
//!
//! ```
//! use secpvm_core::group::{Endpoint, GROUP_MESSAGE_LEN_MAX, Leader, Member};
//! use secpvm_core::group::{MemberSlot, RekeyPolicy};
//! use secpvm_core::packet::{Epoch, MemberId, PeerSlot};
//! use secpvm_core::{session::Session, suite::Suite};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let endpoint = |session: Session, sender| {
//!     let policy = RekeyPolicy::for_suite(session.suite());
//!     let tables = [const { [const { PeerSlot::EMPTY }; 4] }; 2];
//!     Endpoint::new(session, MemberId(sender), tables, policy, 0)
//! };
//! // All entropy comes from the operating system. The newcomer's session comes through a join.
//! let session = || Session::generate(Suite::Aes256Gcm, [1; 32].into());
//! let seats = [const { MemberSlot::EMPTY }; 3];
//! let mut leader = Leader::new([2; 32].into(), seats, endpoint(session(), 1)?);
//! let mut member = Member::new(leader.admit(MemberId(2))?, endpoint(session(), 2)?);
//!
//! leader.rekey([3; 32].into(), 0)?;
//! let mut message = [0; GROUP_MESSAGE_LEN_MAX];
//! while let Some((_to, len)) = leader.poll_transmit(0, &mut message) {
//!     member.handle_message(&message[..len], 0)?;
//!     while let Some(len) = member.poll_transmit(0, &mut message) {
//!         leader.handle_message(&message[..len], 0)?;
//!     }
//! }
//! assert_eq!(leader.endpoint().epoch(), Epoch(1));
//! assert_eq!(member.endpoint().epoch(), Epoch(1));
//! # Ok(())
//! # }
//! ```
//!
//! # Messages
//! Integers are big-endian. The tag authenticates the header too.
//! ```text
//!  0  magic      1   0x72; not a record's, which is 0x73
//!  1  version    1   1
//!  2  kind       1   1 offer, 2 confirm, 3 activate, 4 request, 5 activated
//!  3  reserved   1   0
//!  4  epoch      4   the epoch that it is about
//!  8  member     8   MemberId of the member that sends it, or that it is for
//! 16  ciphertext n   offer: 44 (base epoch 4, session 40); others: 0
//! 16+n tag      16
//! ```
//! - `offer` (leader): here is the session of `epoch`; it follows epoch `base`, the one that the
//!   leader seals in.
//! - `confirm` (member): I open records of `epoch`.
//! - `activate` (leader): seal in `epoch`.
//! - `activated` (member): I seal in `epoch`.
//! - `request` (member): let another epoch follow `epoch`; a limit is reached.
//!
//! Protection is AES-256-GCM whatever the suite, under a key for each admission of a member and
//! each kind (the hierarchy stands in `kdf`); the nonce is the epoch. **No nonce serves two
//! messages:** key and nonce fix member, kind and epoch, that is the whole header, and a message's
//! plaintext is fixed by its header. It is empty but for an offer, and the leader makes one
//! session for an epoch number, ever, with the base that it had then. So a retransmission is the
//! same message, bit for bit. **A replay does nothing** for the same reason: a message says what
//! holds from then on, never "one more". At most it draws an answer or an activation once more.
//!
//! # What it does not do
//! - All members share an epoch's secret, so any of them can seal as any other. A removed one can
//!   thus inject records until the epoch that it knows is retired: with the defaults, and no
//!   message lost, 1 s (the deadline) and 12 s after its removal at most.
//! - Who cuts a member off from the leader keeps it in its epoch, with whoever else knows that one.
//!   The leader's caller learns of it from [`Leader::poll_unresponsive`].
//! - Member keys live as long as the membership: who steals one reads the epochs offered under it,
//!   also from a recording.
//! - A newcomer is given the current session, and can read what was recorded of that epoch;
//!   [`Leader::rekey`] first if it must not.

mod endpoint;
mod leader;
mod member;
mod member_key;
mod message;
mod policy;
mod retry;
mod seat;

pub use endpoint::Endpoint;
pub use leader::{Leader, OFFER_DEADLINE_MS, REMOVAL_DEADLINE_MS};
pub use member::Member;
pub use member_key::{MEMBER_KEY_LEN, MemberKey};
pub use message::{GROUP_MESSAGE_LEN_MAX, MessageHeader, MessageKind};
pub use policy::RekeyPolicy;
pub use retry::RETRY_SPAN_MS;
pub use seat::MemberSlot;
