"""Packets of the classic-1997 profile (docs/classic-1997.md): PVM's header, with cipher, padding and authentication in
its last three bytes, a digest of 16 bytes, and the data, encrypted. Broken; to be read, not used."""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass
from typing import Self

import secpvm

from .errors import FormatError
from .pvm import Flags, Header, PvmDatagram

HEADER_LEN = 32
KEY_LEN = 32
_NO_DIGEST = bytes(16)

CIPHERS = {1: ("idea-cbc", 16, 8), 2: ("des-cbc", 8, 8), 3: ("3des-cbc", 24, 8), 5: ("rc4", 16, 1)}
"""By its number in the packet: the algorithm, how much of the session key it takes, and its block, in bytes."""


@dataclass(frozen=True, slots=True)
class ClassicPacket:
    """A packet as it is on the wire. Only source, destination and sequence number of its header are ever authentic."""

    header: Header
    cipher: int
    padding: int
    authenticated: bool
    digest: bytes
    body: bytes

    @classmethod
    def parse(cls, packet: bytes) -> Self:
        """A packet, by its own account.

        :raises FormatError: it is none: cut off, of an unknown cipher, or of a combination that is not legal
        """
        if len(packet) < HEADER_LEN:
            raise FormatError(f"{len(packet)} bytes are no classic-1997 packet")
        cipher, padding, auth = packet[13:16]
        parsed = cls(Header.parse(packet), cipher, padding, auth == 1, packet[16:32], packet[32:])
        if auth > 1 or not parsed._is_legal():
            raise FormatError("not a legal combination of cipher, padding, authentication and digest")
        return parsed

    def _is_legal(self) -> bool:
        if self.cipher == 0:
            return self.padding == 0 and (self.authenticated or self.digest == _NO_DIGEST)
        if self.cipher not in CIPHERS or not self.authenticated:
            return False
        block = CIPHERS[self.cipher][2]
        return self.padding < block and len(self.body) % block == 0 and len(self.body) >= self.padding

    def is_authentic(self, key: bytes) -> bool:
        """Whether its digest is that of a holder of the session key (32 bytes)."""
        covered = struct.pack(">IIH", self.header.src, self.header.dst, self.header.seq) + self.body
        return hmac.compare_digest(secpvm.mac("keyed-md5", key, covered), self.digest)

    def open(self, key: bytes) -> PvmDatagram:
        """The datagram in it, decrypted. Ask :meth:`is_authentic` first.

        :raises FormatError: what is decrypted is no datagram
        """
        body = self.body
        if self.cipher:
            name, key_len, block = CIPHERS[self.cipher]
            body = secpvm.decrypt(name, key[:key_len], bytes(block if block > 1 else 0), body)
        if Flags.SOM in self.header.flags and not body:
            raise FormatError("a message starts, but there is no data")
        return PvmDatagram.of(self.header, body[: len(body) - self.padding])
