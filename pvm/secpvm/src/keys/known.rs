//! The lists of keys: known-hosts and known-masters. A line each: name, public key.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;

use super::{PublicKey, directory, make_directory, open_guarded};

/// secpvm-join reads no longer lines.
const LINE_LEN_MAX: usize = 511;

/// Which of the lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// The hosts that this one may add.
    Hosts,
    /// The masters that may add this one. If the list is there, nobody else may.
    Masters,
}

/// A line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// A host as the user calls it in PVM, or a name for a master.
    pub name: String,
    /// Its public key.
    pub key: PublicKey,
}

/// One entry as a script reads it.
#[derive(Debug, Serialize)]
pub struct Shown<'a> {
    name: &'a str,
    public_key: String,
    fingerprint: String,
}

/// Keep others from changing the lists, until what is returned is dropped.
///
/// # Errors
/// The directory of the lists can't be made.
pub fn lock() -> Result<File> {
    let directory = make_directory()?;
    let lock = File::open(&directory).and_then(|directory| {
        directory.lock()?;
        Ok(directory)
    });
    lock.with_context(|| directory.display().to_string())
}

/// A list, with the lines that say nothing kept as they are.
#[derive(Debug)]
pub struct Known {
    path: PathBuf,
    lines: Vec<(String, Option<Entry>)>,
}

impl List {
    /// Its file.
    ///
    /// # Errors
    /// There is no home.
    pub fn path(self) -> Result<PathBuf> {
        Ok(directory()?.join(match self {
            Self::Hosts => "known-hosts",
            Self::Masters => "known-masters",
        }))
    }

    /// Read it; a file that is not there is an empty list.
    ///
    /// # Errors
    /// Others may write it, or a line is bad: the error names it.
    pub fn read(self) -> Result<Known> {
        let path = self.path()?;
        let mut text = String::new();
        if let Some(mut file) = open_guarded(&path, 0o022)? {
            file.read_to_string(&mut text)
                .with_context(|| path.display().to_string())?;
        }
        Known::parse(path, &text)
    }
}

impl Entry {
    /// As a script reads it.
    pub fn shown(&self) -> Shown<'_> {
        Shown {
            name: &self.name,
            public_key: self.key.to_string(),
            fingerprint: self.key.fingerprint(),
        }
    }

    fn line(&self) -> String {
        format!("{} {}", self.name, self.key)
    }

    /// What a line says, if anything; `Err` if it is none of this format.
    fn parse(line: &str) -> Result<Option<Self>, ()> {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[..] {
            [] => Ok(None),
            [first, ..] if first.starts_with('#') => Ok(None),
            [name, key] if line.len() <= LINE_LEN_MAX => Ok(Some(Self {
                name: name.to_owned(),
                key: key.parse().map_err(|_| ())?,
            })),
            _ => Err(()),
        }
    }
}

impl Known {
    fn parse(path: PathBuf, text: &str) -> Result<Self> {
        let mut known = Self {
            path,
            lines: Vec::new(),
        };
        for (line, number) in text.lines().zip(1..) {
            let place = || format!("{}:{number}", known.path.display());
            let Ok(entry) = Entry::parse(line) else {
                bail!("{}: not a name and a key of 64 digits", place());
            };
            let before = entry.as_ref().and_then(|entry| known.place(&entry.name));
            if let (Some(entry), Some(before)) = (&entry, before) {
                bail!(
                    "{}: {} stands in line {} already",
                    place(),
                    entry.name,
                    before + 1
                );
            }
            known.lines.push((line.to_owned(), entry));
        }
        Ok(known)
    }

