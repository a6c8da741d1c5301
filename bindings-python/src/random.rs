//! Entropy: from the operating system, unless a test brings its own.

use pyo3::prelude::*;
use secpvm_core::length::{Lengths, Part, WrongLength};
use secpvm_core::secret::Secret;

use crate::buffer::Input;
use crate::error::{Error, Failure};

/// 32 bytes of the operating system's, or those given.
pub fn entropy(py: Python<'_>, given: Option<Input>) -> Result<Secret<32>, Failure> {
    if let Some(given) = given {
        return secret(py, Part::Key, &given);
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| Failure::from(Error::new_err(format!("no entropy: {error}"))))?;
    Ok(Secret::from(bytes))
}

/// `N` secret bytes.
pub fn secret<const N: usize>(
    py: Python<'_>,
    part: Part,
    given: &Input,
) -> Result<Secret<N>, Failure> {
    array(py, part, given).map(Secret::from)
}

/// `N` bytes.
pub fn array<const N: usize>(
    py: Python<'_>,
    part: Part,
    given: &Input,
) -> Result<[u8; N], Failure> {
    let expected = Lengths::exactly(N);
    let wrong = |actual| WrongLength {
        part,
        expected,
        actual,
    };
    Ok(given.array(py).map_err(wrong)?)
}
