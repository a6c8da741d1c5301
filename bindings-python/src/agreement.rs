//! Key agreement and key derivation.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::agreement::{AgreementSpec, AnyAgreement, X25519};
use secpvm_core::hkdf::KdfSpec;
use secpvm_core::length::Part;

use crate::algorithm::names;
use crate::buffer::{Input, Source};
use crate::error::Failure;
use crate::random::secret;
use crate::result::made_of;
use crate::wiped::Wiped;

names!(AGREEMENTS: AgreementSpec);
names!(KDFS: KdfSpec);

/// The secret that both sides share (RFC 7748): 32 bytes of 32 and 32. With ``public`` 9, then 31
/// zeros, one's own public value. Raises BadPublicValue for a point of small order.
#[pyfunction]
pub fn x25519<'py>(
    py: Python<'py>,
    private: Input,
    public: Input,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let private = X25519::new(&secret(py, Part::Key, &private)?);
    let shared = private.agree(public.held(py))?;
    Ok(PyBytes::new(py, shared.expose()))
}

/// One side of a key agreement. ``secret`` is entropy: 32 bytes for x25519, 32 or more for the MODP
/// groups.
#[pyclass(frozen, module = "secpvm")]
pub struct Agreement {
    spec: AgreementSpec,
    side: AnyAgreement,
}

#[pymethods]
impl Agreement {
    #[new]
    fn new(py: Python<'_>, name: &str, secret: Input) -> Result<Self, Failure> {
        let spec = AGREEMENTS.find(name)?;
        let side = AnyAgreement::new(spec, secret.held(py))?;
        Ok(Self { spec, side })
    }

    #[getter]
    fn name(&self) -> &'static str {
        self.spec.algorithm().name
    }

    /// What the peer is told.
    fn public_value<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyBytes>, Failure> {
        let len = self.spec.algorithm().output_len;
        py.detach(|| {
            let mut public = vec![0; len];
            self.side.public_value(&mut public).map(|()| public)
        })
        .map(|public| PyBytes::new(py, &public))
        .map_err(Failure::from)
    }

    /// The secret shared with whoever sent ``public_value``. Raises WrongLength, BadPublicValue.
    fn agree<'py>(
        &self,
        py: Python<'py>,
        public_value: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        let public_value = public_value.steady(py)?;
        let mut shared = Wiped::zeros(self.spec.algorithm().output_len)?;
        py.detach(|| self.side.agree(&public_value, &mut shared))?;
        Ok(PyBytes::new(py, &shared))
    }

    fn __repr__(&self) -> String {
        format!("<Agreement {:?}>", self.name())
    }
}

/// Derive ``length`` bytes (0 to 8160) from a secret; "hkdf-sha256" (RFC 5869).
#[pyfunction]
pub fn derive<'py>(
    py: Python<'py>,
    name: &str,
    salt: Input,
    secret: Input,
    info: Input,
    length: usize,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let kdf = KDFS.find(name)?;
    kdf.out_len().check(Part::Output, length)?;
    let secret = Wiped::copy_of(secret.held(py))?;
    let (salt, info) = (salt.steady(py)?, info.steady(py)?);
    made_of(py, Source::NONE, (0, length), |out| {
        kdf.derive(&salt, &secret, &info, out)
    })
}
