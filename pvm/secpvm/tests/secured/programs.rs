//! Programs run as before, and nothing of them can be read.

use secpvm::lab::Security;
use secpvm::lab::pcap::Frame;
use secpvm_core::packet::RecordHeader;
use secpvm_core::suite::Suite;

use crate::machine::{captured, halt, machine, output, run, text};
use crate::wire::{self, UDP, datagrams, readable};

const SECRET: &str = "the eagle lands at midnight";
/// What a plain machine shows to everyone: the secret, its answer, and what `hello.pvm` sends.
const READABLE: [&str; 3] = [
    SECRET,
    "THE EAGLE LANDS AT MIDNIGHT",
    "hello, world from host2",
];

fn run_secret_and_hello(lab: &secpvm::lab::Lab) {
    assert_eq!(
        run(lab, "secret", &[SECRET]),
        "THE EAGLE LANDS AT MIDNIGHT\n"
    );
    // PVM deals out tasks in turn, so one of two greetings comes from the other host.
    let hellos = run(lab, "/usr/bin/hello.pvm", &[]) + &run(lab, "/usr/bin/hello.pvm", &[]);
    assert!(hellos.contains("hello, world from host2"), "{hellos}");
}

#[test]
fn a_plain_machine_can_be_read() {
    let lab = machine(2, Security::Plain);
    let frames = captured(&lab, || run_secret_and_hello(&lab));
    assert!(readable(&frames, &READABLE) >= 3);
}

#[test]
fn aes_256_gcm_hides_all() {
    hides_all(Suite::Aes256Gcm);
}

#[test]
fn chacha20_poly1305_hides_all() {
    hides_all(Suite::ChaCha20Poly1305);
}

#[test]
fn tdes_ctr_keyed_md5_hides_all() {
    hides_all(Suite::TdesCtrKeyedMd5);
}

#[test]
fn idea_ctr_keyed_md5_hides_all() {
    hides_all(Suite::IdeaCtrKeyedMd5);
}

#[test]
fn des_ctr_keyed_md5_hides_all() {
    hides_all(Suite::DesCtrKeyedMd5);
}

#[test]
fn rc4_keyed_md5_hides_all() {
    hides_all(Suite::Rc4KeyedMd5);
}

#[test]
fn a_mac_alone_hides_nothing() {
    for suite in [Suite::HmacSha256, Suite::KeyedMd5] {
        assert!(readable(&all_sealed(suite), &READABLE) >= 3);
    }
}

fn hides_all(suite: Suite) {
    assert_eq!(readable(&all_sealed(suite), &READABLE), 0);
}

/// Stock programs come to their right results; every datagram is a record of the suite; and there
/// is nothing but datagrams. Returns what was captured.
fn all_sealed(suite: Suite) -> Vec<Frame> {
    let lab = machine(2, Security::Secured(suite));
    let frames = captured(&lab, || {
        run_secret_and_hello(&lab);
        // Its exit status is 1 even at the end of a good run. It asks for a direct route.
        let timing = output(&lab, "/usr/bin/timing", &[]);
        assert!(text(&timing.stdout).contains("done"), "{timing:?}");
        run(&lab, "workload", &["-n", "50"]);
    });
    assert!(
        wire::protocols(&frames)
            .iter()
            .all(|&protocol| protocol == UDP)
    );
    let datagrams = datagrams(&frames);
    assert!(datagrams.len() > 1000, "timing alone sends more than that");
    for datagram in datagrams {
        let header = RecordHeader::parse(&datagram.payload).expect("a record");
        assert_eq!((datagram.payload[0], header.suite), (0x73, suite));
    }
    halt(&lab, &["host1", "host2"]);
    frames
}
