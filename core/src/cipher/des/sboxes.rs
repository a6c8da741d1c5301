//! The S-boxes of DES as circuits, and as words to choose from. Written by `cargo xtask sboxes`,
//! checked by `cargo xtask test`: not to be edited.

use crate::wide::Vector;

/// S1 in 58 gates: six bits, the first of the standard first, to four.
#[inline(always)]
pub(super) fn s1<V: Vector>([x5, x4, x3, x2, x1, x0]: [V; 6]) -> [V; 4] {
    let x6 = x3 | x5;
    let x7 = x6 ^ x4;
    let x8 = x0 & x6;
    let x9 = x8 ^ x7;
    let x10 = x5.and_not(x4);
    let x11 = x10 ^ x8;
    let x12 = x0.and_not(x10);
    let x13 = x3 | x12;
    let x14 = x13 ^ x11;
    let x15 = x1 | x14;
    let x16 = x15 ^ x9;
    let x17 = x14 ^ x16;
    let x18 = x16.and_not(x5);
    let x19 = x3 | x18;
    let x20 = x19 ^ x17;
    let x21 = !x13;
    let x22 = x1 | x21;
    let x23 = x22 ^ x20;
    let x24 = x2 | x23;
    let x25 = x24 ^ x16;
    let x26 = x16 & x5;
    let x27 = x26 ^ x4;
    let x28 = x25.and_not(x4);
    let x29 = x3 | x28;
    let x30 = x29 ^ x27;
    let x31 = x16 & x27;
    let x32 = x31 ^ x23;
    let x33 = x30.and_not(x17);
    let x34 = x4 & x33;
    let x35 = x34 ^ x21;
    let x36 = x1 & x35;
    let x37 = x36 ^ x32;
    let x38 = x2 & x37;
    let x39 = x38 ^ x30;
    let x40 = x39 ^ x13;
    let x41 = x4 & x40;
    let x42 = x41 ^ x17;
    let x43 = x30 | x40;
    let x44 = x43 ^ x36;
    let x45 = x5 & x44;
    let x46 = x45 ^ x42;
    let x47 = x16 ^ x22;
    let x48 = x6.and_not(x34);
    let x49 = x48 & x15;
    let x50 = x0 | x49;
    let x51 = x50 ^ x47;
    let x52 = x2 | x51;
    let x53 = x52 ^ x46;
    let x54 = x49 | x26;
    let x55 = x54 ^ x46;
    let x56 = x1.and_not(x11);
    let x57 = x4 | x56;
    let x58 = x57 ^ x55;
    let x59 = x42.and_not(x40);
    let x60 = x5 & x59;
    let x61 = x60 ^ x2;
    let x62 = x2 & x61;
    let x63 = x62 ^ x58;
    [x25, x53, x39, x63]
}

/// S2 in 52 gates: six bits, the first of the standard first, to four.
#[inline(always)]
pub(super) fn s2<V: Vector>([x5, x4, x3, x2, x1, x0]: [V; 6]) -> [V; 4] {
    let x6 = x1 ^ x4;
    let x7 = !x5;
    let x8 = x6.and_not(x5);
    let x9 = x1 | x8;
    let x10 = x9 ^ x7;
    let x11 = x0 | x10;
    let x12 = x11 ^ x6;
    let x13 = x12 | x1;
    let x14 = x13 ^ x9;
    let x15 = x0 | x4;
    let x16 = x15 ^ x14;
    let x17 = x3 & x16;
    let x18 = x17 ^ x12;
    let x19 = x4 ^ x8;
    let x20 = x19 & x16;
    let x21 = x2 | x20;
    let x22 = x21 ^ x18;
    let x23 = x0 ^ x7;
    let x24 = x23 ^ x6;
    let x25 = x11 & x15;
    let x26 = x25 ^ x4;
    let x27 = x3 & x26;
    let x28 = x27 ^ x24;
    let x29 = !x26;
    let x30 = x13 & x18;
    let x31 = x0 & x30;
    let x32 = x31 ^ x29;
    let x33 = x2 & x32;
    let x34 = x33 ^ x28;
    let x35 = x5 ^ x29;
    let x36 = x1 | x19;
    let x37 = x36 ^ x35;
    let x38 = x23.and_not(x32);
    let x39 = x3 | x38;
    let x40 = x39 ^ x37;
    let x41 = x6 & x15;
    let x42 = x41 | x19;
    let x43 = x2 & x42;
    let x44 = x43 ^ x40;
    let x45 = x16.and_not(x0);
    let x46 = x45 ^ x41;
    let x47 = x11 & x34;
    let x48 = x3 | x47;
    let x49 = x48 ^ x46;
    let x50 = x45 ^ x26;
    let x51 = x50.and_not(x8);
    let x52 = x35 ^ x47;
    let x53 = x52 ^ x8;
    let x54 = x3 & x53;
    let x55 = x54 ^ x51;
    let x56 = x2 | x55;
    let x57 = x56 ^ x49;
    [x44, x34, x57, x22]
}

