//! Objects: where they live, how they begin and end.
//!
//! An object stands in the caller's memory (`_init`) or in the allocator's (`_new`). Either way it
//! starts with a [`Head`], by which a call knows that the object is of the right kind and has not
//! ended. `_free` ends it: its memory is wiped, and given back if the allocator gave it.

use core::ffi::c_void;
use core::mem::{MaybeUninit, offset_of};

use zeroize::Zeroize;

use crate::border::Call;
use crate::status::secpvm_status;

/// The alignment of every object: `SECPVM_ALIGN` in the header.
pub(crate) const ALIGN: usize = 16;

/// What an object can hold.
pub(crate) trait Kind {
    /// Four letters that start its objects.
    const TAG: [u8; 4];

    /// What the header says of its size, in bytes.
    const SIZE: usize;
}

/// An object, opaque in C.
#[repr(C, align(16))]
pub struct Object<T> {
    head: Head,
    value: MaybeUninit<T>,
}

#[repr(C)]
struct Head {
    tag: [u8; 4],
    is_live: u32,
    /// How much the allocator gave for it; 0 if it stands in the caller's memory.
    heap_len: usize,
}

impl<T: Kind> Object<T> {
    /// A compile-time check that the header's number is enough.
    const FITS: () = assert!(
        size_of::<Self>() <= T::SIZE
            && align_of::<Self>() == ALIGN
            && T::SIZE.is_multiple_of(ALIGN)
    );
}

impl<T: Kind> Object<T> {
    /// # Safety
    /// As [`Call::object`].
    pub(crate) unsafe fn value_mut<'a>(object: *mut Self) -> Result<&'a mut T, secpvm_status> {
        // SAFETY: the caller's promise.
        unsafe { Self::check(object) }?;
        // SAFETY: a live object holds a value.
        Ok(unsafe { (*object).value.assume_init_mut() })
    }

    /// # Safety
    /// As [`Call::shared`].
    pub(crate) unsafe fn value<'a>(object: *const Self) -> Result<&'a T, secpvm_status> {
        // SAFETY: the caller's promise.
        unsafe { Self::check(object) }?;
        // SAFETY: a live object holds a value.
        Ok(unsafe { (*object).value.assume_init_ref() })
    }

    /// # Safety
    /// If not null, `object` was made by this library and has not been released.
    unsafe fn check(object: *const Self) -> Result<(), secpvm_status> {
        if object.is_null() {
            return Err(secpvm_status::NULL);
        }
        if !object.is_aligned() {
            return Err(secpvm_status::ALIGNMENT);
        }
        // SAFETY: not null, aligned; the head outlives the value.
        let head = unsafe { &(*object).head };
        match (head.tag == T::TAG, head.is_live) {
            (true, 1) => Ok(()),
            (true, _) => Err(secpvm_status::OUT_OF_ORDER),
            (false, _) => Err(secpvm_status::ARGUMENT),
        }
    }

    /// End the object and hand out what it held.
    ///
    /// # Safety
    /// It is live, and no reference to its value is used any more.
    pub(crate) unsafe fn take(object: *mut Self) -> T {
        // SAFETY: a live object holds a value, which is not touched again.
        unsafe {
            let value = (*object).value.assume_init_read();
            Self::wipe(object);
            value
        }
    }

    /// Overwrite the value's bytes; the object has ended then.
    ///
    /// # Safety
    /// The value has been dropped or moved away.
    unsafe fn wipe(object: *mut Self) {
        const WORD: usize = size_of::<u64>();
        let words = (size_of::<Self>() - offset_of!(Self, value)) / WORD;
        // SAFETY: the value starts at a multiple of 16, and the object's size is one.
        unsafe {
            (*object).head.is_live = 0;
            let value = (&raw mut (*object).value).cast::<MaybeUninit<u64>>();
            core::slice::from_raw_parts_mut(value, words).zeroize();
        }
    }
}

/// End an object; null and an object that has ended are allowed.
///
/// # Safety
/// If not null, `object` was made by this library, has not been released, and no other call uses
/// it.
pub(crate) unsafe fn end<T: Kind>(object: *mut Object<T>) {
    // SAFETY: the caller's promise; a live object holds a value.
    unsafe {
        let checked = Object::check(object);
        if !matches!(checked, Ok(()) | Err(secpvm_status::OUT_OF_ORDER)) {
            return;
        }
        if checked.is_ok() {
            (*object).value.assume_init_drop();
            Object::wipe(object);
        }
        let len = core::mem::take(&mut (*object).head.heap_len);
        if len > 0 {
            heap::release(object.cast(), len);
        }
    }
}

/// Room for an object that does not exist yet.
pub(crate) struct Room {
    memory: *mut u8,
    len: usize,
    is_heap: bool,
}

