#!/usr/bin/env python3
"""Writes the known answers of the primitives: vectors/{cipher,aead,digest,mac,agreement,kdf,padding}.

Published sets are taken from PyPI's cryptography-vectors, which carries them as NIST, the RFCs and
the designers gave them; what nobody published is computed with PyPI's cryptography (OpenSSL), from
inputs that SHAKE-256 makes out of a label. None of it comes from this project's own code.

    pip install cryptography==48.0.0 cryptography-vectors==48.0.0
    vectors/generate.py             # write the files
    vectors/generate.py --check     # only compare: exit 1 if a file differs
"""

import functools
import hashlib
import hmac
import json
import pathlib
import re
import sys
import warnings

import cryptography_vectors
from cryptography.hazmat.decrepit.ciphers import algorithms as legacy
from cryptography.hazmat.decrepit.ciphers import modes as legacy_modes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

warnings.simplefilter("ignore")  # Single DES as triple DES with one key.

OUT = pathlib.Path(__file__).parent
PYCA = "cryptography-vectors 48.0.0 (PyPI)"
COMPUTED = "computed with cryptography 48.0.0 (PyPI), inputs from SHAKE-256"
VERIFIED_BY = "vectors/verify.py: cryptography, pycryptodome, hashlib"

BLOCK_CIPHERS = {  # name: (key lengths, block length, algorithm)
    "des": ([8], 8, legacy.TripleDES),
    "3des-2key": ([16], 8, legacy.TripleDES),
    "3des": ([24], 8, legacy.TripleDES),
    "idea": ([16], 8, legacy.IDEA),
    "blowfish": ([4, 16, 37, 56], 8, legacy.Blowfish),
    "aes-128": ([16], 16, algorithms.AES),
    "aes-192": ([24], 16, algorithms.AES),
    "aes-256": ([32], 16, algorithms.AES),
}


# ---- Reading and writing ---------------------------------------------------------------------

def records(path):
    """The records of a NIST-style file: dicts of lower-case names, with the section they are in."""
    section, settings, record = "", {}, {}
    for line in open(pathlib.Path(cryptography_vectors.__file__).parent / path, encoding="ascii"):
        line = line.strip()
        if line.startswith("["):
            if record:
                yield record | {"section": section, **settings}
                record = {}
            name, _, value = line.strip("[]").partition("=")
            if value:
                settings = settings | {name.strip().lower(): value.strip()}
            else:
                section = name
        elif line == "FAIL":
            record["fail"] = ""
        elif "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            name, value = name.strip().lower(), value.strip()
            if name in ("count", "len") and record:
                yield record | {"section": section, **settings}
                record = {}
            record[name] = value
    if record:
        yield record | {"section": section, **settings}


def bytes_of(label, length):
    return hashlib.shake_256(label.encode()).digest(length)


FILES = {}


def write(path, schema, source, specification, groups):
    """One file; a group is (type, its fields, tests). Every test stands on a line of its own."""
    number, out = 0, []
    for kind, fields, tests in groups:
        lines = []
        for test in tests:
            number += 1
            test = {"tcId": number, "comment": "", "flags": []} | test
            lines.append("    " + json.dumps({k: lower(v) for k, v in test.items()}))
        head = "".join(f"   {json.dumps(k)}: {json.dumps(v)},\n" for k, v in fields.items())
        out.append(f'  {{\n   "type": "{kind}",\n{head}   "tests": [\n' + ",\n".join(lines) + "\n   ]\n  }")
    source = {"name": source, "specification": specification, "verifiedBy": VERIFIED_BY}
    FILES[path] = (
        f'{{\n "schema": "{schema}",\n "source": ' + json.dumps(source, indent=2).replace("\n", "\n ")
        + f',\n "numberOfTests": {number},\n "testGroups": [\n' + ",\n".join(out) + "\n ]\n}\n"
    )


def lower(value):
    return value.hex() if isinstance(value, bytes) else value


def cipher_file(path, source, specification, tests):
    """`tests`: (algorithm, test), grouped here by algorithm."""
    groups = {}
    for algorithm, test in tests:
        groups.setdefault(algorithm, []).append(test)
    write(f"cipher/{path}.json", "cipher_v1", source, specification,
          [("Cipher", {"algorithm": name}, tests) for name, tests in groups.items()])


