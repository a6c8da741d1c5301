//! State that several threads may use.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::sync::MutexExt;

/// A state that one thread uses at a time. Who waits for it lets the interpreter go.
pub struct Locked<T>(Mutex<T>);

impl<T> Locked<T> {
    pub fn new(state: T) -> Self {
        Self(Mutex::new(state))
    }

    /// Use the state. A panic while it was used, and none is known, has left it as core left it.
    pub fn lock(&self, py: Python<'_>) -> MutexGuard<'_, T> {
        let locked = self.0.lock_py_attached(py);
        locked.unwrap_or_else(PoisonError::into_inner)
    }
}
