//! The Noise handshakes against the public test vectors, and against the `snow` crate as an
//! independent peer, in both roles.

#![cfg(feature = "handshake")]

use std::fs;

use proptest::prelude::*;
use secpvm_core::agreement::X25519;
use secpvm_core::error::{Error, ReceiveError, Rejected};
use secpvm_core::handshake::noise::{Handshake, NoiseCipher, PublicKey, Role};
use secpvm_core::secret::Secret;
use serde_json::Value;

const PATTERNS: [&str; 4] = ["NNpsk0", "KK", "XX", "IK"];
const CIPHERS: [(&str, NoiseCipher); 2] = [
    ("AESGCM", NoiseCipher::AesGcm),
    ("ChaChaPoly", NoiseCipher::ChaChaPoly),
];

fn from_hex(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2), "hex digits come in pairs");
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn field(test: &Value, name: &str) -> Vec<u8> {
    let text = test[name].as_str();
    from_hex(text.unwrap_or_else(|| panic!("{name} is missing in {test}")))
}

fn key(test: &Value, name: &str) -> [u8; 32] {
    field(test, name).try_into().unwrap()
}

/// Our side of a vector. `prefix` is "init" or "resp".
fn ours(test: &Value, role: Role) -> Handshake {
    let protocol = test["protocol"].as_str().unwrap();
    let (prefix, peer) = match role {
        Role::Initiator => ("init", "resp"),
        Role::Responder => ("resp", "init"),
    };
    let name = |field: &str| format!("{prefix}{field}");
    let cipher = CIPHERS
        .iter()
        .find(|(cipher, _)| protocol.contains(cipher))
        .unwrap()
        .1;
    let prologue = field(test, &name("Prologue"));
    let ephemeral = Secret::from(key(test, &name("Ephemeral")));
    let local = || X25519::new(&key(test, &name("Static")).into());
    let remote = || PublicKey(key(test, &name("RemoteStatic")));
    match protocol.split('_').nth(1).unwrap() {
        "NNpsk0" => {
            let psk = key(test, &name("Psk")).into();
            Handshake::nn_psk0(role, cipher, &prologue, psk, ephemeral)
        }
        "KK" => Handshake::kk(role, cipher, &prologue, local(), remote(), ephemeral),
        "XX" => Handshake::xx(role, cipher, &prologue, local(), ephemeral),
        "IK" if role == Role::Initiator => {
            Handshake::ik_initiator(cipher, &prologue, local(), remote(), ephemeral)
        }
        "IK" => Handshake::ik_responder(cipher, &prologue, local(), ephemeral),
        other => panic!("no pattern {other} from the side of {peer}"),
    }
}

/// The same side by the independent implementation.
fn snows(test: &Value, role: Role) -> snow::HandshakeState {
    let prefix = if role == Role::Initiator {
        "init"
    } else {
        "resp"
    };
    let get = |field: &str| {
        let text = test[format!("{prefix}{field}")].as_str();
        text.map(from_hex)
    };
    let (prologue, ephemeral) = (get("Prologue").unwrap(), get("Ephemeral").unwrap());
    let (local, remote, psk) = (get("Static"), get("RemoteStatic"), get("Psk"));
    let protocol = test["protocol"].as_str().unwrap();
    let mut builder = snow::Builder::new(protocol.parse().unwrap())
        .prologue(&prologue)
        .unwrap()
        .fixed_ephemeral_key_for_testing_only(&ephemeral);
    if let Some(local) = &local {
        builder = builder.local_private_key(local).unwrap();
    }
    if let Some(remote) = &remote {
        builder = builder.remote_public_key(remote).unwrap();
    }
    let psk: Option<[u8; 32]> = psk.map(|psk| psk.try_into().unwrap());
    if let Some(psk) = &psk {
        builder = builder.psk(0, psk).unwrap();
    }
    match role {
        Role::Initiator => builder.build_initiator().unwrap(),
        Role::Responder => builder.build_responder().unwrap(),
    }
}

fn vectors() -> Vec<Value> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../vectors/noise/handshake.json"
    );
    let file: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let tests: Vec<Value> = file["testGroups"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|group| group["tests"].as_array().unwrap().clone())
        .collect();
    assert_eq!(file["numberOfTests"], tests.len());
    tests
}

/// One side of a conversation, whoever implements it.
trait Side {
    fn write(&mut self, payload: &[u8]) -> Vec<u8>;
    fn read(&mut self, message: &[u8]) -> Vec<u8>;
    fn hash(&self) -> Vec<u8>;
    fn into_transport(self: Box<Self>) -> Box<dyn Side>;
}

impl Side for Handshake {
    fn write(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut out = vec![0; 65_535];
        let len = self.write_message(payload, &mut out).unwrap();
        out.truncate(len);
        out
    }
    fn read(&mut self, message: &[u8]) -> Vec<u8> {
        let mut out = vec![0; message.len()];
        let len = self.read_message(message, &mut out).unwrap();
        out.truncate(len);
        out
    }
    fn hash(&self) -> Vec<u8> {
        self.hash().to_vec()
    }
    fn into_transport(self: Box<Self>) -> Box<dyn Side> {
        Box::new(Handshake::into_transport(*self).unwrap())
    }
}

