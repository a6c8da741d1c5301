//! The key exchange of the report on secure PVM (1997): how the master's daemon hands the session
//! key to a slave's. Broken: nobody is authenticated.
//!
//! ```text
//!    master                            slave
//! 1  MASTER_PUBKEY  g^x mod p    ->
//!                                <-    SLAVE_PUBKEY   g^y mod p                 2
//! 3  SESSKEY  3DES(g^xy, session key)  ->
//!                                <-    SESSKEYACK     nothing                   4
//! ```
//! The bodies are 128, 128, 32 and 0 bytes long. The group is RFC 2409's second, of 1024 bits; the
//! report says 1024 bits and that base and modulus are constant, not which. The 3DES key is the
//! first 24 bytes of the shared secret g^xy mod p, written big-endian in 128 bytes. The mode is CBC
//! with a zero IV; the session key is four whole blocks.
//!
//! A message travels in a plain packet from daemon to daemon ([`Message`]), integers big-endian:
//! ```text
//!   0  header of the packet       32   SOM, EOM and DAT set; see packet::classic
//!  32  encoding                    4   PVM's message header
//!  36  code                        4   DM_FIRST + 29 ... + 32
//!  40  the rest of that header    24
//!  64  body                        n   128, 128, 32 or 0
//! ```
//!
//! # What is wrong with it
//! - Whoever stands between the two makes an exchange with each, and has the session key. The
//!   report knew, and relied on the start-up channel to make that hard.
//! - The wrapped key is not authenticated: an altered one is another session key, and acknowledged.
//! - A key of 3DES cut out of the secret, without a hash and without either public value.
//! - The group: discrete logarithms in it are within a state's means, once for all sessions
//!   (Adrian and others, "Imperfect Forward Secrecy", 2015).
//! - [`SessionKey`]: one for all members, for the whole life of the machine.
//!
//! # Example
//! ```
//! use secpvm_core::handshake::exchange_1997::{BODY_LEN_MAX, Exchange};
//! use secpvm_core::packet::classic::SessionKey;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // 32 bytes each, from the operating system.
//! let session_key = SessionKey::new(core::array::from_fn(|at| at as u8).into())?;
//! let mut master = Exchange::master(session_key, &[2; 32])?;
//! let mut slave = Exchange::slave(&[3; 32])?;
//! let mut body = [0; BODY_LEN_MAX];
//! for _ in 0..2 {
//!     let (kind, len) = master.write_message(&mut body)?;
//!     slave.read_message(kind, &body[..len])?;
//!     let (kind, len) = slave.write_message(&mut body)?;
//!     master.read_message(kind, &body[..len])?;
//! }
//! assert!(master.is_finished() && slave.session_key().is_some());
//! # Ok(())
//! # }
//! ```

use core::mem;

use crate::agreement::{AgreementError, Modp1024};
use crate::cipher::{Cipher, KeyInit, TdesEde3};
use crate::error::ReceiveError;
use crate::length::WrongLength;
use crate::mode::Cbc;
use crate::packet::classic::{
    CLASSIC_HEADER_LEN, ClassicHeader, Flags, Payload, PvmHeader, SESSION_KEY_LEN, SessionKey,
};
use crate::secret::Secret;
use crate::{Error, Rejected};

/// The longest body of a message, in bytes: a public value.
pub const BODY_LEN_MAX: usize = Modp1024::LEN;

/// Where the body is in a packet, in bytes: behind the packet's header, 32, and PVM's message
/// header, 32.
pub const BODY_AT: usize = CLASSIC_HEADER_LEN + 32;

/// Where the code is in a packet, in bytes: behind the packet's header and the encoding, 4.
const CODE_AT: usize = CLASSIC_HEADER_LEN + 4;

/// What of a task id says that it is a daemon's, and how: bit 31 set, bit 30 and the number of a
/// task, bits 17 to 0, not.
const DAEMON_MASK: u32 = 0xc003_ffff;
const DAEMON: u32 = 0x8000_0000;

/// The first code of PVM's messages between daemons, `DM_FIRST`.
const DM_FIRST: u32 = 0x8002_0001;

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// Master to slave: the master's public value, 128 bytes.
    MasterPubkey,
    /// Slave to master: the slave's public value, 128 bytes.
    SlavePubkey,
    /// Master to slave: the session key, encrypted, 32 bytes.
    Sesskey,
    /// Slave to master: the session key has arrived; no bytes.
    SesskeyAck,
}

impl MessageKind {
    /// All, in the order of the exchange.
    pub const ALL: [Self; 4] = [
        Self::MasterPubkey,
        Self::SlavePubkey,
        Self::Sesskey,
        Self::SesskeyAck,
    ];

