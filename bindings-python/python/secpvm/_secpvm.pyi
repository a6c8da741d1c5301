"""The binding of secpvm's core. Buffers are any contiguous ones: bytes, bytearray, memoryview, mmap, numpy.

Up to 2 KiB of data a call keeps the interpreter; above, other threads run meanwhile. What they could
change under a call's hands (anything but ``bytes``) is copied first, so that the result is of one state.
Objects may be used by several threads: one waits for the other.
"""

import builtins
from typing import Final, Literal, TypeAlias, final

from _typeshed import ReadableBuffer, WriteableBuffer

__version__: Final[str]
# fmt: off
__all__ = [
    "Aead", "Agreement", "Algorithm", "AlreadyMember", "BadPadding", "BadPublicValue", "BadSession", "BadValue",
    "BufferTooSmall", "ClassicHeader", "ClassicOpened", "ClassicOpener", "ClassicSealer", "Decryptor", "Digest",
    "Encryptor", "EpochNotNewer", "Error", "Exchange", "Exhausted", "Forged", "Handshake", "Join", "Leader", "Mac",
    "Malformed", "Member", "NoPadding", "NoSuchMember", "Opened", "Opener", "OutOfOrder", "PacketHeader",
    "Rejected", "RekeyPolicy", "Replayed", "Sealer", "Session", "Stale", "Suite", "TooLong", "TooManyMembers",
    "TooManyPeers", "Transport", "UnknownAlgorithm", "UnusableBuffer", "WeakKey", "WrongLength", "__version__",
    "algorithms", "decrypt", "decrypt_in_place", "derive", "digest", "encrypt", "encrypt_in_place", "mac", "open",
    "open_in_place", "pad", "seal", "seal_in_place", "suites", "unpad", "verify", "x25519",
]
# fmt: on

# Errors. An argument of a wrong type is a TypeError, an integer out of its range an OverflowError.

class Error(ValueError):
    """Every error of this package."""

class WrongLength(Error):
    """An argument has a length that its algorithm does not take."""

class TooLong(Error):
    """An argument is longer than its limit."""

class BufferTooSmall(Error):
    """A buffer is too short for the result."""

class UnusableBuffer(Error):
    """A buffer is not contiguous, or not writable where it must be."""

class UnknownAlgorithm(Error):
    """No algorithm of this kind has that name."""

class BadValue(Error):
    """An argument is none of its documented values."""

class OutOfOrder(Error):
    """The call is not due in this state."""

class Exhausted(Error):
    """Every packet number, or all of a key stream, has been used."""

class TooManyPeers(Error):
    """The opener's table of senders is full."""

class BadSession(Error):
    """These bytes do not encode a session."""

class EpochNotNewer(Error):
    """An epoch can only be followed by a newer one."""

class TooManyMembers(Error):
    """The leader's table of members is full."""

class AlreadyMember(Error):
    """The leader has admitted that member already."""

class NoSuchMember(Error):
    """The leader knows no such member."""

class WeakKey(Error):
    """The key is weak, semi-weak or degenerate."""

class NoPadding(Error):
    """Only ECB and CBC take padding."""

class BadPadding(Error):
    """The padding is not one that was ever added."""

class BadPublicValue(Error):
    """The peer's public value is not one to use."""

class Rejected(Error):
    """The verdict on bytes from the network that were not accepted."""

class Forged(Rejected):
    """Not made with this key, or altered."""

class Replayed(Rejected):
    """Authentic, but its packet number was taken before."""

class Stale(Rejected):
    """Of another epoch, or older than the replay window."""

class Malformed(Rejected):
    """Not of a known format, version and suite."""

# Algorithms.

