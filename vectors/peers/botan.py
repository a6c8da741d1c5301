"""Botan 2, by ctypes. It has IDEA, and the groups of the modular exponentiation."""

import ctypes

lib = ctypes.CDLL("libbotan-2.so.19")

BLOCK_CIPHERS = {"des": "DES", "3des-2key": "TripleDES", "3des": "TripleDES", "idea": "IDEA", "blowfish": "Blowfish",
                 "aes-128": "AES-128", "aes-192": "AES-192", "aes-256": "AES-256"}
MODES = {"cbc": "{}/CBC/NoPadding", "cfb": "{}/CFB", "ofb": "OFB({})", "ctr": "CTR-BE({})"}
STREAM_CIPHERS = {"rc4": "RC4", "chacha20": "ChaCha(20)"}
AEADS = {"aes-128-gcm": "AES-128/GCM", "aes-256-gcm": "AES-256/GCM", "chacha20-poly1305": "ChaCha20Poly1305"}
DIGESTS = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256"}
ENCRYPT, DECRYPT, FINAL = 0, 1, 1
NOT_IMPLEMENTED = -40
BLOCKS_SKIPPED_MAX = 1024


def size(data):
    return ctypes.c_size_t(len(data))


def check(error):
    if error == NOT_IMPLEMENTED:
        raise Unsupported
    if error:
        raise Refused


class Object:
    """One of the library's, destroyed at the end of a block."""

    def __init__(self, kind, *arguments, make="init"):
        self.kind, self.handle = kind, ctypes.c_void_p()
        name = f"botan_{kind}_{make}"
        check(getattr(lib, name)(ctypes.byref(self.handle), *arguments))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        getattr(lib, f"botan_{self.kind}_destroy")(self.handle)

    def call(self, function, *arguments):
        check(getattr(lib, f"botan_{self.kind}_{function}")(self.handle, *arguments))


def run(name, key, iv, direction, data, aad=None):
    """The whole of a message through a mode, a stream cipher or an AEAD."""
    with Object("cipher", name.encode(), ctypes.c_uint32(direction)) as cipher:
        cipher.call("set_key", key, size(key))
        if aad is not None:
            cipher.call("set_associated_data", aad, size(aad))
        cipher.call("start", iv, size(iv))
        out = ctypes.create_string_buffer(len(data) + 32)
        written, consumed = ctypes.c_size_t(), ctypes.c_size_t()
        cipher.call("update", ctypes.c_uint32(FINAL), out, size(out), ctypes.byref(written), data, size(data),
                    ctypes.byref(consumed))
        return out.raw[:written.value]


def blocks(name, key, direction, data):
    """ECB: block by block."""
    with Object("block_cipher", name.encode()) as cipher:
        cipher.call("set_key", key, size(key))
        out = ctypes.create_string_buffer(len(data) or 1)
        count = len(data) // lib.botan_block_cipher_block_size(cipher.handle)
        if count:
            function = "decrypt_blocks" if direction else "encrypt_blocks"
            cipher.call(function, data, out, ctypes.c_size_t(count))
        return out.raw[:len(data)]


def crypt(r, direction, data):
    cipher, mode = split(r)
    offset, iv = r.get("offset", 0), r["iv"]
    data = bytes(offset) + data
    if mode == "cbc" and direction == DECRYPT and not data:
        raise Unsupported  # It wants a block at least.
    if mode == "ecb":
        return blocks(BLOCK_CIPHERS[cipher], r["key"], direction, data)[offset:]
    if cipher in STREAM_CIPHERS:
        name = STREAM_CIPHERS[cipher]
    else:
        name = MODES[mode].format(BLOCK_CIPHERS[cipher])
    if cipher == "chacha20":
        # It begins at block 0 of a nonce: what lies before is encrypted too.
        skipped, iv = int.from_bytes(iv[:4], "little"), iv[4:]
        if skipped > BLOCKS_SKIPPED_MAX:
            raise Unsupported
        offset += 64 * skipped
        data = bytes(64 * skipped) + data
    return run(name, r["key"], iv, direction, data)[offset:]