def cipher_test(key, iv, msg, ct, comment="", flags=(), result="valid", **more):
    return {"comment": comment, "flags": list(flags), "key": key.lower(), "iv": iv.lower(), **more,
            "msg": msg.lower(), "ct": ct.lower(), "result": result}


# ---- Published sets of ciphers ---------------------------------------------------------------

def nist_des():
    for kind in ("vartext", "invperm", "permop", "subtab", "varkey"):
        for r in records(f"ciphers/3DES/ECB/TECB{kind}.rsp"):
            if r["section"] == "ENCRYPT":
                yield "des-ecb", cipher_test(r["keys"], "", r["plaintext"], r["ciphertext"], kind)
    for mode, name in (("ECB", "ecb"), ("CBC", "cbc"), ("CFB64", "cfb"), ("OFB", "ofb")):
        for keys, cipher in ((1, "des"), (2, "3des-2key"), (3, "3des")):
            for r in records(f"ciphers/3DES/{mode.rstrip('64')}/T{mode}MMT{keys}.rsp"):
                if r["section"] == "ENCRYPT":
                    parts = [r.get("key1", r.get("keys")), r.get("key2"), r.get("key3")]
                    yield f"{cipher}-{name}", cipher_test(
                        "".join(parts[:keys]), r.get("iv", ""), r["plaintext"], r["ciphertext"],
                        "multi-block message")


def nist_aes():
    kinds = {"ECB": ("GFSbox", "KeySbox", "VarKey", "VarTxt", "MMT")}
    for mode, name in (("ECB", "ecb"), ("CBC", "cbc"), ("CFB128", "cfb"), ("OFB", "ofb")):
        for bits in (128, 192, 256):
            for kind in kinds.get(mode, ("GFSbox", "KeySbox", "MMT")):
                for r in records(f"ciphers/AES/{mode.removesuffix('128')}/{mode}{kind}{bits}.rsp"):
                    if r["section"] == "ENCRYPT":
                        yield f"aes-{bits}-{name}", cipher_test(
                            r["key"], r.get("iv", ""), r["plaintext"], r["ciphertext"], kind)


def rfc3686():
    for bits in (128, 192, 256):
        for r in records(f"ciphers/AES/CTR/aes-{bits}-ctr.txt"):
            yield f"aes-{bits}-ctr", cipher_test(r["key"], r["iv"], r["plaintext"], r["ciphertext"])


def nessie_idea():
    for r in records("ciphers/IDEA/idea-ecb.txt"):
        yield "idea-ecb", cipher_test(r["key"], "", r["plaintext"], r["ciphertext"])


def pyca_idea():
    for mode in ("cbc", "cfb", "ofb"):
        for r in records(f"ciphers/IDEA/idea-{mode}.txt"):
            yield f"idea-{mode}", cipher_test(r["key"], r["iv"], r["plaintext"], r["ciphertext"])


def young_blowfish():
    for mode in ("ecb", "cbc", "cfb", "ofb"):
        for r in records(f"ciphers/Blowfish/bf-{mode}.txt"):
            if len(r["key"]) >= 8:  # Blowfish's keys have 32 bits at the least.
                yield f"blowfish-{mode}", cipher_test(
                    r["key"], r.get("iv", ""), r["plaintext"], r["ciphertext"])


def rfc6229():
    for bits in (40, 56, 64, 80, 128, 192, 256):
        for r in records(f"ciphers/ARC4/rfc-6229-{bits}.txt"):
            yield "rc4", cipher_test(r["key"], "", r["plaintext"], r["ciphertext"],
                                     f"{bits}-bit key, key stream at {r['offset']}",
                                     offset=int(r["offset"]))


def rfc8439():
    for r in records("ciphers/ChaCha20/rfc7539.txt"):
        counter = int(r["initial_block_counter"]).to_bytes(4, "little").hex()
        yield "chacha20", cipher_test(
            r["key"], counter + "00000000" + r["nonce"], r["plaintext"], r["ciphertext"])


# ---- Computed ciphers ------------------------------------------------------------------------

MODES = {"ecb": lambda iv: modes.ECB(), "cbc": modes.CBC, "cfb": legacy_modes.CFB, "ofb": legacy_modes.OFB}


