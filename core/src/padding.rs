//! Padding: what fills the last block of a message for ECB and CBC.
//!
//! | padding | added to `data` | source |
//! |---|---|---|
//! | [`None`](Padding::None) | nothing: whole blocks only | |
//! | [`Pkcs7`](Padding::Pkcs7) | n bytes of value n | RFC 5652 section 6.3 |
//! | [`Iso7816`](Padding::Iso7816) | 0x80, then zeros | ISO/IEC 7816-4 |
//! | [`X923`](Padding::X923) | zeros, then n | ANSI X9.23 |
//! | [`ZeroWithCount`](Padding::ZeroWithCount) | zeros; n travels elsewhere | the 1997 report |
//!
//! The first four add at least one byte; zeros with a count add none to whole blocks. Blocks are 1
//! to 255 bytes long.
//!
//! ```
//! use secpvm_core::padding::Padding;
//! let mut buf = *b"message+________";
//! assert_eq!(Padding::Pkcs7.padded_len(8, 8), Ok(16));
//! assert_eq!(Padding::Pkcs7.pad_in_place(&mut buf, 8, 8), Ok(16));
//! assert_eq!(buf[8..], [8; 8]);
//! assert_eq!(Padding::Pkcs7.data_len(&buf, 8, None), Ok(8));
//! ```

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq, ConstantTimeLess};

use crate::algorithm::{Algorithm, AlgorithmId, Kind, specs};
use crate::error::BadPadding;
use crate::length::{Lengths, Part, WrongLength};

/// The lengths of block that can be padded, in bytes.
const BLOCK_LEN: Lengths = Lengths::between(1, 255);

specs! {
    /// A way to pad, by name or wire id.
    Padding;
    None = 0x0300 "none" ["no-padding"] ROW, None, "whole blocks only";
    Pkcs7 = 0x0301 "pkcs7" ["pkcs5"] ROW, None, "RFC 5652 section 6.3";
    Iso7816 = 0x0302 "iso7816" ["iso7816-4"] ROW, None, "ISO/IEC 7816-4";
    X923 = 0x0303 "x923" ["x9.23", "ansi-x923"] ROW, None, "ANSI X9.23";
    ZeroWithCount = 0x0304 "zero-with-count" [] ROW, None, "the 1997 report";
}

const ROW: Algorithm = Algorithm {
    kind: Kind::Padding,
    name: "",
    aliases: &[],
    id: AlgorithmId(0),
    key_len: Lengths::exactly(0),
    block_len: 0,
    iv_len: 0,
    output_len: 0,
    strength: None,
    source: "",
};

impl Padding {
    /// Length of `data_len` bytes with their padding, for blocks of `block_len` bytes.
    ///
    /// # Errors
    /// [`WrongLength`] if `block_len` is not 1 to 255, or `data_len` not a whole number of blocks
    /// where nothing is added, or so large that the padding does not fit a `usize`.
    pub const fn padded_len(self, data_len: usize, block_len: usize) -> Result<usize, WrongLength> {
        if let Err(wrong) = BLOCK_LEN.check(Part::Block, block_len) {
            return Err(wrong);
        }
        let over = data_len % block_len;
        let count = match self {
            Self::None => {
                let whole = Lengths::multiples_of(block_len);
                return match whole.check(Part::Data, data_len) {
                    Ok(()) => Ok(data_len),
                    Err(wrong) => Err(wrong),
                };
            }
            Self::Pkcs7 | Self::Iso7816 | Self::X923 => block_len - over,
            Self::ZeroWithCount => (block_len - over) % block_len,
        };
        let expected = Lengths::between(0, usize::MAX - count);
        match expected.check(Part::Data, data_len) {
            Ok(()) => Ok(data_len + count),
            Err(wrong) => Err(wrong),
        }
    }

