//! What protects a machine, chosen by profile, level and the names of a cipher and a MAC, as
//! `--profile`, `--level`, `-e` and `-a` give them.

use std::fmt::{self, Write};

use clap::ValueEnum;
use secpvm_core::packet::classic::{Cipher1997, Protection};
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
    /// Stock PVM's datagrams: readable and forgeable. The hosts still join, and tasks have a session
    None,
    /// What is sent can be read, but not altered, forged or replayed
    Authenticate,
    /// What is sent can be neither read nor altered, forged or replayed
    Encrypt,
}

/// How what is protected looks on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// This project's records, with keys that every host gets in an authenticated join
    #[default]
    Current,
    /// The packets and the key exchange of the 1997 report. Broken: to reproduce it and to learn
    #[value(name = "classic-1997")]
    Classic1997,
}

/// What protects a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Nothing: stock PVM, without the patch.
    Plain,
    /// Nothing between the daemons; but the hosts join, and tasks have a session (`--level none`).
    Unsealed,
    /// A suite.
    Secured(Suite),
    /// The packets of 1997.
    Classic(Protection),
}

impl Security {
    /// All but stock PVM.
    pub fn all() -> impl Iterator<Item = Self> {
        let ciphers = Cipher1997::ALL.iter().copied().map(Protection::Encrypted);
        let classic = [Protection::Plain, Protection::Authenticated]
            .into_iter()
            .chain(ciphers);
        let current = Suite::ALL.into_iter().map(Self::Secured);
        current
            .chain([Self::Unsealed])
            .chain(classic.map(Self::Classic))
    }

    /// Its name, as the log and the status tell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Unsealed => "nothing",
            Self::Secured(suite) => suite.name(),
            Self::Classic(Protection::Plain) => "classic-1997 plain",
            Self::Classic(Protection::Authenticated) => "classic-1997 md5",
            Self::Classic(Protection::Encrypted(cipher)) => match cipher.name() {
                "des" => "classic-1997 des+md5",
                "3des" => "classic-1997 3des+md5",
                "idea" => "classic-1997 idea+md5",
                _ => "classic-1997 rc4+md5",
            },
        }
    }

    /// The word of `pvm/common/mode.h` for it; `None` for stock PVM.
    pub fn mode_word(self) -> Option<String> {
        match self {
            Self::Plain => None,
            Self::Unsealed => Some("none".to_owned()),
            Self::Secured(_) => Some("sealed".to_owned()),
            Self::Classic(protection) => Some(format!(
                "classic-1997:{}",
                match protection {
                    Protection::Plain => "plain",
                    Protection::Authenticated => "md5",
                    Protection::Encrypted(cipher) => cipher.name(),
                }
            )),
        }
    }

    /// Its number in a file of counters (`pvm/patch/status.h`).
    pub fn status_number(self) -> u64 {
        const CLASSIC: u64 = 0x1_0000;
        const CLEAR: u64 = 0x2_0000;
        match self {
            Self::Plain => 0,
            // A session for tasks is of the default suite.
            Self::Unsealed => CLEAR | u64::from(Suite::ALL[0].id().0),
            Self::Secured(suite) => u64::from(suite.id().0),
            Self::Classic(Protection::Plain) => CLASSIC,
            Self::Classic(Protection::Authenticated) => CLASSIC | 0x100,
            Self::Classic(Protection::Encrypted(cipher)) => {
                CLASSIC | 0x200 | u64::from(cipher.number())
            }
        }
    }

    /// The arguments of `secpvm` that choose it.
    pub fn arguments(self) -> Vec<&'static str> {
        const CLASSIC: [&str; 2] = ["--profile", "classic-1997"];
        match self {
            Self::Plain => Vec::new(),
            Self::Unsealed => vec!["--level", "none"],
            Self::Secured(suite) => {
                let cipher = suite.cipher().into_iter().flat_map(|cipher| ["-e", cipher]);
                let mac = suite.mac().into_iter().flat_map(|mac| ["-a", mac]);
                cipher.chain(mac).collect()
            }
            Self::Classic(Protection::Plain) => [CLASSIC, ["--level", "none"]].concat(),
            Self::Classic(Protection::Authenticated) => [CLASSIC, ["-a", "md5"]].concat(),
            Self::Classic(Protection::Encrypted(cipher)) => {
                [CLASSIC, ["-e", cipher.name()]].concat()
            }
        }
    }
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
    /// The report has nothing of this name.
    NotOf1997(String),
    /// `--require`, and the level that leaves everything in clear.
    RequiredAtLevelNone,
}

