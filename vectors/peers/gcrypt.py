"""libgcrypt, by ctypes. It has IDEA."""

import ctypes

lib = ctypes.CDLL("libgcrypt.so.20")
lib.gcry_check_version.restype = ctypes.c_char_p
lib.gcry_check_version(None)
DISABLE_SECMEM, INITIALIZATION_FINISHED = 37, 38
lib.gcry_control(DISABLE_SECMEM, 0)
lib.gcry_control(INITIALIZATION_FINISHED, 0)

ECB, CFB, CBC, STREAM, OFB, CTR, GCM, POLY1305 = 1, 2, 3, 4, 5, 6, 9, 10
MODES = {"ecb": ECB, "cfb": CFB, "cbc": CBC, "ofb": OFB, "ctr": CTR}
CIPHERS = {"idea": 1, "3des": 2, "blowfish": 4, "aes-128": 7, "aes-192": 8, "aes-256": 9,
           "rc4": 301, "des": 302, "chacha20": 316}
DIGESTS = {"md5": 1, "sha1": 2, "sha256": 8}
WEAK_KEY = 43


def size(data):
    return ctypes.c_size_t(len(data))


def check(error):
    if error & 0xffff == WEAK_KEY:
        raise Unsupported
    if error:
        raise Refused


def handle(number, mode, key):
    made = ctypes.c_void_p()
    check(lib.gcry_cipher_open(ctypes.byref(made), number, mode, 0))
    try:
        check(lib.gcry_cipher_setkey(made, key, size(key)))
    except (Refused, Unsupported):
        lib.gcry_cipher_close(made)
        raise Unsupported from None  # It has fewer key lengths, and refuses weak keys.
    return made


def crypt(r, function, data):
    cipher, mode = split(r)
    offset, key = r.get("offset", 0), r["key"]
    if cipher == "3des-2key":
        cipher, key = "3des", key + key[:8]
    data = bytes(offset) + data
    if cipher == "chacha20":
        # It takes block counter and nonce of 64 bits each: 16 bytes as they stand.
        if int.from_bytes(r["iv"][:4], "little") * 64 + len(data) > 2**32 * 64:
            raise Unsupported
    made = handle(CIPHERS[cipher], MODES.get(mode, STREAM), key)
    if mode == "ctr":
        lib.gcry_cipher_setctr(made, r["iv"], size(r["iv"]))
    elif r["iv"]:
        check(lib.gcry_cipher_setiv(made, r["iv"], size(r["iv"])))
    buf = ctypes.create_string_buffer(data, len(data) or 1)
    if data:
        check(getattr(lib, function)(made, buf, size(data), None, ctypes.c_size_t(0)))
    lib.gcry_cipher_close(made)
    return buf.raw[:len(data)][offset:]


def aead(r):
    number, mode = {"aes-128-gcm": (7, GCM), "aes-256-gcm": (9, GCM),
                    "chacha20-poly1305": (316, POLY1305)}[r["algorithm"]]
    made = handle(number, mode, r["key"])
    check(lib.gcry_cipher_setiv(made, r["iv"], size(r["iv"])))
    check(lib.gcry_cipher_authenticate(made, r["aad"], size(r["aad"])))
    return made


def seal(r):
    made, buf = aead(r), ctypes.create_string_buffer(r["msg"], len(r["msg"]) or 1)
    tag = ctypes.create_string_buffer(16)
    check(lib.gcry_cipher_final(made) if hasattr(lib, "gcry_cipher_final") else 0)
    check(lib.gcry_cipher_encrypt(made, buf, size(r["msg"]), None, ctypes.c_size_t(0)))
    check(lib.gcry_cipher_gettag(made, tag, ctypes.c_size_t(16)))
    lib.gcry_cipher_close(made)
    return {"ct": buf.raw[:len(r["msg"])], "tag": tag.raw}


def open_(r):
    if len(r["tag"]) != 16:
        raise Refused
    made, buf = aead(r), ctypes.create_string_buffer(r["ct"], len(r["ct"]) or 1)
    try:
        check(lib.gcry_cipher_decrypt(made, buf, size(r["ct"]), None, ctypes.c_size_t(0)))
        check(lib.gcry_cipher_checktag(made, r["tag"], ctypes.c_size_t(16)))
    finally:
        lib.gcry_cipher_close(made)
    return {"msg": buf.raw[:len(r["ct"])]}


def digest(name, data):
    out = ctypes.create_string_buffer({"md5": 16, "sha1": 20, "sha256": 32}[name])
    lib.gcry_md_hash_buffer(DIGESTS[name], out, data, size(data))
    return out.raw


def hmac(name, key, data):
    """RFC 2104 on the library's digests: its own HMAC wants longer keys."""
    key = digest(name, key) if len(key) > 64 else key
    key = key.ljust(64, b"\0")
    inner = digest(name, xor(key, b"\x36" * 64) + data)
    return digest(name, xor(key, b"\x5c" * 64) + inner)


def mac(r):
    family, _, rest = r["algorithm"].partition("-")
    if family == "hmac":
        return {"tag": hmac(rest, r["key"], r["msg"])[:r["tagLen"]]}
    return {"tag": keyed_digest(digest, rest, r["key"], r["msg"])[:r["tagLen"]]}


def derive(r):
    if r["outLen"] > 255 * 32:
        raise Refused
    key, block, out = hmac("sha256", r["salt"], r["secret"]), b"", b""
    while len(out) < r["outLen"]:
        block = hmac("sha256", key, block + r["info"] + bytes([len(out) // 32 + 1]))
        out += block
    return {"out": out[:r["outLen"]]}


serve({
    "encrypt": lambda r: {"ct": crypt(r, "gcry_cipher_encrypt", r["msg"])},
    "decrypt": lambda r: {"msg": crypt(r, "gcry_cipher_decrypt", r["ct"])},
    "seal": seal, "open": open_,
    "digest": lambda r: {"digest": digest(r["algorithm"], r["msg"])},
    "mac": mac, "derive": derive,
})
