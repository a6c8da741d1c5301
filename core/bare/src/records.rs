//! Records of every suite, between a member and a newcomer that joins.

use core::hint::black_box;

use secpvm_core::error::ReceiveError;
use secpvm_core::handshake::join::{JOIN_MESSAGE_LEN_MAX, Join};
use secpvm_core::packet::{MemberId, Opener, PeerSlot, RECORD_OVERHEAD, Sealer};
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

pub fn run() -> usize {
    let suites = Suite::ALL.into_iter();
    suites.filter(|suite| exchange(*suite).is_ok()).count()
}

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
    let len = sealer.seal_in_place(b"host 2", &mut buf, 128 - RECORD_OVERHEAD)?;
    if let Some(session) = newcomer.session() {
        let mut opener = Opener::new(session, [const { PeerSlot::EMPTY }; 2]);
        black_box(opener.open_in_place(b"host 2", buf.get_mut(..len).unwrap_or_default())?);
    }
    Ok(())
}
