//! A suite chosen by level and by the names of its cipher and MAC, as `--level`, `-e` and `-a` give
//! them.

use std::fmt::{self, Write};

use clap::ValueEnum;
use secpvm_core::suite::{Strength, Suite};

/// Names that users know from elsewhere, and the project's own.
const ALIASES: [(&str, &str); 4] = [
    ("3des", "3des-ctr"),
    ("des", "des-ctr"),
    ("idea", "idea-ctr"),
    ("md5", "keyed-md5"),
];

/// The levels of security of the 1997 report, section 3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Level {
    /// Stock PVM: readable and forgeable
    None,
    /// What is sent can be read, but not altered, forged or replayed
    Authenticate,
    /// What is sent can be neither read nor altered, forged or replayed
    Encrypt,
}

/// What protects a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Nothing: stock PVM.
    Plain,
    /// A suite.
    Secured(Suite),
}

/// Why a choice is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadChoice {
    /// No suite has a cipher of this name.
    UnknownCipher(String),
    /// No suite has a MAC of this name.
    UnknownMac(String),
    /// The cipher authenticates by itself, yet a MAC was named.
    MacBesideAead {
        /// The AEAD.
        cipher: &'static str,
        /// The MAC named beside it.
        mac: &'static str,
    },
    /// No suite has both.
    NoSuchPair {
        /// The cipher.
        cipher: &'static str,
        /// The MAC named beside it.
        mac: &'static str,
    },
    /// A level that does not encrypt, yet a cipher was named.
    CipherAtLevel(Level),
    /// The level at which nothing is authenticated, yet a MAC was named.
    MacAtLevelNone,
}

/// What `--level`, `-e CIPHER` and `-a MAC` name. Encryption implies authentication: a cipher that needs a MAC gets its own by default. A MAC alone means
/// authentication alone, as in the report; nothing named means the default suite.
///
/// # Errors
/// [`BadChoice`], whose text says what could be chosen instead.
pub fn choose(
    level: Option<Level>,
    cipher: Option<&str>,
    mac: Option<&str>,
) -> Result<Security, BadChoice> {
    let level = level.unwrap_or(match (cipher, mac) {
        (None, Some(_)) => Level::Authenticate,
        _ => Level::Encrypt,
    });
    match (level, cipher, mac) {
        (Level::None, None, None) => Ok(Security::Plain),
        (Level::None, None, Some(_)) => Err(BadChoice::MacAtLevelNone),
        (Level::None | Level::Authenticate, Some(_), _) => Err(BadChoice::CipherAtLevel(level)),
        (Level::Authenticate, None, mac) => with_mac_alone(mac).map(Security::Secured),
        (Level::Encrypt, cipher, mac) => with_cipher(cipher, mac).map(Security::Secured),
    }
}

fn with_mac_alone(mac: Option<&str>) -> Result<Suite, BadChoice> {
    let mut of_level = Suite::ALL
        .into_iter()
        .filter(|suite| suite.cipher().is_none());
    let wanted = mac.map(resolve);
    of_level
        .find(|suite| wanted.is_none_or(|mac| suite.mac() == Some(mac)))
        .ok_or_else(|| BadChoice::UnknownMac(mac.unwrap_or_default().to_owned()))
}

fn with_cipher(cipher: Option<&str>, mac: Option<&str>) -> Result<Suite, BadChoice> {
    let mac = mac.map(known_mac).transpose()?;
    let wanted = cipher.map_or(Suite::ALL[0].cipher(), |cipher| Some(resolve(cipher)));
    let of_cipher: Vec<Suite> = Suite::ALL
        .into_iter()
        .filter(|suite| suite.cipher().is_some() && suite.cipher() == wanted)
        .collect();
    let (Some(&first), Some(cipher)) = (of_cipher.first(), wanted_name(&of_cipher)) else {
        return Err(BadChoice::UnknownCipher(
            cipher.unwrap_or_default().to_owned(),
        ));
    };
    let Some(mac) = mac else { return Ok(first) };
    let with_mac = of_cipher.iter().find(|suite| suite.mac() == Some(mac));
    with_mac.copied().ok_or(match first.mac() {
        None => BadChoice::MacBesideAead { cipher, mac },
        Some(_) => BadChoice::NoSuchPair { cipher, mac },
    })
}

