//! The receiving end.

use super::{CLASSIC_HEADER_LEN, ClassicHeader, Level, Payload, SessionKey};
use crate::Rejected;

/// A packet that was opened.
#[derive(Debug, PartialEq, Eq)]
pub struct ClassicOpened<'p> {
    /// The header. Unless the payload is plain, source, destination and sequence number are
    /// authentic; the rest is what somebody on the way wants it to be.
    pub header: ClassicHeader,
    /// The data, inside the packet's buffer at [`CLASSIC_HEADER_LEN`], without padding.
    pub data: &'p mut [u8],
}

/// Opens packets, each as its own header says.
///
/// It keeps no sequence numbers. PVM does, and has to see a packet that comes twice in order to
/// acknowledge it twice: an opener that dropped it would make every lost acknowledgement final.
pub struct ClassicOpener {
    key: SessionKey,
    least: Level,
}

impl ClassicOpener {
    /// An opener with that key, which refuses packets of less protection than `least`. The
    /// report's daemon took packets of any: [`Level::Plain`].
    pub fn new(key: &SessionKey, least: Level) -> Self {
        Self {
            key: key.duplicate(),
            least,
        }
    }

    /// Open one packet in place. One that is not accepted is left as it was.
    ///
    /// # Errors
    /// [`Rejected::Malformed`] as [`ClassicHeader::parse`]; [`Rejected::Forged`] for too little
    /// protection or another digest.
    pub fn open_in_place<'p>(&self, packet: &'p mut [u8]) -> Result<ClassicOpened<'p>, Rejected> {
        let header = ClassicHeader::parse(packet)?;
        if header.payload.level() < self.least {
            return Err(Rejected::Forged);
        }
        let (_, data) = packet
            .split_first_chunk_mut::<CLASSIC_HEADER_LEN>()
            .ok_or(Rejected::Malformed)?;
        if let Some(digest) = header.payload.digest() {
            let verdict = self.key.verify(&header.pvm, data, digest);
            verdict.map_err(|_| Rejected::Forged)?;
        }
        Ok(ClassicOpened {
            header,
            data: self.decrypt_in_place(&header.payload, data)?,
        })
    }

    /// The data without encryption and padding. Whether the padding is zeros is not looked at: the
    /// field that counts it is not authenticated, and an answer would tell whoever alters it what
    /// the plaintext ends with.
    fn decrypt_in_place<'p>(
        &self,
        payload: &Payload,
        data: &'p mut [u8],
    ) -> Result<&'p mut [u8], Rejected> {
        let Payload::Encrypted { encryption, .. } = payload else {
            return Ok(data);
        };
        let data_len = data.len().checked_sub(encryption.padding_len().into());
        encryption
            .cipher()
            .decrypt_in_place(self.key.expose(), data)
            .map_err(|_| Rejected::Malformed)?;
        data_len
            .and_then(|data_len| data.get_mut(..data_len))
            .ok_or(Rejected::Malformed)
    }
}
