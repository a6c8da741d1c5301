"""``python -m secpvm bench``: calls beside those of cryptography and pycryptodome, in one run.

A call is what a program without a key object writes: key set-up, one message, result. Peers are first held to
the same result. The rounds of all take turns, pinned to one processor; medians count.
"""

import argparse
import importlib.util
import json
import os
import sys

from secpvm.bench.measure import Row, compare
from secpvm.bench.threads import Scaling, scalings

PEERS = ("cryptography", "pycryptodome")
SIZES = (64, 4096)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("algorithms", metavar="ALGORITHM", nargs="*", help="all that a peer has, if none is named")
    parser.add_argument("--json", action="store_true", help="report as JSON")
    parser.add_argument("--rounds", type=int, default=25, help="rounds, of which the median counts (%(default)s)")


def run(arguments: argparse.Namespace) -> int:
    missing = [peer for peer, module in zip(PEERS, ("cryptography", "Crypto")) if not importlib.util.find_spec(module)]
    if missing:
        print(f"secpvm bench: the peers are missing: pip install {' '.join(missing)}", file=sys.stderr)
        return 2
    from secpvm.bench.calls import calls

    known = calls()
    unknown = [name for name in arguments.algorithms if name not in known]
    if unknown or arguments.rounds < 1:
        print(
            f"secpvm bench: no peer has {unknown[0]!r}" if unknown else "secpvm bench: --rounds is 1 or more",
            file=sys.stderr,
        )
        return 2
    chosen = arguments.algorithms or list(known)
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    rows = [
        compare(name, size, known[name](size), arguments.rounds) for name in chosen for size in known[name].sizes(SIZES)
    ]
    os.sched_setaffinity(0, processors)
    threads = scalings(arguments.rounds) if not arguments.algorithms else []
    print(as_json(rows, threads) if arguments.json else as_table(rows, threads))
    return 0


def as_json(rows: list[Row], threads: list[Scaling]) -> str:
    calls = [row._asdict() for row in rows]
    return json.dumps({"calls": calls, "threads": [scaling._asdict() for scaling in threads]}, indent=2)


def as_table(rows: list[Row], threads: list[Scaling]) -> str:
    def times_slower(us: float | None, ours: float) -> str:
        return f"{'-':>16}" if us is None else f"{us:>9.2f} {us / ours:>5.2f}x"

    lines = [f"{'one call, us':<24}{'bytes':>6}{'secpvm':>9}" + "".join(f"{peer:>17}" for peer in PEERS)]
    for row in rows:
        peers = " ".join(times_slower(us, row.secpvm) for us in (row.cryptography, row.pycryptodome))
        lines.append(f"{row.algorithm:<24}{row.bytes:>6}{row.secpvm:>9.2f} {peers}")
    behind = [f"{row.algorithm} {row.bytes}" for row in rows if row.secpvm > row.fastest_peer]
    lines.append(f"a peer is faster in {len(behind)} of {len(rows)}" + (": " + ", ".join(behind) if behind else ""))
    if threads:
        lines.append(f"\n{'1 MiB, MB/s':<24}{'1 thread':>10}{'2 threads':>10}{'ratio':>8}{'blocked':>9}")
    for scaling in threads:
        speeds = f"{scaling.one:>10.0f}{scaling.two:>10.0f}{scaling.two / scaling.one:>8.2f}"
        lines.append(f"{scaling.call:<24}{speeds}{scaling.blocked:>9.1%}")
    return "\n".join(lines)