/// The cipher that these suites share.
fn wanted_name(suites: &[Suite]) -> Option<&'static str> {
    suites.first().and_then(|suite| suite.cipher())
}

/// A sentence for what no one should choose without a reason; `None` for the rest.
pub fn warning(security: Security) -> Option<String> {
    let Security::Secured(suite) = security else {
        return Some("nothing is protected: this is stock PVM".to_owned());
    };
    let readable = suite.cipher().is_none().then(|| {
        format!(
            "{} authenticates only: what is sent can be read",
            suite.name()
        )
    });
    let weak = (suite.strength() != Strength::Modern).then(|| {
        format!(
            "{} is {}: use it to compare or to talk to old peers, not to protect",
            suite.name(),
            suite.strength().name()
        )
    });
    let sentences: Vec<String> = readable.into_iter().chain(weak).collect();
    (!sentences.is_empty()).then(|| sentences.join("; "))
}

/// The table of suites that `--help` and error messages show, one line each.
pub fn table() -> String {
    Suite::ALL
        .into_iter()
        .fold(String::new(), |mut table, suite| {
            let option = |name: &str, of: Option<&'static str>| {
                of.map(|of| format!("-{name} {}", with_alias(of)))
            };
            let (first, second) = match suite.cipher() {
                None => (
                    option("a", suite.mac()),
                    Some("does not encrypt".to_owned()),
                ),
                cipher => (option("e", cipher), option("a", suite.mac())),
            };
            writeln!(
                table,
                "  {:<26} {:<24} {}",
                first.unwrap_or_default(),
                second.unwrap_or_else(|| "authenticates by itself".to_owned()),
                suite.strength().name()
            )
            .expect("writing to a String");
            table
        })
}

impl fmt::Display for BadChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCipher(name) => {
                write!(f, "unknown cipher '{name}'; known: {}", names(Suite::cipher))
            }
            Self::UnknownMac(name) => {
                write!(f, "unknown MAC '{name}'; known: {}", names(Suite::mac))
            }
            Self::MacBesideAead { cipher, mac } => write!(
                f,
                "{cipher} encrypts and authenticates in one and takes no MAC beside it: leave out -a {mac}, or choose {}",
                names(|suite| suite.cipher().filter(|_| suite.mac() == Some(mac)))
            ),
            Self::NoSuchPair { cipher, mac } => write!(
                f,
                "{cipher} has no suite with {mac}: leave out -a {mac}, or take {}",
                names(|suite| suite.mac().filter(|_| suite.cipher() == Some(cipher)))
            ),
            Self::CipherAtLevel(level) => write!(
                f,
                "nothing is encrypted at --level {}: leave out -e, or choose --level encrypt",
                level.name()
            ),
            Self::MacAtLevelNone => f.write_str(
                "nothing is authenticated at --level none: leave out -a, or choose --level authenticate",
            ),
        }
    }
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Authenticate => "authenticate",
            Self::Encrypt => "encrypt",
        }
    }
}

impl std::error::Error for BadChoice {}

fn known_mac(name: &str) -> Result<&'static str, BadChoice> {
    Suite::ALL
        .into_iter()
        .filter_map(Suite::mac)
        .find(|&mac| mac == resolve(name))
        .ok_or_else(|| BadChoice::UnknownMac(name.to_owned()))
}

fn resolve(name: &str) -> &str {
    ALIASES
        .iter()
        .find(|(alias, _)| *alias == name)
        .map_or(name, |(_, own)| own)
}

fn with_alias(name: &str) -> String {
    ALIASES
        .iter()
        .find(|(_, own)| *own == name)
        .map_or_else(|| name.to_owned(), |(alias, _)| format!("{name} ({alias})"))
}

