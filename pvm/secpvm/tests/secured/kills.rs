//! `kill -9`: of a daemon, of the group server, of a task, of an end of a join. Whatever dies, the
//! rest of a secured machine does what the rest of a stock one does; and where it was, a new one can
//! start.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use secpvm::lab::{Lab, Security};

use crate::machine::{
    self, GCM, console, hosts, programs, run, shell, tree, wait_until, write_script,
};
use crate::refusals::with_shell;
use crate::status;

/// PVM gives a host up after 180 s of tries, and tries it every 60 s for each host there is: 300 s on
/// three. hasten.so makes 30 s of that.
const PVMS_OWN_TIME: Duration = Duration::from_secs(60);
const HOSTS: [&str; 3] = ["host1", "host2", "host3"];

/// A machine of three hosts whose daemons' clocks go ten times as fast.
pub struct Hastened {
    pub lab: Lab,
    security: Security,
    /// The wrappers that start the slaves.
    wrappers: tempfile::TempDir,
}

impl Hastened {
    pub fn start(security: Security) -> Self {
        let hastened = Self {
            lab: hosts(3),
            security,
            wrappers: tempfile::tempdir().unwrap(),
        };
        let said = hastened.console("add host2 host3\nquit\n");
        assert!(said.contains("2 successful"), "{said}");
        hastened
    }

    /// What the console on `host1` prints. It starts the master's daemon if there is none.
    fn console(&self, commands: &str) -> String {
        let preload = format!("LD_PRELOAD={}", hasten().display());
        let (console_program, far_end) = match self.security {
            Security::Plain => ("pvm", ("PVM_DPATH", PathBuf::from("/usr/bin/pvmd"))),
            _ => ("secpvm", ("SECPVM_DPATH", tree("lib/secpvm/secpvm-join"))),
        };
        let wrapper = self.wrappers.path().join(far_end.0);
        let script = format!("{preload} exec {} \"$@\"", far_end.1.display());
        write_script(&wrapper, &script);
        let variables = [preload, format!("{}={}", far_end.0, wrapper.display())];
        console(&self.lab, "host1", &variables, &[console_program], commands).stdout
    }

    fn wait_until(&self, what: &str, done: impl Fn() -> bool) {
        let end = Instant::now() + PVMS_OWN_TIME;
        while !done() {
            let logs = HOSTS.map(|host| self.lab.host(host).log());
            assert!(
                Instant::now() < end,
                "waited in vain until {what}: {logs:#?}"
            );
            thread::sleep(Duration::from_millis(200));
        }
    }
}

fn hasten() -> PathBuf {
    programs().join("hasten.so")
}

/// Kill, without a chance to tidy up, the processes of that name on a host, where they must be.
fn kill(lab: &Lab, host: &str, name: &str) {
    assert!(killed(lab, host, name), "no {name} on {host}");
}

