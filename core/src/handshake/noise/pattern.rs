//! Handshake patterns as data (Noise section 7), and the names they go by.

/// Which side of a handshake this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Sends the first message.
    Initiator,
    /// Answers it.
    Responder,
}

/// The AEAD of a Noise protocol (Noise section 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoiseCipher {
    /// AES-256-GCM; the nonce is 32 zero bits and a big-endian counter.
    AesGcm,
    /// ChaCha20-Poly1305; the nonce is 32 zero bits and a little-endian counter.
    ChaChaPoly,
}

/// One step of a message pattern (Noise section 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    E,
    S,
    Ee,
    Es,
    Se,
    Ss,
    Psk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    NnPsk0,
    Kk,
    Xx,
    Ik,
}

impl Pattern {
    /// The messages in their order, the initiator's first.
    pub(super) const fn messages(self) -> &'static [&'static [Token]] {
        use Token::{E, Ee, Es, Psk, S, Se, Ss};
        match self {
            Self::NnPsk0 => &[&[Psk, E], &[E, Ee]],
            Self::Kk => &[&[E, Es, Ss], &[E, Ee, Se]],
            Self::Xx => &[&[E], &[E, Ee, S, Es], &[S, Se]],
            Self::Ik => &[&[E, Es, S, Ss], &[E, Ee, Se]],
        }
    }

    /// Whether an `e` token is mixed into the key as well (Noise section 9.2).
    pub(super) const fn has_psk(self) -> bool {
        matches!(self, Self::NnPsk0)
    }

    /// The protocol's full name (Noise section 8), which both sides hash first.
    pub(super) const fn protocol_name(self, cipher: NoiseCipher) -> &'static str {
        use NoiseCipher::{AesGcm, ChaChaPoly};
        match (self, cipher) {
            (Self::NnPsk0, AesGcm) => "Noise_NNpsk0_25519_AESGCM_SHA256",
            (Self::NnPsk0, ChaChaPoly) => "Noise_NNpsk0_25519_ChaChaPoly_SHA256",
            (Self::Kk, AesGcm) => "Noise_KK_25519_AESGCM_SHA256",
            (Self::Kk, ChaChaPoly) => "Noise_KK_25519_ChaChaPoly_SHA256",
            (Self::Xx, AesGcm) => "Noise_XX_25519_AESGCM_SHA256",
            (Self::Xx, ChaChaPoly) => "Noise_XX_25519_ChaChaPoly_SHA256",
            (Self::Ik, AesGcm) => "Noise_IK_25519_AESGCM_SHA256",
            (Self::Ik, ChaChaPoly) => "Noise_IK_25519_ChaChaPoly_SHA256",
        }
    }
}
