"""Verdicts: on real captures, and on anything."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import secpvm
from secpvm.harness import Datagram, Decoder, Endpoint, Flags, Header, PvmDatagram, Verdict, keylog, pvm
from secpvm.harness.pytest_plugin import DecodeCapture

from .conftest import CAPTURES, CLASSIC_KEY

A, B = Endpoint("10.77.0.1", 4711), Endpoint("10.77.0.2", 53033)
MASTER, SLAVE = pvm.tid_of_pvmd(1), pvm.tid_of_pvmd(2)
SESSION = secpvm.Session.generate(entropy=bytes(range(32)))


def keys_of(name: str) -> dict[str, object]:
    path = CAPTURES / f"{name}.keys"
    return {"keylog": path} if path.exists() else {"classic_key": CLASSIC_KEY}


@pytest.mark.parametrize("name", ["plain", "aes-256-gcm", "3des-ctr", "classic-1997", "classic-1997-daemons"])
def test_each_capture_gets_the_verdicts_that_it_was_made_for(name: str, decode_capture: DecodeCapture) -> None:
    expected = json.loads((CAPTURES / "expected" / f"{name}.json").read_text())["verdicts"]
    decoded = decode_capture(CAPTURES / f"{name}.pcap", **keys_of(name))
    assert Counter(str(one.verdict) for one in decoded) == expected
    for one in decoded:
        assert one.verdict is not Verdict.AUTHENTIC or one.pvm is not None


def test_without_keys_nothing_sealed_is_judged(decode_capture: DecodeCapture) -> None:
    for name in ("aes-256-gcm", "classic-1997"):
        verdicts = {one.verdict for one in decode_capture(CAPTURES / f"{name}.pcap")}
        assert verdicts == {Verdict.UNKNOWN_KEY, Verdict.PLAIN_TEXT, Verdict.MALFORMED}


def test_the_keys_of_another_machine_open_nothing(decode_capture: DecodeCapture, tmp_path: Path) -> None:
    other = tmp_path / "keys"
    other.write_text(keylog.line(SESSION))
    decoded = decode_capture(CAPTURES / "aes-256-gcm.pcap", keylog=other)
    assert Verdict.AUTHENTIC not in {one.verdict for one in decoded}
    assert Counter(one.verdict for one in decoded)[Verdict.FORGED] > 100


def test_secured_and_classic_say_what_plain_says(decode_capture: DecodeCapture) -> None:
    plain = [one.pvm for one in decode_capture(CAPTURES / "plain.pcap")]
    classic = decode_capture(CAPTURES / "classic-1997.pcap", classic_key=CLASSIC_KEY)
    assert [one.pvm for one in classic if one.verdict is Verdict.AUTHENTIC] == plain
    names = {one.message.name for one in plain if one is not None and one.message is not None}
    assert names >= {"DM_SLCONF", "DM_HTUPD", "DM_EXEC", "DM_EXECACK", "DM_MCA"}
    texts = b"".join(one.data for one in plain if one is not None)
    assert b"the eagle lands at midnight" in texts


def record(src: int, dst: int, receiver: int, sender_host: int = 1) -> Datagram:
    head = Header(dst, src, 1, 0, Flags.DAT)
    sealer = secpvm.Sealer(SESSION, sender_host << 48 | 5)
    return Datagram(A, B, sealer.seal(head.emit() + b"data", receiver.to_bytes(4, "big")))


def test_a_record_is_found_out_to_be_for_its_receiver() -> None:
    one = Decoder([SESSION]).decode(record(MASTER, SLAVE, SLAVE))
    assert (one.verdict, one.receiver, one.pvm and one.pvm.data) == (Verdict.AUTHENTIC, 2, b"data")


def test_a_record_for_another_host_is_forged_to_this_one() -> None:
    decoder = Decoder([SESSION])
    decoder.decode(record(MASTER, SLAVE, SLAVE))
    other = record(MASTER, pvm.tid_of_pvmd(3), pvm.tid_of_pvmd(3), sender_host=9)
    assert decoder.decode(other).verdict is Verdict.FORGED


def test_a_member_that_speaks_for_another_host_is_foreign() -> None:
    assert Decoder([SESSION]).decode(record(MASTER, SLAVE, SLAVE, sender_host=7)).verdict is Verdict.FOREIGN


def test_twice_is_a_replay() -> None:
    decoder, sent = Decoder([SESSION]), record(MASTER, SLAVE, SLAVE)
    assert [decoder.decode(sent).verdict for _ in range(3)] == [Verdict.AUTHENTIC, Verdict.REPLAYED, Verdict.REPLAYED]


def test_every_bit_of_a_record_counts() -> None:
    sent = record(MASTER, SLAVE, SLAVE)
    for bit in range(len(sent.payload) * 8):
        payload = bytearray(sent.payload)
        payload[bit // 8] ^= 1 << bit % 8
        verdict = Decoder([SESSION]).decode(Datagram(A, B, bytes(payload))).verdict
        assert verdict is not Verdict.AUTHENTIC, bit


@given(st.binary(max_size=120), st.binary(max_size=120))
def test_any_bytes_get_a_verdict(data: bytes, behind: bytes) -> None:
    decoder = Decoder([SESSION], CLASSIC_KEY)
    genuine = record(MASTER, SLAVE, SLAVE).payload
    for payload in (data, genuine[: len(data)] + behind, b"\x73\x01\x00\x01" + data, FIN_ACK[:13] + data):
        assert decoder.decode(Datagram(A, B, payload)).verdict in Verdict


@given(st.binary(max_size=120))
def test_parsers_raise_nothing_but_their_error(data: bytes) -> None:
    for parse in (PvmDatagram.parse, Header.parse):
        try:
            parse(data)
        except secpvm.Error:
            pass


FIN_ACK = Header(SLAVE, MASTER, 0, 0, Flags.FIN | Flags.ACK).emit()


def test_headers_are_read_and_written() -> None:
    assert FIN_ACK.hex() == "80080000800400000000000018000000"
    assert PvmDatagram.parse(FIN_ACK).header == Header(SLAVE, MASTER, 0, 0, Flags.FIN | Flags.ACK)
    assert str(PvmDatagram.parse(FIN_ACK)) == "pvmd1 > pvmd2, seq 0 ack 0, FIN|ACK, 0 bytes"
    assert [pvm.tid_name(tid) for tid in (pvm.tid_of_pvmd(0), 0x40002)] == ["pvmd'", "t40002"]


def test_message_names_are_those_of_pvmproto_h() -> None:
    text = Path("/usr/include/pvmproto.h").read_text(errors="replace")
    firsts = {family: int(at, 16) for family, at in re.findall(r"#define\s+(\w\w)_FIRST\s+\(int\)(0x\w+)", text)}
    found = re.findall(r"#define\s+((\w\w)_\w+)\s+\(\2_FIRST\+(\d+)\)", text)
    names = {firsts[family] + int(add): name for name, family, add in found if not name.endswith("_LAST")}
    assert names == pvm.MESSAGE_NAMES


def test_a_classic_key_has_32_bytes() -> None:
    with pytest.raises(secpvm.WrongLength, match="32"):
        Decoder(classic_key=bytes(31))
