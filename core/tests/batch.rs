//! Batches: the same records, the same outcomes and the same state as one call after the other.

#![cfg(feature = "current")]

use proptest::prelude::*;
use proptest::sample::{Index, select};
use secpvm_core::error::{Error, ReceiveError, Rejected};
use secpvm_core::packet::{
    Incoming, MemberId, Opener, Outgoing, PLAINTEXT_LEN_MAX, PeerSlot, RECORD_HEADER_LEN,
    RECORD_OVERHEAD, RecordHeader, RollingOpener, Sealer,
};
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

const RECEIVER: &[u8] = b"host 2";

type Outcome = Result<(RecordHeader, Vec<u8>), ReceiveError>;

fn session(suite: Suite) -> Session {
    Session::generate(suite, [0x5e; 32].into())
}

fn sealer(suite: Suite, sender: u64) -> Sealer {
    Sealer::new(&session(suite), MemberId(sender)).unwrap()
}

fn opener(suite: Suite) -> Opener<[PeerSlot; 3]> {
    Opener::new(&session(suite), [const { PeerSlot::EMPTY }; 3])
}

/// A buffer with a plaintext of `len` bytes in its place.
fn buffer(len: usize) -> Vec<u8> {
    let mut buf = vec![0; Sealer::record_len(len)];
    for (i, byte) in buf[RECORD_HEADER_LEN..][..len].iter_mut().enumerate() {
        *byte = i.wrapping_mul(len).to_le_bytes()[0];
    }
    buf
}

fn seal_one_by_one(sealer: &mut Sealer, lens: &[usize]) -> Vec<Vec<u8>> {
    let mut bufs: Vec<_> = lens.iter().map(|len| buffer(*len)).collect();
    for (buf, len) in bufs.iter_mut().zip(lens) {
        assert!(sealer.seal_in_place(RECEIVER, buf, *len).is_ok());
    }
    bufs
}

fn seal_at_once(sealer: &mut Sealer, lens: &[usize]) -> Vec<Vec<u8>> {
    let mut bufs: Vec<_> = lens.iter().map(|len| buffer(*len)).collect();
    let mut batch: Vec<_> = bufs
        .iter_mut()
        .zip(lens)
        .map(|(buf, len)| Outgoing::new(RECEIVER, buf, *len))
        .collect();
    sealer.seal_batch(&mut batch);
    for (outgoing, len) in batch.iter().zip(lens) {
        assert_eq!(outgoing.record_len(), Ok(len + RECORD_OVERHEAD));
    }
    bufs
}

fn open_one_by_one(opener: &mut Opener<[PeerSlot; 3]>, records: &[Vec<u8>]) -> Vec<Outcome> {
    let open = |record: &Vec<u8>| {
        let mut record = record.clone();
        let opened = opener.open_in_place(RECEIVER, &mut record)?;
        Ok((opened.header, opened.plaintext.to_vec()))
    };
    records.iter().map(open).collect()
}

