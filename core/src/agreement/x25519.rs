//! X25519 (RFC 7748 section 5), constant time.

use x25519_dalek::{PublicKey, StaticSecret};

use super::AgreementError;
use crate::length::{Lengths, Part, WrongLength};
use crate::secret::Secret;

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
        PublicKey::from(&self.0).to_bytes()
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
        let shared = self.0.diffie_hellman(&PublicKey::from(public_value));
        if !shared.was_contributory() {
            return Err(AgreementError::BadPublicValue);
        }
        Ok(Secret::from(shared.to_bytes()))
    }
}
