#!/usr/bin/env python3
"""Writes packet.json and exchange.json: known answers of the classic-1997 profile, computed with
PyPI's cryptography (OpenSSL) and Python's hashlib and integers, from inputs that SHAKE-256 makes out
of a label. None of it comes from this project's own code.

    pip install cryptography==48.0.0
    vectors/classic_1997/generate.py            # write the files
    vectors/classic_1997/generate.py --check    # only compare: exit 1 if a file differs
"""

import hashlib
import json
import pathlib
import struct
import sys
import warnings

from cryptography.hazmat.decrepit.ciphers import algorithms as legacy
from cryptography.hazmat.primitives.ciphers import Cipher, modes

warnings.simplefilter("ignore")  # Single DES as triple DES with one key.

OUT = pathlib.Path(__file__).parent
SOM, EOM, DAT, FIN, ACK = 1, 2, 4, 8, 16
LENGTHS = [0, 1, 7, 8, 9, 16, 32, 100, 1000]

PRIME = int(  # RFC 2409 section 6.2
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74"
    "020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437"
    "4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF", 16)


def bytes_of(label, length):
    return hashlib.shake_256(label.encode()).digest(length)


# ---- The profile -----------------------------------------------------------------------------

def des_cbc(key, data):
    cipher = Cipher(legacy.TripleDES(key), modes.CBC(bytes(8))).encryptor()
    return cipher.update(data) + cipher.finalize()


def idea_cbc(key, data):
    cipher = Cipher(legacy.IDEA(key), modes.CBC(bytes(8))).encryptor()
    return cipher.update(data) + cipher.finalize()


def rc4(key, data):
    return Cipher(legacy.ARC4(key), None).encryptor().update(data)


CIPHERS = {  # name: (number, bytes of the session key, block, function)
    "idea": (1, 16, 8, idea_cbc),
    "des": (2, 8, 8, des_cbc),
    "3des": (3, 24, 8, des_cbc),
    "rc4": (5, 16, 1, rc4),
}


def keyed_md5(key, message):
    return hashlib.md5(key + bytes(-len(key) % 64) + message + key).digest()


def seal(protection, key, dst, src, seq, ack, flags, data):
    number, padding = 0, 0
    if protection in CIPHERS:
        number, key_len, block, encrypt = CIPHERS[protection]
        padding = -len(data) % block
        data = encrypt(key[:key_len], data + bytes(padding))
    auth = int(protection != "plain")
    digest = keyed_md5(key, struct.pack(">IIH", src, dst, seq) + data) if auth else bytes(16)
    return struct.pack(">IIHHBBBB", dst, src, seq, ack, flags, number, padding, auth) + digest + data


# ---- Packets ---------------------------------------------------------------------------------

EXAMPLE = dict(key=bytes(range(32)), dst=0x00080001, src=0x00040002, seq=7, ack=0, flags=EOM | DAT,
               data=b"secret message")


def valid_packets(protection):
    yield packet_test(protection, "the worked example", **EXAMPLE)
    for length in LENGTHS:
        label = f"classic-1997 {protection} {length}"
        dst, src, seq, ack = struct.unpack(">IIHH", bytes_of(label + " header", 12))
        flags = [SOM | EOM | DAT, DAT, EOM | DAT, ACK, FIN, FIN | ACK][length % 6]
        yield packet_test(protection, "", key=bytes_of(label + " key", 32), dst=dst, src=src, seq=seq, ack=ack,
                          flags=flags, data=bytes_of(label + " data", length))
    for seq in (0, 65535):
        yield packet_test(protection, "an end of the sequence numbers", **EXAMPLE | {"seq": seq})


def packet_test(protection, comment, key, dst, src, seq, ack, flags, data):
    return {"comment": comment, "flags": [], "key": key, "dst": dst, "src": src, "seq": seq, "ack": ack,
            "packetFlags": flags, "data": data,
            "packet": seal(protection, key, dst, src, seq, ack, flags, data), "result": "valid"}


