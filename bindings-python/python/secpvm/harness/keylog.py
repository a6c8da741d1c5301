"""Key logs, as ``SECPVM_KEYLOG`` has the daemons write them (docs/records.md): one line an epoch,
``SECPVM_SESSION SUITE EPOCH SECRET``; that of a classic-1997 machine is the digits of its session key alone."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import secpvm
from secpvm import PacketHeader, Session

from .errors import FormatError

LABEL = "SECPVM_SESSION"
_SECRET_LEN = 32


def read(path: str | os.PathLike[str]) -> list[Session]:
    """The sessions in a key log, each once.

    :raises FormatError: a line is none of a key log
    :raises OSError: the file can't be read
    """
    return parse(Path(path).read_bytes().decode("utf-8", errors="replace"))


def parse(text: str) -> list[Session]:
    """The sessions in a key log's text, each once. Raises as :func:`read` does."""
    sessions: dict[bytes, Session] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if line and not line.startswith("#") and not _is_classic(line):
            session = _session(line, number)
            sessions[session.encode()] = session
    return list(sessions.values())


def read_classic(path: str | os.PathLike[str]) -> bytes | None:
    """The last session key of classic-1997 in a key log, if there is one.

    :raises OSError: the file can't be read
    """
    lines = Path(path).read_bytes().decode("utf-8", errors="replace").split("\n")
    keys = [bytes.fromhex(line) for line in lines if _is_classic(line)]
    return keys[-1] if keys else None


def line(session: Session) -> str:
    """The line of a session, without its end."""
    secret = session.encode()[:_SECRET_LEN]
    return f"{LABEL} {session.suite} {session.epoch} {secret.hex()}"


def _is_classic(line: str) -> bool:
    return len(line) == 2 * _SECRET_LEN and all(digit in "0123456789abcdef" for digit in line)


def _session(line: str, number: int) -> Session:
    # What is wrong is told without the line: it holds a secret.
    fields = line.split(" ")
    if len(fields) != 4 or fields[0] != LABEL:
        raise FormatError(f"line {number} is not {LABEL} SUITE EPOCH SECRET")
    _, suite, epoch, secret = fields
    try:
        if not epoch.isascii() or not epoch.isdecimal() or not int(epoch) < 1 << 32:
            raise FormatError(f"line {number}: the epoch is no number below 2^32")
        if len(secret) != 2 * _SECRET_LEN:
            raise FormatError(f"line {number}: the secret is not {2 * _SECRET_LEN} hexadecimal digits")
        # A header knows its suite's number on the wire, which an encoded session ends with.
        wire = PacketHeader(suite, 0, 0, 0).emit()[2:4]
        return Session.decode(bytes.fromhex(secret) + struct.pack(">I", int(epoch)) + wire + bytes(2))
    except FormatError:
        raise
    except secpvm.Error as error:
        raise FormatError(f"line {number}: {error}") from None
    except ValueError:
        raise FormatError(f"line {number}: the secret is not {2 * _SECRET_LEN} hexadecimal digits") from None
