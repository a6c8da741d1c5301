//! Hosts of a laboratory with static keys: they share one file system, so each has a directory of
//! its own for its keys.

use std::fs;
use std::path::{Path, PathBuf};

use secpvm::lab::Lab;

use crate::machine::{Session, console, write_script};

/// Keys of hosts, and a remote shell that finds them.
pub struct Keyring {
    dir: tempfile::TempDir,
}

impl Keyring {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let keyring = Self { dir };
        keyring.rsh_after(":");
        fs::create_dir(keyring.path().join("rsh.d")).unwrap();
        keyring
    }

    /// The remote shell, which first does something else.
    pub fn rsh_after(&self, work: &str) {
        let shell = "host=$1; shift\n\
            exec /dev/shm/rsh \"$host\" \"export XDG_CONFIG_HOME=$0.d/$host; $*\"";
        self.script("rsh", &format!("{work}\n{shell}"));
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// A program in this directory.
    pub fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path().join(name);
        write_script(&path, text);
        path
    }

    /// The directory of a host's keys.
    pub fn config(&self, host: &str) -> PathBuf {
        self.path().join("rsh.d").join(host)
    }

    /// What a process on `host` needs of the environment to find its keys, and those of others.
    pub fn variables(&self, host: &str) -> Vec<String> {
        vec![
            format!("XDG_CONFIG_HOME={}", self.config(host).display()),
            format!("PVM_RSH={}", self.path().join("rsh").display()),
        ]
    }

    /// Run `secpvm` with `arguments` on `host`; `commands` are for its console.
    pub fn secpvm(&self, lab: &Lab, host: &str, arguments: &[&str], commands: &str) -> Session {
        let command = [&["secpvm"], arguments].concat();
        console(lab, host, &self.variables(host), &command, commands)
    }

    /// The same, and it must succeed. Returns what it printed.
    pub fn done(&self, lab: &Lab, host: &str, arguments: &[&str]) -> String {
        let session = self.secpvm(lab, host, arguments, "");
        assert_eq!(session.code, Some(0), "{session:?}");
        session.stdout.trim().to_owned()
    }

    /// Make a key for a host. Returns the public key.
    pub fn keygen(&self, lab: &Lab, host: &str) -> String {
        self.done(lab, host, &["keygen"])
    }

    /// Keys for host1, the master, and host2, and each knows the other. Returns the public keys.
    pub fn introduce(&self, lab: &Lab) -> [String; 2] {
        let [master, slave] = ["host1", "host2"].map(|host| self.keygen(lab, host));
        self.done(lab, "host1", &["known-hosts", "add", "host2", &slave]);
        self.done(lab, "host2", &["known-masters", "add", "host1", &master]);
        [master, slave]
    }
}
