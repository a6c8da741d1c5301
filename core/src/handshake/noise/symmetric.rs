//! `CipherState` and `SymmetricState` (Noise sections 5.1 and 5.2).

use hkdf::Hkdf;
use sha2::{Digest, Sha256};

use super::TAG_LEN;
use super::pattern::NoiseCipher;
use crate::aead::{AeadSpec, AnyAead, Nonce};
use crate::error::{Forged, ReceiveError};
use crate::length::WrongLength;
use crate::nonce::counter_nonce;
use crate::secret::Secret;
use crate::{Error, Rejected};

/// A cipher key and the number of its next message.
pub(super) struct CipherState {
    cipher: NoiseCipher,
    key: Secret<32>,
    nonce: u64,
}

impl CipherState {
    fn new(cipher: NoiseCipher, key: Secret<32>) -> Self {
        let nonce = 0;
        Self { cipher, key, nonce }
    }

    /// 2^64 - 1 is reserved (section 5.1).
    fn nonce(&self) -> Result<[u8; 12], Error> {
        match (self.cipher, self.nonce) {
            (_, u64::MAX) => Err(Error::Exhausted),
            (NoiseCipher::AesGcm, nonce) => Ok(counter_nonce(nonce.to_be_bytes())),
            (NoiseCipher::ChaChaPoly, nonce) => Ok(counter_nonce(nonce.to_le_bytes())),
        }
    }

    fn aead(&self) -> Result<AnyAead, WrongLength> {
        let spec = match self.cipher {
            NoiseCipher::AesGcm => AeadSpec::Aes256Gcm,
            NoiseCipher::ChaChaPoly => AeadSpec::ChaCha20Poly1305,
        };
        AnyAead::new(spec, self.key.expose())
    }

    /// `EncryptWithAd`, in place; the tag is returned.
    pub(super) fn encrypt(&mut self, ad: &[u8], data: &mut [u8]) -> Result<[u8; TAG_LEN], Error> {
        // Unique: it counts, and no key is used in two cipher states that encrypt.
        let nonce = Nonce::assume_unique(self.nonce()?);
        let tag = self.aead()?.seal_in_place(nonce, ad, data)?;
        self.nonce += 1;
        Ok(tag)
    }

    /// `DecryptWithAd`, in place. The nonce moves only for an authentic message.
    pub(super) fn decrypt(
        &mut self,
        ad: &[u8],
        data: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), ReceiveError> {
        let opened = self
            .aead()
            .map_err(Error::from)?
            .open_in_place(&self.nonce()?, ad, data, tag);
        opened.map_err(|Forged| Rejected::Forged)?;
        self.nonce += 1;
        Ok(())
    }

    fn duplicate(&self) -> Self {
        Self {
            cipher: self.cipher,
            key: self.key.duplicate(),
            nonce: self.nonce,
        }
    }
}

/// The chaining key, the handshake hash and, once a key is mixed in, the cipher.
pub(super) struct SymmetricState {
    cipher: NoiseCipher,
    chaining_key: Secret<32>,
    hash: [u8; 32],
    cipher_state: Option<CipherState>,
}

impl SymmetricState {
    /// `InitializeSymmetric` for a protocol name of any length.
    pub(super) fn new(cipher: NoiseCipher, protocol_name: &str) -> Self {
        let name = protocol_name.as_bytes();
        let mut hash = [0; 32];
        match hash.get_mut(..name.len()) {
            Some(start) => start.copy_from_slice(name),
            None => hash = Sha256::digest(name).into(),
        }
        Self {
            cipher,
            chaining_key: Secret::from(hash),
            hash,
            cipher_state: None,
        }
    }

    /// A copy to act on, so that a message that turns out forged leaves the original as it was.
    pub(super) fn duplicate(&self) -> Self {
        Self {
            cipher: self.cipher,
            chaining_key: self.chaining_key.duplicate(),
            hash: self.hash,
            cipher_state: self.cipher_state.as_ref().map(CipherState::duplicate),
        }
    }

    pub(super) fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// `MixHash`.
    pub(super) fn mix_hash(&mut self, data: &[u8]) {
        self.hash = Sha256::new()
            .chain_update(self.hash)
            .chain_update(data)
            .finalize()
            .into();
    }

    /// `MixKey`.
    pub(super) fn mix_key(&mut self, input: &[u8]) {
        let [chaining_key, key, _] = self.hkdf(input);
        self.chaining_key = chaining_key;
        self.cipher_state = Some(CipherState::new(self.cipher, key));
    }

    /// `MixKeyAndHash`.
    pub(super) fn mix_key_and_hash(&mut self, input: &[u8]) {
        let [chaining_key, hash, key] = self.hkdf(input);
        self.chaining_key = chaining_key;
        self.mix_hash(hash.expose());
        self.cipher_state = Some(CipherState::new(self.cipher, key));
    }

    /// Noise's HKDF (section 4.3) is RFC 5869's with an empty info: three outputs, of which two
    /// are the first two of it.
    fn hkdf(&self, input: &[u8]) -> [Secret<32>; 3] {
        let mut output = Secret::<96>::zero();
        // 96 bytes are within HKDF's 255 * 32.
        let _ = Hkdf::<Sha256>::new(Some(self.chaining_key.expose()), input)
            .expand(&[], output.expose_mut());
        let mut parts = [Secret::zero(), Secret::zero(), Secret::zero()];
        for (part, bytes) in parts.iter_mut().zip(output.expose().chunks_exact(32)) {
            part.expose_mut().copy_from_slice(bytes);
        }
        parts
    }

    /// How many bytes `encrypt_and_hash` adds now.
    pub(super) fn overhead(&self) -> usize {
        self.cipher_state.as_ref().map_or(0, |_| TAG_LEN)
    }

    /// `EncryptAndHash`: `data_len` bytes at the start of `buf`, in place; `buf` is longer by
    /// [`overhead`](Self::overhead).
    pub(super) fn encrypt_and_hash(&mut self, buf: &mut [u8]) -> Result<(), Error> {
        if let Some(cipher) = &mut self.cipher_state {
            let actual = buf.len();
            let (data, tag) =
                buf.split_last_chunk_mut::<TAG_LEN>()
                    .ok_or(Error::BufferTooSmall {
                        needed: TAG_LEN,
                        actual,
                    })?;
            *tag = cipher.encrypt(&self.hash, data)?;
        }
        self.mix_hash(buf);
        Ok(())
    }

    /// `DecryptAndHash`: the plaintext of `message` goes to the start of `out`; its length is
    /// returned.
    pub(super) fn decrypt_and_hash(
        &mut self,
        message: &[u8],
        out: &mut [u8],
    ) -> Result<usize, ReceiveError> {
        let len = message
            .len()
            .checked_sub(self.overhead())
            .ok_or(Rejected::Malformed)?;
        let actual = out.len();
        let out = out.get_mut(..len).ok_or(Error::BufferTooSmall {
            needed: len,
            actual,
        })?;
        let (ciphertext, tag) = message.split_at_checked(len).ok_or(Rejected::Malformed)?;
        out.copy_from_slice(ciphertext);
        if let Some(cipher) = &mut self.cipher_state {
            let tag = tag.first_chunk().ok_or(Rejected::Malformed)?;
            cipher.decrypt(&self.hash, out, tag)?;
        }
        self.mix_hash(message);
        Ok(len)
    }

    /// `Split`: the initiator's sending key, then the responder's.
    pub(super) fn split(&self) -> (CipherState, CipherState) {
        let [first, second, _] = self.hkdf(&[]);
        (
            CipherState::new(self.cipher, first),
            CipherState::new(self.cipher, second),
        )
    }
}
