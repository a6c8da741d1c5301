//! Machines of the profile classic-1997: the report's time line, its packets byte for byte, and
//! what happens when packets of the exchange get lost.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use secpvm::lab::packet::Datagram;
use secpvm::lab::{Lab, Security};
use secpvm_core::handshake::exchange_1997::{Message, MessageKind};
use secpvm_core::packet::classic::{
    CLASSIC_HEADER_LEN, Cipher1997, ClassicHeader, ClassicOpener, ClassicSealer, Level, Protection,
    SESSION_KEY_LEN, SessionKey,
};

use crate::machine::{
    GCM, assert_nothing_dropped, captured, console, halt, hosts, machine, run, tree, wait_until,
};
use crate::wire::{between, datagrams};

pub const TDES: Security = Security::Classic(Protection::Encrypted(Cipher1997::Tdes));
const NAMES: [&str; 4] = [
    "DM_MASTER_PUBKEY",
    "DM_SLAVE_PUBKEY",
    "DM_SESSKEY",
    "DM_SESSKEYACK",
];
/// Codes of PVM's own messages between daemons.
const DM_FIRST: u32 = 0x8002_0001;
const DM_HTUPD: u32 = DM_FIRST + 5;
const DM_HTUPDACK: u32 = DM_FIRST + 6;
const DM_HTCOMMIT: u32 = DM_FIRST + 7;
const DM_SLCONF: u32 = DM_FIRST + 8;
/// Where the code is in PVM's message header.
const TAG_AT: usize = 4;

/// What a message of the exchange is, if the packet carries one.
pub fn exchange_kind(packet: &[u8]) -> Option<MessageKind> {
    Some(Message::parse(packet).ok()?.kind)
}

/// Start a machine that logs its key, with `work` under capture. Its key, and what was heard.
fn logged_machine(
    lab: &Lab,
    arguments: &[&str],
    work: impl FnOnce(),
) -> (SessionKey, Vec<Datagram>) {
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("keys");
    let secpvm = tree("bin/secpvm");
    let command = [
        &[secpvm.to_str().unwrap(), "--profile", "classic-1997"],
        arguments,
    ]
    .concat();
    let variables = [format!("SECPVM_KEYLOG={}", keys.display())];
    let frames = captured(lab, || {
        let started = console(lab, "host1", &variables, &command, "add host2\nquit\n");
        assert!(started.stdout.contains("1 successful"), "{started:?}");
        assert!(
            started.stderr.contains("classic-1997 is broken"),
            "{started:?}"
        );
        assert!(
            started.stderr.contains("docs/classic-1997.md"),
            "{started:?}"
        );
        work();
        halt(lab, &["host1", "host2"]);
    });
    (logged_key(&keys), datagrams(&frames))
}

/// The session key in a key log.
pub fn logged_key(keys: &Path) -> SessionKey {
    let logged = std::fs::read_to_string(keys).unwrap();
    let hex = logged.trim_end();
    let key: [u8; SESSION_KEY_LEN] =
        std::array::from_fn(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap());
    SessionKey::new(key.into()).unwrap()
}

/// The codes of the messages, by their first packets. Those between the master and its shadow stay
/// on the master's host.
fn message_codes(key: &SessionKey, heard: &[Datagram]) -> Vec<u32> {
    let opener = ClassicOpener::new(key, Level::Plain);
    let heard = heard.iter().filter_map(|datagram| {
        let mut packet = datagram.payload.clone();
        let opened = opener.open_in_place(&mut packet).unwrap();
        let begins = opened.header.pvm.flags.bits() & 1 != 0;
        let code = opened.data.get(TAG_AT..)?.first_chunk()?;
        begins.then(|| u32::from_be_bytes(*code))
    });
    heard.collect()
}

#[test]
fn the_time_line_is_that_of_the_report() {
    let lab = hosts(2);
    let (key, heard) = logged_machine(&lab, &[], || {
        run(&lab, "secret", &[]);
    });
    let codes = message_codes(&key, &heard);
    let exchange = MessageKind::ALL.map(MessageKind::dm_code);
    assert_eq!(codes[..4], exchange, "the exchange is first");
    let rest: Vec<u32> = codes[4..].iter().copied().take(4).collect();
    assert_eq!(rest, [DM_SLCONF, DM_HTUPD, DM_HTUPDACK, DM_HTCOMMIT]);

    for (host, verbs) in [
        ("host1", ["sent", "received"]),
        ("host2", ["received", "sent"]),
    ] {
        let log = lab.host(host).log();
        let lines: Vec<&str> = log
            .lines()
            .filter_map(|line| {
                line.split_once("secpvm: classic-1997, host ")?
                    .1
                    .split_once(": ")
            })
            .map(|(_, what)| what)
            .collect();
        let told = NAMES.iter().zip(verbs.into_iter().cycle());
        let told: Vec<String> = told.map(|(name, verb)| format!("{name} {verb}")).collect();
        assert_eq!(lines, told, "{log}");
    }
}

