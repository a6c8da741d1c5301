//! Epochs of records from the outside: what a sealer and a rolling opener do on their own.

#![cfg(feature = "current")]

use secpvm_core::error::{Error, ReceiveError, Rejected};
use secpvm_core::packet::{
    Epoch, MemberId, PeerSlot, RECORD_HEADER_LEN, RecordHeader, RollingOpener, Sealer,
};
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

type Opener = RollingOpener<[PeerSlot; 2]>;

const TABLE: [PeerSlot; 2] = [const { PeerSlot::EMPTY }; 2];

/// The sessions of epochs 0 to 3.
fn sessions(suite: Suite) -> [Session; 4] {
    let first = Session::generate(suite, [0; 32].into());
    let second = first.next_epoch([1; 32].into()).unwrap();
    let third = second.next_epoch([2; 32].into()).unwrap();
    let fourth = third.next_epoch([3; 32].into()).unwrap();
    [first, second, third, fourth]
}

fn seal(sealer: &mut Sealer) -> Vec<u8> {
    let mut record = vec![7; Sealer::record_len(5)];
    record[RECORD_HEADER_LEN..][..5].copy_from_slice(b"hello");
    sealer.seal_in_place(b"", &mut record, 5).unwrap();
    record
}

fn open(opener: &mut Opener, record: &[u8]) -> Result<(), ReceiveError> {
    let mut record = record.to_vec();
    let opened = opener.open_in_place(b"", &mut record)?;
    assert_eq!(opened.plaintext, b"hello");
    Ok(())
}

const STALE: Result<(), ReceiveError> = Err(ReceiveError::Rejected(Rejected::Stale));
const REPLAYED: Result<(), ReceiveError> = Err(ReceiveError::Rejected(Rejected::Replayed));

fn not_newer(newest: u32, given: u32) -> Result<(), Error> {
    Err(Error::EpochNotNewer { newest, given })
}

#[test]
fn a_sealer_enters_newer_epochs_only() {
    for suite in Suite::ALL {
        let sessions = sessions(suite);
        let mut sealer = Sealer::new(&sessions[1], MemberId(1)).unwrap();
        let before = [seal(&mut sealer), seal(&mut sealer)];
        for epoch in [0, 1] {
            let refused = sealer.enter_epoch(&sessions[epoch as usize]);
            assert_eq!(refused, not_newer(1, epoch));
        }
        assert_eq!((sealer.packets(), sealer.bytes()), (2, 10));
        sealer.enter_epoch(&sessions[2]).unwrap();
        assert_eq!((sealer.packets(), sealer.bytes()), (0, 0));
        let after = seal(&mut sealer);
        let header = RecordHeader::parse(&after).unwrap();
        assert_eq!((header.epoch, header.packet_number), (Epoch(2), 0));
        assert_eq!(header.sender, MemberId(1));
        assert_ne!(after[RECORD_HEADER_LEN..], before[0][RECORD_HEADER_LEN..]);
        assert_eq!(sealer.enter_epoch(&sessions[2]), not_newer(2, 2));
    }
}

/// The picture in the opener's documentation, step by step.
#[test]
fn two_epochs_are_open_at_a_time() {
    for suite in Suite::ALL {
        let sessions = sessions(suite);
        let mut sealers: Vec<Sealer> = sessions
            .iter()
            .map(|session| Sealer::new(session, MemberId(1)).unwrap())
            .collect();
        let mut opener = RollingOpener::new(&sessions[0], [TABLE; 2]);
        let mut expect = |opener: &mut Opener, open_epochs: &[usize]| {
            for (epoch, sealer) in sealers.iter_mut().enumerate() {
                let is_open = open_epochs.contains(&epoch);
                let verdict = open(opener, &seal(sealer));
                assert_eq!(verdict, if is_open { Ok(()) } else { STALE }, "{epoch}");
            }
        };
        expect(&mut opener, &[0]);
        assert_eq!(opener.activate_epoch(), Err(Error::OutOfOrder));
        opener.prepare_epoch(&sessions[1]).unwrap();
        expect(&mut opener, &[0, 1]);
        opener.retire_previous_epoch();
        expect(&mut opener, &[0, 1]);
        opener.activate_epoch().unwrap();
        assert_eq!(opener.activate_epoch(), Err(Error::OutOfOrder));
        expect(&mut opener, &[0, 1]);
        opener.retire_previous_epoch();
        expect(&mut opener, &[1]);
        opener.prepare_epoch(&sessions[2]).unwrap();
        expect(&mut opener, &[1, 2]);
    }
}

/// The current epoch stays, whether what is beside it is older or newer.
#[test]
fn a_next_epoch_takes_the_place_of_any_but_the_current_one() {
    let sessions = sessions(Suite::Aes256Gcm);
    let mut sealers = sessions
        .each_ref()
        .map(|session| Sealer::new(session, MemberId(1)).unwrap());
    let mut opener = RollingOpener::new(&sessions[0], [TABLE; 2]);
    opener.prepare_epoch(&sessions[1]).unwrap();
    for epoch in [0, 1] {
        let refused = opener.prepare_epoch(&sessions[epoch as usize]);
        assert_eq!(refused, not_newer(1, epoch));
    }
    opener.prepare_epoch(&sessions[2]).unwrap();
    assert_eq!(open(&mut opener, &seal(&mut sealers[0])), Ok(()));
    assert_eq!(open(&mut opener, &seal(&mut sealers[1])), STALE);
    assert_eq!(open(&mut opener, &seal(&mut sealers[2])), Ok(()));
    opener.activate_epoch().unwrap();
    opener.prepare_epoch(&sessions[3]).unwrap();
    assert_eq!(open(&mut opener, &seal(&mut sealers[0])), STALE);
    assert_eq!(open(&mut opener, &seal(&mut sealers[2])), Ok(()));
    assert_eq!(open(&mut opener, &seal(&mut sealers[3])), Ok(()));
}

/// Packet 0 of one epoch says nothing about packet 0 of another, nor does a full table.
#[test]
fn epochs_share_neither_windows_nor_room() {
    let sessions = sessions(Suite::Aes256Gcm);
    let mut opener = RollingOpener::new(&sessions[0], [TABLE; 2]);
    opener.prepare_epoch(&sessions[1]).unwrap();
    for session in &sessions[..2] {
        for sender in [1, 2] {
            let record = seal(&mut Sealer::new(session, MemberId(sender)).unwrap());
            assert_eq!(open(&mut opener, &record), Ok(()));
            assert_eq!(open(&mut opener, &record), REPLAYED);
        }
        let third = seal(&mut Sealer::new(session, MemberId(3)).unwrap());
        let full = Error::TooManyPeers { max: 2 };
        assert_eq!(open(&mut opener, &third), Err(full.into()));
    }
}
