"""How the peers are called: as their documentation has it, with the least that a call needs."""

from collections.abc import Callable, Mapping
from typing import Any

from Crypto.Cipher import AES, ARC4, DES, DES3, Blowfish, ChaCha20, ChaCha20_Poly1305
from Crypto.Hash import HMAC, MD5, SHA1, SHA256
from Crypto.Protocol import DH
from cryptography.hazmat.decrepit.ciphers import algorithms as decrepit
from cryptography.hazmat.decrepit.ciphers import modes as decrepit_modes
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as their_hmac
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

Peers = Mapping[str, Callable[[bytes], Any]]

BLOCK_CIPHERS: Mapping[str, tuple[Any, Any]] = {
    "aes-128": (algorithms.AES, AES),
    "aes-192": (algorithms.AES, AES),
    "aes-256": (algorithms.AES, AES),
    "3des": (decrepit.TripleDES, DES3),
    "3des-2key": (decrepit.TripleDES, DES3),
    "des": (None, DES),
    "idea": (decrepit.IDEA, None),
    "blowfish": (decrepit.Blowfish, Blowfish),
}
MODES: Mapping[str, Any] = {"cbc": modes.CBC, "cfb": decrepit_modes.CFB, "ofb": decrepit_modes.OFB, "ctr": modes.CTR}
HASHES: Mapping[str, tuple[Any, Any]] = {
    "md5": (hashes.MD5, MD5),
    "sha1": (hashes.SHA1, SHA1),
    "sha256": (hashes.SHA256, SHA256),
}


def cipher(name: str, key: bytes, iv: bytes) -> Peers:
    if name == "chacha20":
        return {
            "cryptography": encrypting(lambda: Cipher(algorithms.ChaCha20(key, iv), None)),
            "pycryptodome": lambda data: seeked(ChaCha20.new(key=key, nonce=iv[4:]), iv).encrypt(data),
        }
    if name == "rc4":
        return {
            "cryptography": encrypting(lambda: Cipher(decrepit.ARC4(key), None)),
            "pycryptodome": lambda data: ARC4.new(key).encrypt(data),
        }
    base, _, mode = name.rpartition("-")
    theirs, other = BLOCK_CIPHERS[base]
    found: dict[str, Callable[[bytes], Any]] = {}
    if theirs and mode == "ecb":
        found["cryptography"] = encrypting(lambda: Cipher(theirs(key), modes.ECB()))
    elif theirs and (mode != "ctr" or theirs is algorithms.AES):
        found["cryptography"] = encrypting(lambda: Cipher(theirs(key), MODES[mode](iv)))
    if other:
        found["pycryptodome"] = pycryptodome_mode(other, mode, key, iv)
    return found


def encrypting(make: Callable[[], Any]) -> Callable[[bytes], bytes]:
    def encrypt(data: bytes) -> bytes:
        encryptor = make().encryptor()
        return bytes(encryptor.update(data) + encryptor.finalize())

    return encrypt


def pycryptodome_mode(module: Any, mode: str, key: bytes, iv: bytes) -> Callable[[bytes], Any]:
    match mode:
        case "ecb":
            return lambda data: module.new(key, module.MODE_ECB).encrypt(data)
        case "ctr":
            return lambda data: module.new(key, module.MODE_CTR, nonce=b"", initial_value=iv).encrypt(data)
        case "cfb":
            size = 8 * len(iv)
            return lambda data: module.new(key, module.MODE_CFB, iv=iv, segment_size=size).encrypt(data)
    number = {"cbc": module.MODE_CBC, "ofb": module.MODE_OFB}[mode]
    return lambda data: module.new(key, number, iv=iv).encrypt(data)


def seeked(stream: Any, iv: bytes) -> Any:
    """The first 4 bytes of our IV are the number of the first block."""
    stream.seek(64 * int.from_bytes(iv[:4], "little"))
    return stream


def aead(name: str, key: bytes, nonce: bytes) -> Peers:
    def pycryptodome(data: bytes) -> bytes:
        sealing: Any = (
            ChaCha20_Poly1305.new(key=key, nonce=nonce)
            if name.startswith("chacha")
            else AES.new(key, AES.MODE_GCM, nonce=nonce)
        )
        sealing.update(b"header")
        ciphertext, tag = sealing.encrypt_and_digest(data)
        return bytes(ciphertext + tag)

    theirs = ChaCha20Poly1305 if name.startswith("chacha") else AESGCM
    return {
        "cryptography": lambda data: theirs(key).encrypt(nonce, data, b"header"),
        "pycryptodome": pycryptodome,
    }


def digest(name: str) -> Peers:
    theirs, other = HASHES[name]

    def cryptography(data: bytes) -> bytes:
        state = hashes.Hash(theirs())
        state.update(data)
        return state.finalize()

    return {"cryptography": cryptography, "pycryptodome": lambda data: other.new(data).digest()}


def hmac(name: str, key: bytes) -> Peers:
    theirs, other = HASHES[name.removeprefix("hmac-")]

    def cryptography(data: bytes) -> bytes:
        state = their_hmac.HMAC(key, theirs())
        state.update(data)
        return state.finalize()

    return {"cryptography": cryptography, "pycryptodome": lambda data: HMAC.new(key, data, other).digest()}


def x25519(private: bytes, public: bytes) -> Mapping[str, Callable[[], Any]]:
    def cryptography() -> bytes:
        return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))

    def pycryptodome() -> Any:
        own, peer = DH.import_x25519_private_key(private), DH.import_x25519_public_key(public)
        return DH.key_agreement(eph_priv=own, eph_pub=peer, kdf=bytes)

    return {"cryptography": cryptography, "pycryptodome": pycryptodome}