/// Each packet, opened and sealed again by core, is the one that was heard.
#[test]
fn packets_are_byte_for_byte_those_of_the_document() {
    for (arguments, protection) in [
        (&["--level", "none"][..], Protection::Plain),
        (&["-amd5"], Protection::Authenticated),
        (&["-eidea"], Protection::Encrypted(Cipher1997::Idea)),
        (&["-edes"], Protection::Encrypted(Cipher1997::Des)),
        (&["-e3des"], Protection::Encrypted(Cipher1997::Tdes)),
        (&["-erc4"], Protection::Encrypted(Cipher1997::Rc4)),
    ] {
        let lab = hosts(2);
        let (key, heard) = logged_machine(&lab, arguments, || {
            run(&lab, "secret", &[]);
            run(&lab, "workload", &["-n", "10"]);
        });
        let (sealer, opener) = (
            ClassicSealer::new(&key, protection),
            ClassicOpener::new(&key, Level::Plain),
        );
        let mut exchanged = 0;
        for datagram in &heard {
            if exchange_kind(&datagram.payload).is_some() {
                exchanged += 1;
                continue;
            }
            let mut packet = datagram.payload.clone();
            let opened = opener.open_in_place(&mut packet).unwrap();
            let (pvm, data) = (opened.header.pvm, opened.data.to_vec());
            let mut again = vec![0; sealer.packet_len(data.len())];
            again[CLASSIC_HEADER_LEN..][..data.len()].copy_from_slice(&data);
            sealer.seal_in_place(&pvm, &mut again, data.len()).unwrap();
            assert_eq!(again, datagram.payload, "{protection:?}");
        }
        assert_eq!(exchanged, 4);
        assert!(heard.len() > 100, "{}", heard.len());
    }
}

#[test]
fn slaves_use_the_session_key_among_themselves() {
    let lab = hosts(3);
    let heard = datagrams(&captured(&lab, || {
        lab.start_machine(TDES).unwrap();
        let gexample = run(
            &lab,
            "sh",
            &["-c", "printf '100\\n9\\n' | /usr/bin/gexample"],
        );
        assert!(gexample.contains("The 1-Norm is 5050"), "{gexample}");
        halt(&lab, &["host1", "host2", "host3"]);
    }));
    let address = |name| lab.host(name).address();
    let among_slaves = between(&heard, address("host2"), address("host3"));
    assert!(!among_slaves.is_empty());
    for datagram in &among_slaves {
        let header = ClassicHeader::parse(&datagram.payload).unwrap();
        assert_eq!(header.payload.level(), Level::Encrypted);
    }
    assert_nothing_dropped(&lab, &["host1", "host2", "host3"]);
}

/// PVM's own retransmission drives the exchange on, whatever message is lost.
#[test]
fn an_exchange_survives_the_loss_of_each_message() {
    std::thread::scope(|scope| {
        for kind in MessageKind::ALL {
            scope.spawn(move || {
                let lab = hosts(2);
                let lost = std::sync::Arc::new(AtomicUsize::new(0));
                let count = lost.clone();
                let _relay = lab
                    .relay("host2", move |_, payload| {
                        let first = exchange_kind(payload) == Some(kind)
                            && count.fetch_add(1, Ordering::Relaxed) == 0;
                        !first
                    })
                    .unwrap();
                lab.start_machine(TDES).unwrap();
                run(&lab, "secret", &[]);
                assert!(lost.load(Ordering::Relaxed) >= 2, "{kind:?} came again");
            });
        }
    });
}

/// What is sent twice is answered twice, or dropped; and nothing else can be the exchange's.
#[test]
fn messages_of_the_exchange_come_again_and_change_nothing() {
    let lab = hosts(2);
    let heard = datagrams(&captured(&lab, || lab.start_machine(TDES).unwrap()));
    let mut injector = lab.injector().unwrap();
    let exchange = heard
        .iter()
        .filter(|datagram| exchange_kind(&datagram.payload).is_some());
    for datagram in exchange {
        injector.send(datagram).unwrap();
        // From elsewhere, as the address of nobody in the machine.
        let mut stranger = datagram.clone();
        stranger.source.set_ip(Ipv4Addr::new(10, 77, 0, 254));
        injector.send(&stranger).unwrap();
    }
    injector.finish().unwrap();
    run(&lab, "secret", &[]);
    assert!(lab.host("host2").has_pvmd().unwrap());
}

/// A host that leaves and comes back gets the key anew.
#[test]
fn a_host_can_leave_and_come_back() {
    let lab = machine(2, TDES);
    let console = |commands| console(&lab, "host1", &[], &["pvm"], commands);
    let left = console("delete host2\nquit\n");
    assert!(left.stdout.contains("1 successful"), "{left:?}");
    wait_until("its daemon has ended", || {
        !lab.host("host2").has_pvmd().unwrap()
    });
    let back = console("add host2\nquit\n");
    assert!(back.stdout.contains("1 successful"), "{back:?}");
    run(&lab, "workload", &["-n", "20"]);
    let log = lab.host("host1").log();
    assert_eq!(log.matches("DM_SESSKEYACK received").count(), 2, "{log}");
}

#[test]
fn a_key_is_for_life() {
    let lab = machine(2, TDES);
    let secpvm = tree("bin/secpvm");
    let refused = console(&lab, "host1", &[], &[secpvm.to_str().unwrap(), "rekey"], "");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.stderr.contains("one key for the whole of its life"),
        "{refused:?}"
    );
}

/// Neither profile takes a packet of the other.
#[test]
fn profiles_do_not_take_each_others_packets() {
    let heard = [GCM, TDES].map(|security| {
        let lab = machine(2, security);
        let heard = datagrams(&captured(&lab, || {
            run(&lab, "secret", &[]);
        }));
        let to_slave = between(
            &heard,
            lab.host("host1").address(),
            lab.host("host2").address(),
        );
        (lab, to_slave)
    });
    let [(_, records), (_, packets)] = &heard;
    for ((lab, own), strange) in heard.iter().zip([packets, records]) {
        let mut injector = lab.injector().unwrap();
        for datagram in strange {
            let payload = datagram.payload.clone();
            injector.send(&Datagram { payload, ..own[0] }).unwrap();
        }
        injector.finish().unwrap();
        run(lab, "secret", &[]);
        halt(lab, &["host1", "host2"]);
        let dropped = lab.host("host2").dropped();
        assert_eq!(
            dropped.total,
            u64::try_from(strange.len()).unwrap(),
            "{dropped:?}"
        );
    }
}
