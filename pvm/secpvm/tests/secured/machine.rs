//! A machine to test: its laboratory, and running things in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::thread::sleep;
use std::time::{Duration, Instant};

use secpvm::lab::pcap::Frame;
use secpvm::lab::{Lab, Security, pcap};
use secpvm_core::suite::Suite;

pub const GCM: Security = Security::Secured(Suite::Aes256Gcm);
/// How long things may take that take milliseconds on a computer that has nothing else to do.
const PATIENCE: Duration = Duration::from_secs(20);

static FLOOD: RwLock<()> = RwLock::new(());

/// While this is held no flood runs: for what has to happen in time.
pub fn quiet() -> RwLockReadGuard<'static, ()> {
    FLOOD.read().unwrap_or_else(PoisonError::into_inner)
}

/// For a flood, which keeps the whole computer busy.
pub fn flood() -> RwLockWriteGuard<'static, ()> {
    FLOOD.write().unwrap_or_else(PoisonError::into_inner)
}

/// A file of the built tree.
pub fn tree(relative: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/secpvm");
    let path = root.join(relative);
    path.canonicalize()
        .unwrap_or_else(|_| panic!("{} is missing: run `cargo xtask build`", path.display()))
}

/// The directory of the project's own PVM programs, and of a clock for daemons (hasten.so), built once for all tests.
pub fn programs() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs");
        let built = Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned();
        let build = |source: &str, product: &str, flags: &[&str]| {
            let status = Command::new("cc")
                .args(["-std=c11", "-D_GNU_SOURCE", "-O2", "-o"])
                .arg(built.join(product))
                .arg(sources.join(source))
                .args(flags)
                .status()
                .expect("cc is needed: apt-get install gcc");
            assert!(status.success(), "is pvm-dev installed?");
        };
        for name in [
            "alltoall", "hoster", "numbers", "secret", "vigil", "workload",
        ] {
            build(&format!("{name}.c"), name, &["-lpvm3"]);
        }
        build("hasten.c", "hasten.so", &["-shared", "-fPIC"]);
        built
    })
}

/// Hosts without a machine on them.
pub fn hosts(count: u8) -> Lab {
    let lab = Lab::builder(tree("bin/secpvm")).hosts(count);
    lab.programs(programs()).start().unwrap()
}

/// A machine of all hosts.
pub fn machine(count: u8, security: Security) -> Lab {
    let lab = hosts(count);
    lab.start_machine(security).unwrap();
    lab
}

/// No daemon has rejected anything.
pub fn assert_nothing_dropped(lab: &Lab, hosts: &[&str]) {
    for host in hosts {
        let host = lab.host(host);
        assert_eq!(host.dropped().total, 0, "{}", host.log());
    }
}

/// Run a program on `host1` to its good end. Returns what it printed.
pub fn run(lab: &Lab, program: &str, arguments: &[&str]) -> String {
    let output = output(lab, program, arguments);
    assert!(output.status.success(), "{program}: {output:?}");
    text(&output.stdout)
}

/// Run a program on `host1`, for a minute at most.
pub fn output(lab: &Lab, program: &str, arguments: &[&str]) -> Output {
    let mut command = lab.host("host1").command("timeout");
    command.args(["60", program]).args(arguments);
    command.stdin(Stdio::null()).output().unwrap()
}

/// Run a script on `host` to its good end. Returns what it printed.
pub fn shell(lab: &Lab, host: &str, script: &str) -> String {
    let mut command = lab.host(host).command("sh");
    let output = command.args(["-c", script]).output().unwrap();
    assert!(output.status.success(), "{script}: {output:?}");
    text(&output.stdout)
}

/// What a console did with its commands.
#[derive(Debug)]
pub struct Session {
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
    pub took: Duration,
}

/// Run a console (`console`, `pvm` or `secpvm` with its arguments) on `host`, in the environment of
/// the laboratory and `variables`.
pub fn console(
    lab: &Lab,
    host: &str,
    variables: &[String],
    console: &[&str],
    commands: &str,
) -> Session {
    let start = Instant::now();
    let mut script = lab.host(host).command("env");
    script
        .args(variables)
        .args(["sh", "-c", "printf \"$0\" | \"$@\"", commands])
        .args(console);
    let output = script.output().unwrap();
    Session {
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
        code: output.status.code(),
        took: start.elapsed(),
    }
}

/// A program of the shell's at `path`.
pub fn write_script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Every frame that passed the bridge during `work`.
pub fn captured(lab: &Lab, work: impl FnOnce()) -> Vec<Frame> {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("capture.pcap");
    let capture = lab.capture(&file).unwrap();
    work();
    capture.stop().unwrap();
    pcap::read(fs::File::open(file).unwrap()).unwrap()
}

/// Halt the machine, and wait until every pvmd has ended and so told its last.
pub fn halt(lab: &Lab, hosts: &[&str]) {
    lab.halt_machine().unwrap();
    for host in hosts {
        wait_until("its pvmd has ended", || !lab.host(host).has_pvmd().unwrap());
    }
}

pub fn wait_until(what: &str, done: impl Fn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        sleep(Duration::from_millis(20));
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
