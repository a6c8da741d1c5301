"""What an object holds is gone from memory when the object is: looked for from another process."""

import subprocess
import sys

import pytest

# The secret never stands in the child's memory but where the object has it: it comes byte by byte into a bytearray,
# which is cleared once the object is made.
CHILD = """
import os, sys, secpvm
masked, secret = os.urandom(40), bytearray(40)
for at in range(32):
    secret[at] = masked[at] ^ 0x5a
secret[37] = 1  # As an encoded session: epoch 0, suite 1.
holder = {holder}
for at in range(40):
    secret[at] = 0
print(masked[:32].hex(), flush=True)
sys.stdin.readline()
del holder
print("gone", flush=True)
sys.stdin.readline()
"""
HOLDERS = [
    "secpvm.Session.decode(secret)",
    "secpvm.Sealer(secpvm.Session.generate(), 1), secpvm.ClassicSealer(memoryview(secret)[:32], '3des')",
    "secpvm.ClassicOpener(memoryview(secret)[:32], 'plain')",
    "secpvm.Agreement('x25519', memoryview(secret)[:32])",
    "secpvm.Encryptor('rc4', secret, b''), secpvm.Session.decode(secret)",
    "secpvm.Handshake.nn_psk0('initiator', 'AESGCM', b'', memoryview(secret)[:32])",
    "secpvm.Join.initiator(secpvm.Session.decode(secret), b'')",
    "secpvm.Exchange.master(memoryview(secret)[:32])",
    "secpvm.Leader(secpvm.Session.generate(), 1, 0, root=memoryview(secret)[:32])",
]


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_secret_goes_with_its_object(holder: str) -> None:
    command = [sys.executable, "-c", CHILD.format(holder=holder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdin and child.stdout
        masked = bytes.fromhex(child.stdout.readline())
        secret = bytes(byte ^ 0x5A for byte in masked)
        assert occurrences(child.pid, secret) > 0
        print(file=child.stdin, flush=True)
        assert child.stdout.readline() == "gone\n"
        assert occurrences(child.pid, secret) == 0
        print(file=child.stdin, flush=True)


def occurrences(process: int, needle: bytes) -> int:
    """In all writable memory but the stack, where Rust's moves leave copies until other calls write there."""
    found = 0
    with open(f"/proc/{process}/maps") as maps, open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for line in maps:
            where, permissions, *rest = line.split()
            if permissions.startswith("rw") and rest[-1] != "[stack]":
                start, end = (int(address, 16) for address in where.split("-"))
                memory.seek(start)
                found += memory.read(end - start).count(needle)
    return found
