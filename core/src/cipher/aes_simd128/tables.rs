//! The S-box as look-ups in tables of sixteen bytes, made by the compiler from the definitions.
//!
//! GF(2^8) is an extension of degree two of its subfield GF(2^4): with z^2 = z + c, each element is
//! k z + i for one pair k, i of the subfield. With a = 1/c, j = i + k, and
//! ```text
//! io = 1/(1/i + a/k) + j        jo = 1/(1/j + a/k) + i
//! ```
//! the inverse of k z + i is (z + c)/io + (z + 1 + c)/jo. So two look-ups split a byte, five invert in
//! the subfield, and two put the result together. An inverse of 0 is [`INFINITY`]: whatever is
//! added to it, the next look-up is outside the table and gives 0, as the formula wants it.

#![allow(
    clippy::indexing_slicing,
    reason = "the compiler evaluates it all: an index out of range would not compile"
)]

/// What `swizzle` looks up in.
pub(super) type Table = [u8; 16];

/// The tables, and what else the rounds need as vectors.
pub(super) struct Tables {
    /// i and k (upper and lower half) of a byte, the sum of those of its two halves. This is how
    /// the state stands between rounds.
    pub(super) in_low: Table,
    pub(super) in_high: Table,
    /// 1/x and a/x of the subfield.
    pub(super) inverse: Table,
    pub(super) a_over: Table,
    /// The S-box, but for its constant 0x63: as a byte, the sum of those of io and jo.
    pub(super) byte: [Table; 2],
    /// The same as i and k.
    pub(super) once: [Table; 2],
    /// The same of twice as much.
    pub(super) twice: [Table; 2],
    /// The lower half of each byte.
    pub(super) nibble: Table,
    /// Which byte `ShiftRows` puts where; and the one by one, two, three further in its column.
    pub(super) rows: [Table; 4],
}

pub(super) static TABLES: Tables = Tables::new();

/// The constant of the S-box. `MixColumns` leaves it as it is.
pub(super) const CONSTANT: u8 = 0x63;

/// Any index outside of a table; adding one inside keeps it there.
const INFINITY: u8 = 0x80;

/// The elements of the subfield by the number that stands for each, so that adding numbers adds
/// elements: sums of 1, g, g^2 and g^3, where g generates it.
const SUBFIELD: Table = {
    // 3 generates the field (section 4 of FIPS 197 has its powers), so 3^17 the subfield.
    let g = power(3, 17);
    let basis = [1, g, power(g, 2), power(g, 3)];
    let mut elements = [0; 16];
    let mut n = 0;
    while n < 16 {
        let mut bit = 0;
        while bit < 4 {
            if n >> bit & 1 == 1 {
                elements[n] ^= basis[bit];
            }
            bit += 1;
        }
        n += 1;
    }
    elements
};

/// Any z whose sum with its conjugate z^16 is 1: then z^2 + z is in the subfield.
const Z: u8 = {
    let mut z = 2;
    while z ^ power(z, 16) != 1 {
        z += 1;
    }
    z
};

const C: u8 = multiply(Z, Z) ^ Z;

impl Tables {
    const fn new() -> Self {
        let split = split();
        let mut this = Self {
            in_low: [0; 16],
            in_high: [0; 16],
            inverse: [INFINITY; 16],
            a_over: [INFINITY; 16],
            byte: [[0; 16]; 2],
            once: [[0; 16]; 2],
            twice: [[0; 16]; 2],
            nibble: [0x0f; 16],
            rows: [[0; 16]; 4],
        };
        let mut n = 0;
        while n < 16 {
            this.in_low[n] = split[n];
            this.in_high[n] = split[n << 4];
            let mut further = 0;
            while further < 4 {
                // The byte of row r in column c, now at r + 4 c, was at r + 4 (c + r).
                let (row, column) = ((n + further) % 4, n / 4);
                this.rows[further][n] = byte(row + (4 * (column + row)) % 16);
                further += 1;
            }
            if n != 0 {
                let inverse = invert(SUBFIELD[n]);
                // The subfield has no k: its elements split into i alone.
                this.inverse[n] = split[inverse as usize] >> 4;
                this.a_over[n] = split[multiply(inverse, invert(C)) as usize] >> 4;
                let parts = [multiply(inverse, Z ^ C), multiply(inverse, Z ^ 1 ^ C)];
                let mut part = 0;
                while part < 2 {
                    let linear = linear(parts[part]);
                    this.byte[part][n] = linear;
                    this.once[part][n] = split[linear as usize];
                    this.twice[part][n] = split[double(linear) as usize];
                    part += 1;
                }
            }
            n += 1;
        }
        this
    }
}

/// For each element k z + i the numbers of i (upper half) and k.
const fn split() -> [u8; 256] {
    let mut split = [0; 256];
    let mut n = 0;
    while n < 256 {
        let element = multiply(SUBFIELD[n & 15], Z) ^ SUBFIELD[n >> 4];
        split[element as usize] = byte(n);
        n += 1;
    }
    split
}

/// The linear part of the affine map (section 5.1.1).
const fn linear(b: u8) -> u8 {
    b ^ b.rotate_left(1) ^ b.rotate_left(2) ^ b.rotate_left(3) ^ b.rotate_left(4)
}

/// Twice an element of GF(2^8) (section 4.2.1).
pub(super) const fn double(x: u8) -> u8 {
    (x << 1) ^ (0x1b * (x >> 7))
}

const fn multiply(mut x: u8, mut y: u8) -> u8 {
    let mut product = 0;
    while y != 0 {
        if y & 1 == 1 {
            product ^= x;
        }
        x = double(x);
        y >>= 1;
    }
    product
}

const fn power(x: u8, exponent: u8) -> u8 {
    let mut power = 1;
    let mut left = exponent;
    while left > 0 {
        power = multiply(power, x);
        left -= 1;
    }
    power
}

/// The group has 255 elements.
const fn invert(x: u8) -> u8 {
    power(x, 254)
}

/// A number below 256.
#[allow(clippy::cast_possible_truncation, reason = "as it says")]
const fn byte(n: usize) -> u8 {
    n as u8
}
