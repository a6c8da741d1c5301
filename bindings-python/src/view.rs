//! What the interpreter exports: an address and a length that hold as long as the export is held.

use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::ptr;

use pyo3::exceptions::{PyBufferError, PyValueError};
use pyo3::prelude::*;
use pyo3::{Borrowed, ffi};

use crate::error::UnusableBuffer;

/// An exported buffer. As long as it is held, it stays where it is and as long as it is.
pub struct View(ffi::Py_buffer);

impl View {
    /// Without format, shape and strides, so that nothing in it points into itself.
    pub fn of(object: Borrowed<'_, '_, PyAny>, flags: c_int) -> PyResult<Self> {
        let mut view = MaybeUninit::<ffi::Py_buffer>::zeroed();
        // SAFETY: the object is alive, and the view is only used if the call filled it.
        let status = unsafe { ffi::PyObject_GetBuffer(object.as_ptr(), view.as_mut_ptr(), flags) };
        if status == 0 {
            // SAFETY: as above.
            return Ok(Self(unsafe { view.assume_init() }));
        }
        let (py, error) = (object.py(), PyErr::fetch(object.py()));
        // A view that was released is a ValueError; what is no buffer at all, a TypeError.
        let of_the_buffer =
            error.is_instance_of::<PyBufferError>(py) || error.is_instance_of::<PyValueError>(py);
        if of_the_buffer {
            return Err(UnusableBuffer::new_err(error.value(py).to_string()));
        }
        Err(error)
    }

    pub fn len(&self) -> usize {
        self.0.len.unsigned_abs()
    }

    /// Never null: an empty slice needs an address too.
    pub fn start(&self) -> *mut u8 {
        if self.0.buf.is_null() {
            ptr::dangling_mut()
        } else {
            self.0.buf.cast()
        }
    }

    pub fn cells(&self) -> Cells {
        Cells {
            start: self.start(),
            len: self.len(),
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: it was filled by `PyObject_GetBuffer` and is released once. It is never sent to
        // another thread, and only dropped where the interpreter is held.
        unsafe { ffi::PyBuffer_Release(&raw mut self.0) };
    }
}

/// The bytes of a view that outlives it, as memory that others may write: copied, never borrowed.
#[derive(Clone, Copy)]
pub struct Cells {
    start: *mut u8,
    pub len: usize,
}

// SAFETY: it is an address and a length; `read` and `write` say what they need.
unsafe impl Send for Cells {}
// SAFETY: as above.
unsafe impl Sync for Cells {}

impl Cells {
    /// Copy what stands from `at` on to `to`.
    pub fn read(&self, at: usize, to: &mut [u8]) {
        assert!(at <= self.len && to.len() <= self.len - at);
        // SAFETY: within the view. If others write there, some bytes are theirs: any are legal.
        unsafe { ptr::copy_nonoverlapping(self.start.add(at), to.as_mut_ptr(), to.len()) }
    }

    /// Copy `from` to the start.
    pub fn write(&self, from: &[u8]) {
        assert!(from.len() <= self.len);
        // SAFETY: within the view; `copy` permits that `from` is some of it.
        unsafe { ptr::copy(from.as_ptr(), self.start, from.len()) }
    }
}
