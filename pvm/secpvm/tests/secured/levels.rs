//! Every choice of the report's section 3.1, in both profiles: what the daemons say they do, and what
//! is seen of a message on the wire.

use secpvm::lab::{Lab, Security};
use secpvm_core::packet::classic::Protection;

use crate::machine::{
    GCM, Session, captured, console, hosts, machine, output, run, text, wait_until, write_script,
};
use crate::status;
use crate::wire::{UDP, protocols, readable};

const TEXTS: [&str; 2] = ["the eagle lands at midnight", "THE EAGLE LANDS AT MIDNIGHT"];

/// Arguments, what the daemons say, and whether messages can be read.
const CURRENT: [(&str, &str, bool); 16] = [
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
];

/// The same behind `--profile classic-1997`, and behind that name.
const CLASSIC: [(&str, &str, bool); 13] = [
    ("", "3des+md5", false),
    ("--level none", "plain", true),
    ("--level authenticate", "md5", true),
    ("--level encrypt", "3des+md5", false),
    ("-amd5", "md5", true),
    ("-edes", "des+md5", false),
    ("-e3des", "3des+md5", false),
    ("-eidea", "idea+md5", false),
    ("-erc4", "rc4+md5", false),
    ("-edes -amd5", "des+md5", false),
    ("-e3des -amd5", "3des+md5", false),
    ("-eidea -amd5", "idea+md5", false),
    ("-erc4 -amd5", "rc4+md5", false),
];

/// What is refused before anything starts, and a word of the reason.
const REFUSED: [(&str, &str); 9] = [
    ("--level none -edes", "leave out -e"),
    ("--level none -amd5", "leave out -a"),
    ("--level none --require", "leave out one of them"),
    ("--level authenticate -edes", "leave out -e"),
    ("-eaes-256-gcm -amd5", "takes no MAC"),
    ("--profile classic-1997 -eaes-256-gcm", "has no 'aes-"),
    ("--profile classic-1997 -ahmac-sha256", "has no 'hmac-"),
    ("--profile classic-1997 --level none -edes", "leave out -e"),
    ("--profile classic-1998", "values: current, classic-1997"),
];

/// The console with `arguments`, which are apart by spaces, and `commands` for it.
fn secpvm(lab: &Lab, arguments: &str, commands: &str) -> Session {
    let words = ["secpvm"].into_iter().chain(arguments.split_whitespace());
    let command: Vec<&str> = words.collect();
    console(lab, "host1", &[], &command, commands)
}

/// Two hosts, and a machine on them that the console with `arguments` has started.
fn started(arguments: &str) -> (Lab, Session) {
    let lab = hosts(2);
    let session = secpvm(&lab, arguments, "add host2\nquit\n");
    let added = session.stdout.contains("1 successful");
    assert!(added, "{arguments}: {session:?}");
    (lab, session)
}

#[test]
fn each_choice_protects_what_it_says() {
    for (arguments, suite, can_be_read) in CURRENT {
        protects(arguments, suite, can_be_read);
    }
    for (arguments, name, can_be_read) in CLASSIC {
        let arguments = format!("--profile classic-1997 {arguments}");
        protects(&arguments, &format!("classic-1997 {name}"), can_be_read);
    }
}

fn protects(arguments: &str, suite: &str, can_be_read: bool) {
    let (lab, session) = started(arguments);
    let frames = captured(&lab, || {
        run(&lab, "secret", &[]);
    });
    let shown = TEXTS.map(|text| readable(&frames, &[text]) > 0);
    assert_eq!(shown, [can_be_read; 2], "{arguments}");
    for host in ["host1", "host2"] {
        let says = format!("secpvm: sealing with {suite}");
        wait_until("its log names it", || lab.host(host).log().contains(&says));
        assert_eq!(status::json(&lab, host)["suite"], suite, "{arguments}");
        assert_eq!(lab.host(host).dropped().total, 0, "{arguments}");
    }
    // What is weak is warned of.
    let good = ["aes-256-gcm", "chacha20-poly1305"].contains(&suite);
    let warned = session.stderr.contains("secpvm: warning: ");
    assert_eq!(warned, !good, "{session:?}");
    attaches_to_its_own_kind_only(&lab, arguments, suite);
}

/// The same words attach to the machine, others don't.
fn attaches_to_its_own_kind_only(lab: &Lab, arguments: &str, suite: &str) {
    let again = secpvm(lab, arguments, "quit\n");
    assert_eq!(again.code, Some(0), "{again:?}");
    let other = if suite.starts_with("classic") {
        "--profile current"
    } else {
        "--profile classic-1997"
    };
    let other = secpvm(lab, other, "quit\n");
    assert_eq!(other.code, Some(1), "{other:?}");
    let reason = format!("uses {suite}, not ");
    assert!(other.stderr.contains(&reason), "{other:?}");
}

#[test]
fn what_makes_no_sense_is_refused_with_what_to_do() {
    let lab = hosts(1);
    for (arguments, reason) in REFUSED {
        let refused = secpvm(&lab, arguments, "quit\n");
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
        let (lab, _) = started(arguments);
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
    for security in [Security::Unsealed, Security::Classic(Protection::Plain)] {
        let lab = machine(2, security);
        let frames = captured(&lab, || {
            let answer = run(&lab, "secpvm", &["run", "secret"]);
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
    let (sealed, clear) = ("responder", "responder --level none");
    let (plain, tdes) = ("classic-1997:plain", "classic-1997:3des");
    for (arguments, from, to) in [
        ("", sealed, clear),
        ("--level none", clear, sealed),
        ("", sealed, &format!("slave-1997 {plain}")),
        (
            "--profile classic-1997",
            &format!("slave-1997 {tdes}"),
            sealed,
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let shell = dir.path().join("rsh");
        let altered = format!("$(echo \"$*\" | sed 's/{from}/{to}/')");
        let script = format!("host=$1; shift; exec /dev/shm/rsh $host \"{altered}\"");
        write_script(&shell, &script);
        let lab = hosts(2);
        let variables = format!("PVM_RSH={} secpvm {arguments}", shell.display());
        let command = ["sh", "-c", &variables];
        let session = console(&lab, "host1", &[], &command, "add host2\nconf\nquit\n");
        for told in ["0 successful", "1 host, 1 data format"] {
            assert!(session.stdout.contains(told), "{to}: {session:?}");
        }
    }
}
