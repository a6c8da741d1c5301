//! A session: what every member of a secured machine holds.

use zeroize::Zeroize;

use crate::Error;
use crate::kdf::{self, Key};
use crate::packet::{Epoch, MemberId};
use crate::secret::Secret;
use crate::suite::{Suite, SuiteId};

/// Length of an encoded session, in bytes: secret 32, epoch 4, suite 2, reserved 2 (zero).
pub const SESSION_LEN: usize = 40;

/// The secret that all members share, the epoch that it is in, and the suite that it uses.
pub struct Session {
    secret: Key,
    epoch: Epoch,
    suite: Suite,
}

impl Session {
    /// A new session in epoch 0. `entropy` must come fresh from the operating system.
    pub fn generate(suite: Suite, entropy: Secret<32>) -> Self {
        Self {
            secret: entropy,
            epoch: Epoch(0),
            suite,
        }
    }

    /// The suite that protects its packets.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The epoch that it is in.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The session in the epoch after this one. `entropy` must come fresh from the operating
    /// system: the new secret has nothing to do with the old one, so whoever holds only the old
    /// one is left out.
    ///
    /// # Errors
    /// [`Error::Exhausted`] after epoch 2^32 - 1.
    pub fn next_epoch(&self, entropy: Secret<32>) -> Result<Self, Error> {
        Ok(Self {
            secret: entropy,
            epoch: Epoch(self.epoch.0.checked_add(1).ok_or(Error::Exhausted)?),
            suite: self.suite,
        })
    }

    /// The session that the tasks of a machine share, from the one that its daemons share: of the
    /// same suite and epoch, with a secret of its own, from which the daemons' does not follow.
    #[must_use]
    pub fn task_session(&self) -> Self {
        Self {
            secret: kdf::task_secret(&self.epoch_secret()),
            epoch: self.epoch,
            suite: self.suite,
        }
    }

    /// The same session with another suite. No key is of both: each is derived for one suite.
    #[must_use]
    pub fn with_suite(&self, suite: Suite) -> Self {
        Self {
            secret: Secret::from(*self.secret.expose()),
            epoch: self.epoch,
            suite,
        }
    }

    /// A key that programs may use as they like, from a [task session](Self::task_session): the one
    /// of all tasks, or that of the task with the id `task`. It says nothing about any other key.
    #[must_use]
    pub fn application_key(&self, task: Option<u32>) -> Secret<32> {
        kdf::application_key(&self.secret, task)
    }

    /// Decode what [`encode`](Self::encode) wrote.
    ///
    /// # Errors
    /// [`Error::BadSession`] if the suite is unknown or a reserved byte is not zero.
    pub fn decode(bytes: &[u8; SESSION_LEN]) -> Result<Self, Error> {
        let [secret @ .., e0, e1, e2, e3, s0, s1, 0, 0] = bytes else {
            return Err(Error::BadSession);
        };
        let suite_id = SuiteId(u16::from_be_bytes([*s0, *s1]));
        Ok(Self {
            secret: Secret::from(*secret),
            epoch: Epoch(u32::from_be_bytes([*e0, *e1, *e2, *e3])),
            suite: Suite::from_id(suite_id).map_err(|_| Error::BadSession)?,
        })
    }

    /// The session as bytes, to hand to a new member over a protected channel.
    pub fn encode(&self) -> Secret<SESSION_LEN> {
        let mut bytes = [0; SESSION_LEN];
        let (secret, rest) = bytes.split_at_mut(32);
        secret.copy_from_slice(self.secret.expose());
        let (epoch, rest) = rest.split_at_mut(4);
        epoch.copy_from_slice(&self.epoch.0.to_be_bytes());
        let (suite, _reserved) = rest.split_at_mut(2);
        suite.copy_from_slice(&self.suite.id().0.to_be_bytes());
        let encoded = Secret::from(bytes);
        bytes.zeroize();
        encoded
    }

    pub(crate) fn epoch_secret(&self) -> Key {
        kdf::epoch_secret(&self.secret, self.epoch)
    }

    pub(crate) fn sender_secret(&self, sender: MemberId) -> Key {
        kdf::sender_secret(&self.epoch_secret(), self.suite, sender)
    }
}
