"""Transcripts of our own formats: what one side sees, call by call, and its verdict."""

import secpvm
from secpvm.kat.cases import Case
from secpvm.kat.verdict import equal, verdict

# Packet numbers up to this one are sealed too; those beyond are only opened.
SEALED_UP_TO = 300


def transcript(case: Case) -> None:
    played = {"Record": record, "Opener": opener, "Join": join, "Rekeying": rekeying}
    played[case.group["type"]](case)


def record(case: Case) -> None:
    session, receiver, known = (
        secpvm.Session.decode(case.bytes("session")),
        case.bytes("receiver"),
        case.bytes("record"),
    )
    receiving = secpvm.Opener(session)
    if not case.is_valid:
        equal(verdict(lambda: receiving.open(known, receiver)), case.test["verdict"], "the verdict")
        return
    opened = receiving.open(known, receiver)
    plaintext = case.bytes("plaintext")
    equal(opened.plaintext, plaintext, "plaintext")
    equal(secpvm.PacketHeader.parse(known), opened.header, "the header")
    if opened.header.packet_number <= SEALED_UP_TO:
        sealer = secpvm.Sealer(session, opened.header.sender)
        for _ in range(opened.header.packet_number):
            sealer.seal(b"")
        equal(sealer.seal(plaintext, receiver), known, "record")


def opener(case: Case) -> None:
    receiving = secpvm.Opener(secpvm.Session.decode(case.bytes("session")))
    receiver = case.bytes("receiver")
    for number, step in enumerate(case.test["steps"], 1):
        if "record" in step:
            said = verdict(lambda: receiving.open(bytes.fromhex(step["record"]), receiver))
            equal(said, step["verdict"], f"step {number}")
        elif "prepare" in step:
            receiving.prepare_epoch(secpvm.Session.decode(bytes.fromhex(step["prepare"])))
        elif step["do"] == "activate":
            receiving.activate_epoch()
        elif step["do"] == "retire":
            receiving.retire_previous_epoch()
        else:
            raise ValueError(f"step {number} is none: {step}")
    equal(case.is_valid, True, "accepted, and valid")


def join(case: Case) -> None:
    """The messages of a join, the fifth where there is a member key. In an invalid case the last one given is not
    the peer's."""
    session, context = secpvm.Session.decode(case.bytes("session")), case.bytes("context")
    initiator = secpvm.Join.initiator(session, context, case.bytes("joinSecret"), case.bytes("initiatorEphemeral"))
    responder = secpvm.Join.responder(context, case.bytes("responderEphemeral"))
    writer, reader = initiator, responder
    messages = [bytes.fromhex(message) for message in case.test["messages"]]
    for number, message in enumerate(messages, 1):
        written = writer.write_message() if number < 5 else writer.write_member_key(case.bytes("memberKey"))
        read = reader.read_message if number < 5 else reader.read_member_key
        if not case.is_valid and number == len(messages):
            equal(verdict(lambda: read(message)), case.test["verdict"], "the verdict")
            equal(reader.session, None, "the session")
            return
        equal(written, message, f"message {number}")
        if (key := read(message)) is not None:
            equal(key, case.bytes("memberKey"), "the member key")
        writer, reader = reader, writer
    equal(initiator.is_finished and responder.is_finished, True, "finished")
    equal(responder.session and responder.session.encode(), case.bytes("session"), "session")


def rekeying(case: Case) -> None:
    """A leader and one member: offer, confirm, activate, activated."""
    session = secpvm.Session.decode(case.bytes("session"))
    identity = int.from_bytes(case.bytes("member"), "big")
    leader = secpvm.Leader(session, 0, 0, root=case.bytes("root"))
    key = leader.admit(identity)
    equal(key, case.bytes("memberKey"), "memberKey")
    member = secpvm.Member(key, session, identity, 0)
    leader.rekey(0, case.bytes("entropy"))
    messages = [bytes.fromhex(message) for message in case.test["messages"]]
    for number, message in enumerate(messages):
        reader: secpvm.Leader | secpvm.Member
        if number % 2 == 0:
            due = leader.poll_transmit(0)
            written, reader = (due and due[1]), member
        else:
            written, reader = member.poll_transmit(0), leader
        said = verdict(lambda: reader.handle_message(message, 0))
        if not case.is_valid and number == len(messages) - 1:
            equal(said, case.test["verdict"], "the verdict")
            return
        equal(written, message, f"message {number + 1}")
        equal(said, "accepted", f"the verdict on message {number + 1}")
    equal((leader.epoch, member.epoch), (session.epoch + 1, session.epoch + 1), "the epoch")
    equal(leader.session.encode(), case.bytes("nextSession"), "nextSession")
