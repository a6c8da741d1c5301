"""Packets and the key exchange of the profile classic-1997."""

import secpvm
from secpvm.kat.cases import Case
from secpvm.kat.verdict import equal, refused


def packet(case: Case) -> None:
    key, known = case.bytes("key"), case.bytes("packet")
    opener = secpvm.ClassicOpener(key, "plain")
    if not case.is_valid:
        equal(type(refused(lambda: opener.open(known))).__name__, case.test["flags"][0], "the verdict")
        return
    opened = opener.open(known)
    data = case.bytes("data")
    dst, src, seq, ack, flags = (case.test[name] for name in ("dst", "src", "seq", "ack", "packetFlags"))
    header = opened.header
    equal((header.dst, header.src, header.seq, header.ack, header.flags), (dst, src, seq, ack, flags), "the header")
    equal(opened.data, data, "data")
    equal(header.emit(), known[:32], "the header emitted")
    if "protection" in case.group:
        sealer = secpvm.ClassicSealer(key, case.group["protection"])
        equal(sealer.seal(dst, src, seq, ack, flags, data), known, "packet")


def exchange(case: Case) -> None:
    if not case.is_valid:
        slave = secpvm.Exchange.slave(case.bytes("exponent"))
        error = refused(lambda: slave.read_message("MASTER_PUBKEY", case.bytes("public")))
        expected = "Malformed" if case.test["flags"][0] == "WrongLength" else "Forged"
        equal(type(error).__name__, expected, "the verdict")
        return
    agreement = secpvm.Agreement("modp-1024", case.bytes("masterExponent"))
    equal(agreement.agree(case.bytes("slavePubkey")), case.bytes("shared"), "shared")
    master = secpvm.Exchange.master(case.bytes("sessionKey"), case.bytes("masterExponent"))
    slave = secpvm.Exchange.slave(case.bytes("slaveExponent"))
    writer, reader = master, slave
    for known in (case.bytes("masterPubkey"), case.bytes("slavePubkey"), case.bytes("sesskey"), b""):
        kind, body = writer.write_message()
        equal(body, known, kind)
        reader.read_message(kind, body)
        writer, reader = reader, writer
    equal(slave.session_key, case.bytes("sessionKey"), "sessionKey")
    equal(master.is_finished and slave.is_finished, True, "finished")