fn outcomes(records: &[Vec<u8>], open: impl FnOnce(&mut [Incoming<'_>])) -> Vec<Outcome> {
    let mut records = records.to_vec();
    let mut batch: Vec<_> = records
        .iter_mut()
        .map(|record| Incoming::new(RECEIVER, record))
        .collect();
    open(&mut batch);
    let outcome = |incoming: &mut Incoming<'_>| {
        let header = incoming.header()?;
        Ok((header, incoming.plaintext()?.to_vec()))
    };
    batch.iter_mut().map(outcome).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Records of two senders, forged, cut, repeated and mixed, over several packet keys of the
    /// legacy suite.
    #[test]
    fn batches_are_what_single_calls_are(
        suite in select(&Suite::ALL[..]),
        lens in prop::collection::vec(0..300_usize, 1..320),
        cuts in prop::collection::vec(any::<Index>(), 0..4),
        forged in prop::collection::vec((any::<Index>(), any::<Index>()), 0..8),
        repeated in prop::collection::vec((any::<Index>(), any::<Index>()), 0..8),
        others in prop::collection::vec(any::<Index>(), 0..4),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(lens.len())).collect();
        cuts.extend([0, lens.len()]);
        cuts.sort_unstable();

        let (mut one, mut many) = (sealer(suite, 1), sealer(suite, 1));
        let mut records = seal_one_by_one(&mut one, &lens);
        let mut at_once = Vec::new();
        for range in cuts.windows(2) {
            at_once.extend(seal_at_once(&mut many, &lens[range[0]..range[1]]));
        }
        prop_assert_eq!(&at_once, &records);
        prop_assert_eq!((many.packets(), many.bytes()), (one.packets(), one.bytes()));

        for (record, byte) in forged {
            let at = record.index(records.len());
            let at_byte = byte.index(records[at].len());
            records[at][at_byte] ^= 1;
        }
        for (from, to) in repeated {
            let (from, to) = (from.index(records.len()), to.index(records.len()));
            let copy = records[from].clone();
            records.insert(to, copy);
        }
        let mut other = sealer(suite, 2);
        for at in others {
            let at = at.index(records.len());
            let record = seal_one_by_one(&mut other, &[at]).remove(0);
            records.insert(at, record);
        }
        records.insert(records.len() / 2, vec![0x73; 20]);

        let (mut one, mut many) = (opener(suite), opener(suite));
        // Twice: what is replayed must be so for both.
        for _ in 0..2 {
            let expected = open_one_by_one(&mut one, &records);
            let (first, second) = records.split_at(cuts[1].min(records.len()));
            let mut actual = outcomes(first, |batch| many.open_batch(batch));
            actual.extend(outcomes(second, |batch| many.open_batch(batch)));
            prop_assert_eq!(actual, expected);
            prop_assert_eq!(many.peers(), one.peers());
        }
    }
}

#[test]
fn one_that_is_refused_takes_no_number_and_leaves_its_buffer() {
    for suite in Suite::ALL {
        let mut sealer = sealer(suite, 1);
        let (mut good, mut short, mut also_good) = (buffer(9), vec![7; 30], buffer(9));
        let mut batch = [
            Outgoing::new(RECEIVER, &mut good, 9),
            Outgoing::new(RECEIVER, &mut short, 9),
            Outgoing::new(RECEIVER, &mut [], PLAINTEXT_LEN_MAX + 1),
            Outgoing::new(&[0; 65], &mut also_good, 9),
        ];
        assert_eq!(batch[0].record_len(), Err(Error::OutOfOrder));
        sealer.seal_batch(&mut batch);
        assert_eq!(batch[0].record_len(), Ok(49));
        let too_small = Error::BufferTooSmall {
            needed: 49,
            actual: 30,
        };
        assert_eq!(batch[1].record_len(), Err(too_small));
        assert!(matches!(batch[2].record_len(), Err(Error::TooLong { .. })));
        let too_long = Error::TooLong {
            max: 64,
            actual: 65,
        };
        assert_eq!(batch[3].record_len(), Err(too_long));
        assert_eq!((short, &also_good), (vec![7; 30], &buffer(9)));
        assert_eq!((sealer.packets(), sealer.bytes()), (1, 9));
    }
}

#[test]
fn a_rolling_opener_takes_a_batch_of_two_epochs() {
    for suite in Suite::ALL {
        let now = session(suite);
        let next = now.next_epoch([9; 32].into()).unwrap();
        let tables = || [const { [const { PeerSlot::EMPTY }; 2] }; 2];
        let mut opener = RollingOpener::new(&now, tables());
        opener.prepare_epoch(&next).unwrap();

        let mut sealer = sealer(suite, 1);
        let mut records = seal_at_once(&mut sealer, &[1, 2, 3]);
        sealer.enter_epoch(&next).unwrap();
        records.extend(seal_at_once(&mut sealer, &[4, 5]));
        records.push(records[0].clone());
        let opened = outcomes(&records, |batch| opener.open_batch(batch));
        assert!(opened[..5].iter().all(Result::is_ok));
        assert_eq!(opened[5], Err(ReceiveError::Rejected(Rejected::Replayed)));
    }
}
