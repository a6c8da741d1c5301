//! A man in the middle: every frame between one host and the bridge passes through his hands.
//!
//! The host's interface leaves the bridge, and one of a new pair takes its place there. Addresses
//! stay what they are, so nobody notices. A process where the interfaces are reads the frames of
//! both and writes those that it is given; what happens to them is decided in this process.
//!
//! Between the two a frame is one byte for its way (0 from the host, 1 to it), its length in 4 bytes,
//! big-endian, and the frame.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use anyhow::{Context, Result, ensure};
use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{LinkAddr, MsgFlags, recvfrom, send};

use super::capture::listen;
use super::packet::{udp_payload, without_udp_checksum};

/// What a packet socket says of a frame that this machine has sent (packet(7)).
const PACKET_OUTGOING: u8 = 4;
/// The longest frame: what is left to hardware may be cut later.
const FRAME_LEN_MAX: usize = 1 << 16;
const HEAD_LEN: usize = 5;

/// Where a frame goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the host to the bridge.
    Out,
    /// To the host.
    In,
}

/// A man in the middle at work, until it is dropped. The host then has no network.
#[derive(Debug)]
pub struct Relay {
    process: Child,
    hands: Option<JoinHandle<()>>,
}

impl Relay {
    /// `decide` gets the payload of each UDP datagram that came in one frame; it can alter it, and
    /// says whether it goes on. All else goes on.
    pub(super) fn start(
        mut command: Command,
        mut decide: impl FnMut(Way, &mut [u8]) -> bool + Send + 'static,
    ) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().context("starting the relay")?;
        let mut frames = BufReader::new(process.stdout.take().expect("piped"));
        let mut ready = [0];
        let started = frames.read_exact(&mut ready);
        ensure!(started.is_ok(), "the relay did not start");
        let mut on = process.stdin.take().expect("piped");
        let hands = std::thread::spawn(move || {
            let mut frame = Vec::new();
            while let Ok(Some(way)) = read_frame(&mut frames, &mut frame) {
                without_udp_checksum(&mut frame);
                let goes_on = udp_payload(&mut frame).is_none_or(|payload| decide(way, payload));
                if goes_on && write_frame(&mut on, way, &frame).is_err() {
                    return;
                }
            }
        });
        Ok(Self {
            process,
            hands: Some(hands),
        })
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // Either fails only for a process that has ended, and then nothing is left to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
        if let Some(hands) = self.hands.take() {
            let _ = hands.join();
        }
    }
}

impl Way {
    fn number(self) -> u8 {
        match self {
            Self::Out => 0,
            Self::In => 1,
        }
    }
}

/// `lab-relay HOST NETWORK`: pass the frames of the interface HOST and those of NETWORK on to standard
/// output, and send those on standard input, until that ends. One byte before all else says that it
/// is ready.
///
/// # Errors
/// An interface can't be used.
pub fn run(host: &str, network: &str) -> Result<()> {
    let sockets = [listen(host)?, listen(network)?];
    for socket in &sockets {
        fcntl(socket, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    out.write_all(&[0])?;
    out.flush()?;
    // Without a buffer, so that poll(2) tells whether there is more.
    let mut input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut frame = Vec::new();
    loop {
        for (socket, way) in sockets.iter().zip([Way::Out, Way::In]) {
            take_frames(socket, way, &mut out)?;
        }
        out.flush()?;
        let mut fds = [
            PollFd::new(sockets[0].as_fd(), PollFlags::POLLIN),
            PollFd::new(sockets[1].as_fd(), PollFlags::POLLIN),
            PollFd::new(input.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other?,
        };
        if fds[2].any() != Some(true) {
            continue;
        }
        let Some(way) = read_frame(&mut input, &mut frame)? else {
            return Ok(());
        };
        let to = match way {
            Way::Out => &sockets[1],
            Way::In => &sockets[0],
        };
        match send(to.as_raw_fd(), &frame, MsgFlags::empty()) {
            // Too long for the interface, or no room: lost, as on a cable.
            Ok(_) | Err(Errno::EMSGSIZE | Errno::ENOBUFS | Errno::EAGAIN) => {}
            Err(error) => return Err(error).context("sending a frame"),
        }
    }
}

fn take_frames(socket: &OwnedFd, way: Way, out: &mut impl Write) -> Result<()> {
    let mut buffer = vec![0; FRAME_LEN_MAX];
    loop {
        match recvfrom::<LinkAddr>(socket.as_raw_fd(), &mut buffer) {
            Ok((_, Some(from))) if from.pkttype() == PACKET_OUTGOING => {}
            Ok((len, _)) => write_frame(out, way, &buffer[..len])?,
            Err(Errno::EAGAIN) => return Ok(()),
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error).context("reading an interface"),
        }
    }
}

/// The next frame, and its way; `None` at the end.
fn read_frame(from: &mut impl Read, frame: &mut Vec<u8>) -> io::Result<Option<Way>> {
    let mut head = [0; HEAD_LEN];
    match from.read_exact(&mut head) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let [way, len @ ..] = head;
    frame.resize(usize::try_from(u32::from_be_bytes(len)).unwrap_or(0), 0);
    from.read_exact(frame)?;
    Ok(Some(if way == 0 { Way::Out } else { Way::In }))
}

fn write_frame(to: &mut impl Write, way: Way, frame: &[u8]) -> io::Result<()> {
    let len = u32::try_from(frame.len()).expect("at most 64 KiB");
    to.write_all(&[way.number()])?;
    to.write_all(&len.to_be_bytes())?;
    to.write_all(frame)
}
