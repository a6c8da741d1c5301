#!/usr/bin/env python3
"""Reads transcripts.json with implementations that share no code with generate.py or with this project:
pycryptodome, libgcrypt for IDEA, and X25519 by definition. It plays the receiving side: what an opener, a joining host or a
group member makes of each message. Exit status 1 on any disagreement.
"""

import ctypes
import json
import pathlib
import sys

from Crypto.Cipher import AES, ARC4, DES, DES3, ChaCha20_Poly1305
from Crypto.Hash import HMAC, MD5, SHA256


class Rejected(Exception):
    """The verdict on a message."""


def hmac(key, data):
    return HMAC.new(key, data, SHA256).digest()


def expand(secret, *info):
    """RFC 5869 section 2.3, 64 bytes."""
    info = b"".join(info)
    first = hmac(secret, info + b"\1")
    return first + hmac(secret, first + info + b"\2")


def big(number, length):
    return number.to_bytes(length, "big")


def unseal(aead, nonce, associated, ciphertext, tag):
    module = AES.new(aead[1], AES.MODE_GCM, nonce=nonce) if aead[0] == "aes" else \
        ChaCha20_Poly1305.new(key=aead[1], nonce=nonce)
    module.update(associated)
    try:
        return module.decrypt_and_verify(ciphertext, tag)
    except ValueError:
        raise Rejected("forged") from None


def idea_ctr(key, counter, data):
    gcrypt, handle = ctypes.CDLL("libgcrypt.so.20"), ctypes.c_void_p()
    gcrypt.gcry_check_version(None)
    idea, ctr, out = 1, 6, ctypes.create_string_buffer(data, len(data) or 1)
    assert gcrypt.gcry_cipher_open(ctypes.byref(handle), idea, ctr, 0) == 0
    gcrypt.gcry_cipher_setkey(handle, key, ctypes.c_size_t(16))
    gcrypt.gcry_cipher_setctr(handle, counter, ctypes.c_size_t(8))
    gcrypt.gcry_cipher_encrypt(handle, out, ctypes.c_size_t(len(data)), None, ctypes.c_size_t(0))
    gcrypt.gcry_cipher_close(handle)
    return out.raw[:len(data)]


def block_ctr(module):
    return lambda key, counter, data: module.new(key, module.MODE_CTR, nonce=b"",
                                                 initial_value=counter).encrypt(data)


AEADS = {b"\0\1": "aes", b"\0\2": "chacha"}
BLOCKS = {b"\1\1": (24, block_ctr(DES3)), b"\1\2": (16, idea_ctr), b"\1\3": (8, block_ctr(DES))}
RC4, HMAC_SHA256, KEYED_MD5 = b"\1\4", b"\0\x11", b"\1\x11"
SUITES = [*AEADS, *BLOCKS, RC4, HMAC_SHA256, KEYED_MD5]