@final
class Algorithm:
    """One algorithm. Lengths are in bytes, and 0 where there is no such thing."""

    @property
    def name(self) -> str:
        """Its name, in lower case; the same in every language of the project."""

    @property
    def aliases(self) -> list[str]:
        """Other names that are accepted."""

    @property
    def id(self) -> int:
        """Its number on the wire."""

    @property
    def kind(
        self,
    ) -> Literal[
        "block cipher mode",
        "stream cipher",
        "aead",
        "padding",
        "digest",
        "mac",
        "key agreement",
        "key derivation",
        "other",
    ]:
        """What it does."""

    @property
    def key_len(self) -> range:
        """The permitted lengths of key; of the private key, for a key agreement."""

    @property
    def block_len(self) -> int:
        """The block of a block cipher or of a digest; 1 for a stream cipher."""

    @property
    def iv_len(self) -> int:
        """The IV or nonce."""

    @property
    def output_len(self) -> int:
        """What comes out beside the data: the tag, the digest or the shared secret."""

    @property
    def strength(self) -> Literal["modern", "legacy", "broken"] | None:
        """How well it holds; None where the question makes no sense (padding)."""

    @property
    def source(self) -> str:
        """Where it is specified."""

def algorithms() -> list[Algorithm]:
    """Every algorithm, kind by kind."""

# Ciphers: secrecy without authentication. Whoever can alter the ciphertext controls what is decrypted.

def encrypt(name: str, key: ReadableBuffer, iv: ReadableBuffer, data: ReadableBuffer, padding: str = "none") -> bytes:
    """Encrypt one message. ECB and CBC take whole blocks, or a padding; ECB and RC4 an empty IV.

    Raises UnknownAlgorithm, WrongLength of key, IV or data, NoPadding, Exhausted.
    """

def decrypt(
    name: str,
    key: ReadableBuffer,
    iv: ReadableBuffer,
    data: ReadableBuffer,
    padding: str = "none",
    *,
    count: int | None = None,
) -> bytes:
    """Decrypt one message. ``count`` is the padding's length as told elsewhere: "zero-with-count" needs it,
    with the others it must agree.

    Raises as :func:`encrypt`, and BadPadding.
    """

def encrypt_in_place(name: str, key: ReadableBuffer, iv: ReadableBuffer, buffer: WriteableBuffer) -> None:
    """Encrypt one message in its buffer, which stays as it was if that fails."""

def decrypt_in_place(name: str, key: ReadableBuffer, iv: ReadableBuffer, buffer: WriteableBuffer) -> None:
    """Decrypt one message in its buffer, which stays as it was if that fails."""

@final
class Encryptor:
    """Encrypts one message in pieces of any length."""

    def __new__(cls, name: str, key: ReadableBuffer, iv: ReadableBuffer, padding: str = "none") -> Encryptor: ...
    def update(self, data: ReadableBuffer) -> bytes:
        """Encrypt the next piece. Over ECB and CBC the result lags behind by less than a block."""

    def update_into(self, data: ReadableBuffer, buffer: WriteableBuffer) -> int:
        """As :meth:`update`, to the start of ``buffer``, which may be ``data``; return how many bytes it made.

        Raises BufferTooSmall: nothing has changed then.
        """

    def finalize(self) -> bytes:
        """Pad and encrypt the rest. Afterwards every call raises OutOfOrder."""

@final
class Decryptor:
    """Decrypts one message in pieces of any length."""

    def __new__(cls, name: str, key: ReadableBuffer, iv: ReadableBuffer, padding: str = "none") -> Decryptor: ...
    def update(self, data: ReadableBuffer) -> bytes:
        """Decrypt the next piece. Over ECB and CBC up to a block is kept: it may be padding."""

    def update_into(self, data: ReadableBuffer, buffer: WriteableBuffer) -> int:
        """As :meth:`update`, to the start of ``buffer``, which may be ``data``; return how many bytes it made.

        Raises BufferTooSmall: nothing has changed then.
        """

    def finalize(self, count: int | None = None) -> bytes:
        """Decrypt the last block and take off the padding; ``count`` as in :func:`decrypt`.

        Raises BadPadding. Afterwards every call raises OutOfOrder.
        """

