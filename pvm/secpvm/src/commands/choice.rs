//! The options that choose what protects a machine: those of the console, and of a laboratory.

use clap::Args;

use crate::suite::{self, BadChoice, Level, Profile, Security};

/// What is to protect a machine, and how.
#[derive(Debug, Args)]
pub struct Choice {
    /// How what is protected looks on the wire [default: current]
    #[arg(long)]
    profile: Option<Profile>,

    /// How much is protected [default: encrypt; with a MAC alone: authenticate]
    #[arg(long)]
    level: Option<Level>,

    /// Cipher that protects what the daemons send each other [default: aes-256-gcm]
    #[arg(short, long, value_name = "CIPHER")]
    encrypt: Option<String>,

    /// MAC, beside a cipher that does not authenticate by itself, or alone: no encryption then
    #[arg(short, long, value_name = "MAC")]
    authenticate: Option<String>,

    /// Refuse what leaves a host in clear. Nothing does unless --level none says so, or a program for a
    /// message of its own; so this is for scripts whose options come from elsewhere
    #[arg(long)]
    require: bool,
}

impl Choice {
    /// Whether the user chose, so that nothing else will do.
    pub fn is_explicit(&self) -> bool {
        self.profile.is_some()
            || self.level.is_some()
            || self.encrypt.is_some()
            || self.authenticate.is_some()
    }

    /// What was chosen.
    ///
    /// # Errors
    /// [`BadChoice`].
    pub fn security(&self) -> Result<Security, BadChoice> {
        if self.require && self.level == Some(Level::None) {
            return Err(BadChoice::RequiredAtLevelNone);
        }
        suite::choose(
            self.profile.unwrap_or_default(),
            self.level,
            self.encrypt.as_deref(),
            self.authenticate.as_deref(),
        )
    }
}

#[cfg(test)]
mod tests {
    use secpvm_core::suite::Suite;

    use super::super::parse;
    use super::*;

    #[test]
    fn names_stand_behind_their_option_or_apart() {
        for arguments in [&["-e3des", "-amd5"][..], &["-e", "3des", "-a", "md5"]] {
            let choice: Choice = parse(arguments).unwrap();
            assert_eq!(choice.encrypt.as_deref(), Some("3des"));
            assert_eq!(choice.authenticate.as_deref(), Some("md5"));
            let suite = Suite::TdesCtrKeyedMd5;
            assert_eq!(choice.security(), Ok(Security::Secured(suite)));
        }
    }
}
