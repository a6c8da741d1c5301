"""Real daemons of classic-1997: what they send is what an implementation that is not ours makes of it."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from secpvm import ClassicOpener
from secpvm.harness import Verdict, keylog
from secpvm.harness.pytest_plugin import DecodeCapture, MachineFactory

from .conftest import CAPTURES, ROOT

EXCHANGE = ["DM_MASTER_PUBKEY", "DM_SLAVE_PUBKEY", "DM_SESSKEY", "DM_SESSKEYACK"]
CONFIGURATION = ["DM_SLCONF", "DM_HTUPD", "DM_HTUPDACK", "DM_HTCOMMIT"]


def generator() -> ModuleType:
    """vectors/classic_1997/generate.py: OpenSSL's ciphers, and Python's MD5."""
    spec = importlib.util.spec_from_file_location("generate", ROOT / "vectors" / "classic_1997" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("protection", ["md5", "idea", "des", "3des", "rc4"])
def test_daemons_send_what_another_implementation_seals(
    protection: str, virtual_machine: MachineFactory, decode_capture: DecodeCapture, tmp_path: Path
) -> None:
    keys, capture = tmp_path / "keys", tmp_path / "c.pcap"
    machine = virtual_machine(2, f"classic-1997 {protection}", capture=capture, keylog=keys)
    assert machine.run("secret", "a string to look for").stdout == "A STRING TO LOOK FOR\n"
    machine.run("workload", "-n", "5")
    machine.halt()
    machine.close()
    decoded = decode_capture(capture, keys)
    assert {one.verdict for one in decoded[:4]} == {Verdict.PLAIN_TEXT}
    assert {one.verdict for one in decoded[4:]} == {Verdict.AUTHENTIC}
    assert {one.profile for one in decoded} == {"classic-1997"}
    assert b"a string to look for" in b"".join(one.pvm.data for one in decoded if one.pvm)

    key = keylog.read_classic(keys)
    assert key is not None
    seal, opener = generator().seal, ClassicOpener(key, "authenticated")
    for one in decoded[4:]:
        assert one.pvm is not None
        head, data = one.pvm.header, opener.open(one.datagram.payload).data
        again = seal(protection, key, head.dst, head.src, head.seq, head.ack, int(head.flags), data)
        assert one.datagram.payload == again


def test_the_capture_of_real_daemons_shows_the_time_line_of_the_report(decode_capture: DecodeCapture) -> None:
    path = CAPTURES / "classic-1997-daemons.pcap"
    decoded = decode_capture(path, path.with_suffix(".keys"))
    names = [one.pvm.message.name for one in decoded if one.pvm and one.pvm.message]
    assert names[:8] == EXCHANGE + CONFIGURATION
    assert b"the eagle lands at midnight" in b"".join(one.pvm.data for one in decoded if one.pvm)
