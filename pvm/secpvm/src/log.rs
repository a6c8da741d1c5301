//! Our own lines in pvmd's log.
//!
//! A line of the log is `[t80040000] 11/21 10:25:32 TEXT`; what a remote shell printed while a
//! host was added stands there as `stderr@HOST: TEXT`. Ours are those with `secpvm: ` in them.

use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;

use crate::own_file;

const MARK: &str = "secpvm: ";
/// What a secured pvmd writes once, as soon as it runs, in front of its suite's name. A comma and a
/// remark may follow.
const SUITE: &str = "sealing with ";

/// What the pvmd of a master writes behind it, if hosts join by static keys.
pub const KEYED: &str = "hosts join by static keys";

/// One line of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// The host it came from, where the log says so.
    pub host: Option<&'a str>,
    /// What it says, after the mark.
    pub text: &'a str,
}

impl<'a> Line<'a> {
    /// `line` of pvmd's log, if it is one of ours.
    pub fn parse(line: &'a str) -> Option<Self> {
        let (before, text) = line.split_once(MARK)?;
        let host = before
            .strip_suffix(": ")
            .and_then(|before| {
                before
                    .rsplit_once("stderr@")
                    .or_else(|| before.rsplit_once("stdout@"))
            })
            .map(|(_, host)| host);
        Some(Self { host, text })
    }

    /// The name of the suite that the pvmd seals with, if that is what the line says.
    pub fn suite(&self) -> Option<&'a str> {
        let said = self.text.strip_prefix(SUITE)?;
        Some(said.split_once(", ").map_or(said, |(suite, _)| suite))
    }
}

/// The suite that `log` says its pvmd seals with.
pub fn suite_in(log: &str) -> Option<&str> {
    log.lines()
        .filter_map(Line::parse)
        .find_map(|line| line.suite())
}

/// What pvmd itself says in a line: the text behind its own name and the time.
pub fn text(line: &str) -> Option<&str> {
    line.strip_prefix('[')?
        .split_once("] ")?
        .1
        .splitn(3, ' ')
        .nth(2)
}

/// Does `text` of pvmd say that a host could not be started or found?
pub fn tells_failed_start(text: &str) -> bool {
    ["startack() host ", "start_slaves() can't gethostbyname"]
        .iter()
        .any(|&told| text.starts_with(told))
}

/// What `text` of pvmd says of a hostfile that it did not take whole.
pub fn bad_hostfile(text: &str) -> Option<&str> {
    let marks = ["readhostfile() ", "parsehost(): "];
    marks.iter().find_map(|&mark| text.strip_prefix(mark))
}

/// Is `line` the last of a pvmd that could not start? The one before has the reason.
pub fn tells_no_pvmd(line: &str) -> bool {
    // One that has started calls itself by its task id.
    line.starts_with("[pvmd pid") && text(line).is_some_and(|text| text.starts_with("pvmbailout("))
}

/// Whether `log` says that hosts join by static keys.
pub fn is_keyed(log: &str) -> bool {
    let mut ours = log.lines().filter_map(Line::parse);
    ours.any(|line| line.host.is_none() && line.text == KEYED)
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Another host may have written it: nothing in it is to steer this terminal.
        let visible = |text: &str| text.replace(char::is_control, "?");
        if let Some(host) = self.host {
            write!(f, "{}: ", visible(host))?;
        }
        write!(f, "{MARK}{}", visible(self.text))
    }
}

/// How many datagrams a pvmd has dropped since it started, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// All of them.
    pub total: u64,
    /// Not made by a member for this receiver, or altered.
    pub forged: u64,
    /// Authentic, but taken before.
    pub replayed: u64,
    /// Of another epoch, or too old for the replay window.
    pub stale: u64,
    /// No record at all; a plain datagram too.
    pub malformed: u64,
    /// From a member that claims to be another.
    pub foreign: u64,
}

