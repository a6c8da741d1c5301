//! The ciphers of the report, by the numbers of its header.

use super::SESSION_KEY_LEN;
use crate::Error;
use crate::cipher::{Cipher, CipherError, CipherSpec, Des, KeyIvInit, TdesEde3};
use crate::length::WrongLength;
use crate::mode::Cbc;

/// A cipher of the report; its number in the header is that of SSH 1.x.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cipher1997 {
    /// Number 1, `-eidea`: IDEA in CBC mode, key: bytes 0 to 15 of the session key.
    #[cfg(feature = "idea")]
    Idea,
    /// Number 2, `-edes`: DES in CBC mode, key: bytes 0 to 7 of the session key.
    Des,
    /// Number 3, `-e3des`: triple DES (EDE, three keys) in outer CBC mode, key: bytes 0 to 23 of
    /// the session key.
    Tdes,
    /// Number 5, `-erc4`: RC4, begun anew with each packet, key: bytes 0 to 15 of the session key.
    #[cfg(feature = "rc4")]
    Rc4,
}

impl Cipher1997 {
    /// All that are in this build.
    pub const ALL: &'static [Self] = &[
        #[cfg(feature = "idea")]
        Self::Idea,
        Self::Des,
        Self::Tdes,
        #[cfg(feature = "rc4")]
        Self::Rc4,
    ];

    /// Its number in the header.
    pub const fn number(self) -> u8 {
        match self {
            #[cfg(feature = "idea")]
            Self::Idea => 1,
            Self::Des => 2,
            Self::Tdes => 3,
            #[cfg(feature = "rc4")]
            Self::Rc4 => 5,
        }
    }

    /// The cipher with that number in the header. None has 0: that is no encryption.
    pub fn from_number(number: u8) -> Option<Self> {
        let mut ciphers = Self::ALL.iter().copied();
        ciphers.find(|cipher| cipher.number() == number)
    }

    /// Its name, as `pvm -e` had it: `idea`, `des`, `3des`, `rc4`.
    pub const fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "idea")]
            Self::Idea => "idea",
            Self::Des => "des",
            Self::Tdes => "3des",
            #[cfg(feature = "rc4")]
            Self::Rc4 => "rc4",
        }
    }

    /// The one with that name, in lower case.
    ///
    /// # Errors
    /// [`Error::UnknownAlgorithm`].
    pub fn from_name(name: &str) -> Result<Self, Error> {
        let mut ciphers = Self::ALL.iter().copied();
        let found = ciphers.find(|cipher| cipher.name() == name);
        found.ok_or(Error::UnknownAlgorithm)
    }

    /// The cipher and mode that it is.
    pub const fn spec(self) -> CipherSpec {
        match self {
            #[cfg(feature = "idea")]
            Self::Idea => CipherSpec::IdeaCbc,
            Self::Des => CipherSpec::DesCbc,
            Self::Tdes => CipherSpec::TdesCbc,
            #[cfg(feature = "rc4")]
            Self::Rc4 => CipherSpec::Rc4,
        }
    }

    /// How many bytes of the session key it takes, from the first.
    pub const fn key_len(self) -> usize {
        match self {
            #[cfg(feature = "idea")]
            Self::Idea => 16,
            Self::Des => 8,
            Self::Tdes => 24,
            #[cfg(feature = "rc4")]
            Self::Rc4 => 16,
        }
    }

    /// The length in bytes that encrypted data are a multiple of: 8, or 1 for RC4.
    pub const fn block_len(self) -> usize {
        self.spec().algorithm().block_len
    }

    /// Encrypt the data of one packet, whole blocks.
    pub(super) fn encrypt_in_place(
        self,
        key: &[u8; SESSION_KEY_LEN],
        data: &mut [u8],
    ) -> Result<(), CipherError> {
        match self {
            #[cfg(feature = "idea")]
            Self::Idea => self
                .begin::<Cbc<crate::cipher::Idea>>(key)?
                .encrypt_in_place(data),
            Self::Des => self.begin::<Cbc<Des>>(key)?.encrypt_in_place(data),
            Self::Tdes => self.begin::<Cbc<TdesEde3>>(key)?.encrypt_in_place(data),
            #[cfg(feature = "rc4")]
            Self::Rc4 => self
                .begin::<crate::cipher::Rc4>(key)?
                .encrypt_in_place(data),
        }
    }

    /// Decrypt the data of one packet, whole blocks.
    pub(super) fn decrypt_in_place(
        self,
        key: &[u8; SESSION_KEY_LEN],
        data: &mut [u8],
    ) -> Result<(), CipherError> {
        match self {
            #[cfg(feature = "idea")]
            Self::Idea => self
                .begin::<Cbc<crate::cipher::Idea>>(key)?
                .decrypt_in_place(data),
            Self::Des => self.begin::<Cbc<Des>>(key)?.decrypt_in_place(data),
            Self::Tdes => self.begin::<Cbc<TdesEde3>>(key)?.decrypt_in_place(data),
            #[cfg(feature = "rc4")]
            Self::Rc4 => self
                .begin::<crate::cipher::Rc4>(key)?
                .decrypt_in_place(data),
        }
    }

    /// Begin a packet. Its IV is zero: the report's header has no field for one.
    fn begin<C: KeyIvInit>(self, key: &[u8; SESSION_KEY_LEN]) -> Result<C, WrongLength> {
        let key = key.get(..self.key_len()).unwrap_or_default();
        C::new(key, [0; 8].get(..C::IV_LEN).unwrap_or_default())
    }
}
