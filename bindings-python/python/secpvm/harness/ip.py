"""UDP datagrams over IPv4 (RFC 768, RFC 791): taken out of captured frames, and made to be sent or written."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from .errors import FormatError
from .pcap import Frame

ETHERNET_HEADER_LEN = 14
IPV4_HEADER_LEN = 20
UDP_HEADER_LEN = 8
PAYLOAD_LEN_MAX = 65_507
"""The longest UDP payload over IPv4, in bytes: 65,535 less the two headers."""

_ETHERTYPE_IPV4 = b"\x08\x00"
_PROTOCOL_UDP = 17
_MORE_FRAGMENTS = 0x2000
_FRAGMENT_LEN = 1480
"""Bytes behind the IPv4 header in a fragment for an MTU of 1500: the most that is a multiple of 8."""
_UNFINISHED_MAX = 256
_PARTS_MAX = 64
"""More than the 45 fragments of the longest datagram."""


class Endpoint(NamedTuple):
    """An IPv4 address, as text, and a UDP port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Datagram:
    """A UDP datagram: where it says it comes from, where it goes, what it carries, and when it was seen
    (microseconds since 1970; 0 for one that is still to be sent)."""

    source: Endpoint
    destination: Endpoint
    payload: bytes
    at_us: int = 0


@dataclass(frozen=True, slots=True)
class Packet:
    """An IPv4 packet that carries UDP: a whole datagram, or a fragment of one."""

    source: str
    destination: str
    id: int
    offset: int
    more: bool
    data: bytes


def packet(frame: bytes) -> Packet | None:
    """The IPv4 packet in an Ethernet frame; ``None`` for anything else, and for protocols other than UDP."""
    ip = frame[ETHERNET_HEADER_LEN:]
    if frame[12:14] != _ETHERTYPE_IPV4 or len(ip) < IPV4_HEADER_LEN or ip[9] != _PROTOCOL_UDP:
        return None
    header_len, length = (ip[0] & 0x0F) * 4, int.from_bytes(ip[2:4], "big")
    if ip[0] >> 4 != 4 or not IPV4_HEADER_LEN <= header_len <= length <= len(ip):
        return None
    fragment = int.from_bytes(ip[6:8], "big")
    return Packet(
        source=str(ipaddress.IPv4Address(ip[12:16])),
        destination=str(ipaddress.IPv4Address(ip[16:20])),
        id=int.from_bytes(ip[4:6], "big"),
        offset=(fragment & 0x1FFF) * 8,
        more=fragment & _MORE_FRAGMENTS != 0,
        data=ip[header_len:length],
    )


def datagrams(frames: Iterable[Frame]) -> Iterator[Datagram]:
    """The UDP datagrams in captured frames, each when its last fragment has come. What is not UDP, or never
    becomes whole, is passed over."""
    unfinished: dict[tuple[str, str, int], list[Packet]] = {}
    for frame in frames:
        part = packet(frame.data)
        if part is None:
            continue
        key = (part.source, part.destination, part.id)
        parts = unfinished.pop(key, []) + [part]
        udp = _joined(parts)
        if udp is None:
            unfinished[key] = parts[-_PARTS_MAX:]
            if len(unfinished) > _UNFINISHED_MAX:
                del unfinished[next(iter(unfinished))]
        elif len(udp) >= UDP_HEADER_LEN:
            source, destination, length = struct.unpack_from(">HHH", udp)
            if UDP_HEADER_LEN <= length <= len(udp):
                yield Datagram(
                    Endpoint(part.source, source),
                    Endpoint(part.destination, destination),
                    udp[UDP_HEADER_LEN:length],
                    frame.at_us,
                )


def _joined(parts: list[Packet]) -> bytes | None:
    """The whole of which these are the fragments, if they are all there."""
    joined = b""
    for part in sorted(parts, key=lambda part: part.offset):
        if part.offset != len(joined):
            # A gap; or the same fragment twice, which adds nothing.
            if part.offset + len(part.data) <= len(joined):
                continue
            return None
        joined += part.data
        if not part.more:
            return joined
    return None


def packets(datagram: Datagram, id: int = 1) -> list[bytes]:
    """The IPv4 packets that carry a datagram over an MTU of 1500: one, or its fragments, which have ``id`` in
    common. The UDP checksum is left out (RFC 768 allows it).

    :raises FormatError: the payload is longer than :data:`PAYLOAD_LEN_MAX`, or an address is none
    """
    if len(datagram.payload) > PAYLOAD_LEN_MAX:
        raise FormatError(f"a payload of {len(datagram.payload)} bytes; UDP takes {PAYLOAD_LEN_MAX}")
    length = UDP_HEADER_LEN + len(datagram.payload)
    udp = struct.pack(">HHHH", datagram.source.port, datagram.destination.port, length, 0) + datagram.payload
    cut = range(0, length, _FRAGMENT_LEN)
    return [_packet(datagram, id, at, at + _FRAGMENT_LEN < length, udp[at : at + _FRAGMENT_LEN]) for at in cut]


def _packet(datagram: Datagram, id: int, offset: int, more: bool, data: bytes) -> bytes:
    try:
        source = ipaddress.IPv4Address(datagram.source.host).packed
        destination = ipaddress.IPv4Address(datagram.destination.host).packed
    except ValueError as error:
        raise FormatError(str(error)) from None
    fragment = offset // 8 | (_MORE_FRAGMENTS if more else 0)
    fields = (0x45, 0, IPV4_HEADER_LEN + len(data), id, fragment, 64, _PROTOCOL_UDP)
    head = struct.pack(">BBHHHBB", *fields)
    return head + _checksum(head + source + destination).to_bytes(2, "big") + source + destination + data


def _checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071) of an even number of bytes."""
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def frames(datagrams: Iterable[Datagram]) -> Iterator[Frame]:
    """Ethernet frames that carry the datagrams, to be written into a capture file. The Ethernet addresses are
    made of the IPv4 addresses, behind the locally administered prefix 02:00."""
    for number, datagram in enumerate(datagrams):
        for data in packets(datagram, number % 0xFFFF + 1):
            yield Frame(datagram.at_us, b"\x02\x00" + data[16:20] + b"\x02\x00" + data[12:16] + _ETHERTYPE_IPV4 + data)
