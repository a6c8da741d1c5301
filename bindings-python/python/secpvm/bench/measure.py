"""Calls of several implementations, measured in turn."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

Call = Callable[[], object]

# A round of one implementation lasts about as long, in seconds.
ROUND_S = 0.004


class Row(NamedTuple):
    """Medians in microseconds; None where a peer does not have the algorithm."""

    algorithm: str
    bytes: int
    secpvm: float
    cryptography: float | None
    pycryptodome: float | None

    @property
    def fastest_peer(self) -> float:
        return min(us for us in (self.cryptography, self.pycryptodome) if us is not None)


def compare(algorithm: str, size: int, calls: Mapping[str, Call], rounds: int) -> Row:
    results = {name: call() for name, call in calls.items()}
    if len(set(results.values())) != 1:
        raise SystemExit(f"secpvm bench: {algorithm}: not all give the same result: {results}")
    repeats = {name: max(1, round(ROUND_S / max(timed(call, 5), 1e-7))) for name, call in calls.items()}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(timed(call, repeats[name]))
    us = {name: statistics.median(found) * 1e6 for name, found in times.items()}
    return Row(algorithm, size, us["secpvm"], us.get("cryptography"), us.get("pycryptodome"))


def timed(call: Call, repeats: int) -> float:
    """Seconds of this thread's own processor time for one of so many calls: a busy machine disturbs that least."""
    numbers = range(repeats)
    start = time.thread_time()
    for _ in numbers:
        call()
    return (time.thread_time() - start) / repeats
