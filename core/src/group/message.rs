//! The leader's and the members' messages: bytes to legal values and back, sealed and opened.

use super::MemberKey;
use crate::Rejected;
use crate::aead::{Aead, Aes256Gcm, Nonce, TAG_LEN};
use crate::kdf;
use crate::nonce::counter_nonce;
use crate::packet::{Epoch, MemberId};
use crate::secret::Secret;
use crate::session::{SESSION_LEN, Session};

const HEADER_LEN: usize = 16;
const MAGIC: u8 = 0x72;
const VERSION: u8 = 1;

/// The plaintext of an offer: base epoch 4, session 40.
const OFFER_LEN: usize = 4 + SESSION_LEN;

/// The longest message, an offer: header 16, base epoch 4, session 40, tag 16.
pub const GROUP_MESSAGE_LEN_MAX: usize = HEADER_LEN + OFFER_LEN + TAG_LEN;

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    /// Leader: here is the session of a new epoch.
    Offer,
    /// Member: I open records of it.
    Confirm,
    /// Leader: seal in it.
    Activate,
    /// Member: this epoch has reached a limit.
    Request,
    /// Member: I seal in it.
    Activated,
}

impl MessageKind {
    const fn number(self) -> u8 {
        match self {
            Self::Offer => 1,
            Self::Confirm => 2,
            Self::Activate => 3,
            Self::Request => 4,
            Self::Activated => 5,
        }
    }

    const fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Offer,
            2 => Self::Confirm,
            3 => Self::Activate,
            4 => Self::Request,
            5 => Self::Activated,
            _ => return None,
        })
    }

    /// Length of the plaintext, in bytes.
    const fn plaintext_len(self) -> usize {
        match self {
            Self::Offer => OFFER_LEN,
            Self::Confirm | Self::Activate | Self::Request | Self::Activated => 0,
        }
    }

    /// Whether the leader sends it; members send the others.
    pub(super) const fn is_leaders(self) -> bool {
        matches!(self, Self::Offer | Self::Activate)
    }
}

/// The clear part of a message. Not to be believed until the message has been opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageHeader {
    /// What it is for.
    pub kind: MessageKind,
    /// The epoch that it is about.
    pub epoch: Epoch,
    /// The member that sends it, or that it is for.
    pub member: MemberId,
}

impl MessageHeader {
    /// Read the header of a message.
    ///
    /// # Errors
    /// [`Rejected::Malformed`] if the magic, version, kind or reserved byte is not legal, or the
    /// length is not that of its kind.
    pub fn parse(message: &[u8]) -> Result<Self, Rejected> {
        let (header, body) = message
            .split_first_chunk::<HEADER_LEN>()
            .ok_or(Rejected::Malformed)?;
        #[rustfmt::skip]
        let [MAGIC, VERSION, kind, 0, e0, e1, e2, e3, m0, m1, m2, m3, m4, m5, m6, m7] = *header
        else {
            return Err(Rejected::Malformed);
        };
        let kind = MessageKind::from_number(kind).ok_or(Rejected::Malformed)?;
        if body.len() != kind.plaintext_len() + TAG_LEN {
            return Err(Rejected::Malformed);
        }
        Ok(Self {
            kind,
            epoch: Epoch(u32::from_be_bytes([e0, e1, e2, e3])),
            member: MemberId(u64::from_be_bytes([m0, m1, m2, m3, m4, m5, m6, m7])),
        })
    }

    fn emit(&self) -> [u8; HEADER_LEN] {
        let kind = self.kind.number();
        let [e0, e1, e2, e3] = self.epoch.0.to_be_bytes();
        let [m0, m1, m2, m3, m4, m5, m6, m7] = self.member.0.to_be_bytes();
        #[rustfmt::skip]
        let header = [MAGIC, VERSION, kind, 0, e0, e1, e2, e3, m0, m1, m2, m3, m4, m5, m6, m7];
        header
    }
}

/// A message that was opened.
pub(super) enum Message {
    Offer {
        base: Epoch,
        session: Session,
    },
    /// Any other: its header says it all.
    Plain(MessageHeader),
}

/// Write the message of `kind` about `epoch`, which is no offer, and return its length.
pub(super) fn seal(
    key: &MemberKey,
    kind: MessageKind,
    epoch: Epoch,
    out: &mut [u8; GROUP_MESSAGE_LEN_MAX],
) -> Option<usize> {
    seal_plaintext(key, kind, epoch, &[], out)
}

/// Write the offer of `session`, which follows `base`, and return its length. There is one base
/// and one session for an epoch, ever: see the module's argument on nonces.
pub(super) fn seal_offer(
    key: &MemberKey,
    base: Epoch,
    session: &Session,
    out: &mut [u8; GROUP_MESSAGE_LEN_MAX],
) -> Option<usize> {
    let mut plaintext = Secret::<OFFER_LEN>::zero();
    let (base_bytes, session_bytes) = plaintext.expose_mut().split_at_mut(4);
    base_bytes.copy_from_slice(&base.0.to_be_bytes());
    session_bytes.copy_from_slice(session.encode().expose());
    let epoch = session.epoch();
    seal_plaintext(key, MessageKind::Offer, epoch, plaintext.expose(), out)
}

