//! Message authentication codes.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::mac::{AnyMac, MacSpec};

use crate::algorithm::names;
use crate::buffer::Input;
use crate::error::Failure;

names!(MACS: MacSpec);

/// The tag of one message.
#[pyfunction]
pub fn mac<'py>(
    py: Python<'py>,
    name: &str,
    key: Input,
    data: Input,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let mut mac = AnyMac::new(MACS.find(name)?, key.held(py))?;
    data.feed(py, |piece| mac.update(piece));
    Ok(PyBytes::new(py, mac.finalize().as_ref()))
}

/// Compare the tag of one message. A tag may be cut: its length says how.
#[pyfunction]
pub fn verify(
    py: Python<'_>,
    name: &str,
    key: Input,
    data: Input,
    tag: Input,
) -> Result<(), Failure> {
    let mut mac = AnyMac::with_tag_len(MACS.find(name)?, key.held(py), tag.len())?;
    data.feed(py, |piece| mac.update(piece));
    Ok(mac.verify(tag.held(py))?)
}
