//! Groups: a leader and its members change epochs together.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::group::{self, Endpoint, GROUP_MESSAGE_LEN_MAX, MemberKey, MemberSlot};
use secpvm_core::length::Part;
use secpvm_core::packet::MemberId;

use crate::buffer::Input;
use crate::error::{BadValue, Failure};
use crate::locked::Locked;
use crate::random::{array, entropy};
use crate::record::{Opened, Peers, SLOTS_MAX, opened, sealed, table, tables};
use crate::session::Session;

/// The limits of one epoch: packets and bytes that one member seals, its age, and how long the
/// previous one is still accepted.
#[pyclass(frozen, eq, get_all, module = "secpvm")]
#[derive(PartialEq)]
pub struct RekeyPolicy {
    packets_max: u64,
    bytes_max: u64,
    age_max_ms: u64,
    previous_epoch_ms: u64,
}

#[pymethods]
impl RekeyPolicy {
    #[new]
    fn new(packets_max: u64, bytes_max: u64, age_max_ms: u64, previous_epoch_ms: u64) -> Self {
        Self {
            packets_max,
            bytes_max,
            age_max_ms,
            previous_epoch_ms,
        }
    }

    /// The default for the session's suite.
    #[staticmethod]
    fn for_session(session: &Session) -> Self {
        let policy = group::RekeyPolicy::for_suite(session.0.suite());
        Self::new(
            policy.packets_max,
            policy.bytes_max,
            policy.age_max_ms,
            policy.previous_epoch_ms,
        )
    }
}

fn endpoint(
    session: &Session,
    sender: u64,
    now_ms: u64,
    peers_max: usize,
    policy: Option<&RekeyPolicy>,
) -> Result<Endpoint<Peers>, Failure> {
    let policy = match policy {
        None => group::RekeyPolicy::for_suite(session.0.suite()),
        Some(policy) => group::RekeyPolicy {
            packets_max: policy.packets_max,
            bytes_max: policy.bytes_max,
            age_max_ms: policy.age_max_ms,
            previous_epoch_ms: policy.previous_epoch_ms,
        },
    };
    let (session, sender) = (session.duplicate()?, MemberId(sender));
    Ok(Endpoint::new(
        session,
        sender,
        tables(peers_max)?,
        policy,
        now_ms,
    )?)
}

/// A side of a group: what leader and member do alike, and its own methods.
macro_rules! side {
    ($name:ident($core:ty) $doc:literal { $($own:tt)* }) => {
        #[doc = $doc]
        #[pyclass(frozen, module = "secpvm")]
        pub struct $name(Locked<$core>);

        #[pymethods]
        impl $name {
            $($own)*

            /// The session that it seals in; a newcomer is given the leader's.
            #[getter]
            fn session(&self, py: Python<'_>) -> Result<Session, Failure> {
                Session::of(self.0.lock(py).endpoint().session())
            }

            /// The session of :attr:`next_epoch`, or else the one that it seals in.
            #[getter]
            fn newest_session(&self, py: Python<'_>) -> Result<Session, Failure> {
                Session::of(self.0.lock(py).endpoint().newest_session())
            }

            /// The epoch that it seals in.
            #[getter]
            fn epoch(&self, py: Python<'_>) -> u32 {
                self.0.lock(py).endpoint().epoch().0
            }

            /// The epoch that it opens too, and has not begun to seal in.
            #[getter]
            fn next_epoch(&self, py: Python<'_>) -> Option<u32> {
                let next = self.0.lock(py).endpoint().next_epoch();
                next.map(|epoch| epoch.0)
            }

            /// Seal as a :class:`Sealer` does.
            #[pyo3(
                signature = (plaintext, associated_data = Input::Bytes(&[])),
                text_signature = "($self, plaintext, associated_data=b'')"
            )]
            fn seal<'py>(
                &self,
                py: Python<'py>,
                plaintext: Input,
                associated_data: Input,
            ) -> Result<Bound<'py, PyBytes>, Failure> {
                let side = &mut *self.0.lock(py);
                sealed(py, &plaintext, &associated_data, |aad, buf, len| {
                    side.seal_in_place(aad, buf, len)
                })
            }

            /// Open as an :class:`Opener` does.
            #[pyo3(
                signature = (record, now_ms, associated_data = Input::Bytes(&[])),
                text_signature = "($self, record, now_ms, associated_data=b'')"
            )]
            fn open(
                &self,
                py: Python<'_>,
                record: Input,
                now_ms: u64,
                associated_data: Input,
            ) -> Result<Opened, Failure> {
                let side = &mut *self.0.lock(py);
                opened(py, &record, &associated_data, |aad, record| {
                    Ok(side.open_in_place(aad, record, now_ms)?.header)
                })
            }

            /// Handle one message of the other side. One that is rejected changes nothing.
            fn handle_message(
                &self,
                py: Python<'_>,
                message: Input,
                now_ms: u64,
            ) -> Result<(), Failure> {
                let mut side = self.0.lock(py);
                Ok(side.handle_message(message.held(py), now_ms)?)
            }

            /// When to call :meth:`handle_timeout`; None for never.
            fn poll_timeout(&self, py: Python<'_>) -> Option<u64> {
                self.0.lock(py).poll_timeout()
            }

            /// Do what is due: send again, give up, activate, retire.
            fn handle_timeout(&self, py: Python<'_>, now_ms: u64) {
                self.0.lock(py).handle_timeout(now_ms);
            }
        }
    };
}

