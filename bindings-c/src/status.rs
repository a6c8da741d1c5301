//! `secpvm_status`: frozen numbers, and what each one means.

use core::ffi::{CStr, c_char, c_int};

use secpvm_core::agreement::AgreementError;
use secpvm_core::error::{BadPadding, Error, Forged, ReceiveError, Rejected};
use secpvm_core::hazmat::CipherError;
use secpvm_core::length::{Part, WrongLength};

/// The outcome of a call, as C sees it.
#[repr(transparent)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct secpvm_status(c_int);

macro_rules! statuses {
    ($($name:ident = $number:literal $message:literal;)*) => {
        impl secpvm_status {
            $(pub(crate) const $name: Self = Self($number);)*

            /// The number that C sees.
            #[cfg(feature = "cxx")]
            pub(crate) const fn number(self) -> c_int {
                self.0
            }

            const fn message(self) -> &'static CStr {
                match self.0 {
                    $($number => $message,)*
                    _ => c"no such status",
                }
            }
        }
    };
}

statuses! {
    OK = 0 c"success";
    NULL = 1 c"a required pointer is null";
    LENGTH = 2 c"a length is outside its documented range";
    BUFFER_TOO_SMALL = 3 c"the output does not fit into the buffer";
    UNKNOWN_SUITE = 4 c"no suite has that name or number";
    OUT_OF_ORDER = 5 c"this call is not due in this state";
    EXHAUSTED = 6 c"no packet number is left: start a new session";
    TOO_MANY_PEERS = 7 c"the opener's table of senders is full";
    NO_MEMORY = 8 c"out of memory";
    BAD_SESSION = 9 c"these bytes are no session";
    INTERNAL = 10 c"a defect in the library; please report it";
    OVERLAP = 11 c"an output overlaps another argument";
    ALIGNMENT = 12 c"an object's memory is not aligned";
    UNKNOWN_ALGORITHM = 13 c"no algorithm of this kind has that name or number";
    ARGUMENT = 14 c"an argument is none of its documented values";
    NO_PADDING = 15 c"only ECB and CBC take padding";
    WEAK_KEY = 16 c"the key is weak, semi-weak or degenerate: draw another";
    EPOCH_NOT_NEWER = 17 c"an epoch can only be followed by a newer one";
    TOO_MANY_MEMBERS = 18 c"the leader's table of members is full";
    ALREADY_MEMBER = 19 c"that member has been admitted already";
    NO_SUCH_MEMBER = 20 c"there is no such member";
    FORGED = 32 c"forged: not made by a member for this receiver, or altered";
    REPLAYED = 33 c"replayed: this packet number was taken before";
    STALE = 34 c"stale: of another epoch, or too old for the replay window";
    MALFORMED = 35 c"malformed: not of a known format, version and suite";
    BAD_PADDING = 36 c"bad padding";
    BAD_PUBLIC_VALUE = 37 c"the peer's public value is not one to use";
}

impl From<Error> for secpvm_status {
    fn from(error: Error) -> Self {
        match error {
            Error::WrongLength(wrong) => wrong.into(),
            Error::TooLong { .. } => Self::LENGTH,
            Error::BufferTooSmall { .. } => Self::BUFFER_TOO_SMALL,
            Error::UnknownAlgorithm => Self::UNKNOWN_ALGORITHM,
            Error::OutOfOrder => Self::OUT_OF_ORDER,
            Error::Exhausted => Self::EXHAUSTED,
            Error::TooManyPeers { .. } => Self::TOO_MANY_PEERS,
            Error::BadSession => Self::BAD_SESSION,
            Error::EpochNotNewer { .. } => Self::EPOCH_NOT_NEWER,
            Error::TooManyMembers { .. } => Self::TOO_MANY_MEMBERS,
            Error::AlreadyMember => Self::ALREADY_MEMBER,
            Error::NoSuchMember => Self::NO_SUCH_MEMBER,
            Error::WeakKey => Self::WEAK_KEY,
            _ => Self::INTERNAL,
        }
    }
}

impl From<WrongLength> for secpvm_status {
    fn from(wrong: WrongLength) -> Self {
        match wrong.part {
            Part::Output if wrong.actual < wrong.expected.min => Self::BUFFER_TOO_SMALL,
            _ => Self::LENGTH,
        }
    }
}

impl From<CipherError> for secpvm_status {
    fn from(error: CipherError) -> Self {
        match error {
            CipherError::WrongLength(wrong) => wrong.into(),
            CipherError::NoPadding => Self::NO_PADDING,
            CipherError::BadPadding => Self::BAD_PADDING,
            _ => Self::EXHAUSTED,
        }
    }
}

impl From<AgreementError> for secpvm_status {
    fn from(error: AgreementError) -> Self {
        match error {
            AgreementError::WrongLength(wrong) => wrong.into(),
            _ => Self::BAD_PUBLIC_VALUE,
        }
    }
}

impl From<Forged> for secpvm_status {
    fn from(_: Forged) -> Self {
        Self::FORGED
    }
}

impl From<BadPadding> for secpvm_status {
    fn from(_: BadPadding) -> Self {
        Self::BAD_PADDING
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
