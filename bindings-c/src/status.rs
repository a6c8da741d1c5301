//! `secpvm_status`: frozen numbers, and what each one means.

use core::ffi::{CStr, c_char, c_int};

use secpvm_core::error::{Error, ReceiveError, Rejected};

/// The outcome of a call, as C sees it.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct secpvm_status(c_int);

impl secpvm_status {
    pub(crate) const OK: Self = Self(0);
    pub(crate) const NULL: Self = Self(1);
    pub(crate) const LENGTH: Self = Self(2);
    pub(crate) const BUFFER_TOO_SMALL: Self = Self(3);
    pub(crate) const UNKNOWN_SUITE: Self = Self(4);
    pub(crate) const OUT_OF_ORDER: Self = Self(5);
    pub(crate) const EXHAUSTED: Self = Self(6);
    pub(crate) const TOO_MANY_PEERS: Self = Self(7);
    pub(crate) const NO_MEMORY: Self = Self(8);
    pub(crate) const BAD_SESSION: Self = Self(9);
    pub(crate) const INTERNAL: Self = Self(10);
    pub(crate) const FORGED: Self = Self(32);
    pub(crate) const REPLAYED: Self = Self(33);
    pub(crate) const STALE: Self = Self(34);
    pub(crate) const MALFORMED: Self = Self(35);

    const fn message(self) -> &'static CStr {
        match self {
            Self::OK => c"success",
            Self::NULL => c"a required pointer is null",
            Self::LENGTH => c"a length is outside its documented range",
            Self::BUFFER_TOO_SMALL => c"the output does not fit into the buffer",
            Self::UNKNOWN_SUITE => c"no suite has that name or number",
            Self::OUT_OF_ORDER => c"this call is not due in this state",
            Self::EXHAUSTED => c"no packet number is left: start a new session",
            Self::TOO_MANY_PEERS => c"the opener's table of senders is full",
            Self::NO_MEMORY => c"out of memory",
            Self::BAD_SESSION => c"these bytes are no session",
            Self::INTERNAL => c"a defect in the library; please report it",
            Self::FORGED => c"forged: not made by a member for this receiver, or altered",
            Self::REPLAYED => c"replayed: this packet number was taken before",
            Self::STALE => c"stale: of another epoch, or too old for the replay window",
            Self::MALFORMED => c"malformed: not a record of a known version and suite",
            _ => c"no such status",
        }
    }
}

impl From<Error> for secpvm_status {
    fn from(error: Error) -> Self {
        match error {
            Error::WrongLength(_) | Error::TooLong { .. } => Self::LENGTH,
            Error::BufferTooSmall { .. } => Self::BUFFER_TOO_SMALL,
            Error::UnknownAlgorithm => Self::UNKNOWN_SUITE,
            Error::OutOfOrder => Self::OUT_OF_ORDER,
            Error::Exhausted => Self::EXHAUSTED,
            Error::TooManyPeers { .. } => Self::TOO_MANY_PEERS,
            Error::BadSession => Self::BAD_SESSION,
            _ => Self::INTERNAL,
        }
    }
}

impl From<Rejected> for secpvm_status {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Forged => Self::FORGED,
            Rejected::Replayed => Self::REPLAYED,
            Rejected::Stale => Self::STALE,
            Rejected::Malformed => Self::MALFORMED,
        }
    }
}

impl From<ReceiveError> for secpvm_status {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Rejected(rejected) => rejected.into(),
            ReceiveError::Misuse(error) => error.into(),
        }
    }
}

/// See the header.
#[unsafe(no_mangle)]
pub extern "C" fn secpvm_strerror(status: secpvm_status) -> *const c_char {
    status.message().as_ptr()
}
