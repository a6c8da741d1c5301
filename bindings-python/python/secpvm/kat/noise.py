"""The public Noise vectors: both sides are ours, every byte on the wire is known."""

from typing import Literal

import secpvm
from secpvm.kat.cases import Case
from secpvm.kat.verdict import equal


def handshake(case: Case) -> None:
    initiator, responder = side(case, "initiator"), side(case, "responder")
    messages = iter(enumerate(case.test["messages"]))
    while not initiator.is_finished:
        number, message = next(messages)
        writer, reader = (initiator, responder) if number % 2 == 0 else (responder, initiator)
        payload = bytes.fromhex(message["payload"])
        sent = writer.write_message(payload)
        equal(sent.hex(), message["ciphertext"], f"message {number + 1}")
        equal(reader.read_message(sent), payload, f"payload {number + 1}")
    for one in (initiator, responder):
        equal(one.hash, case.bytes("handshakeHash"), "handshakeHash")
    transports = initiator.into_transport(), responder.into_transport()
    for number, message in messages:
        payload = bytes.fromhex(message["payload"])
        sent = transports[number % 2].write_message(payload)
        equal(sent.hex(), message["ciphertext"], f"message {number + 1}")
        equal(transports[1 - number % 2].read_message(sent), payload, f"payload {number + 1}")
    equal(case.is_valid, True, "accepted, and valid")


def side(case: Case, role: Literal["initiator", "responder"]) -> secpvm.Handshake:
    prefix = "init" if role == "initiator" else "resp"
    _, pattern, _, cipher, _ = case.test["protocol"].split("_")

    def field(name: str) -> bytes:
        return case.bytes(prefix + name)

    prologue, ephemeral = field("Prologue"), field("Ephemeral")
    match pattern, role:
        case "NNpsk0", _:
            return secpvm.Handshake.nn_psk0(role, cipher, prologue, field("Psk"), ephemeral)
        case "KK", _:
            return secpvm.Handshake.kk(role, cipher, prologue, field("Static"), field("RemoteStatic"), ephemeral)
        case "XX", _:
            return secpvm.Handshake.xx(role, cipher, prologue, field("Static"), ephemeral)
        case "IK", "initiator":
            return secpvm.Handshake.ik_initiator(cipher, prologue, field("Static"), field("RemoteStatic"), ephemeral)
        case "IK", _:
            return secpvm.Handshake.ik_responder(cipher, prologue, field("Static"), ephemeral)
    raise ValueError(f"no protocol {case.test['protocol']}")