def seal(r):
    sealed = run(AEADS[r["algorithm"]], r["key"], r["iv"], ENCRYPT, r["msg"], r["aad"])
    return {"ct": sealed[:-16], "tag": sealed[-16:]}


def open_(r):
    if len(r["tag"]) != 16:
        raise Refused
    return {"msg": run(AEADS[r["algorithm"]], r["key"], r["iv"], DECRYPT, r["ct"] + r["tag"], r["aad"])}


def absorbed(made, data):
    made.call("update", data, size(data))
    out = ctypes.create_string_buffer(64)
    made.call("final", out)
    length = ctypes.c_size_t()
    made.call("output_length", ctypes.byref(length))
    return out.raw[:length.value]


def digest(name, data):
    with Object("hash", DIGESTS[name].encode(), ctypes.c_uint32(0)) as made:
        return absorbed(made, data)


def mac(r):
    family, _, rest = r["algorithm"].partition("-")
    if family != "hmac":
        return {"tag": keyed_digest(digest, rest, r["key"], r["msg"])[:r["tagLen"]]}
    with Object("mac", f"HMAC({DIGESTS[rest]})".encode(), ctypes.c_uint32(0)) as made:
        made.call("set_key", r["key"], size(r["key"]))
        return {"tag": absorbed(made, r["msg"])[:r["tagLen"]]}


def modp_key(name, secret):
    """A key of the group that the library knows by its name; `p` and `g` come from another key of it."""
    group = f"modp/ietf/{name.removeprefix('modp-')}".encode()
    numbers = [Object("mp") for _ in range(3)]
    with numbers[0], numbers[1], numbers[2], Object("rng", None) as rng:
        with Object("privkey", rng.handle, group, make="create_dh") as other:
            for number, field in zip(numbers, (b"p", b"g")):
                check(lib.botan_privkey_get_field(number.handle, other.handle, field))
        numbers[2].call("from_bin", secret, size(secret))
        return Object("privkey", *(number.handle for number in numbers), make="load_dh")


def agree(r):
    secret, public, name = r["secret"], r["public"], r["algorithm"]
    length = 32 if name == "x25519" else int(name.removeprefix("modp-")) // 8
    if len(public) != length or not 32 <= len(secret) <= length:
        raise Refused
    key = Object("privkey", secret, make="load_x25519") if name == "x25519" else modp_key(name, secret)
    with key, Object("pk_op_key_agreement", key.handle, b"Raw", ctypes.c_uint32(0), make="create") as operation:
        out, written = ctypes.create_string_buffer(256), ctypes.c_size_t(256)
        check(lib.botan_pk_op_key_agreement(operation.handle, out, ctypes.byref(written), public, size(public),
                                            None, ctypes.c_size_t(0)))
        if not any(out.raw[:written.value]):
            raise Refused  # RFC 7748, section 6.1, leaves this to the caller.
        return {"shared": out.raw[:written.value]}


def derive(r):
    if r["outLen"] > 255 * 32:
        raise Refused
    out = ctypes.create_string_buffer(r["outLen"] or 1)
    check(lib.botan_kdf(b"HKDF(SHA-256)", out, ctypes.c_size_t(r["outLen"]), r["secret"], size(r["secret"]), r["salt"],
                        size(r["salt"]), r["info"], size(r["info"])))
    return {"out": out.raw[:r["outLen"]]}


serve({
    "encrypt": lambda r: {"ct": crypt(r, ENCRYPT, r["msg"])},
    "decrypt": lambda r: {"msg": crypt(r, DECRYPT, r["ct"])},
    "seal": seal, "open": open_,
    "digest": lambda r: {"digest": digest(r["algorithm"], r["msg"])},
    "mac": mac, "agree": agree, "derive": derive,
})
