//! Many datagrams sealed at once.

use super::Sealer;
use crate::Error;
use crate::packet::{RECORD_HEADER_LEN, TAG_LEN, mac_len};
use crate::suite::Suite;

/// A datagram to be sealed with others.
pub struct Outgoing<'b> {
    associated_data: &'b [u8],
    buf: &'b mut [u8],
    plaintext_len: usize,
    record_len: Result<usize, Error>,
    mac_len: [u8; 8],
}

impl<'b> Outgoing<'b> {
    /// The `plaintext_len` bytes at `buf[RECORD_HEADER_LEN..]`, as for
    /// [`Sealer::seal_in_place`].
    pub fn new(associated_data: &'b [u8], buf: &'b mut [u8], plaintext_len: usize) -> Self {
        Self {
            associated_data,
            buf,
            plaintext_len,
            record_len: Err(Error::OutOfOrder),
            mac_len: mac_len(associated_data),
        }
    }

    /// The length of the record, which starts at the buffer's first byte.
    ///
    /// # Errors
    /// Those of [`Sealer::seal_in_place`]; [`Error::OutOfOrder`] before the batch is sealed.
    pub fn record_len(&self) -> Result<usize, Error> {
        self.record_len
    }

    /// What is authenticated of a record that lacks its tag, and the place of that.
    fn authenticated(&mut self) -> Option<([&[u8]; 4], &mut [u8; TAG_LEN])> {
        let record = self.buf.get_mut(..self.record_len.ok()?)?;
        let (header, body) = record.split_first_chunk_mut::<RECORD_HEADER_LEN>()?;
        let (data, tag) = body.split_last_chunk_mut()?;
        let parts = [&self.mac_len[..], header, self.associated_data, data];
        Some((parts, tag))
    }
}

impl Sealer {
    /// Seal each datagram of `batch` in its place, in their order: the records, and what becomes of
    /// the sealer, are the same as of one [`seal_in_place`](Self::seal_in_place) after the other.
    /// One that is refused takes no packet number, and the others are sealed all the same.
    ///
    /// The legacy suite computes the MACs of many packets side by side; the other suites gain
    /// nothing.
    ///
    /// ```
    /// # use secpvm_core::packet::{MemberId, Outgoing, RECORD_HEADER_LEN, Sealer};
    /// # use secpvm_core::{session::Session, suite::Suite};
    /// # let session = Session::generate(Suite::TdesCtrKeyedMd5, [7; 32].into());
    /// # let mut sealer = Sealer::new(&session, MemberId(1))?;
    /// let mut bufs = [[0; 64]; 3];
    /// let mut batch = bufs.each_mut().map(|buf| Outgoing::new(b"to host 2", buf, 5));
    /// sealer.seal_batch(&mut batch);
    /// for outgoing in &batch {
    ///     assert_eq!(outgoing.record_len()?, Sealer::record_len(5));
    /// }
    /// # Ok::<(), secpvm_core::Error>(())
    /// ```
    pub fn seal_batch(&mut self, batch: &mut [Outgoing<'_>]) {
        if self.suite != Suite::TdesCtrKeyedMd5 {
            for outgoing in batch {
                outgoing.record_len = self.seal_in_place(
                    outgoing.associated_data,
                    outgoing.buf,
                    outgoing.plaintext_len,
                );
            }
            return;
        }
        let mut rest = batch;
        while !rest.is_empty() {
            // As far as one packet key goes.
            let run = 1 << self.suite.packets_per_key_log2();
            let left = usize::try_from(run - self.next % run).unwrap_or(usize::MAX);
            let (now, later) = rest.split_at_mut(left.min(rest.len()));
            self.seal_run(now);
            rest = later;
        }
    }

    /// Seal packets under one key of the legacy suite.
    fn seal_run(&mut self, run: &mut [Outgoing<'_>]) {
        for outgoing in &mut *run {
            outgoing.record_len = self.encrypt(outgoing);
        }
        if let Some(keys) = self.protection.legacy() {
            let records = run.iter_mut().filter_map(Outgoing::authenticated);
            if let Err(error) = keys.tags(records) {
                for outgoing in run {
                    outgoing.record_len = Err(error);
                }
            }
        }
    }

    /// All but the tag.
    fn encrypt(&mut self, outgoing: &mut Outgoing<'_>) -> Result<usize, Error> {
        let begun = self.begin(
            outgoing.associated_data,
            outgoing.buf,
            outgoing.plaintext_len,
        )?;
        let keys = self.protection.legacy().ok_or(Error::OutOfOrder)?;
        keys.apply_keystream(self.next, begun.data)?;
        Ok(self.finish(begun))
    }
}
