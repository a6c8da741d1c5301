//! Results as new `bytes` objects, made where they stay: no buffer of ours in between.

use std::{ptr, slice};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::buffer::{Source, detached};
use crate::error::Failure;

/// What `work` makes of a copy of `data` with `before` and `after` zeros around it, as new `bytes`.
///
/// The copy is the result itself: no Python code has seen it yet, so it may be written.
pub fn made_of<'py, E: Send>(
    py: Python<'py>,
    Source { bytes, is_steady }: Source,
    (before, after): (usize, usize),
    work: impl FnOnce(&mut [u8]) -> Result<(), E> + Send,
) -> Result<Bound<'py, PyBytes>, Failure>
where
    Failure: From<E>,
{
    let total = before.saturating_add(bytes.len()).saturating_add(after);
    let len = ffi::Py_ssize_t::try_from(total).unwrap_or(ffi::Py_ssize_t::MAX);
    // SAFETY: without bytes to copy, the call makes an object of `len` bytes whose content is open,
    // or gives null and an exception.
    let made = unsafe {
        let object = ffi::PyBytes_FromStringAndSize(ptr::null(), len);
        Bound::from_owned_ptr_or_err(py, object)?.cast_into_unchecked::<PyBytes>()
    };
    // SAFETY: it is a bytes object.
    let memory = Memory(unsafe { ffi::PyBytes_AsString(made.as_ptr()).cast() });
    let filled = || {
        // SAFETY: it has that length, and is not shared (see `Memory`).
        unsafe { memory.filled(before, bytes, after) }
    };
    if is_steady {
        detached(py, total, || work(filled()))?;
    } else {
        let filled = filled();
        detached(py, total, || work(filled))?;
    }
    Ok(made)
}

/// A copy of `bytes` as new `bytes`; a `MemoryError` if there is no room for it, where `PyBytes::new`
/// would panic.
pub fn copy_of<'py>(py: Python<'py>, bytes: &[u8]) -> Result<Bound<'py, PyBytes>, Failure> {
    let source = Source {
        bytes,
        is_steady: false,
    };
    made_of(py, source, (0, 0), |_| Ok::<_, Failure>(()))
}

/// The memory of a new bytes object. The interpreter shares the empty one, which has none, and
/// those of one byte, but not when they are made without content.
struct Memory(*mut u8);

// SAFETY: an address; `filled` says what it needs.
unsafe impl Send for Memory {}

impl Memory {
    /// All of it: zeros, `bytes`, zeros.
    ///
    /// # Safety
    /// It is just as long, alive, and nobody else's.
    unsafe fn filled<'m>(self, before: usize, bytes: &[u8], after: usize) -> &'m mut [u8] {
        // SAFETY: the caller's promise.
        unsafe {
            self.0.write_bytes(0, before);
            let data = self.0.add(before);
            data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            data.add(bytes.len()).write_bytes(0, after);
            slice::from_raw_parts_mut(self.0, before + bytes.len() + after)
        }
    }
}
