//! A new host that stops (SIGSTOP) in the middle of a join, at each message: PVM is told that it can't
//! start, in the time that is documented, and the machine goes on.

use std::thread;
use std::time::Duration;

use crate::machine::{self, console, hosts, run};
use crate::refusals::with_shell;

/// What the machine itself may take, on a busy computer.
const SLACK: Duration = Duration::from_secs(20);

/// The far end stops as soon as it has sent the message `number`. What it has said until then is
/// passed on, and no more.
fn stops_behind(number: u8) -> String {
    format!(
        "host=$1; shift
         /dev/shm/rsh $host \"echo \\$\\$ > /dev/shm/responder; exec $*\" | {{
             while read -r line; do
                 echo \"$line\"
                 case $line in 'secpvm-join 1 {number} '*) kill -STOP $(cat /dev/shm/responder); break ;; esac
             done
             cat > /dev/null
         }}"
    )
}

/// Run the join. It is given up in about so many seconds.
fn is_given_up(script: &str, seconds: u64) {
    with_shell(script, |variables| {
        let lab = hosts(2);
        let commands = "add host2\nconf\nquit\n";
        let session = console(&lab, "host1", variables, &["secpvm"], commands);
        assert!(session.stdout.contains("Can't start pvmd"), "{session:?}");
        assert!(session.stdout.contains("1 host, "), "{session:?}");
        assert!(
            session.took < Duration::from_secs(seconds) + SLACK,
            "{session:?}"
        );
        let alone = run(&lab, "alltoall", &[]);
        assert_eq!(alone, "alltoall: 1 tasks, 0 messages\n");
    });
}

/// Before the first answer somebody may have to log in; behind the last one a daemon has to start.
#[test]
fn a_host_that_stops_in_its_join_is_given_up() {
    let _quiet = machine::quiet();
    let silent = "host=$1; shift; exec /dev/shm/rsh $host \"kill -STOP \\$\\$; exec $*\"";
    thread::scope(|scope| {
        scope.spawn(|| is_given_up(silent, 30));
        scope.spawn(|| is_given_up(&stops_behind(2), 2));
        scope.spawn(|| is_given_up(&stops_behind(4), 15));
    });
}
