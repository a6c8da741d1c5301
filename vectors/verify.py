#!/usr/bin/env python3
"""Checks the known answers of the primitives with implementations that share no code with this
project: PyPI's cryptography (OpenSSL), pycryptodome, Python's hashlib, hmac and integers.

    pip install cryptography==48.0.0 pycryptodome
    vectors/verify.py [FILE...]     # all files of the schemas below, if none is named

A case is counted once for each implementation that confirmed it. A valid case that nobody can
confirm is an error, as is an invalid one that somebody accepts. Exit status 1 on any error.
"""

import collections
import hashlib
import hmac
import json
import pathlib
import sys
import warnings

from Crypto.Cipher import AES, ARC4, DES, DES3, Blowfish
from Crypto.Cipher import ChaCha20 as PycryptodomeChaCha20
from Crypto.Cipher import ChaCha20_Poly1305 as PycryptodomeChaCha20Poly1305
from Crypto.Hash import HMAC, MD5, SHA1, SHA256
from Crypto.Protocol.KDF import HKDF
from Crypto.Util import Counter, Padding
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers import algorithms as legacy
from cryptography.hazmat.decrepit.ciphers import modes as legacy_modes
from cryptography.hazmat.primitives import padding as pyca_padding
from cryptography.hazmat.primitives.asymmetric import dh
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

warnings.simplefilter("ignore")  # Single DES as triple DES with one key; short RSA-style groups.


class Refused(Exception):
    """The implementation refuses the input, as it should refuse an invalid case."""


class Unable(Exception):
    """The implementation does not have this algorithm or this kind of input."""


# ---- Ciphers ---------------------------------------------------------------------------------

BLOCK_LEN = {"des": 8, "3des-2key": 8, "3des": 8, "idea": 8, "blowfish": 8,
             "aes-128": 16, "aes-192": 16, "aes-256": 16}
KEY_LEN = {"des": {8}, "3des-2key": {16}, "3des": {24}, "idea": {16}, "blowfish": range(4, 57),
           "aes-128": {16}, "aes-192": {24}, "aes-256": {32}, "rc4": range(5, 257), "chacha20": {32}}


def check_lengths(name, t):
    """What the specifications say of lengths, written down a second time."""
    cipher, _, mode = name.rpartition("-") if name not in KEY_LEN else (name, "", "")
    iv_len = {"chacha20": 16, "rc4": 0}.get(name, 0 if mode == "ecb" else BLOCK_LEN.get(cipher))
    if len(t["key"]) not in KEY_LEN[cipher] or len(t["iv"]) != iv_len:
        raise Refused
    if mode in ("ecb", "cbc") and len(t["msg"]) % BLOCK_LEN[cipher]:
        raise Refused
    if name == "chacha20" and int.from_bytes(t["iv"][:4], "little") * 64 + len(t["msg"]) > (2**32 - 1) * 64:
        raise Refused
    return cipher, mode


def cipher_pyca(group, t):
    cipher, mode = check_lengths(group["algorithm"], t)
    msg = bytes(t.get("offset", 0)) + t["msg"]
    if cipher == "rc4":
        if len(t["key"]) not in (5, 7, 8, 10, 16, 20, 24, 32):
            raise Unable
        made = Cipher(legacy.ARC4(t["key"]), None)
    elif cipher == "chacha20":
        made = Cipher(algorithms.ChaCha20(t["key"], t["iv"]), None)
    else:
        if mode == "ctr" and not cipher.startswith("aes"):
            if cipher != "idea":
                raise Unable
            return {"ct": counter_mode(legacy.IDEA(t["key"]), t["iv"], msg)}
        algorithm = {"idea": legacy.IDEA, "blowfish": legacy.Blowfish}.get(
            cipher, algorithms.AES if cipher.startswith("aes") else legacy.TripleDES)(t["key"])
        mode = {"ecb": lambda iv: modes.ECB(), "cbc": modes.CBC, "cfb": legacy_modes.CFB,
                "ofb": legacy_modes.OFB, "ctr": modes.CTR}[mode](t["iv"])
        made = Cipher(algorithm, mode)
    encryptor, decryptor = made.encryptor(), made.decryptor()
    ct = encryptor.update(msg) + encryptor.finalize()
    assert decryptor.update(ct) + decryptor.finalize() == msg
    return {"ct": ct[t.get("offset", 0):]}