def pad(name: str, data: ReadableBuffer, block_len: int) -> bytes:
    """Pad one message to whole blocks of 1 to 255 bytes."""

def unpad(name: str, data: ReadableBuffer, block_len: int, *, count: int | None = None) -> bytes:
    """Take the padding off; ``count`` as in :func:`decrypt`. Raises BadPadding."""

# Digests and MACs.

def digest(name: str, data: ReadableBuffer) -> bytes:
    """The digest of one message."""

@final
class Digest:
    """A message digest that takes its message in pieces, as hashlib's do (PEP 452)."""

    def __new__(cls, name: str, data: ReadableBuffer = b"") -> Digest: ...
    @property
    def name(self) -> str: ...
    @property
    def digest_size(self) -> int: ...
    @property
    def block_size(self) -> int: ...
    def update(self, data: ReadableBuffer) -> None:
        """Append to the message."""

    def copy(self) -> Digest:
        """Another digest that goes on from the same message."""

    def digest(self) -> bytes:
        """The digest of the message so far."""

    def hexdigest(self) -> str:
        """The same in hexadecimal digits."""

def mac(name: str, key: ReadableBuffer, data: ReadableBuffer) -> bytes:
    """The tag of one message, at its full length."""

def verify(name: str, key: ReadableBuffer, data: ReadableBuffer, tag: ReadableBuffer) -> None:
    """Compare the tag of one message, in time that depends on lengths alone.

    Raises Forged for any other bytes, a cut tag included: a result that one has to look at would be forgotten. For
    tags that are cut, see :class:`Mac`.
    """

@final
class Mac:
    """A MAC that takes its message in pieces: PEP 452, but for ``copy``, since keys are not copied. So
    :meth:`digest` ends the message; it may be asked for again. A tag may be cut to ``tag_len`` bytes: half of its
    length or more, and 10 or more (RFC 2104)."""

    block_size: int
    def __new__(
        cls, name: str, key: ReadableBuffer, data: ReadableBuffer = b"", *, tag_len: int | None = None
    ) -> Mac: ...
    @property
    def name(self) -> str: ...
    @property
    def digest_size(self) -> int:
        """Length of the tag: ``tag_len``, if that was given."""

    def update(self, data: ReadableBuffer) -> None:
        """Append to the message. Raises OutOfOrder once it has ended."""

    def digest(self) -> bytes:
        """End the message, and give its tag."""

    def hexdigest(self) -> str:
        """The same in hexadecimal digits."""

    def verify(self, tag: ReadableBuffer) -> None:
        """End the message, and compare its tag as the function :func:`verify` does. Raises Forged."""

# AEADs.

def seal(
    name: str, key: ReadableBuffer, nonce: ReadableBuffer, data: ReadableBuffer, aad: ReadableBuffer = b""
) -> bytes:
    """Encrypt and authenticate one message: ciphertext, then a tag of 16 bytes.

    The caller answers for the nonce (12 bytes): two messages under one key and nonce give everything away.
    """

def open(
    name: str, key: ReadableBuffer, nonce: ReadableBuffer, data: ReadableBuffer, aad: ReadableBuffer = b""
) -> bytes:
    """Verify, and only then decrypt, what :func:`seal` made. Raises Forged."""

def seal_in_place(
    name: str, key: ReadableBuffer, nonce: ReadableBuffer, buffer: WriteableBuffer, aad: ReadableBuffer = b""
) -> bytes:
    """Encrypt one message in its buffer, and give its tag of 16 bytes."""

def open_in_place(
    name: str,
    key: ReadableBuffer,
    nonce: ReadableBuffer,
    buffer: WriteableBuffer,
    tag: ReadableBuffer,
    aad: ReadableBuffer = b"",
) -> None:
    """Verify one message, and only then decrypt it in its buffer. Raises Forged: the buffer is as it was."""

