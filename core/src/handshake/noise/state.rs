//! `HandshakeState` (Noise section 5.3).

use super::pattern::{NoiseCipher, Pattern, Role, Token};
use super::symmetric::SymmetricState;
use super::transport::Transport;
use super::{MESSAGE_LEN_MAX, PUBLIC_KEY_LEN, TAG_LEN};
use crate::agreement::X25519;
use crate::error::ReceiveError;
use crate::secret::Secret;
use crate::{Error, Rejected};

/// An X25519 public key (RFC 7748, section 6.1): 32 bytes, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey(pub [u8; PUBLIC_KEY_LEN]);

/// One side of a handshake that is under way.
pub struct Handshake {
    pattern: Pattern,
    role: Role,
    symmetric: SymmetricState,
    psk: Option<Secret<32>>,
    local_static: Option<X25519>,
    local_ephemeral: X25519,
    remote_static: Option<PublicKey>,
    remote_ephemeral: Option<PublicKey>,
    /// Messages written and read so far.
    step: usize,
}

/// What a message changes, kept apart until the message is known to be good.
struct Progress {
    symmetric: SymmetricState,
    remote_static: Option<PublicKey>,
    remote_ephemeral: Option<PublicKey>,
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "an ephemeral key serves one handshake: taking it by value says so"
)]
impl Handshake {
    /// NNpsk0: nobody has a static key; both hold `psk`.
    pub fn nn_psk0(
        role: Role,
        cipher: NoiseCipher,
        prologue: &[u8],
        psk: Secret<32>,
        ephemeral: Secret<32>,
    ) -> Self {
        let mut this = Self::new(Pattern::NnPsk0, role, cipher, prologue, &ephemeral);
        this.psk = Some(psk);
        this
    }

    /// KK: each knows the other's static key beforehand.
    pub fn kk(
        role: Role,
        cipher: NoiseCipher,
        prologue: &[u8],
        local: X25519,
        remote: PublicKey,
        ephemeral: Secret<32>,
    ) -> Self {
        let mut this = Self::new(Pattern::Kk, role, cipher, prologue, &ephemeral);
        let (first, second) = match role {
            Role::Initiator => (PublicKey(local.public_value()), remote),
            Role::Responder => (remote, PublicKey(local.public_value())),
        };
        this.symmetric.mix_hash(&first.0);
        this.symmetric.mix_hash(&second.0);
        this.local_static = Some(local);
        this.remote_static = Some(remote);
        this
    }

    /// XX: each sends its static key.
    pub fn xx(
        role: Role,
        cipher: NoiseCipher,
        prologue: &[u8],
        local: X25519,
        ephemeral: Secret<32>,
    ) -> Self {
        let mut this = Self::new(Pattern::Xx, role, cipher, prologue, &ephemeral);
        this.local_static = Some(local);
        this
    }

    /// IK, the initiator's side: it knows the responder's static key and sends its own.
    pub fn ik_initiator(
        cipher: NoiseCipher,
        prologue: &[u8],
        local: X25519,
        remote: PublicKey,
        ephemeral: Secret<32>,
    ) -> Self {
        let mut this = Self::new(Pattern::Ik, Role::Initiator, cipher, prologue, &ephemeral);
        this.symmetric.mix_hash(&remote.0);
        this.local_static = Some(local);
        this.remote_static = Some(remote);
        this
    }

    /// IK, the responder's side.
    pub fn ik_responder(
        cipher: NoiseCipher,
        prologue: &[u8],
        local: X25519,
        ephemeral: Secret<32>,
    ) -> Self {
        let mut this = Self::new(Pattern::Ik, Role::Responder, cipher, prologue, &ephemeral);
        this.symmetric.mix_hash(&local.public_value());
        this.local_static = Some(local);
        this
    }

    fn new(
        pattern: Pattern,
        role: Role,
        cipher: NoiseCipher,
        prologue: &[u8],
        ephemeral: &Secret<32>,
    ) -> Self {
        let mut symmetric = SymmetricState::new(cipher, pattern.protocol_name(cipher));
        symmetric.mix_hash(prologue);
        Self {
            pattern,
            role,
            symmetric,
            psk: None,
            local_static: None,
            local_ephemeral: X25519::new(ephemeral),
            remote_static: None,
            remote_ephemeral: None,
            step: 0,
        }
    }

