//! Real remote shells and ordinary users.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use nix::unistd::Uid;
use secpvm::lab::Lab;

use crate::machine::{GCM, programs, run, text, tree};

const NOBODY: u32 = 65534;

#[test]
fn a_host_is_added_over_openssh() {
    assert!(
        Uid::effective().is_root(),
        "only root can start an sshd on each host: sudo cargo test -p secpvm --test secured openssh"
    );
    let lab = Lab::builder(tree("bin/secpvm"))
        .ssh(true)
        .programs(programs());
    let lab = lab.start().unwrap();
    lab.start_machine(GCM).unwrap();
    assert_eq!(run(&lab, "secret", &[]), "THE EAGLE LANDS AT MIDNIGHT\n");
}

/// A copy of the built tree and the programs that everyone can read, and write in.
pub fn public_copy() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for folder in ["", "bin", "lib", "lib/secpvm", "programs", "tmp"] {
        let folder = dir.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    for file in [
        "bin/secpvm",
        "lib/libsecpvm_core.so.0",
        "lib/libsecpvm_pvm3.so.0",
        "lib/secpvm/secpvm-join",
        "lib/secpvm/secpvm-pvmd.so",
    ] {
        fs::copy(tree(file), dir.path().join(file)).unwrap();
    }
    fs::copy(
        programs().join("secret"),
        dir.path().join("programs/secret"),
    )
    .unwrap();
    if Uid::effective().is_root() {
        chown(dir.path().join("tmp"), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    dir
}

/// Run `program` as an ordinary user.
fn as_user(dir: &Path, program: PathBuf, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(dir)
        .env("HOME", dir)
        .env("PVM_TMP", dir.join("tmp"))
        .stdin(Stdio::null());
    if Uid::effective().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command.output().unwrap()
}

#[test]
fn a_laboratory_needs_no_root() {
    let dir = public_copy();
    let programs = dir.path().join("programs");
    let programs = programs.to_str().unwrap();
    let output = as_user(
        dir.path(),
        dir.path().join("bin/secpvm"),
        &["lab", "--programs", programs, "--", "secret"],
    );
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stdout), "THE EAGLE LANDS AT MIDNIGHT\n");
}

/// A daemon that guards its keys can't be looked into, and yet says which suite it has.
#[test]
fn a_console_knows_the_suite_of_a_running_machine() {
    let dir = public_copy();
    let secpvm = dir.path().join("bin/secpvm").display().to_string();
    let console = |arguments: &str, command: &str| {
        let script = format!("echo {command} | {secpvm} {arguments}");
        as_user(dir.path(), "/bin/sh".into(), &["-c", &script])
    };
    let [first, same, any, other] = [
        "-e chacha20-poly1305",
        "-e chacha20-poly1305",
        "",
        "-e 3des",
    ]
    .map(|arguments| console(arguments, "quit"));
    // Before anything can fail: this daemon runs in no laboratory, and would stay.
    console("", "halt");

    assert!(
        first.status.success() && first.stderr.is_empty(),
        "{first:?}"
    );
    for attached in [same, any] {
        let said = text(&attached.stderr);
        assert!(
            attached.status.success() && said.contains("attaching to your running machine"),
            "{said}"
        );
        assert!(said.contains("chacha20-poly1305"), "{said}");
    }
    assert_eq!(other.status.code(), Some(1), "{other:?}");
    assert!(
        text(&other.stderr).contains("uses chacha20-poly1305, not 3des-ctr+keyed-md5"),
        "{other:?}"
    );
}
