"""Records, epochs, groups and handshakes as a harness uses them."""

import hmac

import pytest

import secpvm

SUITES = [suite.name for suite in secpvm.suites()]


def test_the_table_of_suites() -> None:
    first, _, legacy, *_, last = secpvm.suites()
    assert (first.name, first.id, first.mac, first.strength, first.tag_len) == ("aes-256-gcm", 1, None, "modern", 16)
    assert (legacy.cipher, legacy.mac, legacy.strength) == ("3des-ctr", "keyed-md5", "legacy")
    assert (last.name, last.cipher, last.mac) == ("keyed-md5", None, "keyed-md5")
    assert repr(first) == '<Suite "aes-256-gcm", modern>'


@pytest.mark.parametrize("suite", SUITES)
def test_a_record_is_opened_once_by_its_receiver(suite: str) -> None:
    session = secpvm.Session.generate(suite)
    assert (session.suite, session.epoch) == (suite, 0)
    sealer, opener = secpvm.Sealer(session, 7), secpvm.Opener(session)
    record = sealer.seal(b"hello", b"to host 2")
    with pytest.raises(secpvm.Forged):
        opener.open(record, b"to host 3")
    opened = opener.open(record, b"to host 2")
    assert opened.plaintext == b"hello"
    assert opened.header == secpvm.PacketHeader(suite, 0, 7, 0) == secpvm.PacketHeader.parse(record)
    assert hash(opened.header) == hash(secpvm.PacketHeader(suite, 0, 7, 0))
    assert opened.header != secpvm.PacketHeader(suite, 0, 7, 1)
    assert opened.header.emit() == record[:24]
    with pytest.raises(secpvm.Replayed):
        opener.open(record, b"to host 2")
    for length in range(40):
        with pytest.raises(secpvm.Malformed):
            opener.open(record[:length], b"to host 2")


@pytest.mark.parametrize("length", [0, 5, 5_000])
def test_in_place_is_the_same(length: int) -> None:
    session = secpvm.Session.generate()
    data = bytes(range(256)) * 20
    buffer = bytearray(24) + data[:length] + bytes(100)
    record_len = secpvm.Sealer(session, 7).seal_in_place(buffer, length, b"to")
    assert bytes(buffer[:record_len]) == secpvm.Sealer(session, 7).seal(data[:length], b"to")
    record = memoryview(buffer)[:record_len]
    header = secpvm.Opener(session).open_in_place(record, b"to")
    assert (header.packet_number, bytes(record[24:-16])) == (0, data[:length])


def test_the_replay_window() -> None:
    session = secpvm.Session.generate()
    sealer, opener = secpvm.Sealer(session, 1), secpvm.Opener(session)
    records = [sealer.seal(b"") for _ in range(1_100)]
    opener.open(records[-1])
    for record in records[:75]:
        with pytest.raises(secpvm.Stale):
            opener.open(record)
    for record in records[76:-1]:
        opener.open(record)
    for record in records[76:]:
        with pytest.raises(secpvm.Replayed):
            opener.open(record)


def test_a_forged_record_changes_nothing() -> None:
    session = secpvm.Session.generate()
    sealer, opener = secpvm.Sealer(session, 1), secpvm.Opener(session, peers_max=1)
    record = sealer.seal(b"data")
    for at in range(len(record)):
        forged = bytearray(record)
        forged[at] ^= 1
        with pytest.raises(secpvm.Rejected):
            opener.open(forged)
    assert opener.open(record).plaintext == b"data"
    with pytest.raises(secpvm.TooManyPeers):
        opener.open(secpvm.Sealer(session, 2).seal(b""))


def test_epochs() -> None:
    first = secpvm.Session.generate()
    second = first.next_epoch()
    assert second.epoch == 1 and second.encode()[:32] != first.encode()[:32]
    sealer, opener = secpvm.Sealer(first, 1), secpvm.Opener(first)
    old, older = sealer.seal(b"old"), sealer.seal(b"older")
    sealer.enter_epoch(second)
    new = sealer.seal(b"new")
    with pytest.raises(secpvm.Stale):
        opener.open(new)
    with pytest.raises(secpvm.OutOfOrder):
        opener.activate_epoch()
    opener.prepare_epoch(second)
    opener.open(new)
    opener.activate_epoch()
    opener.open(old)
    opener.retire_previous_epoch()
    with pytest.raises(secpvm.Stale):
        opener.open(older)


