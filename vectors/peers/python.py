"""Python: PyPI's cryptography for ciphers, AEADs and X25519; hashlib, hmac and integers for the rest.

Also an example of a program that `secpvm kat --program` can check: write such a one for any language.
"""

import hashlib
import hmac
import warnings

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers import algorithms as legacy
from cryptography.hazmat.decrepit.ciphers import modes as legacy_modes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

warnings.simplefilter("ignore")  # Single DES as triple DES with one key.


def made(r):
    cipher, mode = split(r)
    if cipher == "rc4":
        if len(r["key"]) not in (5, 7, 8, 10, 16, 20, 24, 32):
            raise Unsupported
        return Cipher(legacy.ARC4(r["key"]), None)
    if cipher == "chacha20":
        return Cipher(algorithms.ChaCha20(r["key"], r["iv"]), None)
    algorithm = {"idea": legacy.IDEA, "blowfish": legacy.Blowfish}.get(
        cipher, algorithms.AES if cipher.startswith("aes") else legacy.TripleDES)(r["key"])
    if mode == "ctr" and not cipher.startswith("aes"):
        return algorithm
    return Cipher(algorithm, {"ecb": lambda iv: modes.ECB(), "cbc": modes.CBC, "cfb": legacy_modes.CFB,
                              "ofb": legacy_modes.OFB, "ctr": modes.CTR}[mode](r["iv"]))


def crypt(r, direction, data):
    offset, cipher = r.get("offset", 0), made(r)
    data = bytes(offset) + data
    if not isinstance(cipher, Cipher):
        block = Cipher(cipher, modes.ECB()).encryptor()
        return counter_mode(block.update, r["iv"], data)[offset:]
    run = getattr(cipher, direction)()
    return (run.update(data) + run.finalize())[offset:]


def aead(r):
    return (ChaCha20Poly1305 if r["algorithm"].startswith("chacha") else AESGCM)(r["key"])


def seal(r):
    sealed = aead(r).encrypt(r["iv"], r["msg"], r["aad"])
    return {"ct": sealed[:-16], "tag": sealed[-16:]}


def open_(r):
    if len(r["tag"]) != 16:
        raise Refused
    try:
        return {"msg": aead(r).decrypt(r["iv"], r["ct"] + r["tag"], r["aad"])}
    except InvalidTag:
        raise Refused from None


def mac(r):
    family, _, rest = r["algorithm"].partition("-")
    if family == "hmac":
        tag = hmac.digest(r["key"], r["msg"], rest)
    else:
        tag = keyed_digest(lambda name, data: hashlib.new(name, data).digest(), rest, r["key"], r["msg"])
    return {"tag": tag[:r["tagLen"]]}




def pi_times_two_to(bits):
    """floor(2^bits pi), by Machin's formula in integers."""
    one = 1 << (bits + 64)

    def arctan_of_inverse(x):
        total = term = one // x
        number, sign = 1, -1
        while term:
            term //= x * x
            number += 2
            total += sign * (term // number)
            sign = -sign
        return total

    return (4 * (4 * arctan_of_inverse(5) - arctan_of_inverse(239))) >> 64


def prime(name):
    """Both groups are 2^n - 2^(n-64) - 1 + 2^64 ([2^(n-130) pi] + k), k = 129093 and 124476."""
    bits = {"modp-1024": 1024, "modp-2048": 2048}[name]
    k = {1024: 129093, 2048: 124476}[bits]
    return 2**bits - 2**(bits - 64) - 1 + 2**64 * (pi_times_two_to(bits - 130) + k), bits // 8


def agree(r):
    if r["algorithm"] == "x25519":
        if len(r["public"]) != 32 or len(r["secret"]) != 32:
            raise Refused
        try:
            own = X25519PrivateKey.from_private_bytes(r["secret"])
            return {"shared": own.exchange(X25519PublicKey.from_public_bytes(r["public"]))}
        except ValueError:
            raise Refused from None
    modulus, length = prime(r["algorithm"])
    public = int.from_bytes(r["public"], "big")
    if len(r["public"]) != length or not 32 <= len(r["secret"]) <= length or not 1 < public < modulus - 1:
        raise Refused
    return {"shared": pow(public, int.from_bytes(r["secret"], "big"), modulus).to_bytes(length, "big")}


def derive(r):
    if r["outLen"] > 255 * 32:
        raise Refused
    key, block, out = hmac.digest(r["salt"], r["secret"], "sha256"), b"", b""
    for number in range(1, 256):
        block = hmac.digest(key, block + r["info"] + bytes([number]), "sha256")
        out += block
    return {"out": out[:r["outLen"]]}


def pad(r):
    block, msg = r["blockLen"], r["msg"]
    fill = block - len(msg) % block
    if r["algorithm"] == "none":
        return {"padded": msg}
    return {"padded": msg + {"pkcs7": bytes([fill]) * fill, "x923": bytes(fill - 1) + bytes([fill]),
                             "iso7816": b"\x80" + bytes(fill - 1),
                             "zero-with-count": bytes(fill % block)}[r["algorithm"]]}


def unpad(r):
    padded, block, name = r["padded"], r["blockLen"], r["algorithm"]
    if len(padded) % block:
        raise Refused
    if name == "none":
        return {"msg": padded}
    if name == "zero-with-count":
        fill = r["count"]
        good = fill < block and fill <= len(padded)
    elif not padded:
        raise Refused
    elif name == "iso7816":
        fill = len(padded) - len(padded.rstrip(b"\0")) + 1
        good = fill <= block
    else:
        fill = padded[-1]
        good = 1 <= fill <= block
    again = {"msg": padded[:len(padded) - fill], "blockLen": block, "algorithm": name}
    if not good or pad(again)["padded"] != padded:
        raise Refused
    return {"msg": again["msg"]}


serve({
    "encrypt": lambda r: {"ct": crypt(r, "encryptor", r["msg"])},
    "decrypt": lambda r: {"msg": crypt(r, "decryptor", r["ct"])},
    "seal": seal, "open": open_,
    "digest": lambda r: {"digest": hashlib.new(r["algorithm"], r["msg"]).digest()},
    "mac": mac, "agree": agree, "derive": derive, "pad": pad, "unpad": unpad,
})
