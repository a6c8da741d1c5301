//! The key exchange of 1997: it works, refuses what it can refuse, and is broken as documented.

#![cfg(feature = "exchange-1997")]

use secpvm_core::agreement::Modp1024;
use secpvm_core::digest::{Digest, Md5};
use secpvm_core::error::{Error, ReceiveError, Rejected};
use secpvm_core::handshake::exchange_1997::{
    BODY_AT, BODY_LEN_MAX, Exchange, Message, MessageKind,
};
use secpvm_core::hazmat::{Cbc, Cipher, KeyIvInit, TdesEde3};
use secpvm_core::packet::classic::SessionKey;
use serde_json::Value;

const SESSION_KEY: [u8; 32] = *b"a session key of thirty-two byte";

fn session_key() -> SessionKey {
    SessionKey::new(SESSION_KEY.into()).unwrap()
}

fn master() -> Exchange {
    Exchange::master(session_key(), &[2; 32]).unwrap()
}

fn slave() -> Exchange {
    Exchange::slave(&[3; 32]).unwrap()
}

fn write(side: &mut Exchange) -> (MessageKind, Vec<u8>) {
    let mut out = [0; BODY_LEN_MAX];
    let (kind, len) = side.write_message(&mut out).unwrap();
    assert_eq!(len, kind.body_len());
    (kind, out[..len].to_vec())
}

/// Message `which` of an exchange whose earlier messages have passed, and the side that reads it.
fn up_to(which: usize) -> (Exchange, MessageKind, Vec<u8>) {
    let (mut writer, mut reader) = (master(), slave());
    for _ in 0..which {
        let (kind, body) = write(&mut writer);
        reader.read_message(kind, &body).unwrap();
        std::mem::swap(&mut writer, &mut reader);
    }
    let (kind, body) = write(&mut writer);
    (reader, kind, body)
}

fn finish(mut one: Exchange, mut other: Exchange) -> (Exchange, Exchange) {
    while !(one.is_finished() && other.is_finished()) {
        let (kind, body) = write(&mut one);
        other.read_message(kind, &body).unwrap();
        std::mem::swap(&mut one, &mut other);
    }
    (one, other)
}

#[test]
fn the_session_key_arrives() {
    let (mut writer, mut reader) = (master(), slave());
    for kind in MessageKind::ALL {
        assert!(!writer.is_finished() && !reader.is_finished());
        let (written, body) = write(&mut writer);
        assert_eq!(written, kind);
        reader.read_message(kind, &body).unwrap();
        std::mem::swap(&mut writer, &mut reader);
    }
    let (master, slave) = (writer, reader);
    assert!(master.is_finished() && slave.is_finished());
    assert!(master.session_key().is_none(), "the master had it before");
    assert_eq!(slave.session_key().unwrap().expose(), &SESSION_KEY);
}

#[test]
fn messages_have_codes_of_their_own_after_those_of_pvm() {
    const DM_HOSTSYNCACK: u32 = 0x8002_0001 + 28;
    for (number, kind) in (1..).zip(MessageKind::ALL) {
        assert_eq!(kind.dm_code(), DM_HOSTSYNCACK + number);
        assert_eq!(MessageKind::from_dm_code(kind.dm_code()), Some(kind));
    }
    assert_eq!(MessageKind::from_dm_code(DM_HOSTSYNCACK), None);
    assert_eq!(MessageKind::from_dm_code(DM_HOSTSYNCACK + 5), None);
}

/// A message of that kind in its packet, from the master's daemon to that of host 2.
fn packet(kind: MessageKind) -> Vec<u8> {
    let mut packet = vec![0; BODY_AT];
    packet[..4].copy_from_slice(&0x8008_0000_u32.to_be_bytes());
    packet[4..8].copy_from_slice(&0x8004_0000_u32.to_be_bytes());
    packet[12] = 7;
    packet[32] = 0x40;
    packet[36..40].copy_from_slice(&kind.dm_code().to_be_bytes());
    packet.extend((0..kind.body_len()).map(|at| u8::try_from(at).unwrap()));
    packet
}

#[test]
fn a_packet_tells_the_message_that_it_carries() {
    for kind in MessageKind::ALL {
        let packet = packet(kind);
        let message = Message::parse(&packet).unwrap();
        assert_eq!((message.kind, message.body), (kind, &packet[64..]));
        assert_eq!(
            (message.pvm.dst, message.pvm.src),
            (0x8008_0000, 0x8004_0000)
        );
    }
}