def test_a_group_changes_its_epoch_and_leaves_one_out() -> None:
    session = secpvm.Session.generate()
    leader = secpvm.Leader(session, 1, 0, members_max=2)
    members = {number: secpvm.Member(leader.admit(number), leader.session, number, 0) for number in (2, 3)}
    for refused, call in (
        (secpvm.AlreadyMember, lambda: leader.admit(2)),
        (secpvm.TooManyMembers, lambda: leader.admit(4)),
        (secpvm.NoSuchMember, lambda: leader.remove(4, 0)),
    ):
        with pytest.raises(refused):
            call()

    def settle(now_ms: int) -> None:
        leader.handle_timeout(now_ms)
        while due := leader.poll_transmit(now_ms):
            number, message = due
            members[number].handle_message(message, now_ms)
            while answer := members[number].poll_transmit(now_ms):
                leader.handle_message(answer, now_ms)

    leader.rekey(0)
    settle(0)
    assert [leader.epoch, members[2].epoch, members[3].epoch] == [1, 1, 1]
    assert members[2].open(leader.seal(b"all", b"ad"), 0, b"ad").plaintext == b"all"
    policy = secpvm.RekeyPolicy.for_session(session)
    later = policy.previous_epoch_ms + 1
    leader.remove(3, later)
    settle(later)
    assert [leader.epoch, members[2].epoch, members[3].epoch] == [2, 2, 1]
    with pytest.raises(secpvm.Stale):
        members[3].open(leader.seal(b"not for 3"), later)
    members[2].request_epoch()
    request = members[2].poll_transmit(later)
    assert request
    leader.handle_message(request, later)
    assert leader.rekey_is_due or leader.poll_timeout() is not None


@pytest.mark.parametrize("cipher", ["AESGCM", "ChaChaPoly"])
def test_a_handshake_and_its_transport(cipher: str) -> None:
    alice = secpvm.Handshake.xx("initiator", cipher, b"prologue", bytes(31) + b"1")  # type: ignore[arg-type]
    bob = secpvm.Handshake.xx("responder", cipher, b"prologue", bytes(31) + b"2")  # type: ignore[arg-type]
    assert alice.is_my_turn and not bob.is_my_turn and alice.remote_static is None
    writer, reader = alice, bob
    for number in range(3):
        message = writer.write_message(b"payload %d" % number)
        with pytest.raises(secpvm.OutOfOrder):
            writer.write_message()
        if number:
            with pytest.raises(secpvm.Forged):
                reader.read_message(message[:-1] + bytes([message[-1] ^ 1]))
        assert reader.read_message(message) == b"payload %d" % number
        writer, reader = reader, writer
    assert alice.is_finished and alice.hash == bob.hash
    assert bob.remote_static == secpvm.Agreement("x25519", bytes(31) + b"1").public_value()
    sending, receiving = alice.into_transport(), bob.into_transport()
    with pytest.raises(secpvm.OutOfOrder):
        alice.write_message()
    message = sending.write_message(b"hello")
    assert receiving.read_message(message) == b"hello"
    with pytest.raises(secpvm.Forged):
        receiving.read_message(message)
    with pytest.raises(secpvm.TooLong):
        sending.write_message(bytes(65_520))


def test_a_join() -> None:
    session = secpvm.Session.generate()
    member, newcomer = secpvm.Join.initiator(session, b"context"), secpvm.Join.responder(b"context")
    for _ in range(2):
        newcomer.read_message(member.write_message())
        assert newcomer.session is None
        member.read_message(newcomer.write_message())
    assert member.is_finished and newcomer.is_finished and member.session is None
    assert newcomer.session and newcomer.session.encode() == session.encode()
    stranger = secpvm.Join.responder(b"another context")
    with pytest.raises(secpvm.Forged):
        stranger.read_message(secpvm.Join.initiator(session, b"context").write_message())


