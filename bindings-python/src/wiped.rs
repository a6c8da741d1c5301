//! Private memory, wiped after use.

use std::ops::{Deref, DerefMut};

use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;
use zeroize::Zeroize;

/// Bytes that nobody else sees.
pub struct Wiped(Vec<u8>);

impl Wiped {
    /// `len` zeros; a `MemoryError` if there is no room for them.
    pub fn zeros(len: usize) -> PyResult<Self> {
        let mut bytes = reserved(len)?;
        bytes.resize(len, 0);
        Ok(Self(bytes))
    }

    /// A copy; a `MemoryError` if there is no room for it.
    pub fn copy_of(from: &[u8]) -> PyResult<Self> {
        let mut bytes = reserved(from.len())?;
        bytes.extend_from_slice(from);
        Ok(Self(bytes))
    }
}

/// Room for `len` items; a `MemoryError` if there is none. `Vec` by itself would end the process.
pub fn reserved<T>(len: usize) -> PyResult<Vec<T>> {
    let mut items = Vec::new();
    match items.try_reserve_exact(len) {
        Ok(()) => Ok(items),
        Err(_) => Err(PyMemoryError::new_err(())),
    }
}

impl Deref for Wiped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl DerefMut for Wiped {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.0
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Overwrite by words: byte by byte it would take as long as a fast cipher.
pub fn wipe(bytes: &mut [u8]) {
    // SAFETY: any eight bytes are a legal u64.
    let (start, words, end) = unsafe { bytes.align_to_mut::<u64>() };
    start.zeroize();
    words.zeroize();
    end.zeroize();
}

/// Bytes that never change: somebody's `bytes`, or a copy of anything else.
pub enum Steady<'s> {
    Bytes(&'s [u8]),
    Copy(Wiped),
}

impl Deref for Steady<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Copy(copy) => copy,
        }
    }
}
