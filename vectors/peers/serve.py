"""The line protocol of vectors/README.md: one request a line, one answer a line, JSON objects both.
An operation takes the request, its hexadecimal fields as bytes, and returns the fields of the answer.
"""

import json
import sys

HEX = {"key", "iv", "msg", "ct", "aad", "tag", "digest", "secret", "public", "shared", "padded", "salt",
       "info", "out"}


class Refused(Exception):
    """The input is not one that the algorithm takes, or not authentic."""


class Unsupported(Exception):
    """This implementation does not have the algorithm, or not this kind of input."""


def answer(operations, request):
    operation = operations.get(request["operation"])
    if operation is None:
        return {"unsupported": True}
    fields = {name: bytes.fromhex(value) if name in HEX else value for name, value in request.items()}
    try:
        return {name: value.hex() for name, value in operation(fields).items()}
    except Refused:
        return {"refused": True}
    except Unsupported:
        return {"unsupported": True}


def serve(operations):
    for line in sys.stdin:
        print(json.dumps(answer(operations, json.loads(line))), flush=True)


# What the specifications say of lengths, once for all peers.

BLOCK_LEN = {"des": 8, "3des-2key": 8, "3des": 8, "idea": 8, "blowfish": 8,
             "aes-128": 16, "aes-192": 16, "aes-256": 16}
KEY_LEN = {"des": {8}, "3des-2key": {16}, "3des": {24}, "idea": {16}, "blowfish": range(4, 57),
           "aes-128": {16}, "aes-192": {24}, "aes-256": {32}, "rc4": range(5, 257), "chacha20": {32}}


def split(r):
    """A cipher's name and mode; a request whose lengths no implementation may take is refused."""
    name = r["algorithm"]
    cipher, _, mode = name.rpartition("-") if name not in KEY_LEN else (name, "", "")
    if cipher not in KEY_LEN:
        raise Unsupported
    iv_len = {"chacha20": 16, "rc4": 0}.get(name, 0 if mode == "ecb" else BLOCK_LEN.get(cipher))
    data = r["msg"] if "msg" in r else r["ct"]
    if len(r["key"]) not in KEY_LEN[cipher] or len(r["iv"]) != iv_len:
        raise Refused
    if mode in ("ecb", "cbc") and len(data) % BLOCK_LEN[cipher]:
        raise Refused
    if name == "chacha20" and int.from_bytes(r["iv"][:4], "little") * 64 + len(data) > (2**32 - 1) * 64:
        raise Refused
    return cipher, mode


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def counter_mode(encrypt_block, iv, data):
    """CTR on single blocks, for libraries that have it not for every cipher."""
    counter, out = int.from_bytes(iv, "big"), b""
    for at in range(0, len(data), len(iv)):
        out += xor(data[at:at + len(iv)], encrypt_block(counter.to_bytes(len(iv), "big")))
        counter = (counter + 1) % 256 ** len(iv)
    return out


def keyed_digest(new, name, key, message):
    """RFC 1828 and RFC 1852, or the 1997 report's fill with zeros; `new` makes a digest's value."""
    if not 1 <= len(key) <= 64:
        raise Refused
    if "rfc" in name:
        fill = b"\x80" + bytes((55 - len(key)) % 64)
        fill += (8 * len(key)).to_bytes(8, "little" if "md5" in name else "big")
    else:
        fill = bytes(-len(key) % 64)
    return new("md5" if "md5" in name else "sha1", key + fill + message + key)
