//! Operations on one link: seal, deliver in any order, repeat, drop, alter, change the epoch.
//! Nothing is accepted twice, nothing that was not sent, and what is in time arrives.

#![no_main]

use std::collections::BTreeMap;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use secpvm_core::Rejected;
use secpvm_core::error::ReceiveError;
use secpvm_core::packet::{
    MemberId, PeerSlot, RECORD_HEADER_LEN, REPLAY_WINDOW, RecordHeader, RollingOpener, Sealer,
};
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

#[derive(Arbitrary, Debug)]
enum Operation {
    /// Seal so many records; all are under way then.
    Seal {
        sender: bool,
        records: u8,
    },
    /// Seal so many that are lost.
    Lose {
        sender: bool,
        records: u16,
    },
    /// Deliver one of those sealed, the newest being 0. It stays under way: the next is a replay.
    Deliver {
        back: u16,
    },
    /// Deliver it with one bit flipped, or to another receiver.
    Alter {
        back: u16,
        bit: u16,
    },
    Misdirect {
        back: u16,
    },
    Prepare,
    Activate,
    Retire,
    /// The senders change to the newest epoch.
    Enter {
        sender: bool,
    },
}

fuzz_target!(|input: (u8, Vec<Operation>)| {
    let (suite, operations) = input;
    let mut link = Link::new(Suite::ALL[usize::from(suite) % Suite::ALL.len()]);
    for operation in operations.iter().take(200) {
        link.perform(operation);
    }
});

struct Sent {
    record: Vec<u8>,
    payload: [u8; 8],
    header: RecordHeader,
}

struct Link {
    /// By epoch; the last is the newest.
    sessions: Vec<Session>,
    sealers: [Sealer; 2],
    opener: RollingOpener<[PeerSlot; 2]>,
    /// The epochs that are open: current, and the one beside it.
    current: u32,
    other: Option<u32>,
    sent: Vec<Sent>,
    /// Packet numbers accepted, for each epoch and sender.
    accepted: BTreeMap<(u32, u64), Vec<u64>>,
    budget: u32,
}

impl Link {
    fn new(suite: Suite) -> Self {
        let session = Session::generate(suite, [7; 32].into());
        let sealer = |sender| Sealer::new(&session, MemberId(sender)).unwrap();
        Self {
            sealers: [sealer(0), sealer(1)],
            opener: RollingOpener::new(&session, [const { [const { PeerSlot::EMPTY }; 2] }; 2]),
            sessions: vec![session],
            current: 0,
            other: None,
            sent: Vec::new(),
            accepted: BTreeMap::new(),
            budget: 5_000,
        }
    }

    fn perform(&mut self, operation: &Operation) {
        match *operation {
            Operation::Seal { sender, records } => self.seal(sender, records.into(), true),
            Operation::Lose { sender, records } => self.seal(sender, records % 2_100, false),
            Operation::Deliver { back } => self.deliver(back),
            Operation::Alter { back, bit } => self.alter(back, bit),
            Operation::Misdirect { back } => self.misdirect(back),
            Operation::Prepare => self.prepare(),
            Operation::Activate => {
                let next = self.other.filter(|other| *other > self.current);
                assert_eq!(self.opener.activate_epoch().is_ok(), next.is_some());
                if let Some(next) = next {
                    self.other = Some(std::mem::replace(&mut self.current, next));
                }
            }
            Operation::Retire => {
                self.opener.retire_previous_epoch();
                self.other = self.other.filter(|other| *other > self.current);
            }
            Operation::Enter { sender } => {
                let newest = self.sessions.last().unwrap();
                let _ = self.sealers[usize::from(sender)].enter_epoch(newest);
            }
        }
    }

    fn seal(&mut self, sender: bool, records: u16, keep: bool) {
        for _ in 0..records {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            let payload = (self.sent.len() as u64).to_be_bytes();
            let mut record = vec![0; Sealer::record_len(8)];
            record[RECORD_HEADER_LEN..][..8].copy_from_slice(&payload);
            let sealer = &mut self.sealers[usize::from(sender)];
            sealer.seal_in_place(b"host", &mut record, 8).unwrap();
            if keep {
                let header = RecordHeader::parse(&record).unwrap();
                self.sent.push(Sent {
                    record,
                    payload,
                    header,
                });
            }
        }
    }

    fn pick(&self, back: u16) -> Option<&Sent> {
        let at = self
            .sent
            .len()
            .checked_sub(1 + usize::from(back) % self.sent.len().max(1))?;
        self.sent.get(at)
    }

    fn deliver(&mut self, back: u16) {
        let Some(sent) = self.pick(back) else { return };
        let (mut record, header, payload) = (sent.record.clone(), sent.header, sent.payload);
        let expected = self.verdict(&header);
        let opened = self.opener.open_in_place(b"host", &mut record);
        match (opened, expected) {
            (Ok(opened), Ok(())) => {
                assert_eq!((opened.header, &*opened.plaintext), (header, &payload[..]));
                let numbers = self
                    .accepted
                    .entry((header.epoch.0, header.sender.0))
                    .or_default();
                numbers.push(header.packet_number);
            }
            (Err(ReceiveError::Rejected(rejected)), Err(expected)) => {
                assert_eq!(rejected, expected);
            }
            (opened, expected) => panic!("{:?} instead of {expected:?}", opened.err()),
        }
    }

    /// What the documentation promises: the window is of the last 1024 numbers.
    fn verdict(&self, header: &RecordHeader) -> Result<(), Rejected> {
        if header.epoch.0 != self.current && Some(header.epoch.0) != self.other {
            return Err(Rejected::Stale);
        }
        let key = (header.epoch.0, header.sender.0);
        let numbers = self.accepted.get(&key).map_or(&[][..], Vec::as_slice);
        let newest = numbers.iter().max().copied().unwrap_or(0);
        if header.packet_number.saturating_add(REPLAY_WINDOW) <= newest {
            Err(Rejected::Stale)
        } else if numbers.contains(&header.packet_number) {
            Err(Rejected::Replayed)
        } else {
            Ok(())
        }
    }

    fn alter(&mut self, back: u16, bit: u16) {
        let Some(sent) = self.pick(back) else { return };
        let mut record = sent.record.clone();
        let bit = usize::from(bit) % (8 * record.len());
        record[bit / 8] ^= 1 << (bit % 8);
        assert!(self.opener.open_in_place(b"host", &mut record).is_err());
    }

    fn misdirect(&mut self, back: u16) {
        let Some(sent) = self.pick(back) else { return };
        let mut record = sent.record.clone();
        assert!(self.opener.open_in_place(b"another", &mut record).is_err());
    }

    fn prepare(&mut self) {
        let next = self.sessions.last().unwrap();
        let entropy = [self.sessions.len() as u8; 32];
        let next = next.next_epoch(entropy.into()).unwrap();
        self.opener.prepare_epoch(&next).unwrap();
        self.other = Some(next.epoch().0);
        self.sessions.push(next);
    }
}
