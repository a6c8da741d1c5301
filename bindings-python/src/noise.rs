//! Noise handshakes, and the transport that comes of one.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::Error;
use secpvm_core::agreement::X25519;
use secpvm_core::handshake::noise::{self, MESSAGE_LEN_MAX, NoiseCipher, PublicKey, Role, TAG_LEN};
use secpvm_core::length::Part;

use crate::buffer::Input;
use crate::error::{BadValue, Failure};
use crate::locked::Locked;
use crate::random::{array, entropy, secret};
use crate::wiped::Wiped;

/// One side of a Noise handshake over 25519 with SHA256 (revision 34). A message that is not
/// authentic leaves it as it was.
// `None` once it went on as a transport.
#[pyclass(frozen, module = "secpvm")]
pub struct Handshake(Locked<Option<noise::Handshake>>);

impl Handshake {
    fn made(handshake: noise::Handshake) -> Self {
        Self(Locked::new(Some(handshake)))
    }

    fn with<T>(
        &self,
        py: Python<'_>,
        use_it: impl FnOnce(&mut noise::Handshake) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        use_it(self.0.lock(py).as_mut().ok_or(Error::OutOfOrder)?)
    }
}

#[pymethods]
impl Handshake {
    /// NNpsk0: nobody has a static key; both hold ``psk``.
    #[staticmethod]
    #[pyo3(signature = (role, cipher, prologue, psk, ephemeral = None))]
    fn nn_psk0(
        py: Python<'_>,
        role: &str,
        cipher: &str,
        prologue: Input,
        psk: Input,
        ephemeral: Option<Input>,
    ) -> Result<Self, Failure> {
        Ok(Self::made(noise::Handshake::nn_psk0(
            self::role(role)?,
            self::cipher(cipher)?,
            prologue.held(py),
            secret(py, Part::Key, &psk)?,
            entropy(py, ephemeral)?,
        )))
    }

    /// KK: each knows the other's static key beforehand. ``local`` is private, ``remote`` public.
    #[staticmethod]
    #[pyo3(signature = (role, cipher, prologue, local, remote, ephemeral = None))]
    fn kk(
        py: Python<'_>,
        role: &str,
        cipher: &str,
        prologue: Input,
        local: Input,
        remote: Input,
        ephemeral: Option<Input>,
    ) -> Result<Self, Failure> {
        Ok(Self::made(noise::Handshake::kk(
            self::role(role)?,
            self::cipher(cipher)?,
            prologue.held(py),
            self::local(py, &local)?,
            PublicKey(array(py, Part::PublicValue, &remote)?),
            entropy(py, ephemeral)?,
        )))
    }

    /// XX: each sends its static key.
    #[staticmethod]
    #[pyo3(signature = (role, cipher, prologue, local, ephemeral = None))]
    fn xx(
        py: Python<'_>,
        role: &str,
        cipher: &str,
        prologue: Input,
        local: Input,
        ephemeral: Option<Input>,
    ) -> Result<Self, Failure> {
        Ok(Self::made(noise::Handshake::xx(
            self::role(role)?,
            self::cipher(cipher)?,
            prologue.held(py),
            self::local(py, &local)?,
            entropy(py, ephemeral)?,
        )))
    }

    /// IK, the side that knows the other's static key and sends its own.
    #[staticmethod]
    #[pyo3(signature = (cipher, prologue, local, remote, ephemeral = None))]
    fn ik_initiator(
        py: Python<'_>,
        cipher: &str,
        prologue: Input,
        local: Input,
        remote: Input,
        ephemeral: Option<Input>,
    ) -> Result<Self, Failure> {
        Ok(Self::made(noise::Handshake::ik_initiator(
            self::cipher(cipher)?,
            prologue.held(py),
            self::local(py, &local)?,
            PublicKey(array(py, Part::PublicValue, &remote)?),
            entropy(py, ephemeral)?,
        )))
    }

    /// IK, the other side.
    #[staticmethod]
    #[pyo3(signature = (cipher, prologue, local, ephemeral = None))]
    fn ik_responder(
        py: Python<'_>,
        cipher: &str,
        prologue: Input,
        local: Input,
        ephemeral: Option<Input>,
    ) -> Result<Self, Failure> {
        Ok(Self::made(noise::Handshake::ik_responder(
            self::cipher(cipher)?,
            prologue.held(py),
            self::local(py, &local)?,
            entropy(py, ephemeral)?,
        )))
    }

    /// Whether all messages have passed.
    #[getter]
    fn is_finished(&self, py: Python<'_>) -> bool {
        let handshake = self.0.lock(py);
        handshake.as_ref().is_none_or(noise::Handshake::is_finished)
    }

