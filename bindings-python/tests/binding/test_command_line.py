"""``python -m secpvm`` as a user meets it."""

import json
import subprocess
import sys
from pathlib import Path

VECTORS = Path(__file__).parents[3] / "vectors"
MD5 = VECTORS / "digest/md5-rfc1321.json"


def secpvm(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "secpvm", *map(str, arguments)], capture_output=True, text=True, timeout=300
    )


def one_line(done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == 2 and not done.stdout and done.stderr.count("\n") == 1


def test_kat_tells_of_each_algorithm() -> None:
    done = secpvm("kat", MD5, VECTORS / "padding/padding.json")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[1].split() == ["md5", "7", "passed", "0", "failed"]
    assert lines[-1] == f"{'secpvm (Python)':<32}   267 passed    0 failed"


def test_kat_as_json_and_its_status(tmp_path: Path) -> None:
    wrong = json.loads(MD5.read_text())
    wrong["testGroups"][0]["tests"][2]["digest"] = 32 * "0"
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(wrong))
    done = secpvm("kat", "--json", file)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert (report["passed"], report["failed"]) == (6, 1)
    assert report["failures"][0]["tcId"] == 3
    assert report["algorithms"] == {"md5": {"passed": 6, "failed": 1}}
    assert "wrong.json: md5, test 3: digest is 900150983cd24fb0d6963f7d28e17f72" in secpvm("kat", file).stdout


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    assert one_line(secpvm("kat", tmp_path / "missing.json"))
    assert one_line(secpvm("kat", tmp_path))
    assert one_line(secpvm("kat", Path(__file__)))
    assert one_line(secpvm("bench", "rot13"))
    assert secpvm("kat").returncode == 2
    assert secpvm().returncode == 2
    assert "Traceback" not in secpvm("kat", __file__).stderr


def test_bench_holds_the_peers_to_the_same_result_and_measures() -> None:
    done = secpvm("bench", "--json", "--rounds", "1", "aes-128-cbc", "sha256", "x25519", "chacha20-poly1305")
    assert done.returncode == 0, done.stderr
    calls = json.loads(done.stdout)["calls"]
    assert [(row["algorithm"], row["bytes"]) for row in calls] == [
        ("aes-128-cbc", 64),
        ("aes-128-cbc", 4096),
        ("sha256", 64),
        ("sha256", 4096),
        ("x25519", 32),
        ("chacha20-poly1305", 64),
        ("chacha20-poly1305", 4096),
    ]
    assert all(row[name] > 0 for row in calls for name in ("secpvm", "cryptography", "pycryptodome"))
