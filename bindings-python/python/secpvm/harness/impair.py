"""What a bad network does to packets: decided by a seed or by a script, the same way each time.

A decision depends on the direction and on how many packets have gone that way before, and on nothing else: not on time,
not on what the other direction does. So a run can be repeated as far as the programs send the same packets.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Protocol

from .errors import FormatError


@dataclass(frozen=True, slots=True)
class Treatment:
    """What happens to one packet."""

    drop: bool = False
    duplicate: bool = False
    corrupt: bool = False
    """One bit of its payload is flipped."""
    forge: bool = False
    """Behind it goes another that nobody has sent: its headers, and bytes at random."""
    replay: bool = False
    """Behind it goes one once more that has passed before."""
    delay_ms: float = 0
    reordered: bool = False
    """Some of the delay is there to let others overtake it."""
    dice: int = 0
    """Chooses the bit, the bytes, the earlier packet: 64 bits."""


class Plan(Protocol):
    """Decides on every packet."""

    def treatment(self, direction: str, number: int) -> Treatment:
        """That of packet ``number`` (from 0) of a direction: ``"out"``, what the host or
        client sends, or ``"in"``, what is sent to it."""

    def to_json(self) -> dict[str, object]:
        """Everything, to hand it to another process; :func:`plan_from_json` is the way back."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """Chances, from 0 to 1 for each packet, and delays, in milliseconds.

    ``delay_ms`` delays each packet, ``jitter_ms`` by up to so much more, and one that is reordered by ``reorder_ms``
    more.

    :raises secpvm.Error: a chance is none, or a delay is negative
    """

    seed: int
    drop: float = 0
    duplicate: float = 0
    corrupt: float = 0
    forge: float = 0
    replay: float = 0
    reorder: float = 0
    delay_ms: float = 0
    jitter_ms: float = 0
    reorder_ms: float = 30

    def __post_init__(self) -> None:
        for name in ("drop", "duplicate", "corrupt", "forge", "replay", "reorder"):
            if not 0 <= getattr(self, name) <= 1:
                raise FormatError(f"{name} is a chance from 0 to 1, not {getattr(self, name)}")
        for name in ("delay_ms", "jitter_ms", "reorder_ms"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise FormatError(f"{name} is not {getattr(self, name)} milliseconds")

    def treatment(self, direction: str, number: int) -> Treatment:
        """As :meth:`Plan.treatment`."""
        # A generator of its own for each packet: no decision depends on an earlier one.
        chance = random.Random(f"{self.seed} {direction} {number}")
        chances = (self.drop, self.duplicate, self.corrupt, self.forge, self.replay, self.reorder)
        drop, duplicate, corrupt, forge, replay, reorder = (chance.random() < each for each in chances)
        delay_ms = self.delay_ms + self.jitter_ms * chance.random() + (self.reorder_ms if reorder else 0)
        return Treatment(drop, duplicate, corrupt, forge, replay, delay_ms, reorder, chance.getrandbits(64))

    def to_json(self) -> dict[str, object]:
        """As :meth:`Plan.to_json`."""
        return {"seeded": asdict(self)}


@dataclass(frozen=True, slots=True)
class Step:
    """A line of a script: what happens to the packet ``number`` (from 0) of a direction."""

    direction: str
    number: int
    treatment: Treatment


@dataclass(frozen=True, slots=True)
class Scripted:
    """A script; packets that it does not name pass."""

    steps: Sequence[Step] = field(default_factory=list)

    def treatment(self, direction: str, number: int) -> Treatment:
        """As :meth:`Plan.treatment`."""
        for step in self.steps:
            if (step.direction, step.number) == (direction, number):
                return step.treatment
        return Treatment()

    def to_json(self) -> dict[str, object]:
        """As :meth:`Plan.to_json`."""
        return {"scripted": [asdict(step) for step in self.steps]}


def plan_from_json(document: dict[str, object]) -> Plan:
    """The plan that :meth:`Plan.to_json` wrote.

    :raises secpvm.Error: it is none
    """
    try:
        match document:
            case {"seeded": dict(fields)}:
                return Seeded(**fields)
            case {"scripted": list(steps)}:
                return Scripted([Step(**{**step, "treatment": Treatment(**step["treatment"])}) for step in steps])
    except (TypeError, KeyError) as error:
        raise FormatError(f"this is no plan: {error}") from None
    raise FormatError("this is no plan: neither seeded nor scripted")


@dataclass(frozen=True, slots=True)
class Counts:
    """What was done to the packets of one direction. ``packets`` came in, ``unsent`` could not be sent on."""

    packets: int = 0
    dropped: int = 0
    duplicated: int = 0
    corrupted: int = 0
    forged: int = 0
    replayed: int = 0
    delayed: int = 0
    reordered: int = 0
    unsent: int = 0

    def plus(self, **more: int) -> Counts:
        """With some added."""
        return replace(self, **{name: getattr(self, name) + count for name, count in more.items()})
