//! Message digests.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::digest::{AnyDigest, DigestSpec};

use crate::algorithm::names;
use crate::buffer::Input;
use crate::error::Failure;
use crate::locked::Locked;

names!(DIGESTS: DigestSpec);

/// The digest of one message.
#[pyfunction]
pub fn digest<'py>(
    py: Python<'py>,
    name: &str,
    data: Input,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let mut digest = AnyDigest::new(DIGESTS.find(name)?);
    data.feed(py, |piece| digest.update(piece));
    Ok(PyBytes::new(py, digest.finalize().as_ref()))
}

/// A message digest that takes its message in pieces, as hashlib's do (PEP 452).
#[pyclass(frozen, module = "secpvm")]
pub struct Digest {
    spec: DigestSpec,
    state: Locked<AnyDigest>,
}

#[pymethods]
impl Digest {
    #[new]
    #[pyo3(
        signature = (name, data = Input::Bytes(&[])),
        text_signature = "(name, data=b'')"
    )]
    fn new(py: Python<'_>, name: &str, data: Input) -> Result<Self, Failure> {
        let spec = DIGESTS.find(name)?;
        let state = Locked::new(AnyDigest::new(spec));
        let this = Self { spec, state };
        this.update(py, data);
        Ok(this)
    }

    /// Append to the message.
    fn update(&self, py: Python<'_>, data: Input) {
        let state = &mut *self.state.lock(py);
        data.feed(py, |piece| state.update(piece));
    }

    /// Another digest that goes on from the same message.
    fn copy(&self, py: Python<'_>) -> Self {
        let state = Locked::new(self.state.lock(py).clone());
        Self { state, ..*self }
    }

    /// The digest of the message so far.
    fn digest<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let state = self.state.lock(py).clone();
        PyBytes::new(py, state.finalize().as_ref())
    }

    /// The same in hexadecimal digits.
    fn hexdigest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        hex(&self.digest(py))
    }

    #[getter]
    fn name(&self) -> &'static str {
        self.spec.algorithm().name
    }

    #[getter]
    fn digest_size(&self) -> usize {
        self.spec.algorithm().output_len
    }

    #[getter]
    fn block_size(&self) -> usize {
        self.spec.algorithm().block_len
    }

    fn __repr__(&self) -> String {
        format!("<Digest {:?}>", self.name())
    }
}

/// Lower-case hexadecimal digits.
pub fn hex<'py>(bytes: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, PyAny>> {
    bytes.call_method0(intern!(bytes.py(), "hex"))
}