def encrypt(cipher, mode, key, iv, msg):
    algorithm = BLOCK_CIPHERS[cipher][2]
    if mode == "ctr":
        length = len(iv)
        blocks = -(-len(msg) // length)
        counters = b"".join(((int.from_bytes(iv, "big") + i) % 256**length).to_bytes(length, "big")
                            for i in range(blocks))
        stream = encrypt(cipher, "ecb", key, b"", counters)
        return bytes(a ^ b for a, b in zip(msg, stream))
    encryptor = Cipher(algorithm(key), MODES[mode](iv)).encryptor()
    return encryptor.update(msg) + encryptor.finalize()


def computed_modes():
    """Every cipher in every mode, at lengths around the block; the counters of CTR wrap around."""
    for cipher, (key_lens, block, _) in BLOCK_CIPHERS.items():
        for mode in ("ecb", "cbc", "cfb", "ofb", "ctr"):
            lengths = (0, block, 3 * block, 40 * block)
            if mode not in ("ecb", "cbc"):
                lengths += (1, block - 1, block + 1, 5 * block + 3)
            for length in sorted(lengths):
                label = f"{cipher}-{mode} {length}"
                key = bytes_of(label + " key", key_lens[length % len(key_lens)])
                iv = b"" if mode == "ecb" else bytes_of(label + " iv", block)
                flags = []
                if mode == "ctr" and length > block:
                    iv, flags = b"\xff" * (block - 1) + b"\xfe", ["CounterWraps"]
                msg = bytes_of(label + " msg", length)
                ct = encrypt(cipher, mode, key, iv, msg)
                yield f"{cipher}-{mode}", cipher_test(key.hex(), iv.hex(), msg.hex(), ct.hex(), "", flags)


def computed_streams():
    for key_len in (5, 16, 255, 256):
        key, msg = bytes_of(f"rc4 {key_len}", key_len), bytes_of(f"rc4 msg {key_len}", 300)
        ct = Cipher(legacy.ARC4(key), None).encryptor().update(msg) if key_len in (5, 16) else rc4(key, msg)
        yield "rc4", cipher_test(key.hex(), "", msg.hex(), ct.hex(), f"{key_len * 8}-bit key")
    for length, counter in ((0, 0), (1, 1), (64, 7), (65, 2**32 - 4), (1000, 0)):
        key, msg = bytes_of(f"chacha20 {length}", 32), bytes_of(f"chacha20 msg {length}", length)
        iv = counter.to_bytes(4, "little") + bytes_of(f"chacha20 nonce {length}", 12)
        ct = Cipher(algorithms.ChaCha20(key, iv), None).encryptor().update(msg)
        yield "chacha20", cipher_test(key.hex(), iv.hex(), msg.hex(), ct.hex())


def rc4(key, msg):
    """For the key lengths that cryptography does not take."""
    s, j = list(range(256)), 0
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) % 256
        s[i], s[j] = s[j], s[i]
    i, j, out = 0, 0, []
    for byte in msg:
        i = (i + 1) % 256
        j = (j + s[i]) % 256
        s[i], s[j] = s[j], s[i]
        out.append(byte ^ s[(s[i] + s[j]) % 256])
    return bytes(out)


def refused():
    """Lengths that the ciphers do not have: there is no output."""
    for cipher, (key_lens, block, _) in BLOCK_CIPHERS.items():
        for mode in ("ecb", "cbc", "cfb", "ofb", "ctr"):
            iv_len = 0 if mode == "ecb" else block
            good = (min(key_lens), iv_len, 2 * block)
            cases = [("WrongKeyLength", (min(key_lens) - 1,) + good[1:]),
                     ("WrongKeyLength", (max(key_lens) + 1,) + good[1:]),
                     ("WrongKeyLength", (0,) + good[1:]),
                     ("WrongIvLength", (good[0], iv_len + 1, good[2]))]
            if iv_len:
                cases.append(("WrongIvLength", (good[0], iv_len - 1, good[2])))
            if mode in ("ecb", "cbc"):
                cases.append(("PartialBlock", good[:2] + (2 * block - 1,)))
            for flag, (key, iv, msg) in cases:
                yield f"{cipher}-{mode}", cipher_test("5a" * key, "00" * iv, "00" * msg, "", "", [flag], "invalid")
    for cipher, key, iv in (("rc4", 4, 0), ("rc4", 257, 0), ("chacha20", 31, 16), ("chacha20", 33, 16)):
        yield cipher, cipher_test("5a" * key, "00" * iv, "00", "", "", ["WrongKeyLength"], "invalid")
    for cipher, key, iv in (("rc4", 16, 1), ("chacha20", 32, 12), ("chacha20", 32, 17)):
        yield cipher, cipher_test("5a" * key, "00" * iv, "00", "", "", ["WrongIvLength"], "invalid")
    yield "chacha20", cipher_test("5a" * 32, "feffffff" + "00" * 12, "00" * 65, "", "", ["CounterEnds"], "invalid")


