//! Keys change while a machine runs: when asked for, by limits, and when a host is gone.

use std::fs;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use secpvm::lab::packet::Datagram;
use secpvm::lab::{Lab, Security};
use secpvm_core::group::{MessageHeader, MessageKind};
use secpvm_core::packet::{
    Epoch, MemberId, PeerSlot, RECORD_HEADER_LEN, RecordHeader, RollingOpener, Sealer,
};
use secpvm_core::session::Session;
use serde_json::Value;

use crate::kills::Hastened;
use crate::machine::{
    GCM, Session as Console, captured, console, hosts, machine, run, shell, tree, wait_until,
};
use crate::status;
use crate::wire::datagrams;

const RECORD_MAGIC: u8 = 0x73;
const GROUP_MAGIC: u8 = 0x72;
/// PVM gives a host up three minutes after the first packet that it does not acknowledge, 18 s by a
/// hastened clock; the daemon sees that 30 s after the last. And as much again for a busy computer.
const PVM_PATIENCE: Duration = Duration::from_secs(120);

fn secpvm() -> String {
    tree("bin/secpvm").display().to_string()
}

fn rekey(lab: &Lab, host: &str, arguments: &[&str]) -> Console {
    let secpvm = secpvm();
    let command = [&[secpvm.as_str(), "rekey"], arguments].concat();
    console(lab, host, &[], &command, "")
}

