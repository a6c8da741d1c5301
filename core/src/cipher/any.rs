//! Ciphers that are selected at run time: an enum over the static types, nothing boxed.

#[allow(
    clippy::wildcard_imports,
    reason = "which types there are depends on the features"
)]
use super::*;
use crate::algorithm::{Algorithm, AlgorithmId, Kind, Strength, specs};
use crate::mode::{Cbc, Cfb, Ctr, Ecb, Ofb};

/// The one list of ciphers, handed to `$with`: feature, variant, wire id, name, aliases, static
/// type, strength, source. The numbers are frozen (see [`AlgorithmId`]).
macro_rules! ciphers {
    ($with:ident) => {
        $with! {
            #[cfg(feature = "des")] DesEcb = 0x0111 "des-ecb" []
                Ecb<Des>, Broken, "FIPS 46-3, SP 800-38A";
            #[cfg(feature = "des")] DesCbc = 0x0112 "des-cbc" ["des"]
                Cbc<Des>, Broken, "FIPS 46-3, SP 800-38A";
            #[cfg(feature = "des")] DesCfb = 0x0113 "des-cfb" []
                Cfb<Des>, Broken, "FIPS 46-3, SP 800-38A";
            #[cfg(feature = "des")] DesOfb = 0x0114 "des-ofb" []
                Ofb<Des>, Broken, "FIPS 46-3, SP 800-38A";
            #[cfg(feature = "des")] DesCtr = 0x0115 "des-ctr" []
                Ctr<Des>, Broken, "FIPS 46-3, SP 800-38A";
            #[cfg(feature = "des")] Tdes2Ecb = 0x0121 "3des-2key-ecb" ["des-ede", "des-ede-ecb"]
                Ecb<TdesEde2>, Broken, "SP 800-67, SP 800-38A";
            #[cfg(feature = "des")] Tdes2Cbc = 0x0122 "3des-2key-cbc" ["des-ede-cbc"]
                Cbc<TdesEde2>, Legacy, "SP 800-67, SP 800-38A";
            #[cfg(feature = "des")] Tdes2Cfb = 0x0123 "3des-2key-cfb" ["des-ede-cfb"]
                Cfb<TdesEde2>, Legacy, "SP 800-67, SP 800-38A";
            #[cfg(feature = "des")] Tdes2Ofb = 0x0124 "3des-2key-ofb" ["des-ede-ofb"]
                Ofb<TdesEde2>, Legacy, "SP 800-67, SP 800-38A";
            #[cfg(feature = "des")] Tdes2Ctr = 0x0125 "3des-2key-ctr" ["des-ede-ctr"]
                Ctr<TdesEde2>, Legacy, "SP 800-67, SP 800-38A";
            #[cfg(feature = "des")] TdesEcb = 0x0131 "3des-ecb" ["des-ede3", "des-ede3-ecb"]
                Ecb<TdesEde3>, Broken, "SP 800-67, SP 800-38A";
            #[cfg(feature = "des")] TdesCbc = 0x0132 "3des-cbc" ["des-ede3-cbc", "des3"]
                Cbc<TdesEde3>, Legacy, "SP 800-67, SP 800-38A";
            #[cfg(feature = "des")] TdesCfb = 0x0133 "3des-cfb" ["des-ede3-cfb"]
                Cfb<TdesEde3>, Legacy, "SP 800-67, SP 800-38A";
            #[cfg(feature = "des")] TdesOfb = 0x0134 "3des-ofb" ["des-ede3-ofb"]
                Ofb<TdesEde3>, Legacy, "SP 800-67, SP 800-38A";
            #[cfg(feature = "des")] TdesCtr = 0x0135 "3des-ctr" ["des-ede3-ctr"]
                Ctr<TdesEde3>, Legacy, "SP 800-67, SP 800-38A";
            #[cfg(feature = "idea")] IdeaEcb = 0x0141 "idea-ecb" []
                Ecb<Idea>, Broken, "Lai and Massey 1991, SP 800-38A";
            #[cfg(feature = "idea")] IdeaCbc = 0x0142 "idea-cbc" ["idea"]
                Cbc<Idea>, Legacy, "Lai and Massey 1991, SP 800-38A";
            #[cfg(feature = "idea")] IdeaCfb = 0x0143 "idea-cfb" []
                Cfb<Idea>, Legacy, "Lai and Massey 1991, SP 800-38A";
            #[cfg(feature = "idea")] IdeaOfb = 0x0144 "idea-ofb" []
                Ofb<Idea>, Legacy, "Lai and Massey 1991, SP 800-38A";
            #[cfg(feature = "idea")] IdeaCtr = 0x0145 "idea-ctr" []
                Ctr<Idea>, Legacy, "Lai and Massey 1991, SP 800-38A";
            #[cfg(feature = "blowfish")] BlowfishEcb = 0x0151 "blowfish-ecb" ["bf-ecb"]
                Ecb<Blowfish>, Broken, "Schneier 1993, SP 800-38A";
            #[cfg(feature = "blowfish")] BlowfishCbc = 0x0152 "blowfish-cbc" ["bf-cbc", "bf", "blowfish"]
                Cbc<Blowfish>, Legacy, "Schneier 1993, SP 800-38A";
            #[cfg(feature = "blowfish")] BlowfishCfb = 0x0153 "blowfish-cfb" ["bf-cfb"]
                Cfb<Blowfish>, Legacy, "Schneier 1993, SP 800-38A";
            #[cfg(feature = "blowfish")] BlowfishOfb = 0x0154 "blowfish-ofb" ["bf-ofb"]
                Ofb<Blowfish>, Legacy, "Schneier 1993, SP 800-38A";
            #[cfg(feature = "blowfish")] BlowfishCtr = 0x0155 "blowfish-ctr" ["bf-ctr"]
                Ctr<Blowfish>, Legacy, "Schneier 1993, SP 800-38A";
            #[cfg(feature = "aes")] Aes128Ecb = 0x0161 "aes-128-ecb" []
                Ecb<Aes128>, Broken, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes128Cbc = 0x0162 "aes-128-cbc" ["aes128"]
                Cbc<Aes128>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes128Cfb = 0x0163 "aes-128-cfb" []
                Cfb<Aes128>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes128Ofb = 0x0164 "aes-128-ofb" []
                Ofb<Aes128>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes128Ctr = 0x0165 "aes-128-ctr" []
                Ctr<Aes128>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes192Ecb = 0x0171 "aes-192-ecb" []
                Ecb<Aes192>, Broken, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes192Cbc = 0x0172 "aes-192-cbc" ["aes192"]
                Cbc<Aes192>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes192Cfb = 0x0173 "aes-192-cfb" []
                Cfb<Aes192>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes192Ofb = 0x0174 "aes-192-ofb" []
                Ofb<Aes192>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes192Ctr = 0x0175 "aes-192-ctr" []
                Ctr<Aes192>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes256Ecb = 0x0181 "aes-256-ecb" []
                Ecb<Aes256>, Broken, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes256Cbc = 0x0182 "aes-256-cbc" ["aes256"]
                Cbc<Aes256>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes256Cfb = 0x0183 "aes-256-cfb" []
                Cfb<Aes256>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes256Ofb = 0x0184 "aes-256-ofb" []
                Ofb<Aes256>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "aes")] Aes256Ctr = 0x0185 "aes-256-ctr" []
                Ctr<Aes256>, Modern, "FIPS 197, SP 800-38A";
            #[cfg(feature = "rc4")] Rc4 = 0x0190 "rc4" []
                Rc4, Broken, "alleged RC4, 1994";
            #[cfg(feature = "chacha20")] ChaCha20 = 0x01a0 "chacha20" []
                ChaCha20, Modern, "RFC 8439";
        }
    };
}

