//! Messages sealed from task to task. Where nothing between daemons is protected (`--level none`),
//! what can't be read on the network is what the tasks have sealed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use secpvm::lab::pcap::Frame;
use secpvm::lab::{Lab, Security};

use crate::machine::{
    GCM, captured, console, hosts, machine, output, programs, run, shell, text, tree,
};
use crate::status::json;
use crate::wire::{TCP, protocols, readable};

const SECRET: &str = "the eagle lands at midnight";
/// PVM's encodings, and some with a suite: AES-256-GCM, raw and in place with other ciphers.
const ENCODINGS: [&str; 6] = ["0", "1", "2", "0x100", "0x201", "0x10302"];

/// This module's programs, beside the others, built once.
pub fn build() {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs");
        let with_library = linked();
        compile(
            &["cc", "-std=c11", "-D_GNU_SOURCE"],
            &sources,
            "facilities.c",
            &["-lgpvm3", "-lpvm3"],
        );
        compile(
            &["cc", "-std=c11", "-D_GNU_SOURCE"],
            &sources,
            "mixed.c",
            &[&with_library[..], &["-lpvm3".into()]].concat(),
        );
        // PVM's routines take data of any type, which Fortran does not.
        compile(
            &["gfortran", "-fallow-argument-mismatch", "-w"],
            &sources,
            "sealed.f",
            &[
                &with_library[..],
                &["-I/usr/include".into(), "-lfpvm3".into(), "-lpvm3".into()],
            ]
            .concat(),
        );
        compile(
            &["cc", "-std=c11", "-D_GNU_SOURCE"],
            &sources,
            "exchange.c",
            &["-lpvm3"],
        );
        // The libraries find what it puts in front of them in the program.
        compile(
            &["cc", "-std=c11", "-D_GNU_SOURCE", "-rdynamic"],
            &sources,
            "meddle.c",
            &["-lpvm3", "-ldl"],
        );
        compile(
            &["cc", "-shared", "-fPIC", "-D_GNU_SOURCE"],
            &sources,
            "spy.c",
            &["-ldl"],
        );
    });
}

/// How to link with the library of the built tree.
fn linked() -> Vec<String> {
    let lib = tree("lib").display().to_string();
    vec![
        format!("-I{}", tree("include").display()),
        format!("-L{lib}"),
        format!("-Wl,-rpath,{lib}"),
        "-Wl,--no-as-needed".into(),
        "-lsecpvm_pvm3".into(),
    ]
}

fn compile(compiler: &[&str], sources: &Path, name: &str, libraries: &[impl AsRef<str>]) {
    let status = Command::new(compiler[0])
        .args(&compiler[1..])
        .args(["-O2", "-o"])
        .arg(built(name))
        .arg(sources.join(name))
        .args(libraries.iter().map(AsRef::as_ref))
        .status();
    let status = status.unwrap_or_else(|error| panic!("{}: {error}", compiler[0]));
    assert!(status.success(), "{name}: are pvm-dev and gfortran there?");
}

fn built(name: &str) -> PathBuf {
    programs().join(Path::new(name).file_stem().unwrap())
}

/// Run a program under `secpvm run` on `host1`.
pub fn sealed(lab: &Lab, arguments: &[&str]) -> Output {
    let secpvm = tree("bin/secpvm");
    output(
        lab,
        secpvm.to_str().unwrap(),
        &[&["run"], arguments].concat(),
    )
}

pub fn ok(output: &Output) {
    assert!(
        output.status.success() && text(&output.stdout).contains("ok\n"),
        "{output:?}"
    );
}

/// What passes between the hosts while `facilities` runs, sealed.
fn facility(lab: &Lab, arguments: &[&str]) -> Vec<Frame> {
    captured(lab, || {
        ok(&sealed(
            lab,
            &[&["facilities"], arguments, &[SECRET]].concat(),
        ));
    })
}

#[test]
fn what_tasks_send_each_other_is_sealed_through_the_daemons() {
    build();
    let lab = machine(2, Security::Unsealed);
    let plain = captured(&lab, || {
        run(&lab, "facilities", &["send", SECRET]);
    });
    assert!(readable(&plain, &[SECRET]) > 0);
    for encoding in ENCODINGS {
        let frames = facility(&lab, &["-e", encoding, "send"]);
        assert_eq!(readable(&frames, &[SECRET]), 0, "{encoding}");
    }
    for name in ["psend", "mcast", "group", "self"] {
        let frames = facility(&lab, &[name]);
        assert_eq!(readable(&frames, &[SECRET]), 0, "{name}");
        assert!(!protocols(&frames).contains(&TCP), "{name}");
    }
}

