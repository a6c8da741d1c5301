//! The sending end of a session.

mod batch;

pub use batch::Outgoing;

use super::protection::Protection;
use super::{
    AssociatedData, Epoch, MemberId, PLAINTEXT_LEN_MAX, RECORD_HEADER_LEN, RECORD_OVERHEAD,
    RecordHeader, TAG_LEN,
};
use crate::Error;
use crate::kdf::Key;
use crate::session::Session;
use crate::suite::Suite;

/// Seals the datagrams of one member. It alone numbers that member's packets.
///
/// ```compile_fail,E0599
/// # use secpvm_core::{packet::{MemberId, Sealer}, session::Session, suite::Suite};
/// let session = Session::generate(Suite::Aes256Gcm, [7; 32].into());
/// let sealer = Sealer::new(&session, MemberId(1)).unwrap();
/// let twin = sealer.clone(); // would number its packets from the same place
/// ```
pub struct Sealer {
    suite: Suite,
    epoch: Epoch,
    sender: MemberId,
    sender_secret: Key,
    /// The generation in use, and its key.
    generation: u64,
    protection: Protection,
    /// The number of the next packet; `u64::MAX` when all are used.
    next: u64,
    /// Plaintext bytes sealed in this epoch.
    bytes: u64,
}

impl Sealer {
    /// The sealer of `sender`. Make one for each member id and epoch, ever: a second one would
    /// use the same packet numbers under the same keys.
    ///
    /// # Errors
    /// [`Error::WeakKey`].
    pub fn new(session: &Session, sender: MemberId) -> Result<Self, Error> {
        let sender_secret = session.sender_secret(sender);
        Ok(Self {
            suite: session.suite(),
            epoch: session.epoch(),
            sender,
            protection: Protection::derive(session.suite(), &sender_secret, 0)?,
            generation: 0,
            sender_secret,
            next: 0,
            bytes: 0,
        })
    }

    /// Seal in the epoch of `session` from now on. Packet numbers start at 0 again, under keys
    /// that have nothing to do with those before.
    ///
    /// # Errors
    /// [`Error::EpochNotNewer`], since the numbers of an epoch are never given twice;
    /// [`Error::WeakKey`].
    pub fn enter_epoch(&mut self, session: &Session) -> Result<(), Error> {
        *self = self.in_epoch(session)?;
        Ok(())
    }

    /// What [`enter_epoch`](Self::enter_epoch) would make of this sealer. Inside the crate only:
    /// the caller takes it up once, or drops it.
    pub(crate) fn in_epoch(&self, session: &Session) -> Result<Self, Error> {
        if session.epoch() <= self.epoch {
            return Err(Error::EpochNotNewer {
                newest: self.epoch.0,
                given: session.epoch().0,
            });
        }
        Self::new(session, self.sender)
    }

    /// How many packets have been sealed in this epoch.
    pub fn packets(&self) -> u64 {
        self.next
    }

    /// How many bytes of plaintext have been sealed in this epoch.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The length of the record for a plaintext of `plaintext_len` bytes.
    pub const fn record_len(plaintext_len: usize) -> usize {
        plaintext_len + RECORD_OVERHEAD
    }

    /// Seal the `plaintext_len` bytes at `buf[RECORD_HEADER_LEN..]` in place, and return the
    /// length of the record, which then starts at `buf[0]`.
    ///
    /// `associated_data` (at most 64 bytes) is authenticated, not sent: it names the receiver.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::BufferTooSmall`], [`Error::Exhausted`] after 2^64 - 1 packets.
    /// `buf` is then unchanged.
    pub fn seal_in_place(
        &mut self,
        associated_data: &[u8],
        buf: &mut [u8],
        plaintext_len: usize,
    ) -> Result<usize, Error> {
        let begun = self.begin(associated_data, buf, plaintext_len)?;
        let associated_data = begun.associated_data.as_bytes();
        self.protection
            .seal(self.next, associated_data, begun.data, begun.tag)?;
        Ok(self.finish(begun))
    }

    /// All that can fail before anything is written.
    fn begin<'b>(
        &mut self,
        associated_data: &[u8],
        buf: &'b mut [u8],
        plaintext_len: usize,
    ) -> Result<Begun<'b>, Error> {
        if plaintext_len > PLAINTEXT_LEN_MAX {
            return Err(Error::TooLong {
                max: PLAINTEXT_LEN_MAX,
                actual: plaintext_len,
            });
        }
        if self.next == u64::MAX {
            return Err(Error::Exhausted);
        }
        let record_len = Self::record_len(plaintext_len);
        let too_small = Error::BufferTooSmall {
            needed: record_len,
            actual: buf.len(),
        };
        let record = buf.get_mut(..record_len).ok_or(too_small)?;
        let (header_bytes, body) = record
            .split_first_chunk_mut::<RECORD_HEADER_LEN>()
            .ok_or(too_small)?;
        let (data, tag) = body.split_last_chunk_mut::<TAG_LEN>().ok_or(too_small)?;

        let header = RecordHeader {
            suite: self.suite,
            epoch: self.epoch,
            sender: self.sender,
            packet_number: self.next,
        };
        let associated_data = AssociatedData::new(&header.emit(), associated_data)?;
        self.enter_generation(header.generation())?;
        Ok(Begun {
            header,
            header_bytes,
            associated_data,
            data,
            tag,
        })
    }

    /// The header is written and the packet counted, now that it has been encrypted.
    fn finish(&mut self, begun: Begun<'_>) -> usize {
        let Begun {
            header,
            header_bytes,
            data,
            ..
        } = begun;
        *header_bytes = header.emit();
        self.next += 1;
        self.bytes = self.bytes.saturating_add(data.len() as u64);
        Self::record_len(data.len())
    }

    /// Change the packet key where a run of packet numbers ends.
    fn enter_generation(&mut self, generation: u64) -> Result<(), Error> {
        if generation != self.generation {
            self.protection = Protection::derive(self.suite, &self.sender_secret, generation)?;
            self.generation = generation;
        }
        Ok(())
    }
}

/// A record that is about to be sealed.
struct Begun<'b> {
    header: RecordHeader,
    header_bytes: &'b mut [u8; RECORD_HEADER_LEN],
    associated_data: AssociatedData,
    data: &'b mut [u8],
    tag: &'b mut [u8; TAG_LEN],
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::{Opener, PeerSlot};

    /// The last packet number is 2^64 - 2: the header's parser refuses 2^64 - 1.
    #[test]
    fn packet_numbers_end_and_do_not_wrap() {
        for suite in Suite::ALL {
            let session = Session::generate(suite, [1; 32].into());
            let mut sealer = Sealer::new(&session, MemberId(1)).unwrap();
            let mut opener = Opener::new(&session, [const { PeerSlot::EMPTY }; 1]);
            sealer.next = u64::MAX - 1;
            let mut buf = [0; RECORD_OVERHEAD];
            let record_len = sealer.seal_in_place(b"", &mut buf, 0).unwrap();
            assert!(opener.open_in_place(b"", &mut buf[..record_len]).is_ok());
            let refused = sealer.seal_in_place(b"", &mut buf, 0);
            assert_eq!(refused, Err(Error::Exhausted));
        }
    }
}