/// S3 in 53 gates: six bits, the first of the standard first, to four.
#[inline(always)]
pub(super) fn s3<V: Vector>([x5, x4, x3, x2, x1, x0]: [V; 6]) -> [V; 4] {
    let x6 = x0 ^ x3;
    let x7 = x6 ^ x4;
    let x8 = x7 & x4;
    let x9 = x1 | x8;
    let x10 = x9 ^ x7;
    let x11 = x0.and_not(x8);
    let x12 = x2 | x11;
    let x13 = x12 ^ x10;
    let x14 = x9 ^ x3;
    let x15 = x14 ^ x2;
    let x16 = x1 | x15;
    let x17 = x16 ^ x12;
    let x18 = x5 | x17;
    let x19 = x18 ^ x13;
    let x20 = x11 | x6;
    let x21 = x20 ^ x2;
    let x22 = x10.and_not(x0);
    let x23 = x1 | x22;
    let x24 = x23 ^ x21;
    let x25 = x22 | x2;
    let x26 = x25 | x19;
    let x27 = !x22;
    let x28 = x11 ^ x25;
    let x29 = x3 & x28;
    let x30 = x29 ^ x27;
    let x31 = x4 | x30;
    let x32 = x31 ^ x26;
    let x33 = x5 | x32;
    let x34 = x33 ^ x24;
    let x35 = x5 ^ x17;
    let x36 = x6 & x18;
    let x37 = x36 | x28;
    let x38 = x1 & x37;
    let x39 = x38 ^ x35;
    let x40 = x15 ^ x1;
    let x41 = x40 & x35;
    let x42 = x3 | x41;
    let x43 = x42 ^ x11;
    let x44 = x4 & x43;
    let x45 = x44 ^ x39;
    let x46 = x34.and_not(x19);
    let x47 = x46 ^ x3;
    let x48 = x7 | x35;
    let x49 = x48 ^ x42;
    let x50 = x4 & x49;
    let x51 = x50 ^ x47;
    let x52 = x13 ^ x49;
    let x53 = x15.and_not(x52);
    let x54 = x53 ^ x5;
    let x55 = x0 & x54;
    let x56 = x55 ^ x52;
    let x57 = x1 & x56;
    let x58 = x57 ^ x51;
    [x34, x45, x58, x19]
}

