//! What a laboratory looks like: its members, their addresses, files and environment.

use std::ffi::OsString;
use std::fs;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// The most hosts a laboratory can have. The network has room for 253 (10.77.0.1 to .253), the
/// bridge for 1023; each host costs four processes' memory, about 10 MB with its pvmd.
pub const HOSTS_MAX: u8 = 64;
/// The member that is a place for an attacker: on the bridge, but no part of the machine.
pub const OUTSIDER: &str = "outsider";
/// The network namespace that the bridge is in; what is captured there has passed between members.
pub const BRIDGE: &str = "bridge";
/// Everything a laboratory writes is below this directory: a tmpfs of its own, seen by nobody else
/// and gone with the last process of the laboratory.
pub const DIR: &str = "/dev/shm";

/// What to build.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// Number of hosts, 1 to [`HOSTS_MAX`].
    pub hosts: u8,
    /// Directories in which PVM finds programs, besides `/usr/bin`.
    pub programs: Vec<PathBuf>,
    /// Start the remote shells with OpenSSH.
    pub ssh: bool,
}

/// One namespace on the bridge.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    /// `host1`, ..., or [`OUTSIDER`].
    pub name: String,
    /// Its address, in 10.77.0.0/24.
    pub address: Ipv4Addr,
}

/// A finished laboratory, as its own processes see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Layout {
    /// What was asked for.
    pub plan: Plan,
    /// Every member's name, and the process that holds its namespaces, as numbered in the
    /// laboratory. The bridge is held by process 1.
    pub holders: Vec<(String, u32)>,
}

impl Plan {
    /// The hosts, then the outsider.
    pub fn members(&self) -> Vec<Member> {
        let hosts = (1..=self.hosts).map(|number| Member {
            name: format!("host{number}"),
            address: Ipv4Addr::new(10, 77, 0, number),
        });
        hosts
            .chain([Member {
                name: OUTSIDER.into(),
                address: Ipv4Addr::new(10, 77, 0, 254),
            }])
            .collect()
    }

    /// The commands of ip(8) that tell `member` the hardware addresses of all others. Asked for by ARP
    /// they would stand in a table of 1024 that all namespaces of a computer share: 64 hosts that
    /// talk to each other are 64 * 63 = 4032 neighbours. What is told like this is not counted there.
    pub fn neighbours_of(&self, member: &str) -> Vec<String> {
        let members = self.members().into_iter();
        let others = members.filter(|other| other.name != member);
        let told = others.map(|other| {
            let hardware = hardware_address(other.address);
            format!(
                "neigh add {} lladdr {hardware} nud permanent dev eth0",
                other.address
            )
        });
        told.collect()
    }

    /// The address of a member.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn address_of(&self, member: &str) -> Result<Ipv4Addr> {
        let members = self.members().into_iter();
        let mut named = members.filter(|one| one.name == member);
        let found = named.next().map(|one| one.address);
        found.with_context(|| format!("there is no member '{member}'"))
    }

    /// The text of `/etc/hosts`.
    pub fn hosts_file(&self) -> String {
        let lines = self
            .members()
            .into_iter()
            .map(|member| format!("{} {}\n", member.address, member.name));
        std::iter::once("127.0.0.1 localhost\n".to_owned())
            .chain(lines)
            .collect()
    }

    /// What the environment of a process on `host` must have and must not have.
    pub fn environment(&self, host: &str) -> Environment {
        let path = std::env::join_paths([PathBuf::from("/usr/bin")].iter().chain(&self.programs))
            .expect("checked when the laboratory was asked for");
        Environment {
            set: vec![
                ("PVM_TMP", tmp_of(host).into()),
                ("PVM_PATH", path),
                ("PVM_RSH", rsh().into()),
                // Whoever started the laboratory, in it they are root.
                ("PVM_ALLOW_ROOT", "1".into()),
            ],
            unset: &["PVMSOCK", "PVM_VMID", "PVM_DPATH", "PVM_EXPORT", "PVM_ROOT"],
        }
    }
}

/// A host's variables.
pub struct Environment {
    /// Variables with their values.
    pub set: Vec<(&'static str, OsString)>,
    /// Variables of the user's own machine, meaningless or misleading here.
    pub unset: &'static [&'static str],
}

impl Layout {
    /// Read the layout of the laboratory that this process is in.
    ///
    /// # Errors
    /// This process is in none.
    pub fn read() -> Result<Self> {
        let text = fs::read(layout_file()).context("this process is in no laboratory")?;
        serde_json::from_slice(&text).context("the layout of the laboratory")
    }

    /// Make it known to the laboratory's processes.
    ///
    /// # Errors
    /// It can't be written.
    pub fn write(&self) -> Result<()> {
        Ok(fs::write(layout_file(), serde_json::to_vec(self)?)?)
    }

    /// The process that holds the namespaces of `member`.
    ///
    /// # Errors
    /// There is no such member; the error lists those there are.
    pub fn holder(&self, member: &str) -> Result<u32> {
        let holder = self
            .holders
            .iter()
            .find(|(name, _)| name == member)
            .map(|&(_, pid)| pid);
        holder.with_context(|| {
            let names: Vec<&str> = self.holders.iter().map(|(name, _)| name.as_str()).collect();
            format!(
                "there is no '{member}' in this laboratory; there are {}",
                names.join(", ")
            )
        })
    }
}

/// The hardware address of the member at `address`: 02:00, locally administered, and the address.
pub fn hardware_address(address: Ipv4Addr) -> String {
    let [a, b, c, d] = address.octets();
    format!("02:00:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}

/// The directory of `host`'s files: PVM's, above all.
pub fn tmp_of(host: &str) -> PathBuf {
    Path::new(DIR).join(host)
}

/// The laboratory's remote shell, a program called as `rsh HOST [-l USER] COMMAND...`.
pub fn rsh() -> PathBuf {
    Path::new(DIR).join("rsh")
}

fn layout_file() -> PathBuf {
    Path::new(DIR).join("layout.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(hosts: u8) -> Plan {
        Plan {
            hosts,
            programs: vec!["/opt/programs".into()],
            ssh: false,
        }
    }

    #[test]
    fn hosts_and_the_outsider_have_names_and_addresses() {
        assert_eq!(
            plan(2).hosts_file(),
            "127.0.0.1 localhost\n10.77.0.1 host1\n10.77.0.2 host2\n10.77.0.254 outsider\n"
        );
        assert_eq!(plan(HOSTS_MAX).members().len(), 65);
    }

    #[test]
    fn each_member_is_told_where_the_others_are() {
        let told = plan(2).neighbours_of("host1");
        assert_eq!(told.len(), 2);
        assert_eq!(
            told[0],
            "neigh add 10.77.0.2 lladdr 02:00:0a:4d:00:02 nud permanent dev eth0"
        );
    }

    #[test]
    fn each_host_has_its_own_pvm_tmp() {
        let value = |host| {
            plan(2)
                .environment(host)
                .set
                .into_iter()
                .find(|(name, _)| *name == "PVM_TMP")
                .unwrap()
                .1
        };
        assert_ne!(value("host1"), value("host2"));
    }

    #[test]
    fn an_unknown_member_is_answered_with_the_known_ones() {
        let layout = Layout {
            plan: plan(1),
            holders: vec![("bridge".into(), 1), ("host1".into(), 5)],
        };
        assert_eq!(layout.holder("host1").unwrap(), 5);
        let error = layout.holder("host9").unwrap_err().to_string();
        assert!(
            error.contains("host9") && error.contains("bridge, host1"),
            "{error}"
        );
    }
}
