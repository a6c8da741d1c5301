"""Wrong types, lengths and names, by the thousand: always an exception, with one line, and never a crash."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest

import secpvm

SESSION = secpvm.Session.generate()
LEADER = secpvm.Leader(SESSION, 1, 0)
MEMBER_KEY = LEADER.admit(2)


class Hostile:
    """An object whose every special method raises."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(name)

    def __len__(self) -> int:
        raise RuntimeError("len")

    def __index__(self) -> int:
        raise RuntimeError("index")

    def __bytes__(self) -> bytes:
        raise RuntimeError("bytes")


# What a caller may pass by mistake, whatever is due.
WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    2**64,
    "",
    "md5",
    "\ud800",
    "a" * 1000,
    b"",
    b"x",
    bytes(31),
    bytes(33),
    bytes(4096),
    bytearray(7),
    memoryview(b"abcdef")[::2],
    [],
    [1, 2],
    {},
    object(),
    Hostile(),
    type,
    SESSION,
    secpvm.Digest,
]

# Every callable, with arguments that are right.
CALLS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "encrypt": (secpvm.encrypt, ("aes-128-cbc", bytes(16), bytes(16), bytes(16), "pkcs7")),
    "decrypt": (secpvm.decrypt, ("aes-128-cbc", bytes(16), bytes(16), bytes(16), "none")),
    "encrypt_in_place": (secpvm.encrypt_in_place, ("aes-128-cbc", bytes(16), bytes(16), bytearray(16))),
    "decrypt_in_place": (secpvm.decrypt_in_place, ("aes-128-cbc", bytes(16), bytes(16), bytearray(16))),
    "Encryptor": (secpvm.Encryptor, ("aes-128-cbc", bytes(16), bytes(16), "pkcs7")),
    "Decryptor": (secpvm.Decryptor, ("aes-128-cbc", bytes(16), bytes(16), "pkcs7")),
    "Encryptor.update": (secpvm.Encryptor("rc4", bytes(16), b"").update, (b"data",)),
    "Encryptor.update_into": (secpvm.Encryptor("rc4", bytes(16), b"").update_into, (b"data", bytearray(4))),
    "Decryptor.update_into": (secpvm.Decryptor("des", bytes(8), bytes(8)).update_into, (bytes(8), bytearray(16))),
    "pad": (secpvm.pad, ("pkcs7", b"data", 8)),
    "unpad": (secpvm.unpad, ("pkcs7", b"data\4\4\4\4", 8)),
    "digest": (secpvm.digest, ("md5", b"data")),
    "Digest": (secpvm.Digest, ("md5", b"data")),
    "Digest.update": (secpvm.Digest("md5").update, (b"data",)),
    "mac": (secpvm.mac, ("hmac-md5", b"key", b"data")),
    "verify": (secpvm.verify, ("hmac-md5", b"key", b"data", secpvm.mac("hmac-md5", b"key", b"data"))),
    "Mac": (secpvm.Mac, ("hmac-md5", b"key", b"data")),
    "Mac.update": (secpvm.Mac("hmac-md5", b"key").update, (b"data",)),
    "new": (secpvm.new, ("md5", b"data")),
    "seal": (secpvm.seal, ("aes-128-gcm", bytes(16), bytes(12), b"data", b"aad")),
    "open": (
        secpvm.open,
        ("aes-128-gcm", bytes(16), bytes(12), secpvm.seal("aes-128-gcm", bytes(16), bytes(12), b"", b"aad"), b"aad"),
    ),
    "seal_in_place": (secpvm.seal_in_place, ("aes-128-gcm", bytes(16), bytes(12), bytearray(4), b"aad")),
    "Aead": (secpvm.Aead, ("aes-128-gcm", bytes(16))),
    "Aead.seal": (secpvm.Aead("aes-128-gcm", bytes(16)).seal, (bytes(12), b"data", b"aad")),
    "x25519": (secpvm.x25519, (bytes(32), b"\x09" + bytes(31))),
    "Agreement": (secpvm.Agreement, ("x25519", bytes(32))),
    "Agreement.agree": (secpvm.Agreement("x25519", bytes(32)).agree, (b"\x09" + bytes(31),)),
    "derive": (secpvm.derive, ("hkdf-sha256", b"salt", b"secret", b"info", 100)),
    "Session.generate": (secpvm.Session.generate, ("aes-256-gcm", bytes(32))),
    "Session.decode": (secpvm.Session.decode, (SESSION.encode(),)),
    "Session.next_epoch": (SESSION.next_epoch, (bytes(32),)),
    "PacketHeader": (secpvm.PacketHeader, ("aes-256-gcm", 0, 1, 2)),
    "PacketHeader.parse": (secpvm.PacketHeader.parse, (secpvm.Sealer(SESSION, 9).seal(b""),)),
    "Sealer": (secpvm.Sealer, (SESSION, 1)),
    "Sealer.seal": (secpvm.Sealer(SESSION, 3).seal, (b"data", b"to")),
    "Sealer.seal_in_place": (secpvm.Sealer(SESSION, 4).seal_in_place, (bytearray(50), 10, b"to")),
    "Sealer.enter_epoch": (secpvm.Sealer(SESSION, 5).enter_epoch, (SESSION.next_epoch(),)),
    "Opener": (secpvm.Opener, (SESSION, 4)),
    "Opener.open": (secpvm.Opener(SESSION).open, (secpvm.Sealer(SESSION, 6).seal(b"data", b"to"), b"to")),
    "Opener.prepare_epoch": (secpvm.Opener(SESSION).prepare_epoch, (SESSION.next_epoch(),)),
    "Handshake.nn_psk0": (secpvm.Handshake.nn_psk0, ("initiator", "AESGCM", b"", bytes(32), bytes(32))),
    "Handshake.kk": (secpvm.Handshake.kk, ("initiator", "AESGCM", b"", bytes(32), bytes(32), bytes(32))),
    "Handshake.xx": (secpvm.Handshake.xx, ("responder", "ChaChaPoly", b"", bytes(32), bytes(32))),
    "Handshake.ik_initiator": (secpvm.Handshake.ik_initiator, ("AESGCM", b"", bytes(32), bytes(32), bytes(32))),
    "Handshake.ik_responder": (secpvm.Handshake.ik_responder, ("AESGCM", b"", bytes(32), bytes(32))),
    "Join.initiator": (secpvm.Join.initiator, (SESSION, b"context", bytes(32), bytes(32))),
    "Join.responder": (secpvm.Join.responder, (b"context", bytes(32))),
    "Join.read_message": (
        secpvm.Join.responder(b"").read_message,
        (secpvm.Join.initiator(SESSION, b"").write_message(),),
    ),
    "Exchange.master": (secpvm.Exchange.master, (bytes(range(1, 33)), bytes(32))),
    "Exchange.slave": (secpvm.Exchange.slave, (bytes(32),)),
    "Exchange.read_message": (
        secpvm.Exchange.slave().read_message,
        secpvm.Exchange.master(bytes(range(1, 33))).write_message(),
    ),
    "RekeyPolicy": (secpvm.RekeyPolicy, (1, 2, 3, 4)),
    "Leader": (secpvm.Leader, (SESSION, 1, 0)),
    "Leader.admit": (LEADER.admit, (77,)),
    "Leader.rekey": (secpvm.Leader(SESSION, 1, 0).rekey, (0, bytes(32))),
    "Member": (secpvm.Member, (MEMBER_KEY, SESSION, 2, 0)),
    "ClassicHeader": (secpvm.ClassicHeader, (1, 2, 3, 4, 5, "3des", 2, bytes(16))),
    "ClassicHeader.parse": (secpvm.ClassicHeader.parse, (bytes(32),)),
    "ClassicSealer": (secpvm.ClassicSealer, (bytes(range(1, 33)), "3des")),
    "ClassicSealer.seal": (
        secpvm.ClassicSealer(bytes(range(1, 33)), "3des").seal,
        (1, 2, 3, 4, 5, b"data"),
    ),
    "ClassicOpener": (secpvm.ClassicOpener, (bytes(range(1, 33)), "plain")),
    "ClassicOpener.open": (secpvm.ClassicOpener(bytes(range(1, 33)), "plain").open, (bytes(32),)),
}
EXPECTED = (secpvm.Error, TypeError, OverflowError)


