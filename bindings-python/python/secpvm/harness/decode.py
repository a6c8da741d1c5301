"""From captured datagrams to what they say, with a verdict on each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

import secpvm
from secpvm import ClassicHeader, ClassicOpener, Opener, PacketHeader, Session

from .errors import FormatError
from .ip import Datagram, Endpoint
from .pvm import EXCHANGE_NAMES, Flags, Header, PvmDatagram, tid_host, tid_of_pvmd

RECORD_MAGIC = 0x73
"""The first byte of a record (docs/records.md), and of nothing that PVM sends."""
_CLASSIC_HEADER_LEN = 32
_SENDER_HOST_SHIFT = 48
_SENDERS_MAX = 256
"""For so many senders there is room in each replay window: a daemon, and one pvmd' for each host added."""
_AHEAD = 64
"""How far beyond the highest host index that has sent something a receiver's is looked for: hosts are numbered from 1
upwards, and one just added is sent to before it sends."""


class Verdict(Enum):
    """What a daemon that holds the keys makes of a datagram."""

    AUTHENTIC = "authentic"
    FORGED = "forged"
    """Not made by a member for this receiver, or altered."""
    REPLAYED = "replayed"
    STALE = "stale"
    """Authentic, but older than the replay window: taken before or not, nobody knows."""
    FOREIGN = "foreign"
    """Authentic, but it speaks for another host than its sender's."""
    MALFORMED = "malformed"
    """In no known format."""
    UNKNOWN_KEY = "unknown key"
    """Sealed, and the key is not at hand."""
    PLAIN_TEXT = "plain text"
    """A datagram of stock PVM: anyone can have sent it."""

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Decoded:
    """A datagram and what is known of it. ``profile`` is ``"plain"``, ``"classic-1997"``, ``"current"`` or ``None``;
    ``header`` that of a record, ``receiver`` the host index that the record was sealed for; ``pvm`` is there if it
    could be read."""

    datagram: Datagram
    verdict: Verdict
    profile: str | None
    header: PacketHeader | None = None
    receiver: int | None = None
    pvm: PvmDatagram | None = None


