"""One direction of a bad network, without sockets or a clock: packets in, packets out when they are due."""

from __future__ import annotations

import heapq
import random
from collections import deque
from collections.abc import Callable
from itertools import count

from .impair import Counts, Plan

_REMEMBERED = 64
"""How many packets can be chosen from for a replay."""
_WAITING_MAX = 10_000
"""More packets than that do not wait at a time: those beyond are dropped, and counted as unsent."""
_RECORD_HEADER_LEN = 24


class Link:
    """Treats each packet as a plan says.

    :param payload_at: where a packet's payload begins, the part that is corrupted or forged; ``None`` for a packet that
        is to pass untouched and uncounted
    """

    def __init__(self, plan: Plan, direction: str, payload_at: Callable[[bytes], int | None]) -> None:
        self.counts = Counts()
        self._plan = plan
        self._direction = direction
        self._payload_at = payload_at
        self._earlier: deque[bytes] = deque(maxlen=_REMEMBERED)
        self._waiting: list[tuple[float, int, bytes]] = []
        self._order = count()

    def offer(self, packet: bytes, now: float) -> None:
        """A packet has come, at ``now`` in seconds."""
        at = self._payload_at(packet)
        if at is None:
            self._queue(now, packet)
            return
        how = self._plan.treatment(self._direction, self.counts.packets)
        dice = random.Random(how.dice)
        due = now + how.delay_ms / 1000
        self._count(packets=1, delayed=how.delay_ms > 0, reordered=how.reordered and not how.drop)
        if how.drop:
            self._count(dropped=1)
        else:
            if how.corrupt and len(packet) > at:
                packet = _corrupted(packet, at, dice)
                self._count(corrupted=1)
            for _ in range(2 if how.duplicate else 1):
                self._queue(due, packet)
            self._count(duplicated=how.duplicate)
        if how.forge and len(packet) > at:
            self._queue(due, _forged(packet, at, dice))
            self._count(forged=1)
        if how.replay and self._earlier:
            self._queue(due, self._earlier[dice.randrange(len(self._earlier))])
            self._count(replayed=1)
        # What is replayed was received as it was sent.
        if not (how.drop or how.corrupt):
            self._earlier.append(packet)

    def due(self, now: float) -> list[bytes]:
        """The packets that are to be sent by ``now``, in their order."""
        ready = []
        while self._waiting and self._waiting[0][0] <= now:
            ready.append(heapq.heappop(self._waiting)[2])
        return ready

    def next_due(self) -> float | None:
        """When the next packet is due; ``None`` if none waits."""
        return self._waiting[0][0] if self._waiting else None

    def unsent(self) -> None:
        """A packet that was due could not be sent."""
        self._count(unsent=1)

    def _queue(self, due: float, packet: bytes) -> None:
        if len(self._waiting) >= _WAITING_MAX:
            self._count(unsent=1)
            return
        heapq.heappush(self._waiting, (due, next(self._order), packet))

    def _count(self, **more: int) -> None:
        self.counts = self.counts.plus(**more)


def _corrupted(packet: bytes, at: int, dice: random.Random) -> bytes:
    changed = bytearray(packet)
    changed[dice.randrange(at, len(packet))] ^= 1 << dice.randrange(8)
    return bytes(changed)


def _forged(packet: bytes, at: int, dice: random.Random) -> bytes:
    """Headers, perhaps that of a record too, and bytes at random: as long as the packet."""
    keep = at + dice.choice((0, _RECORD_HEADER_LEN))
    return packet[:keep] + dice.randbytes(max(0, len(packet) - keep))