#[test]
fn what_tasks_send_each_other_is_sealed_on_direct_routes() {
    build();
    for security in [GCM, Security::Unsealed] {
        let lab = machine(2, security);
        for encoding in ["0", "1", "2", "0x10400"] {
            let frames = facility(&lab, &["-d", "-e", encoding, "send"]);
            assert_eq!(readable(&frames, &[SECRET]), 0, "{encoding}");
            assert!(protocols(&frames).contains(&TCP), "{encoding}");
        }
        for name in ["psend", "mcast", "group"] {
            let frames = facility(&lab, &["-d", name]);
            assert_eq!(readable(&frames, &[SECRET]), 0, "{name}");
        }
    }
}

#[test]
fn a_suite_that_only_authenticates_leaves_messages_readable() {
    build();
    let lab = machine(2, Security::Unsealed);
    assert!(readable(&facility(&lab, &["-e", "0x11100", "send"]), &[SECRET]) > 0);
}

#[test]
fn mailboxes_and_output_are_sealed_by_the_daemons() {
    build();
    let lab = machine(2, Security::Unsealed);
    for name in ["mailbox", "output"] {
        assert!(readable(&facility(&lab, &[name]), &[SECRET]) > 0, "{name}");
    }
    let lab = machine(2, GCM);
    for name in ["mailbox", "output", "notify"] {
        assert_eq!(readable(&facility(&lab, &[name]), &[SECRET]), 0, "{name}");
    }
}

/// Between tasks of one host, what they write is all there is to see.
#[test]
fn messages_on_one_host_are_sealed() {
    build();
    let lab = machine(2, GCM);
    let spied = |prefix: &str, file: &str| {
        let script = format!(
            "SPY_FILE=$PVM_TMP/{file} LD_PRELOAD={} PVM_EXPORT=SPY_FILE:LD_PRELOAD {prefix} \
             facilities self '{SECRET}' > /dev/null; grep -c '{SECRET}' $PVM_TMP/{file}; \
             test -s $PVM_TMP/{file}",
            built("spy.c").display()
        );
        shell(&lab, "host1", &script).trim().parse::<u32>().unwrap()
    };
    assert!(spied("", "plain") > 0);
    assert_eq!(
        spied(&format!("{} run", tree("bin/secpvm").display()), "sealed"),
        0
    );
}

#[test]
fn a_message_that_is_not_sealed_is_refused() {
    build();
    let lab = machine(2, GCM);
    for arguments in [&["refuse"][..], &["refuse", "direct"]] {
        let refusal = output(&lab, "mixed", arguments);
        ok(&refusal);
        assert!(
            text(&refusal.stderr).contains("secpvm: refused 1 message; the last, with tag 11"),
            "{refusal:?}"
        );
    }
}

/// A group server that a plain task has started answers what it has not understood.
#[test]
fn a_group_server_that_does_not_seal_is_told_of_at_once() {
    build();
    let lab = machine(2, GCM);
    ok(&output(&lab, "facilities", &["group", SECRET]));
    for arguments in [
        &["facilities", "group", SECRET][..],
        &["facilities", "-d", "group", SECRET],
        &["--accept", "facilities", "group", SECRET],
    ] {
        let refusal = sealed(&lab, arguments);
        assert_eq!(refusal.status.code(), Some(1), "{refusal:?}");
        let said = text(&refusal.stderr);
        assert!(
            said.contains(
                "cannot read what is sealed, for a plain task has started it: `reset` in the console ends it"
            ) && said.contains("\npvm_joingroup\n"),
            "{said}"
        );
    }
    console(&lab, "host1", &[], &["pvm"], "reset\nquit\n");
    ok(&sealed(&lab, &["facilities", "group", SECRET]));
}

#[test]
fn a_task_without_the_library_cannot_read_what_is_sealed() {
    build();
    let lab = machine(2, GCM);
    let reading = output(&lab, "mixed", &["unpatched", SECRET]);
    ok(&reading);
    assert!(
        text(&reading.stdout).contains("Can't decode message"),
        "{reading:?}"
    );
}

#[test]
fn a_program_mixes_sealed_and_plain_messages() {
    build();
    let lab = machine(2, Security::Unsealed);
    let frames = captured(&lab, || {
        ok(&output(&lab, "mixed", &["mix", SECRET, "anybody may know"]));
    });
    assert_eq!(readable(&frames, &[SECRET]), 0);
    assert!(readable(&frames, &["anybody may know"]) > 0);
}

