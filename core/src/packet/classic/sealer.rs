//! The sending end.

use super::{
    CLASSIC_HEADER_LEN, Cipher1997, ClassicHeader, DATA_LEN_MAX, Encryption, Payload, PvmHeader,
    SessionKey,
};
use crate::Error;

/// What a sender does with a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Protection {
    /// Nothing.
    Plain,
    /// Authenticate it: `-amd5`.
    Authenticated,
    /// Encrypt and authenticate it: `-edes` and the like.
    Encrypted(Cipher1997),
}

impl Protection {
    /// The encryption that fits `data_len` bytes, if there is any.
    const fn encryption(self, data_len: usize) -> Option<Encryption> {
        match self {
            Self::Plain | Self::Authenticated => None,
            Self::Encrypted(cipher) => Some(Encryption::for_data(cipher, data_len)),
        }
    }
}

/// Seals packets in one way. The packets' numbers are PVM's, and the same fields and data always
/// give the same packet: a retransmission is a copy.
pub struct ClassicSealer {
    key: SessionKey,
    protection: Protection,
}

impl ClassicSealer {
    /// A sealer with that key.
    pub fn new(key: &SessionKey, protection: Protection) -> Self {
        Self {
            key: key.duplicate(),
            protection,
        }
    }

    /// The length of the packet for `data_len` bytes of data, at most [`DATA_LEN_MAX`]: header 32,
    /// data, and for a block cipher 0 to 7 bytes of padding.
    pub const fn packet_len(&self, data_len: usize) -> usize {
        let padding_len = match self.protection.encryption(data_len) {
            Some(encryption) => encryption.padding_len() as usize,
            None => 0,
        };
        data_len.saturating_add(CLASSIC_HEADER_LEN + padding_len)
    }

    /// Seal the `data_len` bytes at `buf[CLASSIC_HEADER_LEN..]` in place, and return the length of
    /// the packet, which then starts at `buf[0]`.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::BufferTooSmall`]. `buf` is then unchanged.
    pub fn seal_in_place(
        &self,
        pvm: &PvmHeader,
        buf: &mut [u8],
        data_len: usize,
    ) -> Result<usize, Error> {
        let too_long = Error::TooLong {
            max: DATA_LEN_MAX,
            actual: data_len,
        };
        if data_len > DATA_LEN_MAX {
            return Err(too_long);
        }
        let packet_len = self.packet_len(data_len);
        let too_small = Error::BufferTooSmall {
            needed: packet_len,
            actual: buf.len(),
        };
        let packet = buf.get_mut(..packet_len).ok_or(too_small)?;
        let (header, data) = packet
            .split_first_chunk_mut::<CLASSIC_HEADER_LEN>()
            .ok_or(too_small)?;

        let payload = match self.protection {
            Protection::Plain => Payload::Plain,
            Protection::Authenticated => Payload::Authenticated {
                digest: self.key.digest(pvm, data)?,
            },
            Protection::Encrypted(cipher) => {
                data.get_mut(data_len..).ok_or(too_small)?.fill(0);
                // No cipher refuses whole blocks of so few bytes.
                cipher
                    .encrypt_in_place(self.key.expose(), data)
                    .map_err(|_| too_long)?;
                Payload::Encrypted {
                    encryption: Encryption::for_data(cipher, data_len),
                    digest: self.key.digest(pvm, data)?,
                }
            }
        };
        *header = ClassicHeader { pvm: *pvm, payload }.emit();
        Ok(packet_len)
    }
}
