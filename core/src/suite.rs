//! Suites: what protects a packet, as data. The wire number and the value are kept apart.

use crate::Error;
pub use crate::algorithm::Strength;

/// The number of a suite in a record header, big-endian there. Frozen; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SuiteId(pub u16);

/// What protects a packet: an AEAD, a cipher and a MAC composed encrypt-then-MAC with separate
/// keys, or a MAC alone, which leaves the packet readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// AES-256-GCM (NIST SP 800-38D). The default.
    Aes256Gcm,
    /// ChaCha20-Poly1305 (RFC 8439).
    ChaCha20Poly1305,
    /// Triple DES with three keys (FIPS 46-3) in CTR mode, authenticated by keyed MD5.
    TdesCtrKeyedMd5,
    /// IDEA in CTR mode, authenticated by keyed MD5.
    IdeaCtrKeyedMd5,
    /// DES in CTR mode, authenticated by keyed MD5. Its keys of 56 bits have been searched since 1998.
    DesCtrKeyedMd5,
    /// RC4 with a key for each packet, its first 1,536 bytes dropped (RFC 4345), authenticated by
    /// keyed MD5.
    Rc4KeyedMd5,
    /// HMAC-SHA-256 (RFC 2104), its tag cut to 16 bytes: authenticated, not encrypted.
    HmacSha256,
    /// Keyed MD5 (the 1997 report): authenticated, not encrypted.
    KeyedMd5,
}

/// One row of the table of suites. Private: the accessors of [`Suite`] are the interface.
struct Row {
    id: SuiteId,
    name: &'static str,
    cipher: Option<&'static str>,
    mac: Option<&'static str>,
    strength: Strength,
    packets_per_key_log2: u32,
}

impl Suite {
    /// Every suite, in the order of preference; those that do not encrypt come last.
    pub const ALL: [Self; 8] = [
        Self::Aes256Gcm,
        Self::ChaCha20Poly1305,
        Self::TdesCtrKeyedMd5,
        Self::IdeaCtrKeyedMd5,
        Self::DesCtrKeyedMd5,
        Self::Rc4KeyedMd5,
        Self::HmacSha256,
        Self::KeyedMd5,
    ];

    const fn row(self) -> Row {
        match self {
            Self::Aes256Gcm => Row {
                id: SuiteId(0x0001),
                name: "aes-256-gcm",
                cipher: Some("aes-256-gcm"),
                mac: None,
                strength: Strength::Modern,
                // A record has at most 65,467 bytes, under 2^12 blocks. 2^24 of them are 2^36
                // blocks, and the advantage of telling AES from a random function in counter
                // mode stays below (2^36)^2 / 2^129 = 2^-57, the margin that TLS 1.3 keeps
                // (RFC 8446, section 5.5).
                packets_per_key_log2: 24,
            },
            Self::ChaCha20Poly1305 => Row {
                id: SuiteId(0x0002),
                name: "chacha20-poly1305",
                cipher: Some("chacha20-poly1305"),
                mac: None,
                strength: Strength::Modern,
                // ChaCha20 has no birthday bound; the same figure as AES keeps one rule.
                packets_per_key_log2: 24,
            },
            Self::TdesCtrKeyedMd5 => Row {
                id: SuiteId(0x0101),
                name: "3des-ctr+keyed-md5",
                cipher: Some("3des-ctr"),
                mac: Some("keyed-md5"),
                strength: Strength::Legacy,
                // At most 2^20 blocks under one key (NIST SP 800-67r2, section 3.4). A record
                // has at most 65,467 / 8 < 2^13 blocks, so 2^7 records fit.
                packets_per_key_log2: 7,
            },
            Self::IdeaCtrKeyedMd5 => Row {
                id: SuiteId(0x0102),
                name: "idea-ctr+keyed-md5",
                cipher: Some("idea-ctr"),
                mac: Some("keyed-md5"),
                strength: Strength::Legacy,
                // As 3DES, for the block is as long.
                packets_per_key_log2: 7,
            },
            Self::DesCtrKeyedMd5 => Row {
                id: SuiteId(0x0103),
                name: "des-ctr+keyed-md5",
                cipher: Some("des-ctr"),
                mac: Some("keyed-md5"),
                strength: Strength::Broken,
                // As 3DES, for the block is as long.
                packets_per_key_log2: 7,
            },
            Self::Rc4KeyedMd5 => Row {
                id: SuiteId(0x0104),
                name: "rc4+keyed-md5",
                cipher: Some("rc4"),
                mac: Some("keyed-md5"),
                strength: Strength::Broken,
                // Each packet has a key of its own; the same figure keeps one rule.
                packets_per_key_log2: 24,
            },
            Self::HmacSha256 => Row {
                id: SuiteId(0x0011),
                name: "hmac-sha256",
                cipher: None,
                mac: Some("hmac-sha256"),
                strength: Strength::Modern,
                // A MAC that is a pseudorandom function has no limit within reach; one rule again.
                packets_per_key_log2: 24,
            },
            Self::KeyedMd5 => Row {
                id: SuiteId(0x0111),
                name: "keyed-md5",
                cipher: None,
                mac: Some("keyed-md5"),
                strength: Strength::Legacy,
                // Attacks take some 2^64 tags under one key (see `mac::Keyed`).
                packets_per_key_log2: 24,
            },
        }
    }

    /// The suite's name in every language of the project.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// The name of its cipher, or of the AEAD; `None` if it does not encrypt.
    pub const fn cipher(self) -> Option<&'static str> {
        self.row().cipher
    }

    /// The name of its MAC; an AEAD carries none.
    pub const fn mac(self) -> Option<&'static str> {
        self.row().mac
    }

    /// The number that stands for it in a record.
    pub const fn id(self) -> SuiteId {
        self.row().id
    }

    /// How well it holds today.
    pub const fn strength(self) -> Strength {
        self.row().strength
    }

    /// Length of its authentication tag, in bytes.
    pub const fn tag_len(self) -> usize {
        crate::packet::TAG_LEN
    }

    /// Packets sealed under one packet key, as a power of two: the packet number shifted right by
    /// this much is the generation of the key.
    pub(crate) const fn packets_per_key_log2(self) -> u32 {
        self.row().packets_per_key_log2
    }

    /// The suite of that name, in lower case.
    ///
    /// # Errors
    /// [`Error::UnknownAlgorithm`].
    pub fn from_name(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|suite| suite.name() == name)
            .ok_or(Error::UnknownAlgorithm)
    }

    /// The suite of that wire number.
    ///
    /// # Errors
    /// [`Error::UnknownAlgorithm`].
    pub fn from_id(id: SuiteId) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|suite| suite.id() == id)
            .ok_or(Error::UnknownAlgorithm)
    }
}
