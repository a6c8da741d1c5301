//! The receiving end of a session: all senders, each with its keys and its replay window.

mod batch;

pub use batch::Incoming;

use super::protection::Protection;
use super::replay::ReplayWindow;
use super::{AssociatedData, Epoch, MemberId, RECORD_HEADER_LEN, RecordHeader, Slots, TAG_LEN};
use crate::error::ReceiveError;
use crate::kdf::{self, Key};
use crate::session::Session;
use crate::suite::Suite;
use crate::{Error, Rejected};

/// Room for one sender, about 1 KB. The caller owns the table.
#[derive(Default)]
pub struct PeerSlot(Option<Peer>);

impl PeerSlot {
    /// An unused slot, to fill a table with.
    pub const EMPTY: Self = Self(None);
}

/// What is known of one sender: it exists only once a record of it has been authenticated.
struct Peer {
    id: MemberId,
    secret: Key,
    /// The newest generation that an authentic record used, and its key.
    generation: u64,
    protection: Protection,
    window: ReplayWindow,
}

/// A record that was opened.
#[derive(Debug, PartialEq, Eq)]
pub struct Opened<'r> {
    /// The header, authentic now.
    pub header: RecordHeader,
    /// The datagram, inside the record's buffer at [`RECORD_HEADER_LEN`].
    pub plaintext: &'r mut [u8],
}

/// Opens the records of every member of a session, in one epoch. `Table` is the caller's room for
/// senders, [`Slots`] of [`PeerSlot`]. No sender of the epoch is ever forgotten: a record of a
/// forgotten one could be replayed.
///
/// The table is a hash table that begins with a few slots and takes in more as senders come, so
/// that room for thousands costs nothing before they are there.
///
/// Where epochs change, a [`RollingOpener`](super::RollingOpener) holds two of these.
pub struct Opener<Table> {
    /// `None` when no epoch is open.
    keys: Option<EpochKeys>,
    table: Table,
    /// How many slots of the table are in use, from its start.
    reach: usize,
    peers: usize,
}

/// So many slots are in use at first.
const REACH_FIRST: usize = 16;

struct EpochKeys {
    suite: Suite,
    epoch: Epoch,
    secret: Key,
}

impl<Table: Slots<PeerSlot>> Opener<Table> {
    /// An opener with room for as many senders as `table` has slots. What they hold is dropped when
    /// they are needed.
    pub fn new(session: &Session, table: Table) -> Self {
        let mut opener = Self::closed(table);
        opener.open_epoch(session);
        opener
    }

    /// An opener that opens nothing yet.
    pub(super) fn closed(table: Table) -> Self {
        let mut opener = Self {
            keys: None,
            table,
            reach: REACH_FIRST,
            peers: 0,
        };
        opener.close_epoch();
        opener
    }

    /// Change to the epoch of `session`: the keys and windows of the one before are wiped.
    pub(super) fn open_epoch(&mut self, session: &Session) {
        self.close_epoch();
        self.keys = Some(EpochKeys {
            suite: session.suite(),
            epoch: session.epoch(),
            secret: session.epoch_secret(),
        });
    }

    /// Wipe the keys and windows of the epoch, if one is open. Its records are stale from now on.
    pub(super) fn close_epoch(&mut self) {
        self.keys = None;
        self.slots_mut().fill_with(PeerSlot::default);
        self.reach = REACH_FIRST.min(self.table.max());
        self.peers = 0;
    }

    /// The epoch whose records it opens.
    pub(super) fn epoch(&self) -> Option<Epoch> {
        self.keys.as_ref().map(|keys| keys.epoch)
    }

