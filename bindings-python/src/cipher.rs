//! Ciphers: secrecy without authentication.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::hazmat::{AnyCipher, Cipher, CipherError, CipherSpec};
use secpvm_core::padding::Padding;

use crate::algorithm::names;
use crate::buffer::{Input, Output};
use crate::error::Failure;
use crate::result::{copy_of, made_of};

names!(CIPHERS: CipherSpec);
names!(pub PADDINGS: Padding);

/// Encrypt one message. ECB and CBC take whole blocks, or a padding; ECB and RC4 an empty IV.
///
/// Raises UnknownAlgorithm, WrongLength of key, IV or data, NoPadding, Exhausted.
#[pyfunction]
#[pyo3(signature = (name, key, iv, data, padding = "none"))]
pub fn encrypt<'py>(
    py: Python<'py>,
    name: &str,
    key: Input,
    iv: Input,
    data: Input,
    padding: &str,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let mut cipher = new(py, name, &key, &iv)?;
    let padding = padding_for(&cipher, padding)?;
    let (data_len, block_len) = (data.len(), cipher.unit_len());
    let added = padding.padded_len(data_len, block_len)? - data_len;
    made_of(py, data.source(py), (0, added), |message| {
        padding.pad_in_place(message, data_len, block_len)?;
        cipher.encrypt_in_place(message)
    })
}

/// Decrypt one message. ``count`` is the padding's length as told elsewhere: "zero-with-count"
/// needs it, with the others it must agree.
///
/// Raises as :func:`encrypt`, and BadPadding.
#[pyfunction]
#[pyo3(signature = (name, key, iv, data, padding = "none", *, count = None))]
pub fn decrypt<'py>(
    py: Python<'py>,
    name: &str,
    key: Input,
    iv: Input,
    data: Input,
    padding: &str,
    count: Option<usize>,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let mut cipher = new(py, name, &key, &iv)?;
    let padding = padding_for(&cipher, padding)?;
    let block_len = cipher.unit_len();
    let mut len = data.len();
    let message = made_of(py, data.source(py), (0, 0), |message| {
        cipher.decrypt_in_place(message)?;
        len = padding.data_len(message, block_len, count)?;
        Ok::<_, CipherError>(())
    })?;
    if len == data.len() {
        return Ok(message);
    }
    copy_of(py, &message.as_bytes()[..len])
}

/// Encrypt one message in its buffer, which stays as it was if that fails.
#[pyfunction]
pub fn encrypt_in_place(
    py: Python<'_>,
    name: &str,
    key: Input,
    iv: Input,
    mut buffer: Output,
) -> Result<(), Failure> {
    let mut cipher = new(py, name, &key, &iv)?;
    buffer.change(py, |data| cipher.encrypt_in_place(data))
}

/// Decrypt one message in its buffer, which stays as it was if that fails.
#[pyfunction]
pub fn decrypt_in_place(
    py: Python<'_>,
    name: &str,
    key: Input,
    iv: Input,
    mut buffer: Output,
) -> Result<(), Failure> {
    let mut cipher = new(py, name, &key, &iv)?;
    buffer.change(py, |data| cipher.decrypt_in_place(data))
}

pub fn new(py: Python<'_>, name: &str, key: &Input, iv: &Input) -> Result<AnyCipher, Failure> {
    let spec = CIPHERS.find(name)?;
    Ok(AnyCipher::new(spec, key.held(py), iv.held(py))?)
}

/// The padding of that name: whatever it is, a stream cipher takes none.
pub fn padding_for(cipher: &AnyCipher, name: &str) -> Result<Padding, Failure> {
    let padding = PADDINGS.find(name)?;
    if padding != Padding::None && cipher.unit_len() == 1 {
        return Err(CipherError::NoPadding.into());
    }
    Ok(padding)
}
