//! Records from the outside: what a sealer makes, an opener takes once, and nothing else.

#![cfg(feature = "current")]

use std::cell::Cell;
use std::collections::HashSet;

use proptest::prelude::*;
use secpvm_core::error::{Error, ReceiveError, Rejected};
use secpvm_core::packet::{
    ASSOCIATED_DATA_LEN_MAX, Epoch, MemberId, Opener, PLAINTEXT_LEN_MAX, PeerSlot,
    RECORD_HEADER_LEN, RECORD_OVERHEAD, REPLAY_WINDOW, RecordHeader, Sealer, Slots,
};
use secpvm_core::session::{SESSION_LEN, Session};
use secpvm_core::suite::{Suite, SuiteId};

const RECEIVER: &[u8] = b"host 2";

fn session(suite: Suite) -> Session {
    Session::generate(suite, [0x5e; 32].into())
}

fn sealer(suite: Suite, sender: u64) -> Sealer {
    Sealer::new(&session(suite), MemberId(sender)).unwrap()
}

fn opener(suite: Suite) -> Opener<Box<[PeerSlot]>> {
    opener_for(suite, 4)
}

fn opener_for(suite: Suite, peers: usize) -> Opener<Box<[PeerSlot]>> {
    let table: Vec<PeerSlot> = (0..peers).map(|_| PeerSlot::EMPTY).collect();
    Opener::new(&session(suite), table.into_boxed_slice())
}

fn seal(sealer: &mut Sealer, plaintext: &[u8]) -> Vec<u8> {
    let mut buf = vec![0; Sealer::record_len(plaintext.len())];
    buf[RECORD_HEADER_LEN..][..plaintext.len()].copy_from_slice(plaintext);
    let len = sealer
        .seal_in_place(RECEIVER, &mut buf, plaintext.len())
        .unwrap();
    assert_eq!(len, buf.len());
    buf
}

fn open(opener: &mut Opener<Box<[PeerSlot]>>, record: &[u8]) -> Result<Vec<u8>, ReceiveError> {
    let mut record = record.to_vec();
    let opened = opener.open_in_place(RECEIVER, &mut record)?;
    Ok(opened.plaintext.to_vec())
}

fn rejected(verdict: Rejected) -> Result<Vec<u8>, ReceiveError> {
    Err(ReceiveError::Rejected(verdict))
}

#[test]
fn every_suite_carries_every_length() {
    for suite in Suite::ALL {
        let (mut sealer, mut opener) = (sealer(suite, 1), opener(suite));
        for len in (0..70).chain([1400, 4080, PLAINTEXT_LEN_MAX]) {
            let plaintext: Vec<u8> = (0..=250).cycle().take(len).collect();
            let record = seal(&mut sealer, &plaintext);
            assert_eq!(record.len(), len + RECORD_OVERHEAD);
            assert_eq!(
                open(&mut opener, &record),
                Ok(plaintext),
                "{}",
                suite.name()
            );
        }
    }
}

#[test]
fn the_header_stands_in_clear_and_is_authentic() {
    for suite in Suite::ALL {
        let (mut sealer, mut opener) = (sealer(suite, 0x0002_0000_dead_beef), opener(suite));
        seal(&mut sealer, b"first");
        let mut record = seal(&mut sealer, b"second");
        let expected = RecordHeader {
            suite,
            epoch: Epoch(0),
            sender: MemberId(0x0002_0000_dead_beef),
            packet_number: 1,
        };
        assert_eq!(RecordHeader::parse(&record), Ok(expected));
        assert_eq!(record[..RECORD_HEADER_LEN], expected.emit());
        assert_eq!(record[0], 0x73);
        let opened = opener.open_in_place(RECEIVER, &mut record).unwrap();
        assert_eq!(opened.header, expected);
    }
}

