//! The packets of 1997.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::error;
use secpvm_core::length::Part;
use secpvm_core::packet::classic::{
    self, CLASSIC_HEADER_LEN, Cipher1997, Flags, Level, Payload, Protection, PvmHeader, SessionKey,
};

use crate::buffer::{Input, detached};
use crate::error::{BadValue, Failure, unknown_algorithm};
use crate::random::{array, secret};
use crate::result::made_of;
use crate::wiped::Wiped;

/// The 32-byte header of a packet. Not to be believed until the packet has been opened;
/// acknowledgement, flags, cipher and padding not even then.
#[pyclass(frozen, eq, module = "secpvm")]
#[derive(PartialEq)]
pub struct ClassicHeader(classic::ClassicHeader);

#[pymethods]
impl ClassicHeader {
    #[new]
    #[pyo3(signature = (
        dst, src, seq, ack, flags, cipher = None, padding_len = 0, digest = None
    ))]
    #[allow(clippy::too_many_arguments, reason = "the fields of the header")]
    fn new(
        py: Python<'_>,
        dst: u32,
        src: u32,
        seq: u16,
        ack: u16,
        flags: u8,
        cipher: Option<&str>,
        padding_len: u8,
        digest: Option<Input>,
    ) -> Result<Self, Failure> {
        let pvm = pvm_header(dst, src, seq, ack, flags)?;
        let digest = digest
            .map(|digest| array(py, Part::Tag, &digest))
            .transpose()?;
        let payload = match (cipher.map(self::cipher).transpose()?, padding_len, digest) {
            (None, 0, None) => Some(Payload::Plain),
            (None, 0, Some(digest)) => Some(Payload::Authenticated { digest }),
            (Some(cipher), padding_len, Some(digest)) => {
                let encryption = classic::Encryption::new(cipher, padding_len);
                encryption.map(|encryption| Payload::Encrypted { encryption, digest })
            }
            _ => None,
        };
        let payload = payload.ok_or_else(|| bad_value("no legal cipher, padding and digest"))?;
        Ok(Self(classic::ClassicHeader { pvm, payload }))
    }

    /// Read the header of a packet. Raises Malformed.
    #[staticmethod]
    fn parse(py: Python<'_>, packet: Input) -> Result<Self, Failure> {
        Ok(Self(classic::ClassicHeader::parse(packet.held(py))?))
    }

    /// The header's 32 bytes.
    fn emit<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.emit())
    }

    /// Task id of the final destination.
    #[getter]
    fn dst(&self) -> u32 {
        self.0.pvm.dst
    }

    /// Task id of the true source.
    #[getter]
    fn src(&self) -> u32 {
        self.0.pvm.src
    }

    #[getter]
    fn seq(&self) -> u16 {
        self.0.pvm.seq
    }

    #[getter]
    fn ack(&self) -> u16 {
        self.0.pvm.ack
    }

    /// 1 SOM, 2 EOM, 4 DAT, 8 FIN, 16 ACK.
    #[getter]
    fn flags(&self) -> u8 {
        self.0.pvm.flags.bits()
    }

    #[getter]
    fn level(&self) -> &'static str {
        match self.0.payload.level() {
            Level::Plain => "plain",
            Level::Authenticated => "authenticated",
            Level::Encrypted => "encrypted",
        }
    }

    #[getter]
    fn cipher(&self) -> Option<&'static str> {
        self.encryption()
            .map(|encryption| encryption.cipher().name())
    }

    #[getter]
    fn padding_len(&self) -> u8 {
        self.encryption()
            .map_or(0, classic::Encryption::padding_len)
    }

    #[getter]
    fn digest<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        let digest = self.0.payload.digest()?;
        Some(PyBytes::new(py, digest))
    }

    fn __hash__(&self) -> u64 {
        let pvm = &self.0.pvm;
        u64::from(pvm.dst) << 32 ^ u64::from(pvm.src) << 16 ^ u64::from(pvm.seq)
    }

    fn __repr__(&self) -> String {
        let PvmHeader {
            dst, src, seq, ack, ..
        } = self.0.pvm;
        let (flags, level) = (self.flags(), self.level());
        format!(
            "<ClassicHeader dst={dst:#x} src={src:#x} seq={seq} ack={ack} flags={flags} {level}>"
        )
    }
}

