//! Exceptions: one for each error of core, with core's own message.

use pyo3::create_exception;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use secpvm_core::agreement::AgreementError;
use secpvm_core::error::{self, ReceiveError};
use secpvm_core::hazmat::CipherError;
use secpvm_core::length;

macro_rules! exceptions {
    ($($name:ident($base:ty) $doc:literal;)*) => {
        $(create_exception!(secpvm, $name, $base, $doc);)*
    };
}

exceptions! {
    Error(PyValueError) "Every error of this package.";
    WrongLength(Error) "An argument has a length that its algorithm does not take.";
    TooLong(Error) "An argument is longer than its limit.";
    BufferTooSmall(Error) "A buffer is too short for the result.";
    UnusableBuffer(Error) "A buffer is not contiguous, or not writable where it must be.";
    UnknownAlgorithm(Error) "No algorithm of this kind has that name.";
    BadValue(Error) "An argument is none of its documented values.";
    OutOfOrder(Error) "The call is not due in this state.";
    Exhausted(Error) "Every packet number, or all of a key stream, has been used.";
    TooManyPeers(Error) "The opener's table of senders is full.";
    BadSession(Error) "These bytes do not encode a session.";
    EpochNotNewer(Error) "An epoch can only be followed by a newer one.";
    TooManyMembers(Error) "The leader's table of members is full.";
    AlreadyMember(Error) "The leader has admitted that member already.";
    NoSuchMember(Error) "The leader knows no such member.";
    WeakKey(Error) "The key is weak, semi-weak or degenerate.";
    NoPadding(Error) "Only ECB and CBC take padding.";
    BadPadding(Error) "The padding is not one that was ever added.";
    BadPublicValue(Error) "The peer's public value is not one to use.";
    Rejected(Error) "The verdict on bytes from the network that were not accepted.";
    Forged(Rejected) "Not made with this key, or altered.";
    Replayed(Rejected) "Authentic, but its packet number was taken before.";
    Stale(Rejected) "Of another epoch, or older than the replay window.";
    Malformed(Rejected) "Not of a known format, version and suite.";
}

/// An error of core, on its way to an exception. Core's types and `PyErr` belong to other crates,
/// so that `?` needs one of ours between them.
pub struct Failure(PyErr);

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        failure.0
    }
}

impl From<PyErr> for Failure {
    fn from(error: PyErr) -> Self {
        Self(error)
    }
}

impl From<error::Error> for Failure {
    fn from(error: error::Error) -> Self {
        use error::Error as Core;
        let text = error.to_string();
        Self(match error {
            Core::WrongLength(_) => WrongLength::new_err(text),
            Core::TooLong { .. } => TooLong::new_err(text),
            Core::BufferTooSmall { .. } => BufferTooSmall::new_err(text),
            Core::UnknownAlgorithm => UnknownAlgorithm::new_err(text),
            Core::OutOfOrder => OutOfOrder::new_err(text),
            Core::Exhausted => Exhausted::new_err(text),
            Core::TooManyPeers { .. } => TooManyPeers::new_err(text),
            Core::BadSession => BadSession::new_err(text),
            Core::EpochNotNewer { .. } => EpochNotNewer::new_err(text),
            Core::TooManyMembers { .. } => TooManyMembers::new_err(text),
            Core::AlreadyMember => AlreadyMember::new_err(text),
            Core::NoSuchMember => NoSuchMember::new_err(text),
            Core::WeakKey => WeakKey::new_err(text),
            _ => Error::new_err(text),
        })
    }
}

impl From<length::WrongLength> for Failure {
    fn from(wrong: length::WrongLength) -> Self {
        error::Error::from(wrong).into()
    }
}

impl From<CipherError> for Failure {
    fn from(error: CipherError) -> Self {
        let text = error.to_string();
        Self(match error {
            CipherError::WrongLength(_) => WrongLength::new_err(text),
            CipherError::Exhausted => Exhausted::new_err(text),
            CipherError::NoPadding => NoPadding::new_err(text),
            CipherError::BadPadding => BadPadding::new_err(text),
            _ => Error::new_err(text),
        })
    }
}

impl From<error::BadPadding> for Failure {
    fn from(bad: error::BadPadding) -> Self {
        CipherError::from(bad).into()
    }
}

impl From<AgreementError> for Failure {
    fn from(error: AgreementError) -> Self {
        match error {
            AgreementError::WrongLength(wrong) => wrong.into(),
            _ => Self(BadPublicValue::new_err(error.to_string())),
        }
    }
}

impl From<error::Forged> for Failure {
    fn from(forged: error::Forged) -> Self {
        Self(Forged::new_err(forged.to_string()))
    }
}

impl From<error::Rejected> for Failure {
    fn from(rejected: error::Rejected) -> Self {
        use error::Rejected as Core;
        let text = rejected.to_string();
        Self(match rejected {
            Core::Forged => Forged::new_err(text),
            Core::Replayed => Replayed::new_err(text),
            Core::Stale => Stale::new_err(text),
            Core::Malformed => Malformed::new_err(text),
        })
    }
}

impl From<ReceiveError> for Failure {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Rejected(rejected) => rejected.into(),
            ReceiveError::Misuse(error) => error.into(),
        }
    }
}

/// No algorithm of the kind is called `name`.
pub fn unknown_algorithm(name: &str) -> Failure {
    let core = error::Error::UnknownAlgorithm;
    Failure(UnknownAlgorithm::new_err(format!("{core}: {name:?}")))
}
