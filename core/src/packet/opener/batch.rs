//! Many records opened at once.

use super::{Opener, PeerSlot};
use crate::Error;
use crate::error::ReceiveError;
use crate::packet::{Epoch, MemberId, RECORD_HEADER_LEN, RecordHeader, Slots, TAG_LEN, mac_len};
use crate::suite::Suite;

/// A record to be opened with others.
pub struct Incoming<'b> {
    associated_data: &'b [u8],
    record: &'b mut [u8],
    header: Result<RecordHeader, ReceiveError>,
    /// The tag as it should be, where many have been computed at once.
    computed: Option<[u8; TAG_LEN]>,
    mac_len: [u8; 8],
}

impl<'b> Incoming<'b> {
    /// A record, and what it was sealed with, as for [`Opener::open_in_place`].
    pub fn new(associated_data: &'b [u8], record: &'b mut [u8]) -> Self {
        Self {
            associated_data,
            record,
            header: Err(ReceiveError::Misuse(Error::OutOfOrder)),
            computed: None,
            mac_len: mac_len(associated_data),
        }
    }

    /// The header, authentic now.
    ///
    /// # Errors
    /// Those of [`Opener::open_in_place`]; [`Error::OutOfOrder`] before the batch is opened.
    pub fn header(&self) -> Result<RecordHeader, ReceiveError> {
        self.header
    }

    /// The datagram, inside the record's buffer at [`RECORD_HEADER_LEN`].
    ///
    /// # Errors
    /// As of [`header`](Self::header).
    pub fn plaintext(&mut self) -> Result<&mut [u8], ReceiveError> {
        self.header?;
        let plaintext = self.record.len().saturating_sub(TAG_LEN);
        let plaintext = self.record.get_mut(RECORD_HEADER_LEN..plaintext);
        Ok(plaintext.unwrap_or_default())
    }

    /// The epoch that the record claims to be of.
    pub(in crate::packet) fn epoch(&self) -> Option<Epoch> {
        RecordHeader::parse(self.record)
            .ok()
            .map(|header| header.epoch)
    }

    /// The packet key that it claims to be under.
    fn key(&self) -> Option<(Suite, Epoch, MemberId, u64)> {
        let header = RecordHeader::parse(self.record).ok()?;
        Some((
            header.suite,
            header.epoch,
            header.sender,
            header.generation(),
        ))
    }

    fn authenticated(&mut self) -> Option<([&[u8]; 4], &mut [u8; TAG_LEN])> {
        let (header, body) = self.record.split_first_chunk::<RECORD_HEADER_LEN>()?;
        let (data, _) = body.split_last_chunk::<TAG_LEN>()?;
        let parts = [&self.mac_len[..], header, self.associated_data, data];
        Some((parts, self.computed.insert([0; TAG_LEN])))
    }
}

impl<Table: Slots<PeerSlot>> Opener<Table> {
    /// Open each record of `batch` in its place, in their order: the outcome of each, and what
    /// becomes of the opener, are the same as of one [`open_in_place`](Self::open_in_place) after
    /// the other. One that is not accepted does no harm to the others.
    ///
    /// The suites with keyed MD5 compute the MACs of many packets of one sender side by side; the
    /// other suites gain nothing.
    pub fn open_batch(&mut self, batch: &mut [Incoming<'_>]) {
        for run in batch.chunk_by_mut(|a, b| a.key() == b.key()) {
            if self.compute_tags(run) {
                self.open_each(run);
            } else if let Some((first, others)) = run.split_first_mut() {
                // It may make its sender, or the sender's newest key, known.
                self.open_each(core::slice::from_mut(first));
                self.compute_tags(others);
                self.open_each(others);
            }
        }
    }

    fn open_each(&mut self, run: &mut [Incoming<'_>]) {
        for incoming in run {
            let computed = incoming.computed.take();
            let opened = self.open_with_tag(incoming.associated_data, incoming.record, computed);
            incoming.header = opened.map(|opened| opened.header);
        }
    }

    /// The tags of records under one key of a suite with keyed MD5. `false` if it is another suite, or
    /// another key than the newest of a sender that is known.
    fn compute_tags(&self, run: &mut [Incoming<'_>]) -> bool {
        let Some(keys) = &self.keys else { return false };
        let Some((suite, epoch, sender, generation)) = run.first().and_then(Incoming::key) else {
            return false;
        };
        if (suite, epoch) != (keys.suite, keys.epoch) {
            return false;
        }
        let slot = self
            .find(sender)
            .and_then(|slot| self.table.begun(self.reach).get(slot));
        let Some(PeerSlot(Some(peer))) = slot else {
            return false;
        };
        if peer.generation != generation || !peer.protection.has_keyed_md5() {
            return false;
        }
        let records = run.iter_mut().filter_map(Incoming::authenticated);
        peer.protection.tags(records).is_ok()
    }
}
