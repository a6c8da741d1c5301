//! `secpvm status` on hosts of a laboratory.

use serde_json::Value;

use secpvm::lab::{Lab, Security};

use crate::machine::{GCM, Session, console, hosts, machine, run, wait_until};

fn status(lab: &Lab, host: &str, arguments: &[&str]) -> Session {
    let command = [&["secpvm", "status"], arguments].concat();
    console(lab, host, &[], &command, "")
}

pub fn json(lab: &Lab, host: &str) -> Value {
    let session = status(lab, host, &["--json"]);
    assert_eq!(session.code, Some(0), "{session:?}");
    serde_json::from_str(&session.stdout).unwrap()
}

/// How many of each kind a status says were rejected, and all of them.
pub fn rejected(status: &Value) -> (Value, u64) {
    let reasons = status["rejected"].clone();
    let counts = reasons.as_object().unwrap().values();
    let total = counts.map(|count| count.as_u64().unwrap()).sum();
    (reasons, total)
}

/// The datagrams to or from these hosts. The shadow that pvmd makes of itself to add hosts is host 0;
/// it shares the counters of its daemon.
fn datagrams(status: &Value, way: &str, hosts: &[u64]) -> u64 {
    let peers = status["peers"].as_array().unwrap();
    let wanted = peers
        .iter()
        .filter(|peer| hosts.contains(&peer["host"].as_u64().unwrap()));
    wanted
        .map(|peer| peer[way]["datagrams"].as_u64().unwrap())
        .sum()
}

#[test]
fn what_one_host_seals_the_other_opens() {
    let lab = machine(2, GCM);
    run(&lab, "workload", &["-n", "20"]);
    // The last acknowledgements may be under way.
    wait_until("both agree", || {
        let (first, second) = (json(&lab, "host1"), json(&lab, "host2"));
        ["sealed", "opened"]
            .into_iter()
            .zip(["opened", "sealed"])
            .all(|(there, back)| {
                datagrams(&first, there, &[2]) == datagrams(&second, back, &[0, 1])
            })
    });
    let first = json(&lab, "host1");
    assert_eq!(
        (&first["suite"], &first["host"]),
        (&"aes-256-gcm".into(), &1.into())
    );
    assert!(datagrams(&first, "sealed", &[2]) > 20, "{first}");
    assert_eq!(first["rejected"]["forged"], 0);
    let table = status(&lab, "host2", &[]);
    assert!(table.stdout.contains("aes-256-gcm, epoch 0"), "{table:?}");
    assert!(table.stdout.contains("10.77.0.1:"), "{table:?}");
}

#[test]
fn without_a_secured_machine_there_is_one_line_and_no_status() {
    for (lab, reason) in [
        (hosts(1), "no machine of yours"),
        (machine(1, Security::Plain), "a plain one"),
    ] {
        let session = status(&lab, "host1", &[]);
        assert_eq!(session.code, Some(1), "{session:?}");
        assert!(session.stdout.is_empty(), "{session:?}");
        assert!(
            session.stderr.contains(reason) && session.stderr.lines().count() == 1,
            "{session:?}"
        );
    }
}