impl Side for secpvm_core::handshake::noise::Transport {
    fn write(&mut self, payload: &[u8]) -> Vec<u8> {
        let mut out = vec![0; payload.len() + 16];
        let len = self.write_message(payload, &mut out).unwrap();
        assert_eq!(len, out.len());
        out
    }
    fn read(&mut self, message: &[u8]) -> Vec<u8> {
        let mut out = vec![0; message.len()];
        let len = self.read_message(message, &mut out).unwrap();
        out.truncate(len);
        out
    }
    fn hash(&self) -> Vec<u8> {
        panic!("a transport has no handshake hash")
    }
    fn into_transport(self: Box<Self>) -> Box<dyn Side> {
        self
    }
}

macro_rules! snow_side {
    ($state:ty, $hash:expr, $into:expr) => {
        impl Side for $state {
            fn write(&mut self, payload: &[u8]) -> Vec<u8> {
                let mut out = vec![0; 65_535];
                let len = self.write_message(payload, &mut out).unwrap();
                out.truncate(len);
                out
            }
            fn read(&mut self, message: &[u8]) -> Vec<u8> {
                let mut out = vec![0; message.len()];
                let len = self.read_message(message, &mut out).unwrap();
                out.truncate(len);
                out
            }
            fn hash(&self) -> Vec<u8> {
                $hash(self)
            }
            fn into_transport(self: Box<Self>) -> Box<dyn Side> {
                $into(self)
            }
        }
    };
}

snow_side!(
    snow::HandshakeState,
    |state: &Self| state.get_handshake_hash().to_vec(),
    |state: Box<Self>| -> Box<dyn Side> { Box::new(state.into_transport_mode().unwrap()) }
);
snow_side!(
    snow::TransportState,
    |_: &Self| -> Vec<u8> { panic!("a transport has no handshake hash") },
    |state: Box<Self>| -> Box<dyn Side> { state }
);

/// Play a vector with the given two sides: every byte on the wire, every payload, the hash.
fn play(test: &Value, mut initiator: Box<dyn Side>, mut responder: Box<dyn Side>) {
    let handshake_messages = if test["protocol"].as_str().unwrap().contains("XX") {
        3
    } else {
        2
    };
    for (number, message) in test["messages"].as_array().unwrap().iter().enumerate() {
        if number == handshake_messages {
            assert_eq!(initiator.hash(), field(test, "handshakeHash"));
            assert_eq!(responder.hash(), field(test, "handshakeHash"));
            initiator = initiator.into_transport();
            responder = responder.into_transport();
        }
        let (writer, reader) = if number.is_multiple_of(2) {
            (&mut initiator, &mut responder)
        } else {
            (&mut responder, &mut initiator)
        };
        let payload = field(message, "payload");
        let sent = writer.write(&payload);
        assert_eq!(sent, field(message, "ciphertext"), "message {number}");
        assert_eq!(reader.read(&sent), payload, "message {number}");
    }
}

#[test]
fn follows_the_public_vectors_and_snow_in_both_roles() {
    let tests = vectors();
    assert_eq!(tests.len(), PATTERNS.len() * CIPHERS.len());
    for test in &tests {
        let mine = |role| -> Box<dyn Side> { Box::new(ours(test, role)) };
        let theirs = |role| -> Box<dyn Side> { Box::new(snows(test, role)) };
        play(test, mine(Role::Initiator), mine(Role::Responder));
        play(test, mine(Role::Initiator), theirs(Role::Responder));
        play(test, theirs(Role::Initiator), mine(Role::Responder));
        play(test, theirs(Role::Initiator), theirs(Role::Responder));
    }
}

/// Every bit of every handshake message, and every truncation, is rejected; the reader is then
/// as it was and takes the true message.
#[test]
fn a_forged_message_changes_nothing() {
    for test in vectors() {
        let mut sides = [ours(&test, Role::Initiator), ours(&test, Role::Responder)];
        let mut turn = 0;
        while !sides[0].is_finished() {
            let message = sides[turn].write(b"payload");
            let reader = &mut sides[1 - turn];
            // The first XX message is sent in clear by design: nothing authenticates it.
            let clear = test["protocol"].as_str().unwrap().contains("XX")
                && reader.hash() == ours(&test, Role::Responder).hash();
            if !clear {
                let mut out = vec![0; message.len()];
                for bit in 0..message.len() * 8 {
                    let mut forged = message.clone();
                    forged[bit / 8] ^= 1 << (bit % 8);
                    // X25519 masks the top bit of a public key, but the hash does not.
                    let verdict = reader.read_message(&forged, &mut out);
                    assert_eq!(verdict, Err(Rejected::Forged.into()), "bit {bit}");
                }
                for len in 0..message.len() {
                    let verdict = reader.read_message(&message[..len], &mut out);
                    assert!(matches!(verdict, Err(ReceiveError::Rejected(_))), "{len}");
                }
            }
            assert_eq!(reader.read(&message), b"payload");
            turn = 1 - turn;
        }
    }
}