/// S4 in 42 gates: six bits, the first of the standard first, to four.
#[inline(always)]
pub(super) fn s4<V: Vector>([x5, x4, x3, x2, x1, x0]: [V; 6]) -> [V; 4] {
    let x6 = x3 | x4;
    let x7 = x6 ^ x5;
    let x8 = x3 | x5;
    let x9 = x1 & x8;
    let x10 = x9 ^ x7;
    let x11 = x9 & x5;
    let x12 = x11 ^ x8;
    let x13 = x4 & x12;
    let x14 = x13 ^ x1;
    let x15 = x2 & x14;
    let x16 = x15 ^ x10;
    let x17 = x3.and_not(x1);
    let x18 = x7 | x17;
    let x19 = x18 ^ x3;
    let x20 = x2 & x19;
    let x21 = x20 ^ x17;
    let x22 = x14 | x2;
    let x23 = x22 ^ x9;
    let x24 = x4 | x23;
    let x25 = x24 ^ x21;
    let x26 = x0 | x25;
    let x27 = x26 ^ x16;
    let x28 = x2 ^ x8;
    let x29 = !x28;
    let x30 = x1 & x16;
    let x31 = x30 ^ x29;
    let x32 = x16.and_not(x3);
    let x33 = x14.and_not(x32);
    let x34 = x4 & x33;
    let x35 = x34 ^ x31;
    let x36 = x15 ^ x34;
    let x37 = x36 ^ x3;
    let x38 = x25 | x15;
    let x39 = x5 | x38;
    let x40 = x39 ^ x37;
    let x41 = x0 & x40;
    let x42 = x41 ^ x35;
    let x43 = !x16;
    let x44 = x0 & x25;
    let x45 = x44 ^ x43;
    let x46 = x40 ^ x0;
    let x47 = x46 ^ x42;
    [x27, x45, x47, x42]
}

/// S5 in 57 gates: six bits, the first of the standard first, to four.
#[inline(always)]
pub(super) fn s5<V: Vector>([x5, x4, x3, x2, x1, x0]: [V; 6]) -> [V; 4] {
    let x6 = x3 ^ x4;
    let x7 = !x0;
    let x8 = x2 | x7;
    let x9 = x8 ^ x6;
    let x10 = x2 ^ x9;
    let x11 = x10 & x4;
    let x12 = x1 | x11;
    let x13 = x12 ^ x9;
    let x14 = x13 | x4;
    let x15 = x1 | x14;
    let x16 = x15 ^ x0;
    let x17 = x13.and_not(x10);
    let x18 = x7.and_not(x17);
    let x19 = x3 | x18;
    let x20 = x19 ^ x16;
    let x21 = x5 | x20;
    let x22 = x21 ^ x13;
    let x23 = x14.and_not(x6);
    let x24 = x14 ^ x17;
    let x25 = x1 & x24;
    let x26 = x25 ^ x23;
    let x27 = x22 ^ x25;
    let x28 = x4 | x9;
    let x29 = x28 ^ x27;
    let x30 = x5 & x29;
    let x31 = x30 ^ x26;
    let x32 = x26 | x27;
    let x33 = x32 ^ x12;
    let x34 = x2 & x33;
    let x35 = x34 ^ x33;
    let x36 = x0 | x35;
    let x37 = x36 ^ x31;
    let x38 = x20.and_not(x24);
    let x39 = x38 ^ x26;
    let x40 = x24 ^ x27;
    let x41 = x40 & x29;
    let x42 = x5 | x41;
    let x43 = x42 ^ x39;
    let x44 = x4.and_not(x40);
    let x45 = x44 ^ x10;
    let x46 = x33.and_not(x1);
    let x47 = x5 & x46;
    let x48 = x47 ^ x45;
    let x49 = x0 | x48;
    let x50 = x49 ^ x43;
    let x51 = x3.and_not(x9);
    let x52 = x51 ^ x11;
    let x53 = x28 ^ x36;
    let x54 = x53 ^ x6;
    let x55 = x1 & x54;
    let x56 = x55 ^ x52;
    let x57 = x0 | x27;
    let x58 = x18 | x48;
    let x59 = x2 & x58;
    let x60 = x59 ^ x57;
    let x61 = x5 & x60;
    let x62 = x61 ^ x56;
    [x50, x37, x22, x62]
}

