"""Capture files: what is written is read, what is broken is one clear error."""

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secpvm.harness import FormatError, Frame, pcap

from .conftest import CAPTURES

frames = st.lists(
    st.builds(Frame, at_us=st.integers(0, (1 << 32) * 1_000_000 - 1), data=st.binary(max_size=100)), max_size=5
)


@given(frames)
def test_what_is_written_is_read(frames: list[Frame]) -> None:
    assert pcap.parse(pcap.dump(frames)) == frames


@given(st.binary(max_size=200))
def test_any_bytes_are_a_capture_or_one_error(data: bytes) -> None:
    for start in (b"", pcap.dump([]), pcap.dump([])[:8], SECTION, SECTION + block("<", 1, struct.pack("<HHI", 1, 0, 0))):
        try:
            pcap.parse(start + data)
        except FormatError:
            pass


@pytest.mark.parametrize("order", ["<", ">"])
def test_both_byte_orders_and_nanoseconds(order: str) -> None:
    for magic, fraction in ((0xA1B2C3D4, 7), (0xA1B23C4D, 7_999)):
        file = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, 1)
        file += struct.pack(order + "IIII", 3, fraction, 4, 4) + b"abcd"
        assert pcap.parse(file) == [Frame(3_000_007, b"abcd")]


def test_a_file_that_is_cut_off_is_an_error_wherever_it_is_cut() -> None:
    whole = pcap.dump([Frame(1, b"abcd"), Frame(2, b"efgh")])
    ends = {24: 0, 24 + 20: 1}
    for length in range(len(whole)):
        if length in ends:
            assert len(pcap.parse(whole[:length])) == ends[length]
        else:
            with pytest.raises(FormatError, match="cut off|neither"):
                pcap.parse(whole[:length])


def test_other_link_types_are_refused() -> None:
    file = bytearray(pcap.dump([]))
    file[20:24] = (113).to_bytes(4, "big")
    with pytest.raises(FormatError, match="link type 113"):
        pcap.parse(bytes(file))


def test_frames_that_do_not_fit_are_refused() -> None:
    for frame in (Frame(-1, b""), Frame((1 << 32) * 1_000_000, b""), Frame(0, bytes(pcap.SNAP_LEN + 1))):
        with pytest.raises(FormatError):
            pcap.dump([frame])


# ---- pcapng --------------------------------------------------------------------------------------


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + length + body + length


def section(order: str) -> bytes:
    return block(order, 0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))


SECTION = section("<")


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng(order: str) -> None:
    nanoseconds = struct.pack(order + "HHBxxx", 9, 1, 9)
    file = section(order)
    file += block(order, 1, struct.pack(order + "HHI", 1, 0, 0))
    file += block(order, 1, struct.pack(order + "HHI", 1, 0, 0) + nanoseconds)
    file += block(order, 6, struct.pack(order + "IIIII", 0, 0, 5, 3, 3) + b"abc")
    file += block(order, 5, b"statistics of an interface")
    file += block(order, 6, struct.pack(order + "IIIII", 1, 1, 0, 2, 2) + b"de")
    file += block(order, 3, struct.pack(order + "I", 3) + b"fgh")
    assert pcap.parse(file) == [Frame(5, b"abc"), Frame((1 << 32) // 1000, b"de"), Frame(0, b"fgh")]


def test_a_packet_of_an_interface_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FormatError, match="interface 3"):
        pcap.parse(SECTION + block("<", 6, struct.pack("<IIIII", 3, 0, 5, 0, 0)))


def test_a_block_with_two_lengths_is_an_error() -> None:
    broken = bytearray(SECTION)
    broken[-4] ^= 4
    with pytest.raises(FormatError, match="two different lengths"):
        pcap.parse(bytes(broken))


def test_a_file_is_written_and_read(tmp_path: Path) -> None:
    frames = pcap.read(CAPTURES / "plain.pcap")
    pcap.write(tmp_path / "copy.pcap", frames)
    assert frames and pcap.read(tmp_path / "copy.pcap") == frames
