//! Sessions.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::length::Part;
use secpvm_core::session;

use crate::buffer::Input;
use crate::error::Failure;
use crate::random::{array, entropy};
use crate::suite;

/// What every member of a secured machine holds: a secret, its epoch, and the suite that it is used
/// with.
#[pyclass(frozen, module = "secpvm")]
pub struct Session(pub session::Session);

#[pymethods]
impl Session {
    /// A new session in epoch 0, from 32 bytes of the operating system's, or those given.
    #[staticmethod]
    #[pyo3(signature = (suite = "aes-256-gcm", entropy = None))]
    fn generate(py: Python<'_>, suite: &str, entropy: Option<Input>) -> Result<Self, Failure> {
        let suite = suite::from_name(suite)?;
        let entropy = self::entropy(py, entropy)?;
        Ok(Self(session::Session::generate(suite, entropy)))
    }

    /// Decode 40 bytes: secret 32, epoch 4, suite 2, zeros 2. Raises BadSession.
    #[staticmethod]
    fn decode(py: Python<'_>, encoded: Input) -> Result<Self, Failure> {
        let bytes = array(py, Part::Data, &encoded)?;
        Ok(Self(session::Session::decode(&bytes)?))
    }

    /// The session as 40 bytes, secret and all.
    fn encode<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, self.0.encode().expose())
    }

    /// The session in the epoch after this one, with a new secret.
    #[pyo3(signature = (entropy = None))]
    fn next_epoch(&self, py: Python<'_>, entropy: Option<Input>) -> Result<Self, Failure> {
        Ok(Self(self.0.next_epoch(self::entropy(py, entropy)?)?))
    }

    /// The session that the tasks of a machine share, from the one that its daemons share: the same
    /// suite and epoch, a secret of its own. The daemons' does not follow from it.
    fn task_session(&self) -> Self {
        Self(self.0.task_session())
    }

    /// The same session with another suite. Every key is derived for one suite: the two can be used
    /// side by side. Raises UnknownAlgorithm.
    fn with_suite(&self, suite: &str) -> Result<Self, Failure> {
        Ok(Self(self.0.with_suite(suite::from_name(suite)?)))
    }

    /// 32 bytes that programs may use as they like, from a session for tasks: all tasks' key, or
    /// that of the task with this id.
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
