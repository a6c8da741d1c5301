//! Room for senders that is taken as it is needed.

/// Room that the caller owns for slots of type `S`. An array, a slice or a boxed slice is one; a
/// table whose slots only come into being when they are asked for is another.
pub trait Slots<S> {
    /// The most slots that there can be.
    fn max(&self) -> usize;

    /// The first `count` slots; fewer if they have not been asked for with
    /// [`begin`](Self::begin).
    fn begun(&self, count: usize) -> &[S];

    /// The first `count` slots; as many as there can be, if that is less.
    fn begin(&mut self, count: usize) -> &mut [S];
}

impl<S, T: AsRef<[S]> + AsMut<[S]>> Slots<S> for T {
    fn max(&self) -> usize {
        self.as_ref().len()
    }

    fn begun(&self, count: usize) -> &[S] {
        let slots = self.as_ref();
        slots.get(..count).unwrap_or(slots)
    }

    fn begin(&mut self, count: usize) -> &mut [S] {
        let slots = self.as_mut();
        let count = count.min(slots.len());
        slots.get_mut(..count).unwrap_or_default()
    }
}
