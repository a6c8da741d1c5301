//! Every parser of bytes that come from outside: none panics, and what is accepted has one encoding.

#![no_main]

use libfuzzer_sys::fuzz_target;
use secpvm_core::group::{MEMBER_KEY_LEN, MemberKey, MessageHeader};
use secpvm_core::handshake::exchange_1997::Message;
use secpvm_core::hazmat::CipherSpec;
use secpvm_core::packet::classic::{CLASSIC_HEADER_LEN, ClassicHeader};
use secpvm_core::packet::{RECORD_HEADER_LEN, RecordHeader};
use secpvm_core::session::{SESSION_LEN, Session};
use secpvm_core::suite::Suite;

fuzz_target!(|data: &[u8]| {
    if let Ok(header) = RecordHeader::parse(data) {
        assert_eq!(header.emit(), data[..RECORD_HEADER_LEN]);
    }
    if let Ok(header) = ClassicHeader::parse(data) {
        assert_eq!(header.emit(), data[..CLASSIC_HEADER_LEN]);
    }
    if let Ok(message) = Message::parse(data) {
        assert_eq!(message.body.len(), message.kind.body_len());
    }
    if let Ok(header) = MessageHeader::parse(data) {
        assert_eq!(header.epoch.0.to_be_bytes(), data[4..8]);
        assert_eq!(header.member.0.to_be_bytes(), data[8..16]);
    }
    if let Some(bytes) = data.first_chunk::<SESSION_LEN>()
        && let Ok(session) = Session::decode(bytes)
    {
        assert_eq!(session.encode().expose(), bytes);
    }
    if let Some(bytes) = data.first_chunk::<MEMBER_KEY_LEN>() {
        assert_eq!(MemberKey::decode(bytes).encode().expose(), bytes);
    }
    if let Ok(name) = str::from_utf8(data) {
        if let Ok(spec) = CipherSpec::from_name(name) {
            assert!(spec.algorithm().is_called(name));
        }
        if let Ok(suite) = Suite::from_name(name) {
            assert_eq!(suite.name(), name);
        }
    }
});
