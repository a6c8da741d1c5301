"""docs/guide-python.md: each of its blocks is run, in order, and prints what it shows."""

import contextlib
import io
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import ROOT

GUIDE = ROOT / "docs" / "guide-python.md"
BLOCK = re.compile(r"^```(python|text|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run_python(code: str, names: dict[str, Any]) -> str:
    """What a block prints, with the names that the blocks before have made."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, str(GUIDE), "exec"), names)
    return said.getvalue()


def run_test(code: str) -> None:
    """A block that is a test is given to pytest, in a folder of its own."""
    Path("test_block.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_block.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "1 passed" in done.stdout, done.stdout + done.stderr


def run_console(text: str) -> str:
    """What commands print, behind the prompt of each."""
    out = ""
    for command in re.findall(r"^\$ (.*)$", text, re.MULTILINE):
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
        assert done.stderr == "", done.stderr
        out += f"$ {command}\n{done.stdout}"
    return out


def test_each_block_does_what_it_shows(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, secpvm_command: Path
) -> None:
    (tmp_path / "vectors").symlink_to(ROOT / "vectors")
    monkeypatch.chdir(tmp_path)
    own = [str(Path(sys.executable).parent), str(secpvm_command.parent), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(own))
    names: dict[str, Any] = {"__name__": "guide"}
    said, kinds = "", []
    for kind, text in BLOCK.findall(GUIDE.read_text()):
        kinds.append(kind)
        if kind == "text":
            assert text == said
        elif kind == "console":
            assert text == run_console(text)
        elif "def test_" in text:
            run_test(text)
        else:
            said = run_python(text, names)
    assert (kinds.count("python"), kinds.count("text"), kinds.count("console")) == (6, 5, 1)
