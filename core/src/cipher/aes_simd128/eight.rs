//! Eight blocks at once, bit by bit: vector n holds the bits n of all bytes, one block in each bit of
//! a byte (Biham, "A Fast New DES Implementation in Software", 1997; for AES Käsper and Schwabe,
//! 2009). There are no tables.

use core::arch::wasm32::{
    i8x16_eq, i8x16_shuffle, i8x16_splat, i16x8_shuffle, u32x4_shl, u32x4_shr, u64x2_shl,
    u64x2_shr, v128, v128_and, v128_not, v128_or, v128_xor,
};

use super::{Words, from_bytes, from_words, to_bytes};

/// The lowest bits first.
type Planes = [v128; 8];

/// Encrypt eight blocks.
pub(super) fn encrypt<const KEYS: usize>(keys: &[Words; KEYS], blocks: &mut [[u8; 16]; 8]) {
    let [first, middle @ .., last] = &keys[..] else {
        return;
    };
    let mut state = transposed(blocks.each_ref().map(from_bytes));
    add_key(&mut state, first);
    for key in middle {
        state = mix_columns(substitute(state).map(shift_rows));
        add_key(&mut state, key);
    }
    state = substitute(state).map(shift_rows);
    add_key(&mut state, last);
    *blocks = transposed(state).map(to_bytes);
}

/// Decrypt eight blocks.
pub(super) fn decrypt<const KEYS: usize>(keys: &[Words; KEYS], blocks: &mut [[u8; 16]; 8]) {
    let [first, middle @ .., last] = &keys[..] else {
        return;
    };
    let mut state = transposed(blocks.each_ref().map(from_bytes));
    add_key(&mut state, last);
    for key in middle.iter().rev() {
        state = unsubstitute(state.map(unshift_rows));
        add_key(&mut state, key);
        state = unmix_columns(state);
    }
    state = unsubstitute(state.map(unshift_rows));
    add_key(&mut state, first);
    *blocks = transposed(state).map(to_bytes);
}

/// Blocks to planes and back: in each byte position, bit m of vector n and bit n of vector m change
/// places.
fn transposed([a, b, c, d, e, f, g, h]: Planes) -> Planes {
    let ([a, b], [c, d], [e, f], [g, h]) = (
        exchange::<1>(a, b),
        exchange::<1>(c, d),
        exchange::<1>(e, f),
        exchange::<1>(g, h),
    );
    let ([a, c], [b, d], [e, g], [f, h]) = (
        exchange::<2>(a, c),
        exchange::<2>(b, d),
        exchange::<2>(e, g),
        exchange::<2>(f, h),
    );
    let ([a, e], [b, f], [c, g], [d, h]) = (
        exchange::<4>(a, e),
        exchange::<4>(b, f),
        exchange::<4>(c, g),
        exchange::<4>(d, h),
    );
    [a, b, c, d, e, f, g, h]
}

/// The upper of every two groups of `N` bits of `a` for the lower one of `b`.
fn exchange<const N: u32>(a: v128, b: v128) -> [v128; 2] {
    let lower = i8x16_splat(match N {
        1 => 0x55,
        2 => 0x33,
        _ => 0x0f,
    });
    let difference = v128_and(v128_xor(u64x2_shr(a, N), b), lower);
    [
        v128_xor(a, u64x2_shl(difference, N)),
        v128_xor(b, difference),
    ]
}

/// Add the same key to all blocks.
fn add_key(state: &mut Planes, key: &Words) {
    let key = from_words(key);
    let mut bit = 1_u8;
    for plane in state {
        let selected = i8x16_splat(bit.cast_signed());
        let is_set = i8x16_eq(v128_and(key, selected), selected);
        *plane = v128_xor(*plane, is_set);
        bit = bit.rotate_left(1);
    }
}

/// Section 5.1.2.
fn shift_rows(plane: v128) -> v128 {
    i8x16_shuffle::<0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11>(plane, plane)
}

/// Section 5.3.1.
fn unshift_rows(plane: v128) -> v128 {
    i8x16_shuffle::<0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3>(plane, plane)
}

/// The byte one further in each column.
fn next(plane: v128) -> v128 {
    v128_or(u32x4_shr(plane, 8), u32x4_shl(plane, 24))
}

/// The byte two further.
fn opposite(plane: v128) -> v128 {
    i16x8_shuffle::<1, 0, 3, 2, 5, 4, 7, 6>(plane, plane)
}

fn sum(a: Planes, b: Planes) -> Planes {
    let [a0, a1, a2, a3, a4, a5, a6, a7] = a;
    let [b0, b1, b2, b3, b4, b5, b6, b7] = b;
    [
        v128_xor(a0, b0),
        v128_xor(a1, b1),
        v128_xor(a2, b2),
        v128_xor(a3, b3),
        v128_xor(a4, b4),
        v128_xor(a5, b5),
        v128_xor(a6, b6),
        v128_xor(a7, b7),
    ]
}

/// Twice each byte in GF(2^8) (section 4.2.1).
fn double([a, b, c, d, e, f, g, carry]: Planes) -> Planes {
    [
        carry,
        v128_xor(a, carry),
        b,
        v128_xor(c, carry),
        v128_xor(d, carry),
        e,
        f,
        g,
    ]
}

/// Section 5.1.3: a column a, b, c, d begins with 2a + 3b + c + d = 2(a + b) + b + (c + d).
fn mix_columns(state: Planes) -> Planes {
    let next = state.map(next);
    let pairs = sum(state, next);
    sum(sum(double(pairs), next), pairs.map(opposite))
}

