//! What an attacker has heard, or knows, is of no use.

use std::thread::sleep;
use std::time::Duration;

use secpvm::lab::packet::Datagram;
use secpvm::log::Dropped;

use crate::machine::{GCM, captured, halt, hosts, machine, run, wait_until};
use crate::status;
use crate::wire::{between, datagrams};

/// PVM's header: to the daemon of the second host, from the master's, flags FIN and ACK. A stock
/// daemon ends when it gets this.
pub const FIN_ACK: [u8; 16] = 0x8008_0000_8004_0000_0000_0000_1800_0000_u128.to_be_bytes();

#[test]
fn a_session_that_is_sent_again_changes_nothing() {
    let lab = machine(2, GCM);
    let captured = datagrams(&captured(&lab, || {
        run(&lab, "secret", &[]);
        run(&lab, "workload", &["-n", "50"]);
    }));
    let [master, slave] = ["host1", "host2"].map(|name| lab.host(name));
    let to_slave = between(&captured, master.address(), slave.address()).len();
    let to_master = between(&captured, slave.address(), master.address()).len();
    assert_eq!(to_slave + to_master, captured.len());

    let before = run(&lab, "workload", &["-n", "50"]);
    let mut injector = lab.injector().unwrap();
    for datagram in &captured {
        injector.send(datagram).unwrap();
        // As slowly as it was heard, so that the kernel has room for each.
        sleep(Duration::from_micros(200));
    }
    injector.finish().unwrap();
    assert_eq!(run(&lab, "workload", &["-n", "50"]), before);
    halt(&lab, &["host1", "host2"]);

    for (host, count) in [(master, to_master), (slave, to_slave)] {
        let dropped = host.dropped();
        let replayed = dropped.replayed + dropped.stale;
        assert_eq!(replayed, u64::try_from(count).unwrap(), "{dropped:?}");
        assert_eq!(dropped.total, replayed, "{dropped:?}");
        assert!(dropped.replayed > 0, "{dropped:?}");
    }
}

/// The same hosts, addresses, tasks and even ports: only the session is another.
#[test]
fn a_recorded_session_is_nothing_to_daemons_that_were_restarted() {
    let lab = hosts(2);
    let names = ["host1", "host2"];
    let record = || {
        let captured = datagrams(&captured(&lab, || {
            lab.start_machine(GCM).unwrap();
            run(&lab, "secret", &[]);
            run(&lab, "workload", &["-n", "20"]);
        }));
        let [master, slave] = names.map(|name| lab.host(name).address());
        [
            between(&captured, slave, master),
            between(&captured, master, slave),
        ]
    };
    let first = record();
    halt(&lab, &names);
    let second = record();
    let mut injector = lab.injector().unwrap();
    for (old, new) in first.iter().zip(&second) {
        // The daemon's own datagrams, of which there are more than of its shadow's.
        let model = new.last().unwrap();
        for datagram in old {
            let payload = datagram.payload.clone();
            injector.send(&Datagram { payload, ..*model }).unwrap();
            sleep(Duration::from_micros(200));
        }
    }
    injector.finish().unwrap();
    let undisturbed = run(&lab, "workload", &["-n", "20"]);
    assert!(undisturbed.contains("20 rounds"), "{undisturbed}");
    for (name, old) in names.iter().zip(&first) {
        let sent = u64::try_from(old.len()).unwrap();
        wait_until("all is rejected", || {
            let (reasons, total) = status::rejected(&status::json(&lab, name));
            reasons["forged"] == sent && total == sent
        });
    }
}

#[test]
fn a_forged_end_is_dropped() {
    let lab = machine(2, GCM);
    let captured = datagrams(&captured(&lab, || {
        run(&lab, "secret", &[]);
    }));
    let [master, slave] = ["host1", "host2"].map(|name| lab.host(name));
    let addresses = &between(&captured, master.address(), slave.address())[0];
    let mut injector = lab.injector().unwrap();
    injector
        .send(&Datagram {
            payload: FIN_ACK.to_vec(),
            ..*addresses
        })
        .unwrap();
    injector.finish().unwrap();
    let expected = Dropped {
        total: 1,
        malformed: 1,
        ..Dropped::default()
    };
    wait_until("it is logged", || slave.dropped() == expected);
    run(&lab, "secret", &[]);
    assert!(slave.has_pvmd().unwrap());
}
