"""``python -m secpvm kat``: known answers, and what came of them."""

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import asdict, dataclass
from pathlib import Path

from secpvm.kat import Case, Disagreement, NotVectors, check, read


@dataclass
class Tally:
    passed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"{self.passed:>5} passed {self.failed:>4} failed"


@dataclass
class Failure:
    file: str
    tcId: int
    algorithm: str
    reason: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", metavar="FILE", nargs="+", type=Path, help="known answers, in the schema of vectors/README.md"
    )
    parser.add_argument("--json", action="store_true", help="report as JSON")


def run(arguments: argparse.Namespace) -> int:
    try:
        cases = [case for file in arguments.files for case in read(file)]
    except OSError as error:
        print(f"secpvm kat: cannot read {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    except NotVectors as error:
        print(f"secpvm kat: {error}", file=sys.stderr)
        return 2
    failures: list[Failure] = []
    tallies: dict[str, Tally] = defaultdict(Tally)
    for number, case in enumerate(cases):
        show_progress(number, len(cases), case)
        try:
            check(case)
            tallies[case.algorithm].passed += 1
        except Disagreement as disagreement:
            tallies[case.algorithm].failed += 1
            failures.append(Failure(case.path, case.number, case.algorithm, str(disagreement)))
    if sys.stderr.isatty():
        print(f"\r{'':60}\r", end="", file=sys.stderr)
    report(tallies, failures, arguments.json)
    return 1 if failures else 0


def show_progress(number: int, total: int, case: Case) -> None:
    if number % 64 == 0 and sys.stderr.isatty():
        print(f"\r{number}/{total} {case.algorithm:<40}", end="", file=sys.stderr, flush=True)


def report(tallies: dict[str, Tally], failures: list[Failure], as_json: bool) -> None:
    total = Tally(sum(tally.passed for tally in tallies.values()), len(failures))
    rows = dict(sorted(tallies.items()))
    if as_json:
        algorithms = {name: asdict(tally) for name, tally in rows.items()}
        found = [asdict(failure) for failure in failures]
        print(
            json.dumps(
                {"implementation": "secpvm (Python)", **asdict(total), "algorithms": algorithms, "failures": found},
                indent=2,
            )
        )
        return
    for failure in failures:
        print(f"{failure.file}: {failure.algorithm}, test {failure.tcId}: {failure.reason}")
    for name, tally in rows.items():
        print(f"{name:<32} {tally}")
    print(f"{'secpvm (Python)':<32} {total}")
