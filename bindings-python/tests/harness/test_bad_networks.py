"""Programs on networks that lose, double, reorder, delay and alter what the daemons send: they end with right results,
and whatever was tampered with is rejected, counted by its reason, and nothing is sent in clear."""

from concurrent.futures import Future
from pathlib import Path

import pytest

from secpvm.harness import PLAIN, Counts, Dropped, pcap
from secpvm.harness.pytest_plugin import MachineFactory

from .bad_networks import BAD, CASES, Outcome, run_programs

NAMES = (b"alltoall", b"slave1", b"hitc_slave", b"workload", b"host2", b"LINUX64")
"""What plain daemons tell each other: programs, hosts, architectures."""


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
