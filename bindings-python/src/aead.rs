//! Authenticated encryption with associated data.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::aead::{AeadSpec, AnyAead, NONCE_LEN, Nonce, TAG_LEN};
use secpvm_core::error;
use secpvm_core::length::{Lengths, Part, WrongLength};

use crate::algorithm::names;
use crate::buffer::{Input, Output};
use crate::error::Failure;
use crate::random::array;
use crate::result::made_of;

names!(AEADS: AeadSpec);

/// Encrypt and authenticate one message: ciphertext, then a tag of 16 bytes.
///
/// The caller answers for the nonce (12 bytes): two messages under one key and nonce give
/// everything away.
#[pyfunction]
#[pyo3(
    signature = (name, key, nonce, data, aad = Input::Bytes(&[])),
    text_signature = "(name, key, nonce, data, aad=b'')"
)]
pub fn seal<'py>(
    py: Python<'py>,
    name: &str,
    key: Input,
    nonce: Input,
    data: Input,
    aad: Input,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let (aead, nonce) = (new(py, name, &key)?, array(py, Part::Iv, &nonce)?);
    seal_with(py, &aead, nonce, &data, &aad)
}

/// Verify, and only then decrypt, what :func:`seal` made. Raises Forged.
#[pyfunction]
#[pyo3(
    signature = (name, key, nonce, data, aad = Input::Bytes(&[])),
    text_signature = "(name, key, nonce, data, aad=b'')"
)]
pub fn open<'py>(
    py: Python<'py>,
    name: &str,
    key: Input,
    nonce: Input,
    data: Input,
    aad: Input,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let (aead, nonce) = (new(py, name, &key)?, array(py, Part::Iv, &nonce)?);
    open_with(py, &aead, &nonce, &data, &aad)
}

/// Encrypt one message in its buffer, and give its tag of 16 bytes.
#[pyfunction]
#[pyo3(
    signature = (name, key, nonce, buffer, aad = Input::Bytes(&[])),
    text_signature = "(name, key, nonce, buffer, aad=b'')"
)]
pub fn seal_in_place<'py>(
    py: Python<'py>,
    name: &str,
    key: Input,
    nonce: Input,
    mut buffer: Output,
    aad: Input,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let (aead, nonce) = (new(py, name, &key)?, array(py, Part::Iv, &nonce)?);
    let aad = aad.steady(py)?;
    let nonce = Nonce::assume_unique(nonce);
    let tag = buffer.change(py, |data| aead.seal_in_place(nonce, &aad, data))?;
    Ok(PyBytes::new(py, &tag))
}

/// Verify one message, and only then decrypt it in its buffer. Raises Forged: the buffer is as it
/// was.
#[pyfunction]
#[pyo3(
    signature = (name, key, nonce, buffer, tag, aad = Input::Bytes(&[])),
    text_signature = "(name, key, nonce, buffer, tag, aad=b'')"
)]
pub fn open_in_place(
    py: Python<'_>,
    name: &str,
    key: Input,
    nonce: Input,
    mut buffer: Output,
    tag: Input,
    aad: Input,
) -> Result<(), Failure> {
    let (aead, nonce) = (new(py, name, &key)?, array(py, Part::Iv, &nonce)?);
    let tag: [u8; TAG_LEN] = array(py, Part::Tag, &tag)?;
    let aad = aad.steady(py)?;
    buffer.change(py, |data| aead.open_in_place(&nonce, &aad, data, &tag))
}

fn new(py: Python<'_>, name: &str, key: &Input) -> Result<AnyAead, Failure> {
    Ok(AnyAead::new(AEADS.find(name)?, key.held(py))?)
}

fn seal_with<'py>(
    py: Python<'py>,
    aead: &AnyAead,
    nonce: [u8; NONCE_LEN],
    data: &Input,
    aad: &Input,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let aad = aad.steady(py)?;
    made_of(py, data.source(py), (0, TAG_LEN), |message| {
        if let Some((data, tag)) = message.split_last_chunk_mut::<TAG_LEN>() {
            *tag = aead.seal_in_place(Nonce::assume_unique(nonce), &aad, data)?;
        }
        Ok::<_, error::Error>(())
    })
}

fn open_with<'py>(
    py: Python<'py>,
    aead: &AnyAead,
    nonce: &[u8; NONCE_LEN],
    data: &Input,
    aad: &Input,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let aad = aad.steady(py)?;
    let (data, tag) = data.source(py).split_last::<TAG_LEN>().ok_or(WrongLength {
        part: Part::Data,
        expected: Lengths::between(TAG_LEN, usize::MAX),
        actual: data.len(),
    })?;
    made_of(py, data, (0, 0), |message| {
        aead.open_in_place(nonce, &aad, message, &tag)
    })
}

/// An AEAD under one key, for many messages.
#[pyclass(frozen, module = "secpvm")]
pub struct Aead {
    spec: AeadSpec,
    aead: AnyAead,
}

#[pymethods]
impl Aead {
    #[new]
    fn new(py: Python<'_>, name: &str, key: Input) -> Result<Self, Failure> {
        let spec = AEADS.find(name)?;
        let aead = AnyAead::new(spec, key.held(py))?;
        Ok(Self { spec, aead })
    }

    #[getter]
    fn name(&self) -> &'static str {
        self.spec.algorithm().name
    }

    /// As the function :func:`seal`.
    #[pyo3(
        signature = (nonce, data, aad = Input::Bytes(&[])),
        text_signature = "($self, nonce, data, aad=b'')"
    )]
    fn seal<'py>(
        &self,
        py: Python<'py>,
        nonce: Input,
        data: Input,
        aad: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        let nonce = array(py, Part::Iv, &nonce)?;
        seal_with(py, &self.aead, nonce, &data, &aad)
    }

    /// As the function :func:`open`.
    #[pyo3(
        signature = (nonce, data, aad = Input::Bytes(&[])),
        text_signature = "($self, nonce, data, aad=b'')"
    )]
    fn open<'py>(
        &self,
        py: Python<'py>,
        nonce: Input,
        data: Input,
        aad: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        let nonce = array(py, Part::Iv, &nonce)?;
        open_with(py, &self.aead, &nonce, &data, &aad)
    }

    fn __repr__(&self) -> String {
        format!("<Aead {:?}>", self.name())
    }
}
