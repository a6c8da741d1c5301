//! The file of counters that a secured pvmd keeps: the layout of `pvm/patch/status.h`.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Serialize;

use crate::own_file;
use crate::suite::Security;

const MAGIC: u64 = u64::from_ne_bytes(*b"SECPVM\0\x01");
const WORD_LEN: usize = 8;
const HOSTS: usize = 4096;
const HEAD_WORDS: usize = 12;
const PEER_WORDS: usize = 5;

/// What one daemon has done.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Counters {
    pub process: u64,
    /// Its index in the machine.
    pub host: u64,
    /// The suite, or another word for what protects the datagrams.
    pub suite: &'static str,
    pub epoch: u64,
    /// In seconds since 1970.
    pub started: u64,
    pub rejected: Rejections,
    /// Datagrams that could not be sealed.
    pub unsent: u64,
    /// The hosts that it has talked to.
    pub peers: Vec<Peer>,
}

/// Datagrams that were not believed, by reason.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Rejections {
    pub forged: u64,
    pub replayed: u64,
    pub stale: u64,
    pub malformed: u64,
    pub foreign: u64,
}

/// Another host.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Peer {
    pub host: usize,
    pub address: SocketAddrV4,
    pub sealed: Traffic,
    pub opened: Traffic,
}

/// What went one way.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Traffic {
    pub datagrams: u64,
    pub bytes: u64,
}

impl Counters {
    /// Read the file at `path`.
    ///
    /// # Errors
    /// There is none, or another version of secpvm has written it.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        Self::parse(&own_file::read(path)?)
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let (words, rest) = bytes.as_chunks::<WORD_LEN>();
        ensure!(
            rest.is_empty() && words.len() == HEAD_WORDS + HOSTS * PEER_WORDS,
            "not {} bytes but {}: is the pvmd of another version of secpvm?",
            (HEAD_WORDS + HOSTS * PEER_WORDS) * WORD_LEN,
            bytes.len()
        );
        let words: Vec<u64> = words.iter().copied().map(u64::from_ne_bytes).collect();
        let (head, peers) = words.split_at(HEAD_WORDS);
        ensure!(
            head[0] == MAGIC,
            "the pvmd has not started yet, or is of another version of secpvm"
        );
        let suite = Security::all().find(|security| security.status_number() == head[3]);
        Ok(Self {
            process: head[1],
            host: head[2],
            suite: suite.context("a suite that is not known here")?.name(),
            epoch: head[4],
            started: head[5],
            rejected: Rejections {
                forged: head[6],
                replayed: head[7],
                stale: head[8],
                malformed: head[9],
                foreign: head[10],
            },
            unsent: head[11],
            peers: peers
                .chunks(PEER_WORDS)
                .enumerate()
                .filter_map(|(host, words)| Peer::new(host, words))
                .collect(),
        })
    }
}

/// The process that counts in the file at `path`, if there is one.
pub(crate) fn process_in(path: &Path) -> Option<u32> {
    let counters = Counters::read(path).ok()?;
    u32::try_from(counters.process).ok()
}

impl Peer {
    /// `None` for a host that was never talked to.
    fn new(host: usize, words: &[u64]) -> Option<Self> {
        let &[address, sealed, sealed_bytes, opened, opened_bytes] = words else {
            return None;
        };
        let ip = u32::try_from(address >> 16).ok()?;
        let port = u16::try_from(address & 0xffff).ok()?;
        (sealed != 0 || opened != 0).then_some(Self {
            host,
            address: SocketAddrV4::new(Ipv4Addr::from(ip), port),
            sealed: Traffic {
                datagrams: sealed,
                bytes: sealed_bytes,
            },
            opened: Traffic {
                datagrams: opened,
                bytes: opened_bytes,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(head: &[u64], peer_2: &[u64]) -> Vec<u8> {
        let mut words = vec![0; HEAD_WORDS + HOSTS * PEER_WORDS];
        words[..head.len()].copy_from_slice(head);
        let at = HEAD_WORDS + 2 * PEER_WORDS;
        words[at..at + peer_2.len()].copy_from_slice(peer_2);
        words.into_iter().flat_map(u64::to_ne_bytes).collect()
    }

    #[test]
    fn a_file_is_read() {
        let head = [MAGIC, 7, 1, 0x0101, 3, 99, 1, 2, 3, 4, 5, 6];
        let bytes = file(&head, &[0x0a4d_0002_1234, 10, 11, 12, 13]);
        let counters = Counters::parse(&bytes).unwrap();
        assert_eq!(counters.suite, "3des-ctr+keyed-md5");
        assert_eq!((counters.process, counters.host, counters.epoch), (7, 1, 3));
        assert_eq!(
            (counters.rejected.forged, counters.rejected.foreign),
            (1, 5)
        );
        assert_eq!(counters.unsent, 6);
        let [peer] = &counters.peers[..] else {
            panic!("{counters:?}")
        };
        assert_eq!(
            (peer.host, peer.address.to_string()),
            (2, "10.77.0.2:4660".to_owned())
        );
        assert_eq!((peer.sealed.datagrams, peer.opened.bytes), (10, 13));
    }

    #[test]
    fn what_is_no_such_file_is_refused() {
        let good = file(&[MAGIC, 7, 1, 1], &[]);
        assert!(Counters::parse(&good).is_ok());
        assert!(Counters::parse(&good[1..]).is_err());
        assert!(Counters::parse(&[]).is_err());
        assert!(Counters::parse(&file(&[MAGIC + 1, 7, 1, 1], &[])).is_err());
        assert!(Counters::parse(&file(&[MAGIC, 7, 1, 0x7777], &[])).is_err());
        assert!(Counters::parse(&file(&[MAGIC, 7, 1, 0], &[])).is_err());
    }

    #[test]
    fn what_is_no_suite_has_a_name_too() {
        for (number, name) in [(0x1_0203, "classic-1997 3des+md5"), (0x2_0001, "nothing")] {
            let counters = Counters::parse(&file(&[MAGIC, 7, 1, number], &[])).unwrap();
            assert_eq!(counters.suite, name);
        }
    }
}