    /// Open one record in place. `associated_data` is what it was sealed with: this receiver's
    /// name. A record that is not accepted changes nothing here; its own bytes are then
    /// unspecified.
    ///
    /// # Errors
    /// [`Rejected`], first of all causes: malformed, stale (another epoch), forged, replayed,
    /// stale (behind the window). [`Error::TooLong`] for the associated data,
    /// [`Error::TooManyPeers`] for an authentic record of a sender that has no room.
    pub fn open_in_place<'r>(
        &mut self,
        associated_data: &[u8],
        record: &'r mut [u8],
    ) -> Result<Opened<'r>, ReceiveError> {
        self.open_with_tag(associated_data, record, None)
    }

    /// The same; `computed` is the tag as it should be, if it is known already.
    fn open_with_tag<'r>(
        &mut self,
        associated_data: &[u8],
        record: &'r mut [u8],
        computed: Option<[u8; TAG_LEN]>,
    ) -> Result<Opened<'r>, ReceiveError> {
        let header = RecordHeader::parse(record)?;
        let keys = self.keys.as_ref().ok_or(Rejected::Stale)?;
        if header.epoch != keys.epoch {
            return Err(Rejected::Stale.into());
        }
        if header.suite != keys.suite {
            return Err(Rejected::Forged.into());
        }
        let (header_bytes, body) = record
            .split_first_chunk_mut::<RECORD_HEADER_LEN>()
            .ok_or(Rejected::Malformed)?;
        let (data, tag) = body
            .split_last_chunk_mut::<TAG_LEN>()
            .ok_or(Rejected::Malformed)?;
        let associated_data = AssociatedData::new(header_bytes, associated_data)?;
        let associated_data = associated_data.as_bytes();

        let slot = self.find(header.sender);
        match slot.and_then(|slot| self.table.begin(self.reach).get_mut(slot)) {
            Some(PeerSlot(Some(peer))) => {
                peer.open(&header, associated_data, data, tag, computed)?;
            }
            Some(free) => {
                let secret = kdf::sender_secret(&keys.secret, keys.suite, header.sender);
                let peer = Peer::admit(secret, &header, associated_data, data, tag)?;
                *free = PeerSlot(Some(peer));
                self.peers += 1;
                self.widen();
            }
            None => {
                let secret = kdf::sender_secret(&keys.secret, keys.suite, header.sender);
                Peer::admit(secret, &header, associated_data, data, tag)?;
                let max = self.table.max();
                return Err(Error::TooManyPeers { max }.into());
            }
        }
        Ok(Opened {
            header,
            plaintext: data,
        })
    }

    /// How many senders are known.
    pub fn peers(&self) -> usize {
        self.peers
    }

    /// The slot of `sender`, or the free one where it belongs, or none when the table is full.
    /// Open addressing with linear probing; nothing is ever deleted, so the first free slot ends
    /// the search.
    fn find(&self, sender: MemberId) -> Option<usize> {
        let table = self.table.begun(self.reach);
        let len = table.len();
        // Fibonacci hashing (Knuth, TAOCP 3, section 6.4): 2^64 divided by the golden ratio.
        let hash = sender.0.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let start = usize::try_from(hash >> 32).ok()?.checked_rem(len)?;
        (start..len).chain(0..start).find(|&slot| {
            table
                .get(slot)
                .and_then(|slot| slot.0.as_ref())
                .is_none_or(|peer| peer.id == sender)
        })
    }

    fn slots_mut(&mut self) -> &mut [PeerSlot] {
        self.table.begin(self.reach)
    }

    /// Take more slots in use when half of them are taken: searches stay short.
    fn widen(&mut self) {
        let wider = self.reach.saturating_mul(2).min(self.table.max());
        if self.peers.saturating_mul(2) <= self.reach || wider == self.reach {
            return;
        }
        let before = core::mem::replace(&mut self.reach, wider);
        let new = self.slots_mut().get_mut(before..).unwrap_or_default();
        new.fill_with(PeerSlot::default);
        while self.settle() {}
    }

    /// Move each sender to the first free slot on its way, if there is one before its own. True if
    /// one was moved: others may find their way free then. Each move is towards the start of a
    /// way, so there is an end to it.
    fn settle(&mut self) -> bool {
        let mut moved = false;
        for slot in 0..self.reach {
            let held = self.table.begun(self.reach).get(slot);
            let Some(id) = held.and_then(|held| held.0.as_ref()).map(|peer| peer.id) else {
                continue;
            };
            if let Some(better) = self.find(id).filter(|&better| better != slot) {
                // Exchanged, not copied: no key stays behind.
                self.slots_mut().swap(slot, better);
                moved = true;
            }
        }
        moved
    }
}

impl Peer {
    /// Open the first record of a sender. Only an authentic one makes a peer.
    fn admit(
        secret: Key,
        header: &RecordHeader,
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<Self, ReceiveError> {
        let generation = header.generation();
        let protection = Protection::derive(header.suite, &secret, generation)?;
        protection.open(header.packet_number, associated_data, data, tag, None)?;
        let mut window = ReplayWindow::new();
        window.take(header.packet_number)?;
        Ok(Self {
            id: header.sender,
            secret,
            generation,
            protection,
            window,
        })
    }

    fn open(
        &mut self,
        header: &RecordHeader,
        associated_data: &[u8],
        data: &mut [u8],
        tag: &[u8; TAG_LEN],
        computed: Option<[u8; TAG_LEN]>,
    ) -> Result<(), ReceiveError> {
        let generation = header.generation();
        if generation == self.generation {
            self.protection
                .open(header.packet_number, associated_data, data, tag, computed)?;
            return Ok(self.window.take(header.packet_number)?);
        }
        // Another generation is only claimed so far: its key is kept once the record, being
        // authentic and the first to be newer, proves it.
        let protection = Protection::derive(header.suite, &self.secret, generation)?;
        protection.open(header.packet_number, associated_data, data, tag, None)?;
        self.window.take(header.packet_number)?;
        if generation > self.generation {
            self.generation = generation;
            self.protection = protection;
        }
        Ok(())
    }
}
