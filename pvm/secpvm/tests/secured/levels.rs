//! Every choice of the report's section 3.1, in both profiles: what the daemons say they do, and what
//! is seen of a message on the wire.

use serde_json::Value;

use secpvm::lab::Security;
use secpvm_core::packet::classic::Protection;

use crate::machine::{
    GCM, Session, captured, console, hosts, machine, output, run, text, tree, wait_until,
};
use crate::wire::{UDP, protocols, readable};

const TEXTS: [&str; 2] = ["the eagle lands at midnight", "THE EAGLE LANDS AT MIDNIGHT"];

/// Arguments, what the daemons say, and whether messages can be read.
const CHOICES: [(&str, &str, bool); 29] = [
    ("", "aes-256-gcm", false),
    ("--require", "aes-256-gcm", false),
    ("--level encrypt", "aes-256-gcm", false),
    ("--level authenticate", "hmac-sha256", true),
    ("--level none", "nothing", true),
    ("-edes", "des-ctr+keyed-md5", false),
    ("-e3des", "3des-ctr+keyed-md5", false),
    ("-eidea", "idea-ctr+keyed-md5", false),
    ("-erc4", "rc4+keyed-md5", false),
    ("-amd5", "keyed-md5", true),
    ("-edes -amd5", "des-ctr+keyed-md5", false),
    ("-e3des -amd5", "3des-ctr+keyed-md5", false),
    ("-eidea -amd5", "idea-ctr+keyed-md5", false),
    ("-erc4 -amd5", "rc4+keyed-md5", false),
    ("-echacha20-poly1305", "chacha20-poly1305", false),
    ("--profile current -e aes-256-gcm", "aes-256-gcm", false),
    ("--profile classic-1997", "classic-1997 3des+md5", false),
    (
        "--profile classic-1997 --level none",
        "classic-1997 plain",
        true,
    ),
    (
        "--profile classic-1997 --level authenticate",
        "classic-1997 md5",
        true,
    ),
    (
        "--profile classic-1997 --level encrypt",
        "classic-1997 3des+md5",
        false,
    ),
    ("--profile classic-1997 -amd5", "classic-1997 md5", true),
    (
        "--profile classic-1997 -edes",
        "classic-1997 des+md5",
        false,
    ),
    (
        "--profile classic-1997 -e3des",
        "classic-1997 3des+md5",
        false,
    ),
    (
        "--profile classic-1997 -eidea",
        "classic-1997 idea+md5",
        false,
    ),
    (
        "--profile classic-1997 -erc4",
        "classic-1997 rc4+md5",
        false,
    ),
    (
        "--profile classic-1997 -edes -amd5",
        "classic-1997 des+md5",
        false,
    ),
    (
        "--profile classic-1997 -e3des -amd5",
        "classic-1997 3des+md5",
        false,
    ),
    (
        "--profile classic-1997 -eidea -amd5",
        "classic-1997 idea+md5",
        false,
    ),
    (
        "--profile classic-1997 -erc4 -amd5",
        "classic-1997 rc4+md5",
        false,
    ),
];

/// What is refused before anything starts, and a word of the reason.
const REFUSED: [(&str, &str); 9] = [
    ("--level none -edes", "leave out -e"),
    ("--level none -amd5", "leave out -a"),
    ("--level none --require", "leave out one of them"),
    ("--level authenticate -edes", "leave out -e"),
    ("-eaes-256-gcm -amd5", "takes no MAC"),
    (
        "--profile classic-1997 -eaes-256-gcm",
        "has no 'aes-256-gcm'",
    ),
    (
        "--profile classic-1997 -ahmac-sha256",
        "has no 'hmac-sha256'",
    ),
    ("--profile classic-1997 --level none -edes", "leave out -e"),
    (
        "--profile classic-1998",
        "possible values: current, classic-1997",
    ),
];

fn secpvm(arguments: &str) -> Vec<String> {
    let path = tree("bin/secpvm").display().to_string();
    let words = arguments.split_whitespace().map(str::to_owned);
    [path].into_iter().chain(words).collect()
}

#[test]
fn each_choice_protects_what_it_says() {
    for (arguments, suite, can_be_read) in CHOICES {
        let lab = hosts(2);
        let command = secpvm(arguments);
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let started = console(&lab, "host1", &[], &command, "add host2\nquit\n");
        assert!(
            started.stdout.contains("1 successful"),
            "{arguments}: {started:?}"
        );
        let frames = captured(&lab, || {
            run(&lab, "secret", &[]);
        });
        let shown = TEXTS.map(|text| readable(&frames, &[text]) > 0);
        assert_eq!(shown, [can_be_read; 2], "{arguments}");
        for host in ["host1", "host2"] {
            let says = format!("secpvm: sealing with {suite}");
            wait_until("its log names it", || lab.host(host).log().contains(&says));
            let status = console(&lab, host, &[], &[command[0], "status", "--json"], "");
            let status: Value = serde_json::from_str(&status.stdout).unwrap();
            assert_eq!(status["suite"], suite, "{arguments}");
            assert_eq!(lab.host(host).dropped().total, 0, "{arguments}");
        }
        attaches_to_its_own_kind_only(&lab, &command, suite, &started);
    }
}

