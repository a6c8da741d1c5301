//! The `classic-1997` packet profile: what the report on secure PVM specifies (Dunigan and Venugopal,
//! "Secure PVM", 1997), for reproduction and comparison. Broken: never for anything that is worth
//! protecting, and reached only by its name.
//!
//! A packet, integers big-endian:
//! ```text
//!  0  destination      4   task id
//!  4  source           4   task id
//!  8  sequence         2   from 1, wraps to 0 after 65535
//! 10  acknowledgement  2
//! 12  flags            1   SOM 1, EOM 2, DAT 4, FIN 8, ACK 16
//! 13  cipher           1   0 none, 1 IDEA, 2 DES, 3 3DES, 5 RC4
//! 14  padding          1   bytes of padding that end the data: 0 to 7, 0 without a block cipher
//! 15  auth             1   0 none, 1 keyed MD5
//! 16  digest          16   zero without auth
//! 32  data             n   encrypted if there is a cipher
//! ```
//! All that stands behind the header is data; in the first fragment of a message (SOM) it starts
//! with PVM's own message header of 32 bytes. A sender pads the data with zeros to whole blocks,
//! encrypts them, and takes the digest over what it sends: MD5(key, 32 zeros, source, destination,
//! sequence, data as sent, key). Whatever is encrypted is authenticated too.
//!
//! Block ciphers run in CBC mode with a zero IV, 3DES as E(K1) D(K2) E(K3); RC4 starts anew with
//! each packet. All keys are the first bytes of the session key. Where the report is silent, the
//! choices are ours: `docs/decisions/0006-classic-1997.md` has the reasons.
//!
//! # What is wrong with it
//! Each of these is shown by a test, `core/tests/classic_1997.rs` or `exchange_1997.rs`:
//! - Flags and acknowledgement are not authenticated: whoever sees one authentic packet can turn it
//!   into a FIN, which ends a daemon.
//! - Cipher, padding and auth are not authenticated: data can be cut or lengthened within a block,
//!   decrypted with another cipher, or delivered as ciphertext.
//! - Every packet says itself how it is protected: without [`ClassicOpener::new`]'s `least`, one
//!   that says "not at all" is taken.
//! - The IV is always zero: equal beginnings of packets are equal on the wire.
//! - RC4 uses one key stream for all packets: two of them give the difference of their plaintexts.
//! - The header is in clear: who talks to whom, and how much.
//! - 16 bits of sequence number: PVM drops packets that are less than 32768 behind. After as many
//!   more, a recorded one counts as ahead, and is delivered when its number comes round.
//! - One session key for all members, both directions, every cipher and the digest: each member can
//!   speak for any other, and whoever searches the 2^56 keys of DES has a quarter of the digest's.
//! - The key exchange authenticates nobody (see `exchange_1997`), and the key is never changed.
//! - Single DES, RC4's biases, keyed MD5 (see [`mac`](crate::mac)), 64-bit blocks.
//!
//! # Example, to be checked by hand
//! The session key is the bytes 00 to 1f. Task 2 of host 1 (task id 00040002) sends task 1 of host 2
//! (00080001) the packet 7, the last fragment (EOM, DAT) of a message, with the 14 bytes `secret
//! message`, by 3DES.
//!
//! Data are padded to 16 bytes, two zeros, and encrypted with the key's first 24 bytes:
//! ```text
//! $ printf 'secret message\0\0' | openssl enc -des-ede3-cbc -nopad -iv 0000000000000000 \
//!       -K 000102030405060708090a0b0c0d0e0f1011121314151617 | xxd -p
//! 93a1dc2c3f4f73b9ef8d8d790f2ac9b3
//! ```
//! The digest is MD5 of the key, 32 zeros that fill it to 512 bits, source, destination, sequence,
//! these 16 bytes and the key again:
//! ```text
//! $ python3 - <<'end'
//! import hashlib
//! key = bytes(range(32))
//! fields = bytes.fromhex("00040002" "00080001" "0007")
//! data = bytes.fromhex("93a1dc2c3f4f73b9ef8d8d790f2ac9b3")
//! print(hashlib.md5(key + bytes(32) + fields + data + key).hexdigest())
//! end
//! 57b2a9706bc49fd1060510dcef01478e
//! ```
//! So the packet is:
//! ```
//! use secpvm_core::packet::classic::{
//!     CLASSIC_HEADER_LEN, Cipher1997, ClassicOpener, ClassicSealer, Flags, Level, Protection,
//!     PvmHeader, SessionKey,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let key = SessionKey::new(core::array::from_fn(|at| at as u8).into())?;
//! let sealer = ClassicSealer::new(&key, Protection::Encrypted(Cipher1997::Tdes));
//! let pvm = PvmHeader {
//!     dst: 0x0008_0001,
//!     src: 0x0004_0002,
//!     seq: 7,
//!     ack: 0,
//!     flags: Flags::EOM | Flags::DAT,
//! };
//! let mut packet = [0; 48];
//! packet[CLASSIC_HEADER_LEN..][..14].copy_from_slice(b"secret message");
//! assert_eq!(sealer.seal_in_place(&pvm, &mut packet, 14)?, 48);
//! assert_eq!(packet, [
//!     0x00, 0x08, 0x00, 0x01, // destination
//!     0x00, 0x04, 0x00, 0x02, // source
//!     0x00, 0x07, // sequence
//!     0x00, 0x00, // acknowledgement
//!     0x06, // flags: EOM 2, DAT 4
//!     0x03, // cipher: 3DES
//!     0x02, // padding
//!     0x01, // auth: keyed MD5
//!     0x57, 0xb2, 0xa9, 0x70, 0x6b, 0xc4, 0x9f, 0xd1, // digest
//!     0x06, 0x05, 0x10, 0xdc, 0xef, 0x01, 0x47, 0x8e,
//!     0x93, 0xa1, 0xdc, 0x2c, 0x3f, 0x4f, 0x73, 0xb9, // data
//!     0xef, 0x8d, 0x8d, 0x79, 0x0f, 0x2a, 0xc9, 0xb3,
//! ]);
//!
//! let opener = ClassicOpener::new(&key, Level::Encrypted);
//! let opened = opener.open_in_place(&mut packet)?;
//! assert_eq!(opened.data, b"secret message");
//! # Ok(())
//! # }
//! ```
//!
//! Encryption without authentication is not among the legal combinations:
//! ```compile_fail,E0063
//! use secpvm_core::packet::classic::{Cipher1997, Encryption, Payload};
//! let encryption = Encryption::new(Cipher1997::Des, 0).unwrap();
//! let payload = Payload::Encrypted { encryption }; // where is the digest?
//! ```

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
