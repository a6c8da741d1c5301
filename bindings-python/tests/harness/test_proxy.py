"""The UDP proxy, on the loopback interface."""

import socket
import time
from collections.abc import Iterator

import pytest

from secpvm.harness import Endpoint, Scripted, Seeded, Step, Treatment
from secpvm.harness.pytest_plugin import ProxyFactory


def udp() -> socket.socket:
    own = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    own.bind(("127.0.0.1", 0))
    own.settimeout(5)
    return own


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with udp() as own:
        yield own


@pytest.fixture
def client() -> Iterator[socket.socket]:
    with udp() as own:
        yield own


def test_two_clients_talk_to_a_server_and_each_gets_its_answer(
    udp_proxy: ProxyFactory, server: socket.socket, client: socket.socket
) -> None:
    proxy = udp_proxy(Endpoint(*server.getsockname()), Seeded(1))
    with udp() as other:
        for own, text in ((client, b"one"), (other, b"two")):
            own.sendto(text, proxy.address)
            data, source = server.recvfrom(100)
            assert data == text and source != own.getsockname()
            server.sendto(text.upper(), source)
            assert own.recvfrom(100) == (text.upper(), proxy.address)
    assert [proxy.counts[direction].packets for direction in ("out", "in")] == [2, 2]


def test_a_script_is_played(udp_proxy: ProxyFactory, server: socket.socket, client: socket.socket) -> None:
    plan = Scripted(
        [
            Step("out", 1, Treatment(drop=True)),
            Step("out", 2, Treatment(delay_ms=300)),
            Step("out", 3, Treatment(duplicate=True)),
            Step("out", 4, Treatment(corrupt=True)),
        ]
    )
    proxy = udp_proxy(Endpoint(*server.getsockname()), plan)
    start = time.monotonic()
    for number in range(5):
        client.sendto(bytes([number] * 40), proxy.address)
    came = [server.recv(100) for _ in range(5)]
    assert time.monotonic() - start >= 0.3
    assert [data[0] for data in (came[0], came[1], came[2], came[4])] == [0, 3, 3, 2]
    assert came[3] != bytes([4] * 40) and len(came[3]) == 40
    counts = proxy.counts["out"]
    assert (counts.dropped, counts.delayed, counts.duplicated, counts.corrupted) == (1, 1, 1, 1)


def test_only_the_server_answers(udp_proxy: ProxyFactory, server: socket.socket, client: socket.socket) -> None:
    proxy = udp_proxy(Endpoint(*server.getsockname()), Seeded(1))
    client.sendto(b"hello", proxy.address)
    _, towards_client = server.recvfrom(100)
    with udp() as intruder:
        intruder.sendto(b"I am the server", towards_client)
    server.sendto(b"it is me", towards_client)
    assert client.recv(100) == b"it is me"
    assert proxy.counts["in"].packets == 1


def test_a_server_that_is_not_there_is_silence(udp_proxy: ProxyFactory, client: socket.socket) -> None:
    with udp() as gone:
        address = Endpoint(*gone.getsockname())
    proxy = udp_proxy(address, Seeded(1))
    for _ in range(3):
        client.sendto(b"anybody?", proxy.address)
    client.settimeout(0.2)
    with pytest.raises(TimeoutError):
        client.recv(100)
    assert proxy.counts["out"].packets == 3
