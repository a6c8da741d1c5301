//! The public Noise vectors: both sides are ours, every byte on the wire is known.

use secpvm_core::agreement::X25519;
use secpvm_core::handshake::noise::{Handshake, NoiseCipher, PublicKey, Role, Transport};

use super::{ensure, equal, text};
use crate::file::hex;
use crate::{Case, Failure};

pub fn handshake(case: &Case) -> Result<(), Failure> {
    let mut initiator = side(case, Role::Initiator, "init")?;
    let mut responder = side(case, Role::Responder, "resp")?;
    let messages = case.test()["messages"].as_array().ok_or("no messages")?;
    let mut messages = messages.iter().enumerate();
    while !initiator.is_finished() {
        let (number, message) = messages.next().ok_or("the handshake does not end")?;
        let (payload, expected) = (hex(&message["payload"])?, hex(&message["ciphertext"])?);
        let (writer, reader) = match number % 2 {
            0 => (&mut initiator, &mut responder),
            _ => (&mut responder, &mut initiator),
        };
        let (mut sent, mut read) = (vec![0; expected.len()], vec![0; expected.len()]);
        writer.write_message(&payload, &mut sent).map_err(text)?;
        equal(&sent, &expected, "ciphertext")?;
        let len = reader.read_message(&sent, &mut read).map_err(text)?;
        equal(&read[..len], &payload, "payload")?;
    }
    equal(
        initiator.hash(),
        &case.bytes("handshakeHash")?,
        "handshakeHash",
    )?;
    equal(
        responder.hash(),
        &case.bytes("handshakeHash")?,
        "handshakeHash",
    )?;
    let mut sides = [initiator, responder].map(Handshake::into_transport);
    let [Ok(initiator), Ok(responder)] = &mut sides else {
        return Err("the handshake is not finished".to_owned());
    };
    for (number, message) in messages {
        let (payload, expected) = (hex(&message["payload"])?, hex(&message["ciphertext"])?);
        match number % 2 {
            0 => transport(initiator, responder, &payload, &expected)?,
            _ => transport(responder, initiator, &payload, &expected)?,
        }
    }
    ensure(case.is_valid(), "accepted")
}

fn transport(
    writer: &mut Transport,
    reader: &mut Transport,
    payload: &[u8],
    expected: &[u8],
) -> Result<(), Failure> {
    let (mut sent, mut read) = (vec![0; expected.len()], vec![0; expected.len()]);
    writer.write_message(payload, &mut sent).map_err(text)?;
    equal(&sent, expected, "ciphertext")?;
    let len = reader.read_message(&sent, &mut read).map_err(text)?;
    equal(&read[..len], payload, "payload")
}

fn side(case: &Case, role: Role, prefix: &str) -> Result<Handshake, Failure> {
    let protocol = case.test()["protocol"].as_str().ok_or("no protocol")?;
    let cipher = match protocol.split('_').nth(3) {
        Some("AESGCM") => NoiseCipher::AesGcm,
        Some("ChaChaPoly") => NoiseCipher::ChaChaPoly,
        _ => return Err(format!("no protocol {protocol}")),
    };
    let key = |field: &str| -> Result<[u8; 32], Failure> {
        let bytes = case.bytes(&format!("{prefix}{field}"))?;
        bytes
            .try_into()
            .map_err(|_| format!("{field} has not 32 bytes"))
    };
    let prologue = case.bytes(&format!("{prefix}Prologue"))?;
    let ephemeral = key("Ephemeral")?.into();
    let local = || Ok::<_, Failure>(X25519::new(&key("Static")?.into()));
    let remote = || Ok::<_, Failure>(PublicKey(key("RemoteStatic")?));
    Ok(match (protocol.split('_').nth(1), role) {
        (Some("NNpsk0"), _) => {
            Handshake::nn_psk0(role, cipher, &prologue, key("Psk")?.into(), ephemeral)
        }
        (Some("KK"), _) => Handshake::kk(role, cipher, &prologue, local()?, remote()?, ephemeral),
        (Some("XX"), _) => Handshake::xx(role, cipher, &prologue, local()?, ephemeral),
        (Some("IK"), Role::Initiator) => {
            Handshake::ik_initiator(cipher, &prologue, local()?, remote()?, ephemeral)
        }
        (Some("IK"), Role::Responder) => {
            Handshake::ik_responder(cipher, &prologue, local()?, ephemeral)
        }
        _ => return Err(format!("no protocol {protocol}")),
    })
}
