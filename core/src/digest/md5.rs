//! MD5 (RFC 1321).

use super::{Digest, sealed};

const BLOCK_LEN: usize = 64;

/// The state before the first block: section 3.3.
pub(crate) const INITIAL: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// Section 3.4: 2^32 times the absolute value of the sine of 1, 2, 3 ...
#[rustfmt::skip]
pub(crate) const SINES: [u32; 64] = [
    0xd76a_a478, 0xe8c7_b756, 0x2420_70db, 0xc1bd_ceee, 0xf57c_0faf, 0x4787_c62a, 0xa830_4613, 0xfd46_9501,
    0x6980_98d8, 0x8b44_f7af, 0xffff_5bb1, 0x895c_d7be, 0x6b90_1122, 0xfd98_7193, 0xa679_438e, 0x49b4_0821,
    0xf61e_2562, 0xc040_b340, 0x265e_5a51, 0xe9b6_c7aa, 0xd62f_105d, 0x0244_1453, 0xd8a1_e681, 0xe7d3_fbc8,
    0x21e1_cde6, 0xc337_07d6, 0xf4d5_0d87, 0x455a_14ed, 0xa9e3_e905, 0xfcef_a3f8, 0x676f_02d9, 0x8d2a_4c8a,
    0xfffa_3942, 0x8771_f681, 0x6d9d_6122, 0xfde5_380c, 0xa4be_ea44, 0x4bde_cfa9, 0xf6bb_4b60, 0xbebf_bc70,
    0x289b_7ec6, 0xeaa1_27fa, 0xd4ef_3085, 0x0488_1d05, 0xd9d4_d039, 0xe6db_99e5, 0x1fa2_7cf8, 0xc4ac_5665,
    0xf429_2244, 0x432a_ff97, 0xab94_23a7, 0xfc93_a039, 0x655b_59c3, 0x8f0c_cc92, 0xffef_f47d, 0x8584_5dd1,
    0x6fa8_7e4f, 0xfe2c_e6e0, 0xa301_4314, 0x4e08_11a1, 0xf753_7e82, 0xbd3a_f235, 0x2ad7_d2bb, 0xeb86_d391,
];

/// Length of the message's length, which ends the last block, in bytes.
const COUNT_LEN: usize = 8;

/// MD5 (RFC 1321): 16 bytes. Broken: collisions take seconds.
#[derive(Clone)]
pub struct Md5 {
    state: [u32; 4],
    /// Length of the message so far in bytes, modulo 2^64.
    len: u64,
    /// The message's last `len` modulo 64 bytes, which are not in `state` yet.
    rest: [u8; BLOCK_LEN],
}

impl Md5 {
    fn rest_len(&self) -> usize {
        let [low, ..] = self.len.to_le_bytes();
        usize::from(low) % BLOCK_LEN
    }
}

impl sealed::Sealed for Md5 {}

impl Digest for Md5 {
    type Output = [u8; 16];
    const OUTPUT_LEN: usize = 16;
    const BLOCK_LEN: usize = BLOCK_LEN;
    const BIG_ENDIAN: bool = false;

    fn new() -> Self {
        Self {
            state: INITIAL,
            len: 0,
            rest: [0; BLOCK_LEN],
        }
    }

    fn update(&mut self, data: &[u8]) {
        let rest_len = self.rest_len();
        self.len = self.len.wrapping_add(data.len() as u64);
        let space = self.rest.get_mut(rest_len..).unwrap_or_default();
        let (fill, data) = data.split_at(space.len().min(data.len()));
        let (filled, empty) = space.split_at_mut(fill.len());
        filled.copy_from_slice(fill);
        if !empty.is_empty() {
            return;
        }
        let (blocks, rest) = data.as_chunks();
        compress(&mut self.state, &[self.rest]);
        compress(&mut self.state, blocks);
        self.rest
            .get_mut(..rest.len())
            .unwrap_or_default()
            .copy_from_slice(rest);
    }

