//! Padding by itself.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::Input;
use crate::cipher::PADDINGS;
use crate::error::Failure;
use crate::result::{copy_of, made_of};

/// Pad one message to whole blocks of 1 to 255 bytes.
#[pyfunction]
pub fn pad<'py>(
    py: Python<'py>,
    name: &str,
    data: Input,
    block_len: usize,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let padding = PADDINGS.find(name)?;
    let data_len = data.len();
    let added = padding.padded_len(data_len, block_len)? - data_len;
    made_of(py, data.source(py), (0, added), |message| {
        padding
            .pad_in_place(message, data_len, block_len)
            .map(|_| ())
    })
}

/// Take the padding off; ``count`` as in :func:`decrypt`. Raises BadPadding.
#[pyfunction]
#[pyo3(signature = (name, data, block_len, *, count = None))]
pub fn unpad<'py>(
    py: Python<'py>,
    name: &str,
    data: Input,
    block_len: usize,
    count: Option<usize>,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let data = data.held(py);
    let len = PADDINGS.find(name)?.data_len(data, block_len, count)?;
    copy_of(py, &data[..len])
}
