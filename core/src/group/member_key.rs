//! What a member holds to read the leader's messages.

use zeroize::Zeroize;

use crate::kdf::Key;
use crate::packet::MemberId;
use crate::secret::Secret;

/// Length of an encoded member key, in bytes: member id 8 (big-endian), key 32.
pub const MEMBER_KEY_LEN: usize = 40;

/// The key-encrypting key of one member, from [`Leader::admit`](super::Leader::admit). It travels
/// to the member over the channel that the session travels over.
pub struct MemberKey {
    pub(super) member: MemberId,
    pub(super) key: Key,
}

impl MemberKey {
    /// The member that it is for.
    pub fn member(&self) -> MemberId {
        self.member
    }

    /// Decode what [`encode`](Self::encode) wrote. Any bytes are some member's key.
    pub fn decode(bytes: &[u8; MEMBER_KEY_LEN]) -> Self {
        let [m0, m1, m2, m3, m4, m5, m6, m7, key @ ..] = bytes;
        Self {
            member: MemberId(u64::from_be_bytes([*m0, *m1, *m2, *m3, *m4, *m5, *m6, *m7])),
            key: Secret::from(*key),
        }
    }

    /// The key as bytes, to hand to the member over a protected channel.
    pub fn encode(&self) -> Secret<MEMBER_KEY_LEN> {
        let mut bytes = [0; MEMBER_KEY_LEN];
        let (member, key) = bytes.split_at_mut(8);
        member.copy_from_slice(&self.member.0.to_be_bytes());
        key.copy_from_slice(self.key.expose());
        let encoded = Secret::from(bytes);
        bytes.zeroize();
        encoded
    }
}
