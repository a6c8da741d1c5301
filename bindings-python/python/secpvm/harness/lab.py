"""A laboratory: N hosts on one machine, made of namespaces by ``secpvm lab``'s own commands.

Nothing has to be cleaned up by hand: when the laboratory is closed, or this process ends by whatever means, the
kernel removes processes, links and files.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .beside import Capture, Impairment
from .closing import Closing
from .errors import LabError
from .impair import Plan
from .ip import Datagram, packets

_DIR = "dev/shm"
_TIMEOUT_S = 60.0
_REASONS = ("forged", "replayed", "stale", "malformed", "foreign")
_TOLD = ", ".join(rf"{name} \d+" for name in _REASONS)
_DROPPED = re.compile(rf"secpvm: dropped (\d+) datagrams \(({_TOLD})\)")
"""The line of totals that a secured daemon writes into its log."""


def find_command() -> Path:
    """The ``secpvm`` command of an installed tree, from ``PATH``.

    :raises LabError: there is none
    """
    found = shutil.which("secpvm")
    if found is None:
        raise LabError("the command secpvm is not in PATH; `cargo xtask build` makes target/secpvm/bin/secpvm")
    return Path(found)


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many datagrams a secured daemon has dropped, by reason."""

    total: int = 0
    forged: int = 0
    replayed: int = 0
    stale: int = 0
    malformed: int = 0
    foreign: int = 0

    @classmethod
    def last_in(cls, log: str) -> Self:
        """The last totals that a daemon's log tells; zeros if it tells none."""
        for line in reversed(log.splitlines()):
            told = _DROPPED.search(line)
            if told is not None:
                reasons = (reason.split(" ") for reason in told[2].split(", "))
                return cls(int(told[1]), **{name: int(count) for name, count in reasons})
        return cls()


@dataclass(frozen=True, slots=True)
class Peer:
    """What a daemon has sealed for another host, and opened from it."""

    host: int
    """Its index; 0 is the shadow that the master's daemon makes of itself to add hosts."""
    sealed: int
    """Datagrams."""
    opened: int


@dataclass(frozen=True, slots=True)
class Status:
    """What ``secpvm status --json`` says of the daemon of a host: its counters now, not those of its log."""

    process: int
    host: int
    suite: str
    epoch: int
    rejected: Dropped
    unsent: int
    peers: tuple[Peer, ...]

    @classmethod
    def of_json(cls, text: str) -> Self:
        """
        :raises LabError: it is none
        """
        try:
            told = json.loads(text)
            reasons = {name: int(told["rejected"][name]) for name in _REASONS}
            peers = (
                Peer(int(peer["host"]), int(peer["sealed"]["datagrams"]), int(peer["opened"]["datagrams"]))
                for peer in told["peers"]
            )
            return cls(
                int(told["process"]),
                int(told["host"]),
                str(told["suite"]),
                int(told["epoch"]),
                Dropped(sum(reasons.values()), **reasons),
                int(told["unsent"]),
                tuple(peers),
            )
        except (ValueError, KeyError, TypeError) as error:
            raise LabError(f"this is no status: {error!r}") from None


