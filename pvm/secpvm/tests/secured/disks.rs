//! Disks that are full, or can't be written: a clear error or going on, and never plain text.

use secpvm::lab::packet::Datagram;
use secpvm::lab::{Lab, Security};

use crate::kills::alike;
use crate::machine::{GCM, Session, captured, console, hosts, output, run, shell, wait_until};
use crate::replay::FIN_ACK;
use crate::status;
use crate::wire::{between, datagrams, readable};

/// Too small for the file of counters, which has 164 kB, and large enough for PVM's files.
const SMALL: &str = "100k";
/// Large enough for both.
const ENOUGH: &str = "400k";
/// What a plain machine shows on the wire.
const WORDS: [&str; 3] = ["eagle", "EAGLE", "host2"];

/// Another `PVM_TMP` for a host, of that size.
fn limit(lab: &Lab, host: &str, size: &str) {
    let mount = format!("mount -t tmpfs -o size={size},mode=700 small $PVM_TMP");
    shell(lab, host, &mount);
}

/// `add host2`, on a machine that this starts.
fn add(lab: &Lab, security: Security) -> Session {
    let program = match security {
        Security::Plain => "pvm",
        _ => "secpvm",
    };
    console(lab, "host1", &[], &[program], "add host2\nconf\nquit\n")
}

#[test]
fn without_room_for_counters_a_machine_runs_and_says_so() {
    let lab = hosts(2);
    limit(&lab, "host1", SMALL);
    limit(&lab, "host2", SMALL);
    let session = add(&lab, GCM);
    assert!(session.stdout.contains("1 successful"), "{session:?}");
    let told = "`secpvm status` will show nothing: the status file cannot be made";
    assert!(session.stderr.contains(told), "{session:?}");
    let log = shell(&lab, "host2", "cat $PVM_TMP/pvml.0");
    assert!(log.contains(told), "{log}");

    let frames = captured(&lab, || {
        assert_eq!(run(&lab, "secret", &[]), "THE EAGLE LANDS AT MIDNIGHT\n");
    });
    assert_eq!(readable(&frames, &WORDS), 0);
    let status = console(&lab, "host1", &[], &["secpvm", "status"], "");
    assert_eq!(status.code, Some(1), "{status:?}");
    assert_eq!(status.stderr.lines().count(), 1, "{status:?}");
}

/// A program may not be able to enrol, for PVM writes a byte; the daemons go on, and so does everything
/// when there is room again.
#[test]
fn a_disk_that_fills_up_is_met_as_stock_pvm_meets_it() {
    alike(|security| {
        let lab = hosts(2);
        limit(&lab, "host1", ENOUGH);
        limit(&lab, "host2", ENOUGH);
        let session = add(&lab, security);
        assert!(session.stdout.contains("1 successful"), "{session:?}");
        let heard = datagrams(&captured(&lab, || {
            run(&lab, "secret", &[]);
        }));
        for host in ["host1", "host2"] {
            shell(
                &lab,
                host,
                "cat /dev/zero > $PVM_TMP/fill 2>/dev/null; true",
            );
        }
        let frames = captured(&lab, || {
            output(&lab, "secret", &[]);
        });
        if security != Security::Plain {
            assert_eq!(readable(&frames, &WORDS), 0);
            is_rejected_and_counted(&lab, &heard);
        }
        for host in ["host1", "host2"] {
            shell(&lab, host, "rm $PVM_TMP/fill");
        }
        vec![
            run(&lab, "secret", &[]),
            run(&lab, "workload", &["-n", "5"]),
        ]
    });
}

/// There is no room for a line in the log, but the counters have theirs.
fn is_rejected_and_counted(lab: &Lab, heard: &[Datagram]) {
    let [master, slave] = ["host1", "host2"].map(|host| lab.host(host).address());
    let mut injector = lab.injector().unwrap();
    let payload = FIN_ACK.to_vec();
    let model = &between(heard, master, slave)[0];
    injector.send(&Datagram { payload, ..*model }).unwrap();
    injector.finish().unwrap();
    wait_until("it is counted", || {
        status::rejected(&status::json(lab, "host2")).0["malformed"] == 1
    });
}

#[test]
fn a_master_that_cannot_write_does_not_start() {
    let lab = hosts(1);
    limit(&lab, "host1", "100k,ro");
    for security in [Security::Plain, GCM] {
        let session = add(&lab, security);
        assert_eq!(session.code, Some(1), "{session:?}");
        assert!(!lab.host("host1").has_pvmd().unwrap());
        if security == GCM {
            let line = session.stderr.trim_end();
            assert!(
                line.contains("Read-only file system") && !line.contains('\n'),
                "{line}"
            );
        }
    }
}

#[test]
fn a_slave_that_cannot_write_is_not_added() {
    alike(|security| {
        let lab = hosts(2);
        limit(&lab, "host2", "100k,ro");
        let session = add(&lab, security);
        assert!(session.stdout.contains("Can't start pvmd"), "{session:?}");
        assert!(session.stdout.contains("1 host, "), "{session:?}");
        assert!(!lab.host("host2").has_pvmd().unwrap());
        let log = lab.host("host1").log();
        let told: Vec<&str> = log
            .lines()
            .filter(|line| line.contains("stderr@host2"))
            .collect();
        vec![format!(
            "{}",
            told.iter()
                .any(|line| line.contains("Read-only file system"))
        )]
    });
}
