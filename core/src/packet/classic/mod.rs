//! The `classic-1997` packet profile: what the report on secure PVM specifies, for reproduction and
//! comparison. Broken; never for anything that is worth protecting.

mod cipher;
mod header;
mod key;
mod opener;
mod sealer;

pub use cipher::Cipher1997;
pub use header::{ClassicHeader, Encryption, Flags, Level, Payload, PvmHeader};
pub use key::{SESSION_KEY_LEN, SessionKey};
pub use opener::{ClassicOpened, ClassicOpener};
pub use sealer::{ClassicSealer, Protection};

use crate::algorithm::Strength;

/// How well this profile holds, with whatever cipher.
pub const STRENGTH: Strength = Strength::Broken;

/// Length of the header in bytes: 16 of stock PVM's, 16 of the digest.
pub const CLASSIC_HEADER_LEN: usize = 32;

/// Length of the digest in bytes.
pub const DIGEST_LEN: usize = 16;

/// The longest packet, in bytes: the largest UDP payload over IPv4, 65535 - 20 - 8.
const PACKET_LEN_MAX: usize = 65_507;

/// The longest data, in bytes: what fits behind a header, 65507 - 32 = 65475, in whole blocks of 8.
pub const DATA_LEN_MAX: usize = (PACKET_LEN_MAX - CLASSIC_HEADER_LEN) / 8 * 8;
