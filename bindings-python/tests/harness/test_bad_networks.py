"""Programs on networks that lose, double, reorder, delay and alter what the daemons send: they end with right results,
and whatever was tampered with is rejected, counted by its reason, and nothing is sent in clear."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from secpvm.harness import PLAIN, Counts, Dropped, Seeded, Status, VirtualMachine, pcap
from secpvm.harness.pytest_plugin import MachineFactory

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
NAMES = (b"alltoall", b"slave1", b"hitc_slave", b"workload", b"host2", b"LINUX64")
"""What plain daemons tell each other: programs, hosts, architectures."""
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


@pytest.fixture(scope="module")
def outcomes(
    secpvm_command: Path, pvm_programs: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, int], Future[Outcome]]]:
    """All cases at once: what they do is wait, for packets that are late or lost."""
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


@pytest.mark.parametrize(("name", "hosts"), CASES)
def test_programs_end_with_right_results(
    outcomes: dict[tuple[str, int], Future[Outcome]], name: str, hosts: int
) -> None:
    said = outcomes[name, hosts].result().said
    assert said["alltoall"] == f"alltoall: {hosts} tasks, {2 * hosts * (hosts - 1)} messages\n"
    answers = [line for line in said["master1"].splitlines() if "expecting" in line]
    assert len(answers) == 3 * hosts
    for answer in answers:
        words = answer.replace(")", "").split()
        assert words[2] == words[-1], answer
    assert "Program Finished" in said["hitc"]
    assert "4 tid ring" in said["spmd"] and "token ring done" in said["spmd"]
    assert said["workload"] == "workload: 3 rounds, checksum e55a10c2e66682d6\n"


@pytest.mark.parametrize(("name", "hosts"), CASES)
def test_what_was_tampered_with_is_counted(
    outcomes: dict[tuple[str, int], Future[Outcome]], name: str, hosts: int
) -> None:
    outcome = outcomes[name, hosts].result()
    bad = BAD[name]
    into = {host: cable["in"] for host, cable in outcome.cables.items()}
    out = {host: cable["out"] for host, cable in outcome.cables.items()}
    for counts in (*into.values(), *out.values()):
        assert counts.packets > 20 and counts.unsent == 0
        assert (counts.delayed == counts.packets) is (bad.delay_ms > 0)
    done = together([*into.values(), *out.values()])
    for chance, count in (
        (bad.drop, done.dropped),
        (bad.duplicate, done.duplicated),
        (bad.reorder, done.reordered),
        (bad.corrupt, done.corrupted),
    ):
        assert (count > 0) is (chance > 0)
    rejected = [status.rejected for status in outcome.statuses.values()]
    total = sum(each.total for each in rejected)
    if hosts == 2:
        # There is one cable, and each packet a datagram.
        for host, counts in (("host2", into["host2"]), ("host1", out["host2"])):
            assert outcome.statuses[host].rejected.total == counts.corrupted + counts.duplicated
    else:
        # What passes two cables can be hit twice.
        assert 0 <= total <= done.corrupted + done.duplicated
    assert (total > 0) is (bad.corrupt + bad.duplicate > 0)
    # A bit of the epoch makes a record of another one.
    possible = ({"forged", "malformed", "stale"} if bad.corrupt else set()) | ({"replayed"} if bad.duplicate else set())
    assert reasons(rejected) <= possible


def together(counts: list[Counts]) -> Counts:
    names = Counts.__dataclass_fields__
    return Counts(**{name: sum(getattr(count, name) for count in counts) for name in names})


def reasons(rejected: list[Dropped]) -> set[str]:
    names = ("forged", "replayed", "stale", "malformed", "foreign")
    return {name for name in names for each in rejected if getattr(each, name) > 0}


@pytest.mark.parametrize(("name", "hosts"), CASES)
def test_nothing_is_sent_in_clear(outcomes: dict[tuple[str, int], Future[Outcome]], name: str, hosts: int) -> None:
    frames = outcomes[name, hosts].result().frames
    assert frames and not any(word in frame for frame in frames for word in NAMES)


def test_a_plain_machine_sends_all_of_it_in_clear(virtual_machine: MachineFactory, tmp_path: Path) -> None:
    machine = virtual_machine(2, PLAIN, capture=tmp_path / "c.pcap")
    run_programs(machine)
    machine.run("workload", "-n", "1")
    machine.halt()
    machine.close()
    wire = b"".join(frame.data for frame in pcap.read(tmp_path / "c.pcap"))
    assert [word for word in NAMES if word not in wire] == []
