//! One packet of classic-1997, sealed and opened: 3DES and keyed MD5.

use core::hint::black_box;

use secpvm_core::packet::classic::{
    CLASSIC_HEADER_LEN, Cipher1997, ClassicOpener, ClassicSealer, Flags, Level, Protection,
    PvmHeader, SessionKey,
};

pub fn run() -> usize {
    usize::from(exchange() == Some(true))
}

fn exchange() -> Option<bool> {
    let key = SessionKey::new(black_box(*b"thirty-two bytes of a secret key").into()).ok()?;
    let sealer = ClassicSealer::new(&key, Protection::Encrypted(Cipher1997::Tdes));
    let opener = ClassicOpener::new(&key, Level::Encrypted);
    let header = PvmHeader {
        dst: black_box(0x0008_0001),
        src: 0x0004_0002,
        seq: 7,
        ack: 0,
        flags: Flags::DAT,
    };
    let mut packet = black_box([0; 64]);
    let len = sealer
        .seal_in_place(&header, &mut packet, 64 - CLASSIC_HEADER_LEN)
        .ok()?;
    Some(opener.open_in_place(packet.get_mut(..len)?).is_ok())
}
