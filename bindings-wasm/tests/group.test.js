/* Sessions derived from others, and groups as their caller sees them. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { before, test } from "node:test";

import * as secpvm from "secpvm";

before(() => secpvm.init());

const NOBODY = new Uint8Array(0);
const same = (one, other) => assert.deepEqual(Buffer.from(one), Buffer.from(other));

/** HKDF-Expand of SHA-256, for up to 32 bytes (RFC 5869 section 2.3). */
const expand = (secret, ...info) =>
  createHmac("sha256", secret)
    .update(Buffer.concat([...info.map((part) => Buffer.from(part)), Buffer.of(1)]))
    .digest();

test("the session of tasks and its keys follow the hierarchy of core/src/kdf.rs", () => {
  const session = secpvm.Session.generate("aes-256-gcm", new Uint8Array(32).fill(7));
  const tasks = session.taskSession();
  const epoch = expand(session.encode().subarray(0, 32), "secpvm 1 epoch", [0, 0, 0, 0]);
  const secret = expand(epoch, "secpvm 1 task");
  same(tasks.encode().subarray(0, 32), secret);
  same(tasks.applicationKey(), expand(secret, "secpvm 1 application"));
  same(tasks.applicationKey(0), expand(secret, "secpvm 1 application", [0, 0, 0, 0]));
  same(tasks.applicationKey(0x40002), expand(secret, "secpvm 1 application", [0, 4, 0, 2]));

  const other = tasks.withSuite("chacha20-poly1305");
  assert.deepEqual([other.suite, other.epoch], ["chacha20-poly1305", 0]);
  same(other.encode().subarray(0, 36), tasks.encode().subarray(0, 36));
  assert.throws(() => tasks.withSuite("rot13"), { code: "UNKNOWN_ALGORITHM" });
  for (const task of [-1, 2 ** 32, 1.5, "1"]) {
    assert.throws(() => tasks.applicationKey(task), { code: "ARGUMENT" });
  }
});

test("a leader sees who does not answer, and offers again", () => {
  const session = secpvm.Session.generate();
  const leader = new secpvm.Leader(session, 1, 2, 0);
  const member = new secpvm.Member(session, leader.admit(2), 0, 4, 77n);
  assert.equal(leader.pollUnresponsive(), null);
  leader.rekey(0);
  assert.deepEqual([leader.epoch, leader.nextEpoch], [0, 1]);
  for (let now = 0; leader.pollTimeout() < 20_000n; now += 100) {
    while (leader.pollTransmit(now) !== null);
    leader.handleTimeout(now);
  }
  assert.deepEqual([leader.epoch, leader.nextEpoch], [1, null]);
  assert.equal(leader.pollUnresponsive(), 2n);
  assert.equal(leader.pollUnresponsive(), null);

  leader.offerAgain(2);
  assert.throws(() => leader.offerAgain(3), { code: "NO_SUCH_MEMBER" });
  const offer = leader.pollTransmit(20_000);
  assert.equal(offer.to, 2n);
  member.handleMessage(offer.message, 0);
  assert.deepEqual([member.epoch, member.nextEpoch], [0, 1]);
  same(member.session().encode(), session.encode());
  same(member.newestSession().encode(), leader.session().encode());

  const record = member.seal(NOBODY, new Uint8Array(3));
  assert.equal(secpvm.parseRecordHeader(record).sender, 77n);
});

test("a policy says when an epoch is used up", () => {
  const session = secpvm.Session.generate();
  const policy = secpvm.rekeyPolicy(session);
  assert.deepEqual(policy, {
    packetsMax: 2n ** 29n,
    bytesMax: 2n ** 40n,
    ageMaxMs: 3_600_000n,
    previousEpochMs: 12_000n,
  });
  const strict = { ...policy, packetsMax: 2 };
  const leader = new secpvm.Leader(session, 1, 0, 0, undefined, strict);
  leader.seal(NOBODY, new Uint8Array(5));
  assert.equal(leader.rekeyIsDue, false);
  leader.seal(NOBODY, new Uint8Array(5));
  assert.equal(leader.rekeyIsDue, true);
  for (const wrong of [null, 7, {}, { ...policy, ageMaxMs: -1 }]) {
    assert.throws(() => new secpvm.Leader(session, 1, 0, 0, undefined, wrong), { code: "ARGUMENT" });
    assert.throws(() => new secpvm.Member(session, new Uint8Array(40), 0, 1, 1, wrong), {
      code: "ARGUMENT",
    });
  }
  const sealer = new secpvm.Sealer(session, 2);
  sealer.seal(NOBODY, new Uint8Array(5));
  assert.deepEqual([sealer.packets, sealer.bytes], [1n, 5n]);
});
