//! The join: how a session reaches a new member, over a channel that is already trusted.
//!
//! ```text
//!    initiator (a member)                       responder (the newcomer)
//! 1  join secret 32 ‖ Noise message 1 (48)  ->
//!                                           <-  2  Noise message 2 (48)
//! 3  session 40 + tag 16                    ->
//!                                           <-  4  tag 16
//! 5  member key 40 + tag 16                 ->                   (where there is a group)
//! ```
//! The handshake is `Noise_NNpsk0_25519_AESGCM_SHA256`; its pre-shared key is the join secret,
//! made for this join alone, and its prologue is [`PROLOGUE_LABEL`] and a context that both sides
//! must have. The trusted channel (ssh) is what authenticates the join secret; the ephemeral keys
//! keep the session from whoever later reads a recording of that channel. Messages 3 to 5 are
//! Noise transport messages; the fourth tells the initiator that the newcomer has the session.
//!
//! The join is finished with message 4. The leader of a [group](crate::group) goes on with
//! message 5, so that the newcomer can follow it to other epochs.

use super::noise::{Handshake, NoiseCipher, Role, TAG_LEN, Transport};
use crate::error::ReceiveError;
use crate::group::{MEMBER_KEY_LEN, MemberKey};
use crate::secret::Secret;
use crate::session::{SESSION_LEN, Session};
use crate::{Error, Rejected};

/// What the prologue starts with; the context follows.
pub const PROLOGUE_LABEL: &[u8] = b"secpvm join 1\0";

/// The longest context, in bytes.
pub const CONTEXT_LEN_MAX: usize = 1024;

/// The longest message, the first: join secret 32, ephemeral key 32, tag 16.
pub const JOIN_MESSAGE_LEN_MAX: usize = 80;

/// Message 2: ephemeral key 32, tag 16.
const ANSWER_LEN: usize = 48;

/// Message 3: the session and a tag.
const GRANT_LEN: usize = SESSION_LEN + TAG_LEN;

/// Message 4: a tag over nothing.
const CONFIRMATION_LEN: usize = TAG_LEN;

/// Message 5, in bytes: the member key and a tag.
pub const MEMBER_KEY_MESSAGE_LEN: usize = MEMBER_KEY_LEN + TAG_LEN;

/// A join under way, or finished.
pub struct Join(State);

#[allow(
    clippy::large_enum_variant,
    reason = "without an allocator there is nothing to box with"
)]
enum State {
    /// Initiator: message 1 is due.
    Offer {
        session: Session,
        join_secret: Secret<32>,
        handshake: Handshake,
    },
    /// Initiator: waits for message 2.
    Offered {
        session: Session,
        handshake: Handshake,
    },
    /// Initiator: message 3 is due.
    Grant {
        session: Session,
        transport: Transport,
    },
    /// Initiator: waits for message 4.
    Granted { transport: Transport },
    /// Responder: waits for message 1.
    Await {
        prologue: Prologue,
        ephemeral: Secret<32>,
    },
    /// Responder: message 2 is due.
    Answer { handshake: Handshake },
    /// Responder: waits for message 3.
    Answered { transport: Transport },
    /// Responder: message 4 is due.
    Confirm {
        session: Session,
        transport: Transport,
    },
    /// Both: all four messages have passed. The responder holds what it came for. Message 5 may
    /// follow, once.
    Finished {
        session: Option<Session>,
        transport: Option<Transport>,
    },
    /// A message was rejected: the join is over.
    Failed,
}

struct Prologue {
    bytes: [u8; PROLOGUE_LABEL.len() + CONTEXT_LEN_MAX],
    len: usize,
}

