//! Capturing what passes the bridge of a laboratory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};
use std::time::SystemTime;

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, bind, recv, setsockopt, socket,
    sockopt::{RcvBuf, RcvBufForce},
};

use super::init::{BRIDGE_LINK, READY};
use super::pcap::{SNAP_LEN, Writer};
use crate::os;
use crate::output;

/// Room for frames that arrive faster than they are written, in bytes: 64 MiB.
const BUFFER_LEN: usize = 64 << 20;

/// A capture under way. It ends when it is stopped or dropped.
#[derive(Debug)]
pub struct Capture {
    process: Child,
    stop: Option<ChildStdin>,
    says: BufReader<ChildStderr>,
}

impl Capture {
    pub(super) fn start(mut command: Command, path: &Path) -> Result<Self> {
        let file = File::create(path).with_context(|| format!("making {}", path.display()))?;
        command
            .stdin(Stdio::piped())
            .stdout(file)
            .stderr(Stdio::piped())
            // Out of reach of the terminal's interrupt key: it ends with us, not before.
            .process_group(0);
        let mut process = command.spawn().context("starting the capture")?;
        let stop = process.stdin.take();
        let says = BufReader::new(process.stderr.take().expect("piped"));
        let mut capture = Self {
            process,
            stop,
            says,
        };
        let first = capture.next_line()?;
        ensure!(first == READY, "the capture did not start: {first}");
        Ok(capture)
    }

    /// Stop, with every frame written that has passed before. Returns how many that were.
    ///
    /// # Errors
    /// The capture has failed, or lost frames.
    pub fn stop(mut self) -> Result<u64> {
        drop(self.stop.take());
        let last = self.next_line()?;
        let status = self.process.wait()?;
        ensure!(status.success(), "the capture failed: {last}");
        last.parse()
            .with_context(|| format!("the capture ended with {last:?}"))
    }

    fn next_line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.says.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        drop(self.stop.take());
        // It ends by itself now; if waiting fails there is nothing left to do.
        let _ = self.process.wait();
    }
}

/// `lab-capture`: write every frame that passes the bridge to standard output as pcap, until
/// standard input ends. Standard error gets a line when it is ready, and the number of frames.
///
/// # Errors
/// The bridge can't be listened to, or frames were lost.
pub fn run() -> Result<()> {
    let frames = listen(BRIDGE_LINK)?;
    let mut writer = Writer::new(BufWriter::new(io::stdout().lock()))?;
    writer.flush()?;
    output::say(READY);
    let (mut count, mut buffer) = (0u64, vec![0; SNAP_LEN]);
    let stdin = io::stdin();
    let mut stopping = false;
    loop {
        match recv(frames.as_raw_fd(), &mut buffer, MsgFlags::MSG_DONTWAIT) {
            Ok(len) => {
                writer.frame(SystemTime::now(), &buffer[..len])?;
                count += 1;
            }
            Err(Errno::EINTR) => {}
            Err(Errno::EAGAIN) if stopping => break,
            Err(Errno::EAGAIN) => {
                writer.flush()?;
                let mut fds = [
                    PollFd::new(frames.as_fd(), PollFlags::POLLIN),
                    PollFd::new(stdin.as_fd(), PollFlags::POLLIN),
                ];
                match poll(&mut fds, PollTimeout::NONE) {
                    Err(Errno::EINTR) => continue,
                    other => other?,
                };
                stopping = fds[1].any() == Some(true);
            }
            Err(error) => return Err(error).context("reading the bridge"),
        }
    }
    writer.flush()?;
    let lost = os::frames_lost(frames.as_fd())?;
    if lost > 0 {
        bail!("{lost} frames were lost: the capture is incomplete");
    }
    output::say(count);
    Ok(())
}

/// A packet socket on that interface.
pub(super) fn listen(link: &str) -> Result<OwnedFd> {
    let frames = socket(
        AddressFamily::Packet,
        SockType::Raw,
        SockFlag::SOCK_CLOEXEC,
        SockProtocol::EthAll,
    )
    .context("opening a packet socket")?;
    // Only root may go beyond the system's limit; what a smaller buffer loses is counted.
    if setsockopt(&frames, RcvBufForce, &BUFFER_LEN).is_err() {
        setsockopt(&frames, RcvBuf, &BUFFER_LEN).context("making room for frames")?;
    }
    let address = getifaddrs()?
        .filter(|interface| interface.interface_name == link)
        .find_map(|interface| {
            interface
                .address
                .and_then(|address| address.as_link_addr().copied())
        })
        .with_context(|| format!("there is no interface {link} here"))?;
    bind(frames.as_raw_fd(), &address).with_context(|| format!("listening to {link}"))?;
    Ok(frames)
}
