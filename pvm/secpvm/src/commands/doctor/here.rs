//! What can be seen on this host.

use std::env;
use std::net::{IpAddr, ToSocketAddrs};
use std::time::SystemTime;

use super::Finding;
use crate::daemon::{self, Files, State};
use crate::keys::{self, known::List};
use crate::tree::{self, Tree};

/// Every check of this host, in the order in which a start would come upon them.
pub(super) fn examine() -> Vec<Finding> {
    vec![
        packages(),
        own_tree(),
        running(),
        own_name(),
        temporary_files(),
        programs(),
        remote_shell(),
        static_keys(),
        clock(),
    ]
}

fn packages() -> Finding {
    match tree::require_pvm() {
        Ok(()) => Finding::good("PVM", "stock PVM is installed"),
        Err(error) => Finding::bad(
            "PVM",
            error.to_string(),
            "as root: apt-get install pvm netbase",
        ),
    }
}

fn own_tree() -> Finding {
    let preload = Tree::of_this_command().and_then(|tree| tree.preload(None));
    match preload {
        Ok(path) => Finding::good("secpvm", path.to_string_lossy()),
        Err(error) => Finding::bad(
            "secpvm",
            error.to_string(),
            "install it whole: cargo xtask install --prefix DIR",
        ),
    }
}

fn running() -> Finding {
    const CHECK: &str = "running machine";
    match daemon::state(&Files::of_this_user()) {
        Ok(State::Down) => Finding::good(CHECK, "none of yours"),
        Ok(State::Secured { pid, suite }) => Finding::good(
            CHECK,
            format!(
                "process {pid}, {}; `secpvm` attaches to it",
                suite.as_deref().unwrap_or("secured")
            ),
        ),
        Ok(State::Plain { pid }) => Finding::bad(
            CHECK,
            format!("process {pid} is a plain pvmd, which sends everything in clear"),
            "echo halt | pvm",
        ),
        Err(error) => Finding::bad(CHECK, format!("{error:#}"), "echo halt | pvm"),
    }
}

/// pvmd takes the address that this host's name stands for, and sends from there. Debian's installer
/// writes one of the loopback interface, which is good for one host alone.
fn own_name() -> Finding {
    const CHECK: &str = "own name";
    const MEND: &str = "write `ADDRESS NAME` into /etc/hosts in its place, or use secpvm -nADDRESS";
    let name = nix::unistd::gethostname()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let addresses = (name.as_str(), 0).to_socket_addrs();
    let address = addresses.into_iter().flatten().find_map(|address| {
        let IpAddr::V4(address) = address.ip() else {
            return None;
        };
        Some(address)
    });
    match address {
        None => Finding::bad(CHECK, format!("{name} stands for no address of IPv4"), MEND),
        Some(address) if address.is_loopback() => Finding::doubtful(
            CHECK,
            format!("{name} is {address}, from which no other host can be reached"),
            MEND,
        ),
        Some(address) => Finding::good(CHECK, format!("{name} is {address}")),
    }
}

/// PVM keeps its log and the addresses of its sockets in one directory.
fn temporary_files() -> Finding {
    const CHECK: &str = "PVM_TMP";
    let files = Files::of_this_user();
    match files.check() {
        Ok(()) => Finding::good(
            CHECK,
            format!("{} can be written", files.directory().display()),
        ),
        Err(error) => Finding::bad(
            CHECK,
            format!("{error:#}"),
            "make room there, or set PVM_TMP to another directory on every host",
        ),
    }
}

/// Where pvmd finds the programs that are spawned. Debian's are not where it looks by itself.
fn programs() -> Finding {
    const CHECK: &str = "PVM_PATH";
    let Some(path) = env::var_os("PVM_PATH").filter(|path| !path.is_empty()) else {
        return Finding::doubtful(
            CHECK,
            "not set: programs are found in $PVM_ROOT/bin/$PVM_ARCH only",
            "export PVM_PATH=/usr/bin:$HOME/bin, or ep= in a hostfile",
        );
    };
    // PVM itself replaces variables such as $HOME: those directories can't be judged here.
    let missing: Vec<String> = env::split_paths(&path)
        .filter(|dir| !dir.to_string_lossy().contains('$') && !dir.is_dir())
        .map(|dir| dir.display().to_string())
        .collect();
    if missing.is_empty() {
        return Finding::good(CHECK, path.to_string_lossy());
    }
    Finding::doubtful(
        CHECK,
        format!("no directory: {}", missing.join(", ")),
        "correct PVM_PATH: programs there will not be found",
    )
}

fn remote_shell() -> Finding {
    const CHECK: &str = "PVM_RSH";
    let program = tree::remote_shell();
    let name = program.to_string_lossy();
    let found = if program.components().count() > 1 {
        program
            .is_file()
            .then(|| program.clone())
            .ok_or_else(|| anyhow::anyhow!("{name} is missing"))
    } else {
        tree::require_program(&name, "openssh-client")
    };
    match found {
        Ok(path) => Finding::good(CHECK, path.display().to_string()),
        Err(error) => Finding::bad(
            CHECK,
            error.to_string(),
            "install it, or name another remote shell in PVM_RSH",
        ),
    }
}

/// The files that `secpvm --keys` and joins by static keys need, if there are any.
fn static_keys() -> Finding {
    const CHECK: &str = "static keys";
    let lists = [List::Hosts, List::Masters].map(|list| Ok(list.read()?.entries().count()));
    let [hosts, masters]: [anyhow::Result<usize>; 2] = lists;
    let (hosts, masters) = match (hosts, masters) {
        (Ok(hosts), Ok(masters)) => (hosts, masters),
        (Err(error), _) | (_, Err(error)) => {
            return Finding::bad(
                CHECK,
                format!("{error:#}"),
                "mend the file: no host joins by static keys until then",
            );
        }
    };
    let listed = format!("{hosts} known hosts, {masters} known masters");
    match keys::own() {
        Ok((key, _)) => Finding::good(CHECK, format!("{}; {listed}", key.fingerprint())),
        Err(error) if keys::has_own() => Finding::bad(
            CHECK,
            format!("{error:#}"),
            "mend its mode, or make another key",
        ),
        Err(_) if hosts + masters > 0 => Finding::bad(
            CHECK,
            format!("{listed}, but no key of this host"),
            "secpvm keygen",
        ),
        Err(_) => Finding::good(CHECK, "none; hosts join by trust in PVM_RSH"),
    }
}

/// Nothing here needs the time of day, but ssh and whoever reads logs do: this command was made in
/// the past.
fn clock() -> Finding {
    const CHECK: &str = "clock";
    let made = env::current_exe().and_then(|exe| exe.metadata()?.modified());
    match made {
        Ok(made) if made > SystemTime::now() => Finding::doubtful(
            CHECK,
            "it is behind the time at which this command was installed",
            "set it: ssh may refuse keys, and the lines of logs will not be in order",
        ),
        _ => Finding::good(CHECK, "later than this command's installation"),
    }
}
