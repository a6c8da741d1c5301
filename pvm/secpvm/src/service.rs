//! Asking this host's daemon over its service: the protocol of `pvm/common/service_protocol.h`.

use std::io::{Error, ErrorKind};
use std::os::fd::AsRawFd;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockType, UnixAddr, connect, getsockopt, recv, send,
    setsockopt, socket, sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike};
use nix::unistd::Uid;

/// The longest answer, in bytes.
const PACKET_LEN_MAX: usize = 4096;
/// A daemon answers between two of its events.
const PATIENCE_S: i64 = 10;

/// What can be asked here. The numbers are frozen.
#[derive(Clone, Copy, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Have another epoch follow.
    BeginRekeying = 4,
    /// Which epoch is it, and what does another one wait for?
    LookAtRekeying = 5,
}

/// Ask the daemon that listens at `path`. Returns the result.
///
/// # Errors
/// No daemon of this user answers there, or it says no.
pub fn ask(path: &Path, kind: Kind) -> Result<Vec<u8>> {
    let socket = socket(
        AddressFamily::Unix,
        SockType::SeqPacket,
        SockFlag::SOCK_CLOEXEC,
        None,
    )?;
    let patience = TimeVal::seconds(PATIENCE_S);
    setsockopt(&socket, sockopt::ReceiveTimeout, &patience)?;
    setsockopt(&socket, sockopt::SendTimeout, &patience)?;
    connect(socket.as_raw_fd(), &UnixAddr::new(path)?)
        .with_context(|| format!("the daemon's service at {}", path.display()))?;
    let peer = getsockopt(&socket, sockopt::PeerCredentials)?;
    ensure!(
        peer.uid() == Uid::current().as_raw(),
        "{} is not of your daemon",
        path.display()
    );
    send(socket.as_raw_fd(), &[kind as u8], MsgFlags::MSG_NOSIGNAL)?;
    let mut answer = vec![0; PACKET_LEN_MAX];
    let len = recv(socket.as_raw_fd(), &mut answer, MsgFlags::empty())
        .map_err(Error::from)
        .context("the daemon does not answer")?;
    answer.truncate(len);
    match answer.split_first() {
        Some((0, result)) => Ok(result.to_vec()),
        Some((1, _)) => bail!("the daemon is of another version of secpvm"),
        Some((status, _)) => bail!("the daemon refuses (status {status})"),
        None => Err(Error::from(ErrorKind::UnexpectedEof)).context("the daemon does not answer"),
    }
}