class Opener:
    """By the book: sets of numbers instead of a window of bits."""

    def __init__(self, session):
        self.current, self.other = session, None
        self.taken = {}

    def epoch_of(self, session):
        return session and int.from_bytes(session[32:36], "big")

    def open(self, record, receiver):
        if not 40 <= len(record) <= 65_507 or record[:2] != b"\x73\1":
            raise Rejected("malformed")
        suite, number = record[2:4], int.from_bytes(record[16:24], "big")
        if suite not in SUITES or number == 2**64 - 1:
            raise Rejected("malformed")
        sessions = {self.epoch_of(made): made for made in (self.other, self.current) if made}
        session = sessions.get(int.from_bytes(record[4:8], "big"))
        if session is None:
            raise Rejected("stale")
        if session[36:38] != suite:
            raise Rejected("forged")
        plaintext = self.decrypt(session[:32], record, receiver, number)
        taken = self.taken.setdefault(record[4:16], set())
        if taken and max(taken) - number >= 1024:
            raise Rejected("stale")
        if number in taken:
            raise Rejected("replayed")
        taken.add(number)
        return plaintext

    def decrypt(self, secret, record, receiver, number):
        suite, header, data, tag = record[2:4], record[:24], record[24:-16], record[-16:]
        epoch = expand(secret, b"secpvm 1 epoch", record[4:8])[:32]
        sender = expand(epoch, b"secpvm 1 sender", suite, record[8:16])[:32]
        generation = number // (128 if suite in BLOCKS else 2**24)
        key = expand(sender, b"secpvm 1 packet", big(generation, 8), b"\0")
        associated = header + receiver
        if suite in AEADS:
            return unseal((AEADS[suite], key[:32]), bytes(4) + big(number, 8), associated, data, tag)
        cipher_len = BLOCKS[suite][0] if suite in BLOCKS else 32 if suite == RC4 else 0
        if self.mac(suite, key[cipher_len:], [big(len(associated), 8), associated, data]) != tag:
            raise Rejected("forged")
        if suite in BLOCKS:
            return BLOCKS[suite][1](key[:cipher_len], big(number * 2**16 % 2**64, 8), data)
        if suite == RC4:
            packet_key = expand(key[:32], b"secpvm 1 rc4", big(number, 8))[:16]
            return ARC4.new(packet_key, drop=1536).encrypt(data)
        return data

    @staticmethod
    def mac(suite, key, parts):
        if suite == HMAC_SHA256:
            return hmac(key[:32], b"".join(parts))[:16]
        digest = MD5.new(key[:16].ljust(64, b"\0"))
        for part in [*parts, key[:16]]:
            digest.update(part)
        return digest.digest()

    def step(self, step, receiver):
        if "prepare" in step:
            self.other = step["prepare"]
        elif step.get("do") == "activate":
            self.current, self.other = self.other, self.current
        elif step.get("do") == "retire":
            self.other = None
        else:
            assert verdict_of(lambda: self.open(step["record"], receiver)) == step["verdict"], step


def verdict_of(call):
    try:
        call()
    except Rejected as rejected:
        return str(rejected)
    return "accepted"


def record(test):
    opener = Opener(test["session"])
    if test["result"] == "valid":
        assert opener.open(test["record"], test["receiver"]) == test["plaintext"]
    else:
        assert verdict_of(lambda: opener.open(test["record"], test["receiver"])) == test["verdict"]


def opener(test):
    made = Opener(test["session"])
    for step in test["steps"]:
        made.step(step, test["receiver"])


def x25519(secret, public):
    """RFC 7748 section 5."""
    p = 2**255 - 19
    k = int.from_bytes(secret, "little") & ~7 & (2**255 - 1) | 2**254
    u = int.from_bytes(public, "little") % 2**255 % p
    x2, z2, x3, z3 = 1, 0, u, 1
    for bit in reversed(range(255)):
        swap = k >> bit & 1
        if swap:
            x2, x3, z2, z3 = x3, x2, z3, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        x3, z3 = (d * a + c * b) ** 2 % p, u * (d * a - c * b) ** 2 % p
        x2, z2 = a * a * b * b % p, (a * a - b * b) * (a * a + 121665 * (a * a - b * b)) % p
        if swap:
            x2, x3, z2, z3 = x3, x2, z3, z2
    return (x2 * pow(z2, p - 2, p) % p).to_bytes(32, "little")


class Noise:
    """Noise_NNpsk0_25519_AESGCM_SHA256, from the reader's side of each message."""

    def __init__(self, prologue):
        self.h = self.ck = b"Noise_NNpsk0_25519_AESGCM_SHA256"
        self.mix_hash(prologue)

    def mix_hash(self, data):
        self.h = SHA256.new(self.h + data).digest()

    def hkdf(self, data):
        key = hmac(self.ck, data)
        first = hmac(key, b"\1")
        second = hmac(key, first + b"\2")
        return first, second, hmac(key, second + b"\3")

    def psk(self, psk):
        self.ck, mixed, _ = self.hkdf(psk)
        self.mix_hash(mixed)

    def read(self, message, shared=None):
        public, tag = message[:32], message[32:]
        self.mix_hash(public)
        self.ck, key, _ = self.hkdf(public)
        if shared:
            dh = x25519(shared, public)
            if not any(dh):
                raise Rejected("forged")
            self.ck, key, _ = self.hkdf(dh)
        unseal(("aes", key), bytes(12), self.h, b"", tag)
        self.mix_hash(tag)


