//! Python's buffers as slices, without undefined behaviour whatever other threads do.
//!
//! While a thread holds the interpreter (the GIL) no other Python code runs, and a buffer that is
//! exported cannot be resized or freed. So a call of at most [`HELD_LEN_MAX`] bytes keeps the
//! interpreter and works on the buffer itself. A longer one lets it go, and another thread could then
//! write what this one reads: only `bytes`, which never change, are used where they are, and what
//! can change is copied first. Results are made in memory that nobody else has seen.

use std::slice;

use pyo3::prelude::*;
use pyo3::{Borrowed, ffi};
use secpvm_core::Error;

use crate::error::Failure;
use crate::view::View;
use crate::wiped::{Steady, Wiped, wipe};

/// The longest input, in bytes, that is worked on without letting other threads run: letting them
/// costs about as much as 100 bytes of a fast cipher.
pub const HELD_LEN_MAX: usize = 2048;

/// Run `work` on `len` bytes; without the interpreter if they are many.
pub fn detached<T: Send>(py: Python<'_>, len: usize, work: impl FnOnce() -> T + Send) -> T {
    if len > HELD_LEN_MAX {
        py.detach(work)
    } else {
        work()
    }
}

/// Any object with a contiguous buffer, to be read.
pub enum Input<'a> {
    /// They never change.
    Bytes(&'a [u8]),
    /// Anything else, which may.
    View(View),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Input<'a> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<&'a [u8]>() {
            Ok(bytes) => Ok(Self::Bytes(bytes)),
            Err(_) => View::of(object, ffi::PyBUF_SIMPLE).map(Self::View),
        }
    }
}

impl Input<'_> {
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::View(view) => view.len(),
        }
    }

    /// The bytes, while the interpreter is held: not across a lock, since who waits for one lets
    /// the interpreter go.
    pub fn held(&self, _: Python<'_>) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            // SAFETY: the view holds the export, and the caller the interpreter, for as long as
            // the result is used: nothing that runs meanwhile writes there.
            Self::View(view) => unsafe { slice::from_raw_parts(view.start(), view.len()) },
        }
    }

    /// The bytes, to make a result of.
    pub fn source(&self, py: Python<'_>) -> Source<'_> {
        Source {
            bytes: self.held(py),
            is_steady: matches!(self, Self::Bytes(_)),
        }
    }

    /// The bytes, for use without the interpreter, and beside a buffer that is written.
    pub fn steady(&self, py: Python<'_>) -> PyResult<Steady<'_>> {
        Ok(match self {
            Self::Bytes(bytes) => Steady::Bytes(bytes),
            Self::View(_) => Steady::Copy(Wiped::copy_of(self.held(py))?),
        })
    }

    /// Exactly `N` bytes, or the length that they have.
    pub fn array<const N: usize>(&self, py: Python<'_>) -> Result<[u8; N], usize> {
        self.held(py).try_into().map_err(|_| self.len())
    }

    /// Give the bytes to `take`, in pieces where they could change meanwhile.
    pub fn feed(&self, py: Python<'_>, mut take: impl FnMut(&[u8]) + Send) {
        const PIECE_LEN: usize = 4096;
        match self {
            _ if self.len() <= HELD_LEN_MAX => take(self.held(py)),
            Self::Bytes(bytes) => py.detach(|| take(bytes)),
            Self::View(view) => {
                let cells = view.cells();
                py.detach(|| {
                    let mut piece = [0; PIECE_LEN];
                    for at in (0..cells.len).step_by(PIECE_LEN) {
                        let len = PIECE_LEN.min(cells.len - at);
                        cells.read(at, &mut piece[..len]);
                        take(&piece[..len]);
                    }
                    wipe(&mut piece);
                });
            }
        }
    }
}

/// What a result is made of.
#[derive(Clone, Copy)]
pub struct Source<'s> {
    /// To be read while the interpreter is held.
    pub bytes: &'s [u8],
    /// Whether they never change, so that they can be read at any time.
    pub is_steady: bool,
}

impl Source<'_> {
    /// No bytes.
    pub const NONE: Self = Self {
        bytes: &[],
        is_steady: true,
    };

    /// All but the last `N` bytes, and these.
    pub fn split_last<const N: usize>(self) -> Option<(Self, [u8; N])> {
        let (bytes, last) = self.bytes.split_last_chunk()?;
        Some((Self { bytes, ..self }, *last))
    }
}

/// A writable buffer, to be worked on in place.
pub struct Output(View);

impl<'a, 'py> FromPyObject<'a, 'py> for Output {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        View::of(object, ffi::PyBUF_WRITABLE).map(Self)
    }
}

impl Output {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Have `work` change the bytes in place. A long buffer is worked on in a copy, without the
    /// interpreter, which then takes its place unless `work` fails.
    pub fn change<T: Send, E: Send>(
        &mut self,
        py: Python<'_>,
        work: impl FnOnce(&mut [u8]) -> Result<T, E> + Send,
    ) -> Result<T, Failure>
    where
        Failure: From<E>,
    {
        if self.len() <= HELD_LEN_MAX {
            // SAFETY: as in `Input::held`; and no other argument of the call is in use that
            // could be the same memory, since those are `steady`.
            let bytes = unsafe { slice::from_raw_parts_mut(self.0.start(), self.len()) };
            return Ok(work(bytes)?);
        }
        let cells = self.0.cells();
        let mut copy = Wiped::zeros(cells.len)?;
        cells.read(0, &mut copy);
        let result = py.detach(|| work(&mut copy))?;
        cells.write(&copy);
        Ok(result)
    }

    /// Have `work` change a copy of `data`, which takes the place of the buffer's first bytes.
    /// The two may be the same memory, or overlap.
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`], and those of `work`.
    pub fn receive<E>(
        &mut self,
        py: Python<'_>,
        data: Source,
        work: impl FnOnce(&mut [u8]) -> Result<(), E> + Send,
    ) -> Result<usize, Failure>
    where
        E: Send,
        Failure: From<E>,
    {
        let (needed, actual) = (data.bytes.len(), self.len());
        if needed > actual {
            return Err(Error::BufferTooSmall { needed, actual }.into());
        }
        let mut copy = Wiped::copy_of(data.bytes)?;
        detached(py, needed, || work(&mut copy))?;
        self.0.cells().write(&copy);
        Ok(needed)
    }
}