macro_rules! cipher_specs {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $type:ty, $strength:ident, $source:literal;)*) => {
        specs! {
            /// A cipher in a mode, or a stream cipher, by name or wire id.
            CipherSpec;
            $($(#[$cfg])* $variant = $id $name $aliases
                row::<$type>(), Some(Strength::$strength), $source;)*
        }
    };
}

ciphers!(cipher_specs);

/// What the type itself knows of its row.
const fn row<C: KeyIvInit>() -> Algorithm {
    Algorithm {
        kind: if C::BLOCK_LEN == 1 {
            Kind::StreamCipher
        } else {
            Kind::BlockCipherMode
        },
        name: "",
        aliases: &[],
        id: AlgorithmId(0),
        key_len: C::KEY_LEN,
        block_len: C::BLOCK_LEN,
        iv_len: C::IV_LEN,
        output_len: 0,
        strength: None,
        source: "",
    }
}

macro_rules! any_cipher {
    ($($(#[$cfg:meta])* $variant:ident = $id:literal $name:literal $aliases:tt
        $type:ty, $strength:ident, $source:literal;)*) => {
        /// As large as Blowfish's tables: there is no allocator to box them in.
        enum Inner {
            $($(#[$cfg])* $variant($type),)*
        }

        impl AnyCipher {
            /// Begin a message.
            ///
            /// # Errors
            /// [`WrongLength`] of the key or the IV.
            pub fn new(spec: CipherSpec, key: &[u8], iv: &[u8]) -> Result<Self, WrongLength> {
                match spec {
                    $($(#[$cfg])* CipherSpec::$variant => {
                        <$type>::new(key, iv).map(Inner::$variant).map(Self)
                    })*
                }
            }

            /// Which cipher it is.
            pub fn spec(&self) -> CipherSpec {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(_) => CipherSpec::$variant,)*
                }
            }
        }

        impl Cipher for AnyCipher {
            fn unit_len(&self) -> usize {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(ref cipher) => cipher.unit_len(),)*
                }
            }

            fn encrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(ref mut cipher) => cipher.encrypt_in_place(data),)*
                }
            }

            fn decrypt_in_place(&mut self, data: &mut [u8]) -> Result<(), CipherError> {
                match self.0 {
                    $($(#[$cfg])* Inner::$variant(ref mut cipher) => cipher.decrypt_in_place(data),)*
                }
            }
        }
    };
}

/// A cipher that is selected at run time.
///
/// ```
/// use secpvm_core::hazmat::{AnyCipher, Cipher, CipherSpec};
/// let spec = CipherSpec::from_name("3des-ctr")?;
/// let mut message = *b"any length";
/// AnyCipher::new(spec, &[7; 24], &[9; 8])?.encrypt_in_place(&mut message)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct AnyCipher(Inner);

impl sealed::Sealed for AnyCipher {}

ciphers!(any_cipher);
