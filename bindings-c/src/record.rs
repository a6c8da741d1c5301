//! Sealers, openers and record headers.

use secpvm_core::packet::{MemberId, Opener, PeerSlot, RecordHeader, Sealer};

use crate::border::{bytes, bytes_mut, give, guard, object, out, take_back};
use crate::session::decode;
use crate::status::secpvm_status;

/// The most senders that an opener can be asked to remember: 2^16 slots of about 1.5 KB.
const PEERS_MAX: usize = 65_536;

/// A sealer, opaque in C.
pub struct secpvm_sealer(Sealer);

/// An opener with its table of senders, opaque in C.
pub struct secpvm_opener(Opener<Box<[PeerSlot]>>);

/// The clear part of a record, as C sees it.
#[repr(C)]
pub struct secpvm_record_header {
    sender: u64,
    packet_number: u64,
    epoch: u32,
    suite_id: u16,
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

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_record_parse(
    record: *const u8,
    len: usize,
    header: *mut secpvm_record_header,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract.
        let (record, place) = unsafe { (bytes(record, len)?, out(header)?) };
        place.write(RecordHeader::parse(record)?.into());
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_sealer_new(
    session: *const u8,
    sender: u64,
    sealer: *mut *mut secpvm_sealer,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract.
        let (session, place) = unsafe { (decode(session)?, out(sealer)?) };
        let sealer = Sealer::new(&session, MemberId(sender))?;
        give(place, secpvm_sealer(sealer));
        Ok(())
    })
}

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
    guard(|| {
        // SAFETY: the header's contract.
        let (sealer, associated_data, buf, place) = unsafe {
            (
                object(sealer)?,
                bytes(associated_data, associated_data_len)?,
                bytes_mut(buf, buf_len)?,
                out(record_len)?,
            )
        };
        place.write(
            sealer
                .0
                .seal_in_place(associated_data, buf, plaintext_len)?,
        );
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_sealer_free(sealer: *mut secpvm_sealer) {
    // SAFETY: the header's contract.
    unsafe { take_back(sealer) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_opener_new(
    session: *const u8,
    peers_max: usize,
    opener: *mut *mut secpvm_opener,
) -> secpvm_status {
    guard(|| {
        // SAFETY: the header's contract.
        let (session, place) = unsafe { (decode(session)?, out(opener)?) };
        if !(1..=PEERS_MAX).contains(&peers_max) {
            return Err(secpvm_status::LENGTH);
        }
        let mut table = Vec::new();
        table
            .try_reserve_exact(peers_max)
            .map_err(|_| secpvm_status::NO_MEMORY)?;
        table.resize_with(peers_max, PeerSlot::default);
        give(
            place,
            secpvm_opener(Opener::new(&session, table.into_boxed_slice())),
        );
        Ok(())
    })
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
    guard(|| {
        // SAFETY: the header's contract.
        let (opener, associated_data, record, len_place) = unsafe {
            (
                object(opener)?,
                bytes(associated_data, associated_data_len)?,
                bytes_mut(record, record_len)?,
                out(plaintext_len)?,
            )
        };
        let opened = opener.0.open_in_place(associated_data, record)?;
        len_place.write(opened.plaintext.len());
        // SAFETY: the header's contract; null says that the record's header is not wanted.
        if let Ok(place) = unsafe { out(header) } {
            place.write(opened.header.into());
        }
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_opener_free(opener: *mut secpvm_opener) {
    // SAFETY: the header's contract.
    unsafe { take_back(opener) }
}