#[test]
fn all_tasks_of_a_machine_share_keys() {
    build();
    for security in [GCM, Security::Unsealed] {
        ok(&output(&machine(2, security), "mixed", &["keys"]));
    }
}

/// The daemons' own secret, as it stands in a key log, is for programs only where that is allowed.
#[test]
fn the_raw_key_is_given_out_only_where_that_is_allowed() {
    build();
    let refusal = output(&machine(1, GCM), "mixed", &["raw"]);
    assert_eq!(refusal.status.code(), Some(1));
    assert!(text(&refusal.stderr).contains("no raw session key: the daemon refused"));
    let lab = hosts(1);
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("keys");
    let variables = [
        "SECPVM_RAW_KEY=allow".to_owned(),
        format!("SECPVM_KEYLOG={}", log.display()),
    ];
    let secpvm = tree("bin/secpvm").display().to_string();
    let session = console(&lab, "host1", &variables, &[&secpvm], "quit\n");
    assert!(
        lab.host("host1").log().contains("SECPVM_RAW_KEY"),
        "{session:?}"
    );
    let key = run(&lab, "mixed", &["raw"]);
    let key = key.lines().next().unwrap();
    assert!(std::fs::read_to_string(log).unwrap().contains(key));
}

/// Tasks go on while an epoch ends under them: with long messages through the daemons, on direct routes
/// between hosts, and on one host. sealed_epochs.c has the ends within a message.
#[test]
fn tasks_take_new_epochs_as_they_come() {
    build();
    let lab = machine(2, GCM);
    let script = format!(
        "cd $PVM_TMP; secpvm={secpvm}; patience='timeout 60'
         $patience $secpvm run exchange daemons end & daemons=$!
         $patience $secpvm run exchange -d direct end & direct=$!
         until test -e daemons -a -e direct || ! kill -0 $daemons || ! kill -0 $direct; do sleep 0.02; done
         $secpvm rekey && : > end && wait $daemons && wait $direct && $secpvm run alltoall -n 20",
        secpvm = tree("bin/secpvm").display()
    );
    let printed = shell(&lab, "host1", &script);
    assert_eq!(printed.matches("exchanged ").count(), 2, "{printed}");
    assert_eq!(json(&lab, "host1")["epoch"].as_u64(), Some(1));
}

/// A program that leaves PVM and comes back may find another machine.
#[test]
fn a_task_that_comes_back_takes_the_keys_of_the_machine_that_is_there() {
    build();
    let lab = machine(1, GCM);
    let restart = format!(
        "exec > /dev/null; echo halt | pvm; while test -e $PVM_TMP/pvmd.0; do sleep 0.02; done
         echo quit | {}",
        tree("bin/secpvm").display()
    );
    ok(&output(&lab, "mixed", &["again", &restart]));
}

#[test]
fn a_fortran_program_seals() {
    build();
    ok(&output(&machine(1, GCM), "sealed", &[]));
}

#[test]
fn a_plain_machine_has_no_keys() {
    build();
    let lab = machine(2, Security::Plain);
    let refusal = output(&lab, "mixed", &["mix", "a", "b"]);
    assert_eq!(refusal.status.code(), Some(1));
    assert!(
        text(&refusal.stderr).contains("was not sent: no secured daemon of this user answers"),
        "{refusal:?}"
    );
    let refusal = sealed(&lab, &["facilities", "self", SECRET]);
    assert_eq!(refusal.status.code(), Some(1));
    assert!(text(&refusal.stderr).contains("is a plain one, which has no keys"));
}

#[test]
fn secpvm_run_says_why_it_does_not() {
    build();
    let lab = hosts(1);
    let refusal = sealed(&lab, &["facilities", "self", SECRET]);
    assert_eq!(refusal.status.code(), Some(1));
    assert!(text(&refusal.stderr).contains("no machine of yours is running on this host"));
    lab.start_machine(GCM).unwrap();
    let refusal = sealed(&lab, &["no-such-program"]);
    assert!(text(&refusal.stderr).contains("running no-such-program: No such file"));
    let own = programs().join("own-pvm");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/secret.c");
    let status = Command::new("cc")
        .args(["-std=c11", "-D_GNU_SOURCE", "-o"])
        .args([&own, &source])
        .args(["-l:libpvm3.a", "-ltirpc"])
        .stderr(Stdio::null())
        .status();
    assert!(status.unwrap().success());
    let refusal = sealed(&lab, &[own.to_str().unwrap()]);
    assert!(
        text(&refusal.stderr).contains("has PVM's library in it"),
        "{refusal:?}"
    );
}
