//! The replay window: which packet numbers of one sender have been taken (RFC 6479's ring of
//! words, so that moving the window clears whole words and shifts nothing).

use crate::Rejected;

/// Packets this far or further behind the newest one are rejected as stale.
pub const REPLAY_WINDOW: u64 = 1024;

const WORD_BITS: u64 = 64;

/// One word more than the window has, since the newest word is only partly used.
const WORDS: usize = (REPLAY_WINDOW / WORD_BITS) as usize + 1;

/// The packet numbers taken so far, exact for the newest [`REPLAY_WINDOW`].
pub(super) struct ReplayWindow {
    /// One past the newest packet number taken; 0 when there is none.
    end: u64,
    taken: [u64; WORDS],
}

impl ReplayWindow {
    pub(super) const fn new() -> Self {
        Self {
            end: 0,
            taken: [0; WORDS],
        }
    }

    /// Take `packet_number`, once. Call it only after the packet has been authenticated
    /// (WireGuard's order: verify first, then move the window).
    pub(super) fn take(&mut self, packet_number: u64) -> Result<(), Rejected> {
        if self.end.saturating_sub(packet_number) > REPLAY_WINDOW {
            return Err(Rejected::Stale);
        }
        if packet_number >= self.end {
            self.clear_up_to(packet_number);
            self.end = packet_number.saturating_add(1);
        }
        let word = self.word_mut(packet_number / WORD_BITS);
        let bit = 1 << (packet_number % WORD_BITS);
        if *word & bit != 0 {
            return Err(Rejected::Replayed);
        }
        *word |= bit;
        Ok(())
    }

    /// Clear the words that the window enters on its way to `packet_number`.
    fn clear_up_to(&mut self, packet_number: u64) {
        // The word of the newest packet is already in use; with none, no word is.
        let first = self.end.div_ceil(WORD_BITS);
        let last = packet_number / WORD_BITS;
        // A jump of WORDS words or more clears the whole ring: no need to go round twice.
        let first = first.max(last.saturating_sub(WORDS as u64 - 1));
        for word in first..=last {
            *self.word_mut(word) = 0;
        }
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::indexing_slicing,
        reason = "a remainder of WORDS indexes an array of WORDS"
    )]
    fn word_mut(&mut self, word: u64) -> &mut u64 {
        &mut self.taken[(word % WORDS as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use proptest::prelude::*;
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn each_number_is_taken_once() {
        let mut window = ReplayWindow::new();
        assert_eq!(window.take(0), Ok(()));
        assert_eq!(window.take(0), Err(Rejected::Replayed));
        assert_eq!(window.take(5), Ok(()));
        assert_eq!(window.take(3), Ok(()));
        assert_eq!(window.take(5), Err(Rejected::Replayed));
        assert_eq!(window.take(3), Err(Rejected::Replayed));
    }

    #[test]
    fn the_window_is_exactly_as_wide_as_stated() {
        let mut window = ReplayWindow::new();
        assert_eq!(window.take(REPLAY_WINDOW), Ok(()));
        assert_eq!(window.take(0), Err(Rejected::Stale));
        assert_eq!(window.take(1), Ok(()));
        assert_eq!(window.take(1), Err(Rejected::Replayed));
    }

    #[test]
    fn the_largest_number_is_no_special_case() {
        let mut window = ReplayWindow::new();
        assert_eq!(window.take(u64::MAX - 1), Ok(()));
        assert_eq!(window.take(u64::MAX - 1), Err(Rejected::Replayed));
        assert_eq!(window.take(u64::MAX - 2), Ok(()));
        assert_eq!(window.take(0), Err(Rejected::Stale));
    }

    proptest! {
        /// Against a set that remembers everything.
        #[test]
        fn agrees_with_a_set(
            steps in prop::collection::vec((0u64..4000, prop::bool::weighted(0.2)), 0..400),
        ) {
            let mut window = ReplayWindow::new();
            let mut taken = HashSet::new();
            let mut newest = None;
            let mut base = 0;
            for (step, far) in steps {
                base += if far { step } else { 0 };
                let number = base + step % 1500;
                let verdict = if newest.is_some_and(|n: u64| n >= number + REPLAY_WINDOW) {
                    Err(Rejected::Stale)
                } else if taken.contains(&number) {
                    Err(Rejected::Replayed)
                } else {
                    taken.insert(number);
                    newest = newest.max(Some(number));
                    Ok(())
                };
                prop_assert_eq!(window.take(number), verdict);
            }
        }
    }
}