impl Room {
    /// The caller's memory, if it is enough for `needed` bytes.
    pub(crate) fn callers(
        call: &mut Call,
        memory: *mut c_void,
        len: usize,
        needed: usize,
    ) -> Result<Self, secpvm_status> {
        let memory = memory.cast::<u8>();
        call.memory(memory, len)?;
        if !memory.addr().is_multiple_of(ALIGN) {
            return Err(secpvm_status::ALIGNMENT);
        }
        if len < needed {
            return Err(secpvm_status::BUFFER_TOO_SMALL);
        }
        Ok(Self {
            memory,
            len: needed,
            is_heap: false,
        })
    }

    /// `len` bytes from the allocator.
    #[cfg(feature = "std")]
    pub(crate) fn heap(len: usize) -> Result<Self, secpvm_status> {
        Ok(Self {
            memory: heap::reserve(len)?,
            len,
            is_heap: true,
        })
    }

    /// Where the part behind the object's own [`Kind::SIZE`] starts.
    pub(crate) fn behind<T: Kind>(&self) -> *mut u8 {
        self.memory.wrapping_add(T::SIZE)
    }

    /// Put the object there.
    pub(crate) fn fill<T: Kind>(self, value: T) -> *mut Object<T> {
        const { Object::<T>::FITS };
        let object = self.memory.cast::<Object<T>>();
        let head = Head {
            tag: T::TAG,
            is_live: 1,
            heap_len: if self.is_heap { self.len } else { 0 },
        };
        core::mem::forget(self);
        // SAFETY: the memory is aligned, large enough (`FITS`), and the caller's or ours alone.
        unsafe {
            object.write(Object {
                head,
                value: MaybeUninit::new(value),
            });
        }
        object
    }
}

impl Drop for Room {
    /// No object came of it.
    fn drop(&mut self) {
        if self.is_heap {
            // SAFETY: `heap` reserved it, and nothing stands there.
            unsafe { heap::release(self.memory, self.len) }
        }
    }
}

#[cfg(feature = "std")]
mod heap {
    use std::alloc::{Layout, alloc_zeroed, dealloc};

    use super::ALIGN;
    use crate::status::secpvm_status;

    pub(super) fn reserve(len: usize) -> Result<*mut u8, secpvm_status> {
        let layout = Layout::from_size_align(len, ALIGN).map_err(|_| secpvm_status::NO_MEMORY)?;
        // SAFETY: no object is empty.
        let memory = unsafe { alloc_zeroed(layout) };
        if memory.is_null() {
            return Err(secpvm_status::NO_MEMORY);
        }
        Ok(memory)
    }

    /// # Safety
    /// `reserve` gave `memory` for the same `len`.
    pub(super) unsafe fn release(memory: *mut u8, len: usize) {
        if let Ok(layout) = Layout::from_size_align(len, ALIGN) {
            // SAFETY: the caller's promise.
            unsafe { dealloc(memory, layout) }
        }
    }
}

#[cfg(not(feature = "std"))]
mod heap {
    /// Without an allocator no object is the allocator's.
    pub(super) unsafe fn release(_: *mut u8, _: usize) {}
}

/// A kind of object: its name in C, what it holds, its four letters, its size, how it ends.
macro_rules! object {
    ($name:ident = $value:ty, $tag:literal, $size:expr, $free:ident) => {
        /// Opaque in C.
        pub type $name = $crate::object::Object<$value>;

        impl $crate::object::Kind for $value {
            const TAG: [u8; 4] = *$tag;
            const SIZE: usize = $size;
        }

        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $free(object: *mut $name) {
            // SAFETY: the header's contract.
            unsafe { $crate::object::end(object) }
        }
    };
}
pub(crate) use object;

/// The two functions that begin an object: in the caller's memory, and in the allocator's. The
/// body makes the value of the other arguments.
macro_rules! constructors {
    ($init:ident, $new:ident, $name:ident,
     |$call:ident $(, $arg:ident: $type:ty)* $(,)?| $value:block) => {
        /// See the header.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $init(
            memory: *mut core::ffi::c_void,
            memory_len: usize,
            $($arg: $type,)*
            object: *mut *mut $name,
        ) -> $crate::status::secpvm_status {
            $crate::border::guard(|$call| {
                let size = $crate::object::size_of_kind::<$name>();
                let room = $crate::object::Room::callers($call, memory, memory_len, size)?;
                // SAFETY: the header's contract.
                let place = unsafe { $call.place(object) }?;
                place.write(room.fill($value));
                Ok(())
            })
        }

        /// See the header.
        #[cfg(feature = "std")]
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $new(
            $($arg: $type,)*
            object: *mut *mut $name,
        ) -> $crate::status::secpvm_status {
            $crate::border::guard(|$call| {
                // SAFETY: the header's contract.
                let place = unsafe { $call.place(object) }?;
                let value = $value;
                let room = $crate::object::Room::heap($crate::object::size_of_kind::<$name>())?;
                place.write(room.fill(value));
                Ok(())
            })
        }
    };
}
pub(crate) use constructors;

/// What the header says of an object's size.
pub(crate) const fn size_of_kind<O: IsObject>() -> usize {
    <O::Value as Kind>::SIZE
}

/// An object, to name what it holds.
pub(crate) trait IsObject {
    type Value: Kind;
}

impl<T: Kind> IsObject for Object<T> {
    type Value = T;
}
