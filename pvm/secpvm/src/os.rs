//! The few system calls that no crate wraps safely. All `unsafe` of this crate is here.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::Command;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::prctl;
use nix::sys::signal::Signal;

/// Have the kernel send `signal` to the command's process when the calling thread ends, however
/// it ends. Call from a thread that lives as long as the command should.
pub fn signal_with_parent(command: &mut Command, signal: Signal) {
    // SAFETY: between fork and exec the closure makes one system call; it takes no lock and
    // allocates nothing.
    unsafe {
        command.pre_exec(move || prctl::set_pdeathsig(signal).map_err(io::Error::from));
    }
}

/// Let the command's process have the descriptor `fd`, under the same number. It must be open when the
/// process is started.
pub fn hand_on(command: &mut Command, fd: RawFd) {
    // SAFETY: between fork and exec the closure makes one system call; it takes no lock and
    // allocates nothing. Of a descriptor that is not open that call would only complain.
    unsafe {
        command.pre_exec(move || {
            let flags = FcntlArg::F_SETFD(FdFlag::empty());
            fcntl(BorrowedFd::borrow_raw(fd), flags)?;
            Ok(())
        });
    }
}

/// Fill `bytes`, at most 256 (getrandom(2) gives those in one piece), with random ones.
pub fn fill_random(bytes: &mut [u8]) -> io::Result<()> {
    // SAFETY: the kernel writes at most so many bytes there.
    let got = unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
    if usize::try_from(got) == Ok(bytes.len()) {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Mark every descriptor above standard error close-on-exec, so that the next exec hands on the
/// three standard streams and nothing else.
pub fn keep_standard_streams_only() -> io::Result<()> {
    // SAFETY: marking descriptors close-on-exec closes none, so no owner of one is affected.
    let result = unsafe {
        libc::close_range(
            3,
            libc::c_uint::MAX,
            libc::CLOSE_RANGE_CLOEXEC.cast_signed(),
        )
    };
    if result == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}

/// Frames that a packet socket had no room for since the last call (packet(7), `PACKET_STATISTICS`).
pub fn frames_lost(socket: BorrowedFd<'_>) -> io::Result<u32> {
    let mut stats = libc::tpacket_stats {
        tp_packets: 0,
        tp_drops: 0,
    };
    let mut len = libc::socklen_t::try_from(size_of_val(&stats)).expect("a small struct");
    // SAFETY: `stats` is a live tpacket_stats and `len` its size; the kernel writes at most that.
    let result = unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_PACKET,
            libc::PACKET_STATISTICS,
            (&raw mut stats).cast(),
            &raw mut len,
        )
    };
    if result == 0 {
        Ok(stats.tp_drops)
    } else {
        Err(io::Error::last_os_error())
    }
}
