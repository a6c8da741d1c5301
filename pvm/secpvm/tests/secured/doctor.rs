//! `secpvm doctor` in laboratories: it finds what is there, and what is not.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use secpvm::lab::Security;

use crate::keyring::Keyring;
use crate::machine::{Session, console, hosts, machine, shell, wait_until};

/// What it says on host1 about that host and `others`.
fn doctor(lab: &secpvm::lab::Lab, variables: &[&str], others: &[&str]) -> Session {
    let command = [&["secpvm", "doctor"], others].concat();
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
    let option = doctor(&lab, &[], &["--", "-x"]);
    assert_eq!(option.code, Some(2), "{option:?}");
    assert!(option.stderr.contains("no name of a host"), "{option:?}");
    let no_shell = doctor(&lab, &["PVM_RSH=no-such-shell"], &[]);
    assert_bad(&no_shell, "no-such-shell is missing", "PVM_RSH");
    assert_bad(&doctor(&lab, &["PVM_TMP=/proc"], &[]), "/proc", "PVM_TMP");
    let path = doctor(&lab, &["PVM_PATH=/usr/bin:/nowhere"], &[]);
    assert_eq!(path.code, Some(0), "{path:?}");
    assert!(path.stdout.contains("no directory: /nowhere"), "{path:?}");
}

/// As Debian's installer leaves it.
#[test]
fn a_name_that_stands_for_the_loopback_interface_is_told_and_kept_from_doing_harm() {
    let lab = hosts(2);
    shell(
        &lab,
        "host1",
        "sed 's/^[0-9.]* host1$/127.0.1.1 host1/' /etc/hosts > $PVM_TMP/hosts
         mount --bind $PVM_TMP/hosts /etc/hosts",
    );
    let session = doctor(&lab, &[], &["host2"]);
    assert_eq!(session.code, Some(0), "{session:?}");
    assert!(
        session.stdout.contains("host1 is 127.0.1.1, from which no"),
        "{session:?}"
    );
    let session = console(&lab, "host1", &[], &["secpvm"], "add host2\nquit\n");
    assert!(session.stdout.contains("0 successful"), "{session:?}");
    assert!(
        session
            .stderr
            .contains("the name of this host stands for 127.x.x.x"),
        "{session:?}"
    );
    console(&lab, "host1", &[], &["secpvm"], "halt\n");
    wait_until("that machine has ended", || {
        !lab.host("host1").has_pvmd().unwrap()
    });
    let named = ["secpvm", "-n10.77.0.1"];
    let session = console(&lab, "host1", &[], &named, "add host2\nquit\n");
    assert!(session.stdout.contains("1 successful"), "{session:?}");
}

/// `ssh` carries no variable of this shell there.
#[test]
fn a_host_where_programs_will_not_be_found_is_told() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    keyring.script("rsh", "exec /dev/shm/rsh \"$1\" \"unset PVM_PATH; $2\"");
    let shell = format!("PVM_RSH={}", keyring.path().join("rsh").display());
    let session = doctor(&lab, &[&shell], &["host2"]);
    assert_eq!(session.code, Some(0), "{session:?}");
    assert!(
        session.stdout.contains("PVM_PATH is not set there"),
        "{session:?}"
    );
    let here = doctor(&lab, &[], &["host2"]);
    assert!(!here.stdout.contains("not set there"), "{here:?}");
}

#[test]
fn static_keys_are_looked_at() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let doctor = || keyring.secpvm(&lab, "host1", &["doctor", "host2"], "");
    let none = doctor();
    assert_eq!(none.code, Some(0), "{none:?}");
    assert!(
        none.stdout.contains("hosts join by trust in PVM_RSH"),
        "{none:?}"
    );

    let [_, slave] = ["host1", "host2"].map(|host| keyring.keygen(&lab, host));
    let unknown = doctor();
    assert_eq!(unknown.code, Some(0), "{unknown:?}");
    assert!(
        unknown.stdout.contains("its static key is not known here"),
        "{unknown:?}"
    );
    keyring.done(&lab, "host1", &["known-hosts", "add", "host2", &slave]);
    assert!(doctor().stdout.contains("its static key is known here"));

    let file = |host: &str, name: &str| keyring.config(host).join("secpvm").join(name);
    let mode = |mode| fs::set_permissions(file("host1", "key"), fs::Permissions::from_mode(mode));
    mode(0o644).unwrap();
    assert_bad(&doctor(), "not yours alone", "mend its mode");
    mode(0o600).unwrap();
    fs::write(file("host1", "known-hosts"), "host2\n").unwrap();
    assert_bad(
        &doctor(),
        "known-hosts:1: not a name and a key",
        "mend the file",
    );
    fs::write(file("host1", "known-hosts"), format!("host2 {slave}\n")).unwrap();
    fs::remove_file(file("host1", "key")).unwrap();
    assert_bad(&doctor(), "no key of this host", "secpvm keygen");
    fs::remove_file(file("host1", "known-hosts")).unwrap();
    fs::write(file("host2", "known-masters"), "").unwrap();
    assert_bad(
        &doctor(),
        "takes joins by static keys only",
        "secpvm --keys",
    );
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
