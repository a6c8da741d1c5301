//! Message digests.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::digest::{AnyDigest, DigestSpec};

use crate::algorithm::names;
use crate::buffer::Input;
use crate::error::Failure;

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