    /// Pad the first `data_len` bytes of `buf`, and say how many bytes they are then. For
    /// [`ZeroWithCount`](Self::ZeroWithCount), the difference is the count to send along.
    ///
    /// # Errors
    /// [`WrongLength`] as [`padded_len`](Self::padded_len), and if `buf` is too short.
    pub fn pad_in_place(
        self,
        buf: &mut [u8],
        data_len: usize,
        block_len: usize,
    ) -> Result<usize, WrongLength> {
        let padded_len = self.padded_len(data_len, block_len)?;
        let expected = Lengths::between(padded_len, usize::MAX);
        let wrong = WrongLength {
            part: Part::Output,
            expected,
            actual: buf.len(),
        };
        let fill = buf.get_mut(data_len..padded_len).ok_or(wrong)?;
        // At most a block, 255 bytes: the count fits.
        let count = u8::try_from(fill.len()).unwrap_or(u8::MAX);
        fill.fill(if self == Self::Pkcs7 { count } else { 0 });
        match self {
            Self::Iso7816 => fill.first_mut().into_iter().for_each(|byte| *byte = 0x80),
            Self::X923 => fill.last_mut().into_iter().for_each(|byte| *byte = count),
            Self::None | Self::Pkcs7 | Self::ZeroWithCount => {}
        }
        Ok(padded_len)
    }

    /// How many bytes of `padded` are data, after decryption. The padding is looked at in time
    /// that depends on lengths alone; whether it was good, and the result, are the caller's to keep
    /// from an adversary: authenticate before decrypting.
    ///
    /// `count` is the padding's length as told elsewhere: needed by
    /// [`ZeroWithCount`](Self::ZeroWithCount); for the others, which carry it themselves, `None`, or
    /// it must agree.
    ///
    /// # Errors
    /// [`BadPadding`], whatever the reason.
    pub fn data_len(
        self,
        padded: &[u8],
        block_len: usize,
        count: Option<usize>,
    ) -> Result<usize, BadPadding> {
        if !BLOCK_LEN.contains(block_len) || !padded.len().is_multiple_of(block_len) {
            return Err(BadPadding);
        }
        let block = last(padded, block_len);
        let (good, found) = match self {
            Self::None => (Choice::from(1), 0),
            Self::Pkcs7 => pkcs7(block),
            Self::Iso7816 => iso7816(block),
            Self::X923 => x923(block),
            Self::ZeroWithCount => zeros(block, count.ok_or(BadPadding)?)?,
        };
        let agrees = usize::from(found).ct_eq(&count.unwrap_or(usize::from(found)));
        if bool::from(good & agrees) {
            Ok(padded.len().saturating_sub(usize::from(found)))
        } else {
            Err(BadPadding)
        }
    }
}

/// The last `len` of `bytes`; all, if there are fewer.
fn last(bytes: &[u8], len: usize) -> &[u8] {
    bytes
        .get(bytes.len().saturating_sub(len)..)
        .unwrap_or(bytes)
}

/// The bytes of a block from its end, each with its distance from there: 1 for the last.
fn from_end(block: &[u8]) -> impl Iterator<Item = (u8, u8)> {
    (1..=u8::MAX).zip(block.iter().rev().copied())
}

/// Whether `count` is 1 to the block's length.
fn fits(count: u8, block: &[u8]) -> Choice {
    let block_len = u8::try_from(block.len()).unwrap_or(u8::MAX);
    !count.ct_eq(&0) & !block_len.ct_lt(&count)
}

fn pkcs7(block: &[u8]) -> (Choice, u8) {
    let count = block.last().copied().unwrap_or(0);
    let good = from_end(block).fold(fits(count, block), |good, (distance, byte)| {
        let outside = count.ct_lt(&distance);
        good & (outside | byte.ct_eq(&count))
    });
    (good, count)
}

fn x923(block: &[u8]) -> (Choice, u8) {
    let count = block.last().copied().unwrap_or(0);
    let good = from_end(block)
        .skip(1)
        .fold(fits(count, block), |good, (distance, byte)| {
            let outside = count.ct_lt(&distance);
            good & (outside | byte.ct_eq(&0))
        });
    (good, count)
}

/// The marker is the first byte from the end that is not zero.
fn iso7816(block: &[u8]) -> (Choice, u8) {
    let (mut seen, mut good, mut count) = (Choice::from(0), Choice::from(0), 0);
    for (distance, byte) in from_end(block) {
        let first = !seen & !byte.ct_eq(&0);
        good |= first & byte.ct_eq(&0x80);
        count.conditional_assign(&distance, first);
        seen |= first;
    }
    (good, count)
}

