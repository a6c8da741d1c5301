//! This user's static keys: a private key of their own, the hosts that they may add, and the
//! masters that may add this host. The files, whose format is in `pvm/join/keys.h`, stand in
//! `${XDG_CONFIG_HOME:-~/.config}/secpvm`; secpvm-join reads them, this command writes them.

pub mod known;

use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};
use nix::fcntl::OFlag;
use nix::unistd::Uid;
use secpvm_core::agreement::X25519;
use secpvm_core::digest::{Digest, Sha256};
use secpvm_core::secret::Secret;
use zeroize::Zeroizing;

use crate::{hex, os};

/// The file of the private key.
pub const OWN_FILE: &str = "key";
/// What it begins with.
const OWN_PREFIX: &[u8] = b"secpvm-private-key ";
const KEY_LEN: usize = 32;
/// All that is in it: behind that the key's digits, and the end of the line.
const OWN_LEN: usize = OWN_PREFIX.len() + 2 * KEY_LEN + 1;
/// Bytes of a public key's SHA-256 that are shown.
const FINGERPRINT_LEN: usize = 16;

/// Whether the environment asks for joins by static keys (`SECPVM_KEYS=1`).
pub fn are_asked_for() -> bool {
    std::env::var_os("SECPVM_KEYS").is_some_and(|value| !value.is_empty() && value != "0")
}

/// The directory of the files.
///
/// # Errors
/// The environment names no home.
pub fn directory() -> Result<PathBuf> {
    let absolute = |name| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    if let Some(config) = absolute("XDG_CONFIG_HOME") {
        return Ok(config.join("secpvm"));
    }
    let home = absolute("HOME").context("HOME is no absolute path, and keys are kept below it")?;
    Ok(home.join(".config/secpvm"))
}

/// Make it, for this user alone, if it is not there. A home is not made.
fn make_directory() -> Result<PathBuf> {
    let directory = directory()?;
    if let Some(home) = directory.ancestors().nth(2) {
        ensure!(home.is_dir(), "{} is no directory", home.display());
    }
    let mut builder = DirBuilder::new();
    builder
        .recursive(true)
        .mode(0o700)
        .create(&directory)
        .with_context(|| format!("making {}", directory.display()))?;
    Ok(directory)
}

/// A public key: 32 bytes of X25519 (RFC 7748), shown as 64 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; KEY_LEN]);

impl PublicKey {
    /// What people compare: the first 16 bytes of its SHA-256, in eight groups.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(&self.0);
        let groups = digest.finalize();
        let groups = groups[..FINGERPRINT_LEN].chunks(2).map(digits);
        groups.collect::<Vec<_>>().join("-")
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&digits(&self.0))
    }
}

impl FromStr for PublicKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut key = [0; KEY_LEN];
        if hex::decode(text.as_bytes(), &mut key) {
            Ok(Self(key))
        } else {
            Err("a public key has 64 digits of 0-9 and a-f, as `secpvm keygen` prints them".into())
        }
    }
}

/// Make a private key where none is, and return its public key and its file.
///
/// # Errors
/// There is one already, or the file can't be written.
pub fn generate() -> Result<(PublicKey, PathBuf)> {
    let path = make_directory()?.join(OWN_FILE);
    let mut private = Zeroizing::new([0; KEY_LEN]);
    os::fill_random(&mut private[..])?;
    let mut file = match OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
    {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => bail!(
            "{} is there already: whoever knows its public key would no longer know this host. \
             `secpvm keygen --show` prints that; remove the file if the key is to change",
            path.display()
        ),
        other => other.with_context(|| path.display().to_string())?,
    };
    let written = file.write_all(&own_text(&private)[..]);
    let written = written.and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a key would keep a whole one from being made.
        let _ = fs::remove_file(&path);
        return Err(error).with_context(|| path.display().to_string());
    }
    Ok((public_of(&private), path))
}

/// What is in the file of a private key.
fn own_text(private: &[u8; KEY_LEN]) -> Zeroizing<[u8; OWN_LEN]> {
    let mut text = Zeroizing::new([b'\n'; OWN_LEN]);
    let (prefix, rest) = text.split_at_mut(OWN_PREFIX.len());
    prefix.copy_from_slice(OWN_PREFIX);
    hex::encode(private, &mut rest[..2 * KEY_LEN]);
    text
}

