//! Crossing the border: pointers to references, panics to a status.
//!
//! A [`Call`] turns the arguments of one call into references. It knows all that were given so far,
//! so it refuses null pointers, impossible lengths, and memory that the call would write while
//! another argument uses it.

use crate::object::{Kind, Object};
use crate::status::secpvm_status;

/// More arguments than any function has.
const ARGUMENTS_MAX: usize = 12;

/// Run the body of an exported function: its error, or a caught panic, becomes the status.
pub(crate) fn guard(body: impl FnOnce(&mut Call) -> Result<(), secpvm_status>) -> secpvm_status {
    match caught(|| body(&mut Call::new())) {
        Ok(()) => secpvm_status::OK,
        Err(status) => status,
    }
}

/// Unwind safety is asserted because an object whose call panicked can still be freed, and
/// `SECPVM_ERR_INTERNAL` tells the caller to do nothing else with it.
#[cfg(feature = "std")]
pub(crate) fn caught<T>(
    body: impl FnOnce() -> Result<T, secpvm_status>,
) -> Result<T, secpvm_status> {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(Err(secpvm_status::INTERNAL))
}

/// Without an operating system nothing unwinds: a panic stops in the panic handler.
#[cfg(not(feature = "std"))]
fn caught<T>(body: impl FnOnce() -> Result<T, secpvm_status>) -> Result<T, secpvm_status> {
    body()
}

/// The memory that the arguments of one call name.
pub(crate) struct Call<const N: usize = ARGUMENTS_MAX> {
    regions: [Region; N],
    count: usize,
}

#[derive(Clone, Copy)]
struct Region {
    start: usize,
    end: usize,
    is_written: bool,
}

impl<const N: usize> Call<N> {
    pub(crate) const fn new() -> Self {
        const UNUSED: Region = Region {
            start: 0,
            end: 0,
            is_written: false,
        };
        Self {
            regions: [UNUSED; N],
            count: 0,
        }
    }

    /// Note that the call reads or writes `len` bytes at `start`, unless that is impossible.
    fn claim(&mut self, start: usize, len: usize, is_written: bool) -> Result<(), secpvm_status> {
        if len > isize::MAX.unsigned_abs() {
            return Err(secpvm_status::LENGTH);
        }
        if start == 0 && len > 0 {
            return Err(secpvm_status::NULL);
        }
        let end = start.checked_add(len).ok_or(secpvm_status::LENGTH)?;
        let (used, free) = self.regions.split_at_mut(self.count);
        let collides = |other: &Region| {
            (is_written || other.is_written) && start < other.end && other.start < end
        };
        if len > 0 && used.iter().any(collides) {
            return Err(secpvm_status::OVERLAP);
        }
        *free.first_mut().ok_or(secpvm_status::INTERNAL)? = Region {
            start,
            end,
            is_written,
        };
        self.count += 1;
        Ok(())
    }