    /// Its code among PVM's messages between daemons. The report gives none; these follow the last
    /// one of PVM 3.4.6, `DM_HOSTSYNCACK` = `DM_FIRST` + 28.
    pub const fn dm_code(self) -> u32 {
        match self {
            Self::MasterPubkey => DM_FIRST + 29,
            Self::SlavePubkey => DM_FIRST + 30,
            Self::Sesskey => DM_FIRST + 31,
            Self::SesskeyAck => DM_FIRST + 32,
        }
    }

    /// The kind with that code.
    pub fn from_dm_code(code: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.dm_code() == code)
    }

    /// Length of the body, in bytes.
    pub const fn body_len(self) -> usize {
        match self {
            Self::MasterPubkey | Self::SlavePubkey => Modp1024::LEN,
            Self::Sesskey => SESSION_KEY_LEN,
            Self::SesskeyAck => 0,
        }
    }
}

/// A message in the packet that carries it. Nothing of it is authentic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message<'p> {
    /// The header of the packet: from and to which daemon.
    pub pvm: PvmHeader,
    /// What it is.
    pub kind: MessageKind,
    /// Its body, as long as the kind's.
    pub body: &'p [u8],
}

impl<'p> Message<'p> {
    /// Read a packet that carries a message.
    ///
    /// # Errors
    /// [`Rejected::Malformed`] for any other packet: protected, or with other flags, of a task, of
    /// another code, or with a body of another length.
    pub fn parse(packet: &'p [u8]) -> Result<Self, Rejected> {
        const WHOLE: u8 = Flags::SOM.bits() | Flags::EOM.bits() | Flags::DAT.bits();
        let ClassicHeader { pvm, payload } = ClassicHeader::parse(packet)?;
        let of_daemons = [pvm.src, pvm.dst]
            .iter()
            .all(|tid| tid & DAEMON_MASK == DAEMON);
        let body = packet.get(BODY_AT..).ok_or(Rejected::Malformed)?;
        let code = packet.get(CODE_AT..).and_then(|rest| rest.first_chunk());
        let kind = code.and_then(|code| MessageKind::from_dm_code(u32::from_be_bytes(*code)));
        match kind {
            Some(kind)
                if payload == Payload::Plain
                    && pvm.flags.bits() == WHOLE
                    && of_daemons
                    && body.len() == kind.body_len() =>
            {
                Ok(Self { pvm, kind, body })
            }
            _ => Err(Rejected::Malformed),
        }
    }
}

/// One side of an exchange under way, or finished.
pub struct Exchange(State);

#[allow(
    clippy::large_enum_variant,
    reason = "without an allocator there is nothing to box with"
)]
enum State {
    /// Master: `MASTER_PUBKEY` is due.
    Offer {
        agreement: Modp1024,
        session_key: SessionKey,
    },
    /// Master: waits for `SLAVE_PUBKEY`.
    Offered {
        agreement: Modp1024,
        session_key: SessionKey,
    },
    /// Master: `SESSKEY` is due.
    Grant { wrapped: [u8; SESSION_KEY_LEN] },
    /// Master: waits for `SESSKEYACK`.
    Granted,
    /// Slave: waits for `MASTER_PUBKEY`.
    Await { agreement: Modp1024 },
    /// Slave: `SLAVE_PUBKEY` is due.
    Answer {
        public_value: [u8; Modp1024::LEN],
        wrapping_key: WrappingKey,
    },
    /// Slave: waits for `SESSKEY`.
    Answered { wrapping_key: WrappingKey },
    /// Slave: `SESSKEYACK` is due.
    Confirm { session_key: SessionKey },
    /// Both: all four messages have passed. The slave holds what it came for.
    Finished { session_key: Option<SessionKey> },
}

impl Exchange {
    /// The side of the master, which hands `session_key` on. `exponent` is 32 to 128 bytes, fresh
    /// from the operating system; 32 are twice the group's strength (RFC 3526 section 8).
    ///
    /// # Errors
    /// [`WrongLength`] of the exponent.
    pub fn master(session_key: SessionKey, exponent: &[u8]) -> Result<Self, WrongLength> {
        Ok(Self(State::Offer {
            agreement: Modp1024::new(exponent)?,
            session_key,
        }))
    }

    /// The side of a slave. `exponent` as for the master.
    ///
    /// # Errors
    /// [`WrongLength`] of the exponent.
    pub fn slave(exponent: &[u8]) -> Result<Self, WrongLength> {
        Ok(Self(State::Await {
            agreement: Modp1024::new(exponent)?,
        }))
    }