/// S6 in 54 gates: six bits, the first of the standard first, to four.
#[inline(always)]
pub(super) fn s6<V: Vector>([x5, x4, x3, x2, x1, x0]: [V; 6]) -> [V; 4] {
    let x6 = x5 ^ x2;
    let x7 = !x4;
    let x8 = x3 | x7;
    let x9 = x8 ^ x6;
    let x10 = x6.and_not(x3);
    let x11 = x1 | x10;
    let x12 = x11 ^ x9;
    let x13 = x7 | x9;
    let x14 = x13.and_not(x1);
    let x15 = x3 & x14;
    let x16 = x15 ^ x11;
    let x17 = x13 ^ x6;
    let x18 = x17 & x12;
    let x19 = x2 & x18;
    let x20 = x19 ^ x16;
    let x21 = x0 & x20;
    let x22 = x21 ^ x12;
    let x23 = x7 & x3;
    let x24 = x23 ^ x11;
    let x25 = x1 ^ x3;
    let x26 = x0 & x8;
    let x27 = x26 ^ x25;
    let x28 = x5 & x27;
    let x29 = x28 ^ x24;
    let x30 = x12.and_not(x0);
    let x31 = x0.and_not(x13);
    let x32 = x31 ^ x27;
    let x33 = x1 | x32;
    let x34 = x33 ^ x30;
    let x35 = x2 & x34;
    let x36 = x35 ^ x29;
    let x37 = x0 ^ x23;
    let x38 = x37 ^ x17;
    let x39 = x37 & x15;
    let x40 = x39 ^ x4;
    let x41 = x5 & x40;
    let x42 = x41 ^ x38;
    let x43 = x36 & x9;
    let x44 = x32 ^ x38;
    let x45 = x5 | x44;
    let x46 = x45 ^ x43;
    let x47 = x1 & x46;
    let x48 = x47 ^ x42;
    let x49 = x26 | x5;
    let x50 = x49 ^ x44;
    let x51 = x41 ^ x13;
    let x52 = x0 | x51;
    let x53 = x52 ^ x50;
    let x54 = x21 ^ x32;
    let x55 = x44.and_not(x22);
    let x56 = x5 | x55;
    let x57 = x56 ^ x54;
    let x58 = x1 & x57;
    let x59 = x58 ^ x53;
    [x22, x48, x59, x36]
}

/// S7 in 55 gates: six bits, the first of the standard first, to four.
#[inline(always)]
pub(super) fn s7<V: Vector>([x5, x4, x3, x2, x1, x0]: [V; 6]) -> [V; 4] {
    let x6 = x5 ^ x0;
    let x7 = x0 & x5;
    let x8 = x4.and_not(x7);
    let x9 = x3 | x8;
    let x10 = x9 ^ x6;
    let x11 = x4 & x7;
    let x12 = x1 | x11;
    let x13 = x12 ^ x10;
    let x14 = x0 & x4;
    let x15 = x3 | x7;
    let x16 = x15 ^ x14;
    let x17 = x1 | x16;
    let x18 = x17 ^ x11;
    let x19 = x2 & x18;
    let x20 = x19 ^ x13;
    let x21 = x5.and_not(x10);
    let x22 = !x21;
    let x23 = x0 ^ x3;
    let x24 = x4 & x23;
    let x25 = x24 ^ x22;
    let x26 = x4 ^ x5;
    let x27 = x26 | x24;
    let x28 = x2 | x27;
    let x29 = x28 ^ x25;
    let x30 = x6 & x16;
    let x31 = x2 & x30;
    let x32 = x31 ^ x1;
    let x33 = x1 & x32;
    let x34 = x33 ^ x29;
    let x35 = x20 & x2;
    let x36 = x35 ^ x9;
    let x37 = x4 & x28;
    let x38 = x37 ^ x36;
    let x39 = x25.and_not(x2);
    let x40 = x39 ^ x4;
    let x41 = x0 & x40;
    let x42 = x41 ^ x38;
    let x43 = x23 & x38;
    let x44 = x34.and_not(x43);
    let x45 = x5 & x44;
    let x46 = x45 ^ x32;
    let x47 = x1 & x46;
    let x48 = x47 ^ x42;
    let x49 = x4 ^ x22;
    let x50 = x26 & x32;
    let x51 = x50 ^ x36;
    let x52 = x2 & x51;
    let x53 = x52 ^ x49;
    let x54 = x35 ^ x48;
    let x55 = x25 ^ x2;
    let x56 = x55 ^ x19;
    let x57 = x5 | x56;
    let x58 = x57 ^ x54;
    let x59 = x0 | x58;
    let x60 = x59 ^ x53;
    [x48, x34, x60, x20]
}