    /// Whether the next message is this side's to write.
    #[getter]
    fn is_my_turn(&self, py: Python<'_>) -> bool {
        let handshake = self.0.lock(py);
        handshake.as_ref().is_some_and(noise::Handshake::is_my_turn)
    }

    /// The peer's static key, once it is known and, if sent, authentic.
    #[getter]
    fn remote_static<'py>(&self, py: Python<'py>) -> Result<Option<Bound<'py, PyBytes>>, Failure> {
        self.with(py, |handshake| {
            let remote = handshake.remote_static();
            Ok(remote.map(|key| PyBytes::new(py, &key.0)))
        })
    }

    /// The handshake hash, for channel binding; final when finished.
    #[getter]
    fn hash<'py>(&self, py: Python<'py>) -> Result<Bound<'py, PyBytes>, Failure> {
        self.with(py, |handshake| Ok(PyBytes::new(py, handshake.hash())))
    }

    /// The next message, with ``payload``. Raises OutOfOrder, TooLong.
    #[pyo3(
        signature = (payload = Input::Bytes(&[])),
        text_signature = "($self, payload=b'')"
    )]
    fn write_message<'py>(
        &self,
        py: Python<'py>,
        payload: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        /// Two keys and two tags: more than any message has beside its payload.
        const OVERHEAD_MAX: usize = 2 * (noise::PUBLIC_KEY_LEN + TAG_LEN);
        let mut out = vec![0; room(payload.len() + OVERHEAD_MAX)];
        let len = self.with(py, |it| Ok(it.write_message(payload.held(py), &mut out)?))?;
        Ok(PyBytes::new(py, &out[..len]))
    }

    /// Read the peer's next message, and give its payload. Raises Forged, Malformed, OutOfOrder.
    fn read_message<'py>(
        &self,
        py: Python<'py>,
        message: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        let mut out = Wiped::zeros(room(message.len()))?;
        let len = self.with(py, |it| Ok(it.read_message(message.held(py), &mut out)?))?;
        Ok(PyBytes::new(py, &out[..len]))
    }

    /// Go on as a transport, once finished; the handshake is used up.
    #[allow(clippy::wrong_self_convention, reason = "its name in core")]
    fn into_transport(&self, py: Python<'_>) -> Result<Transport, Failure> {
        let mut handshake = self.0.lock(py);
        if !handshake
            .as_ref()
            .is_some_and(noise::Handshake::is_finished)
        {
            return Err(Error::OutOfOrder.into());
        }
        let finished = handshake.take().ok_or(Error::OutOfOrder)?;
        Ok(Transport(Locked::new(finished.into_transport()?)))
    }
}

/// The two ciphers of a finished handshake. Messages must arrive in the order they were sent.
#[pyclass(frozen, module = "secpvm")]
pub struct Transport(Locked<noise::Transport>);

#[pymethods]
impl Transport {
    /// One message: its payload, encrypted, and 16 bytes. Raises TooLong beyond 65,519 bytes,
    /// Exhausted.
    fn write_message<'py>(
        &self,
        py: Python<'py>,
        payload: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        let mut out = vec![0; room(payload.len() + TAG_LEN)];
        let len = self.0.lock(py).write_message(payload.held(py), &mut out)?;
        Ok(PyBytes::new(py, &out[..len]))
    }

    /// Read the peer's next message, and give its payload. Raises Forged, Malformed: nothing has
    /// changed then.
    fn read_message<'py>(
        &self,
        py: Python<'py>,
        message: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        let mut out = Wiped::zeros(room(message.len()))?;
        let len = self.0.lock(py).read_message(message.held(py), &mut out)?;
        Ok(PyBytes::new(py, &out[..len]))
    }
}

/// No message is longer, and none that is accepted needs more room.
fn room(len: usize) -> usize {
    len.min(MESSAGE_LEN_MAX)
}

fn local(py: Python<'_>, private: &Input) -> Result<X25519, Failure> {
    Ok(X25519::new(&secret(py, Part::Key, private)?))
}

fn role(name: &str) -> Result<Role, Failure> {
    match name {
        "initiator" => Ok(Role::Initiator),
        "responder" => Ok(Role::Responder),
        _ => Err(BadValue::new_err("role is initiator or responder").into()),
    }
}

/// By Noise's own names.
fn cipher(name: &str) -> Result<NoiseCipher, Failure> {
    match name {
        "AESGCM" => Ok(NoiseCipher::AesGcm),
        "ChaChaPoly" => Ok(NoiseCipher::ChaChaPoly),
        _ => Err(BadValue::new_err("cipher is AESGCM or ChaChaPoly").into()),
    }
}
