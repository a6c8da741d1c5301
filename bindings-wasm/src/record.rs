//! Records, the packets of the `current` profile.

use secpvm_core::packet::{self, MemberId, PeerSlot, RECORD_OVERHEAD, RollingOpener};
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::{Failure, number, object};
use crate::scratch::{with, with_region};
use crate::session::Session;

/// The clear part of a record.
#[wasm_bindgen]
pub struct RecordHeader(packet::RecordHeader);

#[wasm_bindgen]
impl RecordHeader {
    pub fn parse(record_len: usize) -> Option<RecordHeader> {
        object(with_region(|parts| {
            let record = parts.take(record_len)?;
            Ok(Self(packet::RecordHeader::parse(record)?))
        }))
    }

    pub fn suite(&self) -> u16 {
        self.0.suite.id().0
    }

    pub fn epoch(&self) -> u32 {
        self.0.epoch.0
    }

    pub fn sender(&self) -> u64 {
        self.0.sender.0
    }

    pub fn packet_number(&self) -> u64 {
        self.0.packet_number
    }
}

/// Seals the datagrams of one member.
#[wasm_bindgen]
pub struct Sealer(packet::Sealer);

#[wasm_bindgen]
impl Sealer {
    pub fn begin(session: &Session, sender: u64) -> Option<Sealer> {
        let sealer = packet::Sealer::new(&session.0, MemberId(sender));
        object(sealer.map(Self).map_err(Failure::from))
    }

    /// Seal. The associated data are followed by room for a header, the plaintext, and room for a
    /// tag: these three become the record.
    pub fn seal(&mut self, aad_len: usize, plaintext_len: usize) -> i32 {
        with(|parts| {
            let aad = parts.take(aad_len)?;
            let record = parts.take(plaintext_len.saturating_add(RECORD_OVERHEAD))?;
            Ok(self.0.seal_in_place(aad, record, plaintext_len)?)
        })
    }

    pub fn enter_epoch(&mut self, session: &Session) -> i32 {
        number(
            self.0
                .enter_epoch(&session.0)
                .map(|()| 0)
                .map_err(Failure::from),
        )
    }

    pub fn packets(&self) -> u64 {
        self.0.packets()
    }

    pub fn bytes(&self) -> u64 {
        self.0.bytes()
    }
}

/// Opens the records of all members of a session, in two epochs.
#[wasm_bindgen]
pub struct Opener(RollingOpener<Box<[PeerSlot]>>);

#[wasm_bindgen]
impl Opener {
    /// With room for `senders` in each of two epochs.
    pub fn begin(session: &Session, senders: usize) -> Option<Opener> {
        let tables = table(senders).and_then(|first| Ok([first, table(senders)?]));
        object(tables.map(|tables| Self(RollingOpener::new(&session.0, tables))))
    }

    /// Open. The plaintext stands where it stood in the record.
    pub fn open(&mut self, aad_len: usize, record_len: usize) -> i32 {
        with(|parts| {
            let (aad, record) = (parts.take(aad_len)?, parts.take(record_len)?);
            Ok(self.0.open_in_place(aad, record)?.plaintext.len())
        })
    }

    pub fn prepare_epoch(&mut self, session: &Session) -> i32 {
        number(
            self.0
                .prepare_epoch(&session.0)
                .map(|()| 0)
                .map_err(Failure::from),
        )
    }

    pub fn activate_epoch(&mut self) -> i32 {
        number(self.0.activate_epoch().map(|()| 0).map_err(Failure::from))
    }

    pub fn retire_previous_epoch(&mut self) {
        self.0.retire_previous_epoch();
    }
}

pub(crate) fn table(senders: usize) -> Result<Box<[PeerSlot]>, Failure> {
    let mut table = Vec::new();
    table
        .try_reserve_exact(senders)
        .map_err(|_| Failure::NoMemory)?;
    table.resize_with(senders, PeerSlot::default);
    Ok(table.into_boxed_slice())
}
