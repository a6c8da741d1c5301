//! Transcripts of our own formats: what one side sees, call by call, and its verdict.

use secpvm_core::error::{Error, ReceiveError};
use secpvm_core::group::{
    Endpoint, GROUP_MESSAGE_LEN_MAX, Leader, MEMBER_KEY_LEN, Member, MemberKey, MemberSlot,
    RekeyPolicy,
};
use secpvm_core::handshake::join::{JOIN_MESSAGE_LEN_MAX, Join};
use secpvm_core::packet::{
    MemberId, PeerSlot, RECORD_HEADER_LEN, RecordHeader, RollingOpener, Sealer,
};
use secpvm_core::secret::Secret;
use secpvm_core::session::Session;
use serde_json::Value;

use super::{ensure, equal, text};
use crate::file::hex;
use crate::{Case, Failure};

/// Packet numbers up to this one are sealed too; those beyond are only opened.
const SEALED_UP_TO: u64 = 300;

type Table = [PeerSlot; 4];

pub fn transcript(case: &Case) -> Result<(), Failure> {
    match case.group()["type"].as_str() {
        Some("Record") => record(case),
        Some("Opener") => opener(case),
        Some("Join") => join(case),
        Some("Rekeying") => rekeying(case),
        other => Err(format!("no transcripts of {other:?}")),
    }
}

fn array<const N: usize>(case: &Case, field: &str) -> Result<[u8; N], Failure> {
    let bytes = case.bytes(field)?;
    bytes
        .try_into()
        .map_err(|_| format!("{field} has not {N} bytes"))
}

fn secret(case: &Case, field: &str) -> Result<Secret<32>, Failure> {
    array(case, field).map(Secret::from)
}

fn session(value: &Value) -> Result<Session, Failure> {
    let bytes = hex(value)?
        .try_into()
        .map_err(|_| "a session has 40 bytes")?;
    Session::decode(&bytes).map_err(text)
}

fn new_opener(session: &Session) -> RollingOpener<Table> {
    RollingOpener::new(session, [const { [const { PeerSlot::EMPTY }; 4] }; 2])
}

/// One record: sealed, if its number is within reach, and opened.
fn record(case: &Case) -> Result<(), Failure> {
    let session = session(&case.test()["session"])?;
    let (receiver, sealed) = (case.bytes("receiver")?, case.bytes("record")?);
    let mut record = sealed.clone();
    let mut opener = new_opener(&session);
    let opened = opener.open_in_place(&receiver, &mut record);
    if !case.is_valid() {
        let verdict = verdict_of(opened.err());
        return ensure(case.test()["verdict"] == *verdict, &verdict);
    }
    let opened = opened.map_err(text)?;
    let plaintext = case.bytes("plaintext")?;
    equal(&*opened.plaintext, &plaintext, "plaintext")?;
    let RecordHeader {
        sender,
        packet_number,
        ..
    } = opened.header;
    if packet_number > SEALED_UP_TO {
        return Ok(());
    }
    let mut sealer = Sealer::new(&session, sender).map_err(text)?;
    let mut buf = vec![0; Sealer::record_len(plaintext.len())];
    for _ in 0..packet_number {
        sealer.seal_in_place(&receiver, &mut buf, 0).map_err(text)?;
    }
    buf[RECORD_HEADER_LEN..][..plaintext.len()].copy_from_slice(&plaintext);
    sealer
        .seal_in_place(&receiver, &mut buf, plaintext.len())
        .map_err(text)?;
    equal(&buf, &sealed, "record")
}

fn verdict_of(error: Option<ReceiveError>) -> String {
    match error {
        None => "accepted".to_owned(),
        Some(ReceiveError::Rejected(rejected)) => format!("{rejected:?}").to_lowercase(),
        Some(ReceiveError::Misuse(error)) => error.to_string(),
    }
}

/// An opener, its epochs, and the records that it is given.
fn opener(case: &Case) -> Result<(), Failure> {
    let mut opener = new_opener(&session(&case.test()["session"])?);
    let receiver = case.bytes("receiver")?;
    let steps = case.test()["steps"].as_array().ok_or("no steps")?;
    for (number, step) in steps.iter().enumerate() {
        if let Some(record) = step.get("record") {
            let mut record = hex(record)?;
            let verdict = verdict_of(opener.open_in_place(&receiver, &mut record).err());
            let reason = format!("step {}: {verdict}", number + 1);
            ensure(step["verdict"] == *verdict, &reason)?;
        } else if let Some(next) = step.get("prepare") {
            opener.prepare_epoch(&session(next)?).map_err(text)?;
        } else if step["do"] == "activate" {
            opener.activate_epoch().map_err(text)?;
        } else if step["do"] == "retire" {
            opener.retire_previous_epoch();
        } else {
            return Err(format!("step {} is none: {step}", number + 1));
        }
    }
    ensure(case.is_valid(), "accepted")
}