def counter_mode(algorithm, iv, msg):
    """CTR on ECB, one block at a time: nobody in Python has it for IDEA."""
    encryptor, counter, out = Cipher(algorithm, modes.ECB()).encryptor(), int.from_bytes(iv, "big"), b""
    for at in range(0, len(msg), len(iv)):
        stream = encryptor.update(counter.to_bytes(len(iv), "big"))
        out += bytes(a ^ b for a, b in zip(msg[at:at + len(iv)], stream))
        counter = (counter + 1) % 256 ** len(iv)
    return out


def cipher_pycryptodome(group, t):
    cipher, mode = check_lengths(group["algorithm"], t)
    msg = bytes(t.get("offset", 0)) + t["msg"]
    if cipher == "idea":
        raise Unable
    if cipher == "rc4":
        return {"ct": ARC4.new(t["key"]).encrypt(msg)[t.get("offset", 0):]}
    if cipher == "chacha20":
        made = PycryptodomeChaCha20.new(key=t["key"], nonce=t["iv"][4:])
        made.seek(64 * int.from_bytes(t["iv"][:4], "little"))
        return {"ct": made.encrypt(msg)}
    module = {"des": DES, "blowfish": Blowfish}.get(cipher, AES if cipher.startswith("aes") else DES3)
    options = {"ecb": {}, "cbc": {"iv": t["iv"]}, "ofb": {"iv": t["iv"]},
               "cfb": {"iv": t["iv"], "segment_size": 8 * BLOCK_LEN[cipher]}}
    if mode == "ctr":
        counter = Counter.new(8 * BLOCK_LEN[cipher], initial_value=int.from_bytes(t["iv"], "big"))
        options["ctr"] = {"counter": counter}
    if mode == "cfb" and len(msg) % BLOCK_LEN[cipher]:
        # It wants whole segments: the key stream of a last part does not depend on what follows.
        filled = msg + bytes(-len(msg) % BLOCK_LEN[cipher])
        made = module.new(t["key"], module.MODE_CFB, **options[mode])
        return {"ct": made.encrypt(filled)[:len(msg)]}
    try:
        made = module.new(t["key"], getattr(module, "MODE_" + mode.upper()), **options[mode])
        return {"ct": made.encrypt(msg)}
    except ValueError as error:
        if "degenerates" in str(error):  # Equal parts of a 3DES key.
            raise Unable from error
        raise
    except OverflowError as error:  # It lets no counter wrap around.
        raise Unable from error


# ---- AEADs -----------------------------------------------------------------------------------

def aead_pyca(group, t):
    primitive = ChaCha20Poly1305 if group["algorithm"].startswith("chacha") else AESGCM
    try:
        return {"msg": primitive(t["key"]).decrypt(t["iv"], t["ct"] + t["tag"], t["aad"])}
    except InvalidTag:
        raise Refused from None


def aead_pycryptodome(group, t):
    if group["algorithm"].startswith("chacha"):
        made = PycryptodomeChaCha20Poly1305.new(key=t["key"], nonce=t["iv"])
    else:
        made = AES.new(t["key"], AES.MODE_GCM, nonce=t["iv"])
    made.update(t["aad"])
    try:
        return {"msg": made.decrypt_and_verify(t["ct"], t["tag"])}
    except ValueError:
        raise Refused from None


# ---- Digests and MACs ------------------------------------------------------------------------

def digest_hashlib(group, t):
    return {"digest": hashlib.new(group["algorithm"], t["msg"]).digest()}