#[test]
fn every_flipped_bit_and_every_truncation_is_rejected_and_changes_nothing() {
    for suite in Suite::ALL {
        let (mut sealer, mut opener) = (sealer(suite, 1), opener(suite));
        // Once before the opener knows the sender, once after.
        for plaintext in [&b"a datagram of PVM's"[..], &[0; 64]] {
            let record = seal(&mut sealer, plaintext);
            let peers = opener.peers();
            for bit in 0..record.len() * 8 {
                let mut forged = record.clone();
                forged[bit / 8] ^= 1 << (bit % 8);
                let verdict = open(&mut opener, &forged);
                assert!(
                    matches!(verdict, Err(ReceiveError::Rejected(why)) if why != Rejected::Replayed),
                    "{} bit {bit}: {verdict:?}",
                    suite.name()
                );
            }
            for len in 0..record.len() {
                let verdict = open(&mut opener, &record[..len]);
                assert!(matches!(verdict, Err(ReceiveError::Rejected(_))), "{len}");
            }
            let mut longer = record.clone();
            longer.push(0);
            assert_eq!(open(&mut opener, &longer), rejected(Rejected::Forged));
            assert_eq!(opener.peers(), peers);
            assert_eq!(open(&mut opener, &record), Ok(plaintext.to_vec()));
            assert_eq!(open(&mut opener, &record), rejected(Rejected::Replayed));
        }
    }
}

#[test]
fn verdicts_tell_the_cases_apart() {
    let suite = Suite::Aes256Gcm;
    let record = seal(&mut sealer(suite, 1), b"x");
    let with = |at: usize, value: u8| {
        let mut record = record.clone();
        record[at] = value;
        open(&mut opener(suite), &record)
    };
    assert_eq!(with(0, 0x80), rejected(Rejected::Malformed), "magic");
    assert_eq!(with(1, 2), rejected(Rejected::Malformed), "version");
    assert_eq!(
        with(2, 0xff),
        rejected(Rejected::Malformed),
        "no such suite"
    );
    assert_eq!(
        with(3, 2),
        rejected(Rejected::Forged),
        "not the session's suite"
    );
    assert_eq!(with(7, 1), rejected(Rejected::Stale), "epoch");
    assert_eq!(with(15, 2), rejected(Rejected::Forged), "sender");
    assert_eq!(with(23, 9), rejected(Rejected::Forged), "packet number");
    let plain = [0x80, 0x08, 0, 0, 0x80, 0x04, 0, 0, 0, 0, 0, 0, 24, 0, 0, 0];
    assert_eq!(
        open(&mut opener(suite), &plain),
        rejected(Rejected::Malformed),
        "a FIN|ACK of stock PVM"
    );
    let oversized = vec![0x73; PLAINTEXT_LEN_MAX + RECORD_OVERHEAD + 1];
    assert_eq!(
        open(&mut opener(suite), &oversized),
        rejected(Rejected::Malformed)
    );
}

#[test]
fn a_record_is_for_one_receiver_and_one_session() {
    for suite in Suite::ALL {
        let record = seal(&mut sealer(suite, 1), b"for host 2");
        let mut copy = record.clone();
        let verdict = opener(suite)
            .open_in_place(b"host 3", &mut copy)
            .map(|opened| opened.plaintext.to_vec());
        assert_eq!(verdict, rejected(Rejected::Forged));
        let other = Session::generate(suite, [0x5f; 32].into());
        let mut opener = Opener::new(&other, [const { PeerSlot::EMPTY }; 1]);
        let mut copy = record.clone();
        let verdict = opener
            .open_in_place(RECEIVER, &mut copy)
            .map(|opened| opened.plaintext.to_vec());
        assert_eq!(verdict, rejected(Rejected::Forged));
    }
}

#[test]
fn senders_do_not_share_keys_or_windows() {
    for suite in Suite::ALL {
        let mut opener = opener(suite);
        let records: HashSet<Vec<u8>> = (1..=4)
            .map(|sender| seal(&mut sealer(suite, sender), b"the same datagram"))
            .inspect(|record| assert!(open(&mut opener, record).is_ok()))
            .map(|record| record[RECORD_HEADER_LEN..].to_vec())
            .collect();
        assert_eq!(records.len(), 4);
        let fifth = seal(&mut sealer(suite, 5), b"x");
        assert_eq!(
            open(&mut opener, &fifth),
            Err(Error::TooManyPeers { max: 4 }.into())
        );
        let mut forged = fifth;
        forged[30] ^= 1;
        assert_eq!(open(&mut opener, &forged), rejected(Rejected::Forged));
    }
}

