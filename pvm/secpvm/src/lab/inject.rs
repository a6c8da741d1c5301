//! Sending packets of any content and any source address, as an attacker on the bridge can.

use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};
use std::os::fd::AsRawFd;
use std::process::{Child, ChildStdin, Command, Stdio};

use anyhow::{Context, Result, ensure};
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrIn, sendto, socket,
};

use super::packet::{Datagram, ipv4_destination};

/// A process at the outsider's place that sends what it is given.
#[derive(Debug)]
pub struct Injector {
    process: Child,
    packets: Option<BufWriter<ChildStdin>>,
    next_id: u16,
}

impl Injector {
    pub(super) fn start(mut command: Command) -> Result<Self> {
        let mut process = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .context("starting the injector")?;
        let packets = process.stdin.take().map(BufWriter::new);
        Ok(Self {
            process,
            packets,
            next_id: 1,
        })
    }

    /// Send a datagram that claims to come from `datagram.source`.
    ///
    /// # Errors
    /// The process that sends has ended.
    pub fn send(&mut self, datagram: &Datagram) -> Result<()> {
        let packets = self.packets.as_mut().expect("taken only when finished");
        for packet in datagram.to_packets(self.next_id) {
            let len = u16::try_from(packet.len()).expect("at most 1500 bytes");
            packets.write_all(&len.to_be_bytes())?;
            packets.write_all(&packet)?;
        }
        // Not 0: the kernel would choose an id of its own, another for each fragment.
        self.next_id = self.next_id.checked_add(1).unwrap_or(1);
        Ok(())
    }

    /// Wait until all has been sent.
    ///
    /// # Errors
    /// A packet could not be sent.
    pub fn finish(mut self) -> Result<()> {
        self.packets.take().expect("taken only here").flush()?;
        let status = self.process.wait()?;
        ensure!(status.success(), "the injector failed ({status})");
        Ok(())
    }
}

impl Drop for Injector {
    fn drop(&mut self) {
        drop(self.packets.take());
        // It ends by itself now; if waiting fails there is nothing left to do.
        let _ = self.process.wait();
    }
}

/// `lab-inject`: send the IPv4 packets that standard input holds, each behind its length in 2 bytes,
/// big-endian.
///
/// # Errors
/// The input is cut off, or a packet can't be sent.
pub fn run() -> Result<()> {
    let raw = socket(
        AddressFamily::Inet,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::Raw,
    )
    .context("opening a raw socket")?;
    let mut input = BufReader::new(io::stdin().lock());
    loop {
        let mut len = [0; 2];
        match input.read_exact(&mut len) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            other => other?,
        }
        let mut packet = vec![0; usize::from(u16::from_be_bytes(len))];
        input.read_exact(&mut packet)?;
        let destination = ipv4_destination(&packet).context("this is no IPv4 packet")?;
        let address = SockaddrIn::from(std::net::SocketAddrV4::new(destination, 0));
        sendto(raw.as_raw_fd(), &packet, &address, MsgFlags::empty())
            .context("sending a packet")?;
    }
}