fn names(of: impl Fn(Suite) -> Option<&'static str>) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in Suite::ALL.into_iter().filter_map(of).map(with_alias) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The name of the suite chosen, or "none".
    fn name(
        level: Option<Level>,
        cipher: Option<&str>,
        mac: Option<&str>,
    ) -> Result<&'static str, BadChoice> {
        choose(level, cipher, mac).map(|security| match security {
            Security::Plain => "none",
            Security::Secured(suite) => suite.name(),
        })
    }

    #[test]
    fn the_default_is_aes_256_gcm() {
        assert_eq!(name(None, None, None), Ok("aes-256-gcm"));
        assert_eq!(name(Some(Level::Encrypt), None, None), Ok("aes-256-gcm"));
    }

    #[test]
    fn every_suite_is_chosen_by_its_own_names() {
        for suite in Suite::ALL {
            let (cipher, mac) = (suite.cipher(), suite.mac());
            assert_eq!(choose(None, cipher, mac), Ok(Security::Secured(suite)));
            if cipher.is_some() {
                assert_eq!(choose(None, cipher, None), Ok(Security::Secured(suite)));
            }
        }
    }

    #[test]
    fn encryption_implies_authentication() {
        for cipher in ["3des", "idea", "des", "rc4"] {
            let suite = name(None, Some(cipher), None).unwrap();
            assert!(suite.ends_with("+keyed-md5"), "{suite}");
            assert_eq!(name(None, Some(cipher), Some("md5")), Ok(suite));
        }
    }

    #[test]
    fn a_mac_alone_authenticates_alone() {
        assert_eq!(name(None, None, Some("md5")), Ok("keyed-md5"));
        let level = Some(Level::Authenticate);
        assert_eq!(name(level, None, Some("md5")), Ok("keyed-md5"));
        assert_eq!(name(level, None, None), Ok("hmac-sha256"));
    }

    #[test]
    fn a_level_and_what_it_does_not_have_are_refused() {
        for level in [Level::None, Level::Authenticate] {
            let refused = choose(Some(level), Some("3des"), None);
            assert_eq!(refused, Err(BadChoice::CipherAtLevel(level)));
        }
        assert_eq!(name(Some(Level::None), None, None), Ok("none"));
        let refused = choose(Some(Level::None), None, Some("md5"));
        assert_eq!(refused, Err(BadChoice::MacAtLevelNone));
    }

    #[test]
    fn unknown_names_list_the_known_ones() {
        let cipher = choose(None, Some("rot13"), None).unwrap_err().to_string();
        for suite in Suite::ALL {
            assert!(
                cipher.contains(suite.cipher().unwrap_or_default()),
                "{cipher}"
            );
        }
        assert_eq!(
            choose(None, None, Some("crc")).unwrap_err().to_string(),
            "unknown MAC 'crc'; known: keyed-md5 (md5), hmac-sha256"
        );
        assert_eq!(
            choose(None, Some("aes-256-gcm"), Some("crc")),
            Err(BadChoice::UnknownMac("crc".into()))
        );
    }

    #[test]
    fn an_aead_takes_no_mac() {
        let refused = choose(None, Some("chacha20-poly1305"), Some("md5")).unwrap_err();
        assert_eq!(
            refused,
            BadChoice::MacBesideAead {
                cipher: "chacha20-poly1305",
                mac: "keyed-md5"
            }
        );
        assert!(refused.to_string().contains("choose 3des-ctr"), "{refused}");
        assert_eq!(
            choose(Some(Level::Encrypt), None, Some("md5")),
            Err(BadChoice::MacBesideAead {
                cipher: "aes-256-gcm",
                mac: "keyed-md5"
            }),
            "the level asks for the default cipher, which a MAC must not weaken"
        );
    }

    #[test]
    fn a_cipher_takes_the_mac_of_its_suite_only() {
        let refused = choose(None, Some("3des"), Some("hmac-sha256")).unwrap_err();
        assert!(refused.to_string().contains("take keyed-md5"), "{refused}");
    }

    #[test]
    fn only_modern_encryption_passes_without_a_warning() {
        for suite in Suite::ALL {
            let good = suite.strength() == Strength::Modern && suite.cipher().is_some();
            assert_eq!(warning(Security::Secured(suite)).is_none(), good);
        }
        assert!(warning(Security::Plain).is_some());
    }
}
