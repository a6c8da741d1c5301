"""Machines of PVM on real namespaces, plain and secured, on a good network and on a bad one."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from secpvm.harness import (
    PLAIN,
    Counts,
    Dropped,
    Lab,
    LabError,
    Scripted,
    Seeded,
    Step,
    Treatment,
    Verdict,
    VirtualMachine,
)
from secpvm.harness.pytest_plugin import DecodeCapture, MachineFactory

SUITES = [PLAIN, "aes-256-gcm", "3des-ctr+keyed-md5"]


def wait_until(done: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end, f"waited in vain until {what}"
        time.sleep(0.05)


@pytest.mark.parametrize("suite", SUITES)
def test_a_program_runs_and_all_of_it_is_captured(
    suite: str | None, virtual_machine: MachineFactory, decode_capture: DecodeCapture, tmp_path: Path
) -> None:
    keys = tmp_path / "keys" if suite else None
    machine = virtual_machine(3, suite, capture=tmp_path / "c.pcap", keylog=keys)
    assert machine.run("secret", "a string to look for").stdout == "A STRING TO LOOK FOR\n"
    machine.halt()
    machine.close()
    decoded = decode_capture(tmp_path / "c.pcap", keys)
    assert {one.verdict for one in decoded} == {Verdict.AUTHENTIC if suite else Verdict.PLAIN_TEXT}
    assert {one.datagram.destination.host for one in decoded} == {"10.77.0.1", "10.77.0.2", "10.77.0.3"}
    wire = b"".join(one.datagram.payload for one in decoded)
    assert (b"a string to look for" in wire) is (suite is PLAIN)
    assert b"a string to look for" in b"".join(one.pvm.data for one in decoded if one.pvm)
    if keys:
        assert stat.S_IMODE(keys.stat().st_mode) == 0o600
        # That of the machine, and that of the master and the shadow with which it adds hosts.
        assert len(keys.read_text().splitlines()) == 2


def test_a_key_log_is_warned_of_and_no_task_hears_of_it(secpvm_command: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    with Lab(1, command=secpvm_command) as lab:
        env = {"SECPVM_KEYLOG": str(keys), "HOME": "/dev/shm/host1"}
        # The console has to stay until the task has answered.
        commands = '(echo "spawn -> env"; sleep 2) | "$0"'
        said = lab.run("host1", "sh", "-c", commands, secpvm_command, env=env)
        wait_until(lambda: "key log" in lab.log("host1"), "the daemon warns")
    (warning,) = [line for line in said.stderr.splitlines() if "key log" in line]
    assert warning.startswith("secpvm: warning: ")
    assert "PVM_TMP=" in said.stdout and "SECPVM" not in said.stdout
    assert keys.read_text().startswith("SECPVM_SESSION aes-256-gcm 0 ")


def test_totals_are_read_from_the_last_line_that_has_them() -> None:
    line = "secpvm: dropped {} datagrams (forged {}, replayed 1, stale 0, malformed 8, foreign 0), the last from"
    lines = [line.format(10, 1), line.format(12, 3), "secpvm: dropped many datagrams (eaten 1)", "halting"]
    log = "\n".join(f"[t80080000] 11/21 10:25:32 {line} 10.77.0.3:4711" for line in lines)
    assert Dropped.last_in(log) == Dropped(12, forged=3, replayed=1, malformed=8)
    assert Dropped.last_in("nothing") == Dropped()


SLOW = {"delay_ms": 200}
QUICK = {"jitter_ms": 10, "reorder_ms": 10}


@pytest.mark.parametrize("suite", [PLAIN, "aes-256-gcm"])
def test_results_are_right_over_a_slow_and_lossy_network(suite: str | None, virtual_machine: MachineFactory) -> None:
    machine = virtual_machine(2, suite)
    # It checks each answer, and what it prints depends on the number of rounds only.
    undisturbed = machine.run("workload", "-n", "6").stdout
    # A stock daemon would believe what is corrupted.
    bad = {"drop": 0.05, "duplicate": 0.05, "reorder": 0.05, "corrupt": 0.05 if suite else 0.0}
    with machine.impair("host2", Seeded(20, **bad, **SLOW)) as slow:
        for _ in range(2):
            assert machine.run("secret").stdout == "THE EAGLE LANDS AT MIDNIGHT\n"
    with machine.impair("host2", Seeded(20, **bad, **QUICK)) as quick:
        assert machine.run("workload", "-n", "6").stdout == undisturbed
    machine.halt()

    out, into = (together(slow.counts[direction], quick.counts[direction]) for direction in ("out", "in"))
    for counts in (out, into):
        assert counts.delayed == counts.packets > 30 and counts.unsent == 0
        assert min(counts.dropped, counts.duplicated, counts.reordered) > 0
    if suite:
        # What the slave sends are short datagrams, a packet each: what was tampered with can be counted.
        assert machine.dropped("host1").total == out.corrupted + out.duplicated > out.duplicated
        # What it is sent comes in fragments: a datagram can be hit twice, and a lost part hides what hit another.
        assert 0 < machine.dropped("host2").total <= into.corrupted + into.duplicated


def together(one: Counts, other: Counts) -> Counts:
    return one.plus(**asdict(other))


def test_every_datagram_that_was_tampered_with_is_rejected_and_counted(virtual_machine: MachineFactory) -> None:
    machine = virtual_machine(2)
    plan = Seeded(4, corrupt=0.1, forge=0.1, replay=0.1)
    with machine.impair("host2", plan) as network:
        # Its datagrams are short: each is one packet.
        for _ in range(8):
            assert machine.run("secret").stdout == "THE EAGLE LANDS AT MIDNIGHT\n"
    machine.halt()
    for host, direction in (("host2", "in"), ("host1", "out")):
        counts, dropped = network.counts[direction], machine.dropped(host)
        assert min(counts.corrupted, counts.forged, counts.replayed) > 0, counts
        assert dropped.total == counts.corrupted + counts.forged + counts.replayed, (dropped, counts)
        assert dropped.replayed == counts.replayed
        assert dropped.foreign == 0


def test_a_script_is_played_on_the_cable(virtual_machine: MachineFactory) -> None:
    machine = virtual_machine(2, PLAIN)
    script = Scripted([Step("in", 0, Treatment(drop=True)), Step("out", 1, Treatment(duplicate=True))])
    counts = []
    for _ in range(2):
        with machine.impair("host2", script) as network:
            machine.run("secret")
        counts.append([(count.dropped, count.duplicated) for count in network.counts.values()])
    assert counts == [[(0, 1), (1, 0)]] * 2


def test_the_good_cable_is_back_afterwards(virtual_machine: MachineFactory) -> None:
    machine = virtual_machine(2)
    with pytest.raises(LabError, match="has not ended"), machine.impair("host2", Seeded(1, drop=1)):
        machine.run("secret", timeout_s=2)
    machine = virtual_machine(2)
    with machine.impair("host2", Seeded(1)):
        pass
    assert machine.run("secret").returncode == 0


# ---- Refusals, and the end -----------------------------------------------------------------------


def test_a_failing_program_is_told_with_its_words(plain_machine: VirtualMachine) -> None:
    with pytest.raises(LabError, match=r"secret ended with status 1: .*usage: secret"):
        plain_machine.run("secret", "too", "many")


def test_what_makes_no_machine_is_one_error(virtual_machine: MachineFactory, tmp_path: Path) -> None:
    with pytest.raises(LabError, match="unknown cipher 'rot13'"):
        virtual_machine(2, "rot13")
    for hosts in (0, 65):
        with pytest.raises(LabError, match=f"1 to 64 hosts, not {hosts}"):
            virtual_machine(hosts)
    with pytest.raises(LabError, match="no keys to log"):
        virtual_machine(2, PLAIN, keylog=tmp_path / "keys")
    (tmp_path / "open").touch(mode=0o644)
    with pytest.raises(LabError, match="open to others: chmod 600"):
        virtual_machine(2, keylog=tmp_path / "open")
    machine = virtual_machine(1)
    with pytest.raises(LabError, match="no 'host9'"):
        machine.is_up("host9")


def test_nothing_is_left_after_an_exception(secpvm_command: Path) -> None:
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), VirtualMachine(2, PLAIN, command=secpvm_command) as machine:
            first = machine.lab.first
            assert Path(f"/proc/{first}").exists()
            raise error
        assert not Path(f"/proc/{first}").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_after_a_signal(secpvm_command: Path, number: signal.Signals) -> None:
    script = (
        "import sys, time; from pathlib import Path; from secpvm.harness import VirtualMachine, Seeded\n"
        "with VirtualMachine(2, command=Path(sys.argv[1])) as machine, machine.impair('host2', Seeded(1)):\n"
        "    print(machine.lab.first, flush=True)\n"
        "    time.sleep(60)\n"
    )
    arguments = [sys.executable, "-c", script, str(secpvm_command)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline().strip()
        inside = os.readlink(f"/proc/{first}/ns/pid")
        os.kill(process.pid, number)
    wait_until(lambda: not of_namespace(inside), "every process of the laboratory has ended")


def of_namespace(pid_namespace: str) -> list[str]:
    """The processes in a PID namespace."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "ns" / "pid") == pid_namespace:
                found.append(process.name)
        except OSError:
            continue
    return found
