//! What can be read on the wire while programs run.

use std::fs::File;
use std::net::Ipv4Addr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use secpvm::lab::{Lab, packet::Datagram, pcap, pcap::Frame};

/// What the program `secret` sends.
const SECRET: &str = "the eagle lands at midnight";
/// Strings that a plain machine shows to everyone: the secret, its answer, and what `hello.pvm` sends.
const READABLE: [&[u8]; 3] = [
    SECRET.as_bytes(),
    b"THE EAGLE LANDS AT MIDNIGHT",
    b"hello, world from host2",
];

/// Run `secret` and PVM's own `hello.pvm` on `host1`, each with a partner on `host2`, and return
/// every frame that passed.
///
/// # Errors
/// A program comes to a wrong result, or the capture fails.
pub fn capture_programs(lab: &Lab, file: &Path) -> Result<Vec<Frame>> {
    let capture = lab.capture(file)?;
    let answer = lab.host("host1").command("secret").arg(SECRET).output()?;
    ensure!(
        answer.status.success(),
        "secret failed: {}",
        String::from_utf8_lossy(&answer.stderr)
    );
    // PVM deals out tasks in turn, so one of two greetings comes from the other host.
    for _ in 0..2 {
        let hello = lab.host("host1").command("/usr/bin/hello.pvm").output()?;
        let text = String::from_utf8_lossy(&hello.stdout);
        ensure!(
            hello.status.success() && text.contains("hello, world from host"),
            "hello.pvm said: {text}"
        );
    }
    let count = capture.stop()?;
    let frames = pcap::read(File::open(file).context("the capture")?)?;
    ensure!(
        u64::try_from(frames.len())? == count && count > 0,
        "the capture has {} of {count} frames",
        frames.len()
    );
    Ok(frames)
}

/// How many frames show a readable string.
pub fn readable(frames: &[Frame]) -> usize {
    let shows =
        |frame: &&Frame, text: &[u8]| frame.bytes.windows(text.len()).any(|window| window == text);
    frames
        .iter()
        .filter(|frame| READABLE.iter().any(|text| shows(frame, text)))
        .count()
}

/// The datagrams that one host's daemon sent to the other's, as far as each came in one packet.
pub fn datagrams(frames: &[Frame], from: Option<Ipv4Addr>, to: Option<Ipv4Addr>) -> Vec<Datagram> {
    let datagrams = frames
        .iter()
        .filter_map(|frame| Datagram::parse(&frame.bytes));
    datagrams
        .filter(|datagram| {
            Some(*datagram.source.ip()) == from && Some(*datagram.destination.ip()) == to
        })
        .collect()
}