@final
class Aead:
    """An AEAD under one key, for many messages."""

    def __new__(cls, name: str, key: ReadableBuffer) -> Aead: ...
    @property
    def name(self) -> str: ...
    def seal(self, nonce: ReadableBuffer, data: ReadableBuffer, aad: ReadableBuffer = b"") -> bytes:
        """As the function :func:`seal`."""

    def open(self, nonce: ReadableBuffer, data: ReadableBuffer, aad: ReadableBuffer = b"") -> bytes:
        """As the function :func:`open`."""

# Key agreement and derivation.

def x25519(private: ReadableBuffer, public: ReadableBuffer) -> bytes:
    """The secret that both sides share (RFC 7748): 32 bytes of 32 and 32. With ``public`` 9, then 31 zeros, one's
    own public value. Raises BadPublicValue for a point of small order."""

@final
class Agreement:
    """One side of a key agreement. ``secret`` is entropy: 32 bytes for x25519, 32 or more for the MODP groups."""

    def __new__(cls, name: str, secret: ReadableBuffer) -> Agreement: ...
    @property
    def name(self) -> str: ...
    def public_value(self) -> bytes:
        """What the peer is told."""

    def agree(self, public_value: ReadableBuffer) -> bytes:
        """The secret shared with whoever sent ``public_value``. Raises WrongLength, BadPublicValue."""

def derive(name: str, salt: ReadableBuffer, secret: ReadableBuffer, info: ReadableBuffer, length: int) -> bytes:
    """Derive ``length`` bytes (0 to 8160) from a secret; "hkdf-sha256" (RFC 5869)."""

# Records: the packets of the current profile.

@final
class Suite:
    """What protects a packet: an AEAD, or a cipher and a MAC with keys of their own."""

    @property
    def name(self) -> str: ...
    @property
    def id(self) -> int:
        """Its number in a record."""

    @property
    def cipher(self) -> str | None:
        """The name of its cipher, or of the AEAD; None if it does not encrypt."""

    @property
    def mac(self) -> str | None: ...
    @property
    def strength(self) -> Literal["modern", "legacy", "broken"]: ...
    @property
    def tag_len(self) -> int: ...

def suites() -> list[Suite]:
    """Every suite, in the order of preference."""

@final
class Session:
    """What every member of a secured machine holds: a secret, its epoch, and the suite that it is used with."""

    @staticmethod
    def generate(suite: str = "aes-256-gcm", entropy: ReadableBuffer | None = None) -> Session:
        """A new session in epoch 0, from 32 bytes of the operating system's, or those given."""

    @staticmethod
    def decode(encoded: ReadableBuffer) -> Session:
        """Decode 40 bytes: secret 32, epoch 4, suite 2, zeros 2. Raises BadSession."""

    def encode(self) -> bytes:
        """The session as 40 bytes, secret and all."""

    def next_epoch(self, entropy: ReadableBuffer | None = None) -> Session:
        """The session in the epoch after this one, with a new secret."""

    def task_session(self) -> Session:
        """The session that the tasks of a machine share, from the one that its daemons share: the same suite and
        epoch, a secret of its own. The daemons' does not follow from it."""

    def with_suite(self, suite: str) -> Session:
        """The same session with another suite. Every key is derived for one suite: the two can be used side by
        side. Raises UnknownAlgorithm."""

    def application_key(self, task: int | None = None) -> bytes:
        """32 bytes that programs may use as they like, from a session for tasks: all tasks' key, or that of the
        task with this id."""

    @property
    def suite(self) -> str: ...
    @property
    def epoch(self) -> int: ...

