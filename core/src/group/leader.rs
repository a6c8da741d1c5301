//! The side of the leader: it alone makes epochs.

use super::message::{self, Message};
use super::retry::Retry;
use super::seat::{MemberSlot, Seat, Standing};
use super::{
    Endpoint, GROUP_MESSAGE_LEN_MAX, MemberKey, MessageHeader, MessageKind, RETRY_SPAN_MS,
};
use crate::error::ReceiveError;
use crate::kdf::{self, Key};
use crate::packet::{Epoch, MemberId, Opened, PeerSlot, Slots};
use crate::secret::Secret;
use crate::{Error, Rejected};

/// After this many milliseconds an offered epoch is activated without the members that have not
/// confirmed: by then all that were there at its start are confirmed or given up.
pub const OFFER_DEADLINE_MS: u64 = RETRY_SPAN_MS;

/// The same after a removal, which is not to wait: time for three offers (at 0, 200 and 600 ms).
pub const REMOVAL_DEADLINE_MS: u64 = 1_000;

/// The leader of a group and its [`Endpoint`]. `Seats` is the caller's room for the other members:
/// an array, a slice or a boxed slice of [`MemberSlot`].
pub struct Leader<Seats, Table> {
    root: Key,
    admissions: u64,
    seats: Seats,
    endpoint: Endpoint<Table>,
    /// The epoch that the newest one follows. It is told with every offer of that one, and so
    /// changes only when another is made.
    base: Epoch,
    /// When the newest epoch is activated at the latest, while it is only offered.
    deadline_ms: Option<u64>,
    /// Whether the current epoch has reached a limit, here or at a member.
    epoch_is_used_up: bool,
}

