//! Sessions and suites.

use secpvm_core::secret::Secret;
use secpvm_core::session::{SESSION_LEN, Session as Core};
use secpvm_core::suite::Suite;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::{Failure, object};
use crate::scratch::{put, with_region};

/// Length of the entropy of a session, in bytes.
const ENTROPY_LEN: usize = 32;

/// One line each, in order of preference, fields between tabs: name, id, strength.
#[wasm_bindgen]
pub fn suites() -> String {
    let lines = Suite::ALL.map(|suite| {
        let (name, id, strength) = (suite.name(), suite.id().0, suite.strength());
        format!("{name}\t{id}\t{strength}\n")
    });
    lines.concat()
}

#[wasm_bindgen]
pub struct Session(pub(crate) Core);

#[wasm_bindgen]
impl Session {
    /// From 32 bytes of entropy, and the name of the suite behind them.
    pub fn generate(suite_len: usize) -> Option<Session> {
        object(with_region(|parts| {
            let entropy = Secret::from(parts.key(ENTROPY_LEN)?.array()?);
            let suite = core::str::from_utf8(parts.take(suite_len)?);
            let suite = Suite::from_name(suite.unwrap_or_default())?;
            Ok(Self(Core::generate(suite, entropy)))
        }))
    }

    /// From the 40 bytes of an encoded one.
    pub fn decode() -> Option<Session> {
        object(with_region(|parts| {
            let bytes = Secret::<SESSION_LEN>::from(parts.key(SESSION_LEN)?.array()?);
            Ok(Self(Core::decode(bytes.expose())?))
        }))
    }

    pub fn encode(&self) -> i32 {
        put(self.0.encode().expose())
    }

    /// From 32 bytes of entropy.
    pub fn next_epoch(&self) -> Option<Session> {
        object(with_region(|parts| {
            let entropy = Secret::from(parts.key(ENTROPY_LEN)?.array()?);
            Ok(Self(self.0.next_epoch(entropy).map_err(Failure::from)?))
        }))
    }

    pub fn task_session(&self) -> Session {
        Self(self.0.task_session())
    }

    /// From the name of the suite.
    pub fn with_suite(&self, suite_len: usize) -> Option<Session> {
        object(with_region(|parts| {
            let suite = core::str::from_utf8(parts.take(suite_len)?);
            let suite = Suite::from_name(suite.unwrap_or_default())?;
            Ok(Self(self.0.with_suite(suite)))
        }))
    }

    /// All tasks' key, or that of one.
    pub fn application_key(&self, task: Option<u32>) -> i32 {
        put(self.0.application_key(task).expose())
    }

    pub fn epoch(&self) -> u32 {
        self.0.epoch().0
    }

    pub fn suite(&self) -> u16 {
        self.0.suite().id().0
    }
}

#[cfg(feature = "full")]
impl Session {
    /// A second holder of the same session, for who must have one of its own.
    pub(crate) fn duplicate(&self) -> Result<Core, Failure> {
        Ok(Core::decode(self.0.encode().expose())?)
    }
}
