//! The join: the session arrives, or nothing does.

#![cfg(feature = "handshake")]

use secpvm_core::error::{Error, ReceiveError, Rejected};
use secpvm_core::group::MemberKey;
use secpvm_core::handshake::join::{JOIN_MESSAGE_LEN_MAX, Join, MEMBER_KEY_MESSAGE_LEN};
use secpvm_core::secret::Secret;
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

const CONTEXT: &[u8] = b"-s -d0x0 -nhost2 1 0a4d0001:8000 4080 2 0a4d0002:0000";

fn session() -> Session {
    Session::generate(Suite::ChaCha20Poly1305, [0x11; 32].into())
}

fn initiator(context: &[u8]) -> Join {
    Join::initiator(session(), context, [2; 32].into(), [3; 32].into()).unwrap()
}

fn responder(context: &[u8]) -> Join {
    Join::responder(context, [4; 32].into()).unwrap()
}

fn write(join: &mut Join) -> Vec<u8> {
    let mut out = [0; JOIN_MESSAGE_LEN_MAX];
    let len = join.write_message(&mut out).unwrap();
    out[..len].to_vec()
}

#[test]
fn the_session_arrives() {
    let (mut member, mut newcomer) = (initiator(CONTEXT), responder(CONTEXT));
    for expected_len in [80, 48, 56, 16] {
        assert!(!member.is_finished() && !newcomer.is_finished());
        let message = write(&mut member);
        assert_eq!(message.len(), expected_len);
        newcomer.read_message(&message).unwrap();
        core::mem::swap(&mut member, &mut newcomer);
    }
    assert!(member.is_finished() && newcomer.is_finished());
    assert!(member.session().is_none(), "the initiator had it before");
    let received = newcomer.session().unwrap();
    assert_eq!(received.encode().expose(), session().encode().expose());
}

/// Message `which` of a join whose other messages pass; the reader of that message is returned.
fn up_to(which: usize) -> (Join, Vec<u8>) {
    let (mut writer, mut reader) = (initiator(CONTEXT), responder(CONTEXT));
    for _ in 0..which {
        reader.read_message(&write(&mut writer)).unwrap();
        core::mem::swap(&mut writer, &mut reader);
    }
    let message = write(&mut writer);
    (reader, message)
}

#[test]
fn an_altered_message_ends_the_join() {
    for which in 0..4 {
        let (_, message) = up_to(which);
        for bit in 0..message.len() * 8 {
            let (mut reader, mut forged) = up_to(which);
            forged[bit / 8] ^= 1 << (bit % 8);
            let verdict = reader.read_message(&forged);
            assert_eq!(verdict, Err(Rejected::Forged.into()), "{which}, bit {bit}");
            assert!(reader.session().is_none() && !reader.is_finished());
            let over = reader.read_message(&message);
            assert_eq!(over, Err(Error::OutOfOrder.into()));
        }
        for len in (0..message.len()).chain([message.len() + 1, 1000]) {
            let (mut reader, mut wrong) = up_to(which);
            wrong.resize(len, 0);
            let verdict = reader.read_message(&wrong);
            assert!(matches!(verdict, Err(ReceiveError::Rejected(_))), "{len}");
        }
    }
}

#[test]
fn both_sides_must_have_the_same_context() {
    let mut member = initiator(CONTEXT);
    let mut newcomer = responder(b"-s -d0x0 -nhost3 1 0a4d0001:8000 4080 3 0a4d0003:0000");
    let verdict = newcomer.read_message(&write(&mut member));
    assert_eq!(verdict, Err(Rejected::Forged.into()));
}

#[test]
fn calls_out_of_order_leave_the_join_as_it_was() {
    let (mut member, mut newcomer) = (initiator(CONTEXT), responder(CONTEXT));
    let refused = Err(ReceiveError::Misuse(Error::OutOfOrder));
    let mut out = [0; JOIN_MESSAGE_LEN_MAX];
    assert_eq!(newcomer.write_message(&mut out), refused);
    assert_eq!(member.read_message(&[0; 48]), refused.map(|_| ()));
    let too_small = Error::BufferTooSmall {
        needed: JOIN_MESSAGE_LEN_MAX,
        actual: 79,
    };
    assert_eq!(member.write_message(&mut out[..79]), Err(too_small.into()));
    newcomer.read_message(&write(&mut member)).unwrap();
    assert_eq!(member.write_message(&mut out), refused);
    member.read_message(&write(&mut newcomer)).unwrap();
}

#[test]
fn a_context_has_a_limit() {
    let too_long = Some(Error::TooLong {
        max: 1024,
        actual: 1025,
    });
    let ephemeral = || Secret::from([4; 32]);
    assert!(Join::responder(&[b'x'; 1024], ephemeral()).is_ok());
    assert_eq!(Join::responder(&[b'x'; 1025], ephemeral()).err(), too_long);
}

/// A finished join, and its fifth message.
fn with_member_key() -> (Join, Join, Vec<u8>) {
    let (mut member, mut newcomer) = (initiator(CONTEXT), responder(CONTEXT));
    for _ in 0..4 {
        newcomer.read_message(&write(&mut member)).unwrap();
        core::mem::swap(&mut member, &mut newcomer);
    }
    let mut out = [0; JOIN_MESSAGE_LEN_MAX];
    let key = MemberKey::decode(&[7; 40]);
    let len = member.write_member_key(&key, &mut out).unwrap();
    assert_eq!(len, MEMBER_KEY_MESSAGE_LEN);
    (member, newcomer, out[..len].to_vec())
}

#[test]
fn a_member_key_follows_a_finished_join_once() {
    let (mut member, mut newcomer, message) = with_member_key();
    let key = newcomer.read_member_key(&message).unwrap();
    assert_eq!(key.encode().expose(), &[7; 40]);
    assert!(newcomer.session().is_some() && newcomer.is_finished());

    let refused = Err(Error::OutOfOrder);
    let mut out = [0; JOIN_MESSAGE_LEN_MAX];
    assert_eq!(member.write_member_key(&key, &mut out), refused);
    let again = newcomer.read_member_key(&message).err();
    assert_eq!(again, Some(Error::OutOfOrder.into()));
    assert_eq!(newcomer.write_member_key(&key, &mut out), refused);
    let not_the_initiators = member.read_member_key(&message).err();
    assert_eq!(not_the_initiators, Some(Error::OutOfOrder.into()));
    assert_eq!(
        initiator(CONTEXT).write_member_key(&key, &mut out),
        refused,
        "before the join is finished"
    );
}

#[test]
fn an_altered_member_key_ends_the_join() {
    let (_, _, message) = with_member_key();
    for bit in 0..message.len() * 8 {
        let (_, mut newcomer, mut forged) = with_member_key();
        forged[bit / 8] ^= 1 << (bit % 8);
        let verdict = newcomer.read_member_key(&forged).err();
        assert_eq!(verdict, Some(Rejected::Forged.into()), "bit {bit}");
        assert!(newcomer.session().is_none() && !newcomer.is_finished());
    }
    for len in (0..message.len()).chain([message.len() + 1, 1000]) {
        let (_, mut newcomer, mut wrong) = with_member_key();
        wrong.resize(len, 0);
        let verdict = newcomer.read_member_key(&wrong).err();
        assert_eq!(verdict, Some(Rejected::Malformed.into()), "{len}");
    }
}
