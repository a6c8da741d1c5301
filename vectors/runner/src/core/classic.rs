//! Packets and the key exchange of the profile `classic-1997`.

use secpvm_core::agreement::Modp1024;
use secpvm_core::handshake::exchange_1997::{Exchange, MessageKind};
use secpvm_core::packet::classic::{
    CLASSIC_HEADER_LEN, Cipher1997, ClassicOpener, ClassicSealer, Flags, Level, Protection,
    PvmHeader, SessionKey,
};

use super::{ensure, equal, text};
use crate::{Case, Failure};

fn session_key(case: &Case, field: &str) -> Result<SessionKey, Failure> {
    let key: Result<[u8; 32], _> = case.bytes(field)?.try_into();
    let key = key.map_err(|_| format!("{field} has not 32 bytes"))?;
    SessionKey::new(key.into()).map_err(text)
}

pub fn packet(case: &Case) -> Result<(), Failure> {
    let key = session_key(case, "key")?;
    let packet = case.bytes("packet")?;
    let mut opened = packet.clone();
    let opened = ClassicOpener::new(&key, Level::Plain).open_in_place(&mut opened);
    let opened = match (case.is_valid(), opened) {
        (false, opened) => {
            return refused(case, opened.err().map(|rejected| format!("{rejected:?}")));
        }
        (true, opened) => opened.map_err(text)?,
    };
    let data = case.bytes("data")?;
    let pvm = pvm_header(case)?;
    ensure(opened.header.pvm == pvm, "another header")?;
    equal(&*opened.data, &data, "data")?;
    let Some(protection) = case.group()["protection"].as_str() else {
        return Ok(());
    };
    let sealer = ClassicSealer::new(&key, self::protection(protection)?);
    let mut sealed = vec![0; sealer.packet_len(data.len())];
    sealed[CLASSIC_HEADER_LEN..][..data.len()].copy_from_slice(&data);
    sealer
        .seal_in_place(&pvm, &mut sealed, data.len())
        .map_err(text)?;
    equal(&sealed, &packet, "packet")
}

/// The first flag of an invalid case is the verdict.
fn refused(case: &Case, rejected: Option<String>) -> Result<(), Failure> {
    let rejected = rejected.ok_or("accepted")?;
    ensure(case.test()["flags"][0] == rejected, &rejected)
}

fn pvm_header(case: &Case) -> Result<PvmHeader, Failure> {
    fn field<T: TryFrom<usize>>(case: &Case, name: &str) -> Result<T, Failure> {
        case.number(name)?
            .try_into()
            .map_err(|_| format!("{name} is too large"))
    }
    Ok(PvmHeader {
        dst: field(case, "dst")?,
        src: field(case, "src")?,
        seq: field(case, "seq")?,
        ack: field(case, "ack")?,
        flags: Flags::from_bits(field(case, "packetFlags")?).ok_or("unknown packetFlags")?,
    })
}

fn protection(name: &str) -> Result<Protection, Failure> {
    Ok(match name {
        "plain" => Protection::Plain,
        "md5" => Protection::Authenticated,
        cipher => Protection::Encrypted(Cipher1997::from_name(cipher).map_err(text)?),
    })
}

pub fn exchange(case: &Case) -> Result<(), Failure> {
    if case.is_valid() {
        return whole_exchange(case);
    }
    let mut slave = Exchange::slave(&case.bytes("exponent")?).map_err(text)?;
    let refused = slave.read_message(MessageKind::MasterPubkey, &case.bytes("public")?);
    let verdict = match case.test()["flags"][0].as_str() {
        Some("WrongLength") => "malformed",
        _ => "forged",
    };
    let rejected = refused.err().ok_or("accepted")?.to_string();
    ensure(rejected.starts_with(verdict), &rejected)
}

fn whole_exchange(case: &Case) -> Result<(), Failure> {
    let exponent = case.bytes("masterExponent")?;
    let master = Modp1024::new(&exponent).map_err(text)?;
    let shared = master.agree(&case.bytes("slavePubkey")?).map_err(text)?;
    equal(shared.expose(), &case.bytes("shared")?, "shared")?;

    let key = session_key(case, "sessionKey")?;
    let mut writer = Exchange::master(key, &exponent).map_err(text)?;
    let mut reader = Exchange::slave(&case.bytes("slaveExponent")?).map_err(text)?;
    for name in ["masterPubkey", "slavePubkey", "sesskey"] {
        let mut out = [0; 256];
        let (kind, len) = writer.write_message(&mut out).map_err(text)?;
        equal(&out[..len], &case.bytes(name)?, name)?;
        reader.read_message(kind, &out[..len]).map_err(text)?;
        std::mem::swap(&mut writer, &mut reader);
    }
    let mut out = [0; 256];
    let (kind, len) = writer.write_message(&mut out).map_err(text)?;
    reader.read_message(kind, &out[..len]).map_err(text)?;
    let received = writer.session_key().ok_or("no session key")?;
    equal(received.expose(), &case.bytes("sessionKey")?, "sessionKey")
}
