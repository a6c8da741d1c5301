"""``python -m secpvm decode``: a capture as a table, or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator

from secpvm import Error, Session

from . import ip, keylog, pcap
from .decode import Decoded, Decoder
from .errors import FormatError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("capture", help="a pcap or pcapng file (Ethernet)")
    parser.add_argument("--keylog", metavar="FILE", help="the key log that SECPVM_KEYLOG had written")
    parser.add_argument("--classic-key", metavar="HEX", help="the session key of classic-1997 packets, 32 bytes")
    parser.add_argument("--json", action="store_true", help="everything, as one JSON document")


def run(arguments: argparse.Namespace) -> int:
    try:
        decoded = _decode(arguments)
    except OSError as error:
        print(f"secpvm decode: cannot read {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except Error as error:
        print(f"secpvm decode: {error}", file=sys.stderr)
        return 2
    for line in _json(decoded) if arguments.json else _table(decoded):
        print(line)
    return 0


def _decode(arguments: argparse.Namespace) -> list[Decoded]:
    classic_key = _classic_key(arguments.classic_key)
    if classic_key is None and arguments.keylog is not None:
        classic_key = keylog.read_classic(arguments.keylog)
    decoder = Decoder(_sessions(arguments.keylog), classic_key)
    try:
        frames = pcap.read(arguments.capture)
    except FormatError as error:
        raise FormatError(f"{arguments.capture}: {error}") from None
    return list(decoder.decode_all(ip.datagrams(frames)))


def _sessions(path: str | None) -> list[Session]:
    try:
        return [] if path is None else keylog.read(path)
    except FormatError as error:
        raise FormatError(f"{path}: {error}") from None


def _classic_key(text: str | None) -> bytes | None:
    try:
        return None if text is None else bytes.fromhex(text)
    except ValueError:
        raise FormatError("--classic-key takes hexadecimal digits") from None


def _table(decoded: list[Decoded]) -> Iterator[str]:
    begin = decoded[0].datagram.at_us if decoded else 0
    for number, one in enumerate(decoded, 1):
        seconds = (one.datagram.at_us - begin) / 1e6
        ends = f"{one.datagram.source} > {one.datagram.destination}"
        yield f"{number:5} {seconds:10.6f}  {ends:<37}  {one.verdict!s:<11}  {_content(one)}".rstrip()
    yield ", ".join([f"{len(decoded)} datagrams", *(f"{count} {verdict}" for verdict, count in _counts(decoded))])


def _content(one: Decoded) -> str:
    if one.pvm is not None:
        return str(one.pvm)
    if one.header is not None:
        head = one.header
        return f"{head.suite}, epoch {head.epoch}, sender {head.sender:016x}, packet {head.packet_number}"
    return f"{one.profile or 'unknown'}, {len(one.datagram.payload)} bytes"


def _counts(decoded: Iterable[Decoded]) -> list[tuple[str, int]]:
    return Counter(str(one.verdict) for one in decoded).most_common()


def _json(decoded: list[Decoded]) -> Iterator[str]:
    document = {"datagrams": [_object(one) for one in decoded], "verdicts": dict(_counts(decoded))}
    yield json.dumps(document, indent=1)


def _object(one: Decoded) -> dict[str, object]:
    fields: dict[str, object] = {
        "atUs": one.datagram.at_us,
        "source": str(one.datagram.source),
        "destination": str(one.datagram.destination),
        "payload": one.datagram.payload.hex(),
        "verdict": str(one.verdict),
        "profile": one.profile,
    }
    if one.header is not None:
        head = one.header
        fields["record"] = {
            "suite": head.suite,
            "epoch": head.epoch,
            "sender": f"{head.sender:016x}",
            "packetNumber": head.packet_number,
            "receiver": one.receiver,
        }
    if one.pvm is not None:
        pvm = one.pvm.header
        fields["pvm"] = {"dst": pvm.dst, "src": pvm.src, "seq": pvm.seq, "ack": pvm.ack, "flags": str(pvm.flags)}
        if one.pvm.message is not None:
            message = one.pvm.message
            fields["message"] = {
                "name": message.name,
                "tag": message.tag,
                "encoding": message.encoding,
                "context": message.context,
                "waitId": message.wait_id,
                "checksum": message.checksum,
            }
        fields["data"] = one.pvm.data.hex()
    return fields