impl Prologue {
    fn new(context: &[u8]) -> Result<Self, Error> {
        let mut bytes = [0; PROLOGUE_LABEL.len() + CONTEXT_LEN_MAX];
        let (label, rest) = bytes.split_at_mut(PROLOGUE_LABEL.len());
        label.copy_from_slice(PROLOGUE_LABEL);
        rest.get_mut(..context.len())
            .ok_or(Error::TooLong {
                max: CONTEXT_LEN_MAX,
                actual: context.len(),
            })?
            .copy_from_slice(context);
        Ok(Self {
            bytes,
            len: PROLOGUE_LABEL.len() + context.len(),
        })
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }
}

impl Join {
    /// The side of a member that hands `session` on. `join_secret` and `ephemeral` are 32 bytes
    /// each, fresh from the operating system.
    ///
    /// # Errors
    /// [`Error::TooLong`] for a context of more than 1024 bytes.
    pub fn initiator(
        session: Session,
        context: &[u8],
        join_secret: Secret<32>,
        ephemeral: Secret<32>,
    ) -> Result<Self, Error> {
        let prologue = Prologue::new(context)?;
        let psk = join_secret.duplicate();
        Ok(Self(State::Offer {
            session,
            handshake: handshake(Role::Initiator, &prologue, psk, ephemeral),
            join_secret,
        }))
    }

    /// The side of a newcomer. `ephemeral` is 32 bytes, fresh from the operating system.
    ///
    /// # Errors
    /// [`Error::TooLong`] for a context of more than 1024 bytes.
    pub fn responder(context: &[u8], ephemeral: Secret<32>) -> Result<Self, Error> {
        Ok(Self(State::Await {
            prologue: Prologue::new(context)?,
            ephemeral,
        }))
    }

