//! Starts by hand: codes that a person carries between two terminals.

use secpvm::lab::Lab;

use crate::keyring::Keyring;
use crate::machine::{console, hosts, run, wait_until};
use crate::terminal::Terminal;

/// A hostfile, and the console on host1 that has just been told to add host2.
fn adding(lab: &Lab, keyring: &Keyring, option: &str) -> Terminal {
    let hostfile = keyring.path().join("hostfile");
    std::fs::write(&hostfile, "& host2 so=ms\n").unwrap();
    let command = format!("secpvm {option} {}", hostfile.display());
    let mut console = Terminal::new(lab, "host1", &keyring.variables("host1"), &command);
    console.await_text("pvm> ");
    console.type_in("add host2\n");
    console.await_text("*** Manual start of host2 ***");
    console
}

fn joining(lab: &Lab, keyring: &Keyring) -> Terminal {
    Terminal::new(lab, "host2", &keyring.variables("host2"), "secpvm join")
}

fn assert_works(lab: &Lab, mut console: Terminal, join: Terminal) {
    console.await_text("1 successful");
    assert_eq!(join.end(), Some(0));
    assert_eq!(run(lab, "secret", &[]), "THE EAGLE LANDS AT MIDNIGHT\n");
    console.type_in("quit\n");
    assert_eq!(console.end(), Some(0));
}

/// The host says why, and no daemon runs there.
fn assert_refused(lab: &Lab, join: Terminal, reason: &str) {
    join.await_text(reason);
    assert_eq!(join.end(), Some(1));
    assert!(!lab.host("host2").has_pvmd().unwrap());
}

#[test]
fn a_host_is_started_by_three_codes() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let mut console = adding(&lab, &keyring, "");
    let mut join = joining(&lab, &keyring);
    console.paste(&join.code('A'));
    join.paste(&console.code('B'));
    console.paste(&join.code('C'));
    assert_works(&lab, console, join);
}

#[test]
fn by_static_keys_one_code_each_way_is_enough() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    keyring.introduce(&lab);
    let mut console = adding(&lab, &keyring, "--keys");
    let mut join = joining(&lab, &keyring);
    join.paste(&console.code('K'));
    console.paste(&join.code('L'));
    assert_works(&lab, console, join);
}

/// The report's own way: a command to type there, and pvmd's line to paste here. The exchange brings
/// the key later.
#[test]
fn a_host_of_1997_is_started_by_a_command_and_a_line() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let mut console = adding(&lab, &keyring, "--profile classic-1997");
    console.await_text("Paste here what it prints:");
    let command = console.line_with(" slave-1997 classic-1997:3des ");
    let slave = Terminal::new(&lab, "host2", &[], &command);
    slave.await_text("dsig<");
    let line = slave.line_with("ddpro<");
    assert_eq!(slave.end(), Some(0));
    console.type_in(&format!("{}\n", &line[..line.len() - 1]));
    console.await_text("That is not the line of this host's pvmd");
    console.type_in(&format!("{line}\n"));
    console.await_text("1 successful");
    assert_eq!(run(&lab, "secret", &[]), "THE EAGLE LANDS AT MIDNIGHT\n");
    let log = lab.host("host2").log();
    assert!(log.contains("DM_SESSKEYACK sent"), "{log}");
    console.type_in("quit\n");
    assert_eq!(console.end(), Some(0));
}

#[test]
fn a_mistake_is_told_at_once_and_mended() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let mut console = adding(&lab, &keyring, "");
    let mut join = joining(&lab, &keyring);
    let request = join.code('A');
    console.type_in(&format!("{}x\n", request[0]));
    console.await_text("That is not as it was printed: paste line A1/... again.");
    console.paste(&request);
    let grant = console.code('B');
    join.type_in(&format!("{}\n", grant[1]));
    join.await_text("Line B1/... comes first.");
    join.paste(&grant);
    console.paste(&join.code('C'));
    assert_works(&lab, console, join);
}

/// A code that was made for another: somebody mixed two up, or put himself in between.
#[test]
fn a_code_for_another_is_refused() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let mut console = adding(&lab, &keyring, "");
    let other = joining(&lab, &keyring);
    let mut join = joining(&lab, &keyring);
    join.code('A');
    console.paste(&other.code('A'));
    let grant = console.code('B');
    join.paste(&grant);
    assert_refused(&lab, join, "the code is not an answer to the one above");
    // The user gives up, and the console goes on.
    console.type_in("\u{4}");
    console.await_text("0 successful");
    console.await_text("Can't start pvmd");
    console.type_in("conf\n");
    console.await_text("1 host, 1 data format");
}

#[test]
fn with_keys_a_strange_master_or_host_is_refused() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let [master, slave] = keyring.introduce(&lab);
    // The host that the master knows has another key.
    let replace = ["known-hosts", "add", "--replace", "host2", &master];
    keyring.done(&lab, "host1", &replace);
    let console = adding(&lab, &keyring, "--keys");
    let mut join = joining(&lab, &keyring);
    join.paste(&console.code('K'));
    assert_refused(&lab, join, "the code is for another key than this host's");
    drop(console);
    keyring.secpvm(&lab, "host1", &[], "halt\n");
    wait_until("the machine has ended", || {
        !lab.host("host1").has_pvmd().unwrap()
    });

    // The master is one that the host does not know.
    let replace = ["known-hosts", "add", "--replace", "host2", &slave];
    keyring.done(&lab, "host1", &replace);
    let replace = ["known-masters", "add", "--replace", "host1", &slave];
    keyring.done(&lab, "host2", &replace);
    let console = adding(&lab, &keyring, "--keys");
    let mut join = joining(&lab, &keyring);
    join.paste(&console.code('K'));
    assert_refused(&lab, join, "is not known here");
}

#[test]
fn a_host_with_keys_and_a_master_without_do_not_come_together() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    keyring.introduce(&lab);
    // A machine by keys, a host that lists no masters.
    std::fs::remove_file(keyring.config("host2").join("secpvm/known-masters")).unwrap();
    let console = adding(&lab, &keyring, "--keys");
    let mut join = joining(&lab, &keyring);
    join.code('A');
    join.paste(&console.code('K'));
    assert_refused(&lab, join, "this host lists no masters");
}

#[test]
fn without_a_terminal_there_is_no_manual_start() {
    let lab = hosts(2);
    let without = ["setsid", "-w", "secpvm"];
    let session = console(&lab, "host1", &[], &without, "add 'host2 so=ms'\nquit\n");
    let log = lab.host("host1").log();
    assert!(
        session.stdout.contains("0 successful"),
        "{session:?}\n{log}"
    );
    let reason = "needs a console that runs on a terminal";
    assert!(session.stderr.contains(reason), "{session:?}");
}