/// A count from elsewhere is public, and less than a block.
fn zeros(block: &[u8], count: usize) -> Result<(Choice, u8), BadPadding> {
    let count = u8::try_from(count).map_err(|_| BadPadding)?;
    if count > 0 && usize::from(count) >= block.len() {
        return Err(BadPadding);
    }
    let fill = last(block, usize::from(count)).iter();
    Ok((
        fill.fold(Choice::from(1), |good, byte| good & byte.ct_eq(&0)),
        count,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definitions, written down once more as a reader would, branches and all.
    fn expected(padding: Padding, block: &[u8], count: usize) -> Option<usize> {
        let len = block.len();
        let last = usize::from(*block.last()?);
        match padding {
            Padding::None => Some(len),
            Padding::Pkcs7 => {
                let fill = block.get(len.checked_sub(last)?..)?;
                (last > 0 && fill.iter().all(|b| usize::from(*b) == last)).then_some(len - last)
            }
            Padding::X923 => {
                let fill = block.get(len.checked_sub(last)?..len - 1)?;
                (last > 0 && fill.iter().all(|b| *b == 0)).then_some(len - last)
            }
            Padding::Iso7816 => {
                let marker = block.iter().rposition(|b| *b != 0)?;
                (block[marker] == 0x80).then_some(marker)
            }
            Padding::ZeroWithCount => {
                let fill = block.get(len.checked_sub(count)?..)?;
                (count < len && fill.iter().all(|b| *b == 0)).then_some(len - count)
            }
        }
    }

    /// Every block of 4 bytes over an alphabet that meets every rule.
    #[test]
    fn removal_follows_the_definitions() {
        const ALPHABET: [u8; 9] = [0, 1, 2, 3, 4, 5, 0x7f, 0x80, 0xff];
        let blocks = (0..ALPHABET.len().pow(4))
            .map(|n| [n, n / 9, n / 81, n / 729].map(|digit| ALPHABET[digit % ALPHABET.len()]));
        for block in blocks {
            for padding in Padding::ALL.iter().copied() {
                for count in 0..=5 {
                    let told = (padding == Padding::ZeroWithCount).then_some(count);
                    let expected = expected(padding, &block, count).ok_or(BadPadding);
                    assert_eq!(
                        padding.data_len(&block, 4, told),
                        expected,
                        "{block:?} {padding:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_count_must_agree_with_what_the_padding_says() {
        assert_eq!(Padding::Pkcs7.data_len(&[7, 7, 2, 2], 4, Some(2)), Ok(2));
        assert_eq!(
            Padding::Pkcs7.data_len(&[7, 7, 2, 2], 4, Some(1)),
            Err(BadPadding)
        );
        assert_eq!(Padding::None.data_len(&[7; 4], 4, Some(1)), Err(BadPadding));
        assert_eq!(
            Padding::ZeroWithCount.data_len(&[0; 4], 4, None),
            Err(BadPadding)
        );
    }

    #[test]
    fn nothing_at_all_is_padding_only_where_none_is_added() {
        for padding in Padding::ALL.iter().copied() {
            let adds_none = matches!(padding, Padding::None | Padding::ZeroWithCount);
            assert_eq!(padding.data_len(&[], 8, Some(0)).is_ok(), adds_none);
        }
    }

    #[test]
    fn wrong_lengths_are_told() {
        let block = |actual| WrongLength {
            part: Part::Block,
            expected: BLOCK_LEN,
            actual,
        };
        assert_eq!(Padding::Pkcs7.padded_len(1, 0), Err(block(0)));
        assert_eq!(Padding::Pkcs7.padded_len(1, 256), Err(block(256)));
        assert!(Padding::None.padded_len(9, 8).is_err());
        assert!(Padding::X923.padded_len(usize::MAX, 8).is_err());
        let mut short = [0xee; 15];
        assert!(Padding::X923.pad_in_place(&mut short, 8, 8).is_err());
        assert_eq!(short, [0xee; 15]);
    }
}
