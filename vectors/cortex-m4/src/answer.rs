//! A known answer as text: one `field value` a line.

use core::ops::{Deref, DerefMut};

/// Why an answer was not given.
pub type Failure = &'static str;

/// The longest field: what HKDF-SHA-256 derives at most, and one more, which is refused.
const BYTES_LEN_MAX: usize = 255 * 32 + 1;

pub struct Answer<'t>(pub &'t str);

impl<'t> Answer<'t> {
    pub fn text(&self, name: &str) -> Option<&'t str> {
        let mut lines = self.0.lines().map(|line| line.split_once(' '));
        lines
            .find_map(|field| field.filter(|(found, _)| *found == name))
            .map(|(_, value)| value)
    }

    pub fn is_valid(&self) -> Result<bool, Failure> {
        match self.text("result") {
            Some("valid") => Ok(true),
            Some("invalid") => Ok(false),
            _ => Err("no result"),
        }
    }

    /// A number that may be missing.
    pub fn number(&self, name: &str) -> Result<Option<usize>, Failure> {
        let number = self.text(name).map(str::parse).transpose();
        number.map_err(|_| "no number")
    }

    pub fn bytes(&self, name: &str) -> Result<Bytes, Failure> {
        let text = self.text(name).ok_or("a field is missing")?;
        let digit = |digit: u8| char::from(digit).to_digit(16);
        let mut bytes = Bytes::new(text.len() / 2)?;
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            let value = match *pair {
                [high, low] => digit(high).zip(digit(low)),
                _ => None,
            };
            let (high, low) = value.ok_or("no hexadecimal")?;
            *byte = (high << 4 | low) as u8;
        }
        Ok(bytes)
    }
}

/// Bytes without an allocator.
#[derive(Clone)]
pub struct Bytes {
    at: [u8; BYTES_LEN_MAX],
    len: usize,
}

impl Bytes {
    pub fn new(len: usize) -> Result<Self, Failure> {
        let at = [0xee; BYTES_LEN_MAX];
        (len <= at.len())
            .then_some(Self { at, len })
            .ok_or("a field is too long")
    }
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.at[..self.len]
    }
}

impl DerefMut for Bytes {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.at[..self.len]
    }
}
