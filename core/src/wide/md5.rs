//! MD5 (RFC 1321) of many messages side by side, one a lane. A lane whose message ends takes the next
//! one, so messages of different lengths keep all lanes busy.

use super::lanes::{Lanes, LanesKernel};
use crate::digest::Parts;
use crate::digest::md5::{INITIAL, SINES};

/// Lanes of the widest registers.
const LANES_MAX: usize = 16;

const BLOCK_LEN: usize = 64;

/// The digest of each message, to the place beside it.
pub(crate) struct Md5Batch<I>(pub(crate) I);

impl<'m, 'd, I: Iterator<Item = (Parts<'m>, &'d mut [u8; 16])>> LanesKernel for Md5Batch<I> {
    type Output = ();

    #[inline(always)]
    fn run<V: Lanes>(mut self, isa: V::Isa) {
        let count = V::ZERO.as_ref().len();
        let mut readers = [const { None }; LANES_MAX];
        let mut state = INITIAL.map(|word| V::splat(isa, word).to_words());
        loop {
            for (lane, reader) in readers.iter_mut().take(count).enumerate() {
                if reader.is_none() {
                    *reader = self.0.next().map(Reader::new);
                    set_lane(&mut state, lane, INITIAL);
                }
            }
            if readers.iter().all(Option::is_none) {
                return;
            }
            let [a, b, c, d] = &state;
            let mut registers = [
                V::from_words(isa, a),
                V::from_words(isa, b),
                V::from_words(isa, c),
                V::from_words(isa, d),
            ];
            while readers.iter().flatten().all(Reader::has_blocks) {
                let blocks = next_blocks(&mut readers);
                compress(isa, &mut registers, &message_words(isa, &blocks));
            }
            let [a, b, c, d] = registers;
            state = [a.to_words(), b.to_words(), c.to_words(), d.to_words()];
            for (lane, reader) in readers.iter_mut().enumerate() {
                if let Some(done) = reader.take_if(|reader| !reader.has_blocks()) {
                    done.finish(lane_of(&state, lane));
                }
            }
        }
    }
}

/// What is left of a message: its data, 0x80, zeros, and its length in bits (section 3.2).
struct Reader<'m, 'd> {
    parts: Parts<'m>,
    digest: &'d mut [u8; 16],
    data_len: usize,
    /// Blocks to come, the padding's included.
    blocks: usize,
    padded: bool,
}

impl<'m, 'd> Reader<'m, 'd> {
    fn new((parts, digest): (Parts<'m>, &'d mut [u8; 16])) -> Self {
        let data_len = parts.iter().map(|part| part.len()).sum();
        Self {
            parts,
            digest,
            data_len,
            blocks: (data_len + 9).div_ceil(BLOCK_LEN),
            padded: false,
        }
    }

    fn has_blocks(&self) -> bool {
        self.blocks > 0
    }

    #[inline(always)]
    fn next(&mut self) -> [u8; BLOCK_LEN] {
        self.blocks = self.blocks.saturating_sub(1);
        for part in self
            .parts
            .iter_mut()
            .skip_while(|part| part.is_empty())
            .take(1)
        {
            if let Some((block, rest)) = part.split_first_chunk() {
                *part = rest;
                return *block;
            }
        }
        self.assemble()
    }

    /// A block across the parts, or with padding.
    fn assemble(&mut self) -> [u8; BLOCK_LEN] {
        let mut block = [0; BLOCK_LEN];
        let mut free = &mut block[..];
        for part in &mut self.parts {
            let (now, later) = part.split_at(part.len().min(free.len()));
            let (to, rest) = core::mem::take(&mut free).split_at_mut(now.len());
            to.copy_from_slice(now);
            (*part, free) = (later, rest);
        }
        if let (Some(end), false) = (free.first_mut(), self.padded) {
            *end = 0x80;
            self.padded = true;
        }
        if let (0, Some(end)) = (self.blocks, block.last_chunk_mut()) {
            *end = ((self.data_len as u64) << 3).to_le_bytes();
        }
        block
    }

    fn finish(self, state: [u32; 4]) {
        let (words, _) = self.digest.as_chunks_mut();
        for (bytes, word) in words.iter_mut().zip(state) {
            *bytes = word.to_le_bytes();
        }
    }
}

