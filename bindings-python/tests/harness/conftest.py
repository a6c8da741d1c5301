"""Where this project's own command, programs and captures are."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from .bad_networks import outcomes

__all__ = ["outcomes"]

ROOT = Path(__file__).resolve().parents[3]
CAPTURES = ROOT / "vectors" / "captures"
CLASSIC_KEY = bytes(range(32))


@pytest.fixture(scope="session")
def secpvm_command() -> Path:
    """The command of the built tree."""
    command = ROOT / "target" / "secpvm" / "bin" / "secpvm"
    assert command.exists(), f"{command} is missing: run `cargo xtask build`"
    return command


@pytest.fixture(scope="session")
def pvm_programs(tmp_path_factory: pytest.TempPathFactory) -> Sequence[Path]:
    """The project's own PVM programs, built once."""
    folder = tmp_path_factory.mktemp("programs")
    for name in ("alltoall", "secret", "workload"):
        source = ROOT / "pvm" / "programs" / f"{name}.c"
        subprocess.run(
            ["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-o", folder / name, source, "-lpvm3"],
            check=True,
        )
    return [folder]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What waits longest is asked last."""
    items.sort(key=waits)


def waits(item: pytest.Item) -> bool:
    return "outcomes" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session", autouse=True)
def what_waits_longest_begins(request: pytest.FixtureRequest) -> None:
    if any(waits(item) for item in request.session.items):
        request.getfixturevalue("outcomes")
