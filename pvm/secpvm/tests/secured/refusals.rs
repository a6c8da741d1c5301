//! Joins that must not succeed: PVM's own PvmCantStart, soon, and the reason for the user to see.

use std::path::Path;
use std::time::Duration;

use secpvm::lab::Lab;

use crate::machine::{self, Session, console, hosts, tree, write_script};

/// Two seconds at most (`MESSAGE_MS` of the join), and as much again for PVM and a busy computer.
const SOON: Duration = Duration::from_secs(4);
/// sed's way to change the last digit of message N of a join.
pub const ALTER: &str =
    r"{h;s/.*\(.\)$/\1/;y/0123456789abcdef/123456789abcdef0/;x;s/.$//;G;s/\n//}";

/// Has the console said in time that host2 can't start?
fn assert_refused(session: &Session) {
    assert!(session.stdout.contains("0 successful"), "{session:?}");
    assert!(session.stdout.contains("Can't start pvmd"), "{session:?}");
    assert!(session.took < SOON, "{session:?}");
    assert!(
        session.stdout.contains("1 host, 1 data format"),
        "the console has gone on: {session:?}"
    );
}

/// `add host2` on a secured machine, with `variables`; and the reason on the user's terminal.
/// No daemon is left on host2.
fn refuses(variables: &[String], reason: &str) {
    let lab = hosts(2);
    refuses_in(&lab, variables, reason);
    machine::wait_until("no daemon is left", || {
        !lab.host("host2").has_pvmd().unwrap()
    });
}

fn refuses_in(lab: &Lab, variables: &[String], reason: &str) {
    let _quiet = machine::quiet();
    let commands = "add host2\nconf\nquit\n";
    let session = console(lab, "host1", variables, &["secpvm"], commands);
    assert_refused(&session);
    assert_eq!(session.code, Some(1), "a script can tell: {session:?}");
    let reasons = session.stderr.lines().filter(|line| line.contains(reason));
    assert_eq!(reasons.count(), 1, "{session:?}");
    for line in session.stderr.lines() {
        assert!(line.contains("secpvm: "), "only our own lines: {session:?}");
    }
}

/// `add host2` on a plain machine whose remote daemon is started by `command`; and the reason in
/// the master's log, where PVM puts it.
fn plain_master_refuses(command: &str, reason: &str) {
    let lab = hosts(2);
    let _quiet = machine::quiet();
    let variables = [format!("PVM_DPATH={command}")];
    let session = console(
        &lab,
        "host1",
        &variables,
        &["pvm"],
        "add host2\nconf\nquit\n",
    );
    assert_refused(&session);
    let log = lab.host("host1").log();
    assert!(
        log.contains(&format!("stderr@host2: secpvm: {reason}")),
        "{log}"
    );
}

/// A remote shell that runs `script`, for commands that start a daemon; others, with which PVM's
/// console looks for the cause of a failure, go through.
pub fn with_shell(script: &str, test: impl FnOnce(&[String])) {
    let dir = tempfile::tempdir().unwrap();
    let shell = dir.path().join("rsh");
    let others = "case \"$*\" in *' responder '*) ;; *) exec /dev/shm/rsh \"$@\" ;; esac";
    write_script(&shell, &format!("{others}\n{script}"));
    test(&[format!("PVM_RSH={}", shell.display())]);
}

fn library(name: &str) -> String {
    tree(&Path::new("lib/secpvm").join(name).display().to_string())
        .display()
        .to_string()
}

/// It runs, for a while, on a host where the user can start what they like; but it is none of ours.
#[test]
fn a_plain_daemon_does_not_join() {
    let script =
        "host=$1; shift; exec /dev/shm/rsh $host \"$(echo \"$*\" | sed 's/.* responder //')\"";
    let reason = "host host2 runs a plain pvmd: refused";
    with_shell(script, |shell| refuses_in(&hosts(2), shell, reason));
}

#[test]
fn a_missing_join_is_told_with_its_path() {
    let missing = ["SECPVM_DPATH=/no/such/secpvm-join".to_owned()];
    refuses(
        &missing,
        "secpvm-join was not found there (/no/such/secpvm-join); set SECPVM_DPATH",
    );
}

#[test]
fn an_unreachable_host_is_told() {
    with_shell("exit 255", |shell| {
        refuses(shell, "the remote shell ended, exit status 255");
    });
}

#[test]
fn a_missing_remote_shell_is_told() {
    let missing = ["PVM_RSH=/no/such/rsh".to_owned()];
    refuses(&missing, "cannot execute the remote shell /no/such/rsh");
}

#[test]
fn an_altered_message_of_the_master_is_refused() {
    for number in [1, 3] {
        let script = format!("sed -u '/^secpvm-join 1 {number} /{ALTER}' | /dev/shm/rsh \"$@\"");
        let reason = "host2: secpvm: host host2: the join failed: the other end does not have";
        with_shell(&script, |shell| refuses(shell, reason));
    }
}

#[test]
fn an_altered_answer_is_refused() {
    let altering =
        |number| format!("/dev/shm/rsh \"$@\" | sed -u '/^secpvm-join 1 {number} /{ALTER}'");
    let reason = "the join failed: its answer is not authentic";
    with_shell(&altering(2), |shell| refuses(shell, reason));
    // Behind the last message the far end has done its part; its daemon is told of no master, and ends.
    with_shell(&altering(4), |shell| refuses(shell, reason));
}

/// Stock PVM believes it: an address that is none ends the master, an mtu of 0 takes all of its memory.
#[test]
fn what_a_new_daemon_tells_of_itself_is_looked_at() {
    for lie in ["s/ip<[^>]*>/ip<none>/", "s/mtu<[0-9]*>/mtu<0>/"] {
        let script = format!("/dev/shm/rsh \"$@\" | sed -u '{lie}'");
        let reason = "refused: what tells pvmd's address was altered, or is not from its pvmd";
        with_shell(&script, |shell| refuses(shell, reason));
    }
}

#[test]
fn a_join_that_stalls_is_given_up() {
    // Both ends give up after two seconds: either may be the first to say so.
    let script = "{ sed -u 1q; sleep 5; } | /dev/shm/rsh \"$@\"";
    with_shell(script, |shell| {
        refuses(shell, "host2: secpvm: host host2: ");
    });
}

#[test]
fn a_plain_master_is_refused_by_the_far_end() {
    let join = format!("{} responder /usr/bin/pvmd", library("secpvm-join"));
    plain_master_refuses(&join, "the master is a plain pvmd");
}

#[test]
fn a_secured_daemon_without_a_session_does_not_start() {
    let patched = format!("LD_PRELOAD={} /usr/bin/pvmd", library("secpvm-pvmd.so"));
    plain_master_refuses(&patched, "pvmd not started: no keys were handed over");
}
