//! Protocols whose secrets arrive or leave by messages: groups, and the profile of 1997.

use secpvm_core::group::{
    Endpoint, GROUP_MESSAGE_LEN_MAX, Leader, Member, MemberSlot, RekeyPolicy,
};
use secpvm_core::handshake::exchange_1997::Exchange;
use secpvm_core::packet::classic::{
    CLASSIC_HEADER_LEN, Cipher1997, ClassicOpener, ClassicSealer, Flags, Level, Protection,
    PvmHeader, SessionKey,
};
use secpvm_core::packet::{MemberId, PeerSlot};
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

use crate::cases::{secret, secret_array, verdict};
use crate::memcheck::publish;

/// A member is admitted, and taken to the next epoch by the four messages of a change.
pub fn group() {
    let endpoint = |sender| {
        let session = Session::generate(Suite::Aes256Gcm, secret_array());
        let tables = [const { [const { PeerSlot::EMPTY }; 2] }; 2];
        let policy = RekeyPolicy::for_suite(session.suite());
        Endpoint::new(session, MemberId(sender), tables, policy, 0).unwrap()
    };
    let seats = [const { MemberSlot::EMPTY }; 2];
    let mut leader = Leader::new(secret_array(), seats, endpoint(1));
    let mut member = Member::new(leader.admit(MemberId(2)).unwrap(), endpoint(2));
    leader.rekey(secret_array(), 0).unwrap();
    for _ in 0..2 {
        let mut message = [0; GROUP_MESSAGE_LEN_MAX];
        let (_, len) = leader.poll_transmit(0, &mut message).unwrap();
        publish(&message);
        let mut forged = message;
        forged[len - 1] ^= 1;
        assert!(!verdict(member.handle_message(&forged[..len], 0)));
        assert!(verdict(member.handle_message(&message[..len], 0)));
        let len = member.poll_transmit(0, &mut message).unwrap();
        publish(&message);
        assert!(verdict(leader.handle_message(&message[..len], 0)));
    }
    assert!(leader.endpoint().epoch() == member.endpoint().epoch());
}

/// The key of a session: whether it is weak is told whoever makes it.
#[inline(never)]
fn session_key() -> SessionKey {
    let key = SessionKey::new(secret_array());
    publish(&key.is_ok());
    key.unwrap()
}

pub fn authenticated_packet() {
    packet(Protection::Authenticated);
}

pub fn encrypted_packet(cipher: Cipher1997) {
    packet(Protection::Encrypted(cipher));
}

fn packet(protection: Protection) {
    let sealer = ClassicSealer::new(&session_key(), protection);
    let opener = ClassicOpener::new(&session_key(), Level::Authenticated);
    let header = PvmHeader {
        dst: 0x0008_0001,
        src: 0x0004_0002,
        seq: 7,
        ack: 0,
        flags: Flags::DAT,
    };
    let mut packet = vec![0; sealer.packet_len(100)];
    packet[CLASSIC_HEADER_LEN..][..100].copy_from_slice(&secret(100));
    let len = sealer.seal_in_place(&header, &mut packet, 100).unwrap();
    publish(&packet[..len]);
    let mut forged = packet.clone();
    forged[len - 1] ^= 1;
    assert!(!verdict(opener.open_in_place(&mut forged[..len])));
    assert!(verdict(opener.open_in_place(&mut packet[..len])));
}

/// Four messages, after which the slave holds the master's session key.
pub fn exchange() {
    let mut writer = Exchange::master(session_key(), &secret(32)).unwrap();
    let mut reader = Exchange::slave(&secret(32)).unwrap();
    for _ in 0..4 {
        let mut out = [0; 256];
        let (kind, len) = writer.write_message(&mut out).unwrap();
        publish(&out);
        assert!(verdict(reader.read_message(kind, &out[..len])));
        std::mem::swap(&mut writer, &mut reader);
    }
}
