//! The receiving end across a change of epoch.

use super::{Epoch, Incoming, Opened, Opener, PeerSlot, RecordHeader, Slots};
use crate::Error;
use crate::error::ReceiveError;
use crate::session::Session;

/// Opens the records of two epochs: the current one, and beside it either the next one, until it
/// is activated, or the previous one, until it is retired.
/// ```text
///  epoch    prepare(1)    activate     retire     prepare(2)
///    0   ====current====|==previous===|
///    1        |==next===|=============current=========
///    2                                    |==next==
/// ```
/// Each epoch has its own keys, its own table of senders and its own replay windows; those of an
/// epoch that ends are wiped. Records of any other epoch are stale.
pub struct RollingOpener<Table> {
    openers: [Opener<Table>; 2],
    /// Whether the second of them is the current one. They stay where they are: moving a table
    /// would leave copies of its keys behind.
    swapped: bool,
}

impl<Table: Slots<PeerSlot>> RollingOpener<Table> {
    /// An opener in the epoch of `session`, with a table of senders for each of two epochs.
    pub fn new(session: &Session, tables: [Table; 2]) -> Self {
        let [current, other] = tables;
        Self {
            openers: [Opener::new(session, current), Opener::closed(other)],
            swapped: false,
        }
    }

    /// Open one record in place, as [`Opener::open_in_place`] does, in the epoch that it names.
    ///
    /// # Errors
    /// As there.
    pub fn open_in_place<'r>(
        &mut self,
        associated_data: &[u8],
        record: &'r mut [u8],
    ) -> Result<Opened<'r>, ReceiveError> {
        let epoch = RecordHeader::parse(record)?.epoch;
        let (current, other) = self.current_and_other_mut();
        if other.epoch() == Some(epoch) {
            other.open_in_place(associated_data, record)
        } else {
            current.open_in_place(associated_data, record)
        }
    }

    /// Open each record of `batch` in its place, as [`Opener::open_batch`] does, in the epoch that it
    /// names.
    pub fn open_batch(&mut self, batch: &mut [Incoming<'_>]) {
        let (current, other) = self.current_and_other_mut();
        for run in batch.chunk_by_mut(|a, b| a.epoch() == b.epoch()) {
            let epoch = run.first().and_then(Incoming::epoch);
            if epoch.is_some() && other.epoch() == epoch {
                other.open_batch(run);
            } else {
                current.open_batch(run);
            }
        }
    }

    /// Accept the records of the epoch of `session` too. The current epoch stays; what was held
    /// beside it, an epoch not activated or not yet retired, is wiped.
    ///
    /// # Errors
    /// [`Error::EpochNotNewer`] than both that are held.
    pub fn prepare_epoch(&mut self, session: &Session) -> Result<(), Error> {
        let (current, other) = self.current_and_other_mut();
        let newest = current.epoch().max(other.epoch()).unwrap_or(Epoch(0));
        if session.epoch() <= newest {
            return Err(Error::EpochNotNewer {
                newest: newest.0,
                given: session.epoch().0,
            });
        }
        other.open_epoch(session);
        Ok(())
    }

    /// Make the next epoch the current one, and the current one the previous.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] when no epoch has been prepared.
    pub fn activate_epoch(&mut self) -> Result<(), Error> {
        let (current, other) = self.current_and_other_mut();
        if other.epoch() <= current.epoch() {
            return Err(Error::OutOfOrder);
        }
        self.swapped = !self.swapped;
        Ok(())
    }

    /// Wipe the previous epoch, if one is held: its records are stale from now on.
    pub fn retire_previous_epoch(&mut self) {
        let (current, other) = self.current_and_other_mut();
        if other.epoch() < current.epoch() {
            other.close_epoch();
        }
    }

    fn current_and_other_mut(&mut self) -> (&mut Opener<Table>, &mut Opener<Table>) {
        let [first, second] = &mut self.openers;
        if self.swapped {
            (second, first)
        } else {
            (first, second)
        }
    }
}
