//! Sealers, openers and record headers.

use core::ffi::c_void;

use secpvm_core::error::ReceiveError;
use secpvm_core::packet::{MemberId, Opened, Opener, RecordHeader, RollingOpener, Sealer};

use crate::border::{Call, guard};
use crate::object::{Kind, Object, Room, constructors, object};
use crate::session::decode;
use crate::status::secpvm_status;
use crate::table::{Peers, memory_len};

object!(secpvm_sealer = Sealer, b"SEAL", 1024, secpvm_sealer_free);
object!(secpvm_opener = Opener<Peers>, b"OPEN", 128, secpvm_opener_free);
object!(
    secpvm_rolling_opener = RollingOpener<Peers>, b"ROLL", 256, secpvm_rolling_opener_free
);

/// The clear part of a record, as C sees it.
#[repr(C)]
pub struct secpvm_record_header {
    pub(crate) sender: u64,
    pub(crate) packet_number: u64,
    pub(crate) epoch: u32,
    pub(crate) suite_id: u16,
}

impl From<RecordHeader> for secpvm_record_header {
    fn from(header: RecordHeader) -> Self {
        Self {
            sender: header.sender.0,
            packet_number: header.packet_number,
            epoch: header.epoch.0,
            suite_id: header.suite.id().0,
        }
    }
}

/// Open a record by `step`, and tell the caller of it.
///
/// # Safety
/// The header's contract for `secpvm_opener_open_in_place`.
pub(crate) unsafe fn open<T: Kind>(
    opener: *mut Object<T>,
    (associated_data, associated_data_len): (*const u8, usize),
    (record, record_len): (*mut u8, usize),
    header: *mut secpvm_record_header,
    plaintext_len: *mut usize,
    step: impl for<'r> FnOnce(&mut T, &[u8], &'r mut [u8]) -> Result<Opened<'r>, ReceiveError>,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the caller's promise.
        let (opener, associated_data, record, header, len) = unsafe {
            (
                call.object(opener)?,
                call.input(associated_data, associated_data_len)?,
                call.output(record, record_len)?,
                call.place_or_none(header)?,
                call.place(plaintext_len)?,
            )
        };
        let opened = step(opener, associated_data, record)?;
        len.write(opened.plaintext.len());
        if let Some(place) = header {
            place.write(opened.header.into());
        }
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_record_parse(
    record: *const u8,
    len: usize,
    header: *mut secpvm_record_header,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (record, place) = unsafe { (call.input(record, len)?, call.place(header)?) };
        place.write(RecordHeader::parse(record)?.into());
        Ok(())
    })
}