/// Every bit of the headers counts, but those of its numbers and of PVM's message header beside the
/// code; and every byte of the length.
#[test]
fn a_packet_that_carries_no_message_is_malformed() {
    for kind in MessageKind::ALL {
        let packet = packet(kind);
        for len in 0..packet.len() {
            assert_eq!(Message::parse(&packet[..len]), Err(Rejected::Malformed));
        }
        let longer = [&packet[..], &[0]].concat();
        assert_eq!(Message::parse(&longer), Err(Rejected::Malformed));
        for at in 0..BODY_AT {
            for bit in 0..8 {
                let mut altered = packet.clone();
                altered[at] ^= 1 << bit;
                let may_be_any = match at {
                    // The host's number.
                    0 | 4 => bit < 6,
                    1 | 5 => bit >= 2,
                    8..12 | 32..36 | 40.. => true,
                    _ => false,
                };
                let code = u32::from_be_bytes(altered[36..40].try_into().unwrap());
                let other = MessageKind::from_dm_code(code);
                let same_len = other.is_some_and(|other| other.body_len() == kind.body_len());
                let legal = if (36..40).contains(&at) {
                    same_len
                } else {
                    may_be_any
                };
                assert_eq!(
                    Message::parse(&altered).is_ok(),
                    legal,
                    "{kind:?} {at} {bit}"
                );
            }
        }
    }
}

#[test]
fn other_lengths_are_malformed_and_change_nothing() {
    for which in 0..4 {
        let (mut reader, kind, body) = up_to(which);
        for len in (0..=body.len() + 1).filter(|&len| len != body.len()) {
            let mut wrong = body.clone();
            wrong.resize(len, 0);
            let verdict = reader.read_message(kind, &wrong);
            assert_eq!(verdict, Err(Rejected::Malformed.into()), "{which} {len}");
        }
        reader.read_message(kind, &body).unwrap();
    }
}

#[test]
fn calls_out_of_order_change_nothing() {
    let refused = Err(ReceiveError::Misuse(Error::OutOfOrder));
    for which in 0..4 {
        let (mut reader, due, body) = up_to(which);
        for kind in MessageKind::ALL.into_iter().filter(|&kind| kind != due) {
            assert_eq!(
                reader.read_message(kind, &vec![2; kind.body_len()]),
                refused
            );
        }
        let mut out = [0; BODY_LEN_MAX];
        assert_eq!(reader.write_message(&mut out), Err(Error::OutOfOrder));
        reader.read_message(due, &body).unwrap();
        assert_eq!(reader.read_message(due, &body), refused);
        let too_small = Error::BufferTooSmall {
            needed: BODY_LEN_MAX,
            actual: 127,
        };
        assert_eq!(reader.write_message(&mut out[..127]), Err(too_small));
    }
    for len in [0, 31, 129] {
        assert!(Exchange::master(session_key(), &vec![1; len]).is_err());
        assert!(Exchange::slave(&vec![1; len]).is_err());
    }
}

// ---- Known answers ---------------------------------------------------------------------------

fn field(test: &Value, name: &str) -> Vec<u8> {
    let text = test[name].as_str().unwrap();
    let digits = text.as_bytes().chunks(2);
    digits
        .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
        .collect()
}

fn known_exchange(test: &Value) {
    let key: [u8; 32] = field(test, "sessionKey").try_into().unwrap();
    let key = SessionKey::new(key.into()).unwrap();
    let (exponent, peers) = (field(test, "masterExponent"), field(test, "slavePubkey"));
    let shared = Modp1024::new(&exponent).unwrap().agree(&peers).unwrap();
    assert_eq!(shared.expose()[..], field(test, "shared"));

    let mut writer = Exchange::master(key, &exponent).unwrap();
    let mut reader = Exchange::slave(&field(test, "slaveExponent")).unwrap();
    for name in ["masterPubkey", "slavePubkey", "sesskey"] {
        let (kind, body) = write(&mut writer);
        assert_eq!(body, field(test, name), "{name}");
        reader.read_message(kind, &body).unwrap();
        std::mem::swap(&mut writer, &mut reader);
    }
    let (mut slave, mut master) = (writer, reader);
    let (kind, body) = write(&mut slave);
    master.read_message(kind, &body).unwrap();
    let received = slave.session_key().unwrap();
    assert_eq!(received.expose()[..], field(test, "sessionKey"));
}

/// Refused by a master and by a slave, both of which still finish with an honest peer.
fn refused_public_value(test: &Value) {
    let (exponent, public) = (field(test, "exponent"), field(test, "public"));
    let verdict = match test["flags"][0].as_str().unwrap() {
        "WrongLength" => Rejected::Malformed,
        "BadPublicValue" | "WeakKey" => Rejected::Forged,
        flag => panic!("{flag}"),
    };
    let verdict = Err(ReceiveError::Rejected(verdict));

    let mut honest = Exchange::slave(&exponent).unwrap();
    let refused = honest.read_message(MessageKind::MasterPubkey, &public);
    assert_eq!(refused, verdict, "{test}");
    finish(master(), honest);

    let mut honest = Exchange::master(session_key(), &exponent).unwrap();
    let (kind, body) = write(&mut honest);
    let refused = honest.read_message(MessageKind::SlavePubkey, &public);
    assert_eq!(refused, verdict, "{test}");
    let mut peer = slave();
    peer.read_message(kind, &body).unwrap();
    finish(peer, honest);
}