/// Section 5.3.3. The inverse is `mix_columns` after adding 4(a + c) to a and c, 4(b + d) to b
/// and d.
fn unmix_columns(state: Planes) -> Planes {
    let pairs = sum(state, state.map(opposite));
    mix_columns(sum(state, double(double(pairs))))
}

/// The inverse S-box. The S-box is an inversion, then an affine map; so the inversion is the S-box,
/// then the inverse affine map, and the inverse S-box is that map before the inversion.
fn unsubstitute(state: Planes) -> Planes {
    unmap(substitute(unmap(state)))
}

/// The inverse affine map: bits n + 2, n + 5 and n + 7 modulo 8, and 0x05.
fn unmap([a, b, c, d, e, f, g, h]: Planes) -> Planes {
    let sum = |x, y, z| v128_xor(v128_xor(x, y), z);
    [
        v128_not(sum(c, f, h)),
        sum(d, g, a),
        v128_not(sum(e, h, b)),
        sum(f, a, c),
        sum(g, b, d),
        sum(h, c, e),
        sum(a, d, f),
        sum(b, e, g),
    ]
}

/// The S-box as a circuit of 32 ANDs and 83 XORs and XNORs (Boyar and Peralta, "A depth-16 circuit for
/// the AES S-box", 2011), in its authors' names.
#[rustfmt::skip]
fn substitute([x7, x6, x5, x4, x3, x2, x1, x0]: Planes) -> Planes {
    let (xor, and) = (v128_xor, v128_and);
    let xnor = |a, b| v128_not(v128_xor(a, b));
    // Into GF(2^4)^2.
    let y14 = xor(x3, x5); let y13 = xor(x0, x6); let y9 = xor(x0, x3); let y8 = xor(x0, x5);
    let t0 = xor(x1, x2); let y1 = xor(t0, x7); let y4 = xor(y1, x3); let y12 = xor(y13, y14);
    let y2 = xor(y1, x0); let y5 = xor(y1, x6); let y3 = xor(y5, y8); let t1 = xor(x4, y12);
    let y15 = xor(t1, x5); let y20 = xor(t1, x1); let y6 = xor(y15, x7); let y10 = xor(y15, t0);
    let y11 = xor(y20, y9); let y7 = xor(x7, y11); let y17 = xor(y10, y11); let y19 = xor(y10, y8);
    let y16 = xor(t0, y11); let y21 = xor(y13, y16); let y18 = xor(x0, y16);
    // Inversion.
    let t2 = and(y12, y15); let t3 = and(y3, y6); let t4 = xor(t3, t2); let t5 = and(y4, x7);
    let t6 = xor(t5, t2); let t7 = and(y13, y16); let t8 = and(y5, y1); let t9 = xor(t8, t7);
    let t10 = and(y2, y7); let t11 = xor(t10, t7); let t12 = and(y9, y11); let t13 = and(y14, y17);
    let t14 = xor(t13, t12); let t15 = and(y8, y10); let t16 = xor(t15, t12); let t17 = xor(t4, t14);
    let t18 = xor(t6, t16); let t19 = xor(t9, t14); let t20 = xor(t11, t16); let t21 = xor(t17, y20);
    let t22 = xor(t18, y19); let t23 = xor(t19, y21); let t24 = xor(t20, y18); let t25 = xor(t21, t22);
    let t26 = and(t21, t23); let t27 = xor(t24, t26); let t28 = and(t25, t27); let t29 = xor(t28, t22);
    let t30 = xor(t23, t24); let t31 = xor(t22, t26); let t32 = and(t31, t30); let t33 = xor(t32, t24);
    let t34 = xor(t23, t33); let t35 = xor(t27, t33); let t36 = and(t24, t35); let t37 = xor(t36, t34);
    let t38 = xor(t27, t36); let t39 = and(t29, t38); let t40 = xor(t25, t39);
    let t41 = xor(t40, t37); let t42 = xor(t29, t33); let t43 = xor(t29, t40); let t44 = xor(t33, t37);
    let t45 = xor(t42, t41);
    let z0 = and(t44, y15); let z1 = and(t37, y6); let z2 = and(t33, x7); let z3 = and(t43, y16);
    let z4 = and(t40, y1); let z5 = and(t29, y7); let z6 = and(t42, y11); let z7 = and(t45, y17);
    let z8 = and(t41, y10); let z9 = and(t44, y12); let z10 = and(t37, y3); let z11 = and(t33, y4);
    let z12 = and(t43, y13); let z13 = and(t40, y5); let z14 = and(t29, y2); let z15 = and(t42, y9);
    let z16 = and(t45, y14); let z17 = and(t41, y8);
    // And back, with the affine map.
    let t46 = xor(z15, z16); let t47 = xor(z10, z11); let t48 = xor(z5, z13); let t49 = xor(z9, z10);
    let t50 = xor(z2, z12); let t51 = xor(z2, z5); let t52 = xor(z7, z8); let t53 = xor(z0, z3);
    let t54 = xor(z6, z7); let t55 = xor(z16, z17); let t56 = xor(z12, t48); let t57 = xor(t50, t53);
    let t58 = xor(z4, t46); let t59 = xor(z3, t54); let t60 = xor(t46, t57); let t61 = xor(z14, t57);
    let t62 = xor(t52, t58); let t63 = xor(t49, t58); let t64 = xor(z4, t59); let t65 = xor(t61, t62);
    let t66 = xor(z1, t63); let t67 = xor(t64, t65);
    let s0 = xor(t59, t63); let s3 = xor(t53, t66); let s4 = xor(t51, t66); let s5 = xor(t47, t65);
    let s1 = xnor(t64, s3); let s2 = xnor(t55, t67); let s6 = xnor(t56, t62); let s7 = xnor(t48, t60);
    [s7, s6, s5, s4, s3, s2, s1, s0]
}