    /// Write the body of the next message to the start of `out`, and return its kind and length.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`], and [`Error::BufferTooSmall`] for less than [`BODY_LEN_MAX`] bytes:
    /// the exchange is then as it was.
    pub fn write_message(&mut self, out: &mut [u8]) -> Result<(MessageKind, usize), Error> {
        let actual = out.len();
        let out = out
            .first_chunk_mut::<BODY_LEN_MAX>()
            .ok_or(Error::BufferTooSmall {
                needed: BODY_LEN_MAX,
                actual,
            })?;
        let kind;
        self.0 = match mem::replace(&mut self.0, State::Finished { session_key: None }) {
            State::Offer {
                agreement,
                session_key,
            } => {
                kind = MessageKind::MasterPubkey;
                *out = agreement.public_value();
                State::Offered {
                    agreement,
                    session_key,
                }
            }
            State::Grant { wrapped } => {
                kind = MessageKind::Sesskey;
                out.split_at_mut(wrapped.len()).0.copy_from_slice(&wrapped);
                State::Granted
            }
            State::Answer {
                public_value,
                wrapping_key,
            } => {
                kind = MessageKind::SlavePubkey;
                *out = public_value;
                State::Answered { wrapping_key }
            }
            State::Confirm { session_key } => {
                kind = MessageKind::SesskeyAck;
                State::Finished {
                    session_key: Some(session_key),
                }
            }
            not_due => {
                self.0 = not_due;
                return Err(Error::OutOfOrder);
            }
        };
        Ok((kind, kind.body_len()))
    }

    /// Read the peer's message of that kind.
    ///
    /// # Errors
    /// The exchange is then as it was, and waits for the same message.
    /// [`Error::OutOfOrder`] for a kind that is not due; [`Rejected::Malformed`] for a body of
    /// another length; [`Rejected::Forged`] for what no honest peer sends: a public value outside
    /// 2 ... p - 2, or one that leads to a weak 3DES key, or a weak session key.
    pub fn read_message(&mut self, kind: MessageKind, body: &[u8]) -> Result<(), ReceiveError> {
        self.0 = match (&self.0, kind) {
            (
                State::Offered {
                    agreement,
                    session_key,
                },
                MessageKind::SlavePubkey,
            ) => State::Grant {
                wrapped: WrappingKey::agree(agreement, body)?.wrap(session_key)?,
            },
            (State::Granted, MessageKind::SesskeyAck) => {
                let [] = exactly(body)?;
                State::Finished { session_key: None }
            }
            (State::Await { agreement }, MessageKind::MasterPubkey) => State::Answer {
                wrapping_key: WrappingKey::agree(agreement, body)?,
                public_value: agreement.public_value(),
            },
            (State::Answered { wrapping_key }, MessageKind::Sesskey) => State::Confirm {
                session_key: wrapping_key.unwrap(exactly(body)?)?,
            },
            _ => return Err(Error::OutOfOrder.into()),
        };
        Ok(())
    }

    /// Whether all four messages have passed.
    pub fn is_finished(&self) -> bool {
        matches!(self.0, State::Finished { .. })
    }

    /// The session key that the slave received; `None` before that, and for the master.
    pub fn session_key(&self) -> Option<&SessionKey> {
        match &self.0 {
            State::Finished { session_key } => session_key.as_ref(),
            _ => None,
        }
    }
}

/// What carries the session key: 3DES under a key that both sides have agreed on.
struct WrappingKey(TdesEde3);

impl WrappingKey {
    fn agree(agreement: &Modp1024, public_value: &[u8]) -> Result<Self, Rejected> {
        let shared = agreement.agree(public_value);
        let shared = shared.map_err(|error| match error {
            AgreementError::WrongLength(_) => Rejected::Malformed,
            AgreementError::BadPublicValue => Rejected::Forged,
        })?;
        match shared.expose().first_chunk() {
            Some(key) if !TdesEde3::is_weak_key(key) => {
                let cipher = TdesEde3::new(key);
                cipher.map(Self).map_err(|_| Rejected::Malformed)
            }
            _ => Err(Rejected::Forged),
        }
    }

    fn wrap(&self, session_key: &SessionKey) -> Result<[u8; SESSION_KEY_LEN], Rejected> {
        let mut cbc = self.cbc()?;
        let mut wrapped = *session_key.expose();
        let done = cbc.encrypt_in_place(&mut wrapped);
        // Whole blocks are never refused.
        done.map_err(|_| Rejected::Malformed)?;
        Ok(wrapped)
    }

    fn unwrap(&self, wrapped: &[u8; SESSION_KEY_LEN]) -> Result<SessionKey, Rejected> {
        let mut entropy = Secret::from(*wrapped);
        let mut cbc = self.cbc()?;
        let done = cbc.decrypt_in_place(entropy.expose_mut());
        done.map_err(|_| Rejected::Malformed)?;
        SessionKey::new(entropy).map_err(|_| Rejected::Forged)
    }

    fn cbc(&self) -> Result<Cbc<&TdesEde3>, Rejected> {
        Cbc::with_cipher(&self.0, &[0; 8]).map_err(|_| Rejected::Malformed)
    }
}

/// Every kind of message has one length; any other is not of this protocol.
fn exactly<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], Rejected> {
    bytes.try_into().map_err(|_| Rejected::Malformed)
}