impl ClassicHeader {
    fn encryption(&self) -> Option<classic::Encryption> {
        match self.0.payload {
            Payload::Encrypted { encryption, .. } => Some(encryption),
            Payload::Plain | Payload::Authenticated { .. } => None,
        }
    }
}

/// Seals packets in one way: "plain", "md5", or "idea", "des", "3des", "rc4" with keyed MD5. The
/// key has 32 bytes.
#[pyclass(frozen, module = "secpvm")]
pub struct ClassicSealer(classic::ClassicSealer);

#[pymethods]
impl ClassicSealer {
    #[new]
    fn new(py: Python<'_>, key: Input, protection: &str) -> Result<Self, Failure> {
        let key = session_key(py, &key)?;
        let protection = match protection {
            "plain" => Protection::Plain,
            "md5" => Protection::Authenticated,
            name => Protection::Encrypted(cipher(name)?),
        };
        Ok(Self(classic::ClassicSealer::new(&key, protection)))
    }

    /// The packet for at most 65,472 bytes of data. Raises TooLong.
    #[pyo3(signature = (dst, src, seq, ack, flags, data))]
    #[allow(clippy::too_many_arguments, reason = "the fields of the header")]
    fn seal<'py>(
        &self,
        py: Python<'py>,
        dst: u32,
        src: u32,
        seq: u16,
        ack: u16,
        flags: u8,
        data: Input,
    ) -> Result<Bound<'py, PyBytes>, Failure> {
        let pvm = pvm_header(dst, src, seq, ack, flags)?;
        let data_len = data.len();
        let after = self.0.packet_len(data_len) - CLASSIC_HEADER_LEN - data_len;
        made_of(py, data.source(py), (CLASSIC_HEADER_LEN, after), |buf| {
            let sealed = self.0.seal_in_place(&pvm, buf, data_len);
            sealed.map(|_| ())
        })
    }
}

/// Opens packets, each as its own header says, if that is at least ``least``. It keeps no sequence
/// numbers.
#[pyclass(frozen, module = "secpvm")]
pub struct ClassicOpener(classic::ClassicOpener);

#[pymethods]
impl ClassicOpener {
    #[new]
    fn new(py: Python<'_>, key: Input, least: &str) -> Result<Self, Failure> {
        let key = session_key(py, &key)?;
        let least = match least {
            "plain" => Level::Plain,
            "authenticated" => Level::Authenticated,
            "encrypted" => Level::Encrypted,
            _ => return Err(bad_value("least is plain, authenticated or encrypted")),
        };
        Ok(Self(classic::ClassicOpener::new(&key, least)))
    }

    /// Open one packet. Raises Malformed; Forged, also for too little protection.
    fn open(&self, py: Python<'_>, packet: Input) -> Result<ClassicOpened, Failure> {
        classic::ClassicHeader::parse(packet.held(py))?;
        let mut copy = Wiped::copy_of(packet.held(py))?;
        let (header, len) = detached(py, copy.len(), || {
            let opened = self.0.open_in_place(&mut copy)?;
            Ok::<_, error::Rejected>((opened.header, opened.data.len()))
        })?;
        let data = &copy[CLASSIC_HEADER_LEN..][..len];
        Ok(ClassicOpened {
            header: Py::new(py, ClassicHeader(header))?,
            data: PyBytes::new(py, data).unbind(),
        })
    }
}

/// A packet that was opened.
#[pyclass(frozen, get_all, module = "secpvm")]
pub struct ClassicOpened {
    header: Py<ClassicHeader>,
    data: Py<PyBytes>,
}

/// The session key of 32 bytes.
pub fn session_key(py: Python<'_>, key: &Input) -> Result<SessionKey, Failure> {
    Ok(SessionKey::new(secret(py, Part::Key, key)?)?)
}

fn cipher(name: &str) -> Result<Cipher1997, Failure> {
    Cipher1997::from_name(name).map_err(|_| unknown_algorithm(name))
}

fn pvm_header(dst: u32, src: u32, seq: u16, ack: u16, flags: u8) -> Result<PvmHeader, Failure> {
    let flags = Flags::from_bits(flags).ok_or_else(|| bad_value("flags are 0 to 31"))?;
    Ok(PvmHeader {
        dst,
        src,
        seq,
        ack,
        flags,
    })
}

fn bad_value(text: &'static str) -> Failure {
    BadValue::new_err(text).into()
}
