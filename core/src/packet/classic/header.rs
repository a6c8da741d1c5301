//! The header: bytes to legal values and back.

use core::ops::BitOr;

use super::{CLASSIC_HEADER_LEN, Cipher1997, DIGEST_LEN, PACKET_LEN_MAX};
use crate::Rejected;

/// The number of keyed MD5 in the header's auth field.
const AUTH_MD5: u8 = 1;

/// What the stock daemon says of a packet: the first 13 bytes of its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PvmHeader {
    /// Task id of the final destination.
    pub dst: u32,
    /// Task id of the true source.
    pub src: u32,
    /// Sequence number; from 1, wraps to 0 after 65535.
    pub seq: u16,
    /// The sequence number that is acknowledged, with [`Flags::ACK`]. Not authenticated.
    pub ack: u16,
    /// What kind of packet it is. Not authenticated.
    pub flags: Flags,
}

/// A set of packet flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u8);

impl Flags {
    /// First fragment of a message: the data start with PVM's 32-byte message header.
    pub const SOM: Self = Self(1);
    /// Last fragment of a message.
    pub const EOM: Self = Self(2);
    /// The packet carries data.
    pub const DAT: Self = Self(4);
    /// The daemon closes the connection.
    pub const FIN: Self = Self(8);
    /// The packet acknowledges another.
    pub const ACK: Self = Self(16);

    /// All that have a meaning.
    const ALL: u8 = 31;

    /// The set with these bits; `None` if one of them has no meaning.
    pub const fn from_bits(bits: u8) -> Option<Self> {
        if bits & !Self::ALL == 0 {
            Some(Self(bits))
        } else {
            None
        }
    }

    /// The set as bits.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether all of `flags` are in the set.
    pub const fn contains(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }
}

impl BitOr for Flags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The three levels of protection that a user of the report's PVM could choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Standard PVM.
    Plain,
    /// Integrity of source, destination, sequence number and data.
    Authenticated,
    /// Privacy of the data, and integrity as before: encryption implies authentication.
    Encrypted,
}

/// How a packet is encrypted: a cipher, and less padding than it has block. A stream cipher has
/// no padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Encryption {
    cipher: Cipher1997,
    padding_len: u8,
}

impl Encryption {
    /// `None` unless `padding_len` is less than the cipher's block, in bytes.
    pub const fn new(cipher: Cipher1997, padding_len: u8) -> Option<Self> {
        if (padding_len as usize) < cipher.block_len() {
            Some(Self {
                cipher,
                padding_len,
            })
        } else {
            None
        }
    }

    /// What fits `data_len` bytes.
    #[allow(clippy::cast_possible_truncation, reason = "less than a block of 8")]
    pub(super) const fn for_data(cipher: Cipher1997, data_len: usize) -> Self {
        let block_len = cipher.block_len();
        Self {
            cipher,
            padding_len: ((block_len - data_len % block_len) % block_len) as u8,
        }
    }

    /// The cipher.
    pub const fn cipher(self) -> Cipher1997 {
        self.cipher
    }

    /// How many bytes of padding end the data.
    pub const fn padding_len(self) -> u8 {
        self.padding_len
    }
}

/// What stands behind the header, with the part of the header that tells of it. These are the
/// legal combinations: nothing is encrypted without being authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// The data in clear, as standard PVM sends them.
    Plain,
    /// The data in clear, and a digest.
    Authenticated {
        /// Keyed MD5 over source, destination, sequence number and data.
        digest: [u8; DIGEST_LEN],
    },
    /// The data and their padding, encrypted, and a digest.
    Encrypted {
        /// Cipher and padding. Not authenticated.
        encryption: Encryption,
        /// Keyed MD5 over source, destination, sequence number and ciphertext.
        digest: [u8; DIGEST_LEN],
    },
}

impl Payload {
    /// The level of protection.
    pub const fn level(&self) -> Level {
        match self {
            Self::Plain => Level::Plain,
            Self::Authenticated { .. } => Level::Authenticated,
            Self::Encrypted { .. } => Level::Encrypted,
        }
    }

    /// The digest, unless the packet is plain.
    pub const fn digest(&self) -> Option<&[u8; DIGEST_LEN]> {
        match self {
            Self::Plain => None,
            Self::Authenticated { digest } | Self::Encrypted { digest, .. } => Some(digest),
        }
    }