/// `None` cannot occur: the lengths fit, and the cipher refuses only what is longer by far.
fn seal_plaintext(
    key: &MemberKey,
    kind: MessageKind,
    epoch: Epoch,
    plaintext: &[u8],
    out: &mut [u8; GROUP_MESSAGE_LEN_MAX],
) -> Option<usize> {
    let header = MessageHeader {
        kind,
        epoch,
        member: key.member,
    }
    .emit();
    let len = HEADER_LEN + plaintext.len() + TAG_LEN;
    let message = out.get_mut(..len)?;
    let (header_bytes, body) = message.split_first_chunk_mut::<HEADER_LEN>()?;
    let (data, tag) = body.split_last_chunk_mut::<TAG_LEN>()?;
    *header_bytes = header;
    data.copy_from_slice(plaintext);
    // The same key and nonce come again only for a retransmission, which is the same message.
    let nonce = Nonce::assume_unique(nonce(epoch));
    *tag = aead(key, kind)?.seal_in_place(nonce, &header, data).ok()?;
    Some(len)
}

/// Open `message`, of which `header` has been parsed.
pub(super) fn open(
    key: &MemberKey,
    header: MessageHeader,
    message: &[u8],
) -> Result<Message, Rejected> {
    let (header_bytes, body) = message
        .split_first_chunk::<HEADER_LEN>()
        .ok_or(Rejected::Malformed)?;
    let (ciphertext, tag) = body
        .split_last_chunk::<TAG_LEN>()
        .ok_or(Rejected::Malformed)?;
    let mut plaintext = Secret::<OFFER_LEN>::zero();
    let data = plaintext
        .expose_mut()
        .get_mut(..ciphertext.len())
        .ok_or(Rejected::Malformed)?;
    data.copy_from_slice(ciphertext);
    aead(key, header.kind)
        .ok_or(Rejected::Forged)?
        .open_in_place(&nonce(header.epoch), header_bytes, data, tag)
        .map_err(|_| Rejected::Forged)?;
    match header.kind {
        MessageKind::Offer => decode_offer(header.epoch, &plaintext),
        _ => Ok(Message::Plain(header)),
    }
}

/// An honest leader offers a session of the epoch that the header names, after its base.
fn decode_offer(epoch: Epoch, plaintext: &Secret<OFFER_LEN>) -> Result<Message, Rejected> {
    let [b0, b1, b2, b3, session @ ..] = plaintext.expose();
    let base = Epoch(u32::from_be_bytes([*b0, *b1, *b2, *b3]));
    let session = Session::decode(session).map_err(|_| Rejected::Malformed)?;
    if session.epoch() != epoch || base >= epoch {
        return Err(Rejected::Malformed);
    }
    Ok(Message::Offer { base, session })
}

fn aead(key: &MemberKey, kind: MessageKind) -> Option<Aes256Gcm> {
    Aes256Gcm::new(kdf::message_key(&key.key, kind.number()).expose()).ok()
}

fn nonce(epoch: Epoch) -> [u8; 12] {
    counter_nonce(u64::from(epoch.0).to_be_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;

    fn key() -> MemberKey {
        MemberKey {
            member: MemberId(5),
            key: Secret::from([1; 32]),
        }
    }

    fn open_offer(message: &[u8]) -> Result<Message, Rejected> {
        open(&key(), MessageHeader::parse(message)?, message)
    }

    /// The documented keys, nonce and associated data, put together by hand.
    #[test]
    fn each_kind_has_its_key() {
        use aes_gcm::aead::{AeadInOut, KeyInit};
        let session = Session::generate(Suite::Aes256Gcm, [2; 32].into());
        let session = session.next_epoch([3; 32].into()).unwrap();
        for number in 1..=5 {
            let kind = MessageKind::from_number(number).unwrap();
            let mut out = [0; GROUP_MESSAGE_LEN_MAX];
            let len = match kind {
                MessageKind::Offer => seal_offer(&key(), Epoch(0), &session, &mut out),
                _ => seal(&key(), kind, Epoch(1), &mut out),
            };
            let (header, body) = out[..len.unwrap()].split_at_mut(16);
            let (data, tag) = body.split_last_chunk_mut::<16>().unwrap();
            let mut message_key = [0; 32];
            hkdf::Hkdf::<sha2::Sha256>::from_prk(&[1; 32])
                .unwrap()
                .expand_multi_info(&[b"secpvm 1 group", &[number]], &mut message_key)
                .unwrap();
            let nonce = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
            aes_gcm::Aes256Gcm::new(&message_key.into())
                .decrypt_inout_detached(&nonce.into(), header, data.into(), (&*tag).into())
                .unwrap();
            if kind == MessageKind::Offer {
                assert_eq!(data[..4], [0; 4]);
                assert_eq!(data[4..], session.encode().expose()[..]);
            }
        }
    }

    /// What no honest leader makes is refused even where it is authentic.
    #[test]
    fn an_offer_is_of_its_epoch_and_follows_its_base() {
        let session = Session::generate(Suite::Aes256Gcm, [2; 32].into());
        let session = session.next_epoch([3; 32].into()).unwrap();
        let mut out = [0; GROUP_MESSAGE_LEN_MAX];
        for (base, legal) in [(0, true), (1, false), (2, false)] {
            seal_offer(&key(), Epoch(base), &session, &mut out).unwrap();
            assert_eq!(open_offer(&out).is_ok(), legal, "base {base}");
        }
        let mut plaintext = [0; OFFER_LEN];
        plaintext[4..].copy_from_slice(session.encode().expose());
        for (epoch, legal) in [(1, true), (2, false)] {
            let (kind, epoch) = (MessageKind::Offer, Epoch(epoch));
            seal_plaintext(&key(), kind, epoch, &plaintext, &mut out).unwrap();
            assert_eq!(open_offer(&out).is_ok(), legal, "{epoch:?}");
        }
        *plaintext.last_mut().unwrap() = 1;
        seal_plaintext(&key(), MessageKind::Offer, Epoch(1), &plaintext, &mut out).unwrap();
        assert_eq!(
            open_offer(&out).err(),
            Some(Rejected::Malformed),
            "reserved"
        );
    }
}