impl<Seats, Table> Leader<Seats, Table>
where
    Seats: AsRef<[MemberSlot]> + AsMut<[MemberSlot]>,
    Table: Slots<PeerSlot>,
{
    /// A leader with no members yet. `root` is 32 bytes, fresh from the operating system, for this
    /// leader alone: the members' keys come from it.
    pub fn new(root: Secret<32>, mut seats: Seats, endpoint: Endpoint<Table>) -> Self {
        seats.as_mut().fill_with(MemberSlot::default);
        Self {
            root,
            admissions: 0,
            seats,
            base: endpoint.epoch(),
            endpoint,
            deadline_ms: None,
            epoch_is_used_up: false,
        }
    }

    /// Its endpoint. [`Endpoint::session`] is what a newcomer is given, with its key.
    pub fn endpoint(&self) -> &Endpoint<Table> {
        &self.endpoint
    }

    /// Make `member` one of the group, from the current epoch on, and return its key. An epoch
    /// that is being offered is offered to it too. The member and the session go together: hand it
    /// the session of this moment.
    ///
    /// # Errors
    /// [`Error::AlreadyMember`], [`Error::TooManyMembers`]; [`Error::Exhausted`] after 2^64 - 1
    /// admissions.
    pub fn admit(&mut self, member: MemberId) -> Result<MemberKey, Error> {
        if self.seat(member).is_some() {
            return Err(Error::AlreadyMember);
        }
        let admission = self.admissions;
        let admissions = admission.checked_add(1).ok_or(Error::Exhausted)?;
        let max = self.seats.as_ref().len();
        let free = self
            .seats
            .as_mut()
            .iter_mut()
            .find(|slot| slot.0.is_none())
            .ok_or(Error::TooManyMembers { max })?;
        let standing = if self.deadline_ms.is_some() {
            Standing::Offered(Retry::at_once())
        } else {
            Standing::Settled
        };
        free.0 = Some(Seat {
            member,
            admission,
            standing,
        });
        self.admissions = admissions;
        Ok(member_key(&self.root, member, admission))
    }

    /// Start an epoch without `member`. Its secret is `entropy`, fresh from the operating system.
    /// It takes the place of an epoch that is being offered, of which `member` may know.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`]; [`Error::Exhausted`] after epoch 2^32 - 1; [`Error::WeakKey`]. The
    /// member is then still one.
    pub fn remove(
        &mut self,
        member: MemberId,
        entropy: Secret<32>,
        now_ms: u64,
    ) -> Result<(), Error> {
        if self.seat(member).is_none() {
            return Err(Error::NoSuchMember);
        }
        self.start_epoch(entropy, now_ms.saturating_add(REMOVAL_DEADLINE_MS))?;
        for slot in self.seats.as_mut() {
            slot.0.take_if(|seat| seat.member == member);
        }
        self.activate_if_confirmed(now_ms);
        Ok(())
    }

    /// Start an epoch with the same members. Its secret is `entropy`, fresh from the operating
    /// system.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] until the last change is complete: the previous epoch retired.
    /// [`Error::Exhausted`] after epoch 2^32 - 1; [`Error::WeakKey`].
    pub fn rekey(&mut self, entropy: Secret<32>, now_ms: u64) -> Result<(), Error> {
        if !self.endpoint.is_settled() {
            return Err(Error::OutOfOrder);
        }
        self.start_epoch(entropy, now_ms.saturating_add(OFFER_DEADLINE_MS))?;
        self.activate_if_confirmed(now_ms);
        Ok(())
    }

    /// Whether the current epoch has reached a limit, here or at a member that asked, and
    /// [`rekey`](Self::rekey) can be called. Look after each call.
    pub fn rekey_is_due(&self) -> bool {
        self.epoch_is_used_up && self.endpoint.is_settled()
    }

    /// The next member that has not answered in [`RETRY_SPAN_MS`]; each is reported once. It stays
    /// behind until it is [removed](Self::remove), or the epoch is
    /// [offered again](Self::offer_again), or another one starts. A newcomer whose join outlasts
    /// the offers is one of these: offer again when the join is done.
    pub fn poll_unresponsive(&mut self) -> Option<MemberId> {
        self.seats_mut().find_map(|seat| match &mut seat.standing {
            Standing::Silent { reported } if !*reported => {
                *reported = true;
                Some(seat.member)
            }
            _ => None,
        })
    }

    /// Offer the newest epoch once more to a member that did not answer; to any other nothing is
    /// due.
    ///
    /// # Errors
    /// [`Error::NoSuchMember`].
    pub fn offer_again(&mut self, member: MemberId) -> Result<(), Error> {
        let seat = self.seat_mut(member).ok_or(Error::NoSuchMember)?;
        if matches!(seat.standing, Standing::Silent { .. }) {
            seat.standing = Standing::Offered(Retry::at_once());
        }
        Ok(())
    }

    /// Seal as [`Sealer::seal_in_place`](crate::packet::Sealer::seal_in_place) does.
    ///
    /// # Errors
    /// As there.
    pub fn seal_in_place(
        &mut self,
        associated_data: &[u8],
        buf: &mut [u8],
        plaintext_len: usize,
    ) -> Result<usize, Error> {
        let record_len = self
            .endpoint
            .seal_in_place(associated_data, buf, plaintext_len)?;
        self.epoch_is_used_up |= self.endpoint.volume_is_reached() && self.deadline_ms.is_none();
        Ok(record_len)
    }

    /// Open as [`RollingOpener::open_in_place`](crate::packet::RollingOpener::open_in_place) does.
    ///
    /// # Errors
    /// As there.
    pub fn open_in_place<'r>(
        &mut self,
        associated_data: &[u8],
        record: &'r mut [u8],
        now_ms: u64,
    ) -> Result<Opened<'r>, ReceiveError> {
        let opened = self
            .endpoint
            .open_in_place(associated_data, record, now_ms)?;
        if self.endpoint.next_epoch().is_none() && self.deadline_ms.is_some() {
            self.activate(now_ms);
        }
        Ok(opened)
    }

    /// Handle one message of a member. One that is rejected changes nothing.
    ///
    /// # Errors
    /// [`Rejected`]: malformed; forged (also of one that is no member, or for a member); stale, of
    /// an epoch that is not the newest, or, in a request, not the current one.
    pub fn handle_message(&mut self, message: &[u8], now_ms: u64) -> Result<(), Rejected> {
        let header = MessageHeader::parse(message)?;
        let seat = self.seat(header.member).ok_or(Rejected::Forged)?;
        if header.kind.is_leaders() {
            return Err(Rejected::Forged);
        }
        let key = member_key(&self.root, seat.member, seat.admission);
        let Message::Plain(header) = message::open(&key, header, message)? else {
            return Err(Rejected::Forged);
        };
        match header.kind {
            MessageKind::Request => self.handle_request(header.epoch),
            kind => self.handle_answer(header, kind == MessageKind::Activated, now_ms),
        }
    }

    /// Write the next message and return whom it is for and its length, if one is due.
    pub fn poll_transmit(
        &mut self,
        now_ms: u64,
        out: &mut [u8; GROUP_MESSAGE_LEN_MAX],
    ) -> Option<(MemberId, usize)> {
        let session = self.endpoint.newest_session();
        let seats = self.seats.as_mut().iter_mut();
        let seat = seats.filter_map(|slot| slot.0.as_mut()).find(|seat| {
            let retry = seat.standing.retry();
            retry.is_some_and(|retry| retry.is_due(now_ms) && !retry.is_exhausted())
        })?;
        seat.standing.retry_mut()?.sent(now_ms);
        let key = member_key(&self.root, seat.member, seat.admission);
        let len = if matches!(seat.standing, Standing::Offered(_)) {
            message::seal_offer(&key, self.base, session, out)?
        } else {
            message::seal(&key, MessageKind::Activate, session.epoch(), out)?
        };
        Some((seat.member, len))
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), and then
    /// [`poll_transmit`](Self::poll_transmit).
    pub fn poll_timeout(&self) -> Option<u64> {
        let aged_at_ms = (self.deadline_ms.is_none() && !self.epoch_is_used_up)
            .then(|| self.endpoint.aged_at_ms());
        let retries = self.seats.as_ref().iter().filter_map(|slot| {
            let retry = slot.0.as_ref()?.standing.retry()?;
            Some(retry.due_ms())
        });
        retries
            .chain(aged_at_ms)
            .chain(self.deadline_ms)
            .chain(self.endpoint.poll_timeout())
            .min()
    }

    /// Do what is due: give up members that do not answer, activate the next epoch, retire the
    /// previous one, notice that the current one is old.
    pub fn handle_timeout(&mut self, now_ms: u64) {
        self.endpoint.handle_timeout(now_ms);
        for seat in self.seats_mut() {
            let retry = seat.standing.retry();
            if retry.is_some_and(|retry| retry.is_exhausted() && retry.is_due(now_ms)) {
                seat.standing = Standing::Silent { reported: false };
            }
        }
        if self.deadline_ms.is_some_and(|deadline| deadline <= now_ms) {
            self.activate(now_ms);
        }
        self.activate_if_confirmed(now_ms);
        self.epoch_is_used_up |= self.deadline_ms.is_none() && self.endpoint.aged_at_ms() <= now_ms;
    }

    fn seat(&self, member: MemberId) -> Option<&Seat> {
        let mut seats = self
            .seats
            .as_ref()
            .iter()
            .filter_map(|slot| slot.0.as_ref());
        seats.find(|seat| seat.member == member)
    }

    fn seat_mut(&mut self, member: MemberId) -> Option<&mut Seat> {
        self.seats_mut().find(|seat| seat.member == member)
    }

    fn seats_mut(&mut self) -> impl Iterator<Item = &mut Seat> {
        let slots = self.seats.as_mut().iter_mut();
        slots.filter_map(|slot| slot.0.as_mut())
    }

    /// Make the epoch after the newest, and have it offered to all.
    fn start_epoch(&mut self, entropy: Secret<32>, deadline_ms: u64) -> Result<(), Error> {
        let session = self.endpoint.newest_session().next_epoch(entropy)?;
        self.endpoint.prepare(session)?;
        self.base = self.endpoint.epoch();
        self.deadline_ms = Some(deadline_ms);
        self.epoch_is_used_up = false;
        for seat in self.seats_mut() {
            seat.standing = Standing::Offered(Retry::at_once());
        }
        Ok(())
    }

    fn activate_if_confirmed(&mut self, now_ms: u64) {
        let waits = |seat: &mut Seat| matches!(seat.standing, Standing::Offered(_));
        if self.deadline_ms.is_some() && !self.seats_mut().any(waits) {
            self.activate(now_ms);
        }
    }

    /// Seal in the newest epoch, and tell those that can open it.
    fn activate(&mut self, now_ms: u64) {
        self.endpoint.activate(now_ms);
        self.deadline_ms = None;
        for seat in self.seats_mut() {
            if matches!(seat.standing, Standing::Confirmed) {
                seat.standing = Standing::Activating(Retry::at_once());
            }
        }
    }

    fn handle_request(&mut self, epoch: Epoch) -> Result<(), Rejected> {
        if epoch != self.endpoint.epoch() {
            return Err(Rejected::Stale);
        }
        self.epoch_is_used_up |= self.deadline_ms.is_none();
        Ok(())
    }

    /// A member opens the newest epoch, or even seals in it.
    fn handle_answer(
        &mut self,
        header: MessageHeader,
        seals: bool,
        now_ms: u64,
    ) -> Result<(), Rejected> {
        if header.epoch != self.endpoint.newest_session().epoch() {
            return Err(Rejected::Stale);
        }
        let is_activated = self.deadline_ms.is_none();
        let seat = self.seat_mut(header.member).ok_or(Rejected::Forged)?;
        match seat.standing {
            Standing::Settled => {}
            _ if seals && is_activated => seat.standing = Standing::Settled,
            Standing::Offered(_) | Standing::Silent { .. } => {
                seat.standing = if is_activated {
                    Standing::Activating(Retry::at_once())
                } else {
                    Standing::Confirmed
                };
            }
            Standing::Confirmed | Standing::Activating(_) => {}
        }
        self.activate_if_confirmed(now_ms);
        Ok(())
    }
}

fn member_key(root: &Key, member: MemberId, admission: u64) -> MemberKey {
    MemberKey {
        member,
        key: kdf::member_key(root, member, admission),
    }
}