    /// Its entries.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter().filter_map(|(_, entry)| entry.as_ref())
    }

    /// The key of `name`.
    pub fn key(&self, name: &str) -> Option<PublicKey> {
        let mut entries = self.entries();
        entries
            .find(|entry| entry.name == name)
            .map(|entry| entry.key)
    }

    fn text(&self) -> String {
        let mut lines: Vec<&str> = self.lines.iter().map(|(line, _)| &line[..]).collect();
        lines.push("");
        lines.join("\n")
    }

    fn place(&self, name: &str) -> Option<usize> {
        let mut lines = self.lines.iter();
        lines.position(|(_, entry)| entry.as_ref().is_some_and(|entry| entry.name == name))
    }

    /// Add a key; the place of another key of that name is taken if `replace`.
    ///
    /// # Errors
    /// The name can't stand in the file, or has another key.
    pub fn add(&mut self, name: &str, key: PublicKey, replace: bool) -> Result<()> {
        let entry = Entry {
            name: name.to_owned(),
            key,
        };
        let line = entry.line();
        ensure!(
            Entry::parse(&line) == Ok(Some(entry.clone())),
            "'{name}' is no name: one word that does not begin with #"
        );
        match self.place(name) {
            None => self.lines.push((line, Some(entry))),
            Some(at) => {
                let known = self.key(name).context("it has a place")?;
                ensure!(
                    known == key || replace,
                    "{}:{}: {name} has the key {} there, and this one is {}: if it was changed, \
                     add --replace",
                    self.path.display(),
                    at + 1,
                    known.fingerprint(),
                    key.fingerprint()
                );
                self.lines[at] = (line, Some(entry));
            }
        }
        Ok(())
    }

    /// Take a name out.
    ///
    /// # Errors
    /// It is not there.
    pub fn remove(&mut self, name: &str) -> Result<()> {
        let at = self.place(name);
        let at = at.with_context(|| format!("{} is not in {}", name, self.path.display()))?;
        self.lines.remove(at);
        Ok(())
    }

    /// Write the file, whole or not at all.
    ///
    /// # Errors
    /// It can't be written.
    pub fn write(&self) -> Result<()> {
        let write = || -> std::io::Result<()> {
            let beside = self.path.with_extension("new");
            // Whatever the umask: a file that a group may write would not be believed.
            let mut options = OpenOptions::new();
            let options = options.write(true).create(true).truncate(true);
            let mut file = options.mode(0o600).open(&beside)?;
            file.write_all(self.text().as_bytes())?;
            file.sync_all()?;
            fs::rename(&beside, &self.path)
        };
        write().with_context(|| format!("writing {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(digit: char) -> PublicKey {
        digit.to_string().repeat(64).parse().unwrap()
    }

    fn parse(text: &str) -> Result<Known> {
        Known::parse("known".into(), text)
    }

    #[test]
    fn comments_and_blank_lines_say_nothing_and_stay() {
        let before = format!("# of the department\n\n host2 {} \n", key('1'));
        let mut known = parse(&before).unwrap();
        known.add("host3", key('2'), false).unwrap();
        assert_eq!(known.text(), before + &format!("host3 {}\n", key('2')));
        known.remove("host2").unwrap();
        assert_eq!(known.key("host2"), None);
        assert!(known.text().starts_with("# of the department\n\nhost3"));
        assert!(known.remove("host2").is_err());
    }

    #[test]
    fn a_bad_line_is_named() {
        let good = format!("host2 {}\n", key('1'));
        for bad in [
            "host3",
            "host3 0123",
            &format!("host3 {} x", key('2')),
            &good,
        ] {
            let error = parse(&format!("{good}{bad}\n")).unwrap_err().to_string();
            assert!(error.starts_with("known:2: "), "{error}");
        }
        let long = format!("{} {}", "h".repeat(LINE_LEN_MAX), key('2'));
        assert!(parse(&long).is_err());
    }

    #[test]
    fn a_changed_key_is_replaced_only_when_asked_to() {
        let mut known = parse(&format!("host2 {}\n", key('1'))).unwrap();
        known.add("host2", key('1'), false).unwrap();
        let refusal = known.add("host2", key('2'), false).unwrap_err().to_string();
        for fingerprint in [key('1'), key('2')].map(|key| key.fingerprint()) {
            assert!(refusal.contains(&fingerprint), "{refusal}");
        }
        known.add("host2", key('2'), true).unwrap();
        assert_eq!(known.text(), format!("host2 {}\n", key('2')));
    }

    #[test]
    fn what_the_file_could_not_hold_is_no_name() {
        let mut known = parse("").unwrap();
        for bad in [
            "",
            "#host",
            "two words",
            "host\n2",
            &"h".repeat(LINE_LEN_MAX),
        ] {
            assert!(known.add(bad, key('1'), false).is_err(), "{bad}");
        }
    }
}
