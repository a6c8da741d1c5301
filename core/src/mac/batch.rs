//! Keyed MD5 of many messages at once.

use subtle::ConstantTimeEq;

use super::{Keyed, Mac};
use crate::digest::{Md5, Parts, md5_of_parts};
use crate::error::Forged;
use crate::length::{Part, WrongLength};

/// What a key is filled with to the end of its block.
const ZEROS: [u8; 64] = [0; 64];

/// One message of a batch, in up to four parts, one behind the other; and its tag.
pub struct KeyedMd5Message<'m> {
    /// The message.
    pub parts: [&'m [u8]; 4],
    /// The tag, once it has been computed.
    pub tag: [u8; 16],
}

impl<'m> KeyedMd5Message<'m> {
    /// A message whose tag is not known yet.
    pub const fn new(parts: [&'m [u8]; 4]) -> Self {
        Self {
            parts,
            tag: [0; 16],
        }
    }

    /// Compare the tag with `tag`, in time that depends on lengths alone.
    ///
    /// # Errors
    /// [`Forged`] unless they are the same.
    pub fn verify(&self, tag: &[u8]) -> Result<(), Forged> {
        if bool::from(self.tag.ct_eq(tag)) {
            Ok(())
        } else {
            Err(Forged)
        }
    }
}

/// The tags of [`Keyed<Md5>`] for `messages` under one key of 1 to 64 bytes.
///
/// With AVX2, 8 messages are worked on side by side, with AVX-512, 16. They may differ in length;
/// all lengths are public.
///
/// # Errors
/// [`WrongLength`] of the key; nothing has been computed then.
///
/// ```
/// use secpvm_core::mac::{Keyed, KeyedMd5Message, Mac, keyed_md5_batch};
/// let mut messages = [KeyedMd5Message::new([b"one", b"", b"", b""]), KeyedMd5Message::new([b"t", b"w", b"", b"o"])];
/// keyed_md5_batch(b"a key of 16 byte", &mut messages)?;
///
/// let mut mac = Keyed::<secpvm_core::digest::Md5>::new(b"a key of 16 byte")?;
/// mac.update(b"two");
/// assert_eq!(messages[1].tag, mac.finalize());
/// # Ok::<(), secpvm_core::length::WrongLength>(())
/// ```
pub fn keyed_md5_batch(
    key: &[u8],
    messages: &mut [KeyedMd5Message<'_>],
) -> Result<(), WrongLength> {
    keyed_md5(
        key,
        messages
            .iter_mut()
            .map(|message| (message.parts, &mut message.tag)),
    )
}

/// The same, of messages from anywhere, with each tag to the place beside its message.
pub(crate) fn keyed_md5<'m, 'd>(
    key: &'m [u8],
    messages: impl Iterator<Item = ([&'m [u8]; 4], &'d mut [u8; 16])>,
) -> Result<(), WrongLength> {
    <Keyed<Md5> as Mac>::KEY_LEN.check(Part::Key, key.len())?;
    let fill = ZEROS.get(key.len()..).unwrap_or_default();
    md5_of_parts(messages.map(|([a, b, c, d], tag)| {
        let parts: Parts<'_> = [key, fill, a, b, c, d, key];
        (parts, tag)
    }));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_those_of_one_message_at_a_time() {
        let data: [u8; 1000] = core::array::from_fn(|i| i.to_le_bytes()[0]);
        for key_len in [1, 16, 55, 63, 64] {
            let key = &data[200..][..key_len];
            let part = |i: usize| &data[i..][..(i * 37) % 300];
            let mut messages: [_; 37] = core::array::from_fn(|i| {
                KeyedMd5Message::new([part(i), part(2 * i), &[], part(3 * i)])
            });
            keyed_md5_batch(key, &mut messages).unwrap();
            for message in messages {
                let mut mac = Keyed::<Md5>::new(key).unwrap();
                message.parts.iter().for_each(|part| mac.update(part));
                let mut tag = mac.finalize();
                assert!(message.verify(&tag).is_ok());
                tag[key_len % 16] ^= 1;
                assert!(message.verify(&tag).is_err());
            }
        }
    }

    #[test]
    fn other_key_lengths_are_refused() {
        assert!(keyed_md5_batch(b"", &mut []).is_err());
        assert!(keyed_md5_batch(&[0; 65], &mut []).is_err());
    }
}
