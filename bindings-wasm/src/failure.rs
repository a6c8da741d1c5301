//! Why the last call failed: a code, and one line of text.

use core::cell::Cell;
use core::fmt;

#[cfg(feature = "full")]
use secpvm_core::agreement::AgreementError;
use secpvm_core::error::{BadPadding, Forged, ReceiveError};
use secpvm_core::hazmat::CipherError;
use secpvm_core::length::WrongLength;
use secpvm_core::{Error, Rejected};
use wasm_bindgen::prelude::wasm_bindgen;

/// What went wrong.
#[derive(Clone, Copy)]
pub enum Failure {
    Misuse(Error),
    Rejected(Rejected),
    Cipher(CipherError),
    #[cfg(feature = "full")]
    Agreement(AgreementError),
    Forged(Forged),
    BadPadding(BadPadding),
    /// An argument is none of its values; the text says which values there are.
    Argument(&'static str),
    /// The module's memory cannot grow any more.
    NoMemory,
    /// The two halves of the package disagree.
    Internal,
}

impl Failure {
    /// The code: the name that the status has in C. Frozen.
    fn code(self) -> &'static str {
        match self {
            Self::Misuse(error) => misuse_code(error),
            Self::Rejected(Rejected::Forged) | Self::Forged(Forged) => "FORGED",
            Self::Rejected(Rejected::Replayed) => "REPLAYED",
            Self::Rejected(Rejected::Stale) => "STALE",
            Self::Rejected(Rejected::Malformed) => "MALFORMED",
            Self::Cipher(CipherError::WrongLength(_)) => "LENGTH",
            Self::Cipher(CipherError::NoPadding) => "NO_PADDING",
            Self::Cipher(CipherError::BadPadding) | Self::BadPadding(BadPadding) => "BAD_PADDING",
            Self::Cipher(_) => "EXHAUSTED",
            #[cfg(feature = "full")]
            Self::Agreement(AgreementError::WrongLength(_)) => "LENGTH",
            #[cfg(feature = "full")]
            Self::Agreement(_) => "BAD_PUBLIC_VALUE",
            Self::Argument(_) => "ARGUMENT",
            Self::NoMemory => "NO_MEMORY",
            Self::Internal => "INTERNAL",
        }
    }
}

fn misuse_code(error: Error) -> &'static str {
    match error {
        Error::WrongLength(_) | Error::TooLong { .. } => "LENGTH",
        Error::BufferTooSmall { .. } => "BUFFER_TOO_SMALL",
        Error::UnknownAlgorithm => "UNKNOWN_ALGORITHM",
        Error::OutOfOrder => "OUT_OF_ORDER",
        Error::Exhausted => "EXHAUSTED",
        Error::TooManyPeers { .. } => "TOO_MANY_PEERS",
        Error::BadSession => "BAD_SESSION",
        Error::EpochNotNewer { .. } => "EPOCH_NOT_NEWER",
        Error::TooManyMembers { .. } => "TOO_MANY_MEMBERS",
        Error::AlreadyMember => "ALREADY_MEMBER",
        Error::NoSuchMember => "NO_SUCH_MEMBER",
        Error::WeakKey => "WEAK_KEY",
        _ => "INTERNAL",
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Misuse(error) => error.fmt(f),
            Self::Rejected(rejected) => rejected.fmt(f),
            Self::Cipher(error) => error.fmt(f),
            #[cfg(feature = "full")]
            Self::Agreement(error) => error.fmt(f),
            Self::Forged(forged) => forged.fmt(f),
            Self::BadPadding(bad) => bad.fmt(f),
            Self::Argument(expected) => write!(f, "wrong argument: expected {expected}"),
            Self::NoMemory => f.write_str("out of memory"),
            Self::Internal => f.write_str("a defect in the package; please report it"),
        }
    }
}

macro_rules! from {
    ($($(#[$cfg:meta])* $type:ty => $variant:ident;)*) => {
        $($(#[$cfg])* impl From<$type> for Failure {
            fn from(error: $type) -> Self {
                Self::$variant(error.into())
            }
        })*
    };
}

from! {
    Error => Misuse;
    WrongLength => Misuse;
    Rejected => Rejected;
    CipherError => Cipher;
    #[cfg(feature = "full")]
    AgreementError => Agreement;
    Forged => Forged;
    BadPadding => BadPadding;
}

impl From<ReceiveError> for Failure {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Rejected(rejected) => Self::Rejected(rejected),
            ReceiveError::Misuse(error) => Self::Misuse(error),
        }
    }
}

thread_local! {
    static LAST: Cell<Failure> = const { Cell::new(Failure::Internal) };
}

/// A length as JavaScript gets it, or -1.
pub fn number(result: Result<usize, Failure>) -> i32 {
    let result = result.and_then(|len| i32::try_from(len).map_err(|_| Failure::Internal));
    object(result).unwrap_or(-1)
}

/// An object as JavaScript gets it, or nothing.
pub fn object<T>(result: Result<T, Failure>) -> Option<T> {
    result.map_err(|failure| LAST.set(failure)).ok()
}

/// The code and the text of the last failure, in one line.
#[wasm_bindgen]
pub fn failure() -> String {
    let failure = LAST.get();
    format!("{} {failure}", failure.code())
}
