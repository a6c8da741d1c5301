//! Hosts that join by static keys, and a man in the middle who can do what he likes with the remote
//! shell.

use secpvm::keys::PublicKey;
use secpvm::lab::Lab;

use crate::keyring::Keyring;
use crate::machine::{Session, hosts, run};

const ADD: &str = "add host2\nconf\nquit\n";

fn fingerprint(key: &str) -> String {
    key.parse::<PublicKey>().unwrap().fingerprint()
}

/// Host2 is not added, and lines of ours say why.
fn assert_refused(lab: &Lab, session: &Session, reasons: &[&str]) {
    assert!(session.stdout.contains("0 successful"), "{session:?}");
    for reason in reasons {
        assert!(
            session
                .stderr
                .lines()
                .any(|line| line.contains("secpvm: ") && line.contains(reason)),
            "{reason}: {session:?}"
        );
    }
    assert!(!lab.host("host2").has_pvmd().unwrap());
}

#[test]
fn hosts_that_know_each_other_make_a_machine() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    keyring.introduce(&lab);
    let added = keyring.secpvm(&lab, "host1", &["--keys"], ADD);
    assert!(added.stdout.contains("1 successful"), "{added:?}");
    assert!(added.stderr.is_empty(), "{added:?}");
    assert_eq!(run(&lab, "secret", &[]), "THE EAGLE LANDS AT MIDNIGHT\n");

    // The master remembers: a console that says nothing of keys adds hosts by keys too.
    let again = keyring.secpvm(&lab, "host1", &[], "delete host2\nquit\n");
    assert!(again.stdout.contains("1 successful"), "{again:?}");
    keyring.done(&lab, "host1", &["known-hosts", "remove", "host2"]);
    crate::machine::wait_until("host2's daemon has ended", || {
        !lab.host("host2").has_pvmd().unwrap()
    });
    let unknown = keyring.secpvm(&lab, "host1", &[], ADD);
    assert_refused(
        &lab,
        &unknown,
        &["its key is not known here", "known-hosts add host2 KEY"],
    );
}

#[test]
fn a_console_does_not_mistake_a_machine_without_keys_for_one_with() {
    let lab = hosts(1);
    let keyring = Keyring::new();
    let without = keyring.secpvm(&lab, "host1", &["--keys"], "quit\n");
    assert_eq!(without.code, Some(1), "{without:?}");
    assert!(
        without.stderr.contains("make one, secpvm keygen"),
        "{without:?}"
    );
    keyring.keygen(&lab, "host1");
    keyring.done(&lab, "host1", &[]);
    let other = keyring.secpvm(&lab, "host1", &["--keys"], "quit\n");
    assert_eq!(other.code, Some(1), "{other:?}");
    assert!(
        other.stderr.contains("by trust in the remote shell"),
        "{other:?}"
    );
}

#[test]
fn an_unknown_or_changed_key_is_refused_with_both_fingerprints() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let [master, slave] = keyring.introduce(&lab);
    let add = |arguments: &[&str]| keyring.secpvm(&lab, "host1", arguments, ADD);

    let by_channel = add(&[]);
    assert_refused(
        &lab,
        &by_channel,
        &["takes joins by static keys only", "secpvm --keys"],
    );
    keyring.secpvm(&lab, "host1", &[], "halt\n");
    crate::machine::wait_until("the machine has ended", || {
        !lab.host("host1").has_pvmd().unwrap()
    });

    let replace = ["known-hosts", "add", "--replace", "host2", &master];
    keyring.done(&lab, "host1", &replace);
    let changed = add(&["--keys"]);
    let expected = format!("the key expected is {}", fingerprint(&master));
    let found = format!("this host's key is {}", fingerprint(&slave));
    assert_refused(&lab, &changed, &[&expected, &found]);

    let replace = ["known-hosts", "add", "--replace", "host2", &slave];
    keyring.done(&lab, "host1", &replace);
    let replace = ["known-masters", "add", "--replace", "host1", &slave];
    keyring.done(&lab, "host2", &replace);
    let found = format!("the master's key {} is not known", fingerprint(&master));
    assert_refused(
        &lab,
        &add(&["--keys"]),
        &[&found, "known-masters add NAME KEY"],
    );

    std::fs::write(
        keyring.config("host1").join("secpvm/known-hosts"),
        "# one\nhost2 x\n",
    )
    .unwrap();
    assert_refused(
        &lab,
        &add(&["--keys"]),
        &["known-hosts:2: not a name and a key"],
    );
}

/// A remote shell whose wire somebody holds: he does not pass the command on, but plays host2
/// himself, with the program that is there for it and a key of his own, and keeps what he gets.
const PLAYS_HOST2: &str = "for last; do :; done\n\
    case \"$last\" in *' responder '*) ;; *) exec /dev/shm/rsh \"$@\" ;; esac\n\
    XDG_CONFIG_HOME=$0.d/outsider SECPVM_KEYLOG=$0.stolen exec sh -c \"$last\"";

/// An attacker on the way to host2, who has keys, and calls himself a friend of host1.
fn attack(lab: &Lab, arguments: &[&str], keyring: &Keyring) -> Session {
    keyring.script("rsh", PLAYS_HOST2);
    keyring.secpvm(lab, "host1", arguments, ADD)
}

#[test]
fn a_man_in_the_middle_is_no_host_by_keys() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    let [master, slave] = keyring.introduce(&lab);
    let attackers = keyring.keygen(&lab, "outsider");
    // He takes host1 for his master, to get as far as he can.
    std::fs::write(
        keyring.config("outsider").join("secpvm/known-masters"),
        format!("host1 {master}\n"),
    )
    .unwrap();
    let session = attack(&lab, &["--keys"], &keyring);
    assert_refused(
        &lab,
        &session,
        &[
            &format!("this host's key is {}", fingerprint(&attackers)),
            &format!("the key expected is {}", fingerprint(&slave)),
        ],
    );
    assert!(!keyring.path().join("rsh.stolen").exists());
}

/// Why the remote shell has to be ssh where there are no keys: with one that anybody can play the far
/// end of, the attacker gets the session of the machine.
#[test]
fn a_man_in_the_middle_of_a_plain_rsh_gets_the_session() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    attack(&lab, &[], &keyring);
    let stolen = std::fs::read_to_string(keyring.path().join("rsh.stolen")).unwrap();
    assert!(stolen.lines().count() == 1, "{stolen}");
}

/// The attacker turns to host2, and wants it for a machine of his own.
#[test]
fn a_host_with_keys_serves_no_strange_master() {
    let lab = hosts(3);
    let keyring = Keyring::new();
    let [_, slave] = keyring.introduce(&lab);
    let attackers = keyring.keygen(&lab, "host3");
    keyring.done(&lab, "host3", &["known-hosts", "add", "host2", &slave]);
    let by_channel = keyring.secpvm(&lab, "host3", &[], ADD);
    assert_refused(&lab, &by_channel, &["takes joins by static keys only"]);
    keyring.secpvm(&lab, "host3", &[], "halt\n");
    crate::machine::wait_until("his machine has ended", || {
        !lab.host("host3").has_pvmd().unwrap()
    });
    let by_keys = keyring.secpvm(&lab, "host3", &["--keys"], ADD);
    let reason = format!("the master's key {} is not known", fingerprint(&attackers));
    assert_refused(&lab, &by_keys, &[&reason]);
}
