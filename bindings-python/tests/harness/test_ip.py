"""Datagrams in frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secpvm.harness import Datagram, Endpoint, FormatError, Frame, datagrams, ip

A, B = Endpoint("10.77.0.1", 4711), Endpoint("10.77.0.2", 53033)


def test_a_short_datagram_is_one_frame_and_back() -> None:
    short = Datagram(A, B, b"seven..", 5)
    frames = list(ip.frames([short]))
    assert len(frames) == 1
    assert list(datagrams(frames)) == [short]


@given(st.binary(max_size=10_000), st.randoms(use_true_random=False))
def test_fragments_are_put_together_in_any_order(payload: bytes, random: object) -> None:
    sent = Datagram(A, B, payload)
    frames = list(ip.frames([sent]))
    assert len(frames) == -(-(len(payload) + 8) // 1480)
    random.shuffle(frames)  # type: ignore[attr-defined]
    assert list(datagrams(frames)) == [sent]


def test_a_fragment_twice_changes_nothing_and_one_missing_is_no_datagram() -> None:
    sent = Datagram(A, B, bytes(range(256)) * 16)
    first, second, third = ip.frames([sent])
    assert list(datagrams([first, second, second, third])) == [sent]
    assert list(datagrams([first, third])) == []


def test_the_header_checksum_is_right() -> None:
    # The sum over a header that includes its checksum is all ones (RFC 1071).
    (packet,) = ip.packets(Datagram(A, B, b"x"))
    total = sum(int.from_bytes(packet[at : at + 2], "big") for at in range(0, 20, 2))
    assert total % 0xFFFF == 0


def test_what_no_network_carries_is_refused() -> None:
    with pytest.raises(FormatError, match="65508"):
        ip.packets(Datagram(A, B, bytes(65_508)))
    with pytest.raises(FormatError, match="nowhere"):
        ip.packets(Datagram(A, Endpoint("nowhere", 1), b""))


@given(st.binary(max_size=80))
def test_any_frame_is_a_packet_or_none(data: bytes) -> None:
    for head in (b"", bytes(12) + b"\x08\x00", bytes(12) + b"\x08\x00\x45" + bytes(8) + b"\x11"):
        list(datagrams([Frame(0, head + data)]))


def test_what_is_not_udp_is_passed_over() -> None:
    (frame,) = ip.frames([Datagram(A, B, b"x")])
    for at, value in ((12, 0x86), (14, 0x65), (14, 0x44), (23, 6), (38, 0xFF)):
        other = bytearray(frame.data)
        other[at] = value
        assert list(datagrams([Frame(0, bytes(other))])) == []
