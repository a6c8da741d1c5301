"""A bad cable: a bridge between two interfaces, by packet sockets, so that addresses stay what they are.

It runs in a process of its own, in the network namespace that has both interfaces::

    python -m secpvm.harness.bridge HOST NETWORK < plan.json

HOST is the interface on whose other end the host is. The plan is one line of JSON; the bridge says ``ready``, and at the
end of its input what it has done, as JSON. "out" is what the host sends, "in" what is sent to it.

UDP over IPv4 is treated as planned, packet by packet (a fragment is a packet); all else passes, so addresses can be
resolved. UDP checksums are taken out (RFC 768 allows it): what is corrupted here is to reach the program, not to end in
its kernel; and a checksum that is left to hardware, of which there is none, would be wrong. TCP's are left as they are.
"""

from __future__ import annotations

import json
import math
import selectors
import socket
import sys
import time
from dataclasses import asdict

from .errors import FormatError
from .impair import Plan, plan_from_json
from .ip import ETHERNET_HEADER_LEN, UDP_HEADER_LEN, packet
from .link import Link

_ETH_P_ALL = 3
_PACKET_OUTGOING = 4
_SOL_PACKET, _PACKET_ADD_MEMBERSHIP, _PACKET_MR_PROMISC = 263, 1, 1
_FRAME_LEN_MAX = 65_536
_BUFFER_LEN = 8 << 20
"""Room for frames that arrive faster than they are bridged, in bytes."""
_BATCH = 64
"""So many frames are taken at a time, before the other interface gets its turn."""


def payload_at(frame: bytes) -> int | None:
    """Where the payload of an Ethernet frame with UDP over IPv4 begins; that of a later fragment begins behind the IPv4
    header. ``None`` for other frames."""
    part = packet(frame)
    if part is None:
        return None
    header_len = (frame[ETHERNET_HEADER_LEN] & 0x0F) * 4
    return ETHERNET_HEADER_LEN + header_len + (UDP_HEADER_LEN if part.offset == 0 else 0)


def without_checksum(frame: bytes) -> bytes:
    """The frame with a UDP checksum of zero, which means that there is none, if it has one."""
    at = payload_at(frame)
    part = packet(frame)
    if at is None or part is None or part.offset or len(part.data) < UDP_HEADER_LEN:
        return frame
    return frame[: at - 2] + bytes(2) + frame[at:]


class _Port:
    """An interface, and what goes to the other one."""

    def __init__(self, interface: str, plan: Plan, direction: str) -> None:
        self.link = Link(plan, direction, payload_at)
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_LEN)
        self.socket.bind((interface, _ETH_P_ALL))
        index = socket.if_nametoindex(interface)
        member = index.to_bytes(4, sys.byteorder) + _PACKET_MR_PROMISC.to_bytes(2, sys.byteorder) + bytes(10)
        self.socket.setsockopt(_SOL_PACKET, _PACKET_ADD_MEMBERSHIP, member)
        self.socket.setblocking(False)

    def receive(self) -> None:
        for _ in range(_BATCH):
            try:
                frame, address = self.socket.recvfrom(_FRAME_LEN_MAX)
            except BlockingIOError:
                return
            if address[2] != _PACKET_OUTGOING:
                self.link.offer(without_checksum(frame), time.monotonic())

    def send_to(self, other: _Port, now: float) -> None:
        for frame in self.link.due(now):
            try:
                other.socket.send(frame)
            except OSError:
                # Too long for the interface (a TCP segment left to hardware), or no room: lost, as on a cable.
                self.link.unsent()


def run(host: str, network: str, plan: Plan) -> None:
    """Bridge until standard input ends; then send what is still delayed, at once."""
    out, into = _Port(host, plan, "out"), _Port(network, plan, "in")
    ports = [out, into]
    with selectors.DefaultSelector() as selector:
        for port in ports:
            selector.register(port.socket, selectors.EVENT_READ, port)
        selector.register(sys.stdin, selectors.EVENT_READ)
        print("ready", flush=True)
        stopping = False
        while not stopping:
            dues = [due for port in ports if (due := port.link.next_due()) is not None]
            wait = max(0.0, min(dues) - time.monotonic()) if dues else None
            for key, _ in selector.select(wait):
                if key.data is None:
                    stopping = True
                else:
                    key.data.receive()
            now = math.inf if stopping else time.monotonic()
            out.send_to(into, now)
            into.send_to(out, now)
    print(json.dumps({"out": asdict(out.link.counts), "in": asdict(into.link.counts)}))


def main(arguments: list[str]) -> int:
    """The process. A failure is one line on standard error, and status 1."""
    try:
        if len(arguments) != 2:
            raise FormatError("it takes two interfaces: HOST NETWORK")
        host, network = arguments
        run(host, network, plan_from_json(json.loads(sys.stdin.readline())))
    except (OSError, ValueError) as error:
        print(f"bridge: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
