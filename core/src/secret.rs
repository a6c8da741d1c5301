//! Fixed-length secret bytes: not `Clone`, not `Debug`, wiped on drop.

use zeroize::{Zeroize, ZeroizeOnDrop};

/// `N` secret bytes.
///
/// ```compile_fail,E0277
/// let key = secpvm_core::secret::Secret::from([0u8; 32]);
/// println!("{key:?}"); // a secret has no Debug
/// ```
/// ```compile_fail,E0599
/// let key = secpvm_core::secret::Secret::from([0u8; 32]);
/// let twin = key.clone(); // a secret has no Clone
/// ```
pub struct Secret<const N: usize>([u8; N]);

impl<const N: usize> Secret<N> {
    /// The bytes. The caller promises not to branch on them, index by them, print or keep them.
    pub fn expose(&self) -> &[u8; N] {
        &self.0
    }

    pub(crate) fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }

    pub(crate) const fn zero() -> Self {
        Self([0; N])
    }

    /// A second holder of the same secret, for code that must act on a copy first and commit
    /// later. Kept inside the crate on purpose.
    pub(crate) fn duplicate(&self) -> Self {
        Self(self.0)
    }
}

impl<const N: usize> From<[u8; N]> for Secret<N> {
    fn from(bytes: [u8; N]) -> Self {
        Self(bytes)
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<const N: usize> ZeroizeOnDrop for Secret<N> {}