/// Have the keys changed from `host`, and say from which epoch to which.
pub fn rekeyed(lab: &Lab, host: &str) -> (u64, u64) {
    let done = rekey(lab, host, &["--json"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let number = |name: &str| report[name].as_u64().unwrap();
    (number("before"), number("epoch"))
}

fn epoch(lab: &Lab, host: &str) -> u64 {
    status::json(lab, host)["epoch"].as_u64().unwrap()
}

pub fn all_reach(lab: &Lab, hosts: &[&str], wanted: u64) {
    wait_until("all hosts have changed", || {
        hosts.iter().all(|host| epoch(lab, host) == wanted)
    });
}

fn begin(lab: &Lab, program: &str, arguments: &[&str]) -> Child {
    let mut command = lab.host("host1").command(program);
    command.args(arguments).stdout(Stdio::piped());
    command.spawn().unwrap()
}

fn assert_right(program: Child) {
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

fn assert_nothing_dropped(lab: &Lab, hosts: &[&str]) {
    for name in hosts {
        let (log, dropped) = (lab.host(name).log(), lab.host(name).dropped());
        assert_eq!(dropped.total, 0, "{log}");
        assert!(!log.contains("not sent"), "{log}");
    }
}

/// A machine of all hosts, started with `arguments` and a key log.
pub fn logged(lab: &Lab, arguments: &[&str], keys: &Path, others: &[&str]) {
    let secpvm = secpvm();
    let command = [&[secpvm.as_str()], arguments].concat();
    let variables = [format!("SECPVM_KEYLOG={}", keys.display())];
    let commands = format!("add {}\nquit\n", others.join(" "));
    let started = console(lab, "host1", &variables, &command, &commands);
    let wanted = format!("{} successful", others.len());
    assert!(started.stdout.contains(&wanted), "{started:?}");
}

/// The sessions of a key log, of AES-256-GCM: epoch and secret. The first is the daemons' own, the
/// second that of the master and its shadows.
pub fn sessions(keys: &Path) -> Vec<Session> {
    let logged = fs::read_to_string(keys).unwrap();
    let session = |line: &str| {
        let fields: Vec<&str> = line.split(' ').collect();
        assert_eq!(fields[..2], ["SECPVM_SESSION", "aes-256-gcm"], "{line}");
        let digit = |at: usize| u8::from_str_radix(&fields[3][2 * at..2 * at + 2], 16).unwrap();
        let mut bytes = [0; 40];
        bytes[..32].copy_from_slice(&std::array::from_fn::<u8, 32, _>(digit));
        bytes[32..36].copy_from_slice(&fields[2].parse::<u32>().unwrap().to_be_bytes());
        bytes[37] = 1;
        Session::decode(&bytes).unwrap()
    };
    logged.lines().map(session).collect()
}

/// The task id of the daemon on the host of the laboratory with this address, if it has the index of
/// its number.
fn receiver(address: SocketAddrV4) -> [u8; 4] {
    (0x8000_0000 | u32::from(address.ip().octets()[3]) << 18).to_be_bytes()
}

fn opens(session: &Session, datagram: &Datagram) -> bool {
    let tables = [const { [const { PeerSlot::EMPTY }; 1] }; 2];
    let mut record = datagram.payload.clone();
    let receiver = receiver(datagram.destination);
    RollingOpener::new(session, tables)
        .open_in_place(&receiver, &mut record)
        .is_ok()
}

#[test]
fn a_machine_of_one_host_changes_its_keys_too() {
    let lab = machine(1, GCM);
    assert_eq!(rekeyed(&lab, "host1"), (0, 1));
    run(&lab, "/usr/bin/joinleave", &["3"]);
}

#[test]
fn keys_change_while_a_program_runs() {
    let lab = hosts(3);
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("keys");
    logged(&lab, &[], &keys, &["host2", "host3"]);
    let all = ["host1", "host2", "host3"];
    let heard = datagrams(&captured(&lab, || {
        run(&lab, "workload", &["-n", "20"]);
        let program = begin(&lab, "workload", &["-s", "20"]);
        assert_eq!(rekeyed(&lab, "host1"), (0, 1), "from the first host");
        all_reach(&lab, &all, 1);
        // This one has to wait until the first is complete.
        assert_eq!(rekeyed(&lab, "host3"), (1, 2), "from another");
        all_reach(&lab, &all, 2);
        assert_right(program);
        run(&lab, "/usr/bin/joinleave", &["50"]);
    }));
    assert_nothing_dropped(&lab, &all);
    assert!(
        lab.host("host1")
            .log()
            .contains("epoch 1: sealing with aes-256-gcm, because it was asked for"),
        "{}",
        lab.host("host1").log()
    );

    // The key log has every epoch, and everything on the wire is sealed in one of them.
    let mut sessions = sessions(&keys);
    let shadows = sessions.remove(1);
    assert_eq!(shadows.epoch(), Epoch(0));
    let epochs: Vec<u32> = sessions.iter().map(|session| session.epoch().0).collect();
    assert_eq!(epochs, [0, 1, 2]);
    let mut seen = [0; 3];
    for datagram in &heard {
        if datagram.payload[0] == GROUP_MAGIC {
            assert!(MessageHeader::parse(&datagram.payload).is_ok());
            continue;
        }
        let epoch = RecordHeader::parse(&datagram.payload).unwrap().epoch.0 as usize;
        seen[epoch] += 1;
        // Each of ten, or the test would last.
        if seen[epoch] % 10 == 1 {
            assert!(opens(&sessions[epoch], datagram), "{datagram:?}");
        }
    }
    assert!(seen.iter().all(|&count| count > 20), "{seen:?}");
}

#[test]
fn limits_change_the_keys() {
    let lab = hosts(2);
    let secpvm = secpvm();
    let command = [secpvm.as_str(), "--rekey-after-packets", "100"];
    let started = console(&lab, "host1", &[], &command, "add host2\nquit\n");
    assert!(started.stdout.contains("1 successful"), "{started:?}");
    assert_eq!(epoch(&lab, "host1"), 0);
    run(&lab, "workload", &["-n", "60"]);
    all_reach(&lab, &["host1", "host2"], 1);
    let log = lab.host("host1").log();
    assert!(log.contains("because a limit was reached"), "{log}");
    assert_nothing_dropped(&lab, &["host1", "host2"]);
}

#[test]
fn many_changes_in_a_row_lose_nothing() {
    let lab = hosts(3);
    let secpvm = secpvm();
    let command = [secpvm.as_str(), "--rekey-after-seconds", "1"];
    let started = console(&lab, "host1", &[], &command, "add host2 host3\nquit\n");
    assert!(started.stdout.contains("2 successful"), "{started:?}");
    // A change takes twelve seconds to be complete.
    assert_right(begin(&lab, "workload", &["-s", "50"]));
    let reached = epoch(&lab, "host1");
    assert!(reached >= 3, "{reached}");
    assert_nothing_dropped(&lab, &["host1", "host2", "host3"]);
}

#[test]
fn what_a_removed_host_knows_opens_nothing_newer() {
    let lab = hosts(3);
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().join("keys");
    logged(&lab, &[], &keys, &["host2", "host3"]);
    let mut model = None;
    let heard = datagrams(&captured(&lab, || {
        run(&lab, "/usr/bin/joinleave", &["50"]);
        let left = console(&lab, "host1", &[], &["pvm"], "delete host3\nquit\n");
        assert!(left.stdout.contains("1 successful"), "{left:?}");
        all_reach(&lab, &["host1", "host2"], 1);
        run(&lab, "workload", &["-n", "50"]);
        // The next change begins when nobody opens the first epoch any more.
        assert_eq!(rekeyed(&lab, "host2"), (1, 2));
    }));
    let log = lab.host("host1").log();
    assert!(
        log.contains("epoch 1: sealing with aes-256-gcm, because host 3 left"),
        "{log}"
    );

    // Its keys are those of epoch 0. What it may have recorded of epoch 1 does not open with them.
    let known = &sessions(&keys)[0];
    let mut relabelled = *known.encode().expose();
    relabelled[35] = 1;
    let relabelled = Session::decode(&relabelled).unwrap();
    let mut newer = 0;
    for datagram in &heard {
        if datagram.payload[0] == RECORD_MAGIC
            && RecordHeader::parse(&datagram.payload).unwrap().epoch == Epoch(1)
        {
            newer += 1;
            assert!(!opens(&relabelled, datagram) && !opens(known, datagram));
        }
        if datagram.payload[0] == GROUP_MAGIC {
            let header = MessageHeader::parse(&datagram.payload).unwrap();
            assert_ne!((header.member, header.epoch), (MemberId(3), Epoch(1)));
        }
        if datagram.source.ip() == &address(&lab, "host3") {
            model = Some(datagram.clone());
        }
    }
    assert!(newer > 50, "{newer}");

    // And what it seals with them is not believed: this would end a daemon that believes it.
    let model = model.expect("host3 has sent something");
    let fin_ack = 0x8004_0000_800c_0000_0000_0000_1800_0000_u128.to_be_bytes();
    let mut payload = vec![0; Sealer::record_len(fin_ack.len())];
    payload[RECORD_HEADER_LEN..][..fin_ack.len()].copy_from_slice(&fin_ack);
    Sealer::new(known, MemberId((3 << 48) | 0x4d))
        .unwrap()
        .seal_in_place(&0x8004_0000_u32.to_be_bytes(), &mut payload, fin_ack.len())
        .unwrap();
    let before = lab.host("host1").dropped().stale;
    let mut injector = lab.injector().unwrap();
    let port = heard
        .iter()
        .find(|datagram| datagram.destination.ip() == &address(&lab, "host1"))
        .map(|datagram| datagram.destination);
    injector
        .send(&Datagram {
            payload,
            source: model.source,
            destination: port.unwrap(),
        })
        .unwrap();
    injector.finish().unwrap();
    wait_until("it is dropped", || {
        status::json(&lab, "host1")["rejected"]["stale"].as_u64() == Some(before + 1)
    });
    run(&lab, "workload", &["-n", "20"]);
}

fn address(lab: &Lab, host: &str) -> Ipv4Addr {
    lab.host(host).address().unwrap()
}

#[test]
fn a_host_that_comes_back_is_another_member() {
    let lab = machine(2, GCM);
    let heard = datagrams(&captured(&lab, || {
        let left = console(&lab, "host1", &[], &["pvm"], "delete host2\nquit\n");
        assert!(left.stdout.contains("1 successful"), "{left:?}");
        all_reach(&lab, &["host1"], 1);
        wait_until("its daemon has ended", || {
            !lab.host("host2").has_pvmd().unwrap()
        });
        let back = console(&lab, "host1", &[], &["pvm"], "add host2\nquit\n");
        assert!(back.stdout.contains("1 successful"), "{back:?}");
        assert_eq!(epoch(&lab, "host2"), 1, "it comes in with the keys of now");
        run(&lab, "workload", &["-n", "20"]);
        assert_eq!(rekeyed(&lab, "host2"), (1, 2));
    }));
    all_reach(&lab, &["host1", "host2"], 2);
    let offers: Vec<MemberId> = heard
        .iter()
        .filter(|datagram| datagram.payload[0] == GROUP_MAGIC)
        .map(|datagram| MessageHeader::parse(&datagram.payload).unwrap())
        .filter(|header| header.kind == MessageKind::Offer)
        .map(|header| header.member)
        .collect();
    assert!(
        !offers.is_empty() && offers.iter().all(|&member| member == MemberId(3)),
        "{offers:?}"
    );
    assert_nothing_dropped(&lab, &["host1", "host2"]);
}

#[test]
fn two_hosts_leave_at_once_and_then_the_last() {
    let lab = machine(4, GCM);
    let left = console(&lab, "host1", &[], &["pvm"], "delete host3 host4\nquit\n");
    assert!(left.stdout.contains("2 successful"), "{left:?}");
    wait_until("both are gone", || {
        let log = lab.host("host1").log();
        log.contains("host 3 left") && log.contains("host 4 left")
    });
    all_reach(&lab, &["host1", "host2"], 2);
    run(&lab, "workload", &["-n", "20"]);
    let left = console(&lab, "host1", &[], &["pvm"], "delete host2\nquit\n");
    assert!(left.stdout.contains("1 successful"), "{left:?}");
    all_reach(&lab, &["host1"], 3);
    assert_eq!(rekeyed(&lab, "host1"), (3, 4), "the first host alone");
}

/// Hosts of which the first one's remote shell waits for the file `gate` before it starts a daemon.
fn with_gate(test: impl FnOnce(&Lab, &[String], &Path)) {
    let dir = tempfile::tempdir().unwrap();
    let (program, gate) = (dir.path().join("rsh"), dir.path().join("gate"));
    let path = gate.display();
    let wait = format!("touch {path}.waits; while [ ! -e {path} ]; do sleep 0.05; done");
    let text = format!("#!/bin/sh\n{wait}\nexec /dev/shm/rsh \"$@\"\n");
    fs::write(&program, text).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(&gate, "").unwrap();
    test(
        &hosts(3),
        &[format!("PVM_RSH={}", program.display())],
        &gate,
    );
}

#[test]
fn a_host_gets_in_although_the_keys_change_meanwhile() {
    with_gate(|lab, variables, gate| {
        let secpvm = secpvm();
        let start = [secpvm.as_str()];
        let started = console(lab, "host1", variables, &start, "add host2\nquit\n");
        assert!(started.stdout.contains("1 successful"), "{started:?}");
        let waits = gate.with_extension("waits");
        fs::remove_file(&waits).unwrap();
        fs::remove_file(gate).unwrap();
        std::thread::scope(|scope| {
            let adding = scope.spawn(|| console(lab, "host1", &[], &["pvm"], "add host3\nquit\n"));
            wait_until("the remote shell waits", || waits.exists());
            let early = rekey(lab, "host1", &["--timeout", "1"]);
            assert_eq!(early.code, Some(1), "{early:?}");
            assert!(early.stderr.contains("hosts are being added"), "{early:?}");
            // A removal does not wait.
            let left = console(lab, "host1", &[], &["pvm"], "delete host2\nquit\n");
            assert!(left.stdout.contains("1 successful"), "{left:?}");
            all_reach(lab, &["host1"], 1);
            fs::write(gate, "").unwrap();
            let added = adding.join().unwrap();
            assert!(added.stdout.contains("1 successful"), "{added:?}");
        });
        all_reach(lab, &["host1", "host3"], 1);
        run(lab, "workload", &["-n", "20"]);
    });
}

#[test]
fn a_host_that_was_not_started_is_no_member() {
    let lab = hosts(2);
    let variables = ["PVM_RSH=/bin/false".to_owned()];
    let secpvm = secpvm();
    let start = [secpvm.as_str()];
    let added = console(&lab, "host1", &variables, &start, "add host2\nquit\n");
    assert!(added.stdout.contains("0 successful"), "{added:?}");
    wait_until("it is removed", || {
        lab.host("host1")
            .log()
            .contains("because host 2 was not started")
    });
    assert_eq!(epoch(&lab, "host1"), 1);
}

#[test]
fn a_host_that_crashed_is_no_member() {
    let hastened = Hastened::start(GCM);
    let lab = &hastened.lab;
    let process = &status::json(lab, "host3")["process"];
    shell(lab, "host3", &format!("kill -9 {process}"));
    // PVM learns of it when it wants something of that host.
    let mut asking = lab.host("host1").command("sh");
    let asking = asking.args(["-c", "echo 'mstat host3' | pvm"]);
    let mut asking = asking.stdout(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + PVM_PATIENCE;
    let is_gone = || {
        lab.host("host1")
            .log()
            .contains("because host 3 does not answer")
    };
    while !is_gone() {
        assert!(Instant::now() < end, "{}", lab.host("host1").log());
        std::thread::sleep(Duration::from_millis(500));
    }
    asking.wait().unwrap();
    all_reach(lab, &["host1", "host2"], 1);
    run(lab, "workload", &["-n", "20"]);
}

#[test]
fn keys_change_on_a_lossy_network() {
    let lab = machine(2, GCM);
    // Every third datagram is lost, each way.
    let mut passed = 0;
    let _relay = lab
        .relay("host2", move |_, _| {
            passed += 1;
            passed % 3 != 0
        })
        .unwrap();
    let program = begin(&lab, "workload", &["-n", "30"]);
    assert_eq!(rekeyed(&lab, "host2"), (0, 1));
    assert_right(program);
    assert_eq!(rekeyed(&lab, "host1"), (1, 2));
    all_reach(&lab, &["host1", "host2"], 2);
}

#[test]
fn keys_of_tasks_change_where_daemons_seal_nothing() {
    let lab = hosts(2);
    let secpvm = secpvm();
    let command = [secpvm.as_str(), "--level", "none"];
    let started = console(&lab, "host1", &[], &command, "add host2\nquit\n");
    assert!(started.stdout.contains("1 successful"), "{started:?}");
    assert_eq!(rekeyed(&lab, "host2"), (0, 1));
    all_reach(&lab, &["host1", "host2"], 1);
    run(&lab, "workload", &["-n", "20"]);
}

#[test]
fn what_cannot_be_is_said() {
    for (lab, reason) in [
        (hosts(1), "no machine of yours"),
        (machine(1, Security::Plain), "a plain one"),
    ] {
        let refused = rekey(&lab, "host1", &[]);
        assert_eq!(refused.code, Some(1), "{refused:?}");
        assert!(refused.stdout.is_empty(), "{refused:?}");
        assert!(
            refused.stderr.contains(reason) && refused.stderr.lines().count() == 1,
            "{refused:?}"
        );
    }
    let lab = machine(2, GCM);
    assert_eq!(rekeyed(&lab, "host1"), (0, 1));
    let early = rekey(&lab, "host1", &["--timeout", "1"]);
    assert_eq!(early.code, Some(1), "{early:?}");
    assert_eq!(
        early.stderr,
        "secpvm: still epoch 1 after 1 s, because the last change of keys is not complete; \
         it will follow\n"
    );
}
