#!/usr/bin/env python3
"""Writes the transcripts of our own formats: records of every suite, what an opener makes of them, joins,
rekeyings. Computed from the formats' documentation with PyPI's cryptography, hashlib and hmac; nothing comes
from this project's code. `verify.py` reads them with other implementations.

    generate.py            write transcripts.json
    generate.py --check    compare
"""

import hashlib
import hmac
import json
import pathlib
import struct
import sys
import warnings

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4, IDEA, TripleDES
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

warnings.simplefilter("ignore")
SUITES = {"aes-256-gcm": 0x0001, "chacha20-poly1305": 0x0002, "3des-ctr+keyed-md5": 0x0101,
          "idea-ctr+keyed-md5": 0x0102, "des-ctr+keyed-md5": 0x0103, "rc4+keyed-md5": 0x0104,
          "hmac-sha256": 0x0011, "keyed-md5": 0x0111}
AEADS = {0x0001: AESGCM, 0x0002: ChaCha20Poly1305}
# Ciphers with a block of 8 bytes: the length of their key, and what makes one (DES is 3DES with one key).
BLOCKS = {0x0101: (24, TripleDES), 0x0102: (16, IDEA), 0x0103: (8, lambda key: TripleDES(key * 3))}
RC4, HMAC_SHA256 = 0x0104, 0x0011


def drawn(label, length):
    """Reproducible bytes that nobody chose."""
    return hashlib.shake_256(b"secpvm transcripts " + label.encode()).digest(length)