side!(Leader(group::Leader<Box<[MemberSlot]>, Peers>) "The leader of a group: it hands out the \
sessions of later epochs. After each call take what :meth:`poll_transmit` gives, and call \
:meth:`handle_timeout` at the time of :meth:`poll_timeout`.

``root`` is 32 bytes of entropy; there is room for ``members_max`` members (0 to 65,536), and for \
``peers_max`` senders as in an :class:`Opener`." {
    #[new]
    #[pyo3(signature = (
        session, sender, now_ms, *, root = None, members_max = 32, peers_max = 32,
        policy = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "what an endpoint and a leader are made of")]
    fn new(
        py: Python<'_>,
        session: &Session,
        sender: u64,
        now_ms: u64,
        root: Option<Input>,
        members_max: usize,
        peers_max: usize,
        policy: Option<&RekeyPolicy>,
    ) -> Result<Self, Failure> {
        let root = entropy(py, root)?;
        if members_max > SLOTS_MAX {
            return Err(BadValue::new_err("members_max is 0 to 65536").into());
        }
        let seats = table(members_max)?;
        let endpoint = endpoint(session, sender, now_ms, peers_max, policy)?;
        Ok(Self(Locked::new(group::Leader::new(root, seats, endpoint))))
    }

    /// Make ``member`` one of the group, and return its key of 40 bytes. Raises AlreadyMember,
    /// TooManyMembers.
    fn admit<'py>(&self, py: Python<'py>, member: u64) -> Result<Bound<'py, PyBytes>, Failure> {
        let key = self.0.lock(py).admit(MemberId(member))?;
        Ok(PyBytes::new(py, key.encode().expose()))
    }

    /// Start an epoch without ``member``. Raises NoSuchMember.
    #[pyo3(signature = (member, now_ms, entropy = None))]
    fn remove(
        &self,
        py: Python<'_>,
        member: u64,
        now_ms: u64,
        entropy: Option<Input>,
    ) -> Result<(), Failure> {
        let entropy = self::entropy(py, entropy)?;
        Ok(self.0.lock(py).remove(MemberId(member), entropy, now_ms)?)
    }

    /// Start an epoch with the same members. Raises OutOfOrder until the last change is complete.
    #[pyo3(signature = (now_ms, entropy = None))]
    fn rekey(&self, py: Python<'_>, now_ms: u64, entropy: Option<Input>) -> Result<(), Failure> {
        let entropy = self::entropy(py, entropy)?;
        Ok(self.0.lock(py).rekey(entropy, now_ms)?)
    }

    /// Whether the epoch has reached a limit, and :meth:`rekey` can be called.
    #[getter]
    fn rekey_is_due(&self, py: Python<'_>) -> bool {
        self.0.lock(py).rekey_is_due()
    }

    /// The next member that has not answered; each is reported once.
    fn poll_unresponsive(&self, py: Python<'_>) -> Option<u64> {
        self.0.lock(py).poll_unresponsive().map(|member| member.0)
    }

    /// Offer the newest epoch again to a member that did not answer. Raises NoSuchMember.
    fn offer_again(&self, py: Python<'_>, member: u64) -> Result<(), Failure> {
        Ok(self.0.lock(py).offer_again(MemberId(member))?)
    }

    /// The next message and whom it is for, if one is due.
    fn poll_transmit<'py>(
        &self,
        py: Python<'py>,
        now_ms: u64,
    ) -> Option<(u64, Bound<'py, PyBytes>)> {
        let mut out = [0; GROUP_MESSAGE_LEN_MAX];
        let (member, len) = self.0.lock(py).poll_transmit(now_ms, &mut out)?;
        Some((member.0, PyBytes::new(py, &out[..len])))
    }
});

side!(Member(group::Member<Peers>) "A member of a group, who follows the leader from epoch to epoch." {
    #[new]
    #[pyo3(signature = (
        member_key, session, sender, now_ms, *, peers_max = 32, policy = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "what an endpoint and a member are made of")]
    fn new(
        py: Python<'_>,
        member_key: Input,
        session: &Session,
        sender: u64,
        now_ms: u64,
        peers_max: usize,
        policy: Option<&RekeyPolicy>,
    ) -> Result<Self, Failure> {
        let key = MemberKey::decode(&array(py, Part::Key, &member_key)?);
        let endpoint = endpoint(session, sender, now_ms, peers_max, policy)?;
        Ok(Self(Locked::new(group::Member::new(key, endpoint))))
    }

    /// Ask the leader for the next epoch.
    fn request_epoch(&self, py: Python<'_>) {
        self.0.lock(py).request_epoch();
    }

    /// The next message to the leader, if one is due.
    fn poll_transmit<'py>(&self, py: Python<'py>, now_ms: u64) -> Option<Bound<'py, PyBytes>> {
        let mut out = [0; GROUP_MESSAGE_LEN_MAX];
        let len = self.0.lock(py).poll_transmit(now_ms, &mut out)?;
        Some(PyBytes::new(py, &out[..len]))
    }
});
