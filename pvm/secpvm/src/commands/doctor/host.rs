//! What a remote shell finds on another host.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use super::Finding;
use crate::keys::{self, known::List};
use crate::tree::{Tree, remote_shell};

/// As long as PVM itself waits for a host.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);
/// A difference of clocks that someone would notice.
const CLOCK_TOLERANCE_S: u64 = 60;

/// What adding `host` would come upon.
pub(super) fn examine(host: &str) -> Vec<Finding> {
    let answer = match ask(host) {
        Ok(answer) => answer,
        Err(error) => {
            return vec![Finding::bad(
                host,
                format!("{error:#}"),
                format!(
                    "make `{} {host} true` work without a password or a question",
                    remote_shell().display()
                ),
            )];
        }
    };
    let has = |what: &str| answer.lines().any(|line| line == what);
    let clock = answer.lines().find_map(|line| line.strip_prefix("time "));
    let mut findings = vec![
        part(host, has("pvm"), "PVM", "apt-get install pvm netbase"),
        part(
            host,
            has("join"),
            "secpvm-join",
            "install secpvm there at the same place as here, or set SECPVM_DPATH here",
        ),
        compare_clock(host, clock.and_then(|seconds| seconds.parse().ok())),
    ];
    if !has("path") {
        findings.push(Finding::doubtful(
            host,
            "PVM_PATH is not set there: programs are found in $HOME/pvm3/bin/$PVM_ARCH only",
            "set it where a remote shell sees it (Debian: in ~/.bashrc, above the line that returns), \
             or have `* ep=/usr/bin:$HOME/bin` in a hostfile",
        ));
    }
    findings.extend(static_keys(host, has("masters")));
    findings
}

/// Do the two hosts have the keys that a join between them takes? `strict` if that one takes no other.
fn static_keys(host: &str, strict: bool) -> Option<Finding> {
    let here = keys::own().is_ok();
    let known = List::Hosts
        .read()
        .is_ok_and(|list| list.key(host).is_some());
    match (here, known, strict) {
        (true, true, _) => Some(Finding::good(host, "its static key is known here")),
        (true, false, _) => Some(Finding::doubtful(
            host,
            "its static key is not known here: `secpvm --keys` will not add it",
            format!("secpvm known-hosts add {host} KEY, which `secpvm keygen --show` there prints"),
        )),
        (false, _, true) => Some(Finding::bad(
            host,
            "it lists masters, and so takes joins by static keys only; this host has no key",
            "secpvm keygen here, secpvm known-masters add there, then secpvm --keys",
        )),
        (false, _, false) => None,
    }
}

fn part(host: &str, there: bool, what: &str, mend: &str) -> Finding {
    if there {
        Finding::good(host, format!("{what} is there"))
    } else {
        Finding::bad(host, format!("{what} is missing"), mend)
    }
}

fn compare_clock(host: &str, theirs: Option<u64>) -> Finding {
    let ours = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    match theirs.map(|theirs| theirs.abs_diff(ours)) {
        Some(seconds) if seconds <= CLOCK_TOLERANCE_S => {
            Finding::good(host, "its clock agrees with this one")
        }
        Some(seconds) => Finding::doubtful(
            host,
            format!("its clock and this one are {seconds} s apart"),
            "set both: the lines of their logs can't be compared",
        ),
        None => Finding::doubtful(
            host,
            "it does not tell its time",
            "look at `date` there: the lines of logs may not be comparable",
        ),
    }
}

/// Run the questions there. The answer has a line for each thing that is there.
fn ask(host: &str) -> Result<String> {
    let join = match std::env::var("SECPVM_DPATH") {
        Ok(path) => path,
        Err(_) => Tree::of_this_command()?.join().display().to_string(),
    };
    let questions = format!(
        "test -x /usr/bin/pvmd && test -e /etc/services && echo pvm; \
         '{}' --help >/dev/null 2>&1 && echo join; \
         test -n \"$PVM_PATH\" && echo path; \
         test -e \"${{XDG_CONFIG_HOME:-$HOME/.config}}/secpvm/known-masters\" && echo masters; \
         echo time `date +%s`",
        join.replace('\'', r"'\''")
    );
    let shell = remote_shell();
    let mut child = Command::new(&shell)
        .args([host, &questions])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("running {}", shell.display()))?;
    wait(&mut child)?;
    let output = child.wait_with_output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.lines().last().unwrap_or("it said nothing").trim();
        bail!("{} failed: {last}", shell.display());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Wait for the end, but not for ever: a remote shell that asks for a password never answers. The few
/// lines that it prints fit into a pipe.
fn wait(child: &mut Child) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    while child.try_wait()?.is_none() {
        if Instant::now() >= end {
            child.kill()?;
            child.wait()?;
            let mut said = String::new();
            if let Some(stderr) = &mut child.stderr {
                // Whatever it said; that it said something else than text changes nothing.
                let _ = stderr.read_to_string(&mut said);
            }
            bail!(
                "no answer within {} s {}",
                PATIENCE.as_secs(),
                said.lines().last().unwrap_or_default()
            );
        }
        sleep(POLL);
    }
    Ok(())
}
