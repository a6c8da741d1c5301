"""Fixtures for pytest: machines, captures and bad networks, each taken down with its test.

Loaded by pytest wherever this package is installed. A project overrides ``secpvm_command`` and ``pvm_programs`` in its
``conftest.py`` to say where its ``secpvm`` and its own PVM programs are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from secpvm import Session

from . import ip, keylog, pcap
from .decode import Decoded, Decoder
from .impair import Plan
from .ip import Endpoint
from .keylog import read_classic
from .lab import find_command
from .machine import PLAIN, VirtualMachine
from .proxy import UdpProxy

MachineFactory = Callable[..., VirtualMachine]
ProxyFactory = Callable[[Endpoint, Plan], UdpProxy]
DecodeCapture = Callable[..., list[Decoded]]


@pytest.fixture(scope="session")
def secpvm_command() -> Path:
    """The ``secpvm`` command that makes laboratories: the one in ``PATH``."""
    return find_command()


@pytest.fixture(scope="session")
def pvm_programs() -> Sequence[Path]:
    """Directories in which PVM finds programs, besides ``/usr/bin``."""
    return ()


@pytest.fixture
def virtual_machine(secpvm_command: Path, pvm_programs: Sequence[Path]) -> Iterator[MachineFactory]:
    """Starts machines: called as :class:`secpvm.harness.VirtualMachine` is."""
    with ExitStack() as machines:

        def start(*arguments: Any, **options: Any) -> VirtualMachine:
            options = {"programs": pvm_programs, "command": secpvm_command, **options}
            return machines.enter_context(VirtualMachine(*arguments, **options))

        yield start


@pytest.fixture
def plain_machine(virtual_machine: MachineFactory) -> VirtualMachine:
    """Stock PVM on two hosts."""
    return virtual_machine(2, PLAIN)


@pytest.fixture
def secured_machine(virtual_machine: MachineFactory) -> VirtualMachine:
    """Secured PVM on two hosts, with the default suite."""
    return virtual_machine(2)


@pytest.fixture
def udp_proxy() -> Iterator[ProxyFactory]:
    """Starts proxies: called as :class:`secpvm.harness.UdpProxy` is."""
    with ExitStack() as proxies:
        yield lambda server, plan: proxies.enter_context(UdpProxy(server, plan))


@pytest.fixture
def decode_capture() -> DecodeCapture:
    """Decodes a capture file: ``decode_capture(path, keylog=None, classic_key=None)``."""

    def decode(
        path: str | os.PathLike[str],
        keylog: str | os.PathLike[str] | None = None,
        classic_key: bytes | None = None,
    ) -> list[Decoded]:
        if classic_key is None and keylog is not None:
            classic_key = read_classic(keylog)
        decoder = Decoder(_sessions(keylog), classic_key)
        return list(decoder.decode_all(ip.datagrams(pcap.read(path))))

    return decode


def _sessions(path: str | os.PathLike[str] | None) -> list[Session]:
    return [] if path is None else keylog.read(path)