/// The messages of a join, the fifth where there is a member key. In an invalid case the last one
/// given is not the peer's.
fn join(case: &Case) -> Result<(), Failure> {
    let given = session(&case.test()["session"])?;
    let context = case.bytes("context")?;
    let (join_secret, ephemeral) = (
        secret(case, "joinSecret")?,
        secret(case, "initiatorEphemeral")?,
    );
    let initiator = Join::initiator(given, &context, join_secret, ephemeral).map_err(text)?;
    let ephemeral = secret(case, "responderEphemeral")?;
    let responder = Join::responder(&context, ephemeral).map_err(text)?;
    let (mut writer, mut reader) = (initiator, responder);
    let messages = case.test()["messages"].as_array().ok_or("no messages")?;
    for (number, message) in messages.iter().enumerate() {
        let message = hex(message)?;
        let mut out = [0; JOIN_MESSAGE_LEN_MAX];
        let (len, read) = if number == 4 {
            let key = array::<MEMBER_KEY_LEN>(case, "memberKey")?;
            let len = writer.write_member_key(&MemberKey::decode(&key), &mut out);
            (
                len.map_err(text)?,
                read_member_key(&mut reader, &message, &key),
            )
        } else {
            let len = writer.write_message(&mut out).map_err(text)?;
            (len, reader.read_message(&message))
        };
        if !case.is_valid() && number + 1 == messages.len() {
            let verdict = verdict_of(read.err());
            ensure(reader.session().is_none(), "a session was given")?;
            return ensure(case.test()["verdict"] == *verdict, &verdict);
        }
        equal(&out[..len], &message, &format!("message {}", number + 1))?;
        read.map_err(text)?;
        std::mem::swap(&mut writer, &mut reader);
    }
    let received = reader.session().or(writer.session()).ok_or("no session")?;
    ensure(writer.is_finished() && reader.is_finished(), "not finished")?;
    equal(
        received.encode().expose(),
        &case.bytes("session")?,
        "session",
    )
}

/// The fifth message. It must hold that key.
fn read_member_key(
    reader: &mut Join,
    message: &[u8],
    expected: &[u8; MEMBER_KEY_LEN],
) -> Result<(), ReceiveError> {
    let key = reader.read_member_key(message)?;
    if key.encode().expose() == expected {
        Ok(())
    } else {
        Err(Error::OutOfOrder.into())
    }
}

/// A leader and one member: offer, confirm, activate, activated.
fn rekeying(case: &Case) -> Result<(), Failure> {
    let session = || session(&case.test()["session"]);
    let tables = || [const { [const { PeerSlot::EMPTY }; 4] }; 2];
    let policy = RekeyPolicy::for_suite(session()?.suite());
    let endpoint = |sender| Endpoint::new(session()?, sender, tables(), policy, 0).map_err(text);
    let seats = [const { MemberSlot::EMPTY }; 2];
    let mut leader = Leader::new(secret(case, "root")?, seats, endpoint(MemberId(0))?);
    let id = MemberId(u64::from_be_bytes(array(case, "member")?));
    let key = leader.admit(id).map_err(text)?;
    equal(
        key.encode().expose(),
        &case.bytes("memberKey")?,
        "memberKey",
    )?;
    let mut member = Member::new(key, endpoint(id)?);
    leader.rekey(secret(case, "entropy")?, 0).map_err(text)?;

    let messages = case.test()["messages"].as_array().ok_or("no messages")?;
    for (number, message) in messages.iter().enumerate() {
        let (message, is_leaders) = (hex(message)?, number % 2 == 0);
        let mut out = [0; GROUP_MESSAGE_LEN_MAX];
        let (len, handled) = if is_leaders {
            let written = leader.poll_transmit(0, &mut out);
            let handled = member.handle_message(&message, 0);
            (written.map(|(_, len)| len), handled.err())
        } else {
            let written = member.poll_transmit(0, &mut out);
            let handled = leader.handle_message(&message, 0);
            (written, handled.err().map(ReceiveError::from))
        };
        let len = len.ok_or("no message is due")?;
        if !case.is_valid() && number + 1 == messages.len() {
            let verdict = verdict_of(handled);
            return ensure(case.test()["verdict"] == *verdict, &verdict);
        }
        equal(&out[..len], &message, &format!("message {}", number + 1))?;
        ensure(handled.is_none(), &verdict_of(handled))?;
    }
    ensure(
        leader.endpoint().epoch() == member.endpoint().epoch(),
        "two epochs",
    )?;
    ensure(leader.endpoint().next_epoch().is_none(), "an epoch is left")?;
    let reached = leader.endpoint().session().encode();
    equal(reached.expose(), &case.bytes("nextSession")?, "nextSession")
}
