//! Nothing secret is where another process can see it.

use std::cell::RefCell;
use std::fs;
use std::process::Stdio;

use crate::classic::TDES;
use crate::keyring::Keyring;
use crate::machine::{GCM, console, hosts, machine, run, shell, wait_until, write_script};
use crate::status;

/// Every process: its name, arguments, environment and open files.
const LOOK: &str = r#"for process in /proc/[0-9]*; do
    echo "PROCESS $(cat $process/comm)"
    tr '\0' '\n' < $process/cmdline | sed 's/^/ARGUMENT /'
    tr '\0' '\n' < $process/environ | sed 's/^/VARIABLE /'
    ls -l $process/fd | sed 's/^/FILE /'
done 2> /dev/null"#;
/// The session is 40 bytes, the secret in it 32: 64 digits in hexadecimal, 43 in base64.
const DIGITS_MAX: usize = 31;

#[derive(Debug)]
struct Process {
    name: String,
    lines: Vec<String>,
}

fn processes(seen: &str) -> Vec<Process> {
    let each = seen.split("PROCESS ").skip(1);
    each.map(|text| {
        let mut lines = text.lines().map(str::to_owned);
        Process {
            name: lines.next().unwrap(),
            lines: lines.collect(),
        }
    })
    .collect()
}

/// The words of `text` that could be a key: long, of digits of base64 (so of hexadecimal too), and
/// neither a path nor in this process's own environment.
fn suspicious(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !"+/".contains(c));
    let ours =
        |word: &str| std::env::vars().any(|(name, value)| name == word || value.contains(word));
    words
        .filter(|word| word.len() > DIGITS_MAX && !word.starts_with('/') && !ours(word))
        .collect()
}

fn assert_nothing_secret(seen: &str, who: &[&str]) -> Vec<Process> {
    let processes = processes(seen);
    for name in who {
        assert!(
            processes.iter().any(|process| process.name == *name),
            "no {name}: {seen}"
        );
    }
    for process in &processes {
        let none = process.lines.iter().all(|line| !line.contains("memfd:"));
        assert!(none, "it holds a memory file: {process:#?}");
        let open = process
            .lines
            .iter()
            .filter(|line| !line.starts_with("FILE "));
        let open: Vec<&str> = open.flat_map(|line| suspicious(line)).collect();
        assert!(open.is_empty(), "{open:?} in {process:#?}");
    }
    processes
}

#[test]
fn a_key_would_be_noticed() {
    let hex = "VARIABLE KEY=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    assert_eq!(suspicious(hex).len(), 1);
    let base64 = "ARGUMENT --key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    assert_eq!(suspicious(base64).len(), 1);
    assert_eq!(
        suspicious("VARIABLE PWD=/home/someone/a/path/that/is/long/enough/to/be/a/key"),
        [""; 0]
    );
}

#[test]
fn no_process_shows_a_secret() {
    let dir = tempfile::tempdir().unwrap();
    let (shell, during) = (dir.path().join("rsh"), dir.path().join("during"));
    let look = format!("{LOOK} > {}", during.display());
    write_script(&shell, &format!("{look}\nexec /dev/shm/rsh \"$@\""));

    let lab = hosts(2);
    let variables = [format!("PVM_RSH={}", shell.display())];
    let commands = "add host2\nquit\n";
    let session = console(&lab, "host1", &variables, &["secpvm"], commands);
    assert!(session.stdout.contains("1 successful"), "{session:?}");
    // While the host was added: the remote shell itself was looking.
    let during = fs::read_to_string(during).unwrap();
    assert_nothing_secret(&during, &["pvmd", "secpvm-join", "rsh"]);

    // While a program runs: its tasks know nothing of us.
    let mut program = lab.host("host1").command("workload");
    let mut program = program
        .args(["-s", "2"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let seen = RefCell::new(String::new());
    wait_until("both tasks run", || {
        *seen.borrow_mut() = run(&lab, "sh", &["-c", LOOK]);
        seen.borrow().matches("PROCESS workload").count() == 2
    });
    let seen = seen.into_inner();
    let processes = assert_nothing_secret(&seen, &["pvmd", "workload"]);
    for task in processes
        .iter()
        .filter(|process| process.name == "workload")
    {
        let trace = task
            .lines
            .iter()
            .find(|line| line.contains("SECPVM_") || line.contains("LD_PRELOAD"));
        assert_eq!(trace, None, "{task:#?}");
    }
    assert!(program.wait().unwrap().success());
    for host in ["host1", "host2"] {
        assert_eq!(
            suspicious(&lab.host(host).log()),
            [""; 0],
            "{}",
            lab.host(host).log()
        );
    }
}

/// mlock(2) does not reach forks, and a slave's daemon is one.
#[test]
fn keys_are_locked_in_the_memory_of_every_daemon() {
    for security in [GCM, TDES] {
        let lab = machine(2, security);
        for host in ["host1", "host2"] {
            let process = &status::json(&lab, host)["process"];
            let told = shell(&lab, host, &format!("grep VmLck /proc/{process}/status"));
            let locked = told.split_whitespace().nth(1);
            assert!(locked.is_some_and(|kilobytes| kilobytes != "0"), "{told}");
        }
    }
}

#[test]
fn no_process_shows_a_static_key() {
    let lab = hosts(2);
    let keyring = Keyring::new();
    keyring.introduce(&lab);
    let during = keyring.path().join("during");
    keyring.rsh_after(&format!("{LOOK} > {}", during.display()));
    let session = keyring.secpvm(&lab, "host1", &["--keys"], "add host2\nquit\n");
    assert!(session.stdout.contains("1 successful"), "{session:?}");
    let during = fs::read_to_string(during).unwrap();
    assert_nothing_secret(&during, &["pvmd", "secpvm-join", "rsh"]);
}