class Lab(Closing):
    """Hosts ``host1`` ... (10.77.0.1 ...), and ``outsider`` (10.77.0.254), a place for an attacker, on one bridge.

    Use it as a context manager. ``programs`` are directories in which PVM finds programs, besides ``/usr/bin``.

    :raises LabError: the laboratory can't be built; the system's reason is on standard error
    """

    def __init__(
        self, hosts: int = 2, *, programs: Sequence[str | os.PathLike[str]] = (), command: Path | None = None
    ) -> None:
        self.command = (command or find_command()).resolve()
        self.hosts = [f"host{number}" for number in range(1, hosts + 1)]
        plan = {"hosts": hosts, "programs": [str(Path(path).resolve()) for path in programs], "ssh": False}
        if not 1 <= hosts <= 64:
            raise LabError(f"a laboratory has 1 to 64 hosts, not {hosts}")
        # In a session of its own, out of reach of the terminal's interrupt key: it ends with us, not before.
        self._init = subprocess.Popen(
            [self.command, "lab-init", json.dumps(plan)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self._init.stdout is not None
        first = self._init.stdout.readline().strip()
        if not first.isdigit():
            self.close()
            raise LabError("the laboratory could not be built")
        self.first = int(first)
        """Process 1 of the laboratory, as numbered outside."""

    def close(self) -> None:
        """End every process of the laboratory, and wait until they have ended."""
        # Process 1 ends when this pipe closes.
        for pipe in (self._init.stdin, self._init.stdout):
            if pipe is not None:
                pipe.close()
        self._init.wait()

    def at(self, member: str, *command: str | os.PathLike[str]) -> list[str]:
        """The arguments of a process that runs ``command`` in a member: a host, ``outsider``, or ``bridge``, where
        the bridge's interfaces are."""
        words = [os.fspath(word) for word in command]
        return [str(self.command), "lab-exec", "--lab", str(self.first), member, "--", *words]

    def run(
        self,
        member: str,
        *command: str | os.PathLike[str],
        input: str = "",
        timeout_s: float = _TIMEOUT_S,
        env: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command in a member to its end, with ``input`` on its standard input and ``env`` added to the
        environment.

        :raises LabError: it takes longer than ``timeout_s`` seconds; it is killed
        """
        arguments = self.at(member, *command)
        try:
            return subprocess.run(
                arguments,
                input=input,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout_s,
                env={**os.environ, **(env or {})},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise LabError(f"{os.fspath(command[0])} has not ended in {timeout_s:g} seconds") from None

    def log(self, host: str) -> str:
        """What the daemon of a host has written into its log; empty if there is none."""
        path = Path(f"/proc/{self.first}/root/{_DIR}/{host}/pvml.0")
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def dropped(self, host: str) -> Dropped:
        """What the daemon of a host says it has dropped since it started. The first is told at once, later totals
        a second or more apart, the last at its end."""
        return Dropped.last_in(self.log(host))

    def status(self, host: str) -> Status:
        """What the daemon of a host has done so far.

        :raises LabError: no secured daemon runs there
        """
        said = self.run(host, self.command, "status", "--json")
        if said.returncode != 0:
            raise LabError(f"{host} has no status: {said.stderr.strip()}")
        return Status.of_json(said.stdout)

    def has_pvmd(self, host: str) -> bool:
        """Whether a daemon runs on a host.

        :raises LabError: the host can't be entered
        """
        status = self.run(host, self.command, "lab-pvmd")
        if status.returncode not in (0, 3):
            raise LabError(f"{host} could not be asked for its pvmd: {status.stderr.strip()}")
        return status.returncode == 0

    def send(self, datagrams: Iterable[Datagram]) -> None:
        """Send datagrams from the outsider's place, with whatever source address they have.

        :raises LabError: one could not be sent
        """
        cut = (part for number, datagram in enumerate(datagrams) for part in packets(datagram, number % 0xFFFF + 1))
        data = b"".join(len(part).to_bytes(2, "big") + part for part in cut)
        arguments = self.at("outsider", self.command, "lab-inject")
        sent = subprocess.run(arguments, input=data, capture_output=True, timeout=_TIMEOUT_S, check=False)
        if sent.returncode != 0:
            raise LabError(f"the datagrams were not sent: {sent.stderr.decode(errors='replace').strip()}")

    def capture(self, path: str | os.PathLike[str]) -> Capture:
        """Capture every frame that passes the bridge into a pcap file, until the context ends.

        :raises LabError: the bridge can't be listened to
        """
        return Capture(self.at("bridge", self.command, "lab-capture"), Path(path))

    def impair(self, host: str, plan: Plan) -> Impairment:
        """Put a bad cable (:mod:`secpvm.harness.bridge`) between a host and the bridge, until the context ends.

        :raises LabError: it can't be laid
        """
        return Impairment(self, host, plan)

    def link(self, *commands: str) -> None:
        """Carry out commands of ip(8), where the bridge's interfaces are.

        :raises LabError: one fails
        """
        done = self.run("bridge", "ip", "-batch", "-", input="".join(f"{command}\n" for command in commands))
        if done.returncode != 0:
            raise LabError(f"ip failed: {done.stderr.strip()}")