    fn finalize(mut self) -> [u8; 16] {
        let bits = self.len.wrapping_mul(8).to_le_bytes();
        let pad_len = (BLOCK_LEN - COUNT_LEN - 1).wrapping_sub(self.rest_len()) % BLOCK_LEN;
        self.update(&[0x80]);
        self.update([0; BLOCK_LEN].get(..pad_len).unwrap_or_default());
        self.update(&bits);
        let mut digest = [0; 16];
        for (to, word) in digest.as_chunks_mut().0.iter_mut().zip(self.state) {
            *to = word.to_le_bytes();
        }
        digest
    }
}

impl Drop for Md5 {
    fn drop(&mut self) {
        (self.state, self.len, self.rest) = ([0; 4], 0, [0; BLOCK_LEN]);
        zeroize::optimization_barrier(self);
    }
}

fn compress(state: &mut [u32; 4], blocks: &[[u8; BLOCK_LEN]]) {
    for block in blocks {
        let mut words = [0; 16];
        for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
            *word = u32::from_le_bytes(*bytes);
        }
        let worked = rounds(*state, &words);
        for (word, worked) in state.iter_mut().zip(worked) {
            *word = word.wrapping_add(worked);
        }
    }
}

// The auxiliary functions of RFC 1321 section 3.4. Each step waits for the one before it by `b` alone,
// so the fewer operations come after `b`, the faster.

fn f(b: u32, c: u32, d: u32) -> u32 {
    d ^ (b & (c ^ d))
}

/// The two terms have no bit in common: as a sum, the second can be added to the rest beforehand.
fn g(b: u32, c: u32, d: u32) -> u32 {
    (b & d).wrapping_add(c & !d)
}

fn h(b: u32, c: u32, d: u32) -> u32 {
    b ^ (c ^ d)
}

fn i(b: u32, c: u32, d: u32) -> u32 {
    c ^ (b | !d)
}

/// The 64 steps. For each round, the rotations of its steps by turns; then, for four steps a line,
/// where its constants begin, and the numbers of the words.
fn rounds([mut a, mut b, mut c, mut d]: [u32; 4], words: &[u32; 16]) -> [u32; 4] {
    // A constant that the compiler knows it adds last of all, when everything waits for the sum.
    let t = core::hint::black_box(&SINES);
    macro_rules! step {
        ($f:ident, $a:ident, $b:ident, $c:ident, $d:ident, $word:expr, $t:expr, $s:literal) => {
            let sum = $a.wrapping_add($word).wrapping_add($t);
            $a = $f($b, $c, $d)
                .wrapping_add(sum)
                .rotate_left($s)
                .wrapping_add($b);
        };
    }
    macro_rules! round {
        ($f:ident, $s1:literal, $s2:literal, $s3:literal, $s4:literal;
            $($first:literal: $k1:literal, $k2:literal, $k3:literal, $k4:literal;)*) => {$(
            step!($f, a, b, c, d, words[$k1], t[$first], $s1);
            step!($f, d, a, b, c, words[$k2], t[$first + 1], $s2);
            step!($f, c, d, a, b, words[$k3], t[$first + 2], $s3);
            step!($f, b, c, d, a, words[$k4], t[$first + 3], $s4);
        )*};
    }
    round!(f, 7, 12, 17, 22;
        0: 0, 1, 2, 3;
        4: 4, 5, 6, 7;
        8: 8, 9, 10, 11;
        12: 12, 13, 14, 15;
    );
    round!(g, 5, 9, 14, 20;
        16: 1, 6, 11, 0;
        20: 5, 10, 15, 4;
        24: 9, 14, 3, 8;
        28: 13, 2, 7, 12;
    );
    round!(h, 4, 11, 16, 23;
        32: 5, 8, 11, 14;
        36: 1, 4, 7, 10;
        40: 13, 0, 3, 6;
        44: 9, 12, 15, 2;
    );
    round!(i, 6, 10, 15, 21;
        48: 0, 7, 14, 5;
        52: 12, 3, 10, 1;
        56: 8, 15, 6, 13;
        60: 4, 11, 2, 9;
    );
    [a, b, c, d]
}
