//! Records of the `current` profile: header, sealer, opener.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use secpvm_core::error::{self, ReceiveError};
use secpvm_core::packet::{
    self, Epoch, MemberId, PeerSlot, RECORD_HEADER_LEN, RecordHeader, RollingOpener, TAG_LEN,
};

use crate::buffer::{Input, Output, detached};
use crate::error::{BadValue, Failure};
use crate::locked::Locked;
use crate::result::made_of;
use crate::session::Session;
use crate::suite;
use crate::wiped::{Wiped, reserved};

/// A table of senders, on the heap: 1.5 KB each.
pub type Peers = Box<[PeerSlot]>;

/// The most senders, or members, that an object can be asked to remember: as in C.
pub const SLOTS_MAX: usize = 65_536;

/// Tables for `peers_max` senders in each of two epochs.
pub fn tables(peers_max: usize) -> Result<[Peers; 2], Failure> {
    if !(1..=SLOTS_MAX).contains(&peers_max) {
        return Err(BadValue::new_err("peers_max is 1 to 65536").into());
    }
    Ok([table(peers_max)?, table(peers_max)?])
}

/// A table of `len` slots that are not taken.
pub fn table<S: Default>(len: usize) -> PyResult<Box<[S]>> {
    let mut slots = reserved(len)?;
    slots.resize_with(len, S::default);
    Ok(slots.into_boxed_slice())
}

/// The clear part of a record. Not to be believed until the record has been opened.
#[pyclass(frozen, eq, module = "secpvm")]
#[derive(PartialEq)]
pub struct PacketHeader(RecordHeader);

#[pymethods]
impl PacketHeader {
    #[new]
    fn new(suite: &str, epoch: u32, sender: u64, packet_number: u64) -> Result<Self, Failure> {
        Ok(Self(RecordHeader {
            suite: suite::from_name(suite)?,
            epoch: Epoch(epoch),
            sender: MemberId(sender),
            packet_number,
        }))
    }

    /// Read the header of a record. Raises Malformed.
    #[staticmethod]
    fn parse(py: Python<'_>, record: Input) -> Result<Self, Failure> {
        Ok(Self(RecordHeader::parse(record.held(py))?))
    }

    /// The header's 24 bytes.
    fn emit<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.0.emit())
    }

    #[getter]
    fn suite(&self) -> &'static str {
        self.0.suite.name()
    }

    #[getter]
    fn epoch(&self) -> u32 {
        self.0.epoch.0
    }

    /// Member id of who sealed it: 64 bits.
    #[getter]
    fn sender(&self) -> u64 {
        self.0.sender.0
    }

    #[getter]
    fn packet_number(&self) -> u64 {
        self.0.packet_number
    }

    fn __hash__(&self) -> u64 {
        self.0.packet_number ^ self.0.sender.0.rotate_left(32) ^ u64::from(self.0.epoch.0)
    }

    fn __repr__(&self) -> String {
        format!(
            "PacketHeader(suite={:?}, epoch={}, sender={:#x}, packet_number={})",
            self.suite(),
            self.epoch(),
            self.sender(),
            self.packet_number()
        )
    }
}

/// Seals the datagrams of one member. Make one for each member id and epoch, ever: a second one
/// would use the same packet numbers under the same keys.
#[pyclass(frozen, module = "secpvm")]
pub struct Sealer(Locked<packet::Sealer>);

#[pymethods]
impl Sealer {
    #[new]
    fn new(session: &Session, sender: u64) -> Result<Self, Failure> {
        let sealer = packet::Sealer::new(&session.0, MemberId(sender))?;
        Ok(Self(Locked::new(sealer)))
    }

    /// The record for at most 65,467 bytes. ``associated_data``, at most 64 bytes, is
    /// authenticated, not sent: it names the receiver. Raises TooLong, Exhausted.
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
        let sealer = &mut *self.0.lock(py);
        sealed(py, &plaintext, &associated_data, |aad, buf, len| {
            sealer.seal_in_place(aad, buf, len)
        })
    }

    /// Seal the ``plaintext_len`` bytes at ``buffer[24:]``, and return the length of the record,
    /// which starts at ``buffer[0]``. Raises as :meth:`seal`, and BufferTooSmall.
    #[pyo3(
        signature = (buffer, plaintext_len, associated_data = Input::Bytes(&[])),
        text_signature = "($self, buffer, plaintext_len, associated_data=b'')"
    )]
    fn seal_in_place(
        &self,
        py: Python<'_>,
        mut buffer: Output,
        plaintext_len: usize,
        associated_data: Input,
    ) -> Result<usize, Failure> {
        let sealer = &mut *self.0.lock(py);
        let aad = associated_data.steady(py)?;
        buffer.change(py, |buf| sealer.seal_in_place(&aad, buf, plaintext_len))
    }

    /// Seal in that epoch from now on. Raises EpochNotNewer.
    fn enter_epoch(&self, py: Python<'_>, session: &Session) -> Result<(), Failure> {
        Ok(self.0.lock(py).enter_epoch(&session.0)?)
    }

    /// How many packets have been sealed in this epoch.
    #[getter]
    fn packets(&self, py: Python<'_>) -> u64 {
        self.0.lock(py).packets()
    }

    /// How many bytes of plaintext have been sealed in this epoch.
    #[getter]
    fn bytes(&self, py: Python<'_>) -> u64 {
        self.0.lock(py).bytes()
    }
}