/// The same words attach to the machine, others don't, and what is weak is warned of.
fn attaches_to_its_own_kind_only(
    lab: &secpvm::lab::Lab,
    command: &[&str],
    suite: &str,
    started: &Session,
) {
    let good = ["aes-256-gcm", "chacha20-poly1305"].contains(&suite);
    assert_eq!(
        started.stderr.contains("secpvm: warning: "),
        !good,
        "{started:?}"
    );
    let again = console(lab, "host1", &[], command, "quit\n");
    assert_eq!(again.code, Some(0), "{again:?}");
    let other = if suite.starts_with("classic") {
        "current"
    } else {
        "classic-1997"
    };
    let other = console(
        lab,
        "host1",
        &[],
        &[command[0], "--profile", other],
        "quit\n",
    );
    assert_eq!(other.code, Some(1), "{other:?}");
    assert!(
        other.stderr.contains(&format!("uses {suite}, not ")),
        "{other:?}"
    );
}

#[test]
fn what_makes_no_sense_is_refused_with_what_to_do() {
    let lab = hosts(1);
    for (arguments, reason) in REFUSED {
        let command = secpvm(arguments);
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let refused = console(&lab, "host1", &[], &command, "quit\n");
        assert_eq!(refused.code, Some(2), "{arguments}: {refused:?}");
        assert!(refused.stderr.contains(reason), "{arguments}: {refused:?}");
        assert!(!lab.host("host1").has_pvmd().unwrap());
    }
}

/// Asks the daemon of its host for the session of its tasks, and prints it.
const ASK_FOR_SESSION: &str = "
import os, socket
service = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
service.connect(os.environ['PVM_TMP'] + '/secpvm.0.k')
service.send(bytes([1]))
print(service.recv(100).hex())
";

/// "Regardless of the level of security chosen, the secret PVM session key is always passed on to the
/// slave during daemon startup" (section 2.2).
#[test]
fn tasks_have_one_session_at_every_level() {
    for arguments in [
        "",
        "--level authenticate",
        "--level none",
        "--profile classic-1997 -edes",
        "--profile classic-1997 --level none",
    ] {
        let lab = hosts(2);
        let command = secpvm(arguments);
        let command: Vec<&str> = command.iter().map(String::as_str).collect();
        let started = console(&lab, "host1", &[], &command, "add host2\nquit\n");
        assert!(
            started.stdout.contains("1 successful"),
            "{arguments}: {started:?}"
        );
        let sessions = ["host1", "host2"].map(|host| {
            let asked = console(&lab, host, &[], &["python3", "-c", ASK_FOR_SESSION], "");
            assert_eq!(asked.code, Some(0), "{arguments}: {asked:?}");
            asked.stdout
        });
        assert_eq!(sessions[0], sessions[1], "{arguments}");
        assert!(
            sessions[0].starts_with("00"),
            "{arguments}: the status is good"
        );
        assert_eq!(sessions[0].trim_end().len(), 2 * (1 + 40), "{arguments}");
    }
}

#[test]
fn a_program_can_seal_its_messages_where_the_daemons_do_not() {
    let secpvm = tree("bin/secpvm");
    for security in [Security::Unsealed, Security::Classic(Protection::Plain)] {
        let lab = machine(2, security);
        let frames = captured(&lab, || {
            let answer = run(&lab, secpvm.to_str().unwrap(), &["run", "secret"]);
            assert_eq!(answer.trim_end(), TEXTS[1]);
        });
        assert_eq!(readable(&frames, &TEXTS), 0, "{security:?}");
    }
}

/// Direct routes are TCP in clear between the tasks: as in stock PVM where nothing is protected, and
/// declined elsewhere.
#[test]
fn direct_routes_are_made_only_where_nothing_is_protected() {
    for (security, direct) in [
        (Security::Unsealed, true),
        (Security::Classic(Protection::Plain), true),
        (Security::Classic(Protection::Authenticated), false),
        (GCM, false),
    ] {
        let lab = machine(2, security);
        let frames = captured(&lab, || {
            // Its exit status is 1 even at the end of a good run. It asks for a direct route.
            let timing = output(&lab, "/usr/bin/timing", &[]);
            assert!(text(&timing.stdout).contains("done"), "{timing:?}");
        });
        let others = protocols(&frames).iter().any(|&protocol| protocol != UDP);
        assert_eq!(others, direct, "{security:?}");
    }
}

/// A remote shell that changes what the slave is told: the join finds it out.
#[test]
fn a_slave_cannot_be_talked_into_another_mode() {
    let secpvm = tree("bin/secpvm").display().to_string();
    for (arguments, from, to) in [
        (&[][..], "responder", "responder --level none"),
        (
            &["--level", "none"][..],
            "responder --level none",
            "responder",
        ),
        (&[][..], "responder", "slave-1997 classic-1997:plain"),
        (
            &["--profile", "classic-1997"][..],
            "slave-1997 classic-1997:3des",
            "responder",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let shell = dir.path().join("rsh");
        let text = format!(
            "#!/bin/sh\nhost=$1; shift; exec /dev/shm/rsh $host \"$(echo \"$*\" | sed 's/{from}/{to}/')\"\n"
        );
        std::fs::write(&shell, text).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&shell, mode).unwrap();
        let lab = hosts(2);
        let variables = [format!("PVM_RSH={}", shell.display())];
        let command = [&[secpvm.as_str()], arguments].concat();
        let session = console(
            &lab,
            "host1",
            &variables,
            &command,
            "add host2\nconf\nquit\n",
        );
        assert!(session.stdout.contains("0 successful"), "{to}: {session:?}");
        assert!(
            session.stdout.contains("1 host, 1 data format"),
            "{to}: {session:?}"
        );
    }
}