impl Dropped {
    /// The totals in the text of a [`Line`]: `dropped 12 datagrams (forged 3, replayed 1, stale 0,
    /// malformed 8, foreign 0), the last from 10.77.0.3:4711`.
    pub fn parse(text: &str) -> Option<Self> {
        let (total, rest) = text.strip_prefix("dropped ")?.split_once(" datagram")?;
        let (reasons, _) = rest.split_once('(')?.1.split_once(')')?;
        let mut dropped = Self {
            total: total.parse().ok()?,
            ..Self::default()
        };
        for reason in reasons.split(", ") {
            let (name, count) = reason.split_once(' ')?;
            let field = match name {
                "forged" => &mut dropped.forged,
                "replayed" => &mut dropped.replayed,
                "stale" => &mut dropped.stale,
                "malformed" => &mut dropped.malformed,
                "foreign" => &mut dropped.foreign,
                _ => return None,
            };
            *field = count.parse().ok()?;
        }
        Some(dropped)
    }

    /// The last totals that `log` tells; none at all if it tells none.
    pub fn last_in(log: &str) -> Self {
        log.lines()
            .filter_map(Line::parse)
            .filter_map(|line| Self::parse(line.text))
            .next_back()
            .unwrap_or_default()
    }
}

/// Reads what is added to a log, across its deletion and re-creation.
#[derive(Debug)]
pub struct Follower {
    path: PathBuf,
    file: Option<(File, u64)>,
    partial: Vec<u8>,
}

impl Follower {
    /// Follow the log at `path` from its present end, or from its beginning once it exists.
    pub fn from_end(path: PathBuf) -> Self {
        let mut follower = Self {
            path,
            file: None,
            partial: Vec::new(),
        };
        follower.reopen();
        if let Some((file, _)) = &mut follower.file {
            // A log that can't be sought is read from its beginning: too much rather than too little.
            let _ = file.seek(SeekFrom::End(0));
        }
        follower
    }

