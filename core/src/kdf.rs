//! The key hierarchies: session secret -> epoch -> sender -> packet keys, and the leader's
//! root -> member -> group message keys; each step one HKDF-Expand (RFC 5869, section 2.3) with
//! SHA-256.
//!
//! The `info` of each step is a label and fields of fixed length, so no two steps can meet:
//! ```text
//! epoch secret  (32) = Expand(session secret, "secpvm 1 epoch"  ‖ epoch u32)
//! sender secret (32) = Expand(epoch secret,   "secpvm 1 sender" ‖ suite u16 ‖ sender u64)
//! packet key    (N)  = Expand(sender secret,  "secpvm 1 packet" ‖ generation u64 ‖ attempt u8)
//! RC4 key       (16) = Expand(its first 32,   "secpvm 1 rc4"    ‖ packet number u64)
//!
//! task secret   (32) = Expand(epoch secret,   "secpvm 1 task")
//! key of all    (32) = Expand(task secret,    "secpvm 1 application")
//! key of a task (32) = Expand(task secret,    "secpvm 1 application" ‖ task id u32)
//!
//! member key    (32) = Expand(root,           "secpvm 1 member" ‖ member u64 ‖ admission u64)
//! message key   (32) = Expand(member key,     "secpvm 1 group"  ‖ kind u8)
//! ```
//! Integers are big-endian. The session secret and the root are 32 bytes of entropy each, so no Extract step is due
//! (RFC 5869, section 3.3). A generation is a run of packet numbers that share a key: its length
//! is the suite's limit, so no key is ever used past it. `attempt` is 0; it grows only where a
//! derived key is one that must not be used (a weak 3DES key: fewer than 2^-50 of all).
//! `admission` counts the members that the leader has admitted: a member that was removed and
//! comes back under its old id gets another key, which its former self does not know.

use hkdf::Hkdf;
use sha2::Sha256;

use crate::packet::{Epoch, MemberId};
use crate::secret::Secret;
use crate::suite::Suite;

/// A secret of the hierarchy.
pub(crate) type Key = Secret<32>;

pub(crate) fn epoch_secret(session_secret: &Key, epoch: Epoch) -> Key {
    expand(session_secret, &[b"secpvm 1 epoch", &epoch.0.to_be_bytes()])
}

pub(crate) fn sender_secret(epoch_secret: &Key, suite: Suite, sender: MemberId) -> Key {
    let suite_id = suite.id().0.to_be_bytes();
    expand(
        epoch_secret,
        &[b"secpvm 1 sender", &suite_id, &sender.0.to_be_bytes()],
    )
}

/// The secret of the session that the tasks of a machine share; the daemons' does not follow from it.
pub(crate) fn task_secret(epoch_secret: &Key) -> Key {
    expand(epoch_secret, &[b"secpvm 1 task"])
}

/// A key for the programs themselves: all tasks', or that of the one with the id `task`.
pub(crate) fn application_key(task_secret: &Key, task: Option<u32>) -> Key {
    let task = task.map(u32::to_be_bytes);
    expand(
        task_secret,
        &[
            b"secpvm 1 application",
            task.as_ref().map_or(&[], |task| task),
        ],
    )
}

/// Not inlined: every suite asks for one, and WebAssembly is to stay small.
#[inline(never)]
pub(crate) fn packet_key<const N: usize>(
    sender_secret: &Key,
    generation: u64,
    attempt: u8,
) -> Secret<N> {
    expand(
        sender_secret,
        &[b"secpvm 1 packet", &generation.to_be_bytes(), &[attempt]],
    )
}

/// The key of one packet, from the secret that stands first in its packet key.
pub(crate) fn rc4_key(secret: &Key, packet_number: u64) -> Secret<16> {
    expand(secret, &[b"secpvm 1 rc4", &packet_number.to_be_bytes()])
}

pub(crate) fn member_key(root: &Key, member: MemberId, admission: u64) -> Key {
    expand(
        root,
        &[
            b"secpvm 1 member",
            &member.0.to_be_bytes(),
            &admission.to_be_bytes(),
        ],
    )
}

pub(crate) fn message_key(member_key: &Key, kind: u8) -> Key {
    expand(member_key, &[b"secpvm 1 group", &[kind]])
}

fn expand<const N: usize>(secret: &Key, info: &[&[u8]]) -> Secret<N> {
    // HKDF-SHA-256 gives at most 255 * 32 bytes from a secret of at least 32: both conditions
    // are settled at compile time, so the two errors below cannot occur.
    const { assert!(N <= 255 * 32) };
    let mut out = Secret::zero();
    if let Ok(hkdf) = Hkdf::<Sha256>::from_prk(secret.expose()) {
        let _ = hkdf.expand_multi_info(info, out.expose_mut());
    }
    out
}
