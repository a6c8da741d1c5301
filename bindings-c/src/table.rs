//! Tables of senders and of members, behind the object that uses them.

use secpvm_core::group::MemberSlot;
use secpvm_core::packet::PeerSlot;

use crate::object::{IsObject, size_of_kind};
use crate::status::secpvm_status;

/// The most senders, or members, that an object can be asked to remember.
const SLOTS_MAX: usize = 65_536;

/// Length of one sender's slot: `SECPVM_PEER_SIZE` in the header.
const PEER_LEN: usize = 1024;

/// Length of one member's slot: `SECPVM_SEAT_SIZE` in the header.
const SEAT_LEN: usize = 64;

/// What a table is made of.
pub trait Slot: Default {
    /// Its length in memory, in bytes: what the header says.
    const LEN: usize;
}

impl Slot for PeerSlot {
    const LEN: usize = PEER_LEN;
}

impl Slot for MemberSlot {
    const LEN: usize = SEAT_LEN;
}

/// A table of slots in memory that is the object's own.
pub struct Table<S: Slot> {
    slots: *mut S,
    len: usize,
}

/// A table of senders.
pub type Peers = Table<PeerSlot>;

/// A table of members.
pub type Seats = Table<MemberSlot>;

impl<S: Slot> Table<S> {
    const FITS: () = assert!(size_of::<S>() <= S::LEN && align_of::<S>() <= 16);

    /// `len` empty slots at `memory`.
    ///
    /// # Safety
    /// `memory` is aligned to 16, has `len` times [`Slot::LEN`] bytes, and is the table's alone as
    /// long as it lives.
    pub(crate) unsafe fn new(memory: *mut u8, len: usize) -> Self {
        const { Self::FITS };
        let slots = memory.cast::<S>();
        for at in 0..len {
            // SAFETY: `FITS`, and the caller's promise.
            unsafe { slots.add(at).write(S::default()) }
        }
        Self { slots, len }
    }

    /// Two tables of `len` slots, one behind the other.
    ///
    /// # Safety
    /// As [`new`](Self::new), for twice as many bytes.
    pub(crate) unsafe fn pair(memory: *mut u8, len: usize) -> [Self; 2] {
        // SAFETY: the caller's promise; a slot's length is a multiple of 16.
        unsafe {
            [
                Self::new(memory, len),
                Self::new(memory.wrapping_add(len * S::LEN), len),
            ]
        }
    }
}

impl<S: Slot> AsRef<[S]> for Table<S> {
    fn as_ref(&self) -> &[S] {
        // SAFETY: `new` wrote them.
        unsafe { core::slice::from_raw_parts(self.slots, self.len) }
    }
}

impl<S: Slot> AsMut<[S]> for Table<S> {
    fn as_mut(&mut self) -> &mut [S] {
        // SAFETY: `new` wrote them, and they are this table's alone.
        unsafe { core::slice::from_raw_parts_mut(self.slots, self.len) }
    }
}

impl<S: Slot> Drop for Table<S> {
    /// A slot wipes its secrets when it is dropped.
    fn drop(&mut self) {
        // SAFETY: `new` wrote them; nobody looks at them again.
        unsafe { core::ptr::drop_in_place(self.as_mut()) }
    }
}

/// A table of senders has at least one slot, and not too many.
pub(crate) fn check_peers(peers: usize) -> Result<(), secpvm_status> {
    if (1..=SLOTS_MAX).contains(&peers) {
        Ok(())
    } else {
        Err(secpvm_status::LENGTH)
    }
}

/// How much an object needs that has `tables` tables of `peers` senders and one of `seats`.
pub(crate) fn memory_len<O: IsObject>(
    peers: usize,
    tables: usize,
    seats: usize,
) -> Result<usize, secpvm_status> {
    check_peers(peers)?;
    if seats > SLOTS_MAX {
        return Err(secpvm_status::LENGTH);
    }
    let slots = (tables * peers).checked_mul(PEER_LEN);
    let len = slots.and_then(|len| len.checked_add(seats * SEAT_LEN + size_of_kind::<O>()));
    len.ok_or(secpvm_status::NO_MEMORY)
}
