//! Many hosts in one machine, and many machines on one host: of one user (`PVM_VMID`), of several
//! users, and without a name for either.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use nix::unistd::Uid;
use secpvm::lab::Lab;
use secpvm::lab::layout::HOSTS_MAX;
use secpvm::lab::packet::Datagram;
use serde_json::Value;

use crate::logins::public_copy;
use crate::machine::{
    GCM, Session, captured, console, halt, hosts, machine, run, shell, text, tree, wait_until,
};
use crate::status;
use crate::wire::{between, datagrams};

/// Who has a machine: how the command begins that runs on their behalf.
struct Owner {
    prefix: Vec<String>,
}

impl Owner {
    fn of_machine(vmid: &str) -> Self {
        Self {
            prefix: vec!["env".into(), format!("PVM_VMID={vmid}")],
        }
    }

    /// The user, who may enter the hosts as the laboratory's remote shell does, and nothing else.
    fn user(uid: u32, gid: u32) -> Self {
        let caps = "+sys_admin,+sys_ptrace,+sys_chroot";
        let words = format!(
            "setpriv --reuid={uid} --regid={gid} --clear-groups --inh-caps={caps} \
             --ambient-caps={caps} env HOME=/"
        );
        Self {
            prefix: words.split(' ').map(str::to_owned).collect(),
        }
    }

    fn run(&self, lab: &Lab, host: &str, command: &[&str], input: &str) -> Output {
        let mut process = lab.host(host).command(&self.prefix[0]);
        process.args(&self.prefix[1..]).args(command);
        process.current_dir("/").stdin(Stdio::piped());
        process.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = process.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        child.wait_with_output().unwrap()
    }

