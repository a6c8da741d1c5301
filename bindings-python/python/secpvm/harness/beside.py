"""Processes that run beside a laboratory until their context ends: a capture, a bad cable."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from .closing import Closing
from .errors import LabError
from .impair import Counts, Plan

if TYPE_CHECKING:
    from .lab import Lab

_READY = "ready"


class Capture(Closing):
    """A capture under way. It ends, with every frame written that has passed before, with its context."""

    def __init__(self, arguments: list[str], path: Path) -> None:
        self.path = path
        self._frames: int | None = None
        with path.open("wb") as file:
            self._process = _start(arguments, stdout=file)
        first = _pipe(self._process.stderr).readline().strip()
        if first != _READY:
            self._process.wait()
            raise LabError(f"the capture did not start: {first}")

    def stop(self) -> int:
        """End the capture. Returns how many frames it has.

        :raises LabError: it has failed, or lost frames
        """
        if self._frames is None:
            last = self._process.communicate()[1].strip()
            if self._process.returncode != 0 or not last.isdigit():
                raise LabError(f"the capture failed: {last}")
            self._frames = int(last)
        return self._frames

    def close(self) -> None:
        """As :meth:`stop`."""
        self.stop()


class Impairment(Closing):
    """A bad cable to one host. It is laid when it is made, and the good one is back at the end of its context; then
    ``counts`` says what was done to each direction, ``"out"`` from the host and ``"in"`` to it. Packets that are still
    delayed at that moment are sent at once."""

    def __init__(self, lab: Lab, host: str, plan: Plan) -> None:
        self.counts: dict[str, Counts] = {}
        self._lab, self._host = lab, host
        # The host's end leaves the bridge, and one of a new pair takes its place there.
        self._inside, self._outside = f"{host}-in", f"{host}-out"
        lab.link(
            f"link add {self._inside} type veth peer name {self._outside}",
            f"link set {host} nomaster",
            f"link set {self._outside} master lab0 up",
            f"link set {self._inside} up",
        )
        arguments = lab.at("bridge", sys.executable, "-m", "secpvm.harness.bridge", host, self._inside)
        self._process = _start(arguments, stdout=subprocess.PIPE)
        _pipe(self._process.stdin).write(json.dumps(plan.to_json()) + "\n")
        _pipe(self._process.stdin).flush()
        if _pipe(self._process.stdout).readline().strip() != _READY:
            raise LabError(f"the bad cable was not laid: {_pipe(self._process.stderr).read().strip()}")

    def stop(self) -> dict[str, Counts]:
        """Put the good cable back. Returns, and keeps, what was done.

        :raises LabError: the bridge has failed meanwhile
        """
        if self.counts:
            return self.counts
        said, errors = self._process.communicate()
        self._lab.link(f"link del {self._inside}", f"link set {self._host} master lab0")
        if self._process.returncode != 0:
            raise LabError(f"the bad cable has failed: {errors.strip()}")
        self.counts = {direction: Counts(**counts) for direction, counts in json.loads(said).items()}
        return self.counts

    def close(self) -> None:
        """As :meth:`stop`."""
        self.stop()


def _start(arguments: list[str], stdout: IO[bytes] | int) -> subprocess.Popen[str]:
    """In a session of its own: the terminal's interrupt key is for us, and these end when their input does."""
    return subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None, "it was asked for"
    return pipe
