#!/usr/bin/env python3
"""Checks packet.json and exchange.json with other implementations than those that made them:
pycryptodome for DES, triple DES, RC4 and MD5, and IDEA and modular powers from their definitions.

    pip install pycryptodome
    vectors/classic_1997/verify.py

Packets are taken apart, not made. Exit status 1 if anything differs.
"""

import json
import pathlib
import sys

from Crypto.Cipher import ARC4, DES, DES3
from Crypto.Hash import MD5

HERE = pathlib.Path(__file__).parent


# ---- IDEA, from Lai and Massey's definition --------------------------------------------------

def mul(a, b):
    """Multiplication modulo 2^16 + 1, where 0 stands for 2^16."""
    return (a or 0x10000) * (b or 0x10000) % 0x10001 & 0xffff


def idea_keys(key):
    """52 subkeys: 16-bit pieces of the key, which is rotated left by 25 bits after every eight."""
    k, keys = int.from_bytes(key, "big"), []
    while len(keys) < 52:
        keys += [k >> shift & 0xffff for shift in range(112, -16, -16)]
        k = (k << 25 | k >> 103) & (1 << 128) - 1
    return keys[:52]


def idea_inverse_keys(k):
    def inverse(a):
        return pow(a or 0x10000, -1, 0x10001) & 0xffff

    out = []
    for r in range(8, -1, -1):
        middle = [-k[6 * r + 2] & 0xffff, -k[6 * r + 1] & 0xffff]
        out += [inverse(k[6 * r]), *(middle if 0 < r < 8 else middle[::-1]), inverse(k[6 * r + 3])]
        if r:
            out += k[6 * r - 2:6 * r]
    return out


def idea_block(keys, block):
    a, b, c, d = (int.from_bytes(block[n:n + 2], "big") for n in (0, 2, 4, 6))
    for r in range(0, 48, 6):
        k = keys[r:r + 6]
        a, b, c, d = mul(a, k[0]), b + k[1] & 0xffff, c + k[2] & 0xffff, mul(d, k[3])
        e = mul(a ^ c, k[4])
        f = mul((b ^ d) + e & 0xffff, k[5])
        e = e + f & 0xffff
        a, b, c, d = a ^ f, c ^ f, b ^ e, d ^ e
    k = keys[48:]
    words = mul(a, k[0]), c + k[1] & 0xffff, b + k[2] & 0xffff, mul(d, k[3])
    return b"".join(word.to_bytes(2, "big") for word in words)


def idea_cbc_decrypt(key, data):
    keys, out, previous = idea_inverse_keys(idea_keys(key)), b"", bytes(8)
    for at in range(0, len(data), 8):
        block = data[at:at + 8]
        out += bytes(p ^ q for p, q in zip(idea_block(keys, block), previous))
        previous = block
    return out


# ---- Packets ---------------------------------------------------------------------------------

def des3(key):
    try:
        return DES3.new(key, DES3.MODE_CBC, bytes(8))
    except ValueError as error:  # pycryptodome's own check of degenerate keys
        raise ValueError("WeakKey") from error


DECRYPT = {
    1: ("idea", 8, lambda key, data: idea_cbc_decrypt(key[:16], data)),
    2: ("des", 8, lambda key, data: DES.new(key[:8], DES.MODE_CBC, bytes(8)).decrypt(data)),
    3: ("3des", 8, lambda key, data: des3(key[:24]).decrypt(data)),
    5: ("rc4", 1, lambda key, data: ARC4.new(key[:16]).decrypt(data)),
}


def open_packet(key, packet):
    """The fields and data of a packet; ValueError with the reason for one that is refused."""
    if not 32 <= len(packet) <= 65507:
        raise ValueError("Malformed")
    head, digest, body = packet[:16], packet[16:32], packet[32:]
    flags, number, padding, auth = head[12:]
    if flags > 31 or auth > 1 or (not auth and any((number, padding, *digest))):
        raise ValueError("Malformed")
    name, block, decrypt = DECRYPT.get(number, ("md5" if auth else "plain", 1, None))
    if number and not decrypt or padding >= block or len(body) % block or padding > len(body):
        raise ValueError("Malformed")
    if auth:
        message = head[4:8] + head[0:4] + head[8:10] + body
        if MD5.new(key + bytes(32) + message + key).digest() != digest:
            raise ValueError("Forged")
    if decrypt:
        body = decrypt(key, body)
    numbers = {n: int.from_bytes(head[a:b], "big") for n, a, b in
               [("dst", 0, 4), ("src", 4, 8), ("seq", 8, 10), ("ack", 10, 12), ("packetFlags", 12, 13)]}
    return name, numbers | {"data": body[:len(body) - padding].hex()}