class Decoder:
    """Reads datagrams in the order in which they came, and keeps a replay window for each receiver as its daemon does.

    :param sessions: those of a key log (:func:`secpvm.harness.keylog.read`)
    :param classic_key: the 32-byte session key of classic-1997 packets
    :raises secpvm.Error: the key has another length, or is weak
    """

    def __init__(self, sessions: Iterable[Session] = (), classic_key: bytes | None = None) -> None:
        self._sessions = list(sessions)
        self._classic_opener = None if classic_key is None else ClassicOpener(classic_key, "authenticated")
        # Finds out for whom a record was sealed; its windows judge nothing.
        self._probes = [Opener(session, _SENDERS_MAX) for session in self._sessions]
        self._openers: dict[tuple[int, int], Opener] = {}
        self._hosts_at: dict[Endpoint, set[int]] = {}
        self._highest_host = 1

    def decode_all(self, datagrams: Iterable[Datagram]) -> Iterator[Decoded]:
        """Each of them in turn."""
        return map(self.decode, datagrams)

    def decode(self, datagram: Datagram) -> Decoded:
        """The next datagram.

        :raises secpvm.TooManyPeers: more senders than a machine can have, all of them authentic
        """
        payload = datagram.payload
        if payload[:1] == bytes([RECORD_MAGIC]):
            return self._record(datagram)
        # The bytes that say how a classic packet is protected are zero in plain PVM.
        if any(payload[13:16]):
            return self._classic(datagram)
        exchange = _exchange(payload)
        if exchange is not None:
            return Decoded(datagram, Verdict.PLAIN_TEXT, "classic-1997", pvm=exchange)
        try:
            return Decoded(datagram, Verdict.PLAIN_TEXT, "plain", pvm=PvmDatagram.parse(payload))
        except FormatError:
            return Decoded(datagram, Verdict.MALFORMED, None)

    def _classic(self, datagram: Datagram) -> Decoded:
        try:
            header = ClassicHeader.parse(datagram.payload)
        except secpvm.Malformed:
            return Decoded(datagram, Verdict.MALFORMED, None)
        if self._classic_opener is None:
            return Decoded(datagram, Verdict.UNKNOWN_KEY, "classic-1997")
        head = Header(header.dst, header.src, header.seq, header.ack, Flags(header.flags))
        try:
            pvm = PvmDatagram.of(head, self._classic_opener.open(datagram.payload).data)
        except secpvm.Forged:
            return Decoded(datagram, Verdict.FORGED, "classic-1997")
        except FormatError:
            return Decoded(datagram, Verdict.MALFORMED, "classic-1997")
        return Decoded(datagram, Verdict.AUTHENTIC, "classic-1997", pvm=pvm)

    def _record(self, datagram: Datagram) -> Decoded:
        try:
            header = PacketHeader.parse(datagram.payload)
        except secpvm.Error:
            return Decoded(datagram, Verdict.MALFORMED, None)
        numbers = [
            number
            for number, session in enumerate(self._sessions)
            if (session.suite, session.epoch) == (header.suite, header.epoch)
        ]
        if not numbers:
            return Decoded(datagram, Verdict.UNKNOWN_KEY, "current", header)
        found = self._find(datagram, numbers)
        if found is None:
            return Decoded(datagram, Verdict.FORGED, "current", header)
        return self._open(datagram, header, *found)

    def _find(self, datagram: Datagram, numbers: list[int]) -> tuple[int, int] | None:
        """The session under which a record's tag is right, and the host that it was sealed for."""
        hosts = self._hosts_at.get(datagram.destination) or range(self._highest_host + _AHEAD)
        for number in numbers:
            for host in hosts:
                try:
                    self._probes[number].open(datagram.payload, _receiver(host))
                except secpvm.Forged:
                    continue
                except (secpvm.Replayed, secpvm.Stale):
                    pass
                return number, host
        return None

    def _open(self, datagram: Datagram, header: PacketHeader, number: int, host: int) -> Decoded:
        opener = self._openers.get((number, host))
        if opener is None:
            opener = self._openers[number, host] = Opener(self._sessions[number], _SENDERS_MAX)
        try:
            plaintext = opener.open(datagram.payload, _receiver(host)).plaintext
            pvm = PvmDatagram.parse(plaintext)
        except secpvm.Replayed:
            return Decoded(datagram, Verdict.REPLAYED, "current", header, host)
        except secpvm.Stale:
            return Decoded(datagram, Verdict.STALE, "current", header, host)
        except FormatError:
            return Decoded(datagram, Verdict.MALFORMED, "current", header, host)
        sender = header.sender >> _SENDER_HOST_SHIFT
        if sender != tid_host(pvm.header.src):
            return Decoded(datagram, Verdict.FOREIGN, "current", header, host, pvm)
        self._highest_host = max(self._highest_host, sender)
        for endpoint, index in ((datagram.source, sender), (datagram.destination, host)):
            self._hosts_at.setdefault(endpoint, set()).add(index)
        return Decoded(datagram, Verdict.AUTHENTIC, "current", header, host, pvm)


def _exchange(payload: bytes) -> PvmDatagram | None:
    """A message of classic-1997's key exchange: a plain packet, with a message's header behind its own."""
    try:
        header = ClassicHeader.parse(payload)
        head = Header(header.dst, header.src, header.seq, header.ack, Flags(header.flags))
        found = PvmDatagram.of(head, bytes(payload[_CLASSIC_HEADER_LEN:]))
    except (secpvm.Malformed, FormatError):
        return None
    return found if found.message is not None and found.message.tag in EXCHANGE_NAMES else None


def _receiver(host: int) -> bytes:
    """What a record is bound to: the task id of the receiving daemon."""
    return tid_of_pvmd(host).to_bytes(4, "big")