def digest_pycryptodome(group, t):
    return {"digest": {"md5": MD5, "sha1": SHA1, "sha256": SHA256}[group["algorithm"]].new(t["msg"]).digest()}


def mac_hashlib(group, t):
    family, _, rest = group["algorithm"].partition("-")
    digest, _, standard = rest.partition("-")
    if family == "hmac":
        tag = hmac.digest(t["key"], t["msg"], digest)
    else:
        if not 1 <= len(t["key"]) <= 64:
            raise Refused
        state = hashlib.new(digest, t["key"])
        if standard:
            state.update(merkle_damgard_padding(digest, len(t["key"])))
        else:
            state.update(b"\0" * (-len(t["key"]) % 64))
        state.update(t["msg"])
        state.update(t["key"])
        tag = state.digest()
    return {"tag": tag[: group["tagLen"]]}


def merkle_damgard_padding(digest, length):
    """As RFC 1321 sections 3.1 and 3.2 (MD5) and FIPS 180-4 section 5.1.1 (SHA-1) have it."""
    padding = [0x80]
    while (length + len(padding)) % 64 != 56:
        padding.append(0)
    return bytes(padding) + (8 * length).to_bytes(8, {"md5": "little", "sha1": "big"}[digest])


def mac_pycryptodome(group, t):
    family, _, digest = group["algorithm"].partition("-")
    if family != "hmac":
        raise Unable
    module = {"md5": MD5, "sha1": SHA1, "sha256": SHA256}[digest]
    return {"tag": HMAC.new(t["key"], t["msg"], module).digest()[: group["tagLen"]]}


# ---- Key agreement ---------------------------------------------------------------------------

def agreement_pyca(group, t):
    if group["algorithm"] == "x25519":
        if len(t["public"]) != 32:
            raise Refused
        try:
            key = X25519PrivateKey.from_private_bytes(t["secret"])
            return {"shared": key.exchange(X25519PublicKey.from_public_bytes(t["public"]))}
        except ValueError:
            raise Refused from None
    prime, length, secret, public = modp_numbers(group, t)
    parameters = dh.DHParameterNumbers(prime, 2)
    own = dh.DHPrivateNumbers(secret, dh.DHPublicNumbers(pow(2, secret, prime), parameters))
    try:
        peer = dh.DHPublicNumbers(public, parameters).public_key()
        return {"shared": own.private_key().exchange(peer).rjust(length, b"\0")}
    except ValueError as error:
        # OpenSSL wants secrets below the group's order, and refuses the ends of the range too.
        if "private" in str(error).lower() or secret >= (prime - 1) // 2:
            raise Unable from error
        raise Refused from error


def agreement_integers(group, t):
    if group["algorithm"] == "x25519":
        return {"shared": x25519(t["secret"], t["public"])}
    prime, length, secret, public = modp_numbers(group, t)
    if not 1 < public < prime - 1:
        raise Refused
    return {"shared": pow(public, secret, prime).to_bytes(length, "big")}


# RFC 2409 section 6.2 and RFC 3526 section 3, as printed there.
MODP_2048 = int("""
    FFFFFFFF FFFFFFFF C90FDAA2 2168C234 C4C6628B 80DC1CD1 29024E08 8A67CC74 020BBEA6 3B139B22 514A0879 8E3404DD
    EF9519B3 CD3A431B 302B0A6D F25F1437 4FE1356D 6D51C245 E485B576 625E7EC6 F44C42E9 A637ED6B 0BFF5CB6 F406B7ED
    EE386BFB 5A899FA5 AE9F2411 7C4B1FE6 49286651 ECE45B3D C2007CB8 A163BF05 98DA4836 1C55D39A 69163FA8 FD24CF5F
    83655D23 DCA3AD96 1C62F356 208552BB 9ED52907 7096966D 670C354E 4ABC9804 F1746C08 CA18217C 32905E46 2E36CE3B
    E39E772C 180E8603 9B2783A2 EC07A28F B5C55DF0 6F4C52C9 DE2BCBF6 95581718 3995497C EA956AE5 15D22618 98FA0510
    15728E5A 8AACAA68 FFFFFFFF FFFFFFFF""".replace(" ", "").replace("\n", ""), 16)
