//! The table of algorithms, and names to values.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::LazyLock;

use pyo3::prelude::*;
use pyo3::types::PyRange;
use secpvm_core::Error;
use secpvm_core::algorithm::{self, Kind};
use secpvm_core::length::Lengths;

use crate::error::{Failure, unknown_algorithm};

/// Every algorithm, kind by kind.
#[pyfunction]
pub fn algorithms() -> Vec<Algorithm> {
    algorithm::all().map(Algorithm).collect()
}

/// One algorithm. Lengths are in bytes, and 0 where there is no such thing.
#[pyclass(frozen, module = "secpvm")]
pub struct Algorithm(&'static algorithm::Algorithm);

#[pymethods]
impl Algorithm {
    /// Its name, in lower case; the same in every language of the project.
    #[getter]
    fn name(&self) -> &'static str {
        self.0.name
    }

    /// Other names that are accepted.
    #[getter]
    fn aliases(&self) -> Vec<&'static str> {
        self.0.aliases.to_vec()
    }

    /// Its number on the wire.
    #[getter]
    fn id(&self) -> u16 {
        self.0.id.0
    }

    /// What it does.
    #[getter]
    fn kind(&self) -> &'static str {
        match self.0.kind {
            Kind::BlockCipherMode => "block cipher mode",
            Kind::StreamCipher => "stream cipher",
            Kind::Aead => "aead",
            Kind::Padding => "padding",
            Kind::Digest => "digest",
            Kind::Mac => "mac",
            Kind::KeyAgreement => "key agreement",
            Kind::KeyDerivation => "key derivation",
            _ => "other",
        }
    }

    /// The permitted lengths of key; of the private key, for a key agreement.
    #[getter]
    fn key_len<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyRange>> {
        range(py, self.0.key_len)
    }

    /// The block of a block cipher or of a digest; 1 for a stream cipher.
    #[getter]
    fn block_len(&self) -> usize {
        self.0.block_len
    }

    /// The IV or nonce.
    #[getter]
    fn iv_len(&self) -> usize {
        self.0.iv_len
    }

    /// What comes out beside the data: the tag, the digest or the shared secret.
    #[getter]
    fn output_len(&self) -> usize {
        self.0.output_len
    }

    /// How well it holds; None where the question makes no sense (padding).
    #[getter]
    fn strength(&self) -> Option<&'static str> {
        self.0.strength.map(algorithm::Strength::name)
    }

    /// Where it is specified.
    #[getter]
    fn source(&self) -> &'static str {
        self.0.source
    }

    fn __repr__(&self) -> String {
        let Self(row) = self;
        let strength = self.strength().map(|word| format!(", {word}"));
        format!("<Algorithm {:?}{}>", row.name, strength.unwrap_or_default())
    }
}

/// The permitted lengths as a range, which `in` asks.
fn range(py: Python<'_>, lengths: Lengths) -> PyResult<Bound<'_, PyRange>> {
    let signed = |len| isize::try_from(len).unwrap_or(isize::MAX);
    let (start, step) = (signed(lengths.min), signed(lengths.step));
    PyRange::new_with_step(py, start, signed(lengths.max).saturating_add(1), step)
}

/// Values of one kind by their names, in the table's spelling; core knows the others.
pub struct Names<T: 'static> {
    by_name: LazyLock<HashMap<&'static str, T>>,
    from_name: fn(&str) -> Result<T, Error>,
}

impl<T: Copy + Debug> Names<T> {
    pub const fn new(
        by_name: fn() -> HashMap<&'static str, T>,
        from_name: fn(&str) -> Result<T, Error>,
    ) -> Self {
        Self {
            by_name: LazyLock::new(by_name),
            from_name,
        }
    }

    /// The value called `name`.
    pub fn find(&self, name: &str) -> Result<T, Failure> {
        match self.by_name.get(name) {
            Some(found) => Ok(*found),
            None => (self.from_name)(name).map_err(|_| unknown_algorithm(name)),
        }
    }
}

/// The names of a kind.
macro_rules! names {
    ($visibility:vis $static:ident: $spec:ty) => {
        $visibility static $static: $crate::algorithm::Names<$spec> = $crate::algorithm::Names::new(
            || {
                <$spec>::ALL
                    .iter()
                    .map(|spec| (spec.algorithm().name, *spec))
                    .collect()
            },
            <$spec>::from_name,
        );
    };
}
pub(crate) use names;