# ---- AEADs -----------------------------------------------------------------------------------

def aead_test(key, iv, aad, msg, ct, tag, comment="", flags=(), result="valid"):
    return {"comment": comment, "flags": list(flags), "key": key.lower(), "iv": iv.lower(), "aad": aad.lower(),
            "msg": msg.lower(), "ct": ct.lower(), "tag": tag.lower(), "result": result}


def nist_gcm(bits):
    """Of every combination of lengths with 96-bit IV and 128-bit tag, the first three."""
    for file, kind in (("gcmEncryptExtIV", "encrypt"), ("gcmDecrypt", "decrypt")):
        seen = {}
        for r in records(f"ciphers/AES/GCM/{file}{bits}.rsp"):
            if (r["ivlen"], r["taglen"]) != ("96", "128"):
                continue
            lengths = r["ptlen"], r["aadlen"]
            seen[lengths] = seen.get(lengths, 0) + 1
            if seen[lengths] <= 3:
                failed = "fail" in r
                yield aead_test(r["key"], r["iv"], r["aad"], "" if failed else r["pt"], r["ct"], r["tag"], kind,
                                ["ModifiedTag"] if failed else [], "invalid" if failed else "valid")


def chacha20_poly1305(file):
    def hexed(value):
        return value.strip('"').encode().hex() if value.startswith('"') else value
    for r in records(f"ciphers/ChaCha20Poly1305/{file}.txt"):
        failed = "result" in r
        msg = hexed(r.get("in", r.get("plaintext", "")))
        yield aead_test(hexed(r["key"]), hexed(r.get("nonce", r.get("iv"))), hexed(r.get("ad", r.get("aad", ""))),
                        "" if failed else msg, hexed(r.get("ct", r.get("ciphertext"))), r["tag"], "",
                        ["ModifiedTag"] if failed else [], "invalid" if failed else "valid")


