#!/usr/bin/env python3
"""Makes the captures in this folder; README.md says what is in them.

    cargo xtask build && cargo xtask wheel
    pip install cryptography==48.0.0 target/wheels/secpvm-*.whl
    PATH=$PWD/target/secpvm/bin:$PATH vectors/captures/make.py PROGRAMS [NAME...]

PROGRAMS is the folder of pvm/programs' `secret` and `workload`, built. NAME is the stem of a capture; all, unless
told. A capture of daemons differs each time it is made (keys, ports, times); `classic-1997` only with `plain`.
"""

import importlib.util
import json
import pathlib
import sys
import tempfile

from secpvm.harness import ip, pcap
from secpvm.harness.machine import PLAIN, VirtualMachine

OUT = pathlib.Path(__file__).parent
SUITES = {"aes-256-gcm": "aes-256-gcm", "3des-ctr": "3des-ctr+keyed-md5"}
UNCAPTURED = "500"
"""Rounds of `workload` that are not captured: more than the 1,024 packets of the replay window."""
CLASSIC_KEY = bytes(range(32))

# PVM's header: to the daemon of the second host, from the master's, flags FIN and ACK. It ends a stock daemon.
FIN_ACK = bytes.fromhex("80080000800400000000000018000000")


def plain(programs):
    path = OUT / "plain.pcap"
    with VirtualMachine(2, PLAIN, programs=[programs], capture=path) as machine:
        machine.run("hello.pvm")
        machine.run("secret")
        machine.run("workload", "-n", "2")
        machine.halt()
    verdicts("plain", {"plain text": len(datagrams(path))}, {})


def secured(name, suite, programs):
    """A session with a gap, and then an intruder, whose datagrams come from another Ethernet address."""
    keys = OUT / f"{name}.keys"
    keys.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        first, second = pathlib.Path(folder, "first.pcap"), pathlib.Path(folder, "second.pcap")
        with VirtualMachine(2, suite, programs=[programs], keylog=keys, capture=first) as machine:
            machine.run("hello.pvm")
            machine.run("secret")
            machine.stop_capture()
            machine.run("workload", "-n", UNCAPTURED)
            with machine.capture(second):
                machine.run("secret")
                early, late = to_slave(first), to_slave(second)
                sent = intrusion(early, late)
                machine.lab.send(datagram for _, datagram in sent)
                machine.run("secret")
                machine.halt()
            dropped = machine.dropped("host2")
        own = len(datagrams(first)) + len(datagrams(second)) - len(sent)
        pcap.write(OUT / f"{name}.pcap", pcap.read(first) + pcap.read(second))
    counts = {"authentic": own}
    for verdict, _ in sent:
        counts[verdict] = counts.get(verdict, 0) + 1
    told = {field: getattr(dropped, field) for field in dropped.__slots__}
    verdicts(name, counts, {"host2": told})


def classic_daemons(programs):
    """Two daemons of the profile classic-1997, from the exchange on."""
    keys, path = OUT / "classic-1997-daemons.keys", OUT / "classic-1997-daemons.pcap"
    keys.unlink(missing_ok=True)
    with VirtualMachine(2, "classic-1997 3des", programs=[programs], keylog=keys, capture=path) as machine:
        machine.run("hello.pvm")
        machine.run("secret")
        machine.halt()
        dropped = machine.dropped("host2")
    own = len(datagrams(path))
    told = {field: getattr(dropped, field) for field in dropped.__slots__}
    verdicts("classic-1997-daemons", {"plain text": 4, "authentic": own - 4}, {"host2": told})


def intrusion(early, late):
    """What an intruder sends, each with the verdict of a reader who has the key log. `early` and `late` are what
    the master sent the slave: beyond the replay window, and just now."""
    model = late[0]

    def other(payload):
        return ip.Datagram(model.source, model.destination, payload)

    def altered(datagram, at):
        payload = bytearray(datagram.payload)
        payload[at] ^= 1
        return other(bytes(payload))

    yes = late[-1].payload
    return [
        ("plain text", other(FIN_ACK)),
        ("forged", altered(late[0], -1)),
        ("forged", altered(late[1], 24)),
        ("forged", altered(late[1], 23)),
        ("forged", other(yes[:24] + bytes(100))),
        *(("replayed", other(datagram.payload)) for datagram in late[-4:]),
        *(("stale", other(datagram.payload)) for datagram in early[:3]),
        ("unknown key", other(yes[:4] + b"\0\0\0\7" + yes[8:])),
        ("malformed", other(yes[:30])),
        ("malformed", other(b"s\2" + yes[2:])),
        ("malformed", other(b"hello?")),
    ]


def classic():
    """Each datagram of plain.pcap as a classic-1997 packet of the kind that `pvm -e3des` would have sent; some
    with other ciphers, and an intruder's behind them."""
    generate = load(OUT.parent / "classic_1997" / "generate.py")
    own = datagrams(OUT / "plain.pcap")
    kinds = ["3des"] * 12 + ["md5", "des", "idea", "rc4"]
    sealed = []
    for number, datagram in enumerate(own):
        dst, src = (int.from_bytes(datagram.payload[at : at + 4], "big") for at in (0, 4))
        seq, ack = (int.from_bytes(datagram.payload[at : at + 2], "big") for at in (8, 10))
        flags, data = datagram.payload[12], datagram.payload[16:]
        # An encrypted packet without data has no blocks; the digest alone protects it.
        kind = kinds[number % len(kinds)] if data else "md5"
        packet = generate.seal(kind, CLASSIC_KEY, dst, src, seq, ack, flags, data)
        sealed.append(ip.Datagram(datagram.source, datagram.destination, packet, datagram.at_us))
    sent = [one for one in sealed if one.destination.host == "10.77.0.2"]
    last = sealed[-1]
    forged = bytearray(next(one.payload for one in reversed(sent) if len(one.payload) > 32))
    forged[40] ^= 1
    intruder = [FIN_ACK, bytes(forged), last.payload[:20], last.payload[:13] + b"\4" + last.payload[14:]]
    for number, payload in enumerate(intruder, 1):
        sealed.append(ip.Datagram(sent[0].source, sent[0].destination, payload, last.at_us + number * 1000))
    pcap.write(OUT / "classic-1997.pcap", ip.frames(sealed))
    counts = {"authentic": len(own), "plain text": 1, "forged": 1, "malformed": 2}
    verdicts("classic-1997", counts, {})


def load(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def datagrams(path):
    return list(ip.datagrams(pcap.read(path)))


def to_slave(path):
    """What the master's daemon sent the slave's, without what pvmd' sent from another port."""
    own = [one for one in datagrams(path) if one.destination.host == "10.77.0.2"]
    return [one for one in own if one.source == own[-1].source]


def verdicts(name, counts, dropped):
    text = json.dumps({"verdicts": counts, "droppedByDaemons": dropped}, indent=1)
    (OUT / "expected" / f"{name}.json").write_text(text + "\n")
    print(name, counts, dropped)


def main(programs, *names):
    makers = {"plain": lambda: plain(programs)}
    makers |= {name: lambda n=name, s=suite: secured(n, s, programs) for name, suite in SUITES.items()}
    makers |= {"classic-1997": classic, "classic-1997-daemons": lambda: classic_daemons(programs)}
    for name in names or makers:
        makers[name]()


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(*sys.argv[1:])