def refused_packets():
    """Packets that are refused, by the first rule that they break."""
    key = EXAMPLE["key"]

    def refused(comment, flag, packet):
        return {"comment": comment, "flags": [flag], "key": key, "packet": packet, "result": "invalid"}

    def altered(protection, comment, flag, *bytes_at):
        packet = bytearray(seal(protection, **EXAMPLE))
        for at, value in bytes_at:
            packet[at] = value
        return refused(comment, flag, bytes(packet))

    des = seal("des", **EXAMPLE)
    yield refused("no bytes", "Malformed", b"")
    yield refused("less than a header", "Malformed", des[:31])
    yield refused("not whole blocks", "Malformed", des[:-1])
    yield refused("padding, but no data", "Malformed", des[:32])
    yield altered("md5", "unknown flag", "Malformed", (12, 0x26))
    yield altered("3des", "cipher 4", "Malformed", (13, 4))
    yield altered("3des", "cipher 6", "Malformed", (13, 6))
    yield altered("md5", "auth 2", "Malformed", (15, 2))
    yield altered("des", "encrypted, not authenticated", "Malformed", (15, 0))
    yield altered("des", "padding of a whole block", "Malformed", (14, 8))
    yield altered("rc4", "padding with a stream cipher", "Malformed", (14, 1))
    yield altered("md5", "padding without a cipher", "Malformed", (14, 1))
    yield altered("md5", "a digest, but auth 0", "Malformed", (15, 0))
    for protection in ["md5", *CIPHERS]:
        sealed = seal(protection, **EXAMPLE)
        for at, what in [(3, "destination"), (7, "source"), (9, "sequence number"), (31, "digest"), (32, "data")]:
            yield altered(protection, f"{protection}: another {what}", "Forged", (at, sealed[at] ^ 1))
    two_blocks = seal("des", **EXAMPLE | {"data": b"sixteen bytes..."})
    yield refused("a block is missing", "Forged", two_blocks[:-8])


def tampered_packets():
    """Packets that were altered on the way where the digest does not cover them, and are opened."""
    blocks = EXAMPLE | {"data": b"sixteen bytes..."}

    def tampered(protection, comment, fields, data, *bytes_at):
        packet = bytearray(seal(protection, **fields))
        for at, value in bytes_at:
            packet[at] = value
        head = struct.unpack(">IIHHB", packet[:13])
        return {"comment": comment, "flags": ["Tampered"], "key": EXAMPLE["key"],
                **dict(zip(("dst", "src", "seq", "ack", "packetFlags"), head)),
                "data": data, "packet": bytes(packet), "result": "valid"}

    for protection in ["md5", *CIPHERS]:
        yield tampered(protection, f"{protection}: FIN and ACK set", EXAMPLE, EXAMPLE["data"], (12, FIN | ACK))
        yield tampered(protection, f"{protection}: another acknowledgement", EXAMPLE, EXAMPLE["data"], (11, 99))
    yield tampered("3des", "one byte of padding more", EXAMPLE, EXAMPLE["data"][:-1], (14, 3))
    yield tampered("3des", "two bytes of padding less", EXAMPLE, EXAMPLE["data"] + bytes(2), (14, 0))
    yield tampered("des", "the cipher field says none", blocks, des_cbc(blocks["key"][:8], blocks["data"]), (13, 0))
    yield tampered("md5", "a plain packet: digest and auth field are gone", EXAMPLE, EXAMPLE["data"], (15, 0),
                   *[(at, 0) for at in range(16, 32)])


# ---- Exchanges -------------------------------------------------------------------------------

def exchanges():
    for number, (length, peer_length) in enumerate([(32, 32), (64, 32), (128, 128)]):
        label = f"classic-1997 exchange {number} "
        yield exchange(bytes_of(label + "master", length), bytes_of(label + "slave", peer_length),
                       bytes_of(label + "session key", 32))


