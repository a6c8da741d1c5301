//! Many packets in one call.

use secpvm_core::packet::{Incoming, Opener, Outgoing, RollingOpener, Sealer};

use crate::border::{Call, guard};
use crate::object::{Kind, Object};
use crate::record::{secpvm_opener, secpvm_record_header, secpvm_rolling_opener, secpvm_sealer};
use crate::status::secpvm_status;
use crate::table::Peers;

/// So many packets go to core at once: as many as its widest lanes take.
const AT_ONCE: usize = 16;

/// The memory that so many packets name: two buffers each, their structures, and the object.
type Claims = Call<{ 2 * AT_ONCE + 2 }>;

/// A datagram to be sealed, as C sees it.
#[repr(C)]
pub struct secpvm_outgoing {
    pub(crate) associated_data: *const u8,
    pub(crate) associated_data_len: usize,
    pub(crate) buf: *mut u8,
    pub(crate) buf_len: usize,
    pub(crate) plaintext_len: usize,
    pub(crate) record_len: usize,
    pub(crate) status: secpvm_status,
}

/// A record to be opened, as C sees it.
#[repr(C)]
pub struct secpvm_incoming {
    pub(crate) associated_data: *const u8,
    pub(crate) associated_data_len: usize,
    pub(crate) record: *mut u8,
    pub(crate) record_len: usize,
    pub(crate) header: secpvm_record_header,
    pub(crate) plaintext_len: usize,
    pub(crate) status: secpvm_status,
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_sealer_seal_batch(
    sealer: *mut secpvm_sealer,
    batch: *mut secpvm_outgoing,
    count: usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (object, batch) = unsafe { (call.object(sealer)?, call.structures(batch, count)?) };
        for packets in batch.chunks_mut(AT_ONCE) {
            let mut claims = claims(sealer, packets)?;
            // SAFETY: the header's contract.
            unsafe { seal(&mut claims, object, packets) }
        }
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_opener_open_batch(
    opener: *mut secpvm_opener,
    batch: *mut secpvm_incoming,
    count: usize,
) -> secpvm_status {
    // SAFETY: the header's contract.
    unsafe { open(opener, batch, count, Opener::<Peers>::open_batch) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_rolling_opener_open_batch(
    opener: *mut secpvm_rolling_opener,
    batch: *mut secpvm_incoming,
    count: usize,
) -> secpvm_status {
    // SAFETY: the header's contract.
    unsafe { open(opener, batch, count, RollingOpener::<Peers>::open_batch) }
}

/// What no buffer of these packets may overlap.
fn claims<T: Kind, P>(object: *mut Object<T>, packets: &mut [P]) -> Result<Claims, secpvm_status> {
    let mut claims = Claims::new();
    claims.memory(object.cast(), size_of::<Object<T>>())?;
    claims.memory(packets.as_mut_ptr().cast(), size_of_val(packets))?;
    Ok(claims)
}

/// # Safety
/// The header's contract for `secpvm_sealer_seal_batch`, for at most [`AT_ONCE`] packets.
unsafe fn seal(claims: &mut Claims, sealer: &mut Sealer, packets: &mut [secpvm_outgoing]) {
    let mut batch: [_; AT_ONCE] = core::array::from_fn(|_| Outgoing::new(&[], &mut [], 0));
    for (packet, outgoing) in packets.iter_mut().zip(&mut batch) {
        let associated_data = (packet.associated_data, packet.associated_data_len);
        // SAFETY: the caller's promise.
        let buffers = unsafe { buffers(claims, associated_data, (packet.buf, packet.buf_len)) };
        packet.status = match buffers {
            Ok((associated_data, buf)) => {
                *outgoing = Outgoing::new(associated_data, buf, packet.plaintext_len);
                secpvm_status::OK
            }
            // What stays in its place has no room for a record, and takes no number.
            Err(status) => status,
        };
    }
    sealer.seal_batch(&mut batch[..packets.len()]);
    for (packet, outgoing) in packets.iter_mut().zip(&batch) {
        if packet.status == secpvm_status::OK {
            match outgoing.record_len() {
                Ok(len) => packet.record_len = len,
                Err(error) => packet.status = error.into(),
            }
        }
    }
}

/// # Safety
/// The header's contract for `secpvm_opener_open_batch`.
unsafe fn open<T: Kind>(
    opener: *mut Object<T>,
    batch: *mut secpvm_incoming,
    count: usize,
    open_batch: impl Fn(&mut T, &mut [Incoming<'_>]),
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the caller's promise.
        let (object, batch) = unsafe { (call.object(opener)?, call.structures(batch, count)?) };
        for packets in batch.chunks_mut(AT_ONCE) {
            let mut claims = claims(opener, packets)?;
            let open_batch = |batch: &mut [Incoming<'_>]| open_batch(object, batch);
            // SAFETY: the caller's promise.
            unsafe { open_some(&mut claims, packets, open_batch) }
        }
        Ok(())
    })
}

/// # Safety
/// As of [`open`], for at most [`AT_ONCE`] packets.
unsafe fn open_some(
    claims: &mut Claims,
    packets: &mut [secpvm_incoming],
    open_batch: impl FnOnce(&mut [Incoming<'_>]),
) {
    let mut batch: [_; AT_ONCE] = core::array::from_fn(|_| Incoming::new(&[], &mut []));
    for (packet, incoming) in packets.iter_mut().zip(&mut batch) {
        let associated_data = (packet.associated_data, packet.associated_data_len);
        let record = (packet.record, packet.record_len);
        // SAFETY: the caller's promise.
        let buffers = unsafe { buffers(claims, associated_data, record) };
        packet.status = match buffers {
            Ok((associated_data, record)) => {
                *incoming = Incoming::new(associated_data, record);
                secpvm_status::OK
            }
            // What stays in its place is no record, and changes nothing.
            Err(status) => status,
        };
    }
    open_batch(&mut batch[..packets.len()]);
    for (packet, incoming) in packets.iter_mut().zip(&mut batch) {
        if packet.status == secpvm_status::OK {
            match incoming.plaintext().map(|plaintext| plaintext.len()) {
                Ok(len) => packet.plaintext_len = len,
                Err(error) => packet.status = error.into(),
            }
            if let Ok(header) = incoming.header() {
                packet.header = header.into();
            }
        }
    }
}

/// A packet's associated data and its buffer.
///
/// # Safety
/// As of [`Call::input`] and [`Call::output`].
unsafe fn buffers<'a>(
    claims: &mut Claims,
    (associated_data, associated_data_len): (*const u8, usize),
    (buf, buf_len): (*mut u8, usize),
) -> Result<(&'a [u8], &'a mut [u8]), secpvm_status> {
    // SAFETY: the caller's promise.
    unsafe {
        let associated_data = claims.input(associated_data, associated_data_len)?;
        Ok((associated_data, claims.output(buf, buf_len)?))
    }
}
