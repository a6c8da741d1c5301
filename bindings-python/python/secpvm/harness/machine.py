"""A virtual machine of PVM on the hosts of a laboratory, stock or secured."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from secpvm import algorithms

from .beside import Capture, Impairment
from .closing import Closing
from .errors import LabError
from .impair import Plan
from .ip import Datagram
from .lab import Dropped, Lab, Status

PLAIN = None
"""The security of stock PVM: none."""
_CLASSIC = "classic-1997"
_PATIENCE_S = 20.0


class VirtualMachine(Closing):
    """PVM on N local hosts, from the beginning of its context to the end.

    >>> with VirtualMachine(hosts=2) as machine:          # doctest: +SKIP
    ...     print(machine.run("hello.pvm").stdout)

    :param hosts: 1 to 64; ``host1`` is the master
    :param suite: what protects it, by the name that records and logs have for it (``"aes-256-gcm"``,
        ``"3des-ctr+keyed-md5"``, ``"classic-1997 3des+md5"``), or :data:`PLAIN`
    :param programs: directories in which PVM finds programs, besides ``/usr/bin``
    :param capture: a pcap file that gets every frame that passes between the hosts, from the first one on
    :param keylog: a file that gets the secret of the session (``SECPVM_KEYLOG``)
    :param command: the ``secpvm`` command; the one in ``PATH`` unless told

    At its end everything is removed, also after an exception.

    :raises LabError: the laboratory can't be built, or a host does not join
    """

    def __init__(
        self,
        hosts: int = 2,
        suite: str | None = "aes-256-gcm",
        *,
        programs: Sequence[str | os.PathLike[str]] = (),
        capture: str | os.PathLike[str] | None = None,
        keylog: str | os.PathLike[str] | None = None,
        command: Path | None = None,
    ) -> None:
        if keylog is not None and suite is PLAIN:
            raise LabError("a plain machine has no keys to log")
        self.lab = Lab(hosts, programs=programs, command=command)
        self.suite = suite
        self._keylog = keylog
        self._capture: Capture | None = None
        try:
            if capture is not None:
                self._capture = self.lab.capture(capture)
            self._start()
        except BaseException:
            self.lab.close()
            raise

    def _start(self) -> None:
        others = self.lab.hosts[1:]
        wanted = f"{len(others)} successful" if others else "pvmd still running"
        said = self.console(f"add {' '.join(others)}\nquit\n" if others else "quit\n")
        if wanted not in said.stdout:
            words = f"{said.stdout.strip()} {said.stderr.strip()}".strip()
            raise LabError(f"the machine did not start; PVM's console says: {words}")

    def console(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Have PVM's console on ``host1`` carry out commands, one a line; it starts the machine if none runs."""
        # No .pvmrc of the user's own machine.
        env = {"HOME": "/dev/shm/host1"}
        if self.suite is PLAIN:
            return self.lab.run("host1", "/usr/bin/pvm", input=commands, env=env)
        if self._keylog is not None:
            env["SECPVM_KEYLOG"] = str(Path(self._keylog).resolve())
        return self.lab.run("host1", self.lab.command, *_choice(self.suite), input=commands, env=env)

    def run(self, program: str, *arguments: str, timeout_s: float = 60.0) -> subprocess.CompletedProcess[str]:
        """Run a program on ``host1``; it finds the machine there.

        :raises LabError: it fails, or takes longer than ``timeout_s`` seconds
        """
        done = self.lab.run("host1", program, *arguments, timeout_s=timeout_s)
        if done.returncode != 0:
            said = f"{done.stdout.strip()} {done.stderr.strip()}".strip()
            raise LabError(f"{program} ended with status {done.returncode}: {said}")
        return done

    def capture(self, path: str | os.PathLike[str]) -> Capture:
        """Capture every frame that passes between the hosts into a pcap file, until the context ends."""
        return self.lab.capture(path)

    def impair(self, host: str, plan: Plan) -> Impairment:
        """Put a bad cable to a host, until the context ends; its ``counts`` say what was done."""
        return self.lab.impair(host, plan)

    def send(self, datagrams: Iterable[Datagram]) -> None:
        """Send datagrams from an attacker's place, with whatever source address they have."""
        self.lab.send(datagrams)

    def stop_capture(self) -> None:
        """End the capture that ``capture`` asked for before the machine ends.

        :raises LabError: it has failed, or lost frames
        """
        if self._capture is not None:
            capture, self._capture = self._capture, None
            capture.stop()

    def dropped(self, host: str) -> Dropped:
        """What the daemon of a host says it has dropped; see :meth:`Lab.dropped`."""
        return self.lab.dropped(host)

    def status(self, host: str) -> Status:
        """What the secured daemon of a host has done so far; see :meth:`Lab.status`."""
        return self.lab.status(host)

    def is_up(self, host: str) -> bool:
        """Whether a daemon runs on a host."""
        return self.lab.has_pvmd(host)

    def halt(self) -> None:
        """Halt PVM on all hosts, and wait until every daemon has ended and so told its last.

        :raises LabError: one has not ended in time
        """
        # Any console will do, for it only talks to the daemon on its own host.
        self.lab.run("host1", "/usr/bin/pvm", input="halt\n", env={"HOME": "/dev/shm/host1"})
        for host in self.lab.hosts:
            self.wait_until_down(host)

    def wait_until_down(self, host: str, timeout_s: float = _PATIENCE_S) -> None:
        """Wait until no daemon runs on a host.

        :raises LabError: one still does after ``timeout_s`` seconds
        """
        end = time.monotonic() + timeout_s
        while self.is_up(host):
            if time.monotonic() > end:
                raise LabError(f"the daemon on {host} has not ended in {timeout_s:g} seconds")
            time.sleep(0.02)

    def close(self) -> None:
        """End everything, halted or not.

        :raises LabError: the capture has failed
        """
        try:
            self.stop_capture()
        finally:
            self.lab.close()


def _choice(suite: str) -> list[str]:
    """The options by which the command is told of a suite. A MAC alone authenticates and does not encrypt."""
    profile, _, protection = suite.partition(" ")
    if profile == _CLASSIC:
        options = {"plain": ["--level", "none"], "md5": ["-a", "md5"]}
        return ["--profile", _CLASSIC, *options.get(protection, ["-e", protection.partition("+")[0]])]
    first, _, mac = suite.partition("+")
    if mac:
        return ["-e", first, "-a", mac]
    macs = {algorithm.name for algorithm in algorithms() if algorithm.kind == "mac"}
    return ["-a" if first in macs else "-e", first]
