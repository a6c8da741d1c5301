//! Padding by itself.

use secpvm_core::algorithm::AlgorithmId;
use secpvm_core::padding::Padding;

use crate::border::guard;
use crate::status::secpvm_status;

/// `SECPVM_NO_COUNT` is none.
pub(crate) fn count_or_none(count: usize) -> Option<usize> {
    (count != usize::MAX).then_some(count)
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_padding_padded_len(
    padding: u16,
    data_len: usize,
    block_len: usize,
    padded_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let place = unsafe { call.place(padded_len) }?;
        let padding = Padding::from_id(AlgorithmId(padding))?;
        place.write(padding.padded_len(data_len, block_len)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_padding_pad_in_place(
    padding: u16,
    buf: *mut u8,
    buf_len: usize,
    data_len: usize,
    block_len: usize,
    padded_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (buf, place) = unsafe { (call.output(buf, buf_len)?, call.place(padded_len)?) };
        let padding = Padding::from_id(AlgorithmId(padding))?;
        place.write(padding.pad_in_place(buf, data_len, block_len)?);
        Ok(())
    })
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn secpvm_padding_data_len(
    padding: u16,
    padded: *const u8,
    padded_len: usize,
    block_len: usize,
    count: usize,
    data_len: *mut usize,
) -> secpvm_status {
    guard(|call| {
        // SAFETY: the header's contract.
        let (padded, place) = unsafe { (call.input(padded, padded_len)?, call.place(data_len)?) };
        let padding = Padding::from_id(AlgorithmId(padding))?;
        place.write(padding.data_len(padded, block_len, count_or_none(count))?);
        Ok(())
    })
}
