//! Message authentication codes.

use std::mem;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::Error;
use secpvm_core::digest::Output;
use secpvm_core::mac::{AnyMac, MacSpec};

use crate::algorithm::names;
use crate::buffer::Input;
use crate::digest::hex;
use crate::error::Failure;
use crate::locked::Locked;

names!(MACS: MacSpec);

/// The tag of one message, at its full length.
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

/// Compare the tag of one message, in time that depends on lengths alone.
///
/// Raises Forged for any other bytes, a cut tag included: a result that one has to look at would be
/// forgotten. For tags that are cut, see :class:`Mac`.
#[pyfunction]
pub fn verify(
    py: Python<'_>,
    name: &str,
    key: Input,
    data: Input,
    tag: Input,
) -> Result<(), Failure> {
    let mut mac = AnyMac::new(MACS.find(name)?, key.held(py))?;
    data.feed(py, |piece| mac.update(piece));
    Ok(mac.verify(tag.held(py))?)
}

/// A MAC that takes its message in pieces: PEP 452, but for ``copy``, since keys are not copied. So
/// :meth:`digest` ends the message; it may be asked for again. A tag may be cut to ``tag_len``
/// bytes: half of its length or more, and 10 or more (RFC 2104).
#[pyclass(frozen, module = "secpvm")]
pub struct Mac {
    spec: MacSpec,
    tag_len: usize,
    state: Locked<State>,
}

enum State {
    Open(AnyMac),
    /// The message is complete; its tag was asked for.
    Ended(Output),
    /// The message is complete; a tag was compared with its own.
    Verified,
}

#[pymethods]
impl Mac {
    #[new]
    #[pyo3(
        signature = (name, key, data = Input::Bytes(&[]), *, tag_len = None),
        text_signature = "(name, key, data=b'', *, tag_len=None)"
    )]
    fn new(
        py: Python<'_>,
        name: &str,
        key: Input,
        data: Input,
        tag_len: Option<usize>,
    ) -> Result<Self, Failure> {
        let spec = MACS.find(name)?;
        let tag_len = tag_len.unwrap_or(spec.algorithm().output_len);
        let mut mac = AnyMac::with_tag_len(spec, key.held(py), tag_len)?;
        data.feed(py, |piece| mac.update(piece));
        Ok(Self {
            spec,
            tag_len,
            state: Locked::new(State::Open(mac)),
        })
    }

    /// Append to the message. Raises OutOfOrder once it has ended.
    fn update(&self, py: Python<'_>, data: Input) -> Result<(), Failure> {
        let State::Open(mac) = &mut *self.state.lock(py) else {
            return Err(Error::OutOfOrder.into());
        };
        data.feed(py, |piece| mac.update(piece));
        Ok(())
    }

    /// End the message, and give its tag.
    fn digest<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyBytes>, Failure> {
        let mut state = self.state.lock(py);
        let tag = match mem::replace(&mut *state, State::Verified) {
            State::Open(mac) => mac.finalize(),
            State::Ended(tag) => tag,
            State::Verified => return Err(Error::OutOfOrder.into()),
        };
        let digest = PyBytes::new(py, tag.as_ref());
        *state = State::Ended(tag);
        Ok(digest)
    }

    /// The same in hexadecimal digits.
    fn hexdigest<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyAny>, Failure> {
        Ok(hex(&self.digest(py)?)?)
    }

    /// End the message, and compare its tag as the function :func:`verify` does. Raises Forged.
    fn verify(&self, py: Python<'_>, tag: Input) -> Result<(), Failure> {
        let state = &mut *self.state.lock(py);
        match mem::replace(state, State::Verified) {
            State::Open(mac) => Ok(mac.verify(tag.held(py))?),
            ended => {
                *state = ended;
                Err(Error::OutOfOrder.into())
            }
        }
    }

    #[getter]
    fn name(&self) -> &'static str {
        self.spec.algorithm().name
    }

    /// Length of the tag: ``tag_len``, if that was given.
    #[getter]
    fn digest_size(&self) -> usize {
        self.tag_len
    }

    /// All of them are made of digests with blocks of that length.
    #[classattr]
    fn block_size() -> usize {
        64
    }

    fn __repr__(&self) -> String {
        format!("<Mac {:?}>", self.name())
    }
}
