//! What can go wrong: [`Error`] tells a caller precisely what it did; [`Rejected`] says of bytes
//! from the network only what an attacker may know.

use core::fmt;

use crate::length::WrongLength;

/// A mistake of the caller, or a limit reached. Numbers only, never secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An argument has a length that its algorithm does not take.
    WrongLength(WrongLength),
    /// An argument is longer than its limit, in bytes.
    TooLong {
        /// The limit.
        max: usize,
        /// The length that was given.
        actual: usize,
    },
    /// A buffer is too short for the result, in bytes.
    BufferTooSmall {
        /// The length that was needed.
        needed: usize,
        /// The length that was given.
        actual: usize,
    },
    /// No algorithm has that name or number.
    UnknownAlgorithm,
    /// The call is not due in this state.
    OutOfOrder,
    /// Every packet number of this sender has been used: a new session is due.
    Exhausted,
    /// The opener's table of senders is full.
    TooManyPeers {
        /// How many it holds.
        max: usize,
    },
    /// These bytes do not encode a session.
    BadSession,
    /// An epoch can only be followed by a newer one.
    EpochNotNewer {
        /// The newest epoch so far.
        newest: u32,
        /// The epoch that was given.
        given: u32,
    },
    /// The leader's table of members is full.
    TooManyMembers {
        /// How many it holds.
        max: usize,
    },
    /// The leader has admitted that member already.
    AlreadyMember,
    /// The leader knows no such member.
    NoSuchMember,
    /// A key that its cipher must not be given: weak, semi-weak or degenerate. Random keys, and
    /// derived ones, practically never are.
    WeakKey,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongLength(wrong) => wrong.fmt(f),
            Self::TooLong { max, actual } => {
                write!(f, "too long: at most {max} bytes, got {actual}")
            }
            Self::BufferTooSmall { needed, actual } => {
                write!(f, "buffer too small: {needed} bytes needed, got {actual}")
            }
            Self::UnknownAlgorithm => f.write_str("no algorithm has that name or number"),
            Self::OutOfOrder => f.write_str("this call is not due in this state"),
            Self::Exhausted => f.write_str("no packet number is left: start a new session"),
            Self::TooManyPeers { max } => write!(f, "the table of senders is full ({max})"),
            Self::BadSession => f.write_str("these bytes are no session"),
            Self::EpochNotNewer { newest, given } => {
                write!(f, "epoch {given} is not newer than epoch {newest}")
            }
            Self::TooManyMembers { max } => write!(f, "the table of members is full ({max})"),
            Self::AlreadyMember => f.write_str("that member has been admitted already"),
            Self::NoSuchMember => f.write_str("there is no such member"),
            Self::WeakKey => f.write_str("the key is weak, semi-weak or degenerate: draw another"),
        }
    }
}

impl core::error::Error for Error {}

impl From<WrongLength> for Error {
    fn from(wrong: WrongLength) -> Self {
        Self::WrongLength(wrong)
    }
}

/// A tag or ciphertext was not made with this key, or was altered. It says no more on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Forged;

impl fmt::Display for Forged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("authentication failed")
    }
}

impl core::error::Error for Forged {}

/// The padding is not one that was ever added. It says no more on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BadPadding;

impl fmt::Display for BadPadding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bad padding")
    }
}

impl core::error::Error for BadPadding {}

/// The verdict on bytes that came from the network and were not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejected {
    /// Not made by a member for this receiver, or altered on the way.
    Forged,
    /// Authentic, but its packet number was taken before.
    Replayed,
    /// Of another epoch, or older than the replay window.
    Stale,
    /// Not of a known format, version and suite.
    Malformed,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Forged => "forged: not made by a member for this receiver, or altered",
            Self::Replayed => "replayed: this packet number was taken before",
            Self::Stale => "stale: of another epoch, or too old for the replay window",
            Self::Malformed => "malformed: not of a known format, version and suite",
        })
    }
}

impl core::error::Error for Rejected {}

/// Why bytes from the network could not be used: they were rejected, or the call was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiveError {
    /// The bytes are to blame.
    Rejected(Rejected),
    /// The caller is to blame, or a limit was reached.
    Misuse(Error),
}

impl From<Rejected> for ReceiveError {
    fn from(rejected: Rejected) -> Self {
        Self::Rejected(rejected)
    }
}

impl From<Error> for ReceiveError {
    fn from(error: Error) -> Self {
        Self::Misuse(error)
    }
}

impl fmt::Display for ReceiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::Misuse(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for ReceiveError {}