#[test]
fn calls_out_of_order_are_refused() {
    let test = &vectors()[0];
    let (mut initiator, mut responder) = (ours(test, Role::Initiator), ours(test, Role::Responder));
    let mut out = [0; 100];
    let refused = Err(Error::OutOfOrder.into());
    assert_eq!(initiator.read_message(&[0; 48], &mut out), refused);
    assert_eq!(responder.write_message(&[], &mut out), refused);
    let first = initiator.write(&[]);
    assert_eq!(initiator.write_message(&[], &mut out), refused);
    responder.read(&first);
    let second = responder.write(&[]);
    initiator.read(&second);
    assert!(initiator.is_finished() && responder.is_finished());
    assert_eq!(initiator.write_message(&[], &mut out), refused);
    assert_eq!(initiator.read_message(&second, &mut out), refused);
    assert!(ours(test, Role::Initiator).into_transport().is_err());
}

/// Noise section 3: 65,535 bytes at most, of a handshake and after it. Nothing is lost by the attempt.
/// Whatever is missing, the error says how long the message is, and nothing has been written.
#[test]
fn a_buffer_that_is_too_small_is_told_what_is_needed_and_left_alone() {
    for test in vectors() {
        let (mut writer, mut reader) = (ours(&test, Role::Initiator), ours(&test, Role::Responder));
        while !writer.is_finished() {
            for payload in [&b"payload"[..], b""] {
                let mut out = [0xee; 300];
                let refused = writer.write_message(payload, &mut []);
                let Err(ReceiveError::Misuse(Error::BufferTooSmall { needed, actual: 0 })) =
                    refused
                else {
                    panic!("{refused:?}");
                };
                for actual in 0..needed {
                    let refused = writer.write_message(payload, &mut out[..actual]);
                    let error = Error::BufferTooSmall { needed, actual };
                    assert_eq!(refused, Err(error.into()));
                }
                assert_eq!(out, [0xee; 300]);
                if payload.is_empty() {
                    let len = writer.write_message(payload, &mut out[..needed]).unwrap();
                    assert_eq!(len, needed);
                    assert_eq!(reader.read_message(&out[..len], &mut []), Ok(0));
                }
            }
            (writer, reader) = (reader, writer);
        }
        assert!(reader.is_finished());
    }
}

#[test]
fn longer_messages_than_noise_has_are_refused() {
    let test = &vectors()[0];
    let (mut initiator, mut responder) = (ours(test, Role::Initiator), ours(test, Role::Responder));
    let (long, mut out) = (vec![0; 65_536], vec![0; 66_000]);
    let too_long = |refused: Result<usize, ReceiveError>| {
        let max = 65_535;
        assert!(matches!(
            refused,
            Err(ReceiveError::Misuse(Error::TooLong { max: told, actual })) if told == max && actual > max
        ));
    };
    let malformed = Err(Rejected::Malformed.into());
    too_long(initiator.write_message(&long, &mut out));
    assert_eq!(responder.read_message(&long, &mut out), malformed);
    responder.read(&initiator.write(&[]));
    initiator.read(&responder.write(&[]));
    let mut sender = initiator.into_transport().unwrap();
    let mut receiver = responder.into_transport().unwrap();
    too_long(sender.write_message(&long, &mut out).map_err(Into::into));
    assert_eq!(receiver.read_message(&long, &mut out), malformed);
    receiver.read(&sender.write(b"payload"));
}

/// What a side knows of its peer: at once by KK, when it was sent by XX.
#[test]
fn the_peers_static_key_is_told_when_it_is_known() {
    let of = |pattern: &str| {
        let tests = vectors();
        let mut tests = tests.into_iter();
        let test = tests.find(|test| test["protocol"].as_str().unwrap().contains(pattern));
        let test = test.unwrap();
        [Role::Initiator, Role::Responder].map(|role| ours(&test, role))
    };
    assert!(of("KK").iter().all(|side| side.remote_static().is_some()));
    let [mut initiator, mut responder] = of("XX");
    responder.read(&initiator.write(&[]));
    assert!(initiator.remote_static().is_none());
    initiator.read(&responder.write(&[]));
    assert!(initiator.remote_static().is_some() && responder.remote_static().is_none());
}

proptest! {
    /// No bytes make a reader panic.
    #[test]
    fn any_bytes_are_survived(message in prop::collection::vec(any::<u8>(), 0..200)) {
        for test in vectors() {
            let mut out = vec![0; message.len()];
            let _ = ours(&test, Role::Responder).read_message(&message, &mut out);
        }
    }
}