def join(test):
    steps = [lambda m, s: s.first(m), lambda m, s: s.second(m), lambda m, s: s.third(m), lambda m, s: s.fourth(m),
             lambda m, s: s.fifth(m)]

    class Side:
        def __init__(self):
            self.noise = Noise(b"secpvm join 1\0" + test["context"])

        def first(self, message):
            self.noise.psk(message[:32])
            self.noise.read(message[32:])

        def second(self, message):
            self.noise.read(message, test["initiatorEphemeral"])
            self.keys = self.noise.hkdf(b"")

        def third(self, message):
            session = unseal(("aes", self.keys[0]), bytes(12), b"", message[:-16], message[-16:])
            assert session == test["session"]

        def fourth(self, message):
            unseal(("aes", self.keys[1]), bytes(12), b"", b"", message)

        def fifth(self, message):
            nonce = bytes(4) + big(1, 8)
            member_key = unseal(("aes", self.keys[0]), nonce, b"", message[:-16], message[-16:])
            assert member_key == test["memberKey"]

    side, lengths = Side(), [80, 48, 56, 16, 56]
    for number, message in enumerate(test["messages"]):
        def read(message=message, number=number):
            if len(message) != lengths[number]:
                raise Rejected("malformed")
            steps[number](message, side)

        is_last = number + 1 == len(test["messages"])
        expected = test["verdict"] if test["result"] == "invalid" and is_last else "accepted"
        assert verdict_of(read) == expected, number
    assert test["result"] == "invalid" or len(test["messages"]) == (5 if "memberKey" in test else 4)


def rekeying(test):
    member, key = test["memberKey"][:8], test["memberKey"][8:]
    assert member == test["member"]
    assert key == expand(test["root"], b"secpvm 1 member", member, bytes(8))[:32]
    epoch = int.from_bytes(test["session"][32:36], "big")

    def read(message, kind):
        if len(message) < 16 or message[:2] != b"\x72\1" or message[3] or not 1 <= message[2] <= 5:
            raise Rejected("malformed")
        if len(message) != (76 if message[2] == 1 else 32):
            raise Rejected("malformed")
        if message[2] != kind or message[8:16] != member:
            raise Rejected("forged")
        message_key = expand(key, b"secpvm 1 group", bytes([message[2]]))[:32]
        nonce = bytes(8) + message[4:8]
        plaintext = unseal(("aes", message_key), nonce, message[:16], message[16:-16], message[-16:])
        assert message[4:8] == big(epoch + 1, 4)
        assert plaintext == (big(epoch, 4) + test["nextSession"] if kind == 1 else b"")

    for number, message in enumerate(test["messages"]):
        is_last = number + 1 == len(test["messages"])
        expected = test["verdict"] if test["result"] == "invalid" and is_last else "accepted"
        assert verdict_of(lambda: read(message, (1, 2, 3, 5)[number])) == expected, number
    assert test["nextSession"][:32] == test["entropy"]


CHECKS = {"Record": record, "Opener": opener, "Join": join, "Rekeying": rekeying}
TEXT = {"comment", "flags", "verdict", "result", "do"}


def decoded(value):
    if isinstance(value, str):
        return bytes.fromhex(value)
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if isinstance(value, dict):
        return {name: item if name in TEXT else decoded(item) for name, item in value.items()}
    return value


def main():
    failed, count = 0, 0
    file = json.loads((pathlib.Path(__file__).parent / "transcripts.json").read_text())
    for group in file["testGroups"]:
        for test in group["tests"]:
            count += 1
            try:
                CHECKS[group["type"]](decoded(test))
            except (AssertionError, Rejected) as error:
                failed += 1
                print(f"test {test['tcId']} ({group['type']}, {test['comment']}): {error!r}", file=sys.stderr)
        print(f"{group['algorithm']:32} {len(group['tests']):4}")
    if count != file["numberOfTests"]:
        sys.exit(f"{count} tests, not {file['numberOfTests']}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
