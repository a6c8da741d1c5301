"""Decisions of a bad network: the same ones each time; and what a link makes of them, in virtual time."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import secpvm
from secpvm.harness import Counts, Datagram, Endpoint, Scripted, Seeded, Step, Treatment, ip
from secpvm.harness.bridge import payload_at, without_checksum
from secpvm.harness.impair import Plan, plan_from_json
from secpvm.harness.link import Link

ALL = Seeded(
    1, drop=0.1, duplicate=0.1, corrupt=0.1, forge=0.1, replay=0.1, reorder=0.1, delay_ms=20, jitter_ms=10, reorder_ms=50
)
DROPPED_BY_2026 = [0, 1, 4, 35, 57]
PACKETS = [f"packet number {number:4}, long enough for a header".encode() for number in range(500)]


def played(plan: Plan, packets: Iterable[bytes]) -> tuple[list[bytes], Counts]:
    """What comes out when a packet comes in each millisecond."""
    link, out, now = Link(plan, "out", lambda packet: 0), [], 0.0
    for packet in packets:
        now += 0.001
        link.offer(packet, now)
        out += link.due(now)
    return out + link.due(now + 1), link.counts


def test_the_same_seed_does_the_same_and_another_one_does_not() -> None:
    assert played(ALL, PACKETS) == played(ALL, PACKETS)
    assert played(ALL, PACKETS) != played(replace(ALL, seed=2), PACKETS)


@given(st.integers(), st.lists(st.tuples(st.sampled_from(["in", "out"]), st.integers(0, 1000)), max_size=20))
def test_a_decision_depends_on_nothing_that_was_asked_before(seed: int, asked: list[tuple[str, int]]) -> None:
    plan = Seeded(seed, drop=0.5, corrupt=0.5, jitter_ms=10)
    decisions = [plan.treatment(*each) for each in asked]
    assert [plan.treatment(*each) for each in reversed(asked)] == decisions[::-1]


def test_these_decisions_are_for_ever() -> None:
    """A seed that is written down somewhere must mean the same with a later Python, or a later version of this."""
    dropped = [number for number in range(60) if Seeded(2026, drop=0.1).treatment("out", number).drop]
    assert dropped == DROPPED_BY_2026


def test_what_is_counted_is_what_was_done() -> None:
    out, counts = played(ALL, PACKETS)
    assert counts.packets == len(PACKETS)
    assert counts.delayed == len(PACKETS)
    assert len(out) == counts.packets - counts.dropped + counts.duplicated + counts.forged + counts.replayed
    strange = [packet for packet in out if packet not in PACKETS]
    assert counts.corrupted + counts.forged <= len(strange) <= 2 * counts.corrupted + counts.forged
    for name in ("dropped", "duplicated", "corrupted", "forged", "replayed", "reordered"):
        assert 25 <= getattr(counts, name) <= 85, name
    assert counts.unsent == 0


def test_without_chances_all_pass_in_their_order() -> None:
    assert played(Seeded(1), PACKETS) == (PACKETS, Counts(packets=len(PACKETS)))
    assert played(Seeded(1, delay_ms=200), PACKETS)[0] == PACKETS


def test_a_script_does_what_it_says() -> None:
    plan = Scripted(
        [
            Step("out", 0, Treatment(drop=True)),
            Step("out", 1, Treatment(duplicate=True)),
            Step("out", 2, Treatment(delay_ms=2.5, reordered=True)),
            Step("in", 3, Treatment(drop=True)),
            Step("out", 4, Treatment(replay=True)),
            Step("out", 5, Treatment(corrupt=True, dice=3)),
        ]
    )
    a, b, c, d, e, f = PACKETS[:6]
    out, counts = played(plan, PACKETS[:6])
    assert out[:2] == [b, b] and out[2:4] == [d, e] and out[4] in (b, c, d) and out[5] == c
    changed = int.from_bytes(out[6], "big") ^ int.from_bytes(f, "big")
    assert changed.bit_count() == 1
    assert counts == Counts(6, dropped=1, duplicated=1, corrupted=1, replayed=1, delayed=1, reordered=1)


@pytest.mark.parametrize("plan", [ALL, Scripted([Step("in", 3, Treatment(drop=True, dice=1 << 63))]), Scripted()])
def test_a_plan_goes_to_another_process_and_is_the_same(plan: Plan) -> None:
    assert plan_from_json(json.loads(json.dumps(plan.to_json()))) == plan


@pytest.mark.parametrize(
    "document", [{}, {"seeded": {}}, {"seeded": {"seed": 1, "lose": 1}}, {"scripted": [{}]}, {"scripted": {}}]
)
def test_what_is_no_plan_is_refused(document: dict[str, object]) -> None:
    with pytest.raises(secpvm.Error, match="no plan"):
        plan_from_json(document)


@pytest.mark.parametrize("field", [{"drop": 1.1}, {"corrupt": -0.1}, {"delay_ms": -1}, {"jitter_ms": float("inf")}])
def test_impossible_chances_and_delays_are_refused(field: dict[str, float]) -> None:
    with pytest.raises(secpvm.Error, match=next(iter(field))):
        Seeded(1, **field)


def test_a_link_does_not_grow_without_end() -> None:
    link = Link(Seeded(1, delay_ms=1000), "out", lambda packet: 0)
    for _ in range(11_000):
        link.offer(b"x", 0.0)
    assert (len(link.due(2.0)), link.counts.unsent) == (10_000, 1000)


# ---- On a cable ----------------------------------------------------------------------------------


def test_headers_stay_and_payload_is_what_is_treated() -> None:
    sent = Datagram(Endpoint("10.77.0.1", 1), Endpoint("10.77.0.2", 2), bytes(2000))
    first, second = (frame.data for frame in ip.frames([sent]))
    assert (payload_at(first), payload_at(second)) == (42, 34)
    arp = bytes(12) + b"\x08\x06" + bytes(46)
    assert payload_at(arp) is None and without_checksum(arp) == arp


def test_a_checksum_is_taken_out_where_one_is() -> None:
    sent = Datagram(Endpoint("10.77.0.1", 1), Endpoint("10.77.0.2", 2), bytes(2000))
    first, second = (frame.data for frame in ip.frames([sent]))
    with_one = first[:40] + b"\x12\x34" + first[42:]
    assert without_checksum(with_one) == first
    assert without_checksum(second) == second


@pytest.mark.parametrize(
    ("arguments", "plan", "what"),
    [
        (["no-such-interface", "lo"], '{"seeded": {"seed": 1}}', "No such device"),
        (["lo", "lo"], "no JSON", "Expecting value"),
        (["lo", "lo"], '{"seeded": {}}', "this is no plan"),
        (["lo"], '{"seeded": {"seed": 1}}', "takes two interfaces"),
    ],
)
def test_a_bridge_that_cannot_be_laid_is_one_line(arguments: list[str], plan: str, what: str) -> None:
    command = [sys.executable, "-m", "secpvm.harness.bridge", *arguments]
    done = subprocess.run(command, input=f"{plan}\n", capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.startswith("bridge: ") and what in done.stderr
    assert done.stderr.count("\n") == 1
