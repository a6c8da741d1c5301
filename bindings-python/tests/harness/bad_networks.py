"""Machines on networks that lose, double, reorder, delay and alter what the daemons send, and what programs did there.

What they do is wait, for packets that are late or lost. So all of them start with the first test, whatever that is, and
their own tests come last."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from secpvm.harness import Counts, Seeded, Status, VirtualMachine, pcap

BAD = {
    "loss": Seeded(1, drop=0.05),
    "duplication": Seeded(2, duplicate=0.05),
    "reordering": Seeded(3, reorder=0.2),
    "delay": Seeded(4, delay_ms=200),
    "corruption": Seeded(5, corrupt=0.05),
    "all": Seeded(6, drop=0.05, duplicate=0.05, reorder=0.05, corrupt=0.05, delay_ms=200),
}
HOSTS = (2, 3)
CASES = [(name, hosts) for name in BAD for hosts in HOSTS]
PATIENCE_S = 120.0
"""For a program on the worst network: a packet that is lost is sent again after twice the round trip, then four times ..."""


@dataclass(frozen=True)
class Outcome:
    """What a machine on a bad network did."""

    said: dict[str, str]
    """By its programs."""
    cables: dict[str, dict[str, Counts]]
    """Of each host but the master, while datagrams were so short that each was one packet."""
    statuses: dict[str, Status]
    """Of each host, then."""
    frames: list[bytes]
    """All that passed the bridge."""


def spmd(machine: VirtualMachine) -> str:
    """It has to be spawned; what it prints goes to the master's log when the console that has spawned it is gone."""
    machine.lab.run("host1", "/usr/bin/pvm", input="spawn -4 spmd\nquit\n")
    end = time.monotonic() + PATIENCE_S
    while "token ring done" not in machine.lab.log("host1"):
        assert time.monotonic() < end, machine.lab.log("host1")
        time.sleep(0.1)
    return machine.lab.log("host1")


def run_programs(machine: VirtualMachine) -> dict[str, str]:
    """Programs whose datagrams are a packet each."""
    return {
        "alltoall": machine.run("alltoall", "-n", "2", timeout_s=PATIENCE_S).stdout,
        "master1": machine.run("master1", timeout_s=PATIENCE_S).stdout,
        "hitc": machine.run("hitc", timeout_s=PATIENCE_S).stdout,
        "spmd": spmd(machine),
    }


def settled(machine: VirtualMachine) -> dict[str, Status]:
    """The statuses, once they don't change any more: acknowledgements may still be under way."""
    last: dict[str, Status] = {}
    while True:
        now = {host: machine.status(host) for host in machine.lab.hosts}
        if now == last:
            return now
        last = now
        time.sleep(0.5)


def run_case(start: Callable[..., VirtualMachine], name: str, hosts: int, capture: Path) -> Outcome:
    machine = start(hosts, capture=capture)
    with ExitStack() as cables:
        # Each host has a cable of its own, which is bad in its own way.
        bad = {
            host: cables.enter_context(machine.impair(host, replace(BAD[name], seed=BAD[name].seed + 100 * number)))
            for number, host in enumerate(machine.lab.hosts[1:])
        }
        said = run_programs(machine)
    statuses = settled(machine)
    with machine.impair("host2", replace(BAD[name], delay_ms=BAD[name].delay_ms / 10)):
        # Its datagrams are up to 4 KiB, three packets each.
        said["workload"] = machine.run("workload", "-n", "3", timeout_s=PATIENCE_S).stdout
    machine.halt()
    machine.close()
    frames = [frame.data for frame in pcap.read(capture)]
    return Outcome(said, {host: cable.counts for host, cable in bad.items()}, statuses, frames)


@pytest.fixture(scope="session")
def outcomes(
    secpvm_command: Path, pvm_programs: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, int], Future[Outcome]]]:
    """Of each case."""
    folder = tmp_path_factory.mktemp("captures")

    def start(hosts: int, **options: object) -> VirtualMachine:
        machine = VirtualMachine(hosts, programs=pvm_programs, command=secpvm_command, **options)  # type: ignore[arg-type]
        machines.callback(machine.close)
        return machine

    with ExitStack() as machines, ThreadPoolExecutor(len(CASES)) as pool:
        yield {
            (name, hosts): pool.submit(run_case, start, name, hosts, folder / f"{name}-{hosts}.pcap")
            for name, hosts in CASES
        }
