//! The side of a member: it follows the leader from epoch to epoch.

use super::message::{self, Message};
use super::retry::Retry;
use super::{Endpoint, GROUP_MESSAGE_LEN_MAX, MemberKey, MessageHeader, MessageKind};
use crate::error::ReceiveError;
use crate::packet::{Epoch, Opened, PeerSlot, Slots};
use crate::session::Session;
use crate::{Error, Rejected};

/// A member and its [`Endpoint`].
pub struct Member<Table> {
    key: MemberKey,
    endpoint: Endpoint<Table>,
    /// Whether to tell the leader which epoch this member opens, or seals in.
    answer_is_due: bool,
    /// Asks for the next epoch, until one is offered.
    request: Option<Retry>,
}

impl<Table: Slots<PeerSlot>> Member<Table> {
    /// The member that `key` was made for.
    pub fn new(key: MemberKey, endpoint: Endpoint<Table>) -> Self {
        Self {
            key,
            endpoint,
            answer_is_due: false,
            request: None,
        }
    }

    /// Its endpoint.
    pub fn endpoint(&self) -> &Endpoint<Table> {
        &self.endpoint
    }

    /// Seal as [`Sealer::seal_in_place`](crate::packet::Sealer::seal_in_place) does, and ask for
    /// the next epoch once a limit is reached.
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
        if self.endpoint.volume_is_reached() {
            self.request_epoch();
        }
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
        let epoch = self.endpoint.epoch();
        let opened = self
            .endpoint
            .open_in_place(associated_data, record, now_ms)?;
        self.answer_is_due |= self.endpoint.epoch() != epoch;
        Ok(opened)
    }

    /// Ask the leader for the next epoch, unless one has been offered already. The request is
    /// repeated, at most every 2 s in the end, until an offer answers it.
    pub fn request_epoch(&mut self) {
        if self.endpoint.next_epoch().is_none() && self.request.is_none() {
            self.request = Some(Retry::at_once());
        }
    }

    /// Handle one message of the leader. One that is rejected changes nothing.
    ///
    /// # Errors
    /// [`Rejected`]: malformed; forged (also what is for another member, or for the leader); stale,
    /// of an epoch before the newest that was offered, or of one that never was.
    /// [`Error::WeakKey`].
    pub fn handle_message(&mut self, message: &[u8], now_ms: u64) -> Result<(), ReceiveError> {
        let header = MessageHeader::parse(message)?;
        if !header.kind.is_leaders() || header.member != self.key.member {
            return Err(Rejected::Forged.into());
        }
        match message::open(&self.key, header, message)? {
            Message::Offer { base, session } => self.handle_offer(base, session, now_ms)?,
            Message::Plain(header) => self.handle_activate(header.epoch, now_ms)?,
        }
        self.answer_is_due = true;
        Ok(())
    }

    /// Write the next message to the leader and return its length, if one is due.
    pub fn poll_transmit(
        &mut self,
        now_ms: u64,
        out: &mut [u8; GROUP_MESSAGE_LEN_MAX],
    ) -> Option<usize> {
        let epoch = self.endpoint.epoch();
        if self.answer_is_due {
            self.answer_is_due = false;
            return match self.endpoint.next_epoch() {
                Some(next) => message::seal(&self.key, MessageKind::Confirm, next, out),
                None => message::seal(&self.key, MessageKind::Activated, epoch, out),
            };
        }
        let request = self.request.as_mut().filter(|retry| retry.is_due(now_ms))?;
        request.sent(now_ms);
        message::seal(&self.key, MessageKind::Request, epoch, out)
    }

    /// When to call [`handle_timeout`](Self::handle_timeout), and then
    /// [`poll_transmit`](Self::poll_transmit).
    pub fn poll_timeout(&self) -> Option<u64> {
        let request_ms = match &self.request {
            Some(request) => Some(request.due_ms()),
            None if self.endpoint.next_epoch().is_some() => None,
            None => Some(self.endpoint.aged_at_ms()),
        };
        request_ms
            .into_iter()
            .chain(self.endpoint.poll_timeout())
            .min()
    }

    /// Do what is due: retire the previous epoch, ask for the next.
    pub fn handle_timeout(&mut self, now_ms: u64) {
        self.endpoint.handle_timeout(now_ms);
        if self.endpoint.aged_at_ms() <= now_ms {
            self.request_epoch();
        }
    }

    fn handle_offer(
        &mut self,
        base: Epoch,
        session: Session,
        now_ms: u64,
    ) -> Result<(), ReceiveError> {
        let newest = self.endpoint.newest_session().epoch();
        if session.epoch() < newest {
            return Err(Rejected::Stale.into());
        }
        if session.epoch() > newest {
            // The leader seals in the base: if that is still our next epoch, its activation has
            // been lost on the way.
            if self.endpoint.next_epoch() == Some(base) {
                self.endpoint.activate(now_ms);
            }
            self.endpoint.prepare(session)?;
            self.request = None;
        }
        Ok(())
    }

    fn handle_activate(&mut self, epoch: Epoch, now_ms: u64) -> Result<(), Rejected> {
        if epoch != self.endpoint.newest_session().epoch() {
            return Err(Rejected::Stale);
        }
        self.endpoint.activate(now_ms);
        Ok(())
    }
}
