//! The packets of 1997.

use secpvm_core::packet::classic::{
    CLASSIC_HEADER_LEN, Cipher1997, ClassicHeader as Header, ClassicOpener as Opener,
    ClassicSealer as Sealer, Flags, Level, Payload, Protection, PvmHeader, SESSION_KEY_LEN,
    SessionKey as Core,
};
use secpvm_core::secret::Secret;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::failure::{Failure, object};
use crate::scratch::{put, with, with_region};

/// The levels of protection, by number.
const LEVELS: [Level; 3] = [Level::Plain, Level::Authenticated, Level::Encrypted];

/// The header of a packet.
#[wasm_bindgen]
pub struct ClassicHeader(Header);

#[wasm_bindgen]
impl ClassicHeader {
    pub fn parse(packet_len: usize) -> Option<ClassicHeader> {
        object(with_region(|parts| {
            let packet = parts.take(packet_len)?;
            Ok(Self(Header::parse(packet)?))
        }))
    }

    pub fn dst(&self) -> u32 {
        self.0.pvm.dst
    }

    pub fn src(&self) -> u32 {
        self.0.pvm.src
    }

    pub fn seq(&self) -> u16 {
        self.0.pvm.seq
    }

    pub fn ack(&self) -> u16 {
        self.0.pvm.ack
    }

    pub fn flags(&self) -> u8 {
        self.0.pvm.flags.bits()
    }

    /// 0 plain, 1 authenticated, 2 encrypted.
    pub fn level(&self) -> u8 {
        match self.0.payload.level() {
            Level::Plain => 0,
            Level::Authenticated => 1,
            Level::Encrypted => 2,
        }
    }

    /// The cipher's name, or nothing.
    pub fn cipher(&self) -> String {
        match self.0.payload {
            Payload::Encrypted { encryption, .. } => encryption.cipher().name().to_owned(),
            _ => String::new(),
        }
    }

    pub fn padding_len(&self) -> u8 {
        match self.0.payload {
            Payload::Encrypted { encryption, .. } => encryption.padding_len(),
            _ => 0,
        }
    }
}

/// The key of all members.
#[wasm_bindgen]
pub struct SessionKey(pub(crate) Core);

#[wasm_bindgen]
impl SessionKey {
    /// From 32 bytes.
    pub fn begin() -> Option<SessionKey> {
        object(with_region(|parts| {
            let bytes: [u8; SESSION_KEY_LEN] = parts.key(SESSION_KEY_LEN)?.array()?;
            Ok(Self(Core::new(Secret::from(bytes))?))
        }))
    }

    pub fn encode(&self) -> i32 {
        put(self.0.expose())
    }
}

#[cfg(feature = "full")]
impl SessionKey {
    /// A second holder of the same key, for who must have one of its own.
    pub(crate) fn duplicate(key: &Core) -> Result<Core, Failure> {
        Ok(Core::new(Secret::from(*key.expose()))?)
    }
}

/// Opens packets, each as its own header says.
#[wasm_bindgen]
pub struct ClassicOpener(Opener);

#[wasm_bindgen]
impl ClassicOpener {
    /// Refuses packets of less protection than the level `least`.
    pub fn begin(key: &SessionKey, least: usize) -> Option<ClassicOpener> {
        let level = LEVELS.get(least).ok_or(Failure::Internal);
        object(level.map(|least| Self(Opener::new(&key.0, *least))))
    }

    /// Open. The data stand where they stood in the packet.
    pub fn open(&self, packet_len: usize) -> i32 {
        with(|parts| {
            let packet = parts.take(packet_len)?;
            Ok(self.0.open_in_place(packet)?.data.len())
        })
    }
}

/// Seals packets in one way.
#[wasm_bindgen]
pub struct ClassicSealer(Sealer);

#[wasm_bindgen]
impl ClassicSealer {
    /// In the way that is named in the region: `plain`, `md5`, or a cipher of the report.
    pub fn begin(key: &SessionKey, name_len: usize) -> Option<ClassicSealer> {
        object(with_region(|parts| {
            let name = core::str::from_utf8(parts.take(name_len)?).unwrap_or_default();
            let protection = match name {
                "plain" => Protection::Plain,
                "md5" => Protection::Authenticated,
                cipher => Protection::Encrypted(Cipher1997::from_name(cipher)?),
            };
            Ok(Self(Sealer::new(&key.0, protection)))
        }))
    }

    /// Seal. Room for a header, the data, and room for padding become the packet.
    pub fn seal(&self, dst: u32, src: u32, seq: u16, ack: u16, flags: u8, data_len: usize) -> i32 {
        with(|parts| {
            let flags = Flags::from_bits(flags);
            let pvm = PvmHeader {
                dst,
                src,
                seq,
                ack,
                flags: flags.ok_or(Failure::Argument("flags of SOM, EOM, DAT, FIN and ACK"))?,
            };
            let room = data_len.saturating_add(CLASSIC_HEADER_LEN + 8);
            Ok(self.0.seal_in_place(&pvm, parts.take(room)?, data_len)?)
        })
    }
}
