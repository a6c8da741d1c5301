//! Hosts come and go; machines stay apart.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;
use std::thread;

use crate::machine::{
    GCM, assert_nothing_dropped, captured, console, hosts, machine, run, shell, wait_until,
};
use crate::wire::datagrams;

#[test]
fn a_host_can_leave_and_come_back() {
    let lab = machine(2, GCM);
    let console = |commands| console(&lab, "host1", &[], &["pvm"], commands);
    let left = console("delete host2\nquit\n");
    assert!(left.stdout.contains("1 successful"), "{left:?}");
    // PVM calls it a duplicate as long as its daemon is still ending.
    wait_until("its daemon has ended", || {
        !lab.host("host2").has_pvmd().unwrap()
    });
    let back = console("add host2\nquit\n");
    assert!(back.stdout.contains("1 successful"), "{back:?}");
    run(&lab, "workload", &["-n", "20"]);
    // The new daemon is a new member under a new number, and has dropped nothing.
    assert!(
        lab.host("host2").log().contains("[t800c0000]"),
        "{}",
        lab.host("host2").log()
    );
    assert_nothing_dropped(&lab, &["host1", "host2"]);
}

#[test]
fn a_host_that_a_task_has_started_is_given_up_and_the_reason_told() {
    let lab = hosts(3);
    let console = |commands| console(&lab, "host1", &[], &["secpvm"], commands);
    console("quit\n");
    let mut hoster = lab.host("host1").command("hoster");
    let mut hoster = hoster.stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(hoster.stdout.take().unwrap());
    let mut said = String::new();
    stdout.read_line(&mut said).unwrap();
    assert_eq!(said, "registered\n");
    // Without the refusal PVM would try for 190 s.
    let sent = datagrams(&captured(&lab, || {
        let session = console("add host2\nconf\nquit\n");
        assert!(session.stdout.contains("\n1 host, "), "{session:?}");
        assert!(
            session
                .stderr
                .contains("secpvm: the host at 10.77.0.2 is given up: a task of yours"),
            "{session:?}"
        );
    }));
    assert_eq!(sent.len(), 0, "{sent:?}");
    stdout.read_to_string(&mut said).unwrap();
    assert!(hoster.wait().unwrap().success(), "{said}");
    // The machine goes on, and starts hosts by itself again.
    let session = console("add host3\nquit\n");
    assert!(session.stdout.contains("1 successful"), "{session:?}");
    run(&lab, "workload", &["-n", "5"]);
    assert_nothing_dropped(&lab, &["host1", "host3"]);
}

/// PVM tries for three minutes without a word, and then calls the host added.
#[test]
fn a_firewall_in_the_way_is_told() {
    let lab = hosts(2);
    let neighbour = "10.77.0.2 dev eth0";
    shell(
        &lab,
        "host1",
        &format!("ip neigh replace {neighbour} lladdr 02:00:00:00:00:99 nud permanent"),
    );
    thread::scope(|scope| {
        let adding = scope.spawn(|| console(&lab, "host1", &[], &["secpvm"], "add host2\nquit\n"));
        wait_until("the log tells", || {
            lab.host("host1")
                .log()
                .contains("nothing has come from the new host 10.77.0.2 yet: do firewalls let UDP")
        });
        shell(&lab, "host1", &format!("ip neigh del {neighbour}"));
        let session = adding.join().unwrap();
        assert!(session.stdout.contains("1 successful"), "{session:?}");
    });
}

#[test]
fn an_old_log_does_not_leave_the_new_daemon_without_one() {
    let lab = hosts(2);
    let old = "echo old > $PVM_TMP/pvml.0";
    let left = lab.host("host2").command("sh").args(["-c", old]).status();
    assert!(left.unwrap().success());
    lab.start_machine(GCM).unwrap();
    wait_until("the new daemon has a log", || {
        lab.host("host2")
            .log()
            .contains("secpvm: sealing with aes-256-gcm")
    });
    let moved = lab
        .host("host2")
        .command("sh")
        .args(["-c", "cat $PVM_TMP/pvml.0.old"])
        .output();
    assert_eq!(moved.unwrap().stdout, b"old\n");
}

#[test]
fn groups_and_multicasts_work_over_three_hosts() {
    let lab = machine(3, GCM);
    let joinleave = run(&lab, "/usr/bin/joinleave", &["300"]);
    assert!(joinleave.contains("Joined 300 times"), "{joinleave}");
    // A group of eight tasks: broadcasts, barriers and reductions, and a result to check.
    let gexample = run(
        &lab,
        "sh",
        &["-c", "printf '100\\n8\\n' | /usr/bin/gexample"],
    );
    assert!(gexample.contains("The 1-Norm is 5050"), "{gexample}");
    for host in ["host1", "host2", "host3"] {
        assert!(
            !lab.host(host).log().contains("not sent"),
            "{}",
            lab.host(host).log()
        );
        assert_eq!(
            lab.host(host).dropped().total,
            0,
            "{}",
            lab.host(host).log()
        );
    }
}

#[test]
fn a_machine_does_not_take_the_records_of_another() {
    let lab = hosts(4);
    for (master, slave) in [("host1", "host2"), ("host3", "host4")] {
        let commands = format!("add {slave}\nquit\n");
        let session = console(&lab, master, &[], &["secpvm"], &commands);
        assert!(session.stdout.contains("1 successful"), "{session:?}");
    }
    let workload = |host| {
        let output = lab
            .host(host)
            .command("workload")
            .args(["-n", "20"])
            .output();
        assert!(output.unwrap().status.success());
    };
    let [one, other] = ["host1", "host3"].map(|host| datagrams(&captured(&lab, || workload(host))));
    // The same tasks of the same hosts, sealed for the same receivers: only the keys differ.
    let address = |name| lab.host(name).address();
    let to_slave = |of: &[_], from, to| crate::wire::between(of, address(from), address(to));
    let model = &to_slave(&other, "host3", "host4")[0];
    let strange = to_slave(&one, "host1", "host2");
    let mut injector = lab.injector().unwrap();
    for record in &strange {
        let payload = record.payload.clone();
        let datagram = secpvm::lab::packet::Datagram { payload, ..*model };
        injector.send(&datagram).unwrap();
    }
    injector.finish().unwrap();
    workload("host3");
    let halted = console(&lab, "host3", &[], &["pvm"], "halt\n");
    assert_eq!(
        halted.code,
        Some(143),
        "a console is ended by its machine: {halted:?}"
    );
    wait_until("its pvmd has ended", || {
        !lab.host("host4").has_pvmd().unwrap()
    });
    let dropped = lab.host("host4").dropped();
    assert!(
        dropped.forged > 0 && dropped.forged == dropped.total,
        "{dropped:?}"
    );
    assert!(lab.host("host2").has_pvmd().unwrap());
}

/// A script learns it from the status; pvmd's log has nothing of it.
#[test]
fn a_host_that_is_there_already_is_not_added_again() {
    let lab = hosts(2);
    for (commands, said, code) in [
        ("add host2\nquit\n", "1 successful", 0),
        ("add host2\nquit\n", "Duplicate host", 1),
        ("conf\nquit\n", "2 hosts", 0),
    ] {
        let session = console(&lab, "host1", &[], &["secpvm"], commands);
        assert!(session.stdout.contains(said), "{session:?}");
        assert_eq!(session.code, Some(code), "{session:?}");
    }
    assert!(!lab.host("host1").log().contains("Duplicate"));
}
