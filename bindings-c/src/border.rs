//! Crossing the border: pointers to references, panics to a status, objects to and from C.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::status::secpvm_status;

/// Run the body of an exported function: its error, or a caught panic, becomes the status.
///
/// Unwind safety is asserted because an object whose call panicked can still be freed, and
/// `SECPVM_ERR_INTERNAL` tells the caller to do nothing else with it.
pub(crate) fn guard(body: impl FnOnce() -> Result<(), secpvm_status>) -> secpvm_status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => secpvm_status::OK,
        Ok(Err(status)) => status,
        Err(_) => secpvm_status::INTERNAL,
    }
}

/// `len` readable bytes at `data`; null is allowed for none.
///
/// # Safety
/// If not null, `data` points to `len` bytes that nobody writes during the call.
pub(crate) unsafe fn bytes<'a>(data: *const u8, len: usize) -> Result<&'a [u8], secpvm_status> {
    if len > isize::MAX.unsigned_abs() {
        return Err(secpvm_status::LENGTH);
    }
    match (data.is_null(), len) {
        (true, 0) => Ok(&[]),
        (true, _) => Err(secpvm_status::NULL),
        // SAFETY: not null, and the caller vouches for `len` bytes.
        (false, _) => Ok(unsafe { core::slice::from_raw_parts(data, len) }),
    }
}

/// `len` writable bytes at `data`; null is allowed for none.
///
/// # Safety
/// If not null, `data` points to `len` bytes that are the caller's alone during the call.
pub(crate) unsafe fn bytes_mut<'a>(
    data: *mut u8,
    len: usize,
) -> Result<&'a mut [u8], secpvm_status> {
    if len > isize::MAX.unsigned_abs() {
        return Err(secpvm_status::LENGTH);
    }
    match (data.is_null(), len) {
        (true, 0) => Ok(&mut []),
        (true, _) => Err(secpvm_status::NULL),
        // SAFETY: not null, and the caller vouches for `len` bytes.
        (false, _) => Ok(unsafe { core::slice::from_raw_parts_mut(data, len) }),
    }
}

/// The `N` readable bytes at `data`.
///
/// # Safety
/// If not null, `data` points to `N` bytes that nobody writes during the call.
pub(crate) unsafe fn array<'a, const N: usize>(
    data: *const u8,
) -> Result<&'a [u8; N], secpvm_status> {
    // SAFETY: not null beyond this point, the caller vouches for the length, and bytes have no
    // alignment.
    unsafe { data.cast::<[u8; N]>().as_ref() }.ok_or(secpvm_status::NULL)
}

/// A place for a result.
///
/// # Safety
/// If not null, `place` is aligned and the caller's alone during the call. It may be
/// uninitialised: it is only written.
pub(crate) unsafe fn out<T>(place: *mut T) -> Result<Out<T>, secpvm_status> {
    if place.is_null() {
        return Err(secpvm_status::NULL);
    }
    Ok(Out(place))
}

/// A checked place for a result.
pub(crate) struct Out<T>(*mut T);

impl<T> Out<T> {
    pub(crate) fn write(self, value: T) {
        // SAFETY: `out` checked the pointer, and its caller vouched for the rest.
        unsafe { self.0.write(value) }
    }
}

/// The object behind a handle.
///
/// # Safety
/// If not null, `object` came from [`give`], was not freed, and no other call uses it.
pub(crate) unsafe fn object<'a, T>(object: *mut T) -> Result<&'a mut T, secpvm_status> {
    // SAFETY: see above.
    unsafe { object.as_mut() }.ok_or(secpvm_status::NULL)
}

/// Hand an object to C, until [`take_back`].
pub(crate) fn give<T>(place: Out<*mut T>, object: T) {
    place.write(Box::into_raw(Box::new(object)));
}

/// Release an object; dropping it wipes its secrets.
///
/// # Safety
/// `object` is null, or came from [`give`] and is not used again.
pub(crate) unsafe fn take_back<T>(object: *mut T) {
    if !object.is_null() {
        // SAFETY: `give` made it with Box::into_raw.
        drop(unsafe { Box::from_raw(object) });
    }
}