    /// Write the next message to the start of `out` and return its length, at most
    /// [`JOIN_MESSAGE_LEN_MAX`].
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] and [`Error::BufferTooSmall`] leave the join as it was. A peer's key
    /// that no honest peer has is [`Rejected::Forged`], and ends the join.
    pub fn write_message(&mut self, out: &mut [u8]) -> Result<usize, ReceiveError> {
        let actual = out.len();
        let out = out
            .first_chunk_mut::<JOIN_MESSAGE_LEN_MAX>()
            .ok_or(Error::BufferTooSmall {
                needed: JOIN_MESSAGE_LEN_MAX,
                actual,
            })?;
        let len;
        self.0 = match core::mem::replace(&mut self.0, State::Failed) {
            State::Offer {
                session,
                join_secret,
                mut handshake,
            } => {
                let (secret, message) = out.split_at_mut(join_secret.expose().len());
                secret.copy_from_slice(join_secret.expose());
                len = secret.len() + handshake.write_message(&[], message)?;
                State::Offered { session, handshake }
            }
            State::Grant {
                session,
                mut transport,
            } => {
                len = transport.write_message(session.encode().expose(), out)?;
                State::Granted { transport }
            }
            State::Answer { mut handshake } => {
                len = handshake.write_message(&[], out)?;
                State::Answered {
                    transport: handshake.into_transport()?,
                }
            }
            State::Confirm {
                session,
                mut transport,
            } => {
                len = transport.write_message(&[], out)?;
                State::Finished {
                    session: Some(session),
                    transport: Some(transport),
                }
            }
            not_due => {
                self.0 = not_due;
                return Err(Error::OutOfOrder.into());
            }
        };
        Ok(len)
    }

    /// Read the peer's next message.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] leaves the join as it was. A [`Rejected`] message ends it: over a
    /// trusted channel there is no true message to wait for.
    pub fn read_message(&mut self, message: &[u8]) -> Result<(), ReceiveError> {
        let mut payload = Secret::<JOIN_MESSAGE_LEN_MAX>::zero();
        let payload = payload.expose_mut();
        self.0 = match core::mem::replace(&mut self.0, State::Failed) {
            State::Await {
                prologue,
                ephemeral,
            } => State::Answer {
                handshake: read_offer(message, &prologue, ephemeral)?,
            },
            State::Offered {
                session,
                mut handshake,
            } => {
                let message: &[u8; ANSWER_LEN] = exactly(message)?;
                handshake.read_message(message, payload)?;
                let transport = handshake.into_transport()?;
                State::Grant { session, transport }
            }
            State::Answered { mut transport } => {
                let message: &[u8; GRANT_LEN] = exactly(message)?;
                let len = transport.read_message(message, payload)?;
                let session = exactly(payload.get(..len).unwrap_or_default())?;
                State::Confirm {
                    session: Session::decode(session).map_err(|_| Rejected::Malformed)?,
                    transport,
                }
            }
            State::Granted { mut transport } => {
                let message: &[u8; CONFIRMATION_LEN] = exactly(message)?;
                transport.read_message(message, payload)?;
                State::Finished {
                    session: None,
                    transport: Some(transport),
                }
            }
            not_due => {
                self.0 = not_due;
                return Err(Error::OutOfOrder.into());
            }
        };
        Ok(())
    }

    /// Whether all four messages have passed.
    pub fn is_finished(&self) -> bool {
        matches!(self.0, State::Finished { .. })
    }

    /// The session that the responder received; `None` before that, and for the initiator.
    pub fn session(&self) -> Option<&Session> {
        match &self.0 {
            State::Finished { session, .. } => session.as_ref(),
            _ => None,
        }
    }

    /// Initiator: write message 5, which carries the newcomer's key in the group, to the start of
    /// `out`, and return its length, [`MEMBER_KEY_MESSAGE_LEN`].
    ///
    /// # Errors
    /// [`Error::BufferTooSmall`]; [`Error::OutOfOrder`] unless the join is finished, for a second
    /// time, and for the responder. The join stays as it was.
    pub fn write_member_key(&mut self, key: &MemberKey, out: &mut [u8]) -> Result<usize, Error> {
        let State::Finished {
            session: None,
            transport: waiting,
        } = &mut self.0
        else {
            return Err(Error::OutOfOrder);
        };
        let transport = waiting.as_mut().ok_or(Error::OutOfOrder)?;
        let len = transport.write_message(key.encode().expose(), out)?;
        *waiting = None;
        Ok(len)
    }

    /// Responder: read message 5.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] unless the join is finished, for a second time, and for the
    /// initiator: the join stays as it was. A [`Rejected`] message ends it.
    pub fn read_member_key(&mut self, message: &[u8]) -> Result<MemberKey, ReceiveError> {
        let State::Finished {
            session: Some(_),
            transport,
        } = &mut self.0
        else {
            return Err(Error::OutOfOrder.into());
        };
        let mut transport = transport.take().ok_or(Error::OutOfOrder)?;
        let mut key = Secret::zero();
        let read = exactly::<MEMBER_KEY_MESSAGE_LEN>(message)
            .map_err(ReceiveError::from)
            .and_then(|message| transport.read_message(message, key.expose_mut()));
        if let Err(error) = read {
            self.0 = State::Failed;
            return Err(error);
        }
        Ok(MemberKey::decode(key.expose()))
    }
}

fn handshake(role: Role, prologue: &Prologue, psk: Secret<32>, ephemeral: Secret<32>) -> Handshake {
    Handshake::nn_psk0(
        role,
        NoiseCipher::AesGcm,
        prologue.as_bytes(),
        psk,
        ephemeral,
    )
}

/// Message 1: the join secret, then the handshake's first message.
fn read_offer(
    message: &[u8],
    prologue: &Prologue,
    ephemeral: Secret<32>,
) -> Result<Handshake, ReceiveError> {
    let message: &[u8; JOIN_MESSAGE_LEN_MAX] = exactly(message)?;
    let (join_secret, message) = message.split_first_chunk().ok_or(Rejected::Malformed)?;
    let psk = Secret::from(*join_secret);
    let mut handshake = handshake(Role::Responder, prologue, psk, ephemeral);
    handshake.read_message(message, &mut [])?;
    Ok(handshake)
}

/// Every message has one length; any other is not of this protocol.
fn exactly<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], Rejected> {
    bytes.try_into().map_err(|_| Rejected::Malformed)
}
