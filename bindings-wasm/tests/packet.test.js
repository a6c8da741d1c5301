/* The packet decoder: datagrams of stock PVM, packets of 1997, records, key logs. */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import * as packet from "secpvm/packet";

before(() => packet.init());

const hex = (text) => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));

test("a first fragment of stock PVM", () => {
  const header = "00080000 00040001 0007 0000 07 000000";
  const message = "00000001 80020005 00000000 deadbeef 00000003 00000000 deadbeef deadbeef";
  const datagram = hex(`${header} ${message} 68656c6c6f`);
  const parsed = packet.parseDatagram(datagram);
  const flags = packet.SOM | packet.EOM | packet.DAT;
  assert.deepEqual(parsed.header, { dst: 0x80000, src: 0x40001, seq: 7, ack: 0, flags });
  const tag = 0x80020005 | 0;
  assert.deepEqual(parsed.message, { encoding: 1, tag, context: 0, waitId: 3, crc: 0 });
  assert.equal(Buffer.from(parsed.data).toString(), "hello");
});

test("an acknowledgement has no message", () => {
  const parsed = packet.parseDatagram(hex("00080000 00040000 0000 0005 10 000000"));
  assert.deepEqual([parsed.message, parsed.data.length, parsed.header.ack], [null, 0, 5]);
});

test("what is no datagram is malformed", () => {
  const good = "00080000 00040000 0000 0005 10 000000";
  for (const bad of [
    "",
    good.slice(0, -2),
    good.replace("10 000000", "20 000000"),
    good.replace("10 000000", "10 000001"),
    good.replace("10 000000", "01 000000"),
  ]) {
    assert.throws(() => packet.parseDatagram(hex(bad)), { code: "MALFORMED" }, bad);
  }
});

test("a packet of 1997", () => {
  const key = new packet.SessionKey(Uint8Array.from({ length: 32 }, (_, at) => at));
  const sealed = hex(`00080001 00040002 0007 0000 06 03 02 01 57b2a9706bc49fd1060510dcef01478e
    93a1dc2c3f4f73b9ef8d8d790f2ac9b3`);
  const header = packet.parseClassicHeader(sealed);
  assert.deepEqual([header.level, header.cipher, header.paddingLen], ["encrypted", "3des", 2]);
  const opener = new packet.ClassicOpener(key, "encrypted");
  assert.equal(Buffer.from(opener.open(sealed).data).toString(), "secret message");
  sealed[12] ^= 8;
  assert.equal(opener.open(sealed).header.flags, 14, "flags are not authenticated");
  sealed[11] ^= 1;
  sealed[40] ^= 1;
  assert.throws(() => opener.open(sealed), { code: "FORGED" });
});

test("a record, and what becomes of each of its bytes altered", () => {
  const session = packet.Session.generate();
  const to = new Uint8Array([0, 8, 0, 0]);
  const record = new packet.Sealer(session, 2n ** 64n - 1n).seal(to, hex("010203"));
  for (let at = 0; at < record.length; at += 1) {
    const altered = record.slice();
    altered[at] ^= 1;
    const opener = new packet.Opener(session);
    const code = at < 4 ? /MALFORMED|FORGED/ : at < 8 ? /STALE/ : /FORGED/;
    assert.throws(() => opener.open(to, altered), ({ code: found }) => code.test(found), `${at}`);
    assert.deepEqual([...opener.open(to, record).plaintext], [1, 2, 3]);
  }
});

test("a key log", () => {
  const secret = "0001020304050607".repeat(4);
  const log = `# a comment\n\nSECPVM_SESSION 3des-ctr+keyed-md5 4294967295 ${secret}\n`;
  const [session, ...others] = packet.readKeyLog(log);
  assert.deepEqual([session.suite, session.epoch], ["3des-ctr+keyed-md5", 4_294_967_295]);
  assert.equal(Buffer.from(session.encode()).toString("hex"), `${secret}ffffffff01010000`);
  assert.equal(others.length, 0);
});

test("a line that is none is named", () => {
  const secret = "00".repeat(32);
  for (const line of [
    `SECPVM_SESSION aes-256-gcm 0 ${secret}00`,
    `SECPVM_SESSION aes-256-gcm 0  ${secret}`,
    `SECPVM_SESSION aes-256-gcm 4294967296 ${secret}`,
    `SECPVM_SESSION rot13 0 ${secret}`,
    `CLIENT_RANDOM aes-256-gcm 0 ${secret}`,
  ]) {
    const message = /^line 2 (is|has) no/;
    assert.throws(() => packet.readKeyLog(`\n${line}\n`), { code: "BAD_SESSION", message }, line);
  }
});
