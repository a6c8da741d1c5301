//! Proof by linking: this program has neither `std` nor `alloc` nor an allocator, and uses the
//! whole of the record layer and the join. It is built for a Cortex-M4 and for WebAssembly.
#![no_std]
#![no_main]

use core::hint::black_box;
use core::panic::PanicInfo;

use secpvm_core::error::ReceiveError;
use secpvm_core::handshake::join::{JOIN_MESSAGE_LEN_MAX, Join};
use secpvm_core::packet::{MemberId, Opener, PeerSlot, RECORD_HEADER_LEN, Sealer};
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

#[panic_handler]
fn halt(_: &PanicInfo) -> ! {
    loop {}
}

/// The entry point of both targets' linkers.
#[unsafe(no_mangle)]
pub extern "C" fn _start() -> usize {
    Suite::ALL
        .into_iter()
        .filter(|suite| exchange(*suite).is_ok())
        .count()
}

/// A newcomer joins and opens what the member seals.
fn exchange(suite: Suite) -> Result<(), ReceiveError> {
    let session = Session::generate(suite, black_box([1; 32]).into());
    let mut sealer = Sealer::new(&session, MemberId(black_box(1)))?;
    let mut member = Join::initiator(session, b"", black_box([2; 32]).into(), [3; 32].into())?;
    let mut newcomer = Join::responder(b"", black_box([4; 32]).into())?;
    let mut message = [0; JOIN_MESSAGE_LEN_MAX];
    for _ in 0..2 {
        let len = member.write_message(&mut message)?;
        newcomer.read_message(message.get(..len).unwrap_or_default())?;
        let len = newcomer.write_message(&mut message)?;
        member.read_message(message.get(..len).unwrap_or_default())?;
    }
    let mut buf = black_box([0; 128]);
    let len = sealer.seal_in_place(b"host 2", &mut buf, 128 - RECORD_HEADER_LEN - 16)?;
    if let Some(session) = newcomer.session() {
        let mut opener = Opener::new(session, [const { PeerSlot::EMPTY }; 2]);
        black_box(opener.open_in_place(b"host 2", buf.get_mut(..len).unwrap_or_default())?);
    }
    Ok(())
}
