"""Datagrams between the daemons of PVM 3.4, in clear. Everything is big-endian.

    offset  0  destination tid  4     12  flags 1, zero 3
            4  source tid       4
            8  sequence number  2
           10  acknowledged     2

The first datagram of a message (flag SOM) goes on with the message's header:

           16  encoding         4     28  unset          4
           20  message tag      4     32  wait id        4
           24  context          4     36  checksum 4, unset 8
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntFlag
from typing import Self

from .errors import FormatError

HEADER_LEN = 16
MESSAGE_HEADER_LEN = 32

_DM = (
    "ADD ADDACK EXEC EXECACK SENDSIG HTUPD HTUPDACK HTCOMMIT SLCONF STARTACK TASK TASKACK DELHOST DELHOSTACK NULL "
    "TASKOUT PSTAT PSTATACK HALT MCA NOTIFY NOTIFYACK DB DBACK RESET RESETACK HTDEL HOSTSYNC HOSTSYNCACK"
)
_TC = "CONREQ CONACK TASKEXIT NOOP OUTPUT SETTRACE SETTMASK SETTRCBUF SETTRCOPT SHMAT OUTPUTX SIBLINGS"
_SM = (
    "SPAWN EXEC EXECACK TASK CONFIG ADDHOST DELHOST ADD ADDACK NOTIFY TASKX HOSTX HANDOFF SCHED STHOST STHOSTACK STTASK"
)
_TM = (
    "CONNECT CONN2 EXIT ADDHOST DELHOST CONFIG MSTAT HALT TICKLE SPAWN PSTAT SENDSIG TASK MCA NOTIFY DB SCHED TASKER "
    "HOSTER TRACER HOSTSYNC SETOPT GETOPT CONTEXT SHMCONN"
)

MESSAGE_NAMES = {
    first + number: f"{family}_{name}"
    for family, first, names in [
        ("TM", 0x8001_0001, _TM),
        ("DM", 0x8002_0001, _DM),
        ("TC", 0x8003_0001, _TC),
        ("SM", 0x8004_0001, _SM),
    ]
    for number, name in enumerate(names.split())
}
"""The reserved message tags: between daemons (DM), to tasks (TC), of schedulers and hosters (SM), of tasks to their
daemon (TM), as pvmproto.h numbers them."""

EXCHANGE_NAMES = {
    0x8002_001E + number: f"DM_{name}"
    for number, name in enumerate("MASTER_PUBKEY SLAVE_PUBKEY SESSKEY SESSKEYACK".split())
}
"""Those of classic-1997's key exchange, which come behind PVM's last between daemons (decision 0006)."""


class Flags(IntFlag):
    """What a datagram is."""

    SOM = 1
    """Start of message."""
    EOM = 2
    """End of message."""
    DAT = 4
    """Carries data."""
    FIN = 8
    """The sender ends the connection."""
    ACK = 16
    """The acknowledged number counts."""

    def __str__(self) -> str:
        return "|".join(flag.name or "" for flag in Flags if flag in self)


def tid_host(tid: int) -> int:
    """The host index in a task id: 0 is pvmd', 1 the master."""
    return tid >> 18 & 0xFFF


def tid_of_pvmd(host: int) -> int:
    """The task id of the daemon of a host."""
    return 1 << 31 | host << 18


def tid_name(tid: int) -> str:
    """A task id to be read: ``pvmd2``, ``pvmd'``; a task or a multicast address in PVM's way, ``t80001``."""
    if tid == tid_of_pvmd(tid_host(tid)):
        return f"pvmd{tid_host(tid) or chr(39)}"
    return f"t{tid:x}"


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a datagram."""

    dst: int
    src: int
    seq: int
    ack: int
    flags: Flags

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """The first 13 bytes of a datagram.

        :raises FormatError: they are fewer, or a flag is unknown
        """
        if len(data) < 13:
            raise FormatError(f"{len(data)} bytes are no header of PVM")
        dst, src, seq, ack, flags = struct.unpack_from(">IIHHB", data)
        if flags > 31:
            raise FormatError(f"flags {flags:#x} are none of PVM")
        return cls(dst, src, seq, ack, Flags(flags))

    def emit(self) -> bytes:
        """The header as a stock daemon sends it: 16 bytes."""
        return struct.pack(">IIHHB3x", self.dst, self.src, self.seq, self.ack, self.flags)


@dataclass(frozen=True, slots=True)
class MessageHeader:
    """The header of a message, in its first datagram."""

    encoding: int
    tag: int
    context: int
    wait_id: int
    checksum: int

    @property
    def name(self) -> str:
        """What the tag says: the name of a reserved one, or the program's own number."""
        return MESSAGE_NAMES.get(self.tag) or EXCHANGE_NAMES.get(self.tag, str(self.tag))


@dataclass(frozen=True, slots=True)
class PvmDatagram:
    """A datagram in clear: its header, that of the message if one starts here, and the data behind."""

    header: Header
    message: MessageHeader | None
    data: bytes

    @classmethod
    def of(cls, header: Header, body: bytes) -> Self:
        """With what stands behind the header.

        :raises FormatError: a message starts, but its header is cut off
        """
        if Flags.SOM not in header.flags:
            return cls(header, None, body)
        if len(body) < MESSAGE_HEADER_LEN:
            raise FormatError(f"a message starts, but {len(body)} bytes are no header of one")
        fields = struct.unpack_from(">III4xII", body)
        return cls(header, MessageHeader(*fields), body[MESSAGE_HEADER_LEN:])

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """A whole datagram, as a stock daemon sends it.

        :raises FormatError: it is none
        """
        header = Header.parse(data)
        if len(data) < HEADER_LEN or data[13:HEADER_LEN] != bytes(3):
            raise FormatError("the end of the header is not zero")
        return cls.of(header, data[HEADER_LEN:])

    def __str__(self) -> str:
        head = self.header
        parts = [f"{tid_name(head.src)} > {tid_name(head.dst)}", f"seq {head.seq} ack {head.ack}", str(head.flags)]
        if self.message is not None:
            parts.append(self.message.name)
        parts.append(f"{len(self.data)} bytes")
        return ", ".join(part for part in parts if part)
