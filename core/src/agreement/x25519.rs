//! X25519 (RFC 7748 section 5), constant time.

use subtle::ConstantTimeEq;
use x25519_dalek::{PublicKey, StaticSecret};

use super::AgreementError;
use crate::length::{Lengths, Part, WrongLength};
use crate::secret::Secret;
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
use crate::wide::x25519;

/// Its u-coordinate (RFC 7748 section 4.1).
#[rustfmt::skip]
const BASE_POINT: [u8; 32] = [
    9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// One side of an X25519 agreement.
///
/// ```
/// use secpvm_core::{agreement::X25519, secret::Secret};
/// let [alice, bob] = [1, 2].map(|byte| X25519::new(&Secret::from([byte; 32])));
/// let shared = alice.agree(&bob.public_value())?;
/// assert_eq!(shared.expose(), bob.agree(&alice.public_value())?.expose());
/// # Ok::<(), secpvm_core::agreement::AgreementError>(())
/// ```
/// ```compile_fail,E0599
/// let twin = secpvm_core::agreement::X25519::new(&[1; 32].into()).clone();
/// ```
pub struct X25519(StaticSecret);

impl X25519 {
    /// Length of a secret, of a public value and of the shared secret, in bytes.
    pub const LEN: usize = 32;

    /// The length of a secret, as a range.
    pub const SECRET_LEN: Lengths = Lengths::exactly(Self::LEN);

    /// Begin with 32 bytes of entropy; they are clamped as RFC 7748 section 5 says.
    pub fn new(secret: &Secret<32>) -> Self {
        Self(StaticSecret::from(*secret.expose()))
    }

    pub(super) fn from_slice(secret: &[u8]) -> Result<Self, WrongLength> {
        Self::SECRET_LEN.check(Part::Key, secret.len())?;
        let mut own = Secret::zero();
        for (to, from) in own.expose_mut().iter_mut().zip(secret) {
            *to = *from;
        }
        Ok(Self::new(&own))
    }

    /// What the peer is told: the u-coordinate, little-endian.
    pub fn public_value(&self) -> [u8; 32] {
        *self.multiply(&BASE_POINT).expose()
    }

    /// On this CPU's fastest way.
    fn multiply(&self, u: &[u8; 32]) -> Secret<32> {
        #[cfg(all(feature = "wide", target_arch = "x86_64"))]
        if let Some(product) = x25519::multiply(self.0.as_bytes(), u) {
            return product;
        }
        self.multiply_portably(u)
    }

    /// On every CPU.
    fn multiply_portably(&self, u: &[u8; 32]) -> Secret<32> {
        Secret::from(self.0.diffie_hellman(&PublicKey::from(*u)).to_bytes())
    }

    /// The secret shared with whoever sent `public_value`.
    ///
    /// # Errors
    /// [`AgreementError`], with [`AgreementError::BadPublicValue`] if the result is zero.
    pub fn agree(&self, public_value: &[u8]) -> Result<Secret<32>, AgreementError> {
        let expected = Lengths::exactly(Self::LEN);
        let wrong = WrongLength {
            part: Part::PublicValue,
            expected,
            actual: public_value.len(),
        };
        let public_value: [u8; 32] = public_value.try_into().map_err(|_| wrong)?;
        let shared = self.multiply(&public_value);
        if bool::from(shared.expose().ct_eq(&[0; 32])) {
            return Err(AgreementError::BadPublicValue);
        }
        Ok(shared)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agree(secret: [u8; 32], u: [u8; 32]) {
        let side = X25519::new(&Secret::from(secret));
        let (this_cpus, portable) = (side.multiply(&u), side.multiply_portably(&u));
        assert_eq!(this_cpus.expose(), portable.expose(), "{secret:x?} {u:x?}");
    }

    /// Around 0, p and 2^255, where numbers are reduced last; and points of small order.
    #[test]
    fn twins_agree_on_corners() {
        for low in 0..=255 {
            for rest in [0, 0x7f, 0xff] {
                let mut u = [if rest == 0 { 0 } else { 0xff }; 32];
                (u[0], u[31]) = (low, rest);
                agree([low; 32], u);
                agree([0xff; 32], u);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn twins_agree(secret in any::<[u8; 32]>(), u in any::<[u8; 32]>()) {
            agree(secret, u);
        }
    }
}