def test_classic_packets_and_their_levels() -> None:
    key = bytes(range(32))
    packet = secpvm.ClassicSealer(key, "3des").seal(0x0008_0001, 0x0004_0002, 7, 0, 6, b"secret message")
    assert packet[32:].hex() == "93a1dc2c3f4f73b9ef8d8d790f2ac9b3"
    header = secpvm.ClassicHeader.parse(packet)
    assert (header.level, header.cipher, header.padding_len, header.seq, header.flags) == ("encrypted", "3des", 2, 7, 6)
    assert header.digest and header.digest.hex() == "57b2a9706bc49fd1060510dcef01478e"
    assert header == secpvm.ClassicHeader(0x0008_0001, 0x0004_0002, 7, 0, 6, "3des", 2, header.digest)
    assert secpvm.ClassicOpener(key, "encrypted").open(packet).data == b"secret message"
    plain = secpvm.ClassicSealer(key, "plain").seal(1, 2, 3, 0, 4, b"data")
    assert secpvm.ClassicOpener(key, "plain").open(plain).data == b"data"
    with pytest.raises(secpvm.Forged):
        secpvm.ClassicOpener(key, "authenticated").open(plain)
    with pytest.raises(secpvm.BadValue):
        secpvm.ClassicHeader(1, 2, 3, 4, 5, "3des")
    with pytest.raises(secpvm.BadValue):
        secpvm.ClassicHeader(1, 2, 3, 4, 32)


def test_limits_of_tables_are_those_of_c() -> None:
    session = secpvm.Session.generate()
    key = secpvm.Leader(session, 1, 0, members_max=65_536, peers_max=1).admit(2)
    for peers_max in (1, 65_536):
        secpvm.Opener(session, peers_max)
        secpvm.Member(key, session, 2, 0, peers_max=peers_max)
    for peers_max in (0, 65_537, 2**63):
        for call in (
            lambda: secpvm.Opener(session, peers_max),
            lambda: secpvm.Leader(session, 1, 0, peers_max=peers_max),
            lambda: secpvm.Member(key, session, 2, 0, peers_max=peers_max),
        ):
            with pytest.raises(secpvm.BadValue, match="peers_max is 1 to 65536"):
                call()
    with pytest.raises(secpvm.BadValue, match="members_max is 0 to 65536"):
        secpvm.Leader(session, 1, 0, members_max=65_537)
    with pytest.raises(OverflowError):
        secpvm.Opener(session, -1)


def test_the_session_of_tasks_and_its_keys() -> None:
    session = secpvm.Session.generate("aes-256-gcm", bytes(range(32))).next_epoch(bytes(range(32, 64)))
    tasks = session.task_session()
    assert (tasks.suite, tasks.epoch) == (session.suite, session.epoch)
    assert tasks.encode()[:32] != session.encode()[:32]
    other = tasks.with_suite("chacha20-poly1305")
    assert (other.suite, other.encode()[:36]) == ("chacha20-poly1305", tasks.encode()[:36])
    with pytest.raises(secpvm.UnknownAlgorithm):
        tasks.with_suite("rot13")

    # docs/decisions and core/src/kdf.rs: each step is one HKDF-Expand of SHA-256.
    def expand(secret: bytes, *info: bytes) -> bytes:
        return hmac.digest(secret, b"".join(info) + b"\1", "sha256")

    epoch_secret = expand(session.encode()[:32], b"secpvm 1 epoch", bytes([0, 0, 0, 1]))
    secret = expand(epoch_secret, b"secpvm 1 task")
    assert tasks.encode()[:32] == secret
    assert tasks.application_key() == expand(secret, b"secpvm 1 application")
    for task in (0, 0x0004_0002, 2**32 - 1):
        assert tasks.application_key(task) == expand(secret, b"secpvm 1 application", task.to_bytes(4, "big"))
    for wrong in (-1, 2**32):
        with pytest.raises(OverflowError):
            tasks.application_key(wrong)


def test_the_sessions_of_a_group() -> None:
    session = secpvm.Session.generate()
    leader = secpvm.Leader(session, 1, 0)
    member = secpvm.Member(leader.admit(2), session, 2, 0)
    for side in (leader, member):
        assert side.session.encode() == side.newest_session.encode() == session.encode()
    leader.rekey(0)
    assert (leader.epoch, leader.next_epoch) == (0, 1)
    assert leader.session.encode() == session.encode()
    while (sent := leader.poll_transmit(0)) is not None:
        member.handle_message(sent[1], 0)
    assert member.session.encode() == session.encode()
    assert member.newest_session.encode() == leader.newest_session.encode() != session.encode()