/// The same wherever they may be.
fn killed(lab: &Lab, host: &str, name: &str) -> bool {
    let script = format!(
        "here=$(readlink /proc/self/ns/net)
         for process in /proc/[0-9]*; do
             [ \"$(cat $process/comm)\" = {name} ] && [ \"$(readlink $process/ns/net)\" = $here ] &&
                 kill -9 ${{process#/proc/}} && echo killed
         done 2>/dev/null
         true"
    );
    shell(lab, host, &script).contains("killed")
}

/// A task on another host that is watched from the first one.
struct Vigil(Child, BufReader<ChildStdout>);

impl Vigil {
    fn of(lab: &Lab, host: &str) -> Self {
        let mut command = lab.host("host1").command("vigil");
        let mut child = command.arg(host).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        assert_eq!(line, "watching\n");
        Self(child, stdout)
    }

    /// What it says when it ends.
    fn ends(mut self) -> String {
        let mut said = String::new();
        self.1.read_to_string(&mut said).unwrap();
        assert!(self.0.wait().unwrap().success());
        said
    }
}

/// The same on a stock machine and on a secured one, side by side.
pub fn alike(scenario: impl Fn(Security) -> Vec<String> + Sync) {
    let [plain, secured] = thread::scope(|scope| {
        [Security::Plain, GCM]
            .map(|security| {
                scope.spawn({
                    let scenario = &scenario;
                    move || scenario(security)
                })
            })
            .map(|outcome| outcome.join().unwrap())
    });
    assert_eq!(plain, secured);
}

/// The hosts of the machine.
fn configuration(hastened: &Hastened) -> String {
    let said = hastened.console("conf\nquit\n");
    let hosts = |line: &&str| line.contains(" data format");
    said.lines().find(hosts).unwrap_or_default().to_owned()
}

#[test]
fn a_killed_slave_leaves_the_others_and_can_come_back() {
    alike(|security| {
        let hastened = Hastened::start(security);
        let lab = &hastened.lab;
        let vigil = Vigil::of(lab, "host3");
        kill(lab, "host3", "pvmd");
        let mut outcome = vec![vigil.ends()];
        hastened.wait_until("it is given up", || {
            configuration(&hastened).starts_with('2')
        });
        outcome.push(run(lab, "secret", &[]));
        let back = hastened.console("add host3\nquit\n");
        outcome.push(back);
        outcome.push(run(lab, "alltoall", &[]));
        if security != Security::Plain {
            assert_eq!(status::json(lab, "host3")["host"], 4, "a new number");
            assert_eq!(status::rejected(&status::json(lab, "host3")).1, 0);
        }
        outcome
    });
}

#[test]
fn without_their_master_the_slaves_end_and_a_new_machine_starts() {
    alike(|security| {
        let hastened = Hastened::start(security);
        let lab = &hastened.lab;
        kill(lab, "host1", "pvmd");
        for host in ["host2", "host3"] {
            hastened.wait_until("the slaves have ended", || {
                !lab.host(host).has_pvmd().unwrap()
            });
        }
        let left = shell(lab, "host2", "cd $PVM_TMP; ls | grep -v pvml || true");
        if security != Security::Plain {
            // A stock master does not start where a killed one has left its address.
            let said = hastened.console("add host2 host3\nquit\n");
            assert!(said.contains("2 successful"), "{said}");
            run(lab, "alltoall", &[]);
        }
        vec![left]
    });
}

#[test]
fn a_killed_task_is_told_of_and_a_killed_group_server_is_replaced() {
    alike(|security| {
        let lab = machine::machine(3, security);
        let vigil = Vigil::of(&lab, "host2");
        kill(&lab, "host2", "vigil");
        let mut outcome = vec![vigil.ends()];
        let joined = |lab: &Lab| run(lab, "/usr/bin/joinleave", &["3"]).contains("Joined 3 times");
        outcome.push(format!("{}", joined(&lab)));
        assert!(HOSTS.iter().any(|host| killed(&lab, host, "pvmgs")));
        wait_until("the group server is gone", || {
            let table = shell(&lab, "host1", "printf 'ps -a\nquit\n' | pvm");
            !table.contains("pvmgs")
        });
        outcome.push(format!("{}", joined(&lab)));
        outcome.push(run(&lab, "alltoall", &[]));
        outcome
    });
}

/// At each message of a join one of its ends is killed. PVM is told at once, no daemon is left, and
/// the host can be added then.
#[test]
fn a_join_survives_none_of_its_ends() {
    let initiator = |number| {
        format!(
            "/dev/shm/rsh \"$@\" | while read -r line; do
                 case $line in 'secpvm-join 1 {number} '*) kill -9 $PPID ;; esac
                 echo \"$line\"
             done"
        )
    };
    // The far end tells its number before it becomes what it is. Nothing that it says later is passed on:
    // a slave that dies behind its first line is one that PVM gives up in its own time.
    let responder = |number| {
        format!(
            "host=$1; shift
             /dev/shm/rsh $host \"echo \\$\\$ > /dev/shm/responder; exec $*\" | while read -r line; do
                 case $line in 'secpvm-join 1 {number} '*) kill -9 $(cat /dev/shm/responder); exit ;; esac
                 echo \"$line\"
             done"
        )
    };
    for script in [initiator(2), initiator(4), responder(2), responder(4)] {
        with_shell(&script, killed_join);
    }
}

fn killed_join(variables: &[String]) {
    let lab = hosts(2);
    let commands = "add host2\nconf\nquit\n";
    let session = console(&lab, "host1", variables, &["secpvm"], commands);
    assert!(session.stdout.contains("Can't start pvmd"), "{session:?}");
    assert!(session.stdout.contains("1 host, "), "{session:?}");
    wait_until("no daemon is left", || {
        !lab.host("host2").has_pvmd().unwrap()
    });
    shell(&lab, "host1", "echo halt | pvm; true");
    wait_until("the master has ended", || {
        !lab.host("host1").has_pvmd().unwrap()
    });
    let session = console(&lab, "host1", &[], &["secpvm"], "add host2\nquit\n");
    assert!(session.stdout.contains("1 successful"), "{session:?}");
}

#[test]
fn hasten_is_for_daemons_alone() {
    let start = Instant::now();
    let sleep = std::process::Command::new("python3")
        .args(["-c", "import select; select.select([], [], [], 0.3)"])
        .env("LD_PRELOAD", hasten())
        .status();
    assert!(sleep.unwrap().success());
    assert!(start.elapsed() >= Duration::from_millis(300));
}