@pytest.mark.parametrize("name", CALLS)
def test_the_right_arguments_are_right(name: str) -> None:
    call, arguments = CALLS[name]
    call(*arguments)


@pytest.mark.parametrize("name", CALLS)
def test_one_wrong_argument(name: str) -> None:
    call, arguments = CALLS[name]
    for place, wrong in itertools.product(range(len(arguments)), WRONG):
        attempt = [*arguments[:place], wrong, *arguments[place + 1 :]]
        harmless(call, attempt)


@pytest.mark.parametrize("name", CALLS)
def test_wrong_numbers_of_arguments(name: str) -> None:
    call, arguments = CALLS[name]
    for attempt in ([], [*arguments, *arguments, *arguments, None], [*arguments[:-1]]):
        harmless(call, attempt)
    with pytest.raises(TypeError):
        call(*arguments, no_such_argument=1)


def harmless(call: Callable[..., Any], arguments: list[Any]) -> None:
    """The call may succeed; what it raises is one of ours, in one line, without what was passed as key."""
    try:
        call(*arguments)
    except EXPECTED as error:
        assert str(error) and "\n" not in str(error)
    except UnicodeEncodeError:
        assert "\ud800" in arguments
    except RuntimeError as error:
        assert any(isinstance(argument, Hostile) for argument in arguments), error


