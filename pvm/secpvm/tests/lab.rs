//! The laboratory, with real namespaces and stock PVM.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, Uid};
use secpvm::lab::packet::Datagram;
use secpvm::lab::{Lab, Security, pcap};

const SECPVM: &str = env!("CARGO_BIN_EXE_secpvm");
/// An orphan waits for the system's process 1, which need not be quick.
const PATIENCE: Duration = Duration::from_secs(20);

fn secpvm(arguments: &[&str]) -> Output {
    Command::new(SECPVM).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn two_plain_hosts_run_a_stock_program() {
    let lab = Lab::builder(SECPVM).start().unwrap();
    lab.start_machine(Security::Plain).unwrap();
    assert!(lab.host("host2").has_pvmd().unwrap());
    assert!(!lab.outsider().has_pvmd().unwrap());
    assert!(
        lab.host("host2").log().contains("host2 (10.77.0.2:"),
        "{}",
        lab.host("host2").log()
    );
    let hello = lab
        .host("host1")
        .command("/usr/bin/hello.pvm")
        .output()
        .unwrap();
    assert!(
        text(&hello.stdout).contains("hello, world from host2"),
        "{hello:?}"
    );
    lab.halt_machine().unwrap();
}

#[test]
fn input_output_and_exit_status_are_the_commands() {
    let mut lab = Command::new(SECPVM)
        .args([
            "lab",
            "--no-machine",
            "--hosts",
            "3",
            "--",
            "sh",
            "-c",
            "cat; uname -n; cat /etc/hosts; exit 7",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    lab.stdin.take().unwrap().write_all(b"given\n").unwrap();
    let output = lab.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(7));
    let expected = "given\nhost1\n127.0.0.1 localhost\n10.77.0.1 host1\n10.77.0.2 host2\n10.77.0.3 host3\n10.77.0.254 outsider\n";
    assert_eq!(text(&output.stdout), expected);
}

#[test]
fn a_command_that_is_killed_is_told_as_a_shell_tells_it() {
    let output = secpvm(&["lab", "--no-machine", "--", "sh", "-c", "kill -9 $$"]);
    assert_eq!(output.status.code(), Some(137));
}

#[test]
fn the_remote_shell_starts_afresh_on_the_other_host() {
    let output = Command::new(SECPVM)
        .args([
            "lab",
            "--no-machine",
            "--",
            "sh",
            "-c",
            "$PVM_RSH host2 'uname -n; env; ls -l /proc/self/fd'",
        ])
        .env("SECRET_OF_THE_CALLER", "x")
        .output()
        .unwrap();
    let said = text(&output.stdout);
    assert!(said.starts_with("host2\n"), "{said}");
    assert!(said.contains("PVM_TMP=/dev/shm/host2\n"), "{said}");
    assert!(!said.contains("SECRET_OF_THE_CALLER"), "{said}");
}

#[test]
fn the_remote_shell_knows_its_hosts() {
    let output = secpvm(&[
        "lab",
        "--no-machine",
        "--",
        "sh",
        "-c",
        "$PVM_RSH host3 true",
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stderr).contains("there is no 'host3'"),
        "{output:?}"
    );
}

#[test]
fn two_laboratories_do_not_meet() {
    let (first, second) = (
        Lab::builder(SECPVM).start().unwrap(),
        Lab::builder(SECPVM).start().unwrap(),
    );
    first.start_machine(Security::Plain).unwrap();
    assert!(first.host("host2").has_pvmd().unwrap());
    assert!(!second.host("host2").has_pvmd().unwrap());
}

#[test]
fn a_capture_has_every_frame_once() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("hello.pcap");
    let output = secpvm(&[
        "lab",
        "--plain",
        "--capture",
        file.to_str().unwrap(),
        "--",
        "/usr/bin/hello.pvm",
    ]);
    assert!(output.status.success(), "{output:?}");
    let frames = pcap::read(File::open(file).unwrap()).unwrap();
    let greeting = b"hello, world from host2";
    let greets = |frame: &&pcap::Frame| {
        frame
            .bytes
            .windows(greeting.len())
            .any(|window| window == greeting)
    };
    assert_eq!(frames.iter().filter(greets).count(), 1);
}

#[test]
fn the_outsider_sends_from_any_address() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("spoofed.pcap");
    let lab = Lab::builder(SECPVM).start().unwrap();
    let capture = lab.capture(&file).unwrap();
    let short = Datagram {
        source: "10.77.0.1:4711".parse().unwrap(),
        destination: "10.77.0.2:4712".parse().unwrap(),
        payload: b"from someone else".to_vec(),
    };
    let long = Datagram {
        payload: vec![b'x'; 4080],
        ..short
    };
    let mut injector = lab.injector().unwrap();
    injector.send(&short).unwrap();
    injector.send(&long).unwrap();
    injector.finish().unwrap();
    capture.stop().unwrap();
    let frames = pcap::read(File::open(file).unwrap()).unwrap();
    let datagrams: Vec<Datagram> = frames
        .iter()
        .filter_map(|frame| Datagram::parse(&frame.bytes))
        .collect();
    assert_eq!(datagrams, [short]);
    // Byte 23 is the IPv4 protocol: not the ICMP error that quotes the datagram.
    let is_fragment =
        |frame: &&pcap::Frame| frame.bytes[23] == 17 && frame.bytes.ends_with(b"xxxx");
    assert_eq!(frames.iter().filter(is_fragment).count(), 3);
}