MODP_1024 = int("""
    FFFFFFFF FFFFFFFF C90FDAA2 2168C234 C4C6628B 80DC1CD1 29024E08 8A67CC74 020BBEA6 3B139B22 514A0879 8E3404DD
    EF9519B3 CD3A431B 302B0A6D F25F1437 4FE1356D 6D51C245 E485B576 625E7EC6 F44C42E9 A637ED6B 0BFF5CB6 F406B7ED
    EE386BFB 5A899FA5 AE9F2411 7C4B1FE6 49286651 ECE65381 FFFFFFFF FFFFFFFF""".replace(" ", "").replace("\n", ""), 16)


def modp_numbers(group, t):
    prime, length = {"modp-1024": (MODP_1024, 128), "modp-2048": (MODP_2048, 256)}[group["algorithm"]]
    if len(t["public"]) != length or not 32 <= len(t["secret"]) <= length:
        raise Refused
    return prime, length, int.from_bytes(t["secret"], "big"), int.from_bytes(t["public"], "big")


def x25519(secret, public):
    """RFC 7748 section 5, in affine-free ladder steps."""
    if len(public) != 32:
        raise Refused
    p = 2**255 - 19
    k = int.from_bytes(secret, "little") & ~7 & (2**255 - 1) | 2**254
    u = int.from_bytes(public, "little") % 2**255 % p
    x2, z2, x3, z3 = 1, 0, u, 1
    for bit in reversed(range(255)):
        swap = k >> bit & 1
        if swap:
            x2, x3, z2, z3 = x3, x2, z3, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % p, b * b % p, d * a % p, c * b % p
        x3, z3 = (da + cb) ** 2 % p, u * (da - cb) ** 2 % p
        x2, z2 = aa * bb % p, (aa - bb) * (aa + 121665 * (aa - bb)) % p
        if swap:
            x2, x3, z2, z3 = x3, x2, z3, z2
    shared = x2 * pow(z2, p - 2, p) % p
    if not shared:
        raise Refused
    return shared.to_bytes(32, "little")


# ---- Key derivation --------------------------------------------------------------------------

def kdf_hashlib(group, t):
    if t["outLen"] > 255 * 32:
        raise Refused
    key, block, out = hmac.digest(t["salt"], t["secret"], "sha256"), b"", b""
    for number in range(1, 256):
        block = hmac.digest(key, block + t["info"] + bytes([number]), "sha256")
        out += block
    return {"out": out[: t["outLen"]]}


def kdf_pycryptodome(group, t):
    if not t["outLen"]:
        raise Unable
    try:
        return {"out": HKDF(t["secret"], t["outLen"], t["salt"], SHA256, context=t["info"])}
    except ValueError:
        raise Refused from None


# ---- Padding ---------------------------------------------------------------------------------

def padding_pycryptodome(group, t):
    styles = {"pkcs7": "pkcs7", "iso7816": "iso7816", "x923": "x923"}
    if group["algorithm"] not in styles:
        raise Unable
    if group["algorithm"] == "iso7816" and not strictly_iso7816(t["padded"]):
        raise Unable  # It looks for the last 0x80, whatever precedes or follows.
    try:
        return {"msg": Padding.unpad(t["padded"], group["blockLen"], styles[group["algorithm"]])}
    except (ValueError, IndexError):
        raise Refused from None


def strictly_iso7816(padded):
    return padded.rstrip(b"\0").endswith(b"\x80")


