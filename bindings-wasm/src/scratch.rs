//! The region of memory in which bytes cross the border.

use core::cell::RefCell;
use core::mem;

use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroize;

use crate::failure::{Failure, number};

thread_local! {
    static REGION: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Make the region at least `len` bytes long, and say where it is: it may have moved, and is then
/// wiped where it was. 0 if there is no memory.
#[wasm_bindgen]
pub fn scratch(len: usize) -> *mut u8 {
    REGION.with(|region| {
        let Ok(mut region) = region.try_borrow_mut() else {
            return core::ptr::null_mut();
        };
        if region.len() < len {
            let mut longer = Vec::new();
            if longer.try_reserve_exact(len).is_err() {
                return core::ptr::null_mut();
            }
            longer.resize(len, 0);
            region.zeroize();
            *region = longer;
        }
        region.as_mut_ptr()
    })
}

/// Run the body of a function with the region: its result is a length.
pub fn with(body: impl FnOnce(&mut Parts) -> Result<usize, Failure>) -> i32 {
    number(with_region(body))
}

/// The same with any result.
pub fn with_region<T>(body: impl FnOnce(&mut Parts) -> Result<T, Failure>) -> Result<T, Failure> {
    REGION.with(|region| {
        let mut region = region.try_borrow_mut().map_err(|_| Failure::Internal)?;
        body(&mut Parts(&mut region))
    })
}

/// What of the region is not taken yet.
pub struct Parts<'r>(&'r mut [u8]);

impl<'r> Parts<'r> {
    /// The next `len` bytes.
    pub fn take(&mut self, len: usize) -> Result<&'r mut [u8], Failure> {
        let (part, rest) = mem::take(&mut self.0)
            .split_at_mut_checked(len)
            .ok_or(Failure::Internal)?;
        self.0 = rest;
        Ok(part)
    }

    /// The next `len` bytes, a key, which does not stay.
    pub fn key(&mut self, len: usize) -> Result<Key<'r>, Failure> {
        self.take(len).map(Key)
    }
}

/// A key in the region: wiped when the call ends.
pub struct Key<'r>(pub &'r mut [u8]);

impl Key<'_> {
    /// The key as an array.
    pub fn array<const N: usize>(&self) -> Result<[u8; N], Failure> {
        (&*self.0).try_into().map_err(|_| Failure::Internal)
    }
}

impl Drop for Key<'_> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Write a result to the region's start, and return its length.
pub fn put(bytes: &[u8]) -> i32 {
    with(|parts| {
        parts.take(bytes.len())?.copy_from_slice(bytes);
        Ok(bytes.len())
    })
}