def expand(secret, info, length=32):
    block, out = b"", b""
    while len(out) < length:
        block = hmac.digest(secret, block + info + bytes([len(out) // 32 + 1]), "sha256")
        out += block
    return out[:length]


def session(suite, epoch=0, label="session"):
    return drawn(f"{label} {epoch}", 32) + struct.pack(">IHH", epoch, SUITES[suite], 0)


# ---- Records (docs/decisions/0001-records.md) ------------------------------------------------

def seal(made_session, sender, number, receiver, plaintext):
    epoch, suite, _ = struct.unpack(">IHH", made_session[32:])
    header = struct.pack(">BBHIQQ", 0x73, 1, suite, epoch, sender, number)
    epoch_secret = expand(made_session[:32], b"secpvm 1 epoch" + struct.pack(">I", epoch))
    sender_secret = expand(epoch_secret, b"secpvm 1 sender" + struct.pack(">HQ", suite, sender))
    generation = number >> (7 if suite in BLOCKS else 24)
    key = expand(sender_secret, b"secpvm 1 packet" + struct.pack(">QB", generation, 0), 48)
    aad = header + receiver
    if suite in AEADS:
        return header + AEADS[suite](key[:32]).encrypt(struct.pack(">IQ", 0, number), plaintext, aad)
    stream, cipher_key_len = keystream(suite, key, number, len(plaintext))
    data = bytes(a ^ b for a, b in zip(plaintext, stream))
    return header + data + mac(suite, key[cipher_key_len:], struct.pack(">Q", len(aad)) + aad + data)


def keystream(suite, key, number, length):
    """The key stream of a packet, and how much of `key` it takes."""
    if suite in BLOCKS:
        cipher_key_len, algorithm = BLOCKS[suite]
        block = Cipher(algorithm(key[:cipher_key_len]), modes.ECB()).encryptor()
        counters = range(number << 16, (number << 16) + -(-length // 8))
        return b"".join(block.update(struct.pack(">Q", at % 2**64)) for at in counters), cipher_key_len
    if suite == RC4:
        packet_key = expand(key[:32], b"secpvm 1 rc4" + struct.pack(">Q", number), 16)
        return Cipher(ARC4(packet_key), None).encryptor().update(bytes(1536 + length))[1536:], 32
    return bytes(length), 0


def mac(suite, key, message):
    if suite == HMAC_SHA256:
        return hmac.digest(key[:32], message, "sha256")[:16]
    return hashlib.md5(key[:16] + bytes(48) + message + key[:16]).digest()


RECEIVER = bytes.fromhex("80080000")


def records(suite):
    """Valid ones; the numbers stand around the ends of generations."""
    numbers = [0, 1, 127, 128, 255, 256, 2**24 - 1, 2**24, 2**32, 2**64 - 2]
    made, out = session(suite), []
    for at, number in enumerate(numbers):
        plaintext = drawn(f"plaintext {suite} {number}", [0, 1, 7, 8, 16, 33, 64, 100, 40, 5][at])
        receiver = b"" if at == 1 else drawn("receiver", 64) if at == 2 else RECEIVER
        sender = [0x0001_0203_0405_0607, 2**64 - 1, 0][at % 3]
        comment = f"{suite}, packet number {number}"
        out.append({"comment": comment, "flags": [], "session": made, "receiver": receiver,
                    "plaintext": plaintext, "record": seal(made, sender, number, receiver, plaintext),
                    "result": "valid"})
    return out


def flipped(data, at, by=1):
    return data[:at] + bytes([data[at] ^ by]) + data[at + 1:]


def refused_records(suite):
    made, plaintext = session(suite, 3), drawn("refused", 24)
    good = seal(made, 5, 9, RECEIVER, plaintext)
    other = "chacha20-poly1305" if suite == "aes-256-gcm" else "aes-256-gcm"
    another = struct.pack(">H", SUITES[other])
    yield "malformed", "magic", flipped(good, 0)
    yield "malformed", "version", flipped(good, 1)
    yield "malformed", "unknown suite", flipped(good, 2, 0x40)
    yield "forged", "another suite", good[:2] + another + good[4:]
    yield "stale", "another epoch", flipped(good, 7)
    yield "forged", "another sender", flipped(good, 15)
    yield "forged", "another packet number", flipped(good, 23)
    yield "malformed", "packet number 2^64 - 1", good[:16] + b"\xff" * 8 + good[24:]
    yield "forged", "first byte of the ciphertext", flipped(good, 24)
    yield "forged", "last byte of the ciphertext", flipped(good, 47, 0x80)
    yield "forged", "first byte of the tag", flipped(good, 48)
    yield "forged", "last bit of the tag", flipped(good, 63, 0x80)
    yield "forged", "cut by one byte", good[:-1]
    yield "forged", "one byte more", good + b"\0"
    yield "malformed", "shorter than header and tag", good[:39]
    yield "malformed", "empty", b""
    yield "forged", "header and tag alone", good[:24] + good[48:]
    yield "forged", "for another receiver", seal(made, 5, 9, bytes.fromhex("800c0000"), plaintext)
    yield "forged", "for no receiver", seal(made, 5, 9, b"", plaintext)
    yield "forged", "of another session", seal(session(suite, 3, "another"), 5, 9, RECEIVER, plaintext)
    if suite == "aes-256-gcm":
        yield "malformed", "longer than a datagram", good[:24] + bytes(65_507 - 40 + 1) + good[48:]


def invalid_records(suite):
    return [{"comment": f"{suite}: {comment}", "flags": [verdict.capitalize()], "session": session(suite, 3),
             "receiver": RECEIVER, "record": record, "verdict": verdict, "result": "invalid"}
            for verdict, comment, record in refused_records(suite)]


# ---- Openers: replay and epochs --------------------------------------------------------------

def openers(suite):
    made = [session(suite, epoch) for epoch in range(3)]

    def given(epoch, number, verdict, sender=1, forged=False):
        record = seal(made[epoch], sender, number, RECEIVER, struct.pack(">IQ", epoch, number))
        return {"record": flipped(record, -1 % len(record)) if forged else record, "verdict": verdict}

    ok, again, old = "accepted", "replayed", "stale"
    yield "in order, then all once more", [given(0, n, v) for v in (ok, again) for n in range(4)]
    yield "out of order", [given(0, n, ok) for n in (3, 0, 2, 1)] + [given(0, n, again) for n in range(4)]
    yield "the window is 1024 wide", [
        given(0, 2000, ok), given(0, 977, ok), given(0, 976, old), given(0, 977, again), given(0, 978, ok),
        given(0, 2001, ok), given(0, 977, old), given(0, 978, again), given(0, 2000, again)]
    yield "a leap forgets everything before", [
        given(0, 5, ok), given(0, 1_000_000, ok), given(0, 5, old), given(0, 999_999, ok),
        given(0, 998_977, ok), given(0, 998_976, old)]
    yield "a forged record moves nothing", [
        given(0, 7, ok), given(0, 9000, "forged", forged=True), given(0, 8, ok), given(0, 6, ok),
        given(0, 8, "forged", forged=True), given(0, 8, again)]
    yield "every sender has its own window", [
        given(0, 0, ok, sender=1), given(0, 0, ok, sender=2), given(0, 5000, ok, sender=1),
        given(0, 1, ok, sender=2), given(0, 1, old, sender=1), given(0, 0, again, sender=2)]
    yield "epochs: prepared, activated, retired", [
        given(0, 0, ok), given(1, 0, old), {"prepare": made[1]}, given(1, 0, ok), given(0, 1, ok),
        {"do": "activate"}, given(0, 2, ok), given(1, 1, ok), given(0, 2, again), given(1, 0, again),
        {"do": "retire"}, given(0, 3, old), given(1, 2, ok), {"prepare": made[2]}, given(2, 0, ok),
        given(1, 3, ok), {"do": "activate"}, {"do": "retire"}, given(1, 4, old), given(2, 1, ok),
        given(2, 0, again)]
    yield "a prepared epoch gives way to a newer one", [
        {"prepare": made[1]}, given(1, 0, ok), {"prepare": made[2]}, given(1, 1, old), given(2, 0, ok),
        given(0, 0, ok)]


# A session is carried by its bytes, whatever its suite: three of them will do below.
FIRST_SUITES = list(SUITES)[:3]


# ---- The join (docs/decisions/0002-join.md) --------------------------------------------------

def join_messages(made_session, context, join_secret, initiator, responder, member_key=None):
    def hkdf(chaining, data, count):
        key, block, out = hmac.digest(chaining, data, "sha256"), b"", []
        for number in range(1, count + 1):
            block = hmac.digest(key, block + bytes([number]), "sha256")
            out.append(block)
        return out

    def mix_hash(h, data):
        return hashlib.sha256(h + data).digest()

    initiator, responder = (X25519PrivateKey.from_private_bytes(key) for key in (initiator, responder))
    name = b"Noise_NNpsk0_25519_AESGCM_SHA256"
    h = chaining = name.ljust(32, b"\0")
    h = mix_hash(h, b"secpvm join 1\0" + context)
    chaining, mixed, key = hkdf(chaining, join_secret, 3)
    h = mix_hash(h, mixed)
    out = []
    for own in (initiator, responder):
        public = own.public_key().public_bytes_raw()
        h = mix_hash(h, public)
        chaining, key = hkdf(chaining, public, 2)
        if own is responder:
            peer = X25519PublicKey.from_public_bytes(initiator.public_key().public_bytes_raw())
            chaining, key = hkdf(chaining, responder.exchange(peer), 2)
        tag = AESGCM(key).encrypt(bytes(12), b"", h)
        h = mix_hash(h, tag)
        out.append(public + tag)
    first, second = hkdf(chaining, b"", 2)
    messages = [join_secret + out[0], out[1], AESGCM(first).encrypt(bytes(12), made_session, b""),
                AESGCM(second).encrypt(bytes(12), b"", b"")]
    if member_key:
        messages.append(AESGCM(first).encrypt(struct.pack(">IQ", 0, 1), member_key, b""))
    return messages


def joins():
    contexts = [b"", b"-s -d0x0 -nhost2 1 0a4d0001:1f41 4080 2 0a4d0002:0000", drawn("context", 1024)]
    for at, (suite, context) in enumerate(zip(FIRST_SUITES, contexts)):
        fields = {"session": session(suite, 7 * at), "context": context,
                  "joinSecret": drawn(f"join secret {at}", 32),
                  "initiatorEphemeral": drawn(f"initiator {at}", 32),
                  "responderEphemeral": drawn(f"responder {at}", 32)}
        good = join_messages(*fields.values())
        yield {"comment": f"{suite}, a context of {len(context)} bytes", "flags": [], **fields,
               "messages": good, "result": "valid"}
        if at != 1:
            continue
        for number, message in enumerate(good):
            for what, verdict, altered in [
                    ("its last bit", "forged", flipped(message, len(message) - 1, 0x80)),
                    ("its first byte", "forged", flipped(message, 0)),
                    ("a byte less", "malformed", message[:-1]),
                    ("a byte more", "malformed", message + b"\0"),
                    ("nothing", "malformed", b"")]:
                yield {"comment": f"message {number + 1}: {what}", "flags": [verdict.capitalize()], **fields,
                       "messages": good[:number] + [altered], "verdict": verdict, "result": "invalid"}
        yield {"comment": "message 2: a key of small order", "flags": ["Forged"], **fields,
               "messages": good[:1] + [bytes(32) + good[1][32:]], "verdict": "forged", "result": "invalid"}
        yield {"comment": "message 1: of another context", "flags": ["Forged"], **fields,
               "messages": [join_messages(*{**fields, "context": b"another"}.values())[0]],
               "verdict": "forged", "result": "invalid"}


def joins_of_a_group():
    for at, suite in enumerate(FIRST_SUITES):
        fields = {"session": session(suite, 3 * at), "context": drawn(f"group context {at}", 50 * at),
                  "joinSecret": drawn(f"group join secret {at}", 32),
                  "initiatorEphemeral": drawn(f"group initiator {at}", 32),
                  "responderEphemeral": drawn(f"group responder {at}", 32),
                  "memberKey": struct.pack(">Q", [2, 4095, 2**64 - 1][at]) + drawn(f"member key {at}", 32)}
        good = join_messages(*fields.values())
        yield {"comment": f"{suite}, with a member key", "flags": [], **fields, "messages": good,
               "result": "valid"}
        if at:
            continue
        last = good[4]
        for what, verdict, altered in [
                ("its last bit", "forged", flipped(last, len(last) - 1, 0x80)),
                ("its first byte", "forged", flipped(last, 0)),
                ("a byte less", "malformed", last[:-1]),
                ("a byte more", "malformed", last + b"\0"),
                ("nothing", "malformed", b""),
                ("message 3 once more", "forged", good[2])]:
            yield {"comment": f"message 5: {what}", "flags": [verdict.capitalize()], **fields,
                   "messages": good[:4] + [altered], "verdict": verdict, "result": "invalid"}


# ---- Rekeying (core::group) ------------------------------------------------------------------

def group_message(member_key, kind, epoch, member, plaintext=b""):
    header = struct.pack(">BBBBIQ", 0x72, 1, kind, 0, epoch, member)
    key = expand(member_key, b"secpvm 1 group" + bytes([kind]))
    return header + AESGCM(key).encrypt(struct.pack(">IQ", 0, epoch), plaintext, header)


def rekeyings():
    for at, suite in enumerate(FIRST_SUITES):
        epoch, member = [0, 41, 2**32 - 2][at], [1, 2**48 + 5, 2**64 - 1][at]
        made, root = session(suite, epoch), drawn(f"root {at}", 32)
        entropy = drawn(f"entropy {at}", 32)
        following = entropy + struct.pack(">IHH", epoch + 1, SUITES[suite], 0)
        key = expand(root, b"secpvm 1 member" + struct.pack(">QQ", member, 0))
        offer = group_message(key, 1, epoch + 1, member, struct.pack(">I", epoch) + following)
        good = [offer] + [group_message(key, kind, epoch + 1, member) for kind in (2, 3, 5)]
        fields = {"session": made, "root": root, "member": struct.pack(">Q", member),
                  "memberKey": struct.pack(">Q", member) + key, "entropy": entropy, "nextSession": following}
        yield {"comment": f"{suite}, from epoch {epoch}", "flags": [], **fields, "messages": good,
               "result": "valid"}
        if at:
            continue
        for number, message in enumerate(good):
            for what, verdict, altered in [
                    ("its magic", "malformed", flipped(message, 0)),
                    ("its version", "malformed", flipped(message, 1)),
                    ("no kind", "malformed", message[:2] + b"\0" + message[3:]),
                    ("a reserved byte", "malformed", flipped(message, 3)),
                    ("another member", "forged", flipped(message, 15, 2)),
                    ("its last bit", "forged", flipped(message, len(message) - 1, 0x80)),
                    ("a byte less", "malformed", message[:-1]),
                    ("a byte more", "malformed", message + b"\0")]:
                yield {"comment": f"message {number + 1}: {what}", "flags": [verdict.capitalize()], **fields,
                       "messages": good[:number] + [altered], "verdict": verdict, "result": "invalid"}


# ---- The file --------------------------------------------------------------------------------

def plain(value):
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value


def records_and_openers(suites):
    for suite in suites:
        yield "Record", f"records, {suite}", records(suite) + invalid_records(suite)
        yield "Opener", f"openers, {suite}", [
            {"comment": comment, "flags": [], "session": session(suite), "receiver": RECEIVER, "steps": steps,
             "result": "valid"} for comment, steps in openers(suite)]


def groups():
    """New ones come last: a test keeps its number."""
    yield from records_and_openers(FIRST_SUITES)
    yield "Join", "join", list(joins())
    yield "Rekeying", "rekeying", list(rekeyings())
    yield from records_and_openers(list(SUITES)[3:])
    yield "Join", "join of a group", list(joins_of_a_group())


def text():
    made, count = [], 0
    for kind, algorithm, tests in groups():
        lines = []
        for test in tests:
            count += 1
            lines.append("    " + json.dumps({"tcId": count, **plain(test)}))
        made.append(f'  {{"type": "{kind}", "algorithm": "{algorithm}", "tests": [\n' + ",\n".join(lines) + "\n  ]}")
    source = {"name": "computed with cryptography 48.0.0 (PyPI), hashlib and hmac, inputs from SHAKE-256",
              "specification": "docs/decisions/0001-records.md, 0002-join.md; core::kdf, core::group",
              "verifiedBy": "vectors/transcripts/verify.py: pycryptodome (IDEA: libgcrypt), X25519 by definition"}
    head = {"schema": "transcript_v1", "source": source, "numberOfTests": count}
    return json.dumps(head, indent=1)[:-2] + ',\n "testGroups": [\n' + ",\n".join(made) + "\n ]\n}\n"


def main():
    path = pathlib.Path(__file__).parent / "transcripts.json"
    if sys.argv[1:] == ["--check"]:
        if path.read_text() != text():
            sys.exit(f"{path} is not what {sys.argv[0]} writes")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        path.write_text(text())


if __name__ == "__main__":
    main()
