//! The key stream of one packet, found from its number.

use zeroize::Zeroize;

use crate::Error;
use crate::hazmat::{
    BlockCipher, Cipher, CipherError, Ctr, Des, Idea, KeyInit, KeyIvInit, Rc4, TdesEde3,
};
use crate::kdf::{self, Key};
use crate::secret::Secret;

/// A cipher that gives every packet number of its key a key stream of its own.
pub(super) trait Keystream: Sized {
    /// Length of the key in bytes.
    const KEY_LEN: usize;

    /// `None` for a key that the cipher must not be given.
    fn new(key: &[u8]) -> Option<Self>;

    /// Encrypt `data`, or decrypt it, which is the same.
    fn apply(&self, packet_number: u64, data: &mut [u8]) -> Result<(), Error>;
}

/// No encryption: the packet is authenticated only.
pub(super) struct InClear;

impl Keystream for InClear {
    const KEY_LEN: usize = 0;

    fn new(_: &[u8]) -> Option<Self> {
        Some(Self)
    }

    fn apply(&self, _: u64, _: &mut [u8]) -> Result<(), Error> {
        Ok(())
    }
}

/// CTR mode with a block of 8 bytes.
pub(super) struct Counter<C>(C);

impl<C: BlockCipher<Block = [u8; 8]> + KeyInit + WeakKeys> Keystream for Counter<C> {
    const KEY_LEN: usize = C::KEY_LEN.min;

    fn new(key: &[u8]) -> Option<Self> {
        if C::is_weak(key) {
            return None;
        }
        C::new(key).ok().map(Self)
    }

    /// The counter block is the packet number's low 48 bits, then a block number of 16 bits.
    /// A record has under 2^13 blocks, and the packets of one key are 2^7 numbers in a row, so no
    /// counter block is used twice under a key.
    fn apply(&self, packet_number: u64, data: &mut [u8]) -> Result<(), Error> {
        let counter_block = (packet_number << 16).to_be_bytes();
        let mut ctr = Ctr::with_cipher(&self.0, &counter_block)?;
        // It takes pieces of any length.
        ctr.encrypt_in_place(data).map_err(|_| Error::Exhausted)
    }
}

/// Which keys a packet is not sealed with.
pub(super) trait WeakKeys {
    fn is_weak(key: &[u8]) -> bool;
}

impl WeakKeys for Des {
    fn is_weak(key: &[u8]) -> bool {
        key.try_into().is_ok_and(Self::is_weak_key)
    }
}

impl WeakKeys for TdesEde3 {
    fn is_weak(key: &[u8]) -> bool {
        key.try_into().is_ok_and(Self::is_weak_key)
    }
}

impl WeakKeys for Idea {
    /// Its largest known class of weak keys has 2^64 members (Biryukov, Nakahara, Preneel and
    /// Vandewalle, ICICS 2002): one key in 2^64, which is left to chance.
    fn is_weak(_: &[u8]) -> bool {
        false
    }
}

/// RC4 with a key for each packet, derived from its number. RC4 itself has no place for a nonce,
/// and keys that are related to each other give the secret away (Fluhrer, Mantin and Shamir, SAC 2001).
pub(super) struct Rc4PerPacket(Key);

/// The first bytes of the key stream are the most biased; RFC 4345 section 4 drops as many.
const DISCARDED: usize = 1536;

impl Keystream for Rc4PerPacket {
    const KEY_LEN: usize = 32;

    fn new(key: &[u8]) -> Option<Self> {
        key.try_into().ok().map(|key: [u8; 32]| Self(key.into()))
    }

    fn apply(&self, packet_number: u64, data: &mut [u8]) -> Result<(), Error> {
        let key: Secret<16> = kdf::rc4_key(&self.0, packet_number);
        let mut rc4 = Rc4::new(key.expose(), &[])?;
        let mut discarded = [0; DISCARDED];
        let exhausted = |_: CipherError| Error::Exhausted;
        rc4.encrypt_in_place(&mut discarded).map_err(exhausted)?;
        discarded.zeroize();
        rc4.encrypt_in_place(data).map_err(exhausted)
    }
}
