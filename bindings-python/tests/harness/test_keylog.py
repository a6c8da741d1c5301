"""Key logs."""

from pathlib import Path

import pytest

import secpvm
from secpvm.harness import FormatError, keylog

from .conftest import CLASSIC_KEY

LINE = "SECPVM_SESSION aes-256-gcm 0 " + bytes(range(32)).hex()


def test_a_line_is_a_session_and_back() -> None:
    (session,) = keylog.parse(f"# a comment\n\n{LINE}\n")
    assert (session.suite, session.epoch) == ("aes-256-gcm", 0)
    assert session.encode() == secpvm.Session.generate(entropy=bytes(range(32))).encode()
    assert keylog.line(session) == LINE


def test_the_same_line_twice_is_one_session_and_another_epoch_another() -> None:
    later = "SECPVM_SESSION 3des-ctr+keyed-md5 4294967295 " + "ab" * 32
    first, second = keylog.parse("\n".join([LINE, LINE, later]))
    assert (second.suite, second.epoch) == ("3des-ctr+keyed-md5", (1 << 32) - 1)
    assert first.epoch == 0


def test_a_session_key_of_1997_stands_alone(tmp_path: Path) -> None:
    log = tmp_path / "keys"
    log.write_text(f"{LINE}\n{bytes(32).hex()}\n{CLASSIC_KEY.hex()}\n")
    assert keylog.read_classic(log) == CLASSIC_KEY
    assert len(keylog.read(log)) == 1
    log.write_text(f"{LINE}\n")
    assert keylog.read_classic(log) is None


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ("SECPVM_SESSION", "line 2 is not SECPVM_SESSION SUITE EPOCH SECRET"),
        (LINE.replace("SECPVM_SESSION", "CLIENT_RANDOM"), "line 2 is not"),
        (LINE.replace("aes-256-gcm", "rot13"), "line 2: .*algorithm"),
        (LINE.replace(" 0 ", " -1 "), "line 2: the epoch"),
        (LINE.replace(" 0 ", " 4294967296 "), "line 2: the epoch"),
        (LINE[:-1], "line 2: the secret"),
        (LINE[:-1] + "g", "line 2: the secret"),
        (LINE + " ", "line 2 is not"),
    ],
)
def test_any_other_line_is_refused_without_being_shown(broken: str, what: str) -> None:
    with pytest.raises(FormatError, match=what) as refusal:
        keylog.parse(f"# keys\n{broken}\n")
    assert "0001020304" not in str(refusal.value)
