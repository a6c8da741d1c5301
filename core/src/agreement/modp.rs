//! Diffie-Hellman modulo a prime p, generator 2, constant time (but for the lengths).
//!
//! Both primes are safe, p = 2q + 1 with q prime, so that a public value in 2 ... p - 2 has order q
//! or 2q, and at most one bit of a secret can be learned from it.

use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U1024, U2048, Uint, const_monty_params};
use subtle::{ConstantTimeGreater, ConstantTimeLess};
use zeroize::Zeroize;

use super::AgreementError;
use crate::length::{Lengths, Part, WrongLength};
use crate::secret::Secret;

const_monty_params!(
    Prime1024,
    U1024,
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74\
     020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437\
     4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
     ee386bfb5a899fa5ae9f24117c4b1fe649286651ece65381ffffffffffffffff"
);

const_monty_params!(
    Prime2048,
    U2048,
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74\
     020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437\
     4fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed\
     ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf05\
     98da48361c55d39a69163fa8fd24cf5f83655d23dca3ad961c62f356208552bb\
     9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b\
     e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf695581718\
     3995497cea956ae515d2261898fa051015728e5a8aacaa68ffffffffffffffff"
);

macro_rules! group {
    ($name:ident, $prime:ident, $uint:ty, $len:literal, $doc:literal) => {
        #[doc = $doc]
        ///
        /// Public values and the shared secret are as long as the prime, big-endian, with leading
        /// zeros (RFC 2631 section 2.1.2).
        pub struct $name {
            secret: Secret<$len>,
            secret_len: usize,
        }

        impl $name {
            /// Length of the prime, of public values and of the shared secret, in bytes.
            pub const LEN: usize = $len;

            /// Lengths of a secret, in bytes. 32 are enough: twice the group's strength in bits
            /// (RFC 3526 section 8).
            pub const SECRET_LEN: Lengths = Lengths::between(32, $len);

            /// Begin with a secret exponent, big-endian: entropy. Time depends on its length.
            ///
            /// # Errors
            /// [`WrongLength`] unless `secret` has one of [`SECRET_LEN`](Self::SECRET_LEN).
            pub fn new(secret: &[u8]) -> Result<Self, WrongLength> {
                Self::SECRET_LEN.check(Part::Key, secret.len())?;
                let mut own = Self {
                    secret: Secret::zero(),
                    secret_len: secret.len(),
                };
                let bytes = own.secret.expose_mut().iter_mut().rev();
                bytes
                    .zip(secret.iter().rev())
                    .for_each(|(to, from)| *to = *from);
                Ok(own)
            }

            pub(super) fn from_slice(secret: &[u8]) -> Result<Self, WrongLength> {
                Self::new(secret)
            }

            /// What the peer is told: 2 to the power of the secret, modulo p.
            pub fn public_value(&self) -> [u8; $len] {
                *self.power(&<$uint>::from_u8(2)).expose()
            }

            /// The secret shared with whoever sent `public_value`.
            ///
            /// # Errors
            /// [`AgreementError`], with [`AgreementError::BadPublicValue`] unless
            /// 1 < `public_value` < p - 1.
            pub fn agree(&self, public_value: &[u8]) -> Result<Secret<$len>, AgreementError> {
                Lengths::exactly($len).check(Part::PublicValue, public_value.len())?;
                let value = <$uint>::from_be_slice(public_value);
                let prime = <$prime as crypto_bigint::modular::ConstMontyParams<
                    { <$uint>::LIMBS },
                >>::PARAMS;
                let highest = prime.modulus().get().wrapping_sub(&<$uint>::ONE);
                if !bool::from(value.ct_gt(&<$uint>::ONE) & value.ct_lt(&highest)) {
                    return Err(AgreementError::BadPublicValue);
                }
                Ok(self.power(&value))
            }

            fn power(&self, base: &$uint) -> Secret<$len> {
                let mut exponent = <$uint>::from_be_slice(self.secret.expose());
                // At most 2048.
                let bits = u32::try_from(self.secret_len * 8).unwrap_or($len * 8);
                let mut power = ConstMontyForm::<$prime, { <$uint>::LIMBS }>::new(base)
                    .pow_bounded_exp(&exponent, bits);
                let mut result = power.retrieve();
                let mut shared = Secret::zero();
                write_be(&result, shared.expose_mut());
                exponent.zeroize();
                power.zeroize();
                result.zeroize();
                shared
            }
        }
    };
}

group!(
    Modp1024,
    Prime1024,
    U1024,
    128,
    "The 1024-bit group 2 of RFC 2409 section 6.2. Broken: within a state's means, once for all."
);
group!(
    Modp2048,
    Prime2048,
    U2048,
    256,
    "The 2048-bit group 14 of RFC 3526 section 3."
);

/// Write `value` big-endian to `bytes`, which has its length.
fn write_be<const LIMBS: usize>(value: &Uint<LIMBS>, bytes: &mut [u8]) {
    let words = value.as_words().iter();
    let chunks = bytes.rchunks_mut(size_of::<crypto_bigint::Word>());
    for (chunk, word) in chunks.zip(words) {
        chunk.copy_from_slice(&word.to_be_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ends of the range, and what lies just inside.
    #[test]
    fn public_values_outside_the_range_are_refused() {
        let side = Modp2048::new(&[0x55; 32]).unwrap();
        let prime: [u8; 256] = {
            let mut bytes = [0; 256];
            let params = <Prime2048 as crypto_bigint::modular::ConstMontyParams<_>>::PARAMS;
            write_be(params.modulus().as_ref(), &mut bytes);
            bytes
        };
        let (mut zero, above, mut at) = ([0; 256], [0xff; 256], prime);
        assert_eq!(
            side.agree(&zero).err(),
            Some(AgreementError::BadPublicValue)
        );
        zero[255] = 1;
        assert_eq!(
            side.agree(&zero).err(),
            Some(AgreementError::BadPublicValue)
        );
        zero[255] = 2;
        assert!(side.agree(&zero).is_ok());
        assert_eq!(
            side.agree(&above).err(),
            Some(AgreementError::BadPublicValue)
        );
        assert_eq!(side.agree(&at).err(), Some(AgreementError::BadPublicValue));
        at[255] -= 1;
        assert_eq!(side.agree(&at).err(), Some(AgreementError::BadPublicValue));
        at[255] -= 1;
        assert!(side.agree(&at).is_ok());
        assert!(matches!(
            side.agree(&at[1..]),
            Err(AgreementError::WrongLength(_))
        ));
    }

    /// A secret may have any of its lengths; leading zeros change nothing.
    #[test]
    fn secrets_are_numbers() {
        let mut long = [0; 128];
        long[96..].fill(0x77);
        let (short, long) = (Modp1024::new(&[0x77; 32]), Modp1024::new(&long));
        assert_eq!(short.unwrap().public_value(), long.unwrap().public_value());
        assert!(Modp1024::new(&[1; 31]).is_err());
        assert!(Modp1024::new(&[1; 129]).is_err());
    }
}