def exchange(master, slave, session_key):
    x, y = int.from_bytes(master, "big"), int.from_bytes(slave, "big")
    shared = pow(2, x * y, PRIME).to_bytes(128, "big")
    return {"comment": "", "flags": [], "masterExponent": master, "slaveExponent": slave,
            "masterPubkey": pow(2, x, PRIME).to_bytes(128, "big"),
            "slavePubkey": pow(2, y, PRIME).to_bytes(128, "big"), "shared": shared,
            "sessionKey": session_key, "sesskey": des_cbc(shared[:24], session_key), "result": "valid"}


def refused_public_values():
    """What either side refuses of the other. An exponent of one makes the shared secret the peer's value."""
    one = (1).to_bytes(32, "big")

    def refused(comment, flag, public):
        return {"comment": comment, "flags": [flag], "exponent": one, "public": public, "result": "invalid"}

    for comment, value in [("0", 0), ("1", 1), ("p - 1", PRIME - 1), ("p", PRIME), ("p + 1", PRIME + 1),
                           ("2^1024 - 1", 2**1024 - 1)]:
        yield refused(comment, "BadPublicValue", value.to_bytes(128, "big"))
    yield refused("no bytes", "WrongLength", b"")
    yield refused("a byte too few", "WrongLength", bytes_of("classic-1997 short", 127))
    yield refused("a byte too many", "WrongLength", bytes(1) + bytes_of("classic-1997 long", 128))
    k1, k2, k3 = (bytes_of(f"classic-1997 k{n}", 8) for n in (1, 2, 3))
    tail = bytes_of("classic-1997 tail", 104)
    yield refused("K1 = K2", "WeakKey", k1 + k1 + k3 + tail)
    yield refused("K2 = K3 but for parity", "WeakKey", k1 + k2 + bytes(b ^ 1 for b in k2) + tail)
    yield refused("K1 = K3", "WeakKey", k1 + k2 + k1 + tail)
    yield refused("K1 is weak", "WeakKey", bytes([1] * 8) + k2 + k3 + tail)
    yield refused("K3 is semi-weak", "WeakKey", k1 + k2 + bytes([1, 254] * 4) + tail)


# ---- Files -----------------------------------------------------------------------------------

def document(schema, verified_by, groups):
    """Every test stands on a line of its own."""
    number, out = 0, []
    for head, tests in groups:
        lines = []
        for test in tests:
            number += 1
            test = {"tcId": number} | {k: v.hex() if isinstance(v, bytes) else v for k, v in test.items()}
            lines.append("    " + json.dumps(test))
        head = "".join(f"   {json.dumps(k)}: {json.dumps(v)},\n" for k, v in head.items())
        out.append("  {\n" + head + '   "tests": [\n' + ",\n".join(lines) + "\n   ]\n  }")
    source = {"name": "computed with cryptography 48.0.0 (PyPI), hashlib and integers, inputs from SHAKE-256",
              "specification": "Dunigan and Venugopal, Secure PVM (1997); docs/decisions/0006-classic-1997.md",
              "verifiedBy": verified_by}
    return (f'{{\n "schema": "{schema}",\n "source": ' + json.dumps(source, indent=2).replace("\n", "\n ")
            + f',\n "numberOfTests": {number},\n "testGroups": [\n' + ",\n".join(out) + "\n ]\n}\n")


def main():
    verified_by = "vectors/classic_1997/verify.py: pycryptodome, IDEA and modular powers by definition"
    packets = [({"type": "ClassicPacket", "protection": name}, valid_packets(name))
               for name in ["plain", "md5", *CIPHERS]]
    packets += [({"type": "ClassicRefused"}, refused_packets()), ({"type": "ClassicTampered"}, tampered_packets())]
    files = {
        "packet.json": document("classic_packet_v1", verified_by, packets),
        "exchange.json": document("classic_exchange_v1", verified_by, [
            ({"type": "ClassicExchange"}, exchanges()),
            ({"type": "ClassicRefusedPublicValue"}, refused_public_values())]),
    }
    stale = 0
    for name, text in files.items():
        if "--check" not in sys.argv:
            (OUT / name).write_text(text, encoding="ascii")
        elif (OUT / name).read_text(encoding="ascii") != text:
            print(f"{name} differs: run vectors/classic_1997/generate.py")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