KINDS = {"block cipher mode", "stream cipher", "aead", "mac", "key agreement"}


@pytest.mark.parametrize("algorithm", [a for a in secpvm.algorithms() if a.kind in KINDS], ids=lambda a: a.name)
def test_every_length_of_key(algorithm: secpvm.Algorithm) -> None:
    for length in range(300):
        key = bytes(range(1, 256))[:length].ljust(length, b"k")

        def call() -> object:
            match algorithm.kind:
                case "aead":
                    return secpvm.seal(algorithm.name, key, bytes(12), b"")
                case "mac":
                    return secpvm.mac(algorithm.name, key, b"")
                case "key agreement":
                    return secpvm.Agreement(algorithm.name, key)
            return secpvm.encrypt(algorithm.name, key, bytes(algorithm.iv_len), b"")

        if length in algorithm.key_len:
            call()
        else:
            with pytest.raises(secpvm.WrongLength, match=f"of key: expected .*, got {length}"):
                call()


CIPHERS = [a for a in secpvm.algorithms() if a.kind in ("block cipher mode", "stream cipher")]


@pytest.mark.parametrize("algorithm", CIPHERS, ids=lambda a: a.name)
def test_every_length_of_iv_and_data(algorithm: secpvm.Algorithm) -> None:
    name, key = algorithm.name, bytes(range(1, 256))[: algorithm.key_len[0]]
    for length in range(40):
        if length != algorithm.iv_len:
            with pytest.raises(secpvm.WrongLength, match=f"of IV: expected {algorithm.iv_len} bytes, got {length}"):
                secpvm.encrypt(name, key, bytes(length), b"")
        whole = not name.endswith(("ecb", "cbc")) or length % algorithm.block_len == 0
        for function in (secpvm.encrypt, secpvm.decrypt):
            if whole:
                assert len(function(name, key, bytes(algorithm.iv_len), bytes(length))) == length
            else:
                with pytest.raises(secpvm.WrongLength, match="of data: expected a multiple of"):
                    function(name, key, bytes(algorithm.iv_len), bytes(length))


