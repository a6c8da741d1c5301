//! Key agreement.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::agreement::X25519;
use secpvm_core::length::Part;

use crate::buffer::Input;
use crate::error::Failure;
use crate::random::secret;

/// X25519 (RFC 7748): the secret that both sides share.
#[pyfunction]
pub fn x25519<'py>(
    py: Python<'py>,
    private: Input,
    public: Input,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let private = X25519::new(&secret(py, Part::Key, &private)?);
    let shared = private.agree(public.held(py))?;
    Ok(PyBytes::new(py, shared.expose()))
}