    /// Whether all messages have passed.
    pub fn is_finished(&self) -> bool {
        self.next_message().is_none()
    }

    /// Whether the next message is this side's to write.
    pub fn is_my_turn(&self) -> bool {
        let initiators = self.step.is_multiple_of(2);
        !self.is_finished() && initiators == (self.role == Role::Initiator)
    }

    /// The peer's static key, once it is known and, if sent, authentic.
    pub fn remote_static(&self) -> Option<&PublicKey> {
        self.remote_static.as_ref()
    }

    /// The handshake hash, for channel binding (Noise section 11.2); final when finished.
    pub fn hash(&self) -> &[u8; 32] {
        self.symmetric.hash()
    }

    /// Write the next message, with `payload`, to the start of `out`, and return its length.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`], [`Error::TooLong`] beyond 65,535 bytes, [`Error::BufferTooSmall`].
    /// The handshake and `out` are then as they were. A remote key that gives an all-zero secret is
    /// reported as [`Rejected::Forged`].
    pub fn write_message(&mut self, payload: &[u8], out: &mut [u8]) -> Result<usize, ReceiveError> {
        if !self.is_my_turn() {
            return Err(Error::OutOfOrder.into());
        }
        let tokens = self.next_message().ok_or(Error::OutOfOrder)?;
        let out = self.room_for(tokens, payload.len(), out)?;
        let mut progress = self.progress();
        let mut writer = Writer { out, len: 0 };
        for &token in tokens {
            match token {
                Token::E => {
                    let public = PublicKey(self.local_ephemeral.public_value());
                    writer.append(&public.0, 0)?;
                    self.mix_ephemeral(&mut progress, &public);
                }
                Token::S => {
                    let public = self.local_static()?.public_value();
                    let overhead = progress.symmetric.overhead();
                    let part = writer.append(&public, overhead)?;
                    progress.symmetric.encrypt_and_hash(part)?;
                }
                _ => self.mix_secret(&mut progress, token)?,
            }
        }
        let overhead = progress.symmetric.overhead();
        let part = writer.append(payload, overhead)?;
        progress.symmetric.encrypt_and_hash(part)?;
        let len = writer.len;
        self.commit(progress);
        Ok(len)
    }

    /// Read the peer's next message; its payload goes to the start of `out`, its length is
    /// returned. `out` need not be longer than `message`.
    ///
    /// # Errors
    /// [`Rejected::Forged`], [`Rejected::Malformed`], [`Error::OutOfOrder`],
    /// [`Error::BufferTooSmall`]. The handshake is then as it was.
    pub fn read_message(&mut self, message: &[u8], out: &mut [u8]) -> Result<usize, ReceiveError> {
        if self.is_my_turn() {
            return Err(Error::OutOfOrder.into());
        }
        let tokens = self.next_message().ok_or(Error::OutOfOrder)?;
        if message.len() > MESSAGE_LEN_MAX {
            return Err(Rejected::Malformed.into());
        }
        let mut progress = self.progress();
        let mut rest = message;
        for &token in tokens {
            match token {
                Token::E => {
                    let (public, tail) = rest.split_first_chunk().ok_or(Rejected::Malformed)?;
                    rest = tail;
                    let public = PublicKey(*public);
                    self.mix_ephemeral(&mut progress, &public);
                    progress.remote_ephemeral = Some(public);
                }
                Token::S => {
                    let len = PUBLIC_KEY_LEN + progress.symmetric.overhead();
                    let (sent, tail) = rest.split_at_checked(len).ok_or(Rejected::Malformed)?;
                    rest = tail;
                    let mut public = [0; PUBLIC_KEY_LEN];
                    progress.symmetric.decrypt_and_hash(sent, &mut public)?;
                    progress.remote_static = Some(PublicKey(public));
                }
                _ => self.mix_secret(&mut progress, token)?,
            }
        }
        let len = progress.symmetric.decrypt_and_hash(rest, out)?;
        self.commit(progress);
        Ok(len)
    }

    /// Go on as a transport, once finished.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] before that.
    pub fn into_transport(self) -> Result<Transport, Error> {
        if !self.is_finished() {
            return Err(Error::OutOfOrder);
        }
        let (initiators, responders) = self.symmetric.split();
        Ok(match self.role {
            Role::Initiator => Transport::new(initiators, responders),
            Role::Responder => Transport::new(responders, initiators),
        })
    }

