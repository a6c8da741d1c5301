//! `secpvm doctor` in laboratories: it finds what is there, and what is not.

use secpvm::lab::Security;

use crate::machine::{Session, console, hosts, machine, tree};

/// What it says on host1 about that host and `others`.
fn doctor(lab: &secpvm::lab::Lab, variables: &[&str], others: &[&str]) -> Session {
    let secpvm = tree("bin/secpvm");
    let mut command = vec![secpvm.to_str().unwrap(), "doctor"];
    command.extend(others);
    let variables: Vec<String> = variables.iter().copied().map(str::to_owned).collect();
    console(lab, "host1", &variables, &command, "")
}

fn assert_bad(session: &Session, found: &str, mend: &str) {
    assert_eq!(session.code, Some(1), "{session:?}");
    let mut lines = session.stdout.lines();
    assert!(
        lines.any(|line| line.starts_with("bad") && line.contains(found)),
        "{session:?}"
    );
    let next = lines.next().unwrap_or_default();
    assert!(next.contains(mend), "{session:?}");
}

#[test]
fn a_sound_host_and_one_that_can_be_added_are_good() {
    let session = doctor(&hosts(2), &[], &["host2"]);
    assert_eq!(session.code, Some(0), "{session:?}");
    assert!(session.stderr.is_empty(), "{session:?}");
    assert!(!session.stdout.contains("bad"), "{session:?}");
    for found in ["PVM is there", "secpvm-join is there", "its clock agrees"] {
        let line = session.stdout.lines().find(|line| line.contains(found));
        assert!(
            line.is_some_and(|line| line.contains("host2")),
            "{session:?}"
        );
    }
}

#[test]
fn each_fault_is_found_with_its_mend() {
    let lab = hosts(2);
    let elsewhere = doctor(&lab, &["SECPVM_DPATH=/nowhere/secpvm-join"], &["host2"]);
    assert_bad(&elsewhere, "secpvm-join is missing", "SECPVM_DPATH");
    assert_bad(&doctor(&lab, &[], &["host9"]), "failed", "host9 true");
    assert_bad(
        &doctor(&lab, &[], &["--", "-x"]),
        "no name of a host",
        "true",
    );
    let no_shell = doctor(&lab, &["PVM_RSH=no-such-shell"], &[]);
    assert_bad(&no_shell, "no-such-shell is missing", "PVM_RSH");
    assert_bad(&doctor(&lab, &["PVM_TMP=/proc"], &[]), "/proc", "PVM_TMP");
    let path = doctor(&lab, &["PVM_PATH=/usr/bin:/nowhere"], &[]);
    assert_eq!(path.code, Some(0), "{path:?}");
    assert!(path.stdout.contains("no directory: /nowhere"), "{path:?}");
}

#[test]
fn a_running_machine_is_named_and_a_plain_one_is_bad() {
    let plain = machine(1, Security::Plain);
    assert_bad(
        &doctor(&plain, &[], &[]),
        "is a plain pvmd",
        "echo halt | pvm",
    );
    let secured = doctor(&machine(1, crate::machine::GCM), &[], &[]);
    assert_eq!(secured.code, Some(0), "{secured:?}");
    assert!(secured.stdout.contains("aes-256-gcm"), "{secured:?}");
}
