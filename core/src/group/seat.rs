//! What the leader knows of a member.

use super::retry::Retry;
use crate::packet::MemberId;

/// Room for one member. The caller owns the table.
#[derive(Default)]
pub struct MemberSlot(pub(super) Option<Seat>);

impl MemberSlot {
    /// An unused slot, to fill a table with.
    pub const EMPTY: Self = Self(None);
}

/// One member, as the leader knows it.
pub(super) struct Seat {
    pub(super) member: MemberId,
    /// Its number among all that were ever admitted.
    pub(super) admission: u64,
    pub(super) standing: Standing,
}

/// How far a member has come towards the newest epoch.
pub(super) enum Standing {
    /// It is being offered the epoch, until it confirms.
    Offered(Retry),
    /// It opens the epoch, and waits for its activation.
    Confirmed,
    /// It is being told to seal in the epoch, until it says that it does.
    Activating(Retry),
    /// It seals in the epoch.
    Settled,
    /// It did not answer. Nothing is sent to it, and nobody waits for it.
    Silent { reported: bool },
}

impl Standing {
    pub(super) fn retry(&self) -> Option<&Retry> {
        match self {
            Self::Offered(retry) | Self::Activating(retry) => Some(retry),
            Self::Confirmed | Self::Settled | Self::Silent { .. } => None,
        }
    }

    pub(super) fn retry_mut(&mut self) -> Option<&mut Retry> {
        match self {
            Self::Offered(retry) | Self::Activating(retry) => Some(retry),
            Self::Confirmed | Self::Settled | Self::Silent { .. } => None,
        }
    }
}