/// The private key in it.
fn own_key(text: &[u8]) -> Option<Zeroizing<[u8; KEY_LEN]>> {
    let mut private = Zeroizing::new([0; KEY_LEN]);
    let digits = text.strip_prefix(OWN_PREFIX)?.strip_suffix(b"\n")?;
    hex::decode(digits, &mut private[..]).then_some(private)
}

/// The public key of the private key that is there, and its file.
///
/// # Errors
/// There is none, others may read it, or it is no key.
pub fn own() -> Result<(PublicKey, PathBuf)> {
    let path = directory()?.join(OWN_FILE);
    let Some(mut file) = open_guarded(&path, 0o077)? else {
        bail!("there is no {}: make one, secpvm keygen", path.display());
    };
    // A byte more than a key has, to see a longer file; a regular one gives so much at once.
    let mut text = Zeroizing::new([0; OWN_LEN + 1]);
    let len = file
        .read(&mut text[..])
        .with_context(|| path.display().to_string())?;
    match own_key(&text[..len]) {
        Some(private) => Ok((public_of(&private), path)),
        None => bail!(
            "{} holds no key of secpvm keygen: remove it and make one",
            path.display()
        ),
    }
}

/// Whether there is a file for it, whatever is in it.
pub fn has_own() -> bool {
    directory().is_ok_and(|directory| directory.join(OWN_FILE).exists())
}

fn public_of(private: &[u8; KEY_LEN]) -> PublicKey {
    PublicKey(X25519::new(&Secret::from(*private)).public_value())
}

/// Open a file of this user's or root's that gives nobody else the permissions `forbidden`; `None`
/// if it is not there. As secpvm-join does.
fn open_guarded(path: &Path, forbidden: u32) -> Result<Option<File>> {
    // Of a fifo nothing is to be waited for.
    let flags = OFlag::O_NONBLOCK.bits();
    let mut options = OpenOptions::new();
    let file = match options.read(true).custom_flags(flags).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        other => other.with_context(|| path.display().to_string())?,
    };
    let about = file.metadata()?;
    ensure!(about.is_file(), "{} is no file", path.display());
    let owner = about.uid() == Uid::current().as_raw() || about.uid() == 0;
    ensure!(
        owner && about.mode() & forbidden == 0,
        "{} is not yours alone (mode {:04o}): make it so, chmod go= and chown",
        path.display(),
        about.mode() & 0o7777
    );
    Ok(Some(file))
}

/// `bytes` as people read them.
fn digits(bytes: &[u8]) -> String {
    let mut digits = vec![0; 2 * bytes.len()];
    hex::encode(bytes, &mut digits);
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7748, section 6.1: Alice's keys.
    const PRIVATE: &str = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
    const PUBLIC: &str = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";

    #[test]
    fn a_public_key_is_read_as_it_is_shown() {
        let key = public_of(&[7; KEY_LEN]);
        let shown = key.to_string();
        assert_eq!(shown.len(), 64);
        assert_eq!(shown.parse(), Ok(key));
        for bad in [
            "",
            &shown[1..],
            &format!("{shown}0"),
            &shown.to_uppercase(),
            &format!("+{}", &shown[1..]),
        ] {
            assert!(bad.parse::<PublicKey>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_file_of_a_private_key_is_its_digits_in_a_line() {
        let line = format!("secpvm-private-key {PRIVATE}\n");
        let private = own_key(line.as_bytes()).unwrap();
        assert_eq!(public_of(&private).to_string(), PUBLIC);
        assert_eq!(own_text(&private)[..], *line.as_bytes());
        for bad in [
            &line[1..],
            line.trim_end(),
            &format!("{line}\n"),
            &line.to_uppercase(),
            "",
        ] {
            assert!(own_key(bad.as_bytes()).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_fingerprint_has_eight_groups() {
        let key: PublicKey = "00".repeat(KEY_LEN).parse().unwrap();
        // sha256 of 32 zero bytes.
        assert_eq!(key.fingerprint(), "6668-7aad-f862-bd77-6c8f-c18b-8e9f-8e20");
    }
}
