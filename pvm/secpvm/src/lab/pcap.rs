//! Capture files: pcap, version 2.4, as described by draft-ietf-opsawg-pcap. Numbers are in the byte order of
//! the machine that wrote the file; the magic number tells which.

use std::io::{self, Read, Write};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};

/// Longest frame that is kept whole, in bytes.
pub const SNAP_LEN: usize = 262_144;
const MAGIC: u32 = 0xa1b2_c3d4;
const ETHERNET: u32 = 1;
const FILE_HEADER_LEN: usize = 24;
const FRAME_HEADER_LEN: usize = 16;

/// One captured frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// When it was seen, in microseconds since 1970.
    pub at_us: u64,
    /// The Ethernet frame, without preamble and checksum.
    pub bytes: Vec<u8>,
}

/// Writes Ethernet frames.
#[derive(Debug)]
pub struct Writer<W>(W);

impl<W: Write> Writer<W> {
    /// Write the file's header: magic 4, version 2 + 2, zone 4, accuracy 4, longest frame 4, link type 4.
    ///
    /// # Errors
    /// Those of the output.
    pub fn new(mut output: W) -> io::Result<Self> {
        output.write_all(&MAGIC.to_ne_bytes())?;
        output.write_all(&2u16.to_ne_bytes())?;
        output.write_all(&4u16.to_ne_bytes())?;
        output.write_all(&[0; 8])?;
        output.write_all(
            &u32::try_from(SNAP_LEN)
                .expect("a small constant")
                .to_ne_bytes(),
        )?;
        output.write_all(&ETHERNET.to_ne_bytes())?;
        Ok(Self(output))
    }

    /// Write one frame: seconds 4, microseconds 4, length here 4, length on the wire 4, bytes.
    ///
    /// # Errors
    /// Those of the output.
    pub fn frame(&mut self, at: SystemTime, frame: &[u8]) -> io::Result<()> {
        let at = at.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let kept = &frame[..frame.len().min(SNAP_LEN)];
        // The format's seconds are 32 bits, unsigned, and last until 2106.
        let seconds = u32::try_from(at.as_secs()).unwrap_or(u32::MAX);
        for field in [seconds, at.subsec_micros(), len_u32(kept), len_u32(frame)] {
            self.0.write_all(&field.to_ne_bytes())?;
        }
        self.0.write_all(kept)
    }

    /// Hand all that was written to the operating system.
    ///
    /// # Errors
    /// Those of the output.
    pub fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Read a whole file of Ethernet frames, as [`Writer`] writes it.
///
/// # Errors
/// The input is no such file, or is cut off.
pub fn read(mut input: impl Read) -> Result<Vec<Frame>> {
    let mut file = Vec::new();
    input.read_to_end(&mut file)?;
    let (header, mut rest) = file
        .split_at_checked(FILE_HEADER_LEN)
        .context("too short for a pcap file")?;
    ensure!(field(header, 0) == MAGIC, "no pcap file of this machine");
    ensure!(
        field(header, 20) == ETHERNET,
        "a capture of something other than Ethernet"
    );
    let mut frames = Vec::new();
    while !rest.is_empty() {
        let Some((header, behind)) = rest.split_at_checked(FRAME_HEADER_LEN) else {
            bail!("cut off in a frame's header")
        };
        let len = usize::try_from(field(header, 8))?;
        let (bytes, behind) = behind.split_at_checked(len).context("cut off in a frame")?;
        let at_us = u64::from(field(header, 0)) * 1_000_000 + u64::from(field(header, 4));
        frames.push(Frame {
            at_us,
            bytes: bytes.to_vec(),
        });
        rest = behind;
    }
    Ok(frames)
}

fn field(bytes: &[u8], at: usize) -> u32 {
    u32::from_ne_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn len_u32(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("a frame is far below 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_frames() -> Vec<u8> {
        let mut file = Vec::new();
        let mut writer = Writer::new(&mut file).unwrap();
        writer
            .frame(UNIX_EPOCH + Duration::from_micros(1_000_002), b"abc")
            .unwrap();
        writer.frame(UNIX_EPOCH, b"").unwrap();
        file
    }

    #[test]
    fn what_is_written_is_what_the_format_says() {
        let file = two_frames();
        assert_eq!(file.len(), 24 + 16 + 3 + 16);
        assert_eq!(file[..4], 0xa1b2_c3d4u32.to_ne_bytes());
        assert_eq!(file[20..24], 1u32.to_ne_bytes());
        let words: Vec<u32> = (24..40).step_by(4).map(|at| field(&file, at)).collect();
        assert_eq!(words, [1, 2, 3, 3]);
    }

    #[test]
    fn what_is_written_can_be_read() {
        let frames = read(two_frames().as_slice()).unwrap();
        let expected = [
            Frame {
                at_us: 1_000_002,
                bytes: b"abc".to_vec(),
            },
            Frame {
                at_us: 0,
                bytes: vec![],
            },
        ];
        assert_eq!(frames, expected);
    }

    #[test]
    fn an_overlong_frame_is_cut_and_says_so() {
        let mut file = Vec::new();
        Writer::new(&mut file)
            .unwrap()
            .frame(UNIX_EPOCH, &vec![0; SNAP_LEN + 5])
            .unwrap();
        assert_eq!(read(file.as_slice()).unwrap()[0].bytes.len(), SNAP_LEN);
        assert_eq!(usize::try_from(field(&file, 36)).unwrap(), SNAP_LEN + 5);
    }

    #[test]
    fn every_cut_off_file_is_an_error() {
        let file = two_frames();
        let whole = [24, 24 + 16 + 3, file.len()];
        for len in 0..=file.len() {
            assert_eq!(
                read(&file[..len]).is_ok(),
                whole.contains(&len),
                "{len} bytes"
            );
        }
    }
}
