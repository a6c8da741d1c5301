//! Bytes as lower-case hexadecimal digits. Nothing here branches on them or looks anything up by them,
//! for a private key is written and read so; `pvm/join/hex.c` is the same for secpvm-join.

/// Write `bytes` as digits, two for each.
pub fn encode(bytes: &[u8], digits: &mut [u8]) {
    debug_assert_eq!(digits.len(), 2 * bytes.len());
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
}

/// Read the bytes that `digits` are, all of them. `false` if they are anything else; what stands in
/// `bytes` then means nothing.
#[must_use]
pub fn decode(digits: &[u8], bytes: &mut [u8]) -> bool {
    if digits.len() != 2 * bytes.len() {
        return false;
    }
    let mut all_are_digits = u8::MAX;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [(high, first), (low, second)] = [pair[0], pair[1]].map(value);
        *byte = (high << 4) | low;
        all_are_digits &= first & second;
    }
    all_are_digits == u8::MAX
}

/// '0' to '9', and then 'a', which is 39 further than what follows '9'.
fn digit(value: u8) -> u8 {
    b'0' + value + (within(value, 10, 6) & (b'a' - b'9' - 1))
}

/// The value of a digit, and all ones; twice 0 if it is none.
fn value(digit: u8) -> (u8, u8) {
    let (decimal, letter) = (within(digit, b'0', 10), within(digit, b'a', 6));
    let value = |mask, zero| mask & digit.wrapping_sub(zero);
    (
        value(decimal, b'0') | value(letter, b'a' - 10),
        decimal | letter,
    )
}

/// All ones if `first <= byte < first + count`, else 0: whether the difference to `first`, modulo 256,
/// has to borrow when `count` is taken from it.
fn within(byte: u8, first: u8, count: u8) -> u8 {
    let difference = u16::from(byte.wrapping_sub(first)).wrapping_sub(count.into());
    difference.to_be_bytes()[0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_written_as_the_formatter_writes_it_and_comes_back() {
        for byte in 0..=u8::MAX {
            let mut digits = [0; 2];
            encode(&[byte], &mut digits);
            assert_eq!(digits, format!("{byte:02x}").as_bytes());
            let mut back = [!byte];
            assert!(decode(&digits, &mut back));
            assert_eq!(back, [byte]);
        }
    }

    #[test]
    fn no_other_character_is_a_digit() {
        for (at, character) in (0..4).flat_map(|at| (0..=u8::MAX).map(move |one| (at, one))) {
            let mut digits = *b"0000";
            digits[at] = character;
            let is_digit = b"0123456789abcdef".contains(&character);
            assert_eq!(decode(&digits, &mut [0; 2]), is_digit, "{digits:?}");
        }
    }

    #[test]
    fn another_number_of_digits_is_none() {
        for digits in [&b""[..], b"0", b"000", b"00000"] {
            assert!(!decode(digits, &mut [0; 2]), "{digits:?}");
        }
    }
}
