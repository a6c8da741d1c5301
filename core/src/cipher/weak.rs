//! Keys that DES and triple DES should not be given. The ciphers take them all the same, since
//! known answers need them; packet and session keys are checked.

use subtle::{Choice, ConstantTimeEq};

use super::{Des, TdesEde2, TdesEde3};

/// The weak keys, for which encryption is its own inverse (4), and the semi-weak ones, for which
/// another key's encryption is (12): FIPS 74 section 3.6, SP 800-67 section 3.3.2. Without parity.
const WEAK: [u64; 16] = [
    0x0000_0000_0000_0000,
    0xfefe_fefe_fefe_fefe,
    0x1e1e_1e1e_0e0e_0e0e,
    0xe0e0_e0e0_f0f0_f0f0,
    0x00fe_00fe_00fe_00fe,
    0xfe00_fe00_fe00_fe00,
    0x1ee0_1ee0_0ef0_0ef0,
    0xe01e_e01e_f00e_f00e,
    0x00e0_00e0_00f0_00f0,
    0xe000_e000_f000_f000,
    0x1efe_1efe_0efe_0efe,
    0xfe1e_fe1e_fe0e_fe0e,
    0x001e_001e_000e_000e,
    0x1e00_1e00_0e00_0e00,
    0xe0fe_e0fe_f0fe_f0fe,
    0xfee0_fee0_fef0_fef0,
];

/// The bits of a key that count: all but the lowest of each byte.
const NOT_PARITY: u64 = 0xfefe_fefe_fefe_fefe;

impl Des {
    /// Whether `key` is one of the 4 weak or 12 semi-weak keys, whatever its parity bits; in
    /// constant time.
    pub fn is_weak_key(key: &[u8; 8]) -> bool {
        is_weak(effective(*key)).into()
    }
}

impl TdesEde2 {
    /// Whether K1 or K2 is weak or semi-weak, or both are the same, which leaves single DES; in
    /// constant time.
    pub fn is_weak_key(key: &[u8; 16]) -> bool {
        let [k1, k2] = parts(key);
        (is_weak(k1) | is_weak(k2) | k1.ct_eq(&k2)).into()
    }
}

impl TdesEde3 {
    /// Whether one of K1, K2 and K3 is weak or semi-weak, or two are the same: K1 = K2 or K2 = K3
    /// leaves single DES, K1 = K3 two keys; in constant time.
    pub fn is_weak_key(key: &[u8; 24]) -> bool {
        let [k1, k2, k3] = parts(key);
        let weak = is_weak(k1) | is_weak(k2) | is_weak(k3);
        (weak | k1.ct_eq(&k2) | k2.ct_eq(&k3) | k1.ct_eq(&k3)).into()
    }
}

fn effective(key: [u8; 8]) -> u64 {
    u64::from_be_bytes(key) & NOT_PARITY
}

fn parts<const N: usize>(key: &[u8]) -> [u64; N] {
    let mut parts = [0; N];
    for (part, key) in parts.iter_mut().zip(key.as_chunks().0) {
        *part = effective(*key);
    }
    parts
}

fn is_weak(key: u64) -> Choice {
    WEAK.iter()
        .fold(Choice::from(0), |found, weak| found | key.ct_eq(weak))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cipher::{BlockCipher, KeyInit};

    /// The table against the definition: for every entry there is an entry that undoes it.
    #[test]
    fn each_weak_key_undoes_one_of_them() {
        for key in WEAK {
            let mut block = [*b"a block."];
            Des::new(&key.to_be_bytes())
                .unwrap()
                .encrypt_blocks(&mut block);
            let undone = WEAK.iter().filter(|other| {
                let mut again = block;
                Des::new(&other.to_be_bytes())
                    .unwrap()
                    .encrypt_blocks(&mut again);
                again == [*b"a block."]
            });
            assert_eq!(undone.count(), 1, "{key:016x}");
            assert!(Des::is_weak_key(
                &(key | 0x0001_0001_0100_0001).to_be_bytes()
            ));
        }
        assert!(!Des::is_weak_key(b"8 bytes!"));
    }

    #[test]
    fn equal_parts_of_triple_des_are_found_whatever_their_parity() {
        let key = |k1: u8, k2: u8, k3: u8| {
            let mut key = [0; 24];
            for (part, first) in key.chunks_mut(8).zip([k1, k2, k3]) {
                part.copy_from_slice(&[first, 2, 3, 5, 7, 11, 13, 17]);
            }
            key
        };
        assert!(!TdesEde3::is_weak_key(&key(2, 4, 6)));
        for weak in [key(2, 3, 6), key(4, 2, 3), key(3, 4, 2)] {
            assert!(TdesEde3::is_weak_key(&weak));
        }
        assert!(!TdesEde2::is_weak_key(key(2, 4, 0).first_chunk().unwrap()));
        assert!(TdesEde2::is_weak_key(key(2, 3, 0).first_chunk().unwrap()));
        let mut one_weak = key(2, 4, 6);
        one_weak[8..16].copy_from_slice(&[0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe]);
        assert!(TdesEde3::is_weak_key(&one_weak));
    }
}
