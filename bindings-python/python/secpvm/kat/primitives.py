"""Algorithms by themselves: in one call, in pieces, and in place."""

import secpvm
from secpvm.kat.cases import Case
from secpvm.kat.verdict import answer, equal, refused


def cipher(case: Case) -> None:
    name, key, iv = case.algorithm, case.bytes("key"), case.bytes("iv")
    before = bytes(case.test.get("offset", 0))
    message, ciphertext = before + case.bytes("msg"), case.bytes("ct")
    answer(case, lambda: secpvm.encrypt(name, key, iv, message)[len(before) :], "ct")
    if not case.is_valid:
        return
    in_place = bytearray(message)
    secpvm.encrypt_in_place(name, key, iv, in_place)
    equal(bytes(in_place[len(before) :]), ciphertext, "ct in place")
    if not before:
        equal(secpvm.decrypt(name, key, iv, ciphertext), message, "msg")
    decryptor = secpvm.Decryptor(name, key, iv)
    pieces = [decryptor.update(in_place[at : at + 7]) for at in range(0, len(in_place), 7)]
    equal(b"".join([*pieces, decryptor.finalize()]), message, "msg in pieces")


def aead(case: Case) -> None:
    name, key, nonce, aad = case.algorithm, case.bytes("key"), case.bytes("iv"), case.bytes("aad")
    ciphertext, tag = case.bytes("ct"), case.bytes("tag")
    answer(case, lambda: secpvm.open(name, key, nonce, ciphertext + tag, aad), "msg")
    buffer = bytearray(ciphertext)
    if case.is_valid:
        message = case.bytes("msg")
        equal(secpvm.seal(name, key, nonce, message, aad), ciphertext + tag, "ct and tag")
        secpvm.open_in_place(name, key, nonce, buffer, tag, aad)
        equal(bytes(buffer), message, "msg in place")
    else:
        refused(lambda: secpvm.open_in_place(name, key, nonce, buffer, tag, aad))
        equal(bytes(buffer), ciphertext, "a refused message")


def digest(case: Case) -> None:
    message = case.bytes("msg")
    answer(case, lambda: secpvm.digest(case.algorithm, message), "digest")
    pieces = secpvm.Digest(case.algorithm, message[:3])
    pieces.update(message[3:])
    equal(pieces.copy().hexdigest(), case.test["digest"], "digest in pieces")


def mac(case: Case) -> None:
    name, key, message, tag = case.algorithm, case.bytes("key"), case.bytes("msg"), case.bytes("tag")
    length = case.group["tagLen"]
    if not case.is_valid:
        refused(lambda: secpvm.Mac(name, key, message, tag_len=length).verify(tag))
        if length == secpvm.Mac(name, b"any").digest_size:
            refused(lambda: secpvm.verify(name, key, message, tag))
        return
    secpvm.Mac(name, key, message, tag_len=length).verify(tag)
    whole = secpvm.mac(name, key, message)
    secpvm.verify(name, key, message, whole)
    equal(whole[:length], tag, "tag")
    pieces = secpvm.Mac(name, key, message[:3], tag_len=length)
    pieces.update(message[3:])
    equal(pieces.digest(), tag, "tag in pieces")


def agreement(case: Case) -> None:
    secret, public = case.bytes("secret"), case.bytes("public")
    answer(case, lambda: secpvm.Agreement(case.algorithm, secret).agree(public), "shared")
    if case.algorithm == "x25519":
        answer(case, lambda: secpvm.x25519(secret, public), "shared")


def kdf(case: Case) -> None:
    salt, secret, info = case.bytes("salt"), case.bytes("secret"), case.bytes("info")
    answer(case, lambda: secpvm.derive(case.algorithm, salt, secret, info, case.test["outLen"]), "out")


def padding(case: Case) -> None:
    name, block_len, count = case.algorithm, case.group["blockLen"], case.test.get("count")
    padded = case.bytes("padded")
    answer(case, lambda: secpvm.unpad(name, padded, block_len, count=count), "msg")
    if case.is_valid:
        message = case.bytes("msg")
        equal(secpvm.pad(name, message, block_len), padded, "padded")
        equal(count in (None, len(padded) - len(message)), True, "count as told")