/// S8 in 51 gates: six bits, the first of the standard first, to four.
#[inline(always)]
pub(super) fn s8<V: Vector>([x5, x4, x3, x2, x1, x0]: [V; 6]) -> [V; 4] {
    let x6 = x1 ^ x0;
    let x7 = !x6;
    let x8 = x6.and_not(x5);
    let x9 = x8 ^ x0;
    let x10 = x2 & x9;
    let x11 = x10 ^ x7;
    let x12 = x1 & x9;
    let x13 = x3 | x12;
    let x14 = x13 ^ x11;
    let x15 = x2 ^ x5;
    let x16 = x15 | x9;
    let x17 = x16 & x5;
    let x18 = x3 | x17;
    let x19 = x18 ^ x16;
    let x20 = x4 | x19;
    let x21 = x20 ^ x14;
    let x22 = x3 ^ x17;
    let x23 = x15 ^ x19;
    let x24 = x23 & x9;
    let x25 = x1 & x24;
    let x26 = x25 ^ x22;
    let x27 = x16 ^ x22;
    let x28 = x27 | x14;
    let x29 = x22.and_not(x28);
    let x30 = x2 & x29;
    let x31 = x30 ^ x28;
    let x32 = x4 & x31;
    let x33 = x32 ^ x26;
    let x34 = x6 | x11;
    let x35 = x34 ^ x27;
    let x36 = x21 ^ x33;
    let x37 = x0 | x36;
    let x38 = x37 ^ x35;
    let x39 = x21 ^ x0;
    let x40 = x39 & x37;
    let x41 = x34 ^ x21;
    let x42 = x5 | x41;
    let x43 = x42 ^ x40;
    let x44 = x4 | x43;
    let x45 = x44 ^ x38;
    let x46 = x45 ^ x36;
    let x47 = x39 | x41;
    let x48 = x47 ^ x3;
    let x49 = x2 | x48;
    let x50 = x49 ^ x46;
    let x51 = x9 ^ x33;
    let x52 = !x51;
    let x53 = x1 & x52;
    let x54 = x53 ^ x49;
    let x55 = x4 & x54;
    let x56 = x55 ^ x50;
    [x45, x21, x33, x56]
}

/// What all S-boxes give, S1 in the highest four bits, for an input whose first bit is zero and
/// whose next four count here; and what changes if the first is one. The last bit is zero in the
/// lower 32 bits, and one in the upper.
pub(super) const CHOICES: [[(u64, u64); 4]; 4] = [
    [
        (0x03dd_ead1_efa7_2c4d, 0xfece_5eb3_af7d_655a),
        (0xfd78_bf0f_410d_c1b2, 0x35d7_3cbe_5f6b_eff9),
        (0x740b_24bd_d89e_4a28, 0xfedb_e663_3fd7_559c),
        (0x4795_c278_1ee3_1fe4, 0x6693_beff_9573_aa35),
    ],
    [
        (0xef36_474a_2660_79f6, 0xac5c_5e5e_fcec_db3f),
        (0x224f_7c93_fb36_a20f, 0xbdde_99d9_9fcd_7a33),
        (0xd860_d917_b3f9_b68b, 0xcced_f6bf_9ece_caf5),
        (0x1ea3_15a4_845a_68d1, 0x6cdb_cfd9_3557_eb33),
    ],
    [
        (0xac24_56ec_3911_803a, 0xf76d_3d73_ccae_779a),
        (0x6087_0135_a7d2_5dc9, 0xd673_ff69_6fc3_cd3f),
        (0xc152_fd56_62c8_3393, 0xf6b7_fc5f_feeb_f7f9),
        (0xbaec_aecb_cd75_f47e, 0x56d7_393b_bbbb_aef3),
    ],
    [
        (0x96c1_3020_5cbb_de55, 0x367d_96c3_65ee_bf5a),
        (0x59ba_9bfe_904c_07a0, 0x5ced_dbdb_33ee_3af3),
        (0x3bfe_8389_0524_e56c, 0x55dc_dbbf_57cc_eef9),
        (0x8519_6862_7a8f_9b17, 0x5cd7_55a9_75fb_7d3f),
    ],
];
