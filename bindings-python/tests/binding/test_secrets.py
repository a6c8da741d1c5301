"""Secrets: shown nowhere, copied by nobody, and wiped."""

import copy
import pickle
import traceback

import pytest

import secpvm

SECRET = bytes(range(0x60, 0x80))
SESSION = secpvm.Session.decode(SECRET + bytes(4) + b"\0\1\0\0")
OBJECTS = [
    SESSION,
    secpvm.Sealer(SESSION, 1),
    secpvm.Opener(SESSION),
    secpvm.Opener(SESSION).open(secpvm.Sealer(SESSION, 2).seal(SECRET)),
    secpvm.Mac("hmac-md5", SECRET),
    secpvm.Encryptor("rc4", SECRET, b""),
    secpvm.Decryptor("aes-256-cbc", SECRET, bytes(16)),
    secpvm.Aead("aes-256-gcm", SECRET),
    secpvm.Agreement("x25519", SECRET),
    secpvm.Handshake.nn_psk0("initiator", "AESGCM", b"", SECRET, SECRET),
    secpvm.Join.initiator(SESSION, b"", SECRET, SECRET),
    secpvm.Exchange.master(SECRET, SECRET),
    secpvm.Leader(SESSION, 1, 0, root=SECRET),
    secpvm.ClassicSealer(SECRET, "3des"),
    secpvm.ClassicOpener(SECRET, "plain"),
]


@pytest.mark.parametrize("holder", OBJECTS, ids=lambda holder: type(holder).__name__)
def test_no_object_shows_copies_or_stores_its_secret(holder: object) -> None:
    for shown in (repr(holder), str(holder), f"{holder}"):
        assert "abc" not in shown and "6162" not in shown and "0x61" not in shown
        assert str(SECRET) not in shown
    assert not hasattr(holder, "__dict__")
    for duplicate in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            duplicate(holder)


def test_no_message_or_traceback_shows_an_argument() -> None:
    for call in (
        lambda: secpvm.encrypt("aes-128-cbc", SECRET, bytes(16), b""),
        lambda: secpvm.open("aes-256-gcm", SECRET, bytes(12), SECRET),
        lambda: secpvm.Session.decode(SECRET + bytes(4) + b"\0\0\0\0"),
        lambda: secpvm.verify("hmac-md5", SECRET, SECRET, SECRET),
    ):
        with pytest.raises(secpvm.Error) as raised:
            call()
        text = "".join(traceback.format_exception(raised.value))
        assert "abcdef" not in text and SECRET.hex() not in text


def test_the_ends_of_a_mac() -> None:
    mac = secpvm.Mac("hmac-sha256", SECRET, b"data", tag_len=16)
    assert not hasattr(mac, "copy")
    tag = mac.digest()
    assert (len(tag), mac.digest_size, mac.hexdigest()) == (16, 16, tag.hex())
    with pytest.raises(secpvm.OutOfOrder):
        mac.update(b"more")
    with pytest.raises(secpvm.OutOfOrder):
        mac.verify(tag)
    assert mac.digest() == tag
    for good, verdict in ((tag, None), (bytes(16), secpvm.Forged), (tag[:15], secpvm.Forged)):
        mac = secpvm.Mac("hmac-sha256", SECRET, b"data", tag_len=16)
        if verdict:
            with pytest.raises(verdict):
                mac.verify(good)
        else:
            mac.verify(good)
        with pytest.raises(secpvm.OutOfOrder):
            mac.digest()


def test_a_cut_tag_is_no_tag_for_verify() -> None:
    tag = secpvm.mac("hmac-sha256", SECRET, b"data")
    secpvm.verify("hmac-sha256", SECRET, b"data", tag)
    for length in range(32):
        with pytest.raises(secpvm.Forged):
            secpvm.verify("hmac-sha256", SECRET, b"data", tag[:length])