#[test]
fn an_unknown_program_or_too_many_hosts_is_one_line_of_error() {
    let output = secpvm(&["lab", "--no-machine", "--", "/no/such/program"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stderr).lines().count(), 1, "{output:?}");
    let error = Lab::builder(SECPVM)
        .hosts(65)
        .start()
        .unwrap_err()
        .to_string();
    assert!(error.contains("1 to 64"), "{error}");
}

#[test]
fn without_root_it_is_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let (command, tmp) = (dir.path().join("secpvm"), dir.path().join("captures"));
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    fs::copy(SECPVM, &command).unwrap();
    fs::create_dir(&tmp).unwrap();
    fs::set_permissions(&tmp, fs::Permissions::from_mode(0o777)).unwrap();
    let mut lab = Command::new(command);
    lab.args(["lab", "--plain", "--capture"])
        .arg(tmp.join("c.pcap"))
        .args(["--", "/usr/bin/hello.pvm"]);
    lab.current_dir(dir.path()).env("HOME", dir.path());
    if Uid::effective().is_root() {
        lab.uid(65534).gid(65534);
    }
    let output = lab.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(
        text(&output.stdout).contains("hello, world from host2"),
        "{output:?}"
    );
}

#[test]
fn nothing_is_left_when_the_command_line_is_killed() {
    leaves_nothing_behind(|lab| lab);
}

#[test]
fn nothing_is_left_when_its_parent_is_killed() {
    leaves_nothing_behind(|lab| child_of(lab, "lab-init"));
}

#[test]
fn nothing_is_left_when_process_1_is_killed() {
    leaves_nothing_behind(|lab| child_of(child_of(lab, "lab-init"), "lab-first"));
}

/// Start a machine, kill one process with SIGKILL, and see all others end.
fn leaves_nothing_behind(victim: impl Fn(u32) -> u32) {
    let mut lab = Command::new(SECPVM)
        .args(["lab", "--plain", "--", "sleep", "1000"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until("the command runs", || {
        tree_of(lab.id())
            .iter()
            .any(|&pid| command_line(pid).starts_with("sleep"))
    });
    let processes = all_of(&lab);
    assert!(
        processes
            .iter()
            .any(|&pid| command_line(pid).contains("pvmd -s")),
        "a slave's pvmd is among them"
    );

    kill(
        Pid::from_raw(i32::try_from(victim(lab.id())).unwrap()),
        Signal::SIGKILL,
    )
    .unwrap();
    lab.wait().unwrap();
    wait_until("every process has ended", || {
        processes.iter().all(|&pid| !is_running(pid))
    });
    for link in ["lab0", "host1", "host2", "outsider"] {
        assert!(
            !Path::new("/sys/class/net").join(link).exists(),
            "{link} is left"
        );
    }
    for file in ["layout.json", "hosts", "host1"] {
        assert!(!Path::new("/dev/shm").join(file).exists(), "{file} is left");
    }
}

/// The processes of a laboratory: descendants, and those in its PID namespace.
fn all_of(lab: &Child) -> Vec<u32> {
    let init = child_of(lab.id(), "lab-init");
    let namespace = |pid: u32| fs::read_link(format!("/proc/{pid}/ns/pid")).ok();
    let inside = namespace(child_of(init, "lab-first")).unwrap();
    let members = processes()
        .into_iter()
        .filter(|&pid| namespace(pid).is_some_and(|other| other == inside));
    tree_of(lab.id()).into_iter().chain(members).collect()
}

fn processes() -> Vec<u32> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

/// State and parent, from /proc/PID/stat: number, name in parentheses, state, parent, ...
fn stat(pid: u32) -> Option<(String, u32)> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.to_owned(), fields.next()?.parse().ok()?))
}

fn is_running(pid: u32) -> bool {
    stat(pid).is_some_and(|(state, _)| state != "Z")
}

fn tree_of(root: u32) -> Vec<u32> {
    let children = processes()
        .into_iter()
        .filter(|&pid| stat(pid).is_some_and(|(_, parent)| parent == root));
    std::iter::once(root)
        .chain(children.flat_map(tree_of))
        .collect()
}

fn child_of(parent: u32, word: &str) -> u32 {
    let children = tree_of(parent)
        .into_iter()
        .filter(|&pid| stat(pid).is_some_and(|(_, of)| of == parent));
    children
        .into_iter()
        .find(|&pid| command_line(pid).contains(word))
        .unwrap()
}

fn command_line(pid: u32) -> String {
    text(&fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()).replace('\0', " ")
}

fn wait_until(what: &str, done: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        sleep(Duration::from_millis(50));
    }
}

/// As the terminal does with ^C.
#[test]
fn an_interrupted_command_leaves_a_whole_capture() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("capture.pcap");
    let mut lab = Command::new(SECPVM);
    lab.args(["lab", "--no-machine", "--capture"]).arg(&file);
    lab.args(["--", "sh", "-c", "kill -INT 0"]).process_group(0);
    let output = lab.output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    pcap::read(File::open(file).unwrap()).unwrap();
}

#[test]
fn a_file_is_no_directory_of_programs() {
    let output = secpvm(&["lab", "--plain", "--programs", "/etc/hosts", "--", "true"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(text(&output.stderr), "secpvm: /etc/hosts is no directory\n");
}
