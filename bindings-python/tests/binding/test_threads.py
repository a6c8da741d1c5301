"""Several threads, and the end of the interpreter."""

import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

import secpvm

KEY = bytes(range(32))
DATA = bytes(range(256)) * 64


def together(work: Callable[[int], object], threads: int = 8) -> list[object]:
    """What ``work`` gives in threads that start at the same time."""
    start = threading.Barrier(threads)

    def run(number: int) -> object:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def test_one_sealer_never_gives_a_packet_number_twice() -> None:
    sealer = secpvm.Sealer(secpvm.Session.generate(), 1)
    lengths = (10, 5_000)
    records = together(lambda number: [sealer.seal(DATA[: lengths[number % 2]]) for _ in range(200)])
    numbers = [secpvm.PacketHeader.parse(record).packet_number for some in records for record in some]  # type: ignore[attr-defined]
    assert sorted(numbers) == list(range(1_600))
    assert (sealer.packets, sealer.bytes) == (1_600, 800 * 10 + 800 * 5_000)


def test_one_opener_opens_every_record_once() -> None:
    session = secpvm.Session.generate()
    sealer, opener = secpvm.Sealer(session, 1), secpvm.Opener(session)
    records = [sealer.seal(DATA[:length]) for length in (1, 5_000) * 100]

    def opened(_: int) -> int:
        count = 0
        for record in records:
            try:
                opener.open(record)
                count += 1
            except secpvm.Replayed:
                pass
        return count

    assert sum(together(opened)) == len(records)  # type: ignore[arg-type]


def test_objects_in_pieces_lose_nothing() -> None:
    digest, mac = secpvm.Digest("sha256"), secpvm.Mac("hmac-sha256", KEY)
    piece = bytes(4_096)

    def update(_: int) -> None:
        for _ in range(50):
            digest.update(piece)
            mac.update(piece)

    together(update)
    assert digest.digest() == secpvm.digest("sha256", piece * 400)
    assert mac.digest() == secpvm.mac("hmac-sha256", KEY, piece * 400)


def test_others_run_while_a_long_call_does() -> None:
    data, ticks, done = bytes(8 << 20), [0], threading.Event()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1_000)  # Nobody is made to let go of the interpreter.

    def tick() -> None:
        while not done.is_set():
            ticks[0] += 1
            done.wait(0.0005)

    ticker = threading.Thread(target=tick)
    ticker.start()
    try:
        for call in (
            lambda: secpvm.encrypt("3des-cbc", KEY[:24], KEY[:8], data),
            lambda: secpvm.digest("md5", bytearray(data)),
            lambda: secpvm.mac("keyed-sha1", KEY, memoryview(data)),
            lambda: secpvm.encrypt_in_place("rc4", KEY, b"", bytearray(data)),
            lambda: secpvm.seal("chacha20-poly1305", KEY, KEY[:12], data),
        ):
            seen = ticks[0]
            call()
            assert ticks[0] > seen
    finally:
        done.set()
        sys.setswitchinterval(before)
        ticker.join()


def test_a_buffer_that_others_write_gives_some_result_and_no_crash() -> None:
    buffer, done = bytearray(DATA), threading.Event()

    def write() -> None:
        while not done.is_set():
            buffer[:] = bytes(len(buffer))
            buffer[:] = DATA

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(300):
            assert len(secpvm.digest("sha256", buffer)) == 32
            sealed = secpvm.seal("aes-256-gcm", KEY, KEY[:12], buffer, buffer)
            assert len(sealed) == len(DATA) + 16
            # What was sealed is one state of the buffer, whatever it is by now.
            secpvm.encrypt_in_place("aes-256-ctr", KEY, KEY[:16], buffer)
    finally:
        done.set()
        writer.join()


def test_a_buffer_cannot_shrink_under_a_call() -> None:
    buffer, refused = bytearray(8 << 20), []

    def work() -> None:
        secpvm.encrypt_in_place("3des-cbc", KEY[:24], KEY[:8], buffer)

    worker = threading.Thread(target=work)
    worker.start()
    while worker.is_alive():
        try:
            buffer.pop()
            buffer.append(0)
        except BufferError:
            refused.append(True)
        worker.join(0.001)
    assert refused


EXIT = """
import sys, threading, secpvm
session = secpvm.Session.generate()
alive = [session, secpvm.Sealer(session, 1), secpvm.Opener(session), secpvm.Digest("md5", b"x"),
         secpvm.Mac("hmac-md5", b"k"), secpvm.Encryptor("aes-128-cbc", bytes(16), bytes(16)),
         secpvm.Aead("aes-128-gcm", bytes(16)), secpvm.Leader(session, 1, 0), secpvm.Join.responder(b""),
         secpvm.Handshake.xx("initiator", "AESGCM", b"", bytes(32)), secpvm.Exchange.slave(),
         secpvm.algorithms(), secpvm.Forged("x")]
class Last:
    def __init__(self):
        self.seal, self.sealer = secpvm.seal, alive[1]
    def __del__(self):
        self.seal("aes-128-gcm", bytes(16), bytes(12), bytes(5000))
        self.sealer.seal(bytes(5000))
sys.modules["kept"] = Last()
alive.append(alive)
data = bytes(64 << 20)
for number in range(2):
    threading.Thread(target=lambda: secpvm.digest("md5", data), daemon=True).start()
threading.Event().wait(0.05)
"""


@pytest.mark.parametrize("end", ["", "sys.exit(0)", "raise SystemExit"])
def test_the_interpreter_ends_with_live_objects_and_running_calls(end: str) -> None:
    done = subprocess.run([sys.executable, "-c", EXIT + end], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