def check_packet(group, test):
    try:
        name, fields = open_packet(bytes.fromhex(test["key"]), bytes.fromhex(test["packet"]))
    except ValueError as error:
        return test["result"] == "invalid" and test["flags"] == [str(error)]
    same = all(test.get(field) == value for field, value in fields.items())
    return test["result"] == "valid" and same and group.get("protection", name) == name


# ---- Exchanges -------------------------------------------------------------------------------

def prime():
    """RFC 2409 section 6.2: 2^1024 - 2^960 - 1 + 2^64 (floor(2^894 pi) + 129093). Pi by Machin's formula."""
    one, guard = 1 << 894 + 64, 1 << 64

    def arctan(inverse):
        total, term, n = 0, one // inverse, 1
        while term:
            total += term // n if n % 4 == 1 else -(term // n)
            term, n = term // inverse**2, n + 2
        return total

    pi = 4 * (4 * arctan(5) - arctan(239)) // guard
    return 2**1024 - 2**960 - 1 + 2**64 * (pi + 129093)


PRIME = prime()
WEAK = {bytes.fromhex(key) for key in """
    0000000000000000 fefefefefefefefe 1e1e1e1e0e0e0e0e e0e0e0e0f0f0f0f0 00fe00fe00fe00fe fe00fe00fe00fe00
    1ee01ee00ef00ef0 e01ee01ef00ef00e 00e000e000f000f0 e000e000f000f000 1efe1efe0efe0efe fe1efe1efe0efe0e
    001e001e000e000e 1e001e000e000e00 e0fee0fef0fef0fe fee0fee0fef0fef0""".split()}


def power(base, exponent):
    """Square and multiply, from the highest bit."""
    result = 1
    for bit in bin(exponent)[2:]:
        result = result * result % PRIME
        if bit == "1":
            result = result * base % PRIME
    return result


def agree(exponent, public):
    if len(public) != 128:
        raise ValueError("WrongLength")
    value = int.from_bytes(public, "big")
    if not 2 <= value <= PRIME - 2:
        raise ValueError("BadPublicValue")
    shared = power(value, int.from_bytes(exponent, "big")).to_bytes(128, "big")
    parts = [bytes(b & 0xfe for b in shared[at:at + 8]) for at in (0, 8, 16)]
    if len(set(parts)) < 3 or WEAK & set(parts):
        raise ValueError("WeakKey")
    return shared


def check_exchange(group, test):
    value = {k: bytes.fromhex(v) for k, v in test.items() if isinstance(v, str) and k not in ("comment", "result")}
    if group["type"] == "ClassicRefusedPublicValue":
        try:
            agree(value["exponent"], value["public"])
        except ValueError as error:
            return test["result"] == "invalid" and test["flags"] == [str(error)]
        return False
    shared = agree(value["masterExponent"], value["slavePubkey"])
    return (test["result"] == "valid"
            and shared == value["shared"] == agree(value["slaveExponent"], value["masterPubkey"])
            and int.from_bytes(value["masterPubkey"], "big") == power(2, int.from_bytes(value["masterExponent"], "big"))
            and des3(shared[:24]).decrypt(value["sesskey"]) == value["sessionKey"])


def main():
    failed = 0
    for name, check in [("packet.json", check_packet), ("exchange.json", check_exchange)]:
        document = json.loads((HERE / name).read_text(encoding="ascii"))
        tests = [(group, test) for group in document["testGroups"] for test in group["tests"]]
        wrong = [test["tcId"] for group, test in tests if not check(group, test)]
        counted = len(tests) == document["numberOfTests"]
        print(f"{name}: {len(tests) - len(wrong)} of {document['numberOfTests']} confirmed"
              + (f", wrong: {wrong}" if wrong else ""))
        failed |= bool(wrong) or not counted
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