/// Opens the records of every member of a session, each once: a replay window of 1,024 for every
/// sender, of whom it remembers up to ``peers_max`` (1 to 65,536), at 3 KB each. Beside the current
/// epoch it can hold the next one, or the previous.
#[pyclass(frozen, module = "secpvm")]
pub struct Opener(Locked<RollingOpener<Peers>>);

#[pymethods]
impl Opener {
    #[new]
    #[pyo3(signature = (session, peers_max = 32))]
    fn new(session: &Session, peers_max: usize) -> Result<Self, Failure> {
        let opener = RollingOpener::new(&session.0, tables(peers_max)?);
        Ok(Self(Locked::new(opener)))
    }

    /// Open one record. One that is not accepted changes nothing.
    ///
    /// Raises Malformed, Forged, Replayed, Stale (of another epoch, or behind the window),
    /// TooManyPeers.
    #[pyo3(
        signature = (record, associated_data = Input::Bytes(&[])),
        text_signature = "($self, record, associated_data=b'')"
    )]
    fn open(
        &self,
        py: Python<'_>,
        record: Input,
        associated_data: Input,
    ) -> Result<Opened, Failure> {
        let opener = &mut *self.0.lock(py);
        opened(py, &record, &associated_data, |aad, record| {
            Ok(opener.open_in_place(aad, record)?.header)
        })
    }

    /// As :meth:`open`; the plaintext stands in ``record[24:-16]`` then. A rejected record's bytes
    /// are unspecified.
    #[pyo3(
        signature = (record, associated_data = Input::Bytes(&[])),
        text_signature = "($self, record, associated_data=b'')"
    )]
    fn open_in_place(
        &self,
        py: Python<'_>,
        mut record: Output,
        associated_data: Input,
    ) -> Result<PacketHeader, Failure> {
        let opener = &mut *self.0.lock(py);
        let aad = associated_data.steady(py)?;
        let header = record.change(py, |record| {
            Ok::<_, ReceiveError>(opener.open_in_place(&aad, record)?.header)
        })?;
        Ok(PacketHeader(header))
    }

    /// Accept the records of that epoch too. What was held beside the current one is wiped.
    fn prepare_epoch(&self, py: Python<'_>, session: &Session) -> Result<(), Failure> {
        Ok(self.0.lock(py).prepare_epoch(&session.0)?)
    }

    /// Make the next epoch the current one, and that the previous. Raises OutOfOrder.
    fn activate_epoch(&self, py: Python<'_>) -> Result<(), Failure> {
        Ok(self.0.lock(py).activate_epoch()?)
    }

    /// Wipe the previous epoch: its records are stale from now on.
    fn retire_previous_epoch(&self, py: Python<'_>) {
        self.0.lock(py).retire_previous_epoch();
    }
}

/// A record that was opened.
#[pyclass(frozen, get_all, module = "secpvm")]
pub struct Opened {
    /// The header, authentic now.
    header: Py<PacketHeader>,
    plaintext: Py<PyBytes>,
}

#[pymethods]
impl Opened {
    /// Without the plaintext.
    fn __repr__(&self, py: Python<'_>) -> String {
        let len = self.plaintext.bind(py).as_bytes().len();
        let header = self.header.get().__repr__();
        format!("<Opened {header}, {len} bytes>")
    }
}

/// The record that `seal` makes of `plaintext`.
pub fn sealed<'py>(
    py: Python<'py>,
    plaintext: &Input,
    associated_data: &Input,
    seal: impl FnOnce(&[u8], &mut [u8], usize) -> Result<usize, error::Error> + Send,
) -> Result<Bound<'py, PyBytes>, Failure> {
    let (aad, len) = (associated_data.steady(py)?, plaintext.len());
    made_of(
        py,
        plaintext.source(py),
        (RECORD_HEADER_LEN, TAG_LEN),
        |buf| seal(&aad, buf, len).map(|_| ()),
    )
}

/// What `open` finds in `record`.
pub fn opened(
    py: Python<'_>,
    record: &Input,
    associated_data: &Input,
    open: impl FnOnce(&[u8], &mut [u8]) -> Result<RecordHeader, ReceiveError> + Send,
) -> Result<Opened, Failure> {
    RecordHeader::parse(record.held(py))?;
    let aad = associated_data.steady(py)?;
    let mut copy = Wiped::copy_of(record.held(py))?;
    let header = detached(py, copy.len(), || open(&aad, &mut copy))?;
    let plaintext = &copy[RECORD_HEADER_LEN..copy.len() - TAG_LEN];
    Ok(Opened {
        header: Py::new(py, PacketHeader(header))?,
        plaintext: PyBytes::new(py, plaintext).unbind(),
    })
}