    /// From the header's fields; `None` if their combination is not legal.
    fn parse(cipher: u8, padding: u8, auth: u8, digest: [u8; DIGEST_LEN]) -> Option<Self> {
        const NONE: [u8; DIGEST_LEN] = [0; DIGEST_LEN];
        match (cipher, padding, auth, digest) {
            (0, 0, 0, NONE) => Some(Self::Plain),
            (0, 0, AUTH_MD5, digest) => Some(Self::Authenticated { digest }),
            (cipher, padding, AUTH_MD5, digest) => Some(Self::Encrypted {
                encryption: Encryption::new(Cipher1997::from_number(cipher)?, padding)?,
                digest,
            }),
            _ => None,
        }
    }

    /// Whether `data_len` bytes behind the header agree with what it says of them.
    fn fits(&self, data_len: usize) -> bool {
        match self {
            Self::Plain | Self::Authenticated { .. } => true,
            Self::Encrypted { encryption, .. } => {
                data_len.is_multiple_of(encryption.cipher.block_len())
                    && data_len >= usize::from(encryption.padding_len)
            }
        }
    }
}

/// The 32-byte header of a packet. Not to be believed until the packet has been opened, and what
/// is marked as not authenticated not even then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassicHeader {
    /// What stock PVM says of the packet.
    pub pvm: PvmHeader,
    /// What stands behind the header.
    pub payload: Payload,
}

impl ClassicHeader {
    /// Read the header of a packet of any length. Every legal header has one encoding.
    ///
    /// # Errors
    /// [`Rejected::Malformed`] if the bytes are shorter than a header or longer than a UDP payload,
    /// a flag, cipher or auth number is unknown, the combination of cipher, padding, auth and
    /// digest is not legal, or the data's length is not one of the cipher's.
    pub fn parse(packet: &[u8]) -> Result<Self, Rejected> {
        let (header, data) = packet
            .split_first_chunk::<CLASSIC_HEADER_LEN>()
            .ok_or(Rejected::Malformed)?;
        #[rustfmt::skip]
        let [d0, d1, d2, d3, s0, s1, s2, s3, q0, q1, a0, a1,
             flags, cipher, padding, auth, digest @ ..] = *header;
        let payload = Payload::parse(cipher, padding, auth, digest).ok_or(Rejected::Malformed)?;
        if packet.len() > PACKET_LEN_MAX || !payload.fits(data.len()) {
            return Err(Rejected::Malformed);
        }
        let pvm = PvmHeader {
            dst: u32::from_be_bytes([d0, d1, d2, d3]),
            src: u32::from_be_bytes([s0, s1, s2, s3]),
            seq: u16::from_be_bytes([q0, q1]),
            ack: u16::from_be_bytes([a0, a1]),
            flags: Flags::from_bits(flags).ok_or(Rejected::Malformed)?,
        };
        Ok(Self { pvm, payload })
    }

    /// The header's bytes, as they stand in a packet.
    pub fn emit(&self) -> [u8; CLASSIC_HEADER_LEN] {
        let (cipher, padding, auth) = match self.payload {
            Payload::Plain => (0, 0, 0),
            Payload::Authenticated { .. } => (0, 0, AUTH_MD5),
            Payload::Encrypted { encryption, .. } => {
                let Encryption {
                    cipher,
                    padding_len,
                } = encryption;
                (cipher.number(), padding_len, AUTH_MD5)
            }
        };
        let [d0, d1, d2, d3] = self.pvm.dst.to_be_bytes();
        let [s0, s1, s2, s3] = self.pvm.src.to_be_bytes();
        let [q0, q1] = self.pvm.seq.to_be_bytes();
        let [a0, a1] = self.pvm.ack.to_be_bytes();
        let flags = self.pvm.flags.bits();
        let mut header = [0; CLASSIC_HEADER_LEN];
        let (fields, digest) = header.split_at_mut(CLASSIC_HEADER_LEN - DIGEST_LEN);
        #[rustfmt::skip]
        fields.copy_from_slice(&[d0, d1, d2, d3, s0, s1, s2, s3, q0, q1, a0, a1,
                                 flags, cipher, padding, auth]);
        digest.copy_from_slice(self.payload.digest().unwrap_or(&[0; DIGEST_LEN]));
        header
    }
}
