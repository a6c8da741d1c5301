"""The same call of each implementation, for every algorithm that a peer has too."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import secpvm
from secpvm.bench import peers
from secpvm.bench.measure import Call

# Peers warn of what is broken; here it is meant.
warnings.filterwarnings("ignore", module="cryptography|secpvm")


@dataclass(frozen=True)
class Shared:
    """An algorithm that a peer has: for a size, a call of each that has it."""

    make: Callable[[int], dict[str, Call]]
    has_size: bool = True

    def __call__(self, size: int) -> Mapping[str, Call]:
        return self.make(size)

    def sizes(self, sizes: tuple[int, ...]) -> tuple[int, ...]:
        return sizes if self.has_size else (32,)


def calls() -> dict[str, Shared]:
    """By the names of secpvm, in the order of its table."""
    return {algorithm.name: shared for algorithm in secpvm.algorithms() for shared in of(algorithm)}


def of(algorithm: secpvm.Algorithm) -> Iterator[Shared]:
    name, kind = algorithm.name, algorithm.kind
    key = bytes(range(1, 256))[
        : 16 if name in ("rc4",) or name.startswith("blowfish") else min(algorithm.key_len.stop - 1, 32)
    ]
    iv = bytes(range(algorithm.iv_len))
    if kind in ("block cipher mode", "stream cipher"):
        found = peers.cipher(name, key, iv)
        if found:
            yield Shared(lambda size: with_data(found, size, lambda data: secpvm.encrypt(name, key, iv, data)))
    elif kind == "aead":
        aead = peers.aead(name, key, iv)
        yield Shared(lambda size: with_data(aead, size, lambda data: secpvm.seal(name, key, iv, data, b"header")))
    elif kind == "digest":
        digest = peers.digest(name)
        yield Shared(lambda size: with_data(digest, size, lambda data: secpvm.digest(name, data)))
    elif kind == "mac" and name.startswith("hmac"):
        hmac = peers.hmac(name, key)
        yield Shared(lambda size: with_data(hmac, size, lambda data: secpvm.mac(name, key, data)))
    elif name == "x25519":
        public = secpvm.x25519(key, b"\x09" + bytes(31))
        ours = {"secpvm": lambda: secpvm.x25519(key, public)}
        yield Shared(lambda _: {**ours, **peers.x25519(key, public)}, has_size=False)


def with_data(found: Mapping[str, Callable[[bytes], Any]], size: int, ours: Callable[[bytes], Any]) -> dict[str, Call]:
    data = bytes(range(256)) * (size // 256) if size >= 256 else bytes(size)

    def bind(call: Callable[[bytes], Any]) -> Call:
        return lambda: call(data)

    return {name: bind(call) for name, call in {"secpvm": ours, **found}.items()}