/// What `--profile`, `--level`, `-e CIPHER` and `-a MAC` name. Encryption implies authentication: a
/// cipher that needs a MAC gets its own by default. A MAC alone means authentication alone, as in the
/// report; nothing named means the default suite, or 3DES in classic-1997.
///
/// # Errors
/// [`BadChoice`], whose text says what could be chosen instead.
pub fn choose(
    profile: Profile,
    level: Option<Level>,
    cipher: Option<&str>,
    mac: Option<&str>,
) -> Result<Security, BadChoice> {
    let level = level.unwrap_or(match (cipher, mac) {
        (None, Some(_)) => Level::Authenticate,
        _ => Level::Encrypt,
    });
    match (level, cipher, mac) {
        (Level::None, None, Some(_)) => return Err(BadChoice::MacAtLevelNone),
        (Level::None | Level::Authenticate, Some(_), _) => {
            return Err(BadChoice::CipherAtLevel(level));
        }
        _ => {}
    }
    match (profile, level) {
        (Profile::Current, Level::None) => Ok(Security::Unsealed),
        (Profile::Current, Level::Authenticate) => with_mac_alone(mac).map(Security::Secured),
        (Profile::Current, Level::Encrypt) => with_cipher(cipher, mac).map(Security::Secured),
        (Profile::Classic1997, level) => of_1997(level, cipher, mac).map(Security::Classic),
    }
}