@final
class PacketHeader:
    """The clear part of a record. Not to be believed until the record has been opened."""

    def __new__(cls, suite: str, epoch: int, sender: int, packet_number: int) -> PacketHeader: ...
    @staticmethod
    def parse(record: ReadableBuffer) -> PacketHeader:
        """Read the header of a record. Raises Malformed."""

    def emit(self) -> bytes:
        """The header's 24 bytes."""

    @property
    def suite(self) -> str: ...
    @property
    def epoch(self) -> int: ...
    @property
    def sender(self) -> int:
        """Member id of who sealed it: 64 bits."""

    @property
    def packet_number(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Opened:
    """A record that was opened."""

    @property
    def header(self) -> PacketHeader:
        """The header, authentic now."""

    @property
    def plaintext(self) -> bytes: ...

@final
class Sealer:
    """Seals the datagrams of one member. Make one for each member id and epoch, ever: a second one would use the
    same packet numbers under the same keys."""

    def __new__(cls, session: Session, sender: int) -> Sealer: ...
    def seal(self, plaintext: ReadableBuffer, associated_data: ReadableBuffer = b"") -> builtins.bytes:
        """The record for at most 65,467 bytes. ``associated_data``, at most 64 bytes, is authenticated, not sent:
        it names the receiver. Raises TooLong, Exhausted."""

    def seal_in_place(self, buffer: WriteableBuffer, plaintext_len: int, associated_data: ReadableBuffer = b"") -> int:
        """Seal the ``plaintext_len`` bytes at ``buffer[24:]``, and return the length of the record, which starts
        at ``buffer[0]``. Raises as :meth:`seal`, and BufferTooSmall."""

    def enter_epoch(self, session: Session) -> None:
        """Seal in that epoch from now on. Raises EpochNotNewer."""

    @property
    def packets(self) -> int:
        """How many packets have been sealed in this epoch."""

    @property
    def bytes(self) -> int:
        """How many bytes of plaintext have been sealed in this epoch."""

@final
class Opener:
    """Opens the records of every member of a session, each once: a replay window of 1,024 for every sender, of
    whom it remembers up to ``peers_max`` (1 to 65,536), at 3 KB each. Beside the current epoch it can hold the
    next one, or the previous."""

    def __new__(cls, session: Session, peers_max: int = 32) -> Opener: ...
    def open(self, record: ReadableBuffer, associated_data: ReadableBuffer = b"") -> Opened:
        """Open one record. One that is not accepted changes nothing.

        Raises Malformed, Forged, Replayed, Stale (of another epoch, or behind the window), TooManyPeers.
        """

    def open_in_place(self, record: WriteableBuffer, associated_data: ReadableBuffer = b"") -> PacketHeader:
        """As :meth:`open`; the plaintext stands in ``record[24:-16]`` then. A rejected record's bytes are
        unspecified."""

    def prepare_epoch(self, session: Session) -> None:
        """Accept the records of that epoch too. What was held beside the current one is wiped."""

    def activate_epoch(self) -> None:
        """Make the next epoch the current one, and that the previous. Raises OutOfOrder."""

    def retire_previous_epoch(self) -> None:
        """Wipe the previous epoch: its records are stale from now on."""

# Handshakes. Entropy (``ephemeral`` and the like, 32 bytes) comes from the operating system unless it is given.

_Role: TypeAlias = Literal["initiator", "responder"]
_NoiseCipher: TypeAlias = Literal["AESGCM", "ChaChaPoly"]

@final
class Handshake:
    """One side of a Noise handshake over 25519 with SHA256 (revision 34). A message that is not authentic leaves it
    as it was."""

    @staticmethod
    def nn_psk0(
        role: _Role,
        cipher: _NoiseCipher,
        prologue: ReadableBuffer,
        psk: ReadableBuffer,
        ephemeral: ReadableBuffer | None = None,
    ) -> Handshake:
        """NNpsk0: nobody has a static key; both hold ``psk``."""

    @staticmethod
    def kk(
        role: _Role,
        cipher: _NoiseCipher,
        prologue: ReadableBuffer,
        local: ReadableBuffer,
        remote: ReadableBuffer,
        ephemeral: ReadableBuffer | None = None,
    ) -> Handshake:
        """KK: each knows the other's static key beforehand. ``local`` is private, ``remote`` public."""

    @staticmethod
    def xx(
        role: _Role,
        cipher: _NoiseCipher,
        prologue: ReadableBuffer,
        local: ReadableBuffer,
        ephemeral: ReadableBuffer | None = None,
    ) -> Handshake:
        """XX: each sends its static key."""

    @staticmethod
    def ik_initiator(
        cipher: _NoiseCipher,
        prologue: ReadableBuffer,
        local: ReadableBuffer,
        remote: ReadableBuffer,
        ephemeral: ReadableBuffer | None = None,
    ) -> Handshake:
        """IK, the side that knows the other's static key and sends its own."""

    @staticmethod
    def ik_responder(
        cipher: _NoiseCipher, prologue: ReadableBuffer, local: ReadableBuffer, ephemeral: ReadableBuffer | None = None
    ) -> Handshake:
        """IK, the other side."""

    @property
    def is_finished(self) -> bool:
        """Whether all messages have passed."""

    @property
    def is_my_turn(self) -> bool:
        """Whether the next message is this side's to write."""

    @property
    def remote_static(self) -> bytes | None:
        """The peer's static key, once it is known and, if sent, authentic."""

    @property
    def hash(self) -> bytes:
        """The handshake hash, for channel binding; final when finished."""

    def write_message(self, payload: ReadableBuffer = b"") -> bytes:
        """The next message, with ``payload``. Raises OutOfOrder, TooLong."""

    def read_message(self, message: ReadableBuffer) -> bytes:
        """Read the peer's next message, and give its payload. Raises Forged, Malformed, OutOfOrder."""

    def into_transport(self) -> Transport:
        """Go on as a transport, once finished; the handshake is used up."""

@final
class Transport:
    """The two ciphers of a finished handshake. Messages must arrive in the order they were sent."""

    def write_message(self, payload: ReadableBuffer) -> bytes:
        """One message: its payload, encrypted, and 16 bytes. Raises TooLong beyond 65,519 bytes, Exhausted."""

    def read_message(self, message: ReadableBuffer) -> bytes:
        """Read the peer's next message, and give its payload. Raises Forged, Malformed: nothing has changed then."""

@final
class Join:
    """How a session reaches a new member, over a channel that is already trusted. Each side writes and reads in
    turn, four messages in all."""

    @staticmethod
    def initiator(
        session: Session,
        context: ReadableBuffer,
        join_secret: ReadableBuffer | None = None,
        ephemeral: ReadableBuffer | None = None,
    ) -> Join:
        """The side of a member. ``context``, at most 1,024 bytes, both must have."""

    @staticmethod
    def responder(context: ReadableBuffer, ephemeral: ReadableBuffer | None = None) -> Join:
        """The side of a newcomer."""

    def write_message(self) -> bytes:
        """The next message. Raises OutOfOrder."""

    def read_message(self, message: ReadableBuffer) -> None:
        """Read the peer's next message. A rejected one ends the join."""

    def write_member_key(self, member_key: ReadableBuffer) -> bytes:
        """The initiator, when the join is finished: a fifth message, with the newcomer's key in a group."""

    def read_member_key(self, message: ReadableBuffer) -> bytes:
        """The responder: that key. A rejected message ends the join."""

    @property
    def is_finished(self) -> bool:
        """Whether all four messages have passed."""

    @property
    def session(self) -> Session | None:
        """What the responder received; None before that, and for the initiator."""

# Groups: now_ms is any clock that never goes back, in milliseconds.

@final
class RekeyPolicy:
    """The limits of one epoch: packets and bytes that one member seals, its age, and how long the previous one is
    still accepted."""

    def __new__(cls, packets_max: int, bytes_max: int, age_max_ms: int, previous_epoch_ms: int) -> RekeyPolicy: ...
    @staticmethod
    def for_session(session: Session) -> RekeyPolicy:
        """The default for the session's suite."""

    @property
    def packets_max(self) -> int: ...
    @property
    def bytes_max(self) -> int: ...
    @property
    def age_max_ms(self) -> int: ...
    @property
    def previous_epoch_ms(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...

@final
class Leader:
    """The leader of a group: it hands out the sessions of later epochs. After each call take what
    :meth:`poll_transmit` gives, and call :meth:`handle_timeout` at the time of :meth:`poll_timeout`.

    ``root`` is 32 bytes of entropy; there is room for ``members_max`` members (0 to 65,536), and for ``peers_max``
    senders as in an :class:`Opener`."""

    def __new__(
        cls,
        session: Session,
        sender: int,
        now_ms: int,
        *,
        root: ReadableBuffer | None = None,
        members_max: int = 32,
        peers_max: int = 32,
        policy: RekeyPolicy | None = None,
    ) -> Leader: ...
    @property
    def session(self) -> Session:
        """The session that it seals in; a newcomer is given the leader's."""

    @property
    def newest_session(self) -> Session:
        """The session of :attr:`next_epoch`, or else the one that it seals in."""

    @property
    def epoch(self) -> int:
        """The epoch that it seals in."""

    @property
    def next_epoch(self) -> int | None:
        """The epoch that it opens too, and has not begun to seal in."""

    @property
    def rekey_is_due(self) -> bool:
        """Whether the epoch has reached a limit, and :meth:`rekey` can be called."""

    def admit(self, member: int) -> bytes:
        """Make ``member`` one of the group, and return its key of 40 bytes. Raises AlreadyMember, TooManyMembers."""

    def remove(self, member: int, now_ms: int, entropy: ReadableBuffer | None = None) -> None:
        """Start an epoch without ``member``. Raises NoSuchMember."""

    def rekey(self, now_ms: int, entropy: ReadableBuffer | None = None) -> None:
        """Start an epoch with the same members. Raises OutOfOrder until the last change is complete."""

    def offer_again(self, member: int) -> None:
        """Offer the newest epoch again to a member that did not answer. Raises NoSuchMember."""

    def poll_unresponsive(self) -> int | None:
        """The next member that has not answered; each is reported once."""

    def seal(self, plaintext: ReadableBuffer, associated_data: ReadableBuffer = b"") -> bytes:
        """Seal as a :class:`Sealer` does."""

    def open(self, record: ReadableBuffer, now_ms: int, associated_data: ReadableBuffer = b"") -> Opened:
        """Open as an :class:`Opener` does."""

    def handle_message(self, message: ReadableBuffer, now_ms: int) -> None:
        """Handle one message of the other side. One that is rejected changes nothing."""

    def poll_transmit(self, now_ms: int) -> tuple[int, bytes] | None:
        """The next message and whom it is for, if one is due."""

    def poll_timeout(self) -> int | None:
        """When to call :meth:`handle_timeout`; None for never."""

    def handle_timeout(self, now_ms: int) -> None:
        """Do what is due: send again, give up, activate, retire."""


@final
class Member:
    """A member of a group, who follows the leader from epoch to epoch."""

    def __new__(
        cls,
        member_key: ReadableBuffer,
        session: Session,
        sender: int,
        now_ms: int,
        *,
        peers_max: int = 32,
        policy: RekeyPolicy | None = None,
    ) -> Member: ...
    @property
    def session(self) -> Session:
        """The session that it seals in; a newcomer is given the leader's."""

    @property
    def newest_session(self) -> Session:
        """The session of :attr:`next_epoch`, or else the one that it seals in."""

    @property
    def epoch(self) -> int:
        """The epoch that it seals in."""

    @property
    def next_epoch(self) -> int | None:
        """The epoch that it opens too, and has not begun to seal in."""

    def request_epoch(self) -> None:
        """Ask the leader for the next epoch."""

    def seal(self, plaintext: ReadableBuffer, associated_data: ReadableBuffer = b"") -> bytes:
        """Seal as a :class:`Sealer` does."""

    def open(self, record: ReadableBuffer, now_ms: int, associated_data: ReadableBuffer = b"") -> Opened:
        """Open as an :class:`Opener` does."""

    def handle_message(self, message: ReadableBuffer, now_ms: int) -> None:
        """Handle one message of the other side. One that is rejected changes nothing."""

    def poll_transmit(self, now_ms: int) -> bytes | None:
        """The next message to the leader, if one is due."""

    def poll_timeout(self) -> int | None:
        """When to call :meth:`handle_timeout`; None for never."""

    def handle_timeout(self, now_ms: int) -> None:
        """Do what is due: send again, give up, activate, retire."""


# The profile of 1997: broken, for reproduction and comparison.

@final
class ClassicHeader:
    """The 32-byte header of a packet. Not to be believed until the packet has been opened; acknowledgement, flags,
    cipher and padding not even then."""

    def __new__(
        cls,
        dst: int,
        src: int,
        seq: int,
        ack: int,
        flags: int,
        cipher: str | None = None,
        padding_len: int = 0,
        digest: ReadableBuffer | None = None,
    ) -> ClassicHeader: ...
    @staticmethod
    def parse(packet: ReadableBuffer) -> ClassicHeader:
        """Read the header of a packet. Raises Malformed."""

    def emit(self) -> bytes:
        """The header's 32 bytes."""

    @property
    def dst(self) -> int:
        """Task id of the final destination."""

    @property
    def src(self) -> int:
        """Task id of the true source."""

    @property
    def seq(self) -> int: ...
    @property
    def ack(self) -> int: ...
    @property
    def flags(self) -> int:
        """1 SOM, 2 EOM, 4 DAT, 8 FIN, 16 ACK."""

    @property
    def level(self) -> Literal["plain", "authenticated", "encrypted"]: ...
    @property
    def cipher(self) -> str | None: ...
    @property
    def padding_len(self) -> int: ...
    @property
    def digest(self) -> bytes | None: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ClassicOpened:
    """A packet that was opened."""

    @property
    def header(self) -> ClassicHeader: ...
    @property
    def data(self) -> bytes: ...

@final
class ClassicSealer:
    """Seals packets in one way: "plain", "md5", or "idea", "des", "3des", "rc4" with keyed MD5. The key has 32 bytes."""

    def __new__(cls, key: ReadableBuffer, protection: str) -> ClassicSealer: ...
    def seal(self, dst: int, src: int, seq: int, ack: int, flags: int, data: ReadableBuffer) -> bytes:
        """The packet for at most 65,472 bytes of data. Raises TooLong."""

@final
class ClassicOpener:
    """Opens packets, each as its own header says, if that is at least ``least``. It keeps no sequence numbers."""

    def __new__(cls, key: ReadableBuffer, least: Literal["plain", "authenticated", "encrypted"]) -> ClassicOpener: ...
    def open(self, packet: ReadableBuffer) -> ClassicOpened:
        """Open one packet. Raises Malformed; Forged, also for too little protection."""

_MessageKind: TypeAlias = Literal["MASTER_PUBKEY", "SLAVE_PUBKEY", "SESSKEY", "SESSKEYACK"]

@final
class Exchange:
    """The key exchange of 1997, which authenticates nobody. Each side writes and reads in turn."""

    @staticmethod
    def master(session_key: ReadableBuffer, exponent: ReadableBuffer | None = None) -> Exchange:
        """The master's side, which hands the session key of 32 bytes on. ``exponent`` is 32 to 128 bytes of entropy.
        Raises WeakKey."""

    @staticmethod
    def slave(exponent: ReadableBuffer | None = None) -> Exchange:
        """The slave's side."""

    def write_message(self) -> tuple[_MessageKind, bytes]:
        """Kind and body of the next message. Raises OutOfOrder."""

    def read_message(self, kind: _MessageKind, body: ReadableBuffer) -> None:
        """Read the peer's message. A refused one leaves the exchange waiting for the same."""

    @property
    def is_finished(self) -> bool:
        """Whether all four messages have passed."""

    @property
    def session_key(self) -> bytes | None:
        """What the slave received; None before that, and for the master."""