    /// The whole lines added since the last call.
    pub fn lines(&mut self) -> Vec<String> {
        self.read();
        if self.reopen() {
            self.read();
        }
        let whole = self
            .partial
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |end| end + 1);
        let rest = self.partial.split_off(whole);
        let lines = std::mem::replace(&mut self.partial, rest);
        String::from_utf8_lossy(&lines)
            .lines()
            .map(str::to_owned)
            .collect()
    }

    fn read(&mut self) {
        if let Some((file, _)) = &mut self.file {
            // A log that can't be read now is read at the next call.
            let _ = file.read_to_end(&mut self.partial);
        }
    }

    /// Open the file now at the path, if it is another than the one that is open.
    fn reopen(&mut self) -> bool {
        let Ok(file) = own_file::open(&self.path) else {
            return false;
        };
        let Ok(inode) = file.metadata().map(|metadata| metadata.ino()) else {
            return false;
        };
        if self.file.as_ref().is_some_and(|(_, open)| *open == inode) {
            return false;
        }
        self.file = Some((file, inode));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    #[test]
    fn a_line_from_a_remote_shell_names_its_host() {
        let line =
            Line::parse("[pvmd pid15] 11/21 10:25:32 stderr@host2: secpvm: no answer in 2 seconds")
                .unwrap();
        assert_eq!(
            line,
            Line {
                host: Some("host2"),
                text: "no answer in 2 seconds"
            }
        );
        assert_eq!(line.to_string(), "host2: secpvm: no answer in 2 seconds");
    }

    #[test]
    fn a_line_of_the_local_pvmd_names_none() {
        let line =
            Line::parse("[t80040000] 11/21 10:25:32 secpvm: sealing with aes-256-gcm").unwrap();
        assert_eq!(
            line,
            Line {
                host: None,
                text: "sealing with aes-256-gcm"
            }
        );
        assert_eq!(line.to_string(), "secpvm: sealing with aes-256-gcm");
    }

    #[test]
    fn the_suite_is_read_from_the_line_that_names_it() {
        let log = "\
[t80040000] 11/21 10:25:32 ready Sat Nov 21 10:25:32 2026
[t80040000] 11/21 10:25:32 secpvm: sealing with chacha20-poly1305
[pvmd pid15] 11/21 10:25:40 stderr@host2: secpvm: no answer in 2 seconds
";
        assert_eq!(suite_in(log), Some("chacha20-poly1305"));
        assert_eq!(suite_in("[t80040000] 11/21 10:25:32 ready"), None);
        let remark = "[t80040000] 11/21 10:25:32 secpvm: sealing with nothing, as was asked for";
        assert_eq!(suite_in(remark), Some("nothing"));
    }

    #[test]
    fn a_line_does_not_steer_the_terminal() {
        let line = Line::parse("stderr@host2: secpvm: \x1b[2Jall is well\x07").unwrap();
        assert_eq!(line.to_string(), "host2: secpvm: ?[2Jall is well?");
    }

    #[test]
    fn pvmds_own_lines_are_not_ours() {
        assert_eq!(
            Line::parse("[t80040000] 11/21 10:25:32 ready Sat Nov 21 10:25:32 2026"),
            None
        );
        assert_eq!(
            Line::parse("[pvmd pid15] stderr@host2: sh: 1: secpvm-join: not found"),
            None
        );
    }

    #[test]
    fn drop_totals_are_read_from_the_last_line_that_has_them() {
        let log = "\
[t80080000] 11/21 10:25:32 secpvm: dropped 1 datagrams (forged 0, replayed 0, stale 0, malformed 1, foreign 0), the last from 10.77.0.1:53033
[t80080000] 11/21 10:25:33 secpvm: dropped 12 datagrams (forged 3, replayed 1, stale 0, malformed 8, foreign 0), the last from 10.77.0.3:4711
[t80080000] 11/21 10:25:34 work() pvmd halting
";
        let expected = Dropped {
            total: 12,
            forged: 3,
            replayed: 1,
            stale: 0,
            malformed: 8,
            foreign: 0,
        };
        assert_eq!(Dropped::last_in(log), expected);
        assert_eq!(Dropped::last_in("nothing"), Dropped::default());
    }

    #[test]
    fn an_unknown_reason_is_not_counted_as_a_known_one() {
        assert_eq!(
            Dropped::parse("dropped 1 datagrams (eaten 1), the last from 10.77.0.3:4711"),
            None
        );
        assert_eq!(Dropped::parse("dropped many datagrams (forged 1)"), None);
    }

    #[test]
    fn a_failed_start_is_read_from_pvmds_own_lines() {
        for line in [
            "[t80040000] 11/21 17:21:08 startack() host host2 expected version, got \"PvmCantStart\"",
            "[t80040000] 11/21 17:21:08 start_slaves() can't gethostbyname: host9",
        ] {
            assert!(text(line).is_some_and(tells_failed_start));
        }
        let other = "[t80000000] 11/21 17:21:08 stdout@host2: EOF";
        assert_eq!(text(other), Some("stdout@host2: EOF"));
        assert!(!tells_failed_start("stdout@host2: EOF"));
        assert_eq!(text("a second line of something"), None);
    }

    #[test]
    fn a_pvmd_that_did_not_start_and_one_that_halts_are_told_apart() {
        let did_not_start = "[pvmd pid92] 11/21 20:24:49 pvmbailout(0)";
        assert!(tells_no_pvmd(did_not_start));
        assert!(!tells_no_pvmd("[t80040000] 11/21 20:24:49 pvmbailout(0)"));
    }

    #[test]
    fn what_is_wrong_with_a_hostfile_is_read() {
        let told = "nodes 3: host9: can't gethostbyname";
        assert_eq!(bad_hostfile(&format!("readhostfile() {told}")), Some(told));
        assert_eq!(bad_hostfile("ready Sat Nov 21 20:24:49 2026"), None);
    }

    #[test]
    fn a_follower_starts_at_the_end_and_survives_a_new_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pvml.0");
        fs::write(&path, "before\n").unwrap();
        let mut follower = Follower::from_end(path.clone());
        assert!(follower.lines().is_empty());
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"one\ntw")
            .unwrap();
        assert_eq!(follower.lines(), ["one"]);
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(b"o\n")
            .unwrap();
        fs::rename(&path, dir.path().join("pvml.0.old")).unwrap();
        fs::write(&path, "three\n").unwrap();
        assert_eq!(follower.lines(), ["two", "three"]);
        assert!(follower.lines().is_empty());
    }

    #[test]
    fn a_log_that_appears_later_is_read_from_its_beginning() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pvml.0");
        let mut follower = Follower::from_end(path.clone());
        assert!(follower.lines().is_empty());
        fs::write(&path, "one\n").unwrap();
        assert_eq!(follower.lines(), ["one"]);
    }
}
