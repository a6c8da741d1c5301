//! The key schedule, and its inverse for decryption.

use zeroize::Zeroize;

use super::rounds::Words;

const ROUNDS: usize = 8;

/// Keys of the two multiplications and the two additions at the beginning of a round.
pub(super) type Transformation = [u16; 4];

/// The six keys of a round.
#[derive(Clone, Copy, Default)]
pub(super) struct Round {
    pub(super) transformation: Transformation,
    pub(super) multiply_add: [u16; 2],
}

/// All 52 keys.
pub(super) struct RoundKeys {
    pub(super) rounds: [Round; ROUNDS],
    pub(super) output: Transformation,
}

impl RoundKeys {
    /// For encryption: the key's words, then those of the key rotated by 25 bits, and so on.
    pub(super) fn new(key: &[u8; 16]) -> Self {
        let mut rotated = u128::from_be_bytes(*key);
        let mut words = [0; 56];
        for eight in words.as_chunks_mut::<8>().0 {
            for (word, bytes) in eight.iter_mut().zip(rotated.to_be_bytes().as_chunks().0) {
                *word = u16::from_be_bytes(*bytes);
            }
            rotated = rotated.rotate_left(25);
        }
        let mut words = words.into_iter();
        let mut next = || words.next().unwrap_or_default();
        Self {
            rounds: core::array::from_fn(|_| Round {
                transformation: core::array::from_fn(|_| next()),
                multiply_add: core::array::from_fn(|_| next()),
            }),
            output: core::array::from_fn(|_| next()),
        }
    }

    /// For decryption, from those for encryption: what undoes the last step comes first. The middle
    /// words change places at the end of every round but the last.
    pub(super) fn inverse(&self) -> Self {
        let mut rounds = [Round::default(); ROUNDS];
        let mut undone = self.output;
        for (inverse, round) in rounds.iter_mut().zip(self.rounds.iter().rev()) {
            inverse.transformation = invert(undone);
            inverse.multiply_add = round.multiply_add;
            let [a, b, c, d] = round.transformation;
            undone = [a, c, b, d];
        }
        let [a, b, c, d] = undone;
        Self {
            rounds,
            output: invert([a, c, b, d]),
        }
    }
}

impl Zeroize for RoundKeys {
    fn zeroize(&mut self) {
        for round in &mut self.rounds {
            round.transformation.zeroize();
            round.multiply_add.zeroize();
        }
        self.output.zeroize();
    }
}

fn invert([a, b, c, d]: Transformation) -> Transformation {
    [
        reciprocal(a),
        b.wrapping_neg(),
        c.wrapping_neg(),
        reciprocal(d),
    ]
}

/// 1 / `x` modulo the prime 2^16 + 1, which is `x`^(2^16 - 1) (Fermat), in the same time for all.
fn reciprocal(x: u16) -> u16 {
    let mut power = x; // x^(2^n - 1), for n = 1, 2, 4, 8, 16
    for n in [1, 2, 4, 8] {
        let raised = (0..n).fold(power, |power, _| power.multiply(power));
        power = power.multiply(raised);
    }
    power
}