constructors!(
    secpvm_sealer_init,
    secpvm_sealer_new,
    secpvm_sealer,
    |call, session: *const u8, sender: u64| {
        // SAFETY: the header's contract.
        let session = unsafe { decode(call, session) }?;
        Sealer::new(&session, MemberId(sender))?
    }
);

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_sealer_seal_in_place(
    sealer: *mut secpvm_sealer,
    associated_data: *const u8,
    associated_data_len: usize,
    buf: *mut u8,
    buf_len: usize,
    plaintext_len: usize,
    record_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (sealer, associated_data, buf, place) = unsafe {
            (
                call.object(sealer)?,
                call.input(associated_data, associated_data_len)?,
                call.output(buf, buf_len)?,
                call.place(record_len)?,
            )
        };
        place.write(sealer.seal_in_place(associated_data, buf, plaintext_len)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_sealer_enter_epoch(
    sealer: *mut secpvm_sealer,
    session: *const u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (sealer, session) = unsafe { (call.object(sealer)?, decode(call, session)?) };
        Ok(sealer.enter_epoch(&session)?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_opener_init(
    memory: *mut c_void,
    memory_len_: usize,
    session: *const u8,
    peers_max: usize,
    opener: *mut *mut secpvm_opener,
) -> secpvm_status {
    guard(|call| {
        let needed = memory_len::<secpvm_opener>(peers_max, 1, 0)?;
        let room = Room::callers(call, memory, memory_len_, needed)?;
        // SAFETY: the header's contract.
        unsafe { begin_opener(call, room, session, peers_max, opener) }
    })
}

/// See the header.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_opener_new(
    session: *const u8,
    peers_max: usize,
    opener: *mut *mut secpvm_opener,
) -> secpvm_status {
    guard(|call| {
        let room = Room::heap(memory_len::<secpvm_opener>(peers_max, 1, 0)?)?;
        // SAFETY: the header's contract.
        unsafe { begin_opener(call, room, session, peers_max, opener) }
    })
}

/// # Safety
/// The header's contract for `secpvm_opener_new`.
unsafe fn begin_opener(
    call: &mut Call,
    room: Room,
    session: *const u8,
    peers_max: usize,
    opener: *mut *mut secpvm_opener,
) -> Result<(), secpvm_status> {
    // SAFETY: the caller's promise; the room was measured for this table.
    let (session, place, table) = unsafe {
        (
            decode(call, session)?,
            call.place(opener)?,
            Peers::new(room.behind::<Opener<Peers>>(), peers_max),
        )
    };
    place.write(room.fill(Opener::new(&session, table)));
    Ok(())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_opener_open_in_place(
    opener: *mut secpvm_opener,
    associated_data: *const u8,
    associated_data_len: usize,
    record: *mut u8,
    record_len: usize,
    header: *mut secpvm_record_header,
    plaintext_len: *mut usize,
) -> secpvm_status {
    let associated_data = (associated_data, associated_data_len);
    let (record, step) = ((record, record_len), Opener::open_in_place);
    // SAFETY: the header's contract.
    unsafe { open(opener, associated_data, record, header, plaintext_len, step) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_rolling_opener_init(
    memory: *mut c_void,
    memory_len_: usize,
    session: *const u8,
    peers_max: usize,
    opener: *mut *mut secpvm_rolling_opener,
) -> secpvm_status {
    guard(|call| {
        let needed = memory_len::<secpvm_rolling_opener>(peers_max, 2, 0)?;
        let room = Room::callers(call, memory, memory_len_, needed)?;
        // SAFETY: the header's contract.
        unsafe { begin_rolling_opener(call, room, session, peers_max, opener) }
    })
}

/// See the header.
#[cfg(feature = "std")]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_rolling_opener_new(
    session: *const u8,
    peers_max: usize,
    opener: *mut *mut secpvm_rolling_opener,
) -> secpvm_status {
    guard(|call| {
        let room = Room::heap(memory_len::<secpvm_rolling_opener>(peers_max, 2, 0)?)?;
        // SAFETY: the header's contract.
        unsafe { begin_rolling_opener(call, room, session, peers_max, opener) }
    })
}

/// # Safety
/// The header's contract for `secpvm_rolling_opener_new`.
unsafe fn begin_rolling_opener(
    call: &mut Call,
    room: Room,
    session: *const u8,
    peers_max: usize,
    opener: *mut *mut secpvm_rolling_opener,
) -> Result<(), secpvm_status> {
    // SAFETY: the caller's promise; the room was measured for these tables.
    let (session, place, tables) = unsafe {
        (
            decode(call, session)?,
            call.place(opener)?,
            Peers::pair(room.behind::<RollingOpener<Peers>>(), peers_max),
        )
    };
    place.write(room.fill(RollingOpener::new(&session, tables)));
    Ok(())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_rolling_opener_open_in_place(
    opener: *mut secpvm_rolling_opener,
    associated_data: *const u8,
    associated_data_len: usize,
    record: *mut u8,
    record_len: usize,
    header: *mut secpvm_record_header,
    plaintext_len: *mut usize,
) -> secpvm_status {
    let associated_data = (associated_data, associated_data_len);
    let (record, step) = ((record, record_len), RollingOpener::open_in_place);
    // SAFETY: the header's contract.
    unsafe { open(opener, associated_data, record, header, plaintext_len, step) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_rolling_opener_prepare_epoch(
    opener: *mut secpvm_rolling_opener,
    session: *const u8,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (opener, session) = unsafe { (call.object(opener)?, decode(call, session)?) };
        Ok(opener.prepare_epoch(&session)?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_rolling_opener_activate_epoch(
    opener: *mut secpvm_rolling_opener,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        Ok(unsafe { call.object(opener) }?.activate_epoch()?)
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_rolling_opener_retire_previous_epoch(
    opener: *mut secpvm_rolling_opener,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        unsafe { call.object(opener) }?.retire_previous_epoch();
        Ok(())
    })
}
