"""Two threads against one, on long messages: does a call let the other one run?

On a busy machine the two have no more processor time than one. What the scheduler says of them tells all the same:
a thread that waits for the interpreter is not runnable.
"""

import hashlib
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import secpvm

DATA = bytes(1 << 20)
KEY = bytes(range(1, 33))


class Scaling(NamedTuple):
    """Medians in megabytes a second; and the share of its time that one of two threads was not runnable."""

    call: str
    one: float
    two: float
    blocked: float


CALLS: dict[str, Callable[[], object]] = {
    "seal aes-256-gcm": lambda: secpvm.seal("aes-256-gcm", KEY, KEY[:12], DATA),
    "encrypt aes-128-ctr": lambda: secpvm.encrypt("aes-128-ctr", KEY[:16], KEY[:16], DATA),
    "encrypt 3des-cbc": lambda: secpvm.encrypt("3des-cbc", KEY[:24], KEY[:8], DATA),
    "digest sha256": lambda: secpvm.digest("sha256", DATA),
    "mac hmac-md5": lambda: secpvm.mac("hmac-md5", KEY, DATA),
    "hashlib's sha256": lambda: hashlib.sha256(DATA).digest(),
}


def scalings(rounds: int) -> list[Scaling]:
    return [scaling(name, call, max(5, rounds // 3)) for name, call in CALLS.items()]


def scaling(name: str, call: Callable[[], object], rounds: int) -> Scaling:
    def repeat(repeats: int) -> None:
        for _ in range(repeats):
            call()

    repeats = max(2, round(0.03 / wall(lambda: repeat(1))))
    one: list[float] = []
    two: list[float] = []
    blocked: list[float] = []
    with ThreadPoolExecutor(2) as pool:

        def both() -> None:
            tasks = [pool.submit(blocked_share, lambda: repeat(repeats)) for _ in range(2)]
            blocked.extend(task.result() for task in tasks)

        for _ in range(rounds):
            one.append(wall(lambda: repeat(repeats)))
            two.append(wall(both))
    megabytes = repeats * len(DATA) / 1e6
    speeds = megabytes / statistics.median(one), 2 * megabytes / statistics.median(two)
    return Scaling(name, *speeds, statistics.median(blocked))


def wall(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def blocked_share(work: Callable[[], object]) -> float:
    """The share of its time that this thread neither ran nor waited for a processor (proc(5), schedstat)."""
    schedstat = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")

    def runnable() -> float:
        ran, waited, _ = map(int, schedstat.read_text().split())
        return (ran + waited) / 1e9

    before = runnable()
    seconds = wall(work)
    return max(0.0, 1 - (runnable() - before) / seconds)