def tampered(name, primitive, key_len):
    """One message, whole, then with each part altered in turn."""
    key, iv = bytes_of(name + " key", key_len), bytes_of(name + " iv", 12)
    aad, msg = bytes_of(name + " aad", 20), bytes_of(name + " msg", 37)
    sealed = primitive(key).encrypt(iv, msg, aad)
    parts = {"key": key, "iv": iv, "aad": aad, "ct": sealed[:-16], "tag": sealed[-16:]}
    yield aead_test(key.hex(), iv.hex(), aad.hex(), msg.hex(), sealed[:-16].hex(), sealed[-16:].hex())
    for part, value in parts.items():
        for index in (0, len(value) // 2, len(value) - 1):
            altered = bytearray(value)
            altered[index] ^= 1 << index % 8
            case = {k: v.hex() for k, v in (parts | {part: bytes(altered)}).items()}
            yield aead_test(msg="", **case, comment=f"{part}, byte {index}",
                            flags=["Modified" + part.capitalize()], result="invalid")
    for length in (0, 1, 12, 15):
        case = {k: v.hex() for k, v in (parts | {"tag": parts["tag"][:length]}).items()}
        yield aead_test(msg="", **case, comment=f"{length} bytes of tag", flags=["TruncatedTag"], result="invalid")


def aeads():
    gcm = [("Aead", {"algorithm": f"aes-{bits}-gcm"}, list(nist_gcm(bits))) for bits in (128, 256)]
    write("aead/aes-gcm-nist.json", "aead_v1", f"NIST CAVP gcmtestvectors, from {PYCA}", "NIST SP 800-38D", gcm)
    for file, source in (("boringssl", "RFC 8439 section 2.8.2 and BoringSSL"), ("openssl", "RFC 8439 and OpenSSL")):
        write(f"aead/chacha20-poly1305-{file}.json", "aead_v1", f"{source}, from {PYCA}", "RFC 8439",
              [("Aead", {"algorithm": "chacha20-poly1305"}, list(chacha20_poly1305(file)))])
    cases = (("aes-128-gcm", AESGCM, 16), ("aes-256-gcm", AESGCM, 32), ("chacha20-poly1305", ChaCha20Poly1305, 32))
    write("aead/tampered.json", "aead_v1", COMPUTED, "NIST SP 800-38D, RFC 8439",
          [("Aead", {"algorithm": name}, list(tampered(name, *rest))) for name, *rest in cases])


# ---- Digests and MACs ------------------------------------------------------------------------

def digest_tests(path):
    for r in records(path):
        msg = r["msg"][: int(r["len"]) // 4]
        yield {"msg": msg.lower(), "digest": r["md"].lower(), "result": "valid"}


def digests():
    def group(name, path):
        return ("Digest", {"algorithm": name}, list(digest_tests(path)))
    write("digest/md5-rfc1321.json", "digest_v1", f"RFC 1321 appendix A.5, from {PYCA}", "RFC 1321",
          [group("md5", "hashes/MD5/rfc-1321.txt")])
    write("digest/sha-nist.json", "digest_v1", f"NIST CAVP shabytetestvectors, from {PYCA}", "FIPS 180-4",
          [group("sha1", "hashes/SHA1/SHA1ShortMsg.rsp"), group("sha256", "hashes/SHA2/SHA256ShortMsg.rsp")])


def mac_test(key, msg, tag, comment="", flags=(), result="valid"):
    return {"comment": comment, "flags": list(flags), "key": key, "msg": msg, "tag": tag, "result": result}


def rfc_hmac(path):
    for r in records(path):
        yield mac_test(r["key"].lower(), r["msg"].lower(), r["md"].lower())


def keyed(digest, fill, key, msg):
    """RFC 1828 section 2 and RFC 1852 section 2, or the 1997 report's zeros in place of their fill."""
    if fill == "zero":
        filled = key + bytes(-len(key) % 64)
    else:
        filled = key + b"\x80" + bytes((55 - len(key)) % 64)
        filled += (len(key) * 8).to_bytes(8, "little" if digest == "md5" else "big")
    return hashlib.new(digest, filled + msg + key).digest()


def altered_tags(key, msg, tag):
    """The tag itself, and everything that is not quite it."""
    yield mac_test(key.hex(), msg.hex(), tag.hex())
    for index in (0, len(tag) // 2, len(tag) - 1):
        altered = bytearray(tag)
        altered[index] ^= 1 << index % 8
        yield mac_test(key.hex(), msg.hex(), altered.hex(), f"byte {index}", ["ModifiedTag"], "invalid")
    yield mac_test(key.hex(), msg.hex(), tag[:-1].hex(), "", ["TruncatedTag"], "invalid")
    yield mac_test(key.hex(), msg.hex(), (tag + b"\0").hex(), "", ["LengthenedTag"], "invalid")
    yield mac_test(key.hex(), msg.hex(), "", "", ["TruncatedTag"], "invalid")


def macs():
    def group(name, digest, tests):
        return ("Mac", {"algorithm": name, "tagLen": hashlib.new(digest).digest_size}, tests)
    write("mac/hmac-rfc2202.json", "mac_v1", f"RFC 2202, from {PYCA}", "RFC 2104",
          [group("hmac-" + d, d, list(rfc_hmac(f"HMAC/rfc-2202-{d}.txt"))) for d in ("md5", "sha1")])
    write("mac/hmac-rfc4231.json", "mac_v1", f"RFC 4231, from {PYCA}", "RFC 2104",
          [group("hmac-sha256", "sha256", list(rfc_hmac("HMAC/rfc-4231-sha256.txt")))])

    truncated = []  # The cases that the set above leaves out: RFC 2202 case 5, RFC 4231 case 5.
    for digest, length, published in (("md5", 12, "56461ef2342edc00f9bab995"), ("sha1", 12, "4c1a03424b55e07fe7f27be1"),
                                      ("sha256", 16, "a3b6167473100ee06e0c796c2955552b")):
        key = b"\x0c" * (16 if digest == "md5" else 20)
        msg = b"Test With Truncation"
        whole = hmac.digest(key, msg, digest)
        assert whole[:length].hex() == published
        tests = [mac_test(key.hex(), msg.hex(), published, "case 5"),
                 mac_test(key.hex(), msg.hex(), whole.hex(), "not truncated", ["LengthenedTag"], "invalid")]
        truncated.append(("Mac", {"algorithm": f"hmac-{digest}", "tagLen": length}, tests))
    write("mac/hmac-truncated.json", "mac_v1", "RFC 2202 and RFC 4231, case 5 of each", "RFC 2104 section 5", truncated)

    groups = []
    for name, digest, fill in (("keyed-md5", "md5", "zero"), ("keyed-md5-rfc1828", "md5", "digest"),
                               ("keyed-sha1", "sha1", "zero"), ("keyed-sha1-rfc1852", "sha1", "digest")):
        tests = []
        for key_len in (1, 8, 16, 20, 55, 56, 63, 64):
            for msg_len in (0, 1, 63, 64, 65, 1000):
                key, msg = bytes_of(f"{name} {key_len}", key_len), bytes_of(f"{name} msg {msg_len}", msg_len)
                tests.append(mac_test(key.hex(), msg.hex(), keyed(digest, fill, key, msg).hex()))
        key, msg = bytes_of(name, 16), bytes_of(name + " msg", 32)
        tests += altered_tags(key, msg, keyed(digest, fill, key, msg))
        for key_len in (0, 65):
            tests.append(mac_test("5a" * key_len, "", "00" * hashlib.new(digest).digest_size, "",
                                  ["WrongKeyLength"], "invalid"))
        groups.append(group(name, digest, tests))
    write("mac/keyed.json", "mac_v1", "computed with Python's hashlib, inputs from SHAKE-256; none are published",
          "RFC 1828, RFC 1852; the 1997 report on secure PVM for the zero fill", groups)

    groups = []
    for digest in ("md5", "sha1", "sha256"):
        key, msg = bytes_of("hmac-" + digest, 32), bytes_of(f"hmac-{digest} msg", 100)
        tests = list(altered_tags(key, msg, hmac.digest(key, msg, digest)))
        for key_len in (0, 1, 63, 64, 65, 200):
            key = bytes_of(f"hmac-{digest} {key_len}", key_len)
            tests.append(mac_test(key.hex(), msg.hex(), hmac.digest(key, msg, digest).hex()))
        groups.append(group("hmac-" + digest, digest, tests))
    write("mac/hmac-altered.json", "mac_v1", "computed with Python's hmac, inputs from SHAKE-256", "RFC 2104", groups)


# ---- Key agreement ---------------------------------------------------------------------------

def agreement_test(secret, public, shared, comment="", flags=(), result="valid"):
    return {"comment": comment, "flags": list(flags), "secret": secret, "public": public,
            "shared": shared, "result": result}


def x25519():
    for r in records("asymmetric/X25519/rfc7748.txt"):
        yield agreement_test(r["input_scalar"], r["input_u"], r["output_u"], "RFC 7748 section 5.2")


def x25519_computed():
    for n in range(20):
        secret = bytes_of(f"x25519 secret {n}", 32)
        peer = X25519PrivateKey.from_private_bytes(bytes_of(f"x25519 peer {n}", 32)).public_key()
        shared = X25519PrivateKey.from_private_bytes(secret).exchange(peer)
        yield agreement_test(secret.hex(), peer.public_bytes_raw().hex(), shared.hex())
    prime = 2**255 - 19
    order8 = (325606250916557431795983626356110631294008115727848805560023387167927233504,
              39382357235489614581723060781553021112529911719440698176882885853963445705823)
    for u in (0, 1, *order8, prime - 1, prime, prime + 1, *(u + 2**255 for u in (0, 1, *order8))):
        public = u.to_bytes(32, "little")
        try:
            X25519PrivateKey.from_private_bytes(bytes_of("x25519", 32)).exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError:
            yield agreement_test(bytes_of("x25519", 32).hex(), public.hex(), "", "a point of low order",
                                 ["ZeroSharedSecret"], "invalid")
        else:
            raise AssertionError("not of low order")
    for length in (0, 31, 33):
        yield agreement_test(bytes_of("x25519", 32).hex(), "09" * length, "", "", ["WrongPublicLength"], "invalid")


@functools.cache
def pi_floor(bits):
    """floor(2^bits * pi), by Machin's formula."""
    guard = bits + 64

    def arctan(x):
        term, total, n = (1 << guard) // x, 0, 1
        while term:
            total += term // n if n % 4 == 1 else -(term // n)
            term, n = term // (x * x), n + 2
        return total
    return (16 * arctan(5) - 4 * arctan(239)) >> 64


def modp_prime(bits, offset):
    """RFC 2409 section 6.2 and RFC 3526 section 3: by formula, not from the hexadecimal digits."""
    return 2**bits - 2**(bits - 64) - 1 + 2**64 * (pi_floor(bits - 130) + offset)


MODP = {"modp-1024": (1024, 129093), "modp-2048": (2048, 124476)}


def modp(name):
    bits, offset = MODP[name]
    prime, length = modp_prime(bits, offset), bits // 8
    for n in range(12):
        secret = bytes_of(f"{name} secret {n}", (32, 40, length // 2, length)[n % 4])
        public = pow(2, int.from_bytes(bytes_of(f"{name} peer {n}", 32), "big"), prime)
        shared = pow(public, int.from_bytes(secret, "big"), prime)
        yield agreement_test(secret.hex(), public.to_bytes(length, "big").hex(), shared.to_bytes(length, "big").hex())
    secret = bytes_of(name, 32)
    for public in (2, 3, prime - 2):
        shared = pow(public, int.from_bytes(secret, "big"), prime)
        yield agreement_test(secret.hex(), public.to_bytes(length, "big").hex(), shared.to_bytes(length, "big").hex(),
                             "at the end of the range", ["EdgeOfRange"])
    for public in (0, 1, prime - 1, prime, prime + 1, 2**bits - 1):
        yield agreement_test(secret.hex(), public.to_bytes(length, "big").hex(), "", "", ["PublicOutOfRange"], "invalid")
    for size in (0, length - 1, length + 1):
        yield agreement_test(secret.hex(), "02" * size, "", "", ["WrongPublicLength"], "invalid")
    for size in (31, length + 1):
        yield agreement_test("5a" * size, (2).to_bytes(length, "big").hex(), "", "", ["WrongSecretLength"], "invalid")


def agreements():
    write("agreement/x25519-rfc7748.json", "agreement_v1", f"RFC 7748 section 5.2, from {PYCA}", "RFC 7748",
          [("Agreement", {"algorithm": "x25519"}, list(x25519()))])
    write("agreement/x25519.json", "agreement_v1", COMPUTED, "RFC 7748",
          [("Agreement", {"algorithm": "x25519"}, list(x25519_computed()))])
    write("agreement/modp.json", "agreement_v1", "computed with Python's integers, inputs from SHAKE-256",
          "RFC 2409 section 6.2, RFC 3526 section 3, RFC 2631 section 2.1",
          [("Agreement", {"algorithm": name}, list(modp(name))) for name in MODP])


# ---- Key derivation --------------------------------------------------------------------------

def kdf_test(salt, secret, info, out, out_len, flags=(), result="valid"):
    return {"comment": "", "flags": list(flags), "salt": salt, "secret": secret, "info": info, "outLen": out_len,
            "out": out, "result": result}


def kdfs():
    published = [kdf_test(r["salt"], r["ikm"], r["info"], r["okm"], int(r["l"]))
                 for r in records("KDF/rfc-5869-HKDF-SHA256.txt")]
    write("kdf/hkdf-rfc5869.json", "kdf_v1", f"RFC 5869 appendix A, from {PYCA}", "RFC 5869",
          [("Kdf", {"algorithm": "hkdf-sha256"}, published)])
    tests = []
    for length in (0, 1, 32, 33, 255 * 32):
        parts = [bytes_of(f"hkdf {part} {length}", size) for part, size in (("salt", 64), ("secret", 32), ("info", 80))]
        # cryptography derives one byte at the least.
        out = HKDF(SHA256(), max(length, 1), parts[0], parts[2]).derive(parts[1])[:length]
        tests.append(kdf_test(*(part.hex() for part in parts), out.hex(), length))
    tests.append(kdf_test("", "00", "", "", 255 * 32 + 1, ["WrongOutputLength"], "invalid"))
    write("kdf/hkdf.json", "kdf_v1", COMPUTED, "RFC 5869", [("Kdf", {"algorithm": "hkdf-sha256"}, tests)])


# ---- Padding ---------------------------------------------------------------------------------

def pad(name, msg, block):
    count = block - len(msg) % block
    return {"pkcs7": lambda: msg + bytes([count]) * count,
            "iso7816": lambda: msg + b"\x80" + bytes(count - 1),
            "x923": lambda: msg + bytes(count - 1) + bytes([count]),
            "zero-with-count": lambda: msg + bytes(count % block)}[name]()


BAD = {  # Blocks of 8 that carry no padding of the kind.
    "pkcs7": ["0000000000000000", "ffffffffffffffff", "0102030405060709", "0102030405060302", "0808080808080807",
              "0708080808080808", "0909090909090909"],
    "iso7816": ["0000000000000000", "0102030405060708", "0102030405068001", "8000000000000001", "00000000000000c0"],
    "x923": ["0000000000000000", "0102030405060709", "0000000100000005", "0100000000000008", "0000000000000009",
             "00000000000000ff"],
}


def padding_test(msg, padded, flags=(), result="valid", **more):
    return {"comment": "", "flags": list(flags), "msg": msg, "padded": padded, **more, "result": result}


def paddings():
    groups = []
    for name in ("pkcs7", "iso7816", "x923", "zero-with-count"):
        counted = name == "zero-with-count"
        for block in (8, 16):
            tests = []
            for length in range(2 * block + 1):
                msg = bytes_of(f"padding {length}", length)
                padded = pad(name, msg, block)
                more = {"count": len(padded) - length} if counted else {}
                tests.append(padding_test(msg.hex(), padded.hex(), **more))
            if block == 8:
                for bad in BAD.get(name, []):
                    tests.append(padding_test("", bad, ["BadPadding"], "invalid"))
                    tests.append(padding_test("", "00" * 8 + bad, ["BadPadding"], "invalid"))
            more = {"count": 1} if counted else {}
            tests.append(padding_test("", "01" * (block - 1), ["PartialBlock"], "invalid", **more))
            if counted:
                for count, block_hex in ((1, "01" * block), (3, "01" * (block - 2) + "0000"), (block, "00" * block),
                                         (block + 1, "00" * 2 * block), (1, "")):
                    tests.append(padding_test("", block_hex, ["BadPadding"], "invalid", count=count))
            else:
                tests.append(padding_test("", "", ["BadPadding"], "invalid"))
            groups.append(("Padding", {"algorithm": name, "blockLen": block}, tests))
    write("padding/padding.json", "padding_v1", "computed in Python from the definitions",
          "RFC 5652 section 6.3, ISO/IEC 7816-4, ANSI X9.23, the 1997 report on secure PVM", groups)


def main():
    cipher_file("des-nist", f"NIST CAVP KAT and MMT (SP 800-17, SP 800-20), from {PYCA}",
                "FIPS 46-3, SP 800-67, SP 800-38A", nist_des())
    cipher_file("aes-nist", f"NIST CAVP KAT_AES and aesmmt, from {PYCA}", "FIPS 197, SP 800-38A", nist_aes())
    cipher_file("aes-ctr-rfc3686", f"RFC 3686 section 6, from {PYCA}", "FIPS 197, SP 800-38A", rfc3686())
    cipher_file("idea-nessie", f"NESSIE's set for IDEA, from {PYCA}", "Lai and Massey, 1991", nessie_idea())
    cipher_file("idea-modes", f"made with Botan by the pyca developers, from {PYCA}",
                "Lai and Massey, 1991; SP 800-38A", pyca_idea())
    cipher_file("blowfish-young", f"Eric Young's set, as published by Schneier, from {PYCA}",
                "Schneier, 1993; SP 800-38A", young_blowfish())
    cipher_file("rc4-rfc6229", f"RFC 6229, from {PYCA}", "alleged RC4, 1994", rfc6229())
    cipher_file("chacha20-rfc7539", f"RFC 7539 appendix A.2, from {PYCA}", "RFC 8439 section 2.4", rfc8439())
    cipher_file("modes", COMPUTED, "SP 800-38A", computed_modes())
    cipher_file("streams", COMPUTED + "; long RC4 keys in Python", "alleged RC4, 1994; RFC 8439 section 2.4", computed_streams())
    cipher_file("refused", "lengths that the specifications exclude", "the ciphers' and SP 800-38A", refused())
    aeads()
    digests()
    macs()
    agreements()
    kdfs()
    paddings()
    stale = []
    for name, text in FILES.items():
        path = OUT / name
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text() != text:
                stale.append(name)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name in stale:
        print(f"{name} is not what generate.py writes", file=sys.stderr)
    total = sum(int(re.search(r'"numberOfTests": (\d+)', text)[1]) for text in FILES.values())
    print(f"{len(FILES)} files, {total} tests")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
