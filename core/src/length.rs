//! Lengths that an algorithm permits, and the error for one that it doesn't.

use core::fmt;

/// The byte lengths that are permitted: `min`, `min + step`, ... up to `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lengths {
    /// The shortest, in bytes.
    pub min: usize,
    /// The longest, in bytes.
    pub max: usize,
    /// The distance between two neighbours, in bytes; at least 1.
    pub step: usize,
}

impl Lengths {
    /// One length only.
    pub const fn exactly(len: usize) -> Self {
        Self {
            min: len,
            max: len,
            step: 1,
        }
    }

    /// Every length from `min` to `max`, both included.
    pub const fn between(min: usize, max: usize) -> Self {
        Self { min, max, step: 1 }
    }

    /// Every multiple of `step`, 0 included.
    pub const fn multiples_of(step: usize) -> Self {
        Self {
            min: 0,
            max: usize::MAX,
            step,
        }
    }

    /// Whether `len` bytes are permitted.
    pub const fn contains(self, len: usize) -> bool {
        len >= self.min && len <= self.max && (len - self.min).is_multiple_of(self.step)
    }

    /// Accept `actual` bytes for `part`, or say what was expected.
    ///
    /// # Errors
    /// [`WrongLength`] unless [`contains`](Self::contains) holds.
    pub const fn check(self, part: Part, actual: usize) -> Result<(), WrongLength> {
        if self.contains(actual) {
            Ok(())
        } else {
            Err(WrongLength {
                part,
                expected: self,
                actual,
            })
        }
    }
}

impl fmt::Display for Lengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MAX: usize = usize::MAX;
        match *self {
            Self { min, max, .. } if min == max => write!(f, "{min}"),
            Self {
                min: 0,
                max: MAX,
                step: 1,
            } => f.write_str("0 or more"),
            Self {
                min: 0,
                max: MAX,
                step,
            } => write!(f, "a multiple of {step}"),
            Self {
                min,
                max: MAX,
                step: 1,
            } => write!(f, "at least {min}"),
            Self { min, max, step: 1 } => write!(f, "{min} to {max}"),
            Self { min, max, step } => write!(f, "{min} to {max} in steps of {step}"),
        }
    }
}

/// What a length was measured of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Part {
    /// A secret key.
    Key,
    /// An initialisation vector, initial counter block or nonce.
    Iv,
    /// The message itself.
    Data,
    /// An authentication tag.
    Tag,
    /// A block of a block cipher.
    Block,
    /// A peer's public value.
    PublicValue,
    /// The space for an output.
    Output,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "key",
            Self::Iv => "IV",
            Self::Data => "data",
            Self::Tag => "tag",
            Self::Block => "block",
            Self::PublicValue => "public value",
            Self::Output => "output",
        })
    }
}

/// A length, in bytes, that the algorithm does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WrongLength {
    /// What was measured.
    pub part: Part,
    /// What the algorithm permits.
    pub expected: Lengths,
    /// What the caller gave.
    pub actual: usize,
}

impl fmt::Display for WrongLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "wrong length of {}: expected {} bytes, got {}",
            self.part, self.expected, self.actual
        )
    }
}

impl core::error::Error for WrongLength {}