def padding_pyca(group, t):
    kinds = {"pkcs7": pyca_padding.PKCS7, "x923": pyca_padding.ANSIX923}
    if group["algorithm"] not in kinds:
        raise Unable
    remover = kinds[group["algorithm"]](8 * group["blockLen"]).unpadder()
    try:
        return {"msg": remover.update(t["padded"]) + remover.finalize()}
    except ValueError:
        raise Refused from None


def padding_definition(group, t):
    padded, block = t["padded"], group["blockLen"]
    if len(padded) % block:
        raise Refused
    if group["algorithm"] == "zero-with-count":
        count = t["count"]
        if count >= block or count > len(padded) or any(padded[len(padded) - count:]):
            raise Refused
        return {"msg": padded[:len(padded) - count]}
    if group["algorithm"] == "iso7816":
        if not padded or not strictly_iso7816(padded[-block:]):
            raise Refused
        return {"msg": padded[:padded.rstrip(b"\0").rindex(b"\x80")]}
    raise Unable


# ---- The run ---------------------------------------------------------------------------------

CHECKS = {
    "cipher_v1": (cipher_pyca, cipher_pycryptodome),
    "aead_v1": (aead_pyca, aead_pycryptodome),
    "digest_v1": (digest_hashlib, digest_pycryptodome),
    "mac_v1": (mac_hashlib, mac_pycryptodome),
    "agreement_v1": (agreement_pyca, agreement_integers),
    "kdf_v1": (kdf_hashlib, kdf_pycryptodome),
    "padding_v1": (padding_pycryptodome, padding_pyca, padding_definition),
}
HEX = {"key", "iv", "msg", "ct", "aad", "tag", "digest", "secret", "public", "shared", "padded", "salt",
       "info", "out"}


def opinion(check, group, test):
    """True or False: what this implementation says of the case. None: nothing."""
    try:
        made = check(group, {k: bytes.fromhex(v) if k in HEX else v for k, v in test.items()})
    except Unable:
        return None
    except Refused:
        return test["result"] == "invalid"
    agrees = all(value.hex() == test[field] for field, value in made.items())
    if test["result"] == "valid":
        return agrees
    # A MAC always makes a tag, which must be another one; anything else has been accepted.
    return "tag" in made and not agrees


def verify(path, confirmed):
    file = json.loads(path.read_text())
    checks = CHECKS.get(file["schema"])
    if checks is None:
        return None
    errors, ids = [], []
    for field in ("name", "specification", "verifiedBy"):
        if not file["source"].get(field):
            errors.append(f"no {field} of the source")
    for group in file["testGroups"]:
        for test in group["tests"]:
            ids.append(test["tcId"])
            label = f"{group['algorithm']}, test {test['tcId']}"
            opinions = {check.__name__: opinion(check, group, test) for check in checks}
            for name, said in opinions.items():
                if said is False:
                    errors.append(f"{label}: {name} disagrees")
                elif said:
                    confirmed[group["algorithm"]][name.partition("_")[2]] += 1
            if test["result"] not in ("valid", "invalid"):
                errors.append(f"{label}: result {test['result']}")
            elif not any(opinions.values()):
                errors.append(f"{label}: nobody confirms it")
    if ids != list(range(1, file["numberOfTests"] + 1)):
        errors.append("tcId does not count from 1 to numberOfTests")
    return errors


def main():
    here = pathlib.Path(__file__).parent
    paths = [pathlib.Path(arg) for arg in sys.argv[1:]] or sorted(here.glob("*/*.json"))
    confirmed, failed = collections.defaultdict(collections.Counter), 0
    for path in paths:
        errors = verify(path, confirmed)
        for error in errors or []:
            print(f"{path}: {error}", file=sys.stderr)
        failed += len(errors or [])
    for algorithm, counts in sorted(confirmed.items()):
        print(f"{algorithm:20}", ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
    if not confirmed:
        print("nothing was verified", file=sys.stderr)
    return 1 if failed or not confirmed else 0


if __name__ == "__main__":
    sys.exit(main())