    /// `len` readable bytes at `data`; null is allowed for none.
    ///
    /// # Safety
    /// If not null, `data` points to `len` bytes that nobody else writes during the call.
    pub(crate) unsafe fn input<'a>(
        &mut self,
        data: *const u8,
        len: usize,
    ) -> Result<&'a [u8], secpvm_status> {
        self.claim(data.addr(), len, false)?;
        if len == 0 {
            return Ok(&[]);
        }
        // SAFETY: not null, not written by this call, and the caller vouches for `len` bytes.
        Ok(unsafe { core::slice::from_raw_parts(data, len) })
    }

    /// `len` writable bytes at `data`; null is allowed for none.
    ///
    /// # Safety
    /// If not null, `data` points to `len` initialised bytes that nobody else uses during the call.
    pub(crate) unsafe fn output<'a>(
        &mut self,
        data: *mut u8,
        len: usize,
    ) -> Result<&'a mut [u8], secpvm_status> {
        self.claim(data.addr(), len, true)?;
        if len == 0 {
            return Ok(&mut []);
        }
        // SAFETY: not null, used by no other argument, and the caller vouches for `len` bytes.
        Ok(unsafe { core::slice::from_raw_parts_mut(data, len) })
    }

    /// The `LEN` readable bytes at `data`.
    ///
    /// # Safety
    /// If not null, `data` points to `LEN` bytes that nobody else writes during the call.
    pub(crate) unsafe fn array<'a, const LEN: usize>(
        &mut self,
        data: *const u8,
    ) -> Result<&'a [u8; LEN], secpvm_status> {
        self.claim(data.addr(), LEN, false)?;
        // SAFETY: as in `input`; bytes have no alignment.
        Ok(unsafe { &*data.cast::<[u8; LEN]>() })
    }

    /// As [`array`](Self::array), but null is none.
    ///
    /// # Safety
    /// As there.
    pub(crate) unsafe fn array_or_none<'a, const LEN: usize>(
        &mut self,
        data: *const u8,
    ) -> Result<Option<&'a [u8; LEN]>, secpvm_status> {
        if data.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller's promise.
        unsafe { self.array(data) }.map(Some)
    }

    /// The value at `data`.
    ///
    /// # Safety
    /// If not null, `data` is a legal `T` that nobody else writes during the call.
    pub(crate) unsafe fn value<'a, T>(&mut self, data: *const T) -> Result<&'a T, secpvm_status> {
        self.claim(data.addr(), size_of::<T>(), false)?;
        if !data.is_aligned() {
            return Err(secpvm_status::ALIGNMENT);
        }
        // SAFETY: as in `input`, and it is aligned.
        Ok(unsafe { &*data })
    }

    /// `count` structures at `data`, to read and to write; null is allowed for none.
    ///
    /// # Safety
    /// If not null, `data` points to `count` initialised `T` that nobody else uses during the call.
    pub(crate) unsafe fn structures<'a, T>(
        &mut self,
        data: *mut T,
        count: usize,
    ) -> Result<&'a mut [T], secpvm_status> {
        let len = count
            .checked_mul(size_of::<T>())
            .ok_or(secpvm_status::LENGTH)?;
        self.claim(data.addr(), len, true)?;
        if count == 0 {
            return Ok(&mut []);
        }
        if !data.is_aligned() {
            return Err(secpvm_status::ALIGNMENT);
        }
        // SAFETY: not null, aligned, used by no other argument, and the caller vouches for the rest.
        Ok(unsafe { core::slice::from_raw_parts_mut(data, count) })
    }

    /// A place for a result.
    ///
    /// # Safety
    /// If not null, `place` is the caller's alone during the call. It may be uninitialised: it is
    /// only written.
    pub(crate) unsafe fn place<T>(&mut self, place: *mut T) -> Result<Place<T>, secpvm_status> {
        self.claim(place.addr(), size_of::<T>(), true)?;
        if !place.is_aligned() {
            return Err(secpvm_status::ALIGNMENT);
        }
        Ok(Place(place))
    }

    /// As [`place`](Self::place), but null says that the result is not wanted.
    ///
    /// # Safety
    /// As there.
    pub(crate) unsafe fn place_or_none<T>(
        &mut self,
        place: *mut T,
    ) -> Result<Option<Place<T>>, secpvm_status> {
        if place.is_null() {
            return Ok(None);
        }
        // SAFETY: the caller's promise.
        unsafe { self.place(place) }.map(Some)
    }

    /// What the object at `object` holds, to change it.
    ///
    /// # Safety
    /// If not null, `object` was made by this library, has not been released, and no other call
    /// uses it.
    pub(crate) unsafe fn object<'a, T: Kind>(
        &mut self,
        object: *mut Object<T>,
    ) -> Result<&'a mut T, secpvm_status> {
        self.claim(object.addr(), size_of::<Object<T>>(), true)?;
        // SAFETY: the caller's promise.
        unsafe { Object::value_mut(object) }
    }

    /// What the object at `object` holds, to look at it.
    ///
    /// # Safety
    /// If not null, `object` was made by this library, has not been released, and no other call
    /// changes it.
    pub(crate) unsafe fn shared<'a, T: Kind>(
        &mut self,
        object: *const Object<T>,
    ) -> Result<&'a T, secpvm_status> {
        self.claim(object.addr(), size_of::<Object<T>>(), false)?;
        // SAFETY: the caller's promise.
        unsafe { Object::value(object) }
    }

    /// Note memory that the call will fill with an object, without looking at it.
    pub(crate) fn memory(&mut self, memory: *mut u8, len: usize) -> Result<(), secpvm_status> {
        if memory.is_null() {
            return Err(secpvm_status::NULL);
        }
        self.claim(memory.addr(), len, true)
    }
}

/// A checked place for a result.
pub(crate) struct Place<T>(*mut T);

impl<T> Place<T> {
    pub(crate) fn write(self, value: T) {
        // SAFETY: `Call::place` checked the pointer, and its caller vouched for the rest.
        unsafe { self.0.write(value) }
    }
}