    fn next_message(&self) -> Option<&'static [Token]> {
        self.pattern.messages().get(self.step).copied()
    }

    /// The start of `out` that the message of these tokens fills.
    fn room_for<'o>(
        &self,
        tokens: &[Token],
        payload_len: usize,
        out: &'o mut [u8],
    ) -> Result<&'o mut [u8], Error> {
        let needed = self.message_len(tokens, payload_len);
        if needed > MESSAGE_LEN_MAX {
            return Err(Error::TooLong {
                max: MESSAGE_LEN_MAX,
                actual: needed,
            });
        }
        let actual = out.len();
        out.get_mut(..needed)
            .ok_or(Error::BufferTooSmall { needed, actual })
    }

    /// Length of the message: keys of 32 bytes, and a tag behind a static key and behind the payload
    /// once there is a cipher, which every token but `e` and `s` brings.
    fn message_len(&self, tokens: &[Token], payload_len: usize) -> usize {
        let mut overhead = self.symmetric.overhead();
        let mut len = payload_len;
        for token in tokens {
            match token {
                Token::S => len = len.saturating_add(PUBLIC_KEY_LEN + overhead),
                Token::E => len = len.saturating_add(PUBLIC_KEY_LEN),
                Token::Ee | Token::Es | Token::Se | Token::Ss | Token::Psk => overhead = TAG_LEN,
            }
        }
        len.saturating_add(overhead)
    }

    fn local_static(&self) -> Result<&X25519, Error> {
        // Present in every pattern that names it: the constructors see to that.
        self.local_static.as_ref().ok_or(Error::OutOfOrder)
    }

    fn progress(&self) -> Progress {
        Progress {
            symmetric: self.symmetric.duplicate(),
            remote_static: self.remote_static,
            remote_ephemeral: self.remote_ephemeral,
        }
    }

    fn commit(&mut self, progress: Progress) {
        self.symmetric = progress.symmetric;
        self.remote_static = progress.remote_static;
        self.remote_ephemeral = progress.remote_ephemeral;
        self.step += 1;
    }

    /// The `e` token, on either side.
    fn mix_ephemeral(&self, progress: &mut Progress, public: &PublicKey) {
        progress.symmetric.mix_hash(&public.0);
        if self.pattern.has_psk() {
            progress.symmetric.mix_key(&public.0);
        }
    }

    /// The tokens that mix in a secret. In `es` the initiator's key is the ephemeral one, in
    /// `se` the responder's is.
    fn mix_secret(&self, progress: &mut Progress, token: Token) -> Result<(), ReceiveError> {
        let initiator = self.role == Role::Initiator;
        let (mine, theirs) = match token {
            Token::Psk => {
                let psk = self.psk.as_ref().ok_or(Error::OutOfOrder)?;
                progress.symmetric.mix_key_and_hash(psk.expose());
                return Ok(());
            }
            Token::Ee => (&self.local_ephemeral, progress.remote_ephemeral),
            Token::Ss => (self.local_static()?, progress.remote_static),
            Token::Es if initiator => (&self.local_ephemeral, progress.remote_static),
            Token::Se if !initiator => (&self.local_ephemeral, progress.remote_static),
            _ => (self.local_static()?, progress.remote_ephemeral),
        };
        let theirs = theirs.ok_or(Error::OutOfOrder)?;
        // An all-zero secret comes of a point of small order, which no honest peer has.
        let shared = mine.agree(&theirs.0).map_err(|_| Rejected::Forged)?;
        progress.symmetric.mix_key(shared.expose());
        Ok(())
    }
}

/// A message being written, part after part, to a buffer of its length.
struct Writer<'o> {
    out: &'o mut [u8],
    len: usize,
}

impl Writer<'_> {
    /// Append `part` with `overhead` bytes of room behind it, and return both.
    fn append(&mut self, part: &[u8], overhead: usize) -> Result<&mut [u8], Error> {
        let needed = self.len + part.len() + overhead;
        let actual = self.out.len();
        let room = self
            .out
            .get_mut(self.len..needed)
            .ok_or(Error::BufferTooSmall { needed, actual })?;
        let (start, _) = room.split_at_mut(part.len());
        start.copy_from_slice(part);
        self.len = needed;
        Ok(room)
    }
}