fn set_lane<W: AsMut<[u32]>>(state: &mut [W; 4], lane: usize, words: [u32; 4]) {
    for (lanes, word) in state.iter_mut().zip(words) {
        if let Some(slot) = lanes.as_mut().get_mut(lane) {
            *slot = word;
        }
    }
}

fn lane_of<W: AsRef<[u32]>>(state: &[W; 4], lane: usize) -> [u32; 4] {
    let word = |lanes: &W| lanes.as_ref().get(lane).copied().unwrap_or_default();
    state.each_ref().map(word)
}

/// A block of each message, in quarters: quarter `q` of lane `4 p + i` is `[q][i][p]`.
type Blocks = [[[[u8; 16]; LANES_MAX / 4]; 4]; 4];

#[inline(always)]
fn next_blocks(readers: &mut [Option<Reader<'_, '_>>; LANES_MAX]) -> Blocks {
    let mut blocks = [[[[0; 16]; LANES_MAX / 4]; 4]; 4];
    for (lane, reader) in readers.iter_mut().enumerate() {
        let Some(reader) = reader else { continue };
        let block = reader.next();
        let (quarters, _) = block.as_chunks();
        for (rows, quarter) in blocks.iter_mut().zip(quarters) {
            let slot = rows.get_mut(lane % 4).and_then(|row| row.get_mut(lane / 4));
            if let Some(slot) = slot {
                *slot = *quarter;
            }
        }
    }
    blocks
}

/// The words of each lane's block.
#[inline(always)]
fn message_words<V: Lanes>(isa: V::Isa, blocks: &Blocks) -> [V; 16] {
    let mut words = [V::splat(isa, 0); 16];
    let (fours, _) = words.as_chunks_mut::<4>();
    for (four, rows) in fours.iter_mut().zip(blocks) {
        for (word, row) in four.iter_mut().zip(rows) {
            if let Some(register) = V::registers(row.as_flattened()).0.first() {
                *word = V::from_bytes(isa, register);
            }
        }
        *four = V::transpose(*four);
    }
    words
}

/// Section 3.4.
#[inline(always)]
fn compress<V: Lanes>(isa: V::Isa, state: &mut [V; 4], message: &[V; 16]) {
    let before = *state;
    let (rounds, _) = SINES.as_chunks::<16>();
    let [r1, r2, r3, r4] = rounds else { return };
    let word = |i: usize| message.iter().cycle().nth(i % 16);
    round::<V, 7, 12, 17, 22>(isa, state, r1, word, |b, c, d| d ^ (b & (c ^ d)));
    round::<V, 5, 9, 14, 20>(
        isa,
        state,
        r2,
        |i| word(5 * i + 1),
        |b, c, d| c ^ (d & (b ^ c)),
    );
    round::<V, 4, 11, 16, 23>(isa, state, r3, |i| word(3 * i + 5), |b, c, d| b ^ c ^ d);
    round::<V, 6, 10, 15, 21>(isa, state, r4, |i| word(7 * i), |b, c, d| c ^ (b | !d));
    for (word, before) in state.iter_mut().zip(before) {
        *word = word.add32(before);
    }
}

/// 16 steps, with their four rotations in turn.
#[inline(always)]
fn round<'w, V: Lanes + 'w, const A: i32, const B: i32, const C: i32, const D: i32>(
    isa: V::Isa,
    [a, b, c, d]: &mut [V; 4],
    sines: &[u32; 16],
    word: impl Fn(usize) -> Option<&'w V>,
    f: impl Fn(V, V, V) -> V,
) {
    let add = |a: V, f: V, i: usize| {
        let sine = sines.get(i).copied().unwrap_or_default();
        let word = word(i).map_or(a, |word| a.add32(*word));
        word.add32(V::splat(isa, sine)).add32(f)
    };
    for i in (0..16).step_by(4) {
        *a = b.add32(add(*a, f(*b, *c, *d), i).rotate_left::<A>());
        *d = a.add32(add(*d, f(*a, *b, *c), i + 1).rotate_left::<B>());
        *c = d.add32(add(*c, f(*d, *a, *b), i + 2).rotate_left::<C>());
        *b = c.add32(add(*b, f(*c, *d, *a), i + 3).rotate_left::<D>());
    }
}
