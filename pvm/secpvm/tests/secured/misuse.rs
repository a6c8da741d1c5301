//! What users do wrong, and odd places that PVM takes: a line that says what to do, or a machine.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::process::Output;

use secpvm::lab::Lab;

use crate::machine::{hosts, shell, text, wait_until};

/// Run a command on `host1`, `input` typed, one variable as given.
fn console(lab: &Lab, variable: (&str, &OsStr), command: &[&str], input: &str) -> Output {
    let mut setting = OsString::from(variable.0);
    setting.push("=");
    setting.push(variable.1);
    let mut script = lab.host("host1").command("sh");
    script.args(["-c", "printf \"$0\" | env \"$@\"", input]);
    script.arg(setting).args(command).output().unwrap()
}

fn secpvm(lab: &Lab, variable: (&str, &OsStr), arguments: &[&str], input: &str) -> Output {
    console(lab, variable, &[&["secpvm"], arguments].concat(), input)
}

/// It says why in its last line, and no daemon runs.
fn assert_refused(lab: &Lab, output: &Output, reason: &str) {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let error = text(&output.stderr);
    let last = error.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("secpvm: ") && last.contains(reason),
        "{reason}: {error}"
    );
    assert!(!lab.host("host1").has_pvmd().unwrap(), "{reason}");
}

#[test]
fn a_console_that_cannot_work_as_asked_starts_no_machine() {
    let lab = hosts(1);
    let none = ("NONE", "".as_ref());
    for (arguments, reason) in [
        (&["statsu"][..], "'statsu' is no command"),
        (&[""], "'' is no command"),
        (&["/etc"], "'/etc' is no command"),
        (&["/etc/hosts", "/etc/passwd"], "one hostfile"),
        (&["-nhost9"], "host9: can't gethostbyname"),
    ] {
        let output = secpvm(&lab, none, arguments, "quit\n");
        assert_refused(&lab, &output, reason);
    }
    for (variable, value, reason) in [
        ("SECPVM_REKEY_SECONDS", "soon", "SECPVM_REKEY_SECONDS=soon"),
        ("SECPVM_REKEY_BYTES", "01", "SECPVM_REKEY_BYTES=01"),
        ("PVM_TMP", "here", "no absolute path"),
        ("PVM_TMP", "/etc/passwd", "can't write in /etc/passwd"),
        ("PVM_VMID", "a/b", "slash"),
    ] {
        let output = secpvm(&lab, (variable, value.as_ref()), &[], "quit\n");
        assert_refused(&lab, &output, reason);
    }
}

#[test]
fn what_is_wrong_with_a_hostfile_is_told() {
    let lab = hosts(2);
    shell(
        &lab,
        "host1",
        "printf 'host2\nhost9\nhost2 zz=1\n' > $PVM_TMP/nodes",
    );
    let nodes = shell(&lab, "host1", "printf $PVM_TMP/nodes");
    let output = secpvm(&lab, ("NONE", "".as_ref()), &[&nodes], "quit\n");
    let error = text(&output.stderr);
    for told in ["2: host9: can't gethostbyname", "unknown option \"zz=1\""] {
        let line = |line: &str| line.starts_with("secpvm: hostfile: ") && line.contains(told);
        assert!(error.lines().any(line), "{error}");
    }
    assert_eq!(output.status.code(), Some(1), "{error}");
}

/// Spaces and bytes that are no text, in the names of a daemon's files.
#[test]
fn a_machine_runs_wherever_pvm_does() {
    let lab = hosts(1);
    let folder = shell(
        &lab,
        "host1",
        "mkdir \"$PVM_TMP/a b\" && printf %s \"$PVM_TMP/a b\"",
    );
    let odd = OsString::from_vec(b"a \xff".into());
    for variable in [("PVM_TMP", folder.as_ref()), ("PVM_VMID", odd.as_os_str())] {
        let secpvm = |arguments: &[&str], input| secpvm(&lab, variable, arguments, input);
        assert!(secpvm(&["-e3des"], "quit\n").status.success());
        let status = secpvm(&["status"], "");
        assert!(
            text(&status.stdout).contains("3des-ctr+keyed-md5"),
            "{status:?}"
        );
        let other = secpvm(&["-e", "idea"], "");
        assert!(text(&other.stderr).contains("uses 3des"), "{other:?}");
        let halt = secpvm(&[], "halt\n");
        assert!(text(&halt.stderr).contains("attaching"), "{halt:?}");
        wait_until("the machine has ended", || {
            text(&secpvm(&["status"], "").stderr).contains("no machine of yours")
        });
    }
}

/// A stock daemon is seen wherever it is: nothing attaches to it.
#[test]
fn a_plain_daemon_is_seen_under_an_odd_name() {
    let lab = hosts(1);
    let odd = OsString::from_vec(b"\xff".into());
    let vmid = ("PVM_VMID", odd.as_os_str());
    assert!(console(&lab, vmid, &["pvm"], "quit\n").status.success());
    let output = secpvm(&lab, vmid, &[], "quit\n");
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    assert!(error.contains("a plain pvmd of yours"), "{error}");
}
