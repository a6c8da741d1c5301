"""Results beside those of hashlib, hmac, cryptography and pycryptodome, on inputs that hypothesis chooses."""

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given, settings
from hypothesis import strategies as st

import secpvm
from secpvm.bench import peers

data = st.binary(max_size=5_000)
# No key that hypothesis likes, all zeros and the like: for triple DES some of those are refused by a peer.
keys = st.integers(0, 2**64 - 1).map(lambda seed: hashlib.shake_128(seed.to_bytes(8, "big")).digest(64))
CIPHERS = [a for a in secpvm.algorithms() if a.kind in ("block cipher mode", "stream cipher")]
AEADS = [a.name for a in secpvm.algorithms() if a.kind == "aead"]
DIGESTS = ["md5", "sha1", "sha256"]


def sized(algorithm: secpvm.Algorithm, key: bytes) -> bytes:
    """A key of a length that the peers have too."""
    return (
        key[:16] if algorithm.name == "rc4" or algorithm.name.startswith("blowfish") else key[: algorithm.key_len[-1]]
    )


@pytest.mark.filterwarnings("ignore:Two-key TripleDES")
@given(st.sampled_from(CIPHERS), keys, st.binary(min_size=16, max_size=16), data)
@settings(max_examples=400, deadline=None)
def test_ciphers(algorithm: secpvm.Algorithm, key: bytes, iv: bytes, message: bytes) -> None:
    key, iv = sized(algorithm, key), iv[: algorithm.iv_len]
    if algorithm.name.endswith(("ecb", "cbc")):
        message += bytes(-len(message) % algorithm.block_len)
    if algorithm.name == "chacha20":
        iv = b"\0\0" + iv[2:]  # No peer stops where the counter ends.
    made = secpvm.encrypt(algorithm.name, key, iv, message)
    for name, peer in peers.cipher(algorithm.name, key, iv).items():
        assert made == peer(message), name
    assert secpvm.decrypt(algorithm.name, key, iv, made) == message


@given(st.sampled_from(CIPHERS), keys, st.binary(min_size=16, max_size=16), data, st.lists(st.integers(0, 5_000)))
@settings(max_examples=300, deadline=None)
def test_pieces_make_no_difference(
    algorithm: secpvm.Algorithm, key: bytes, iv: bytes, message: bytes, cuts: list[int]
) -> None:
    key, iv = sized(algorithm, key), (b"\0\0" + iv)[: algorithm.iv_len]
    padding = "pkcs7" if algorithm.name.endswith(("ecb", "cbc")) else "none"
    whole = secpvm.encrypt(algorithm.name, key, iv, message, padding)
    encryptor = secpvm.Encryptor(algorithm.name, key, iv, padding)
    decryptor = secpvm.Decryptor(algorithm.name, key, iv, padding)
    assert pieces(encryptor, message, cuts) == whole
    assert pieces(decryptor, whole, cuts) == message


def pieces(way: secpvm.Encryptor | secpvm.Decryptor, message: bytes, cuts: list[int]) -> bytes:
    ends = sorted({min(cut, len(message)) for cut in cuts} | {len(message)})
    out, start = b"", 0
    for number, end in enumerate(ends):
        if number % 2:
            room = bytearray(end - start + 16)
            out += room[: way.update_into(message[start:end], room)]
        else:
            out += way.update(message[start:end])
        start = end
    return out + way.finalize()


@given(st.sampled_from(AEADS), keys, st.binary(min_size=12, max_size=12), data)
@settings(max_examples=200, deadline=None)
def test_aeads(name: str, key: bytes, nonce: bytes, message: bytes) -> None:
    key = key[: 16 if "128" in name else 32]
    made = secpvm.seal(name, key, nonce, message, b"header")
    for peer, call in peers.aead(name, key, nonce).items():
        assert made == call(message), peer
    assert secpvm.Aead(name, key).seal(nonce, message, b"header") == made
    assert secpvm.Aead(name, key).open(nonce, made, b"header") == message


@given(st.sampled_from(AEADS), keys, st.binary(max_size=300), st.data())
@settings(max_examples=200, deadline=None)
def test_no_altered_message_is_opened(name: str, key: bytes, message: bytes, choice: st.DataObject) -> None:
    key = key[: 16 if "128" in name else 32]
    sealed = bytearray(secpvm.seal(name, key, bytes(12), message))
    at, bit = choice.draw(st.integers(0, len(sealed) - 1)), choice.draw(st.integers(0, 7))
    sealed[at] ^= 1 << bit
    try:
        secpvm.open(name, key, bytes(12), sealed)
    except secpvm.Forged:
        return
    raise AssertionError("opened")


@given(st.sampled_from(DIGESTS), data, data)
@settings(max_examples=200, deadline=None)
def test_digests(name: str, first: bytes, second: bytes) -> None:
    theirs, ours = hashlib.new(name, first), secpvm.new(name, first)
    assert isinstance(ours, secpvm.Digest)
    assert ours.digest() == secpvm.digest(name, first) == theirs.digest()
    fork = ours.copy()
    ours.update(second)
    theirs.update(second)
    assert (ours.digest(), ours.hexdigest()) == (theirs.digest(), theirs.hexdigest())
    assert fork.digest() == hashlib.new(name, first).digest()
    assert (ours.digest_size, ours.block_size, ours.name) == (theirs.digest_size, theirs.block_size, theirs.name)


@given(st.sampled_from(DIGESTS), st.binary(max_size=200), data, data)
@settings(max_examples=200, deadline=None)
def test_hmacs(name: str, key: bytes, first: bytes, second: bytes) -> None:
    theirs = hmac.new(key, first + second, name)
    assert secpvm.mac("hmac-" + name, key, first + second) == theirs.digest()
    ours = secpvm.new("hmac-" + name, first, key=key)
    ours.update(second)
    assert (ours.hexdigest(), ours.digest()) == (theirs.hexdigest(), theirs.digest())
    assert (ours.digest_size, ours.block_size) == (theirs.digest_size, theirs.block_size)
    secpvm.verify("hmac-" + name, key, first + second, theirs.digest())


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
@settings(max_examples=50, deadline=None)
def test_x25519(one: bytes, other: bytes) -> None:
    public = X25519PrivateKey.from_private_bytes(other).public_key().public_bytes_raw()
    assert secpvm.x25519(other, b"\x09" + bytes(31)) == public == secpvm.Agreement("x25519", other).public_value()
    theirs = peers.x25519(one, public)["cryptography"]()
    assert secpvm.x25519(one, public) == theirs == secpvm.Agreement("x25519", one).agree(public)


@given(st.binary(max_size=100), st.binary(max_size=100), st.binary(max_size=100), st.integers(1, 8160))
@settings(max_examples=50, deadline=None)
def test_hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> None:
    theirs = HKDF(hashes.SHA256(), length, salt, info).derive(secret)
    assert secpvm.derive("hkdf-sha256", salt, secret, info, length) == theirs
