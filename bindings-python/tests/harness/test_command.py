"""``python -m secpvm decode``."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from .conftest import CAPTURES, CLASSIC_KEY


def decode(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "secpvm", "decode", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_table() -> None:
    done = decode(CAPTURES / "aes-256-gcm.pcap", "--keylog", CAPTURES / "aes-256-gcm.keys")
    assert (done.returncode, done.stderr) == (0, "")
    *lines, last = done.stdout.splitlines()
    assert last.startswith(f"{len(lines)} datagrams, ") and "4 forged, 4 replayed, 3 stale" in last
    assert lines[0].endswith("authentic    pvmd1 > pvmd2, seq 1 ack 0, SOM|EOM|DAT, DM_SLCONF, 0 bytes")
    assert any("plain text   pvmd1 > pvmd2, seq 0 ack 0, FIN|ACK, 0 bytes" in line for line in lines)
    assert any("unknown key  aes-256-gcm, epoch 7, sender 0001" in line for line in lines)


def test_json() -> None:
    done = decode(CAPTURES / "classic-1997.pcap", "--classic-key", CLASSIC_KEY.hex(), "--json")
    document = json.loads(done.stdout)
    expected = json.loads((CAPTURES / "expected" / "classic-1997.json").read_text())["verdicts"]
    assert document["verdicts"] == expected
    assert Counter(one["verdict"] for one in document["datagrams"]) == expected
    texts = [bytes.fromhex(one.get("data", "")) for one in document["datagrams"]]
    assert any(b"THE EAGLE LANDS AT MIDNIGHT" in text for text in texts)


def test_json_has_the_record_and_the_message() -> None:
    done = decode(CAPTURES / "3des-ctr.pcap", "--keylog", CAPTURES / "3des-ctr.keys", "--json")
    first = json.loads(done.stdout)["datagrams"][0]
    assert first["record"]["suite"] == "3des-ctr+keyed-md5" and first["record"]["receiver"] == 2
    assert first["message"]["name"] == "DM_SLCONF" and first["pvm"]["flags"] == "SOM|EOM|DAT"


@pytest.mark.parametrize(
    ("content", "options", "what"),
    [
        (None, [], "No such file"),
        (b"", [], "neither a pcap nor a pcapng file"),
        (b"\xa1\xb2\xc3\xd4 and no more", [], "cut off"),
        (bytes(100), [], "neither"),
        (b"\xa1\xb2\xc3\xd4", ["--classic-key", "12"], "32"),
        (b"\xa1\xb2\xc3\xd4", ["--classic-key", "xy"], "hexadecimal"),
        (b"\xa1\xb2\xc3\xd4", ["--keylog", "/etc/hostname"], "line 1 is not SECPVM_SESSION"),
        (b"\xa1\xb2\xc3\xd4", ["--keylog", "/dev/null/no"], "Not a directory"),
    ],
)
def test_what_is_broken_is_one_line(tmp_path: Path, content: bytes | None, options: list[str], what: str) -> None:
    path = tmp_path / "broken.pcap"
    if content is not None:
        path.write_bytes(content)
    done = decode(path, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("secpvm decode: ") and what in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    command = f"{sys.executable} -m secpvm decode {CAPTURES / 'plain.pcap'} | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.stdout.count("\n"), done.stderr) == (1, "")
