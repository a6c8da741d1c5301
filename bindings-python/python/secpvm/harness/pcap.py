"""Capture files: pcap (draft-ietf-opsawg-pcap) read and written, pcapng (draft-ietf-opsawg-pcapng) read.

Frames are Ethernet frames, without preamble and checksum; times are microseconds since 1970.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import FormatError

ETHERNET = 1
SNAP_LEN = 262_144
"""The longest frame in a file, in bytes, as in the captures that the laboratory writes."""

_MAGIC_US, _MAGIC_NS = 0xA1B2C3D4, 0xA1B23C4D
_SECTION, _INTERFACE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 3, 6
_BYTE_ORDER = 0x1A2B3C4D
_OPTION_TSRESOL = 9


@dataclass(frozen=True, slots=True)
class Frame:
    """One captured frame: when it was seen (microseconds since 1970), and its bytes."""

    at_us: int
    data: bytes


def read(path: str | os.PathLike[str]) -> list[Frame]:
    """Every frame of a pcap or pcapng file.

    :raises FormatError: the file is neither, is cut off, or captures something other than Ethernet
    :raises OSError: it can't be read
    """
    return parse(Path(path).read_bytes())


def parse(data: bytes) -> list[Frame]:
    """Every frame of a pcap or pcapng file that is in memory. Raises as :func:`read` does."""
    for order in "<>":
        if len(data) >= 4:
            magic = struct.unpack_from(order + "I", data)[0]
            if magic in (_MAGIC_US, _MAGIC_NS):
                return list(_pcap(data, order, 1 if magic == _MAGIC_US else 1000))
    if data[:4] == _SECTION.to_bytes(4, "big"):
        return list(_pcapng(data))
    raise FormatError("this is neither a pcap nor a pcapng file")


def write(path: str | os.PathLike[str], frames: Iterable[Frame]) -> None:
    """Write a pcap file (version 2.4, big-endian, microseconds).

    :raises FormatError: a frame is longer than :data:`SNAP_LEN`, or its time beyond the format's 32 bits of seconds
    """
    Path(path).write_bytes(dump(frames))


def dump(frames: Iterable[Frame]) -> bytes:
    """What :func:`write` writes."""
    parts = [struct.pack(">IHHiIII", _MAGIC_US, 2, 4, 0, 0, SNAP_LEN, ETHERNET)]
    for frame in frames:
        seconds, rest = divmod(frame.at_us, 1_000_000)
        if len(frame.data) > SNAP_LEN:
            raise FormatError(f"a frame of {len(frame.data)} bytes, more than {SNAP_LEN}")
        if not 0 <= seconds < 1 << 32:
            raise FormatError(f"the time {frame.at_us} does not fit into a pcap file")
        parts.append(struct.pack(">IIII", seconds, rest, len(frame.data), len(frame.data)) + frame.data)
    return b"".join(parts)


def _pcap(data: bytes, order: str, per_us: int) -> Iterator[Frame]:
    if len(data) < 24:
        raise FormatError("cut off in the header of the pcap file")
    # The upper bits may tell the length of a frame check sequence.
    _require_ethernet(struct.unpack_from(order + "I", data, 20)[0] & 0xFFFF)
    at = 24
    while at < len(data):
        if at + 16 > len(data):
            raise FormatError(f"cut off at byte {at}, in the header of a frame")
        seconds, fraction, length, _ = struct.unpack_from(order + "IIII", data, at)
        at += 16
        if at + length > len(data):
            raise FormatError(f"cut off at byte {at}, in a frame of {length} bytes")
        yield Frame(seconds * 1_000_000 + fraction // per_us, data[at : at + length])
        at += length


@dataclass
class _Interface:
    link_type: int
    ticks_per_second: int


def _pcapng(data: bytes) -> Iterator[Frame]:
    interfaces: list[_Interface] = []
    for kind, order, body in _blocks(data):
        if kind == _SECTION:
            interfaces = []
        elif kind == _INTERFACE:
            interfaces.append(_interface(order, body))
        elif kind == _ENHANCED:
            if len(body) < 20:
                raise FormatError("a packet block that is too short")
            index, high, low, length, _ = struct.unpack_from(order + "IIIII", body)
            if index >= len(interfaces):
                raise FormatError(f"a packet of interface {index}, which the file does not describe")
            ticks = (high << 32 | low) * 1_000_000 // interfaces[index].ticks_per_second
            yield _frame(interfaces[index], ticks, body[20:], length)
        elif kind == _SIMPLE:
            if not interfaces or len(body) < 4:
                raise FormatError("a packet without an interface")
            length = struct.unpack_from(order + "I", body)[0]
            # A simple packet has no time, and may be followed by padding to 4 bytes.
            yield _frame(interfaces[0], 0, body[4:], min(length, len(body) - 4))


def _blocks(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Each block's type, byte order and body: type 4, length 4, body, length 4 again."""
    order, at = "<", 0
    while at < len(data):
        if at + 12 > len(data):
            raise FormatError(f"cut off at byte {at}, in the header of a block")
        if data[at : at + 4] == _SECTION.to_bytes(4, "big"):
            order = _order_of_section(data[at + 8 : at + 12])
        kind, length = struct.unpack_from(order + "II", data, at)
        if length < 12 or length % 4 or at + length > len(data):
            raise FormatError(f"cut off at byte {at}, in a block of {length} bytes")
        if struct.unpack_from(order + "I", data, at + length - 4)[0] != length:
            raise FormatError(f"the block at byte {at} has two different lengths")
        yield kind, order, data[at + 8 : at + length - 4]
        at += length


def _order_of_section(magic: bytes) -> str:
    for order in "<>":
        if struct.pack(order + "I", _BYTE_ORDER) == magic:
            return order
    raise FormatError("a pcapng section of no known byte order")


def _interface(order: str, body: bytes) -> _Interface:
    if len(body) < 8:
        raise FormatError("an interface block that is too short")
    ticks, at = 1_000_000, 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(order + "HH", body, at)
        if code == _OPTION_TSRESOL and at + 4 < len(body):
            exponent = body[at + 4] & 0x7F
            ticks = 2**exponent if body[at + 4] & 0x80 else 10**exponent
        at += 4 + (length + 3) // 4 * 4
    return _Interface(struct.unpack_from(order + "H", body)[0], ticks)


def _frame(interface: _Interface, at_us: int, data: bytes, length: int) -> Frame:
    _require_ethernet(interface.link_type)
    if length > len(data):
        raise FormatError(f"a packet of {length} bytes in a block that has {len(data)}")
    return Frame(at_us, data[:length])


def _require_ethernet(link_type: int) -> None:
    if link_type != ETHERNET:
        raise FormatError(f"a capture of link type {link_type}; only Ethernet ({ETHERNET}) is read")
