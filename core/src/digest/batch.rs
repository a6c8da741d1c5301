//! MD5 of many messages at once.

use super::{Digest, Md5};
#[cfg(all(feature = "wide", target_arch = "x86_64"))]
use crate::wide::{lanes::LanesWidth, md5::Md5Batch};

/// A message: its parts, one behind the other.
pub(crate) type Parts<'m> = [&'m [u8]; 7];

/// The MD5 digests of `messages`, each to `digests` at the same place, as far as both go.
///
/// With AVX2, 8 messages are worked on side by side, with AVX-512, 16. They may differ in length;
/// all their lengths are public.
///
/// ```
/// use secpvm_core::digest::{Digest, Md5, md5_batch};
/// let messages: [&[u8]; 3] = [b"one", b"another one", b""];
/// let mut digests = [[0; 16]; 3];
/// md5_batch(&messages, &mut digests);
/// assert_eq!(digests, messages.map(Md5::digest));
/// ```
pub fn md5_batch(messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    let in_parts = messages.iter().map(|message| in_one_part(message));
    md5_of_parts(in_parts.zip(digests));
}

fn in_one_part(message: &[u8]) -> Parts<'_> {
    [message, &[], &[], &[], &[], &[], &[]]
}

/// The MD5 digest of each message, to the place beside it.
pub(crate) fn md5_of_parts<'m, 'd>(messages: impl Iterator<Item = (Parts<'m>, &'d mut [u8; 16])>) {
    #[cfg(all(feature = "wide", target_arch = "x86_64"))]
    if let Some(width) = LanesWidth::detect() {
        return width.run(Md5Batch(messages));
    }
    one_by_one(messages);
}

/// For CPUs without lanes.
fn one_by_one<'m, 'd>(messages: impl Iterator<Item = (Parts<'m>, &'d mut [u8; 16])>) {
    for (parts, digest) in messages {
        let mut md5 = Md5::new();
        for part in parts {
            md5.update(part);
        }
        *digest = md5.finalize();
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use proptest::prelude::*;
    use std::vec::Vec;

    use super::*;

    /// Messages in seven parts, and their digests one by one.
    fn check(messages: &[[Vec<u8>; 7]]) {
        let parts = || {
            messages
                .iter()
                .map(|parts| parts.each_ref().map(|p| &p[..]))
        };
        let mut expected = std::vec![[0; 16]; messages.len()];
        one_by_one(parts().zip(&mut expected));
        let mut digests = std::vec![[0; 16]; messages.len()];
        md5_of_parts(parts().zip(&mut digests));
        assert_eq!(digests, expected);
        #[cfg(all(feature = "wide", target_arch = "x86_64"))]
        for width in LanesWidth::all() {
            let mut digests = std::vec![[0; 16]; messages.len()];
            width.run(Md5Batch(parts().zip(&mut digests)));
            assert_eq!(digests, expected, "{width:?}");
        }
    }

    #[test]
    fn every_length_and_every_number_of_messages() {
        let message = |len: usize| {
            let [a, b] = [len / 3, len].map(|len| std::vec![0x5a; len]);
            [
                a,
                b,
                Vec::new(),
                std::vec![7; len % 5],
                Vec::new(),
                Vec::new(),
                Vec::new(),
            ]
        };
        let all: Vec<_> = (0..300).map(message).collect();
        check(&all);
        for count in 0..40 {
            check(&all[60..][..count]);
        }
    }

    proptest! {
        #[test]
        fn random_parts(
            messages in prop::collection::vec(
                prop::array::uniform7(prop::collection::vec(any::<u8>(), 0..150)),
                0..40,
            ),
        ) {
            check(&messages);
        }
    }
}
