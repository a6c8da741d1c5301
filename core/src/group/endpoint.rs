//! What leader and members have in common: records, sealed in one epoch and opened in two.

use super::RekeyPolicy;
use crate::Error;
use crate::error::ReceiveError;
use crate::packet::{Epoch, MemberId, Opened, PeerSlot, RollingOpener, Sealer, Slots};
use crate::session::Session;

/// The sealer and the opener of one process, kept in step. A [`Leader`](super::Leader) or a
/// [`Member`](super::Member) owns it, and moves it from epoch to epoch.
pub struct Endpoint<Table> {
    /// Of the epoch that it seals in.
    session: Session,
    sealer: Sealer,
    opener: RollingOpener<Table>,
    next: Option<Next>,
    policy: RekeyPolicy,
    entered_ms: u64,
    /// When the previous epoch is retired, while there is one.
    previous_until_ms: Option<u64>,
}

/// An epoch that is opened but not sealed in yet.
struct Next {
    session: Session,
    sealer: Sealer,
}

impl<Table: Slots<PeerSlot>> Endpoint<Table> {
    /// The endpoint of `sender` in the epoch of `session`, with a table of senders for each of two
    /// epochs. As with a [`Sealer`]: one for each sender and session, ever.
    ///
    /// # Errors
    /// [`Error::WeakKey`].
    pub fn new(
        session: Session,
        sender: MemberId,
        tables: [Table; 2],
        policy: RekeyPolicy,
        now_ms: u64,
    ) -> Result<Self, Error> {
        Ok(Self {
            sealer: Sealer::new(&session, sender)?,
            opener: RollingOpener::new(&session, tables),
            session,
            next: None,
            policy,
            entered_ms: now_ms,
            previous_until_ms: None,
        })
    }

    /// The session that it seals in; a newcomer is given this one.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The epoch that it seals in.
    pub fn epoch(&self) -> Epoch {
        self.session.epoch()
    }

    /// The epoch that it opens too, and has not begun to seal in.
    pub fn next_epoch(&self) -> Option<Epoch> {
        self.next.as_ref().map(|next| next.session.epoch())
    }

    /// The session of [`next_epoch`](Self::next_epoch), or else the one that it seals in.
    pub fn newest_session(&self) -> &Session {
        self.next
            .as_ref()
            .map_or(&self.session, |next| &next.session)
    }

    /// See [`Sealer::seal_in_place`].
    pub(super) fn seal_in_place(
        &mut self,
        associated_data: &[u8],
        buf: &mut [u8],
        plaintext_len: usize,
    ) -> Result<usize, Error> {
        self.sealer
            .seal_in_place(associated_data, buf, plaintext_len)
    }

    /// See [`RollingOpener::open_in_place`]. An authentic record of the next epoch activates it.
    pub(super) fn open_in_place<'r>(
        &mut self,
        associated_data: &[u8],
        record: &'r mut [u8],
        now_ms: u64,
    ) -> Result<Opened<'r>, ReceiveError> {
        self.handle_timeout(now_ms);
        let opened = self.opener.open_in_place(associated_data, record)?;
        if Some(opened.header.epoch) == self.next_epoch() {
            self.activate(now_ms);
        }
        Ok(opened)
    }

    /// Open records of the epoch of `session` too. The current epoch stays; the previous one, or
    /// a next one that was never activated, is wiped.
    pub(super) fn prepare(&mut self, session: Session) -> Result<(), Error> {
        let sealer = self.sealer.in_epoch(&session)?;
        self.opener.prepare_epoch(&session)?;
        self.next = Some(Next { session, sealer });
        self.previous_until_ms = None;
        Ok(())
    }

    /// Seal in the next epoch, if there is one. The current one becomes the previous.
    pub(super) fn activate(&mut self, now_ms: u64) {
        if let Some(next) = self.next.take()
            && self.opener.activate_epoch().is_ok()
        {
            self.session = next.session;
            self.sealer = next.sealer;
            self.entered_ms = now_ms;
            self.previous_until_ms = Some(now_ms.saturating_add(self.policy.previous_epoch_ms));
        }
    }

    /// Whether no change is under way: there is neither a next epoch nor a previous one.
    pub(super) fn is_settled(&self) -> bool {
        self.next.is_none() && self.previous_until_ms.is_none()
    }

    /// Whether the sealer has reached a limit of the policy.
    pub(super) fn volume_is_reached(&self) -> bool {
        self.sealer.packets() >= self.policy.packets_max
            || self.sealer.bytes() >= self.policy.bytes_max
    }

    /// When the epoch will have reached its age.
    pub(super) fn aged_at_ms(&self) -> u64 {
        self.entered_ms.saturating_add(self.policy.age_max_ms)
    }

    /// When the previous epoch is to be retired, if there is one.
    pub(super) fn poll_timeout(&self) -> Option<u64> {
        self.previous_until_ms
    }

    /// Retire the previous epoch when its time has come.
    pub(super) fn handle_timeout(&mut self, now_ms: u64) {
        if self.previous_until_ms.is_some_and(|until| until <= now_ms) {
            self.opener.retire_previous_epoch();
            self.previous_until_ms = None;
        }
    }
}
