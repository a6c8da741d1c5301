//! Readers of handshakes in every state: a message that is not the peer's is refused and, where the
//! contract says so, changes nothing; the true one then still arrives.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use secpvm_core::agreement::X25519;
use secpvm_core::group::{MEMBER_KEY_LEN, MemberKey};
use secpvm_core::handshake::exchange_1997::{Exchange, MessageKind};
use secpvm_core::handshake::join::{JOIN_MESSAGE_LEN_MAX, Join, MEMBER_KEY_MESSAGE_LEN};
use secpvm_core::handshake::noise::{Handshake, NoiseCipher, PublicKey, Role};
use secpvm_core::packet::classic::SessionKey;
use secpvm_core::session::Session;
use secpvm_core::suite::Suite;

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    pattern: u8,
    chacha: bool,
    payload: [u8; 5],
    /// What is put in front of the true messages, one for each.
    forged: [Forgery<'a>; 4],
    kind: u32,
}

#[derive(Arbitrary, Debug)]
enum Forgery<'a> {
    Raw(&'a [u8]),
    Altered { at: u16, by: u8 },
    Cut { to: u16 },
}

fuzz_target!(|input: Input| {
    noise(&input);
    join(&input);
    exchange(&input);
});

fn noise(input: &Input) {
    let (mut initiator, mut responder) = pair(input);
    let mut payload = [0; 128];
    for step in 0..3 {
        if initiator.is_finished() {
            break;
        }
        let (writer, reader) = match step % 2 {
            0 => (&mut initiator, &mut responder),
            _ => (&mut responder, &mut initiator),
        };
        let mut message = [0; 256];
        let len = writer.write_message(&input.payload, &mut message).unwrap();
        let message = &message[..len];
        let forged = forge(&input.forged[step], message);
        // The first messages of NN, XX and IK may carry parts that nothing authenticates.
        if step > 0 && forged != message || forged.len() < 32 {
            let before = *reader.hash();
            assert!(reader.read_message(&forged, &mut payload).is_err());
            assert_eq!(*reader.hash(), before);
        }
        let read = reader.read_message(message, &mut payload).unwrap();
        assert_eq!(payload[..read], input.payload);
    }
    let (mut initiator, mut responder) = (
        initiator.into_transport().unwrap(),
        responder.into_transport().unwrap(),
    );
    let mut message = [0; 64];
    let len = initiator
        .write_message(&input.payload, &mut message)
        .unwrap();
    let forged = forge(&input.forged[3], &message[..len]);
    if forged != message[..len] {
        assert!(responder.read_message(&forged, &mut payload).is_err());
    }
    assert_eq!(responder.read_message(&message[..len], &mut payload), Ok(5));
    assert!(
        responder
            .read_message(&message[..len], &mut payload)
            .is_err()
    );
}

fn pair(input: &Input) -> (Handshake, Handshake) {
    let cipher = if input.chacha {
        NoiseCipher::ChaChaPoly
    } else {
        NoiseCipher::AesGcm
    };
    let prologue = b"prologue";
    let (i, r) = (Role::Initiator, Role::Responder);
    let key = |byte: u8| X25519::new(&[byte; 32].into());
    let public = |byte: u8| PublicKey(key(byte).public_value());
    let (ei, er) = ([3; 32].into(), [4; 32].into());
    match input.pattern % 4 {
        0 => (
            Handshake::nn_psk0(i, cipher, prologue, [5; 32].into(), ei),
            Handshake::nn_psk0(r, cipher, prologue, [5; 32].into(), er),
        ),
        1 => (
            Handshake::kk(i, cipher, prologue, key(1), public(2), ei),
            Handshake::kk(r, cipher, prologue, key(2), public(1), er),
        ),
        2 => (
            Handshake::xx(i, cipher, prologue, key(1), ei),
            Handshake::xx(r, cipher, prologue, key(2), er),
        ),
        _ => (
            Handshake::ik_initiator(cipher, prologue, key(1), public(2), ei),
            Handshake::ik_responder(cipher, prologue, key(2), er),
        ),
    }
}

/// A join ends at the first message that is not the peer's, and never gives a session then.
fn join(input: &Input) {
    let session = Session::generate(Suite::Aes256Gcm, [7; 32].into());
    let encoded = session.encode();
    let mut initiator =
        Join::initiator(session, b"context", [5; 32].into(), [6; 32].into()).unwrap();
    let mut responder = Join::responder(b"context", [8; 32].into()).unwrap();
    for step in 0..4 {
        let (writer, reader) = match step % 2 {
            0 => (&mut initiator, &mut responder),
            _ => (&mut responder, &mut initiator),
        };
        let mut message = [0; JOIN_MESSAGE_LEN_MAX];
        let len = writer.write_message(&mut message).unwrap();
        let message = &message[..len];
        let forged = forge(&input.forged[step], message);
        if input.kind & 1 << step != 0 && forged != message {
            assert!(reader.read_message(&forged).is_err());
            assert!(reader.read_message(message).is_err());
            assert!(!reader.is_finished() && reader.session().is_none());
            return;
        }
        reader.read_message(message).unwrap();
    }
    assert!(initiator.is_finished() && responder.is_finished());
    assert_eq!(
        responder.session().unwrap().encode().expose(),
        encoded.expose()
    );
    member_key(&mut initiator, &mut responder, input);
}

/// Message 5 gives the key that was sent, or none.
fn member_key(initiator: &mut Join, responder: &mut Join, input: &Input) {
    let key = [9; MEMBER_KEY_LEN];
    let mut message = [0; MEMBER_KEY_MESSAGE_LEN];
    initiator
        .write_member_key(&MemberKey::decode(&key), &mut message)
        .unwrap();
    let forged = forge(&input.forged[0], &message);
    if input.kind & 1 << 4 != 0 && forged != message {
        assert!(responder.read_member_key(&forged).is_err());
        assert!(responder.read_member_key(&message).is_err());
        return;
    }
    let read = responder.read_member_key(&message).unwrap();
    assert_eq!(*read.encode().expose(), key);
}

/// The exchange of 1997 authenticates nobody: any message may be accepted, none may panic.
fn exchange(input: &Input) {
    let key = SessionKey::new(core::array::from_fn(|at| at as u8).into()).unwrap();
    let Forgery::Raw(body) = &input.forged[0] else {
        return;
    };
    let mut sides = [
        Exchange::master(key, &[9; 32]).unwrap(),
        Exchange::slave(&[11; 32]).unwrap(),
    ];
    for side in &mut sides {
        let mut out = [0; 512];
        let _ = side.write_message(&mut out);
        if let Some(kind) = MessageKind::from_dm_code(input.kind) {
            let _ = side.read_message(kind, body);
            let _ = side.write_message(&mut out);
        }
    }
}

fn forge(forgery: &Forgery, message: &[u8]) -> Vec<u8> {
    let mut forged = message.to_vec();
    match forgery {
        Forgery::Raw(raw) => return raw.to_vec(),
        Forgery::Altered { at, by } => forged[usize::from(*at) % message.len()] ^= by,
        Forgery::Cut { to } => forged.truncate(usize::from(*to) % message.len()),
    }
    forged
}