    fn status(&self, lab: &Lab, host: &str, secpvm: &str) -> Value {
        let output = self.run(lab, host, &[secpvm, "status", "--json"], "");
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Run a program, and return what it sent from the first host to the second.
    fn records(&self, lab: &Lab) -> Vec<Datagram> {
        let captured = datagrams(&captured(lab, || {
            let output = self.run(lab, "host1", &["secret"], "");
            assert!(output.status.success(), "{output:?}");
        }));
        let address = |name| lab.host(name).address();
        between(&captured, address("host1"), address("host2"))
    }
}

/// Each owner starts a machine on the two hosts. All run side by side; nobody's daemon takes
/// another's records.
fn do_not_mix(lab: &Lab, secpvm: &Path, owners: &[Owner]) {
    let secpvm = secpvm.to_str().unwrap();
    for owner in owners {
        let output = owner.run(lab, "host1", &[secpvm], "add host2\nquit\n");
        assert!(text(&output.stdout).contains("1 successful"), "{output:?}");
    }
    let mut processes: Vec<u64> = ["host1", "host2"]
        .iter()
        .flat_map(|host| owners.iter().map(move |owner| (host, owner)))
        .map(|(host, owner)| owner.status(lab, host, secpvm)["process"].as_u64().unwrap())
        .collect();
    processes.sort_unstable();
    processes.dedup();
    assert_eq!(processes.len(), 2 * owners.len(), "a status of each");

    let records: Vec<_> = owners.iter().map(|owner| owner.records(lab)).collect();
    for (owner, own) in owners.iter().zip(&records) {
        let others = records.iter().filter(|other| other[0] != own[0]);
        let strange: Vec<_> = others.flatten().collect();
        let mut injector = lab.injector().unwrap();
        for record in &strange {
            let payload = record.payload.clone();
            injector.send(&Datagram { payload, ..own[0] }).unwrap();
        }
        injector.finish().unwrap();
        let forged = u64::try_from(strange.len()).unwrap();
        wait_until("what others have sent is rejected", || {
            let (reasons, total) = status::rejected(&owner.status(lab, "host2", secpvm));
            reasons["forged"] == forged && total == forged
        });
    }
    let [first, rest @ ..] = owners else {
        unreachable!("there are several")
    };
    first.run(lab, "host1", &["pvm"], "halt\n");
    for owner in rest {
        assert!(!owner.records(lab).is_empty(), "the other machines go on");
    }
}

#[test]
fn sixty_four_hosts_are_one_machine() {
    let lab = machine(HOSTS_MAX, GCM);
    let said = run(&lab, "alltoall", &["-n", "2"]);
    assert_eq!(said, "alltoall: 64 tasks, 8064 messages\n");
    let status = status::json(&lab, "host1");
    let peers = status["peers"].as_array().unwrap().iter();
    let hosts: Vec<u64> = peers.map(|peer| peer["host"].as_u64().unwrap()).collect();
    assert!((2..=64).all(|host| hosts.contains(&host)), "{status}");
    assert_eq!(status::rejected(&status).1, 0, "{status}");
    let names: Vec<String> = (1..=HOSTS_MAX).map(|host| format!("host{host}")).collect();
    halt(&lab, &names.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn machines_of_one_user_do_not_mix() {
    let lab = hosts(2);
    let owners = ["one", "two", "three"].map(Owner::of_machine);
    do_not_mix(&lab, &tree("bin/secpvm"), &owners);
}

/// Two users that every Debian has, and root.
#[test]
fn users_do_not_mix() {
    assert!(Uid::effective().is_root(), "only root can become others");
    let dir = public_copy();
    let secpvm = dir.path().join("bin/secpvm");
    let lab = Lab::builder(&secpvm).programs(dir.path().join("programs"));
    let lab = lab.start().unwrap();
    for host in ["host1", "host2"] {
        shell(&lab, host, "chmod 1777 $PVM_TMP");
    }
    let (games, news) = (Owner::user(5, 60), Owner::user(9, 9));
    let root = Owner {
        prefix: vec!["env".into()],
    };
    do_not_mix(&lab, &secpvm, &[games, news, root]);
}

#[test]
fn a_second_daemon_on_a_host_leaves_the_first_its_counters() {
    let lab = hosts(3);
    let add = |host, other: &str| {
        let commands = format!("add {other}\nquit\n");
        let session = console(&lab, host, &[], &["secpvm"], &commands);
        assert!(session.stdout.contains("1 successful"), "{session:?}");
    };
    add("host1", "host2");
    let before = status::json(&lab, "host2");
    add("host3", "host2");
    let after = status::json(&lab, "host2");
    assert_eq!(after["process"], before["process"]);
    run(&lab, "secret", &[]);
    let counted = status::json(&lab, "host2");
    assert!(counted["peers"][0]["opened"] != before["peers"][0]["opened"]);
}

/// Its pvmd' is there before the daemon waits for the first time.
#[test]
fn a_machine_of_a_hostfile_has_its_counters() {
    let lab = hosts(2);
    let write = "echo host2 > $PVM_TMP/hostfile; echo $PVM_TMP/hostfile";
    let file = shell(&lab, "host1", write);
    let command = ["secpvm", file.trim()];
    let session = console(&lab, "host1", &[], &command, "conf\nquit\n");
    assert!(session.stdout.contains("2 hosts"), "{session:?}");
    run(&lab, "secret", &[]);
    assert_eq!(status::json(&lab, "host1")["host"], 1);
    assert_eq!(lab.host("host1").log().matches("sealing with").count(), 1);
}

/// One starts it, the others attach to it.
#[test]
fn consoles_that_start_at_once_have_one_machine() {
    let lab = hosts(1);
    let start = || console(&lab, "host1", &[], &["secpvm", "-e3des"], "conf\nquit\n");
    let sessions = std::thread::scope(|scope| {
        let consoles = [(); 6].map(|()| scope.spawn(start));
        consoles.map(|console| console.join().unwrap())
    });
    for session in &sessions {
        assert_eq!(session.code, Some(0), "{session:?}");
        assert!(session.stdout.contains("1 host, "), "{session:?}");
    }
    let attached = |session: &&Session| session.stderr.contains("attaching to your running");
    assert_eq!(sessions.iter().filter(attached).count(), 5, "{sessions:?}");
    let files = shell(&lab, "host1", "ls $PVM_TMP");
    assert_eq!(files.matches("pvmtmp").count(), 1, "{files}");
    assert!(!files.contains("secpvm.0.l"), "{files}");
}
