"""Any contiguous buffer is taken, in and out; no other one is."""

import array
import mmap
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy
import pytest

import secpvm

KEY, IV = bytes(range(16)), bytes(range(16, 32))
# Below, at and above the length from which other threads run meanwhile.
LENGTHS = [0, 1, 15, 16, 2047, 2048, 2049, 4096, 70_000]


def mapped(data: bytes) -> mmap.mmap:
    memory = mmap.mmap(-1, max(1, len(data)))
    memory[: len(data)] = data
    return memory


READABLE: dict[str, Callable[[bytes], Any]] = {
    "bytes": bytes,
    "bytearray": bytearray,
    "memoryview": memoryview,
    "view of a bytearray": lambda data: memoryview(b"x" + bytearray(data) + b"y")[1:-1],
    "array": lambda data: array.array("B", data),
    "numpy": lambda data: numpy.frombuffer(data, numpy.uint8),
    "numpy, 2 dimensions": lambda data: numpy.frombuffer(data, numpy.uint8).reshape(1, -1),
}
WRITABLE: dict[str, Callable[[bytes], Any]] = {
    "bytearray": bytearray,
    "view of a bytearray": lambda data: memoryview(bytearray(data)),
    "array": lambda data: array.array("B", data),
    "numpy": lambda data: numpy.frombuffer(data, numpy.uint8).copy(),
}


@pytest.mark.parametrize("kind", READABLE)
@pytest.mark.parametrize("length", LENGTHS)
def test_every_readable_buffer(kind: str, length: int) -> None:
    data = bytes(i * 7 & 255 for i in range(length))
    made = READABLE[kind]
    given, key, iv, aad = (made(some) for some in (data, KEY, IV, b"header"))
    assert secpvm.digest("sha256", given) == secpvm.digest("sha256", data)
    assert secpvm.mac("hmac-sha1", key, given) == secpvm.mac("hmac-sha1", KEY, data)
    ciphertext = secpvm.encrypt("aes-128-ctr", key, iv, given)
    assert ciphertext == secpvm.encrypt("aes-128-ctr", KEY, IV, data)
    assert secpvm.decrypt("aes-128-ctr", key, iv, made(ciphertext)) == data
    padded = secpvm.encrypt("aes-128-cbc", key, iv, given, "pkcs7")
    assert secpvm.decrypt("aes-128-cbc", key, iv, made(padded), "pkcs7") == data
    sealed = secpvm.seal("aes-128-gcm", key, made(IV[:12]), given, aad)
    assert sealed == secpvm.seal("aes-128-gcm", KEY, IV[:12], data, b"header")
    assert secpvm.open("aes-128-gcm", key, made(IV[:12]), made(sealed), aad) == data
    for split in (secpvm.Encryptor("aes-128-cbc", KEY, IV, "pkcs7"), secpvm.Encryptor("aes-128-cfb", KEY, IV)):
        assert len(split.update(given) + split.finalize()) >= length
    if length < 60_000:
        session = secpvm.Session.decode(KEY + KEY + bytes(5) + b"\1" + bytes(2))
        record = secpvm.Sealer(session, 1).seal(given, made(b"to"))
        assert secpvm.Opener(session).open(made(record), made(b"to")).plaintext == data


@pytest.mark.parametrize("kind", WRITABLE)
@pytest.mark.parametrize("length", LENGTHS)
def test_every_writable_buffer(kind: str, length: int) -> None:
    data = bytes(i * 5 & 255 for i in range(length))
    buffer = WRITABLE[kind](data)
    secpvm.encrypt_in_place("aes-128-ctr", KEY, IV, buffer)
    assert bytes(buffer) == secpvm.encrypt("aes-128-ctr", KEY, IV, data)
    secpvm.decrypt_in_place("aes-128-ctr", KEY, IV, buffer)
    tag = secpvm.seal_in_place("chacha20-poly1305", KEY + KEY, IV[:12], buffer, b"header")
    assert bytes(buffer) + tag == secpvm.seal("chacha20-poly1305", KEY + KEY, IV[:12], data, b"header")
    secpvm.open_in_place("chacha20-poly1305", KEY + KEY, IV[:12], buffer, tag, b"header")
    assert bytes(buffer) == data
    assert secpvm.Encryptor("aes-128-ofb", KEY, IV).update_into(buffer, buffer) == length
    assert bytes(buffer) == secpvm.encrypt("aes-128-ofb", KEY, IV, data)


