//! A suite chosen by the names of its cipher and MAC, as `-e` and `-a` give them.

use std::fmt::{self, Write};

use secpvm_core::suite::{Strength, Suite};

/// Names that users know from elsewhere, and the project's own.
const ALIASES: [(&str, &str); 2] = [("3des", "3des-ctr"), ("md5", "keyed-md5")];

/// Why two names make no suite.
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
}

/// The suite that `-e CIPHER` and `-a MAC` name. Encryption implies authentication: a cipher that
/// needs a MAC gets its own by default. No name means the default suite's; a MAC alone never
/// changes the cipher.
///
/// # Errors
/// [`BadChoice`], whose text says what could be chosen instead.
pub fn choose(cipher: Option<&str>, mac: Option<&str>) -> Result<Suite, BadChoice> {
    let mac = mac.map(known_mac).transpose()?;
    let cipher = cipher.unwrap_or(Suite::ALL[0].cipher());
    let of_cipher = Suite::ALL
        .into_iter()
        .filter(|suite| suite.cipher() == resolve(cipher));
    let first = of_cipher
        .clone()
        .next()
        .ok_or_else(|| BadChoice::UnknownCipher(cipher.to_owned()))?;
    let Some(mac) = mac else { return Ok(first) };
    of_cipher
        .into_iter()
        .find(|suite| suite.mac() == Some(mac))
        .ok_or(BadChoice::MacBesideAead {
            cipher: first.cipher(),
            mac,
        })
}

/// A sentence for suites that no one should choose without a reason; `None` for modern ones.
pub fn warning(suite: Suite) -> Option<String> {
    (suite.strength() != Strength::Modern).then(|| {
        format!(
            "{} is {}: use it to compare or to talk to old peers, not to protect",
            suite.name(),
            suite.strength().name()
        )
    })
}

/// The table of suites that `--help` and error messages show, one line each.
pub fn table() -> String {
    Suite::ALL
        .into_iter()
        .fold(String::new(), |mut table, suite| {
            let mac = suite.mac().map_or_else(
                || "authenticates by itself".to_owned(),
                |mac| format!("-a {}", with_alias(mac)),
            );
            writeln!(
                table,
                "  {:<26} {:<24} {}",
                format!("-e {}", with_alias(suite.cipher())),
                mac,
                suite.strength().name()
            )
            .expect("writing to a String");
            table
        })
}

impl fmt::Display for BadChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCipher(name) => write!(
                f,
                "unknown cipher '{name}'; known: {}",
                names(|suite| Some(suite.cipher()))
            ),
            Self::UnknownMac(name) => {
                write!(f, "unknown MAC '{name}'; known: {}", names(Suite::mac))
            }
            Self::MacBesideAead { cipher, mac } => write!(
                f,
                "{cipher} encrypts and authenticates in one and takes no MAC beside it: leave out -a {mac}, or choose {}",
                names(|suite| (suite.mac() == Some(mac)).then(|| suite.cipher()))
            ),
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
    let names: Vec<String> = Suite::ALL
        .into_iter()
        .filter_map(of)
        .map(with_alias)
        .collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(cipher: Option<&str>, mac: Option<&str>) -> Result<&'static str, BadChoice> {
        choose(cipher, mac).map(Suite::name)
    }

    #[test]
    fn the_default_is_aes_256_gcm() {
        assert_eq!(name(None, None), Ok("aes-256-gcm"));
    }

    #[test]
    fn every_suite_is_chosen_by_its_own_names() {
        for suite in Suite::ALL {
            assert_eq!(choose(Some(suite.cipher()), suite.mac()), Ok(suite));
            assert_eq!(choose(Some(suite.cipher()), None), Ok(suite));
        }
    }

    #[test]
    fn encryption_implies_authentication() {
        assert_eq!(name(Some("3des"), None), Ok("3des-ctr+keyed-md5"));
        assert_eq!(name(Some("3des"), Some("md5")), Ok("3des-ctr+keyed-md5"));
    }

    #[test]
    fn unknown_names_list_the_known_ones() {
        let cipher = choose(Some("rot13"), None).unwrap_err().to_string();
        for suite in Suite::ALL {
            assert!(cipher.contains(suite.cipher()), "{cipher}");
        }
        assert_eq!(
            choose(None, Some("crc")).unwrap_err().to_string(),
            "unknown MAC 'crc'; known: keyed-md5 (md5)"
        );
        assert_eq!(
            choose(Some("aes-256-gcm"), Some("crc")),
            Err(BadChoice::UnknownMac("crc".into()))
        );
    }

    #[test]
    fn an_aead_takes_no_mac() {
        let refused = choose(Some("chacha20-poly1305"), Some("md5")).unwrap_err();
        assert_eq!(
            refused,
            BadChoice::MacBesideAead {
                cipher: "chacha20-poly1305",
                mac: "keyed-md5"
            }
        );
        assert!(refused.to_string().contains("choose 3des-ctr"), "{refused}");
        assert_eq!(
            choose(None, Some("md5")),
            Err(BadChoice::MacBesideAead {
                cipher: "aes-256-gcm",
                mac: "keyed-md5"
            }),
            "a MAC alone must not weaken the default cipher"
        );
    }

    #[test]
    fn only_modern_suites_pass_without_a_warning() {
        for suite in Suite::ALL {
            assert_eq!(
                warning(suite).is_none(),
                suite.strength() == Strength::Modern
            );
        }
    }
}