#[test]
fn a_full_table_still_finds_everyone() {
    let suite = Suite::Aes256Gcm;
    let mut opener = opener_for(suite, 100);
    let mut sealers: Vec<Sealer> = (0..100).map(|n| sealer(suite, n << 48)).collect();
    for round in 0..2u8 {
        for sealer in &mut sealers {
            assert_eq!(open(&mut opener, &seal(sealer, &[round])), Ok(vec![round]));
        }
    }
    assert_eq!(opener.peers(), 100);
}

#[test]
fn nothing_is_accepted_twice_while_the_table_widens() {
    let suite = Suite::Aes256Gcm;
    let mut opener = opener_for(suite, 1000);
    let mut records = Vec::new();
    for sender in 0..300 {
        let record = seal(
            &mut sealer(suite, (sender << 48) | (sender * 7919)),
            b"once",
        );
        assert!(open(&mut opener, &record).is_ok());
        records.push(record);
        for record in &records {
            assert_eq!(open(&mut opener, record), rejected(Rejected::Replayed));
        }
    }
    assert_eq!(opener.peers(), 300);
}

/// A table that counts the slots that it was asked for.
struct Counting<'c>(Vec<PeerSlot>, &'c Cell<usize>);

impl Slots<PeerSlot> for Counting<'_> {
    fn max(&self) -> usize {
        self.0.len()
    }

    fn begun(&self, count: usize) -> &[PeerSlot] {
        assert!(count <= self.1.get());
        &self.0[..count]
    }

    fn begin(&mut self, count: usize) -> &mut [PeerSlot] {
        let count = count.min(self.0.len());
        self.1.set(self.1.get().max(count));
        &mut self.0[..count]
    }
}

#[test]
fn room_for_many_senders_is_not_touched_for_few() {
    let suite = Suite::Aes256Gcm;
    let slots = (0..8192).map(|_| PeerSlot::EMPTY).collect();
    let begun = Cell::new(0);
    let mut opener = Opener::new(&session(suite), Counting(slots, &begun));
    for (senders, slots) in [(8, 16), (9, 32), (64, 128)] {
        while opener.peers() < senders {
            let sender = u64::try_from(opener.peers()).unwrap();
            let mut record = seal(&mut sealer(suite, sender), b"hello");
            assert!(opener.open_in_place(RECEIVER, &mut record).is_ok());
        }
        assert_eq!(begun.get(), slots);
    }
}

#[test]
fn a_record_behind_the_window_is_stale() {
    let suite = Suite::Aes256Gcm;
    let (mut sealer, mut opener) = (sealer(suite, 1), opener(suite));
    let first = seal(&mut sealer, b"0");
    let second = seal(&mut sealer, b"1");
    for _ in 2..=REPLAY_WINDOW {
        let record = seal(&mut sealer, b"");
        open(&mut opener, &record).unwrap();
    }
    assert_eq!(open(&mut opener, &first), rejected(Rejected::Stale));
    assert_eq!(open(&mut opener, &second), Ok(b"1".to_vec()));
    assert_eq!(open(&mut opener, &second), rejected(Rejected::Replayed));
}

/// Three 3DES packet keys serve 300 packets (one for each 128); they may arrive in any order.
#[test]
fn packets_out_of_order_across_a_change_of_key_are_opened() {
    let suite = Suite::TdesCtrKeyedMd5;
    let (mut sealer, mut opener) = (sealer(suite, 1), opener(suite));
    let records: Vec<_> = (0..300u16)
        .map(|n| seal(&mut sealer, &n.to_be_bytes()))
        .collect();
    for n in (0..300u16).rev() {
        let plaintext = n.to_be_bytes().to_vec();
        assert_eq!(open(&mut opener, &records[usize::from(n)]), Ok(plaintext));
    }
    for record in &records {
        assert_eq!(open(&mut opener, record), rejected(Rejected::Replayed));
    }
}

