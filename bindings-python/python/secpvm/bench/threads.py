"""Two threads against one, on long messages: does a call let the other one run?"""

import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import secpvm

DATA = bytes(1 << 20)
KEY = bytes(range(1, 33))


class Scaling(NamedTuple):
    """Medians in megabytes a second."""

    call: str
    one: float
    two: float


CALLS: dict[str, Callable[[], object]] = {
    "seal aes-256-gcm": lambda: secpvm.seal("aes-256-gcm", KEY, KEY[:12], DATA),
    "encrypt aes-128-ctr": lambda: secpvm.encrypt("aes-128-ctr", KEY[:16], KEY[:16], DATA),
    "encrypt 3des-cbc": lambda: secpvm.encrypt("3des-cbc", KEY[:24], KEY[:8], DATA),
    "digest sha256": lambda: secpvm.digest("sha256", DATA),
    "mac hmac-md5": lambda: secpvm.mac("hmac-md5", KEY, DATA),
}


def scalings(rounds: int) -> list[Scaling]:
    return [scaling(name, call, max(5, rounds // 3)) for name, call in CALLS.items()]


def scaling(name: str, call: Callable[[], object], rounds: int) -> Scaling:
    call()
    repeats = max(2, round(0.03 / seconds(lambda: call())))

    def work() -> None:
        for _ in range(repeats):
            call()

    def both() -> None:
        for done in [pool.submit(work), pool.submit(work)]:
            done.result()

    one: list[float] = []
    two: list[float] = []
    with ThreadPoolExecutor(2) as pool:
        for _ in range(rounds):
            one.append(seconds(work))
            two.append(seconds(both))
    megabytes = repeats * len(DATA) / 1e6
    return Scaling(name, megabytes / statistics.median(one), 2 * megabytes / statistics.median(two))


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
