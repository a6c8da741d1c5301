//! The options of a hostfile, and remote shells of other kinds, on secured machines.

use std::fs;
use std::path::PathBuf;

use nix::unistd::Uid;
use secpvm::lab::Lab;

use crate::keyring::Keyring;
use crate::machine::{Session, console, hosts, programs, run, tree, wait_until};

/// Start a machine from a hostfile with one line for host2, and give its console commands.
fn start(lab: &Lab, keyring: &Keyring, line: &str, commands: &str) -> Session {
    let hostfile = keyring.path().join("hostfile");
    fs::write(&hostfile, format!("host1\n{line}\n")).unwrap();
    let variables = [format!("PVM_RSH={}", keyring.path().join("rsh").display())];
    let command = ["secpvm", hostfile.to_str().unwrap()];
    console(lab, "host1", &variables, &command, commands)
}

/// A remote shell that writes down how it was called.
fn telling_rsh(keyring: &Keyring) -> PathBuf {
    keyring.script(
        "rsh",
        "echo \"$@\" >> $0.calls\nfor command; do :; done\nexec /dev/shm/rsh host2 \"$command\"",
    );
    keyring.path().join("rsh.calls")
}

#[test]
fn speed_directory_and_path_are_the_hosts_own() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    telling_rsh(&keyring);
    for directory in ["programs", "work"] {
        fs::create_dir(keyring.path().join(directory)).unwrap();
    }
    let dir = keyring.path().display();
    keyring.script(
        "programs/tell-where",
        &format!("pwd > {dir}/where.new\nmv {dir}/where.new {dir}/where"),
    );
    let line = format!("host2 sp=777 ep={dir}/programs wd={dir}/work");
    let session = start(
        &lab,
        &keyring,
        &line,
        "conf\nspawn -host2 tell-where\nquit\n",
    );
    assert!(
        session.stdout.contains("2 hosts, 1 data format"),
        "{session:?}"
    );
    let host2 = session
        .stdout
        .lines()
        .find(|line| line.trim_start().starts_with("host2 "));
    assert!(
        host2.is_some_and(|line| line.contains(" 777 ")),
        "{session:?}"
    );
    wait_until("the program has told where it is", || {
        keyring.path().join("where").exists()
    });
    let place = fs::read_to_string(keyring.path().join("where")).unwrap();
    assert_eq!(place, format!("{dir}/work\n"));
}

#[test]
fn a_login_goes_to_the_remote_shell() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let calls = telling_rsh(&keyring);
    let session = start(&lab, &keyring, "host2 lo=someone", "conf\nquit\n");
    assert!(
        session.stdout.contains("2 hosts, 1 data format"),
        "{session:?}"
    );
    let calls = fs::read_to_string(calls).unwrap();
    assert!(calls.starts_with("host2 -l someone "), "{calls}");
}

/// The name is what the machine calls it; the address is where it is.
#[test]
fn a_host_may_be_reached_by_another_address() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let calls = telling_rsh(&keyring);
    let session = start(&lab, &keyring, "bigone ip=host2", "conf\nquit\n");
    assert!(session.stdout.contains(" bigone "), "{session:?}");
    assert!(fs::read_to_string(calls).unwrap().starts_with("host2 "));
    assert_eq!(run(&lab, "secret", &[]), "THE EAGLE LANDS AT MIDNIGHT\n");
}

#[test]
fn another_command_may_start_pvmd() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    telling_rsh(&keyring);
    let wrapper = keyring.script(
        "wrapper",
        "echo a word before\nexec nice /usr/bin/pvmd \"$@\"",
    );
    let line = format!("host2 dx={}", wrapper.display());
    let session = start(&lab, &keyring, &line, "conf\nquit\n");
    assert!(
        session.stdout.contains("2 hosts, 1 data format"),
        "{session:?}"
    );
    assert_eq!(run(&lab, "secret", &[]), "THE EAGLE LANDS AT MIDNIGHT\n");
}

/// Told as soon as it is seen, and not after PVM's three minutes.
#[test]
fn a_command_that_starts_no_secured_pvmd_is_refused() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    telling_rsh(&keyring);
    let copy = keyring.path().join("pvmd-of-mine");
    fs::copy("/usr/bin/pvmd", &copy).unwrap();
    let unset = keyring.script("unset", "unset LD_PRELOAD\nexec /usr/bin/pvmd \"$@\"");
    for (command, reason) in [
        (copy.to_str().unwrap(), "is something else, and not secured"),
        (
            unset.to_str().unwrap(),
            "is something else, and not secured",
        ),
        ("/bin/true", "what should be a pvmd has ended"),
        ("/no/such/pvmd", "cannot execute /no/such/pvmd"),
    ] {
        let line = format!("& host2 dx={command}");
        let session = start(&lab, &keyring, &line, "add host2\nconf\nquit\n");
        assert!(session.stdout.contains("0 successful"), "{session:?}");
        assert!(
            session.stdout.contains("1 host, 1 data format"),
            "{session:?}"
        );
        assert!(session.stderr.contains(reason), "{command}: {session:?}");
        console(&lab, "host1", &[], &["pvm"], "halt\n");
        wait_until("the machine has ended", || {
            !lab.host("host1").has_pvmd().unwrap()
        });
    }
}

#[test]
fn a_password_is_refused_with_what_to_do() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    telling_rsh(&keyring);
    let session = start(&lab, &keyring, "& host2 so=pw", "add host2\nquit\n");
    assert!(session.stdout.contains("0 successful"), "{session:?}");
    for part in ["so=pw is refused", "in clear", "so=ms"] {
        assert!(session.stderr.contains(part), "{session:?}");
    }
}

/// Real ssh, told the user in either of two ways.
#[test]
fn openssh_logs_in_as_another_user() {
    assert!(
        Uid::effective().is_root(),
        "only root can start an sshd on each host"
    );
    for (line, script) in [
        ("host2 lo=root", "exec /dev/shm/rsh \"$@\""),
        (
            "host2",
            "host=$1; shift\nexec /dev/shm/rsh \"root@$host\" \"$@\"",
        ),
    ] {
        let lab = Lab::builder(tree("bin/secpvm"))
            .ssh(true)
            .programs(programs());
        let lab = lab.start().unwrap();
        let keyring = Keyring::new();
        keyring.script("rsh", script);
        let session = start(&lab, &keyring, line, "conf\nquit\n");
        assert!(
            session.stdout.contains("2 hosts, 1 data format"),
            "{session:?}"
        );
        assert_eq!(run(&lab, "secret", &[]), "THE EAGLE LANDS AT MIDNIGHT\n");
    }
}
