//! Key agreement: X25519 and Diffie-Hellman in two MODP groups.
//!
//! A shared secret is not a key: derive keys from it (HKDF), together with both public values. And
//! neither side knows whom it shares the secret with: authenticate the exchange (see `handshake`).
//!
//! Secret values are made from the caller's entropy, of the operating system's generator.

#[cfg(feature = "modp")]
mod modp;
#[cfg(feature = "x25519")]
mod x25519;

use core::fmt;

#[cfg(feature = "modp")]
pub use modp::{Modp1024, Modp2048};
#[cfg(feature = "x25519")]
pub use x25519::X25519;

use crate::algorithm::{Algorithm, AlgorithmId, Kind, Strength, specs};
use crate::length::{Lengths, Part, WrongLength};

/// The one list of key agreements, handed to `$with`.
macro_rules! agreements {
    ($with:ident) => {
        $with! {
            #[cfg(feature = "x25519")] X25519 = 0x0601 "x25519" ["curve25519"]
                Modern, "RFC 7748";
            #[cfg(feature = "modp")] Modp1024 = 0x0602 "modp-1024" ["modp1024", "modp_1024"]
                Broken, "RFC 2409 section 6.2";
            #[cfg(feature = "modp")] Modp2048 = 0x0603 "modp-2048" ["modp2048", "modp_2048"]
                Modern, "RFC 3526 section 3";
        }
    };
}

macro_rules! agreement_specs {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $strength:ident, $source:literal;)*) => {
        specs! {
            /// A key agreement, by name or wire id.
            AgreementSpec;
            $($(#[$cfg])* $variant = $id $name $aliases
                row($variant::SECRET_LEN, $variant::LEN), Some(Strength::$strength), $source;)*
        }
    };
}

agreements!(agreement_specs);

const fn row(key_len: Lengths, output_len: usize) -> Algorithm {
    Algorithm {
        kind: Kind::KeyAgreement,
        name: "",
        aliases: &[],
        id: AlgorithmId(0),
        key_len,
        block_len: 0,
        iv_len: 0,
        output_len,
        strength: None,
        source: "",
    }
}

macro_rules! any_agreement {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $strength:ident, $source:literal;)*) => {
        enum Inner {
            $($(#[$cfg])* $variant($variant),)*
        }

        impl AnyAgreement {
            /// Begin with a secret: entropy.
            ///
            /// # Errors
            /// [`WrongLength`] of the secret.
            pub fn new(spec: AgreementSpec, secret: &[u8]) -> Result<Self, WrongLength> {
                match spec {
                    $($(#[$cfg])* AgreementSpec::$variant => {
                        $variant::from_slice(secret).map(Inner::$variant).map(Self)
                    })*
                }
            }

            /// Write what the peer is told to `out`, which has the length of the shared secret.
            ///
            /// # Errors
            /// [`WrongLength`] of `out`.
            pub fn public_value(&self, out: &mut [u8]) -> Result<(), WrongLength> {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(ref side) => write(&side.public_value(), out),)*
                }
            }

            /// Write the secret shared with whoever sent `public_value` to `out`, which has its
            /// length.
            ///
            /// # Errors
            /// [`AgreementError`]; `out` is then as before.
            pub fn agree(&self, public_value: &[u8], out: &mut [u8]) -> Result<(), AgreementError> {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(ref side) => {
                        Ok(write(side.agree(public_value)?.expose(), out)?)
                    })*
                }
            }
        }
    };
}

/// One side of a key agreement that is selected at run time.
///
/// ```
/// use secpvm_core::agreement::{AgreementSpec, AnyAgreement};
/// let spec = AgreementSpec::from_name("modp-2048")?;
/// let (ours, theirs) = (AnyAgreement::new(spec, &[1; 32])?, AnyAgreement::new(spec, &[2; 32])?);
/// let (mut public_value, mut shared) = ([0; 256], [0; 256]);
/// ours.public_value(&mut public_value)?;
/// theirs.agree(&public_value, &mut shared)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AnyAgreement(Inner);

agreements!(any_agreement);

fn write(bytes: &[u8], out: &mut [u8]) -> Result<(), WrongLength> {
    Lengths::exactly(bytes.len()).check(Part::Output, out.len())?;
    for (to, from) in out.iter_mut().zip(bytes) {
        *to = *from;
    }
    Ok(())
}

/// Why a peer's public value was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AgreementError {
    /// It does not have the group's length.
    WrongLength(WrongLength),
    /// It would make the shared secret one of a few known values: for X25519 the result was zero
    /// (RFC 7748 section 6.1), for MODP it is not in 2 ... p - 2 (RFC 2631 section 2.1.5).
    BadPublicValue,
}

impl From<WrongLength> for AgreementError {
    fn from(wrong: WrongLength) -> Self {
        Self::WrongLength(wrong)
    }
}

impl fmt::Display for AgreementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongLength(wrong) => wrong.fmt(f),
            Self::BadPublicValue => f.write_str("the peer's public value is not one to use"),
        }
    }
}

impl core::error::Error for AgreementError {}