#[test]
fn known_answers() {
    let file = include_str!("../../vectors/classic_1997/exchange.json");
    let file: Value = serde_json::from_str(file).unwrap();
    assert_eq!(file["schema"], "classic_exchange_v1");
    let mut count = 0;
    for group in file["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            match group["type"].as_str().unwrap() {
                "ClassicExchange" => known_exchange(test),
                "ClassicRefusedPublicValue" => refused_public_value(test),
                other => panic!("{other}"),
            }
            count += 1;
        }
    }
    assert_eq!(file["numberOfTests"], count);
}

/// A master that sends a session key which no session may have.
#[test]
fn a_weak_session_key_is_refused_and_changes_nothing() {
    let (mut slave, kind, honest) = up_to(2);
    let slaves = Modp1024::new(&[3; 32]).unwrap().public_value();
    let shared = Modp1024::new(&[2; 32]).unwrap().agree(&slaves).unwrap();
    let mut weak = [0x1f; 32];
    let mut cbc = Cbc::<TdesEde3>::new(&shared.expose()[..24], &[0; 8]).unwrap();
    cbc.encrypt_in_place(&mut weak).unwrap();
    let verdict = slave.read_message(kind, &weak);
    assert_eq!(verdict, Err(Rejected::Forged.into()));
    slave.read_message(kind, &honest).unwrap();
}

// ---- The weaknesses --------------------------------------------------------------------------

#[test]
fn weakness_whoever_stands_between_has_the_session_key() {
    let (mut master, mut slave) = (master(), slave());
    // To the master he is the slave, and gets its session key; to the slave he is the master.
    let (kind, body) = write(&mut master);
    let mut as_slave = Exchange::slave(&[4; 32]).unwrap();
    as_slave.read_message(kind, &body).unwrap();
    let (_, as_slave) = {
        let (kind, body) = write(&mut as_slave);
        master.read_message(kind, &body).unwrap();
        finish(master, as_slave)
    };
    let stolen = *as_slave.session_key().unwrap().expose();
    let mut as_master =
        Exchange::master(SessionKey::new(stolen.into()).unwrap(), &[5; 32]).unwrap();
    for _ in 0..2 {
        let (kind, body) = write(&mut as_master);
        slave.read_message(kind, &body).unwrap();
        let (kind, body) = write(&mut slave);
        as_master.read_message(kind, &body).unwrap();
    }
    assert_eq!(slave.session_key().unwrap().expose(), &SESSION_KEY);
    assert_eq!(stolen, SESSION_KEY);
}

#[test]
fn weakness_an_altered_session_key_is_acknowledged() {
    let (mut slave, kind, mut body) = up_to(2);
    body[31] ^= 1;
    slave.read_message(kind, &body).unwrap();
    assert_eq!(write(&mut slave), (MessageKind::SesskeyAck, vec![]));
    let received = slave.session_key().unwrap().expose();
    assert_eq!(received[..24], SESSION_KEY[..24]);
    assert_ne!(received[24..], SESSION_KEY[24..]);
}

/// The report's distillation of entropy: a buffer of what the machine knows (time, host name,
/// process ids, ...) is hashed by MD5, the 16 bytes are repeated to 512, and 3DES mixes them. Under
/// which key and mode it does not say; here, the hash and half of it again, CBC.
fn distil(buffer: &[u8]) -> [u8; 512] {
    let mut md5 = Md5::new();
    md5.update(buffer);
    let hash: [u8; 16] = md5.finalize();
    let mut random = [0; 512];
    for (byte, from) in random.iter_mut().zip(hash.iter().cycle()) {
        *byte = *from;
    }
    let key: [u8; 24] = random[..24].try_into().unwrap();
    let mut cbc = Cbc::<TdesEde3>::new(&key, &[0; 8]).unwrap();
    cbc.encrypt_in_place(&mut random).unwrap();
    random
}

/// 512 bytes that look random are worth what went in: a clock, and process ids that follow on it.
#[test]
fn weakness_what_the_clock_made_the_clock_finds() {
    let buffer = |seconds: u32, pid: u16| {
        format!("SunOS sparc5 4.1.4 {seconds} pid {pid} uid 100 /home/user").into_bytes()
    };
    let started = 821_145_600; // in January 1996
    let session_key = distil(&buffer(started + 17, 214))[..32].to_vec();
    let guesses = (started..started + 30).flat_map(|second| (1..300).map(move |pid| (second, pid)));
    let mut found =
        guesses.filter(|&(second, pid)| distil(&buffer(second, pid))[..32] == session_key);
    assert_eq!(found.next(), Some((started + 17, 214)));
}