#[test]
fn misuse_is_named_and_changes_nothing() {
    let suite = Suite::Aes256Gcm;
    let mut sealer = sealer(suite, 1);
    let mut buf = [0; 100];
    let too_small = Error::BufferTooSmall {
        needed: 101,
        actual: 100,
    };
    assert_eq!(sealer.seal_in_place(b"", &mut buf, 61), Err(too_small));
    let too_long = Error::TooLong {
        max: PLAINTEXT_LEN_MAX,
        actual: PLAINTEXT_LEN_MAX + 1,
    };
    assert_eq!(
        sealer.seal_in_place(b"", &mut buf, PLAINTEXT_LEN_MAX + 1),
        Err(too_long)
    );
    let long_name = [0; ASSOCIATED_DATA_LEN_MAX + 1];
    let too_long = Error::TooLong {
        max: ASSOCIATED_DATA_LEN_MAX,
        actual: ASSOCIATED_DATA_LEN_MAX + 1,
    };
    assert_eq!(sealer.seal_in_place(&long_name, &mut buf, 1), Err(too_long));
    assert_eq!(buf, [0; 100]);
    let record = seal(&mut sealer, b"the first");
    assert_eq!(RecordHeader::parse(&record).unwrap().packet_number, 0);
}

#[test]
fn a_session_survives_encoding_and_nothing_else_decodes() {
    for suite in Suite::ALL {
        let encoded = session(suite).encode();
        let bytes = encoded.expose();
        let decoded = Session::decode(bytes).unwrap();
        assert_eq!((decoded.suite(), decoded.epoch()), (suite, Epoch(0)));
        assert_eq!(decoded.encode().expose(), bytes);
        for at in SESSION_LEN - 4..SESSION_LEN {
            let mut wrong = *bytes;
            wrong[at] ^= 0x80;
            assert_eq!(Session::decode(&wrong).err(), Some(Error::BadSession));
        }
    }
}

#[test]
fn suites_are_found_by_name_and_number_only() {
    for suite in Suite::ALL {
        assert_eq!(Suite::from_name(suite.name()), Ok(suite));
        assert_eq!(Suite::from_id(suite.id()), Ok(suite));
        let parts: Vec<&str> = suite.cipher().into_iter().chain(suite.mac()).collect();
        assert_eq!(suite.name(), parts.join("+"));
    }
    for name in ["", "AES-256-GCM", "aes-256-gcm ", "rot13"] {
        assert_eq!(Suite::from_name(name), Err(Error::UnknownAlgorithm));
    }
    assert_eq!(Suite::from_id(SuiteId(0)), Err(Error::UnknownAlgorithm));
}

fn any_suite() -> impl Strategy<Value = Suite> {
    prop::sample::select(&Suite::ALL)
}

proptest! {
    /// Drop, duplicate and reorder at will: each packet is opened at most once, and only what was
    /// sent comes out; without losses everything within the window arrives.
    #[test]
    fn what_arrives_was_sent_once(
        suite in any_suite(),
        deliveries in prop::collection::vec(0usize..64, 0..200),
    ) {
        let (mut sealer, mut opener) = (sealer(suite, 1), opener(suite));
        let records: Vec<_> = (0..64u8).map(|n| seal(&mut sealer, &[n])).collect();
        let mut taken = HashSet::new();
        for n in deliveries {
            let expected = if taken.insert(n) {
                Ok(vec![u8::try_from(n).unwrap()])
            } else {
                rejected(Rejected::Replayed)
            };
            prop_assert_eq!(open(&mut opener, &records[n]), expected);
        }
    }

    /// No bytes make an opener panic, or are accepted.
    #[test]
    fn any_bytes_are_rejected(
        suite in any_suite(),
        mut bytes in prop::collection::vec(any::<u8>(), 0..300),
        dressed in any::<bool>(),
    ) {
        if dressed && bytes.len() >= 8 {
            bytes[..2].copy_from_slice(&[0x73, 1]);
            bytes[2..4].copy_from_slice(&suite.id().0.to_be_bytes());
            bytes[4..8].copy_from_slice(&[0; 4]);
        }
        let mut opener = opener(suite);
        prop_assert!(matches!(open(&mut opener, &bytes), Err(ReceiveError::Rejected(_))));
        prop_assert_eq!(opener.peers(), 0);
    }
}
