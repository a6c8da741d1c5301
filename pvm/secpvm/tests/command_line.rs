//! What the command says to those who use it wrongly.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use secpvm_core::suite::Suite;

fn secpvm(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_secpvm"))
        .args(arguments)
        .output()
        .unwrap()
}

fn usage_error(arguments: &[&str]) -> String {
    let output = secpvm(arguments);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn an_unknown_cipher_is_answered_with_the_known_ones() {
    for arguments in [&["-e", "rot13"][..], &["lab", "-e", "rot13", "--", "true"]] {
        let error = usage_error(arguments);
        for suite in Suite::ALL {
            assert!(
                error.contains(suite.cipher().unwrap_or_default()),
                "{error}"
            );
        }
    }
}

#[test]
fn an_unknown_mac_is_answered_with_the_known_ones() {
    assert!(usage_error(&["-e3des", "-acrc32"]).contains("keyed-md5"));
}

#[test]
fn a_mac_beside_an_aead_is_explained() {
    assert!(usage_error(&["-e", "aes-256-gcm", "-amd5"]).contains("takes no MAC"));
}

#[test]
fn a_level_that_does_not_go_with_the_rest_is_explained() {
    assert!(usage_error(&["--level", "authenticate", "-e3des"]).contains("--level encrypt"));
    assert!(usage_error(&["--level", "none", "-amd5"]).contains("--level authenticate"));
    assert!(usage_error(&["--level", "some"]).contains("encrypt"));
}

#[test]
fn an_incomplete_tree_is_one_line_of_error() {
    let output = secpvm(&["-e3des"]);
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(
        error.contains("secpvm-pvmd.so is missing") && error.lines().count() == 1,
        "{error}"
    );
}

#[test]
fn help_has_every_suite_and_no_colour_in_a_file() {
    let help = String::from_utf8(secpvm(&["--help"]).stdout).unwrap();
    for suite in Suite::ALL {
        assert!(
            suite
                .cipher()
                .or(suite.mac())
                .is_some_and(|name| help.contains(name)),
            "{help}"
        );
    }
    assert!(
        !help.contains('\x1b') && !help.contains("lab-init"),
        "{help}"
    );
}

/// The commands that have something to print, in a home where they have.
fn with_results(home: &Path) -> Vec<Command> {
    let secpvm = |arguments: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_secpvm"));
        command.env_remove("XDG_CONFIG_HOME").env("HOME", home);
        command.args(arguments.split(' '));
        command
    };
    let add = format!("known-hosts add host2 {}", "1".repeat(64));
    for first in ["keygen", &add] {
        assert!(secpvm(first).output().unwrap().status.success());
    }
    let all = [
        "keygen --show",
        "keygen --show --json",
        "known-hosts list",
        "known-hosts list --json",
        "doctor",
        "doctor --json",
        "kat",
    ];
    all.map(secpvm).into()
}

#[test]
fn a_result_that_cannot_be_written_is_one_line_of_error() {
    let home = tempfile::tempdir().unwrap();
    for mut command in with_results(home.path()) {
        command.stdout(File::create("/dev/full").unwrap());
        let output = command.stderr(Stdio::piped()).spawn().unwrap();
        let output = output.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        let error = String::from_utf8(output.stderr).unwrap();
        let line = "secpvm: writing the result: No space left on device (os error 28)\n";
        assert_eq!(error, line, "{command:?}");
    }
}

/// As `head` does.
#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let home = tempfile::tempdir().unwrap();
    for mut command in with_results(home.path()) {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (reader, gone) = std::io::pipe().unwrap();
        drop(reader);
        // Here nothing can be started: that is what the doctor's status says.
        let expected = i32::from(format!("{command:?}").contains("doctor"));
        let status = command.stdout(writer).stderr(gone).status().unwrap();
        assert_eq!(status.code(), Some(expected), "{command:?}");
    }
}
