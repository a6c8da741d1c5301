"""A bad network for programs that talk UDP and believe in no addresses: a proxy."""

from __future__ import annotations

import selectors
import socket
import threading
import time

from .closing import Closing
from .impair import Counts, Plan
from .ip import Endpoint
from .link import Link

_DATAGRAM_LEN_MAX = 65_535
_CLIENTS_MAX = 256
"""The client that has been silent for longest makes room for another."""


class UdpProxy(Closing):
    """Passes datagrams between clients and one server, treated as a plan says, until its context ends.

    :param server: where datagrams of clients are passed on to
    :param listen: where the proxy listens; a free port of the loopback interface unless told

    Clients send to ``address``; each has a socket of its own towards the server, which answers there. ``"out"`` is the
    direction from clients to the server.
    """

    def __init__(self, server: Endpoint, plan: Plan, listen: Endpoint = Endpoint("127.0.0.1", 0)) -> None:
        self._server = server
        self._front = _udp_socket()
        self._front.bind(listen)
        self.address = Endpoint(*self._front.getsockname())
        self._clients: dict[Endpoint, socket.socket] = {}
        self._out = Link(plan, "out", _payload_at)
        self._into = Link(plan, "in", _payload_at)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._front, selectors.EVENT_READ)
        self._end, self._ended = socket.socketpair()
        self._selector.register(self._ended, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run, name="UdpProxy", daemon=True)
        self._thread.start()

    @property
    def counts(self) -> dict[str, Counts]:
        """What was done to each direction so far."""
        return {"out": self._out.counts, "in": self._into.counts}

    def close(self) -> None:
        """End. Datagrams that are still delayed are lost."""
        self._end.close()
        self._thread.join()
        self._selector.close()
        for one in (self._front, self._ended, *self._clients.values()):
            one.close()

    def _run(self) -> None:
        while True:
            dues = [due for link in (self._out, self._into) if (due := link.next_due()) is not None]
            wait = max(0.0, min(dues) - time.monotonic()) if dues else None
            for key, _ in self._selector.select(wait):
                if key.fileobj is self._ended:
                    return
                self._receive(key.fileobj, key.data)
            self._send()

    def _receive(self, fileobj: object, client: Endpoint | None) -> None:
        """From the server on the socket of a client, or, if there is none, from a client."""
        assert isinstance(fileobj, socket.socket)
        try:
            data, source = fileobj.recvfrom(_DATAGRAM_LEN_MAX)
        except OSError:
            # The answer to an earlier datagram: nobody listens there. On a network nobody hears of that either.
            return
        if client is None:
            self._out.offer(_tagged(Endpoint(*source), data), time.monotonic())
        elif Endpoint(*source) == self._server:
            self._into.offer(_tagged(client, data), time.monotonic())

    def _send(self) -> None:
        now = time.monotonic()
        for packet in self._out.due(now):
            client, data = _untagged(packet)
            _send(self._out, self._of(client), data, self._server)
        for packet in self._into.due(now):
            client, data = _untagged(packet)
            _send(self._into, self._front, data, client)

    def _of(self, client: Endpoint) -> socket.socket:
        """The socket of a client, made when it first sends."""
        own = self._clients.pop(client, None)
        if own is None:
            own = _udp_socket()
            self._selector.register(own, selectors.EVENT_READ, client)
            if len(self._clients) == _CLIENTS_MAX:
                oldest = self._clients.pop(next(iter(self._clients)))
                self._selector.unregister(oldest)
                oldest.close()
        self._clients[client] = own
        return own


# In a link a datagram has its client's address before it: IPv4 address 4, port 2.
_TAG_LEN = 6


def _tagged(client: Endpoint, data: bytes) -> bytes:
    return socket.inet_aton(client.host) + client.port.to_bytes(2, "big") + data


def _untagged(packet: bytes) -> tuple[Endpoint, bytes]:
    client = Endpoint(socket.inet_ntoa(packet[:4]), int.from_bytes(packet[4:_TAG_LEN], "big"))
    return client, packet[_TAG_LEN:]


def _payload_at(packet: bytes) -> int:
    return _TAG_LEN


def _send(link: Link, by: socket.socket, data: bytes, to: Endpoint) -> None:
    try:
        by.sendto(data, to)
    except OSError:
        link.unsent()


def _udp_socket() -> socket.socket:
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.setblocking(False)
    return own
