//! Tables of senders and of members, behind the object that uses them.

use secpvm_core::group::MemberSlot;
use secpvm_core::packet::{PeerSlot, Slots};

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

/// A table of slots in memory that is the object's own. Slots come into being when they are first
/// asked for, from the start of the table: memory that nobody needs is never touched.
pub struct Table<S: Slot> {
    slots: *mut S,
    /// How many there are so far.
    count: usize,
    max: usize,
}

/// A table of senders.
pub type Peers = Table<PeerSlot>;

/// A table of members.
pub type Seats = Table<MemberSlot>;

impl<S: Slot> Table<S> {
    const FITS: () = assert!(size_of::<S>() <= S::LEN && align_of::<S>() <= 16);

    /// Room for `max` slots at `memory`.
    ///
    /// # Safety
    /// `memory` is aligned to 16, has `max` times [`Slot::LEN`] bytes, and is the table's alone as
    /// long as it lives.
    pub(crate) unsafe fn new(memory: *mut u8, max: usize) -> Self {
        const { Self::FITS };
        Self {
            slots: memory.cast::<S>(),
            count: 0,
            max,
        }
    }

    /// Two tables of `max` slots, one behind the other.
    ///
    /// # Safety
    /// As [`new`](Self::new), for twice as many bytes.
    pub(crate) unsafe fn pair(memory: *mut u8, max: usize) -> [Self; 2] {
        // SAFETY: the caller's promise; a slot's length is a multiple of 16.
        unsafe {
            [
                Self::new(memory, max),
                Self::new(memory.wrapping_add(max * S::LEN), max),
            ]
        }
    }
}

impl<S: Slot> Table<S> {
    /// The first `count` slots, as far as they have begun.
    fn begun(&self, count: usize) -> &[S] {
        // SAFETY: so many have begun.
        unsafe { core::slice::from_raw_parts(self.slots, count.min(self.count)) }
    }

    /// The first `count` slots, which begin now if they have not.
    fn begin(&mut self, count: usize) -> &mut [S] {
        let count = count.min(self.max);
        while self.count < count {
            // SAFETY: `FITS`, and the promise made to `new`.
            unsafe { self.slots.add(self.count).write(S::default()) }
            self.count += 1;
        }
        // SAFETY: they have begun, and are this table's alone.
        unsafe { core::slice::from_raw_parts_mut(self.slots, count) }
    }
}

/// Senders come one by one.
impl Slots<PeerSlot> for Peers {
    fn max(&self) -> usize {
        self.max
    }

    fn begun(&self, count: usize) -> &[PeerSlot] {
        Table::begun(self, count)
    }

    fn begin(&mut self, count: usize) -> &mut [PeerSlot] {
        Table::begin(self, count)
    }
}

/// A leader looks through all its seats, and begins with making them free.
impl AsRef<[MemberSlot]> for Seats {
    fn as_ref(&self) -> &[MemberSlot] {
        self.begun(self.max)
    }
}

impl AsMut<[MemberSlot]> for Seats {
    fn as_mut(&mut self) -> &mut [MemberSlot] {
        self.begin(self.max)
    }
}

impl<S: Slot> Drop for Table<S> {
    /// A slot wipes its secrets when it is dropped.
    fn drop(&mut self) {
        let count = self.count;
        // SAFETY: nobody looks at them again.
        unsafe { core::ptr::drop_in_place(self.begin(count)) }
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
