//! The `current` packet profile: every datagram is one record.
//!
//! A record, integers big-endian:
//! ```text
//!  0  magic          1   0x73; a PVM datagram that starts so is a multicast of host 3264 to 3327
//!  1  version        1   1
//!  2  suite          2   SuiteId
//!  4  epoch          4
//!  8  sender         8   MemberId: one process, never reused within an epoch
//! 16  packet number  8   from 0, by one, for each sender and epoch
//! 24  ciphertext     n   as long as the plaintext
//! 24+n tag          16
//! ```
//! The header and the caller's associated data (which names the receiver) are authenticated.
//! The nonce is the packet number: a [`Sealer`] takes none from its caller, never uses one
//! twice, and is the only one that holds its sender's id.
//!
//! The other profile, `classic-1997`, is in [`classic`].

#[cfg(feature = "classic")]
pub mod classic;
mod encrypt_then_mac;
mod header;
mod keystream;
mod opener;
mod protection;
mod replay;
mod rolling;
mod sealer;
mod slots;

pub use header::{Epoch, MemberId, RECORD_HEADER_LEN, RecordHeader};
pub use opener::{Incoming, Opened, Opener, PeerSlot};
pub use replay::REPLAY_WINDOW;
pub use rolling::RollingOpener;
pub use sealer::{Outgoing, Sealer};
pub use slots::Slots;

use crate::Error;

/// Length of every suite's tag, in bytes.
pub const TAG_LEN: usize = 16;

/// What sealing adds to a datagram, in bytes: header 24 and tag 16.
pub const RECORD_OVERHEAD: usize = RECORD_HEADER_LEN + TAG_LEN;

/// The longest plaintext, in bytes: the largest UDP payload over IPv4, 65535 - 20 - 8 = 65507,
/// less the overhead.
pub const PLAINTEXT_LEN_MAX: usize = 65_507 - RECORD_OVERHEAD;

/// The longest associated data, in bytes.
pub const ASSOCIATED_DATA_LEN_MAX: usize = 64;

/// What is authenticated beside the ciphertext: the header, then the caller's associated data.
/// The header has a fixed length, so the two cannot be confused.
struct AssociatedData {
    bytes: [u8; RECORD_HEADER_LEN + ASSOCIATED_DATA_LEN_MAX],
    len: usize,
}

impl AssociatedData {
    fn new(header: &[u8; RECORD_HEADER_LEN], callers: &[u8]) -> Result<Self, Error> {
        let mut bytes = [0; RECORD_HEADER_LEN + ASSOCIATED_DATA_LEN_MAX];
        let (head, tail) = bytes.split_at_mut(RECORD_HEADER_LEN);
        head.copy_from_slice(header);
        tail.get_mut(..callers.len())
            .ok_or(Error::TooLong {
                max: ASSOCIATED_DATA_LEN_MAX,
                actual: callers.len(),
            })?
            .copy_from_slice(callers);
        Ok(Self {
            bytes,
            len: RECORD_HEADER_LEN + callers.len(),
        })
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

/// How the suites that are no AEADs state the length of header and caller's associated data in their MAC.
fn mac_len(callers: &[u8]) -> [u8; 8] {
    (RECORD_HEADER_LEN as u64)
        .wrapping_add(callers.len() as u64)
        .to_be_bytes()
}
