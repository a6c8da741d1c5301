"""OpenSSL: libcrypto by ctypes, the legacy provider included. No IDEA in Debian's."""

import ctypes
import ctypes.util

lib = ctypes.CDLL(ctypes.util.find_library("crypto") or "libcrypto.so.3")
for name in ("OSSL_PROVIDER_load", "EVP_CIPHER_fetch", "EVP_CIPHER_CTX_new", "EVP_MD_fetch", "HMAC",
             "EVP_PKEY_new_raw_private_key", "EVP_PKEY_new_raw_public_key", "EVP_PKEY_CTX_new"):
    getattr(lib, name).restype = ctypes.c_void_p
for provider in (b"legacy", b"default"):
    lib.OSSL_PROVIDER_load(None, provider)

NAMES = {"des-ecb": b"DES-ECB", "des-cbc": b"DES-CBC", "des-cfb": b"DES-CFB", "des-ofb": b"DES-OFB",
         "3des-2key-ecb": b"DES-EDE-ECB", "3des-2key-cbc": b"DES-EDE-CBC", "3des-2key-cfb": b"DES-EDE-CFB",
         "3des-2key-ofb": b"DES-EDE-OFB", "3des-ecb": b"DES-EDE3-ECB", "3des-cbc": b"DES-EDE3-CBC",
         "3des-cfb": b"DES-EDE3-CFB", "3des-ofb": b"DES-EDE3-OFB", "rc4": b"RC4", "chacha20": b"ChaCha20",
         "blowfish-ecb": b"BF-ECB", "blowfish-cbc": b"BF-CBC", "blowfish-cfb": b"BF-CFB",
         "blowfish-ofb": b"BF-OFB", "chacha20-poly1305": b"ChaCha20-Poly1305",
         "aes-128-gcm": b"AES-128-GCM", "aes-256-gcm": b"AES-256-GCM"}
NAMES |= {f"aes-{bits}-{mode}": f"AES-{bits}-{mode.upper()}".encode()
          for bits in (128, 192, 256) for mode in ("ecb", "cbc", "cfb", "ofb", "ctr")}
SET_TAG, GET_TAG = 0x11, 0x10


def check(result):
    if result != 1:
        raise Refused


def context(name, key, iv, encrypt):
    """A cipher context; the caller frees it."""
    cipher = ctypes.c_void_p(lib.EVP_CIPHER_fetch(None, name, None))
    if not cipher:
        raise Unsupported
    made = ctypes.c_void_p(lib.EVP_CIPHER_CTX_new())
    check(lib.EVP_CipherInit_ex(made, cipher, None, None, None, encrypt))
    check(lib.EVP_CIPHER_CTX_set_key_length(made, len(key)))
    check(lib.EVP_CipherInit_ex(made, None, None, key, iv or None, encrypt))
    lib.EVP_CIPHER_CTX_set_padding(made, 0)
    lib.EVP_CIPHER_free(cipher)
    return made


def update(made, data, out=True):
    buf, length = ctypes.create_string_buffer(len(data) + 32), ctypes.c_int()
    check(lib.EVP_CipherUpdate(made, buf if out else None, ctypes.byref(length), data, len(data)))
    return buf.raw[:length.value] if out else b""


def finish(made):
    buf, length = ctypes.create_string_buffer(32), ctypes.c_int()
    check(lib.EVP_CipherFinal_ex(made, buf, ctypes.byref(length)))
    return buf.raw[:length.value]


def crypt(r, encrypt, data):
    cipher, mode = split(r)
    offset, name = r.get("offset", 0), r["algorithm"]
    data = bytes(offset) + data
    if mode == "ctr" and BLOCK_LEN[cipher] == 8:
        made = context(NAMES.get(f"{cipher}-ecb", b"none"), r["key"], b"", 1)
        out = counter_mode(lambda block: update(made, block), r["iv"], data)
    else:
        made = context(NAMES.get(name, b"none"), r["key"], r["iv"], encrypt)
        out = update(made, data) + finish(made)
    lib.EVP_CIPHER_CTX_free(made)
    return out[offset:]


def seal(r):
    made, tag = context(NAMES[r["algorithm"]], r["key"], r["iv"], 1), ctypes.create_string_buffer(16)
    update(made, r["aad"], out=False)
    out = update(made, r["msg"]) + finish(made)
    check(lib.EVP_CIPHER_CTX_ctrl(made, GET_TAG, 16, tag))
    lib.EVP_CIPHER_CTX_free(made)
    return {"ct": out, "tag": tag.raw}


def open_(r):
    if len(r["tag"]) != 16:
        raise Refused
    made = context(NAMES[r["algorithm"]], r["key"], r["iv"], 0)
    try:
        check(lib.EVP_CIPHER_CTX_ctrl(made, SET_TAG, 16, r["tag"]))
        update(made, r["aad"], out=False)
        return {"msg": update(made, r["ct"]) + finish(made)}
    finally:
        lib.EVP_CIPHER_CTX_free(made)


def digest(name, data):
    kind = ctypes.c_void_p(lib.EVP_MD_fetch(None, name.encode(), None))
    out, length = ctypes.create_string_buffer(64), ctypes.c_uint()
    check(lib.EVP_Digest(data, len(data), out, ctypes.byref(length), kind, None))
    return out.raw[:length.value]


def hmac(name, key, data):
    kind = ctypes.c_void_p(lib.EVP_MD_fetch(None, name.encode(), None))
    out, length = ctypes.create_string_buffer(64), ctypes.c_uint()
    if not lib.HMAC(kind, key, len(key), data, ctypes.c_size_t(len(data)), out, ctypes.byref(length)):
        raise Refused
    return out.raw[:length.value]


def mac(r):
    family, _, rest = r["algorithm"].partition("-")
    if family == "hmac":
        return {"tag": hmac(rest, r["key"], r["msg"])[:r["tagLen"]]}
    return {"tag": keyed_digest(digest, rest, r["key"], r["msg"])[:r["tagLen"]]}


def agree(r):
    if r["algorithm"] != "x25519":
        raise Unsupported
    if len(r["secret"]) != 32 or len(r["public"]) != 32:
        raise Refused
    new, kind = ctypes.c_size_t(32), lib.OBJ_txt2nid(b"X25519")
    own = ctypes.c_void_p(lib.EVP_PKEY_new_raw_private_key(kind, None, r["secret"], new))
    peer = ctypes.c_void_p(lib.EVP_PKEY_new_raw_public_key(kind, None, r["public"], new))
    made = ctypes.c_void_p(lib.EVP_PKEY_CTX_new(own, None))
    shared, length = ctypes.create_string_buffer(32), ctypes.c_size_t(32)
    check(lib.EVP_PKEY_derive_init(made))
    check(lib.EVP_PKEY_derive_set_peer(made, peer))
    check(lib.EVP_PKEY_derive(made, shared, ctypes.byref(length)))
    return {"shared": shared.raw}


def derive(r):
    if r["outLen"] > 255 * 32:
        raise Refused
    key, block, out = hmac("sha256", r["salt"], r["secret"]), b"", b""
    while len(out) < r["outLen"]:
        block = hmac("sha256", key, block + r["info"] + bytes([len(out) // 32 + 1]))
        out += block
    return {"out": out[:r["outLen"]]}


serve({
    "encrypt": lambda r: {"ct": crypt(r, 1, r["msg"])},
    "decrypt": lambda r: {"msg": crypt(r, 0, r["ct"])},
    "seal": seal, "open": open_,
    "digest": lambda r: {"digest": digest(r["algorithm"], r["msg"])},
    "mac": mac, "agree": agree, "derive": derive,
})
