//! The join, and the key exchange of 1997.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::group::MemberKey;
use secpvm_core::handshake::exchange_1997::{self, BODY_LEN_MAX, MessageKind};
use secpvm_core::handshake::join::{self, JOIN_MESSAGE_LEN_MAX, MEMBER_KEY_MESSAGE_LEN};
use secpvm_core::length::Part;

use crate::buffer::Input;
use crate::classic::session_key;
use crate::error::{BadValue, Failure};
use crate::locked::Locked;
use crate::random::{array, entropy};
use crate::session::Session;

/// How a session reaches a new member, over a channel that is already trusted. Each side writes and
/// reads in turn, four messages in all.
#[pyclass(frozen, module = "secpvm")]
pub struct Join(Locked<join::Join>);

#[pymethods]
impl Join {
    /// The side of a member. ``context``, at most 1,024 bytes, both must have.
    #[staticmethod]
    #[pyo3(signature = (session, context, join_secret = None, ephemeral = None))]
    fn initiator(
        py: Python<'_>,
        session: &Session,
        context: Input,
        join_secret: Option<Input>,
        ephemeral: Option<Input>,
    ) -> Result<Self, Failure> {
        let (secret, ephemeral) = (entropy(py, join_secret)?, entropy(py, ephemeral)?);
        let session = session.duplicate()?;
        let join = join::Join::initiator(session, context.held(py), secret, ephemeral)?;
        Ok(Self(Locked::new(join)))
    }

    /// The side of a newcomer.
    #[staticmethod]
    #[pyo3(signature = (context, ephemeral = None))]
    fn responder(
        py: Python<'_>,
        context: Input,
        ephemeral: Option<Input>,
    ) -> Result<Self, Failure> {
        let join = join::Join::responder(context.held(py), entropy(py, ephemeral)?)?;
        Ok(Self(Locked::new(join)))
    }

    /// The next message. Raises OutOfOrder.
    fn write_message<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyBytes>, Failure> {
        let mut out = [0; JOIN_MESSAGE_LEN_MAX];
        let len = self.0.lock(py).write_message(&mut out)?;
        Ok(PyBytes::new(py, &out[..len]))
    }

    /// Read the peer's next message. A rejected one ends the join.
    fn read_message(&self, py: Python<'_>, message: Input) -> Result<(), Failure> {
        Ok(self.0.lock(py).read_message(message.held(py))?)
    }

    /// The initiator, when the join is finished: a fifth message, with the newcomer's key in a
    /// group.
    fn write_member_key<'py>(
        &self,
        py: Python<'py>,
        member_key: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        let key = MemberKey::decode(&array(py, Part::Key, &member_key)?);
        let mut out = [0; MEMBER_KEY_MESSAGE_LEN];
        let len = self.0.lock(py).write_member_key(&key, &mut out)?;
        Ok(PyBytes::new(py, &out[..len]))
    }

    /// The responder: that key. A rejected message ends the join.
    fn read_member_key<'py>(
        &self,
        py: Python<'py>,
        message: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        let key = self.0.lock(py).read_member_key(message.held(py))?;
        Ok(PyBytes::new(py, key.encode().expose()))
    }

    /// Whether all four messages have passed.
    #[getter]
    fn is_finished(&self, py: Python<'_>) -> bool {
        self.0.lock(py).is_finished()
    }

    /// What the responder received; None before that, and for the initiator.
    #[getter]
    fn session(&self, py: Python<'_>) -> Result<Option<Session>, Failure> {
        self.0.lock(py).session().map(Session::of).transpose()
    }
}

/// The key exchange of 1997, which authenticates nobody. Each side writes and reads in turn.
#[pyclass(frozen, module = "secpvm")]
pub struct Exchange(Locked<exchange_1997::Exchange>);

#[pymethods]
impl Exchange {
    /// The master's side, which hands the session key of 32 bytes on. ``exponent`` is 32 to 128
    /// bytes of entropy. Raises WeakKey.
    #[staticmethod]
    #[pyo3(signature = (session_key, exponent = None))]
    fn master(
        py: Python<'_>,
        session_key: Input,
        exponent: Option<Input>,
    ) -> Result<Self, Failure> {
        let key = self::session_key(py, &session_key)?;
        let exchange = match exponent {
            Some(exponent) => exchange_1997::Exchange::master(key, exponent.held(py))?,
            None => exchange_1997::Exchange::master(key, entropy(py, None)?.expose())?,
        };
        Ok(Self(Locked::new(exchange)))
    }

    /// The slave's side.
    #[staticmethod]
    #[pyo3(signature = (exponent = None))]
    fn slave(py: Python<'_>, exponent: Option<Input>) -> Result<Self, Failure> {
        let exchange = match exponent {
            Some(exponent) => exchange_1997::Exchange::slave(exponent.held(py))?,
            None => exchange_1997::Exchange::slave(entropy(py, None)?.expose())?,
        };
        Ok(Self(Locked::new(exchange)))
    }

    /// Kind and body of the next message. Raises OutOfOrder.
    fn write_message<'py>(
        &self,
        py: Python<'py>,
    ) -> Result<(&'static str, Bound<'py, PyBytes>), Failure> {
        let mut out = [0; BODY_LEN_MAX];
        let (kind, len) = self.0.lock(py).write_message(&mut out)?;
        Ok((kind_name(kind), PyBytes::new(py, &out[..len])))
    }

    /// Read the peer's message. A refused one leaves the exchange waiting for the same.
    fn read_message(&self, py: Python<'_>, kind: &str, body: Input) -> Result<(), Failure> {
        let mut kinds = MessageKind::ALL.into_iter();
        let kind = kinds
            .find(|known| kind_name(*known) == kind)
            .ok_or_else(|| Failure::from(BadValue::new_err("no such kind of message")))?;
        Ok(self.0.lock(py).read_message(kind, body.held(py))?)
    }

    /// Whether all four messages have passed.
    #[getter]
    fn is_finished(&self, py: Python<'_>) -> bool {
        self.0.lock(py).is_finished()
    }

    /// What the slave received; None before that, and for the master.
    #[getter]
    fn session_key<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        let exchange = self.0.lock(py);
        let key = exchange.session_key()?;
        Some(PyBytes::new(py, key.expose()))
    }
}

/// The report's own name.
const fn kind_name(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::MasterPubkey => "MASTER_PUBKEY",
        MessageKind::SlavePubkey => "SLAVE_PUBKEY",
        MessageKind::Sesskey => "SESSKEY",
        MessageKind::SesskeyAck => "SESSKEYACK",
    }
}
