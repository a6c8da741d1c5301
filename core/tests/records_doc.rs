//! The dump in docs/records.md is what the code makes.

#![cfg(feature = "current")]

use std::fmt::Write;

use secpvm_core::packet::{MemberId, RECORD_HEADER_LEN, Sealer};
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

const DATAGRAM: [u8; 16] = [0x80, 8, 0, 0, 0x80, 4, 0, 0, 0, 0, 0, 7, 0x10, 0, 0, 0];
const FIELDS: [(usize, &str); 8] = [
    (1, "magic"),
    (1, "version 1"),
    (2, "suite: aes-256-gcm"),
    (4, "epoch: 0"),
    (8, "sender: host 1, and its random bits"),
    (8, "packet number: 0"),
    (16, "the datagram, encrypted"),
    (16, "tag"),
];

fn record() -> Vec<u8> {
    let secret: [u8; 32] = core::array::from_fn(|at| u8::try_from(at).unwrap());
    let session = Session::generate(Suite::Aes256Gcm, secret.into());
    let mut sealer = Sealer::new(&session, MemberId(0x0001_0a0b_0c0d_0e0f)).unwrap();
    let mut buf = vec![0; Sealer::record_len(DATAGRAM.len())];
    buf[RECORD_HEADER_LEN..][..DATAGRAM.len()].copy_from_slice(&DATAGRAM);
    sealer
        .seal_in_place(&[0x80, 8, 0, 0], &mut buf, DATAGRAM.len())
        .unwrap();
    buf
}

fn hex(bytes: &[u8], between: &str) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.join(between)
}

#[test]
fn the_dump_is_what_the_code_makes() {
    let record = record();
    let mut dump = String::from("```text\n");
    let mut at = 0;
    for (len, meaning) in FIELDS {
        let bytes = hex(&record[at..at + len], " ");
        writeln!(dump, "{at:04x}  {bytes:<47}   {meaning}").unwrap();
        at += len;
    }
    dump.push_str("```\n");
    assert_eq!(at, record.len());
    let page = include_str!("../../docs/records.md");
    assert!(page.contains(&dump), "docs/records.md should have:\n{dump}");
    let line = format!("bytes.fromhex(\"{}\")\n", hex(&record, ""));
    assert!(page.contains(&line), "docs/records.md should have:\n{line}");
}

/// The secrets that docs/records.md derives for tasks, from the session of its dump.
#[test]
fn the_keys_for_tasks_are_those_of_the_document() {
    let secret: [u8; 32] = core::array::from_fn(|at| u8::try_from(at).unwrap());
    let daemons = Session::generate(Suite::Aes256Gcm, secret.into());
    let tasks = daemons.task_session();
    let document = include_str!("../../docs/records.md");
    for key in [
        tasks.encode().expose()[..32].to_vec(),
        tasks.application_key(None).expose().to_vec(),
        tasks.application_key(Some(0x0004_0001)).expose().to_vec(),
    ] {
        assert!(document.contains(&hex(&key, "")), "{}", hex(&key, ""));
    }
}

#[test]
fn a_session_for_tasks_is_of_the_same_suite_and_epoch() {
    let daemons = Session::generate(Suite::Rc4KeyedMd5, [7; 32].into());
    let daemons = daemons.next_epoch([8; 32].into()).unwrap();
    let tasks = daemons.task_session();
    assert_eq!(
        (tasks.suite(), tasks.epoch()),
        (daemons.suite(), daemons.epoch())
    );
    assert_ne!(
        tasks.encode().expose()[..32],
        daemons.encode().expose()[..32]
    );
    let other = tasks.with_suite(Suite::HmacSha256);
    assert_eq!(
        (other.suite(), other.epoch()),
        (Suite::HmacSha256, tasks.epoch())
    );
    assert_eq!(other.encode().expose()[..32], tasks.encode().expose()[..32]);
}