fn of_1997(level: Level, cipher: Option<&str>, mac: Option<&str>) -> Result<Protection, BadChoice> {
    if let Some(mac) = mac.filter(|mac| resolve(mac) != "keyed-md5") {
        return Err(BadChoice::NotOf1997(mac.to_owned()));
    }
    match level {
        Level::None => Ok(Protection::Plain),
        Level::Authenticate => Ok(Protection::Authenticated),
        Level::Encrypt => cipher
            .map_or(Ok(Cipher1997::Tdes), |name| {
                Cipher1997::from_name(name).map_err(|_| BadChoice::NotOf1997(name.to_owned()))
            })
            .map(Protection::Encrypted),
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
    let suite = match security {
        Security::Plain => return Some("nothing is protected: this is stock PVM".to_owned()),
        Security::Unsealed => {
            return Some(
                "nothing that the daemons send each other is protected; only messages that a program \
                 seals itself are"
                    .to_owned(),
            );
        }
        Security::Classic(_) => {
            return Some(
                "the profile classic-1997 is broken: anyone on the network can read, forge and end it \
                 (docs/classic-1997.md); use it to reproduce the report, not to protect"
                    .to_owned(),
            );
        }
        Security::Secured(suite) => suite,
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

/// Is this the name of a [`Security::Classic`]?
pub fn is_of_1997(name: &str) -> bool {
    name.starts_with("classic-1997 ")
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
            Self::NotOf1997(name) => write!(
                f,
                "the report of 1997 has no '{name}': -e des, 3des, idea or rc4, and -a md5, or choose --profile current"
            ),
            Self::RequiredAtLevelNone => f.write_str(
                "--require lets nothing leave in clear, --level none everything: leave out one of them",
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

    const CLASSIC_3DES: Security = Security::Classic(Protection::Encrypted(Cipher1997::Tdes));

    /// The name of what is chosen.
    fn name(
        level: Option<Level>,
        cipher: Option<&str>,
        mac: Option<&str>,
    ) -> Result<&'static str, BadChoice> {
        choose(Profile::Current, level, cipher, mac).map(Security::name)
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
            assert_eq!(
                choose(Profile::Current, None, cipher, mac),
                Ok(Security::Secured(suite))
            );
            if cipher.is_some() {
                assert_eq!(
                    choose(Profile::Current, None, cipher, None),
                    Ok(Security::Secured(suite))
                );
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
            let refused = choose(Profile::Current, Some(level), Some("3des"), None);
            assert_eq!(refused, Err(BadChoice::CipherAtLevel(level)));
        }
        assert_eq!(name(Some(Level::None), None, None), Ok("nothing"));
        let refused = choose(Profile::Current, Some(Level::None), None, Some("md5"));
        assert_eq!(refused, Err(BadChoice::MacAtLevelNone));
    }

    #[test]
    fn unknown_names_list_the_known_ones() {
        let cipher = choose(Profile::Current, None, Some("rot13"), None)
            .unwrap_err()
            .to_string();
        for suite in Suite::ALL {
            assert!(
                cipher.contains(suite.cipher().unwrap_or_default()),
                "{cipher}"
            );
        }
        assert_eq!(
            choose(Profile::Current, None, None, Some("crc"))
                .unwrap_err()
                .to_string(),
            "unknown MAC 'crc'; known: keyed-md5 (md5), hmac-sha256"
        );
        assert_eq!(
            choose(Profile::Current, None, Some("aes-256-gcm"), Some("crc")),
            Err(BadChoice::UnknownMac("crc".into()))
        );
    }

    #[test]
    fn an_aead_takes_no_mac() {
        let refused = choose(
            Profile::Current,
            None,
            Some("chacha20-poly1305"),
            Some("md5"),
        )
        .unwrap_err();
        assert_eq!(
            refused,
            BadChoice::MacBesideAead {
                cipher: "chacha20-poly1305",
                mac: "keyed-md5"
            }
        );
        assert!(refused.to_string().contains("choose 3des-ctr"), "{refused}");
        assert_eq!(
            choose(Profile::Current, Some(Level::Encrypt), None, Some("md5")),
            Err(BadChoice::MacBesideAead {
                cipher: "aes-256-gcm",
                mac: "keyed-md5"
            }),
            "the level asks for the default cipher, which a MAC must not weaken"
        );
    }

    #[test]
    fn a_cipher_takes_the_mac_of_its_suite_only() {
        let refused =
            choose(Profile::Current, None, Some("3des"), Some("hmac-sha256")).unwrap_err();
        assert!(refused.to_string().contains("take keyed-md5"), "{refused}");
    }

    #[test]
    fn only_modern_encryption_passes_without_a_warning() {
        for suite in Suite::ALL {
            let good = suite.strength() == Strength::Modern && suite.cipher().is_some();
            assert_eq!(warning(Security::Secured(suite)).is_none(), good);
        }
        for broken in [Security::Plain, Security::Unsealed, CLASSIC_3DES] {
            assert!(warning(broken).is_some());
        }
    }

    #[test]
    fn the_report_is_chosen_by_its_profile_alone() {
        let classic = |level, cipher, mac| {
            choose(Profile::Classic1997, level, cipher, mac).map(Security::name)
        };
        let md5 = Ok("classic-1997 md5");
        assert_eq!(classic(None, Some("des"), None), Ok("classic-1997 des+md5"));
        assert_eq!(
            classic(None, Some("rc4"), Some("md5")),
            Ok("classic-1997 rc4+md5")
        );
        assert_eq!(classic(None, None, Some("md5")), md5);
        assert_eq!(classic(Some(Level::Authenticate), None, None), md5);
        assert_eq!(classic(None, None, None), Ok("classic-1997 3des+md5"));
        assert_eq!(
            classic(Some(Level::None), None, None),
            Ok("classic-1997 plain")
        );
        for (cipher, mac) in [(Some("aes-256-gcm"), None), (None, Some("hmac-sha256"))] {
            let refused = classic(None, cipher, mac).unwrap_err();
            assert!(matches!(refused, BadChoice::NotOf1997(_)), "{refused}");
        }
        assert!(classic(Some(Level::None), Some("des"), None).is_err());
    }

    #[test]
    fn every_security_has_a_name_a_word_and_a_number_and_its_arguments_choose_it() {
        let mut seen = std::collections::HashSet::new();
        for security in Security::all() {
            assert!(seen.insert(security.name().to_owned()), "{security:?}");
            assert!(
                seen.insert(security.status_number().to_string()),
                "{security:?}"
            );
            assert!(security.mode_word().is_some());
            let arguments = security.arguments();
            let of = |option: &str| {
                let at = arguments.iter().position(|&argument| argument == option)?;
                Some(arguments[at + 1])
            };
            let profile = of("--profile").map_or(Profile::Current, |_| Profile::Classic1997);
            let level = of("--level").map(|_| Level::None);
            assert_eq!(choose(profile, level, of("-e"), of("-a")), Ok(security));
        }
    }
}