@pytest.mark.parametrize("length", [40, 5_000])
def test_an_mmap_in_and_out(length: int) -> None:
    data = bytes(range(20)) * (length // 20)
    memory = mapped(data)
    assert secpvm.digest("md5", memory) == secpvm.digest("md5", data)
    secpvm.encrypt_in_place("rc4", KEY, b"", memory)
    assert memory[:] == secpvm.encrypt("rc4", KEY, b"", data)


@pytest.mark.parametrize("length", [16, 5_008])
@pytest.mark.parametrize("shift", [-3, 0, 3])
@pytest.mark.parametrize("name", ["aes-128-ctr", "aes-128-cbc"])
def test_update_into_may_overlap(length: int, shift: int, name: str) -> None:
    memory = bytearray(range(256)) * ((length + 16) // 256 + 1)
    data, out = memoryview(memory)[3 : 3 + length], memoryview(memory)[3 + shift : 3 + shift + length]
    expected = secpvm.encrypt(name, KEY, IV, data)
    assert secpvm.Encryptor(name, KEY, IV).update_into(data, out) == length
    assert out == expected


def test_aad_may_be_the_buffer_itself() -> None:
    for length in (16, 5_000):
        buffer = bytearray(length)
        tag = secpvm.seal_in_place("aes-128-gcm", KEY, IV[:12], buffer, buffer)
        assert bytes(buffer) + tag == secpvm.seal("aes-128-gcm", KEY, IV[:12], bytes(length), bytes(length))


def unusable() -> Iterator[object]:
    yield memoryview(bytes(32))[::2]
    yield numpy.zeros((16, 16), numpy.uint8)[:, :8]
    yield numpy.zeros(16, numpy.uint8)[::-1]
    released = memoryview(bytearray(16))
    released.release()
    yield released


@pytest.mark.parametrize("buffer", [*unusable()])
def test_other_buffers_are_refused(buffer: bytearray) -> None:
    for call in (
        lambda: secpvm.digest("md5", buffer),
        lambda: secpvm.encrypt("aes-128-ecb", buffer, b"", b""),
        lambda: secpvm.encrypt_in_place("aes-128-ctr", KEY, IV, buffer),
    ):
        with pytest.raises(secpvm.UnusableBuffer):
            call()


@pytest.mark.parametrize("buffer", [bytes(16), memoryview(bytes(16)), numpy.frombuffer(bytes(16), numpy.uint8)])
def test_read_only_memory_is_not_written(buffer: bytearray) -> None:
    with pytest.raises(secpvm.UnusableBuffer):
        secpvm.encrypt_in_place("aes-128-ctr", KEY, IV, buffer)
    assert bytes(buffer) == bytes(16)


def test_a_buffer_cannot_be_resized_while_it_is_used_and_can_be_afterwards() -> None:
    buffer = bytearray(5_000)
    secpvm.encrypt_in_place("aes-128-ctr", KEY, IV, buffer)
    buffer.clear()
    assert secpvm.digest("md5", buffer) == secpvm.digest("md5", b"")


@pytest.mark.parametrize("length", [16, 5_008])
def test_a_refused_call_leaves_the_buffer(length: int) -> None:
    buffer = bytearray(range(256)) * (length // 256 + 1)
    before = bytes(buffer)
    for call in (
        lambda: secpvm.open_in_place("aes-128-gcm", KEY, IV[:12], buffer, bytes(16)),
        lambda: secpvm.encrypt_in_place("aes-128-cbc", KEY, IV, memoryview(buffer)[:-1]),
        lambda: secpvm.Sealer(secpvm.Session.generate(), 1).seal_in_place(buffer, len(buffer)),
        lambda: secpvm.Encryptor("aes-128-ctr", KEY, IV).update_into(buffer + b"x", buffer),
    ):
        with pytest.raises(secpvm.Error):
            call()
        assert buffer == before


# 1 GiB that nobody has written takes no memory; a copy of it does not fit below the limit.
NO_ROOM = """
import mmap, resource, secpvm
large, key, iv = mmap.mmap(-1, 1 << 30), bytes(16), bytes(16)
resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))
for call in (
    lambda: secpvm.encrypt("aes-128-ctr", key, iv, large),
    lambda: secpvm.encrypt_in_place("aes-128-ctr", key, iv, large),
    lambda: secpvm.seal("aes-128-gcm", key, iv[:12], b"", large),
    lambda: secpvm.seal_in_place("aes-128-gcm", key, iv[:12], bytearray(4), large),
    lambda: secpvm.Encryptor("aes-128-cbc", key, iv).update(large),
    lambda: secpvm.Encryptor("aes-128-ctr", key, iv).update_into(large, large),
    lambda: secpvm.derive("hkdf-sha256", b"", large, b"", 1),
):
    try:
        call()
    except MemoryError:
        print("MemoryError")
"""


def test_no_room_for_a_copy_is_a_memory_error() -> None:
    done = subprocess.run([sys.executable, "-c", NO_ROOM], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "MemoryError\n" * 7, "")


# Objects with tables, and results that are cut out of others: 64 MiB more than there is already.
NO_ROOM_FOR_MORE = """
import mmap, resource, secpvm
session, large = secpvm.Session.generate(), mmap.mmap(-1, 1 << 26)
padded = secpvm.encrypt("aes-128-ecb", bytes(16), b"", memoryview(large)[: 40 << 20], "pkcs7")
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (1 << 26), used + (1 << 26)))
for call in (
    lambda: secpvm.Opener(session, 65_536),
    lambda: secpvm.Leader(session, 1, 0, peers_max=65_536),
    lambda: secpvm.Member(bytes(40), session, 1, 0, peers_max=65_536),
    lambda: secpvm.unpad("none", large, 1),
    lambda: secpvm.decrypt("aes-128-ecb", bytes(16), b"", padded, "pkcs7"),
):
    try:
        call()
    except MemoryError:
        print("MemoryError")
"""


def test_no_room_for_a_table_or_a_result_is_a_memory_error() -> None:
    done = subprocess.run([sys.executable, "-c", NO_ROOM_FOR_MORE], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "MemoryError\n" * 5, "")
