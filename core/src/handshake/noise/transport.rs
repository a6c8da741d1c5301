//! What a finished handshake leaves: one cipher for each direction (Noise section 5.3).

use super::symmetric::CipherState;
use super::{MESSAGE_LEN_MAX, TAG_LEN};
use crate::error::ReceiveError;
use crate::{Error, Rejected};

/// The two ciphers of a finished handshake. Messages must arrive in the order they were sent.
pub struct Transport {
    send: CipherState,
    receive: CipherState,
}

impl Transport {
    pub(super) fn new(send: CipherState, receive: CipherState) -> Self {
        Self { send, receive }
    }

    /// Write one message, `payload` and a tag of 16 bytes, to the start of `out`; return its
    /// length.
    ///
    /// # Errors
    /// [`Error::TooLong`] beyond 65,535 bytes, [`Error::BufferTooSmall`], [`Error::Exhausted`].
    pub fn write_message(&mut self, payload: &[u8], out: &mut [u8]) -> Result<usize, Error> {
        let needed = payload.len() + TAG_LEN;
        if needed > MESSAGE_LEN_MAX {
            return Err(Error::TooLong {
                max: MESSAGE_LEN_MAX,
                actual: needed,
            });
        }
        let too_small = Error::BufferTooSmall {
            needed,
            actual: out.len(),
        };
        let message = out.get_mut(..needed).ok_or(too_small)?;
        let (data, tag) = message.split_last_chunk_mut::<TAG_LEN>().ok_or(too_small)?;
        data.copy_from_slice(payload);
        *tag = self.send.encrypt(&[], data)?;
        Ok(needed)
    }

    /// Read one message; its payload goes to the start of `out`, its length is returned.
    ///
    /// # Errors
    /// [`Rejected::Forged`], [`Rejected::Malformed`], [`Error::BufferTooSmall`]. A message that
    /// is not accepted changes nothing.
    pub fn read_message(&mut self, message: &[u8], out: &mut [u8]) -> Result<usize, ReceiveError> {
        if message.len() > MESSAGE_LEN_MAX {
            return Err(Rejected::Malformed.into());
        }
        let (data, tag) = message
            .split_last_chunk::<TAG_LEN>()
            .ok_or(Rejected::Malformed)?;
        let actual = out.len();
        let out = out.get_mut(..data.len()).ok_or(Error::BufferTooSmall {
            needed: data.len(),
            actual,
        })?;
        out.copy_from_slice(data);
        self.receive.decrypt(&[], out, tag)?;
        Ok(data.len())
    }
}
