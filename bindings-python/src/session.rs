//! Sessions.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::length::Part;
use secpvm_core::session;

use crate::buffer::Input;
use crate::error::Failure;
use crate::random::{array, entropy};
use crate::suite;

/// What every member of a secured machine holds.
#[pyclass(frozen, module = "secpvm")]
pub struct Session(pub session::Session);

#[pymethods]
impl Session {
    #[staticmethod]
    #[pyo3(signature = (suite = "aes-256-gcm", entropy = None))]
    fn generate(py: Python<'_>, suite: &str, entropy: Option<Input>) -> Result<Self, Failure> {
        let suite = suite::from_name(suite)?;
        let entropy = self::entropy(py, entropy)?;
        Ok(Self(session::Session::generate(suite, entropy)))
    }

    #[staticmethod]
    fn decode(py: Python<'_>, encoded: Input) -> Result<Self, Failure> {
        let bytes = array(py, Part::Data, &encoded)?;
        Ok(Self(session::Session::decode(&bytes)?))
    }

    fn encode<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.encode().expose())
    }

    #[pyo3(signature = (entropy = None))]
    fn next_epoch(&self, py: Python<'_>, entropy: Option<Input>) -> Result<Self, Failure> {
        Ok(Self(self.0.next_epoch(self::entropy(py, entropy)?)?))
    }

    fn task_session(&self) -> Self {
        Self(self.0.task_session())
    }

    fn with_suite(&self, suite: &str) -> Result<Self, Failure> {
        Ok(Self(self.0.with_suite(suite::from_name(suite)?)))
    }

    #[pyo3(signature = (task = None))]
    fn application_key<'py>(&self, py: Python<'py>, task: Option<u32>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.application_key(task).expose())
    }

    #[getter]
    fn suite(&self) -> &'static str {
        self.0.suite().name()
    }

    #[getter]
    fn epoch(&self) -> u32 {
        self.0.epoch().0
    }

    /// Without its secret.
    fn __repr__(&self) -> String {
        format!("<Session suite={:?} epoch={}>", self.suite(), self.epoch())
    }
}

impl Session {
    /// The same session once more, for Python to own.
    pub fn of(session: &session::Session) -> Result<Self, Failure> {
        Ok(Self(session::Session::decode(session.encode().expose())?))
    }

    /// The same session once more, for a join or an endpoint to own.
    pub fn duplicate(&self) -> Result<session::Session, Failure> {
        Self::of(&self.0).map(|twin| twin.0)
    }
}
