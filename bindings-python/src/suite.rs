//! The table of suites.

use pyo3::prelude::*;
use secpvm_core::suite;

use crate::error::{Failure, unknown_algorithm};

/// Every suite, in the order of preference.
#[pyfunction]
pub fn suites() -> Vec<Suite> {
    suite::Suite::ALL.into_iter().map(Suite).collect()
}

/// What protects a packet: an AEAD, or a cipher and a MAC with keys of their own.
#[pyclass(frozen, module = "secpvm")]
pub struct Suite(suite::Suite);

#[pymethods]
impl Suite {
    #[getter]
    fn name(&self) -> &'static str {
        self.0.name()
    }

    /// Its number in a record.
    #[getter]
    fn id(&self) -> u16 {
        self.0.id().0
    }

    /// The name of its cipher, or of the AEAD; None if it does not encrypt.
    #[getter]
    fn cipher(&self) -> Option<&'static str> {
        self.0.cipher()
    }

    #[getter]
    fn mac(&self) -> Option<&'static str> {
        self.0.mac()
    }

    #[getter]
    fn strength(&self) -> &'static str {
        self.0.strength().name()
    }

    #[getter]
    fn tag_len(&self) -> usize {
        self.0.tag_len()
    }

    fn __repr__(&self) -> String {
        format!("<Suite {:?}, {}>", self.name(), self.strength())
    }
}

/// The suite of that name.
pub fn from_name(name: &str) -> Result<suite::Suite, Failure> {
    suite::Suite::from_name(name).map_err(|_| unknown_algorithm(name))
}
