//! The clear part of a record: bytes to legal values and back.

use crate::Rejected;
use crate::packet::{PLAINTEXT_LEN_MAX, RECORD_OVERHEAD};
use crate::suite::{Suite, SuiteId};

/// Length of a record's header, in bytes.
pub const RECORD_HEADER_LEN: usize = 24;

const MAGIC: u8 = 0x73;
const VERSION: u8 = 1;

/// A period of a session with its own keys. Counts from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u32);

/// One sending process of a session. Never given to two processes within an epoch: its packet
/// numbers are nonces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberId(pub u64);

/// The clear part of a record. Not to be believed until the record has been opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordHeader {
    /// What protects the record.
    pub suite: Suite,
    /// The epoch whose keys it uses.
    pub epoch: Epoch,
    /// Who sealed it.
    pub sender: MemberId,
    /// Its number among the sender's packets of this epoch; at most 2^64 - 2.
    pub packet_number: u64,
}

impl RecordHeader {
    /// Read the header of a record of any length.
    ///
    /// # Errors
    /// [`Rejected::Malformed`] if the bytes are shorter than an empty record or longer than the
    /// longest one, or the magic, version, suite or packet number is not legal.
    pub fn parse(record: &[u8]) -> Result<Self, Rejected> {
        if record.len() > PLAINTEXT_LEN_MAX + RECORD_OVERHEAD || record.len() < RECORD_OVERHEAD {
            return Err(Rejected::Malformed);
        }
        let (header, _) = record
            .split_first_chunk::<RECORD_HEADER_LEN>()
            .ok_or(Rejected::Malformed)?;
        #[rustfmt::skip]
        let [MAGIC, VERSION, s0, s1, e0, e1, e2, e3,
             m0, m1, m2, m3, m4, m5, m6, m7, n0, n1, n2, n3, n4, n5, n6, n7] = *header
        else {
            return Err(Rejected::Malformed);
        };
        let packet_number = u64::from_be_bytes([n0, n1, n2, n3, n4, n5, n6, n7]);
        if packet_number == u64::MAX {
            return Err(Rejected::Malformed);
        }
        Ok(Self {
            suite: Suite::from_id(SuiteId(u16::from_be_bytes([s0, s1])))
                .map_err(|_| Rejected::Malformed)?,
            epoch: Epoch(u32::from_be_bytes([e0, e1, e2, e3])),
            sender: MemberId(u64::from_be_bytes([m0, m1, m2, m3, m4, m5, m6, m7])),
            packet_number,
        })
    }

    /// The header's bytes, as they stand in a record.
    pub fn emit(&self) -> [u8; RECORD_HEADER_LEN] {
        let [s0, s1] = self.suite.id().0.to_be_bytes();
        let [e0, e1, e2, e3] = self.epoch.0.to_be_bytes();
        let [m0, m1, m2, m3, m4, m5, m6, m7] = self.sender.0.to_be_bytes();
        let [n0, n1, n2, n3, n4, n5, n6, n7] = self.packet_number.to_be_bytes();
        #[rustfmt::skip]
        let header = [MAGIC, VERSION, s0, s1, e0, e1, e2, e3,
                      m0, m1, m2, m3, m4, m5, m6, m7, n0, n1, n2, n3, n4, n5, n6, n7];
        header
    }

    /// The generation of the packet key that the record uses (see the key hierarchy).
    pub(super) fn generation(&self) -> u64 {
        self.packet_number >> self.suite.packets_per_key_log2()
    }
}