def test_a_count_is_judged_alike_in_one_call_and_in_pieces() -> None:
    for name, block in (("aes-128-ctr", b""), ("rc4", b""), ("aes-128-ecb", bytes(16))):
        iv = bytes(16) if name.endswith("ctr") else b""
        for count in (None, 0, 1, 16, 2**40):
            pieces = secpvm.Decryptor(name, bytes(16), iv)
            data = pieces.update(block)
            if count:
                with pytest.raises(secpvm.BadPadding):
                    secpvm.decrypt(name, bytes(16), iv, block, count=count)
                with pytest.raises(secpvm.BadPadding):
                    pieces.finalize(count)
            else:
                assert secpvm.decrypt(name, bytes(16), iv, block, count=count) == data + pieces.finalize(count)


def test_errors_are_one_family() -> None:
    errors = [value for value in vars(secpvm).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert len(errors) >= 24
    for error in errors:
        assert issubclass(error, secpvm.Error) and issubclass(error, ValueError)
        assert error.__module__ == "secpvm" and error.__doc__
    for error in (secpvm.Forged, secpvm.Replayed, secpvm.Stale, secpvm.Malformed):
        assert issubclass(error, secpvm.Rejected)


def test_messages_are_core_s_own() -> None:
    for call, error, message in (
        (lambda: secpvm.digest("sha-3", b""), secpvm.UnknownAlgorithm, 'no algorithm has that name or number: "sha-3"'),
        (
            lambda: secpvm.mac("keyed-md5", b"", b""),
            secpvm.WrongLength,
            "wrong length of key: expected 1 to 64 bytes, got 0",
        ),
        (lambda: secpvm.verify("hmac-md5", b"", b"", bytes(16)), secpvm.Forged, "authentication failed"),
        (
            lambda: secpvm.encrypt("rc4", bytes(9), b"", b"", "pkcs7"),
            secpvm.NoPadding,
            "padding is for ECB and CBC only",
        ),
        (lambda: secpvm.Session.decode(bytes(40)), secpvm.BadSession, "these bytes are no session"),
        (
            lambda: secpvm.Sealer(SESSION, 1).enter_epoch(SESSION),
            secpvm.EpochNotNewer,
            "epoch 0 is not newer than epoch 0",
        ),
        (
            lambda: secpvm.ClassicSealer(bytes(32), "plain"),
            secpvm.WeakKey,
            "the key is weak, semi-weak or degenerate: draw another",
        ),
        (
            lambda: secpvm.Sealer(SESSION, 1).seal(bytes(65_468)),
            secpvm.TooLong,
            "too long: at most 65467 bytes, got 65468",
        ),
    ):
        with pytest.raises(error) as raised:
            call()
        assert str(raised.value) == message


@pytest.mark.parametrize("seed", range(4))
def test_random_calls_on_shared_objects(seed: int) -> None:
    """Any method of any object, with any arguments, from four threads at once."""
    holders: list[Any] = [secpvm.Sealer(SESSION, 1), secpvm.Opener(SESSION), secpvm.Leader(SESSION, 1, 0)]
    holders += [secpvm.Member(MEMBER_KEY, SESSION, 2, 0), secpvm.Digest("sha1"), secpvm.Mac("keyed-md5", b"key")]
    holders += [secpvm.Encryptor("3des-cbc", bytes(range(24)), bytes(8), "x923"), secpvm.Join.responder(b"")]
    holders += [secpvm.Decryptor("rc4", bytes(16), b""), secpvm.Join.initiator(SESSION, b""), secpvm.Exchange.slave()]
    holders += [secpvm.Handshake.xx(role, "AESGCM", b"", bytes(32)) for role in ("initiator", "responder")]
    shared = bytearray(5_000)
    pool = [*WRONG, *(argument for _, arguments in CALLS.values() for argument in arguments), shared]

    def run(number: int) -> None:
        random = Random(100 * seed + number)
        for _ in range(4_000):
            holder = random.choice(holders)
            method = random.choice([name for name in dir(holder) if not name.startswith("_")])
            try:
                call = getattr(holder, method)
            except secpvm.OutOfOrder:
                continue
            if callable(call):
                harmless(call, [random.choice(pool) for _ in range(random.randrange(4))])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(run, range(4)))
