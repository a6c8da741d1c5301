/* The packets that carry the messages of the key exchange of 1997. */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import * as secpvm from "secpvm";

before(() => secpvm.init());

const CODES = { MASTER_PUBKEY: 29, SLAVE_PUBKEY: 30, SESSKEY: 31, SESSKEYACK: 32 };

/** A plain packet between daemons with a message of that code. */
function packetOf({ kind, body }) {
  const data = new Uint8Array(32 + body.length);
  new DataView(data.buffer).setUint32(4, 0x8002_0001 + CODES[kind]);
  data.set(body, 32);
  const key = new secpvm.SessionKey(Uint8Array.from({ length: 32 }, (_, at) => at));
  const flags = secpvm.SOM | secpvm.EOM | secpvm.DAT;
  const header = { dst: 0x8008_0000, src: 0x8004_0000, seq: 0, ack: 0, flags };
  return new secpvm.ClassicSealer(key, "plain").seal(header, data);
}

test("each message comes out of its packet as it was", () => {
  const key = new secpvm.SessionKey(Uint8Array.from({ length: 32 }, (_, at) => at));
  const sides = [secpvm.Exchange.master(key), secpvm.Exchange.slave()];
  for (const kind of Object.keys(CODES)) {
    const message = sides[0].writeMessage();
    assert.equal(message.kind, kind);
    const parsed = secpvm.parseExchangeMessage(packetOf(message));
    assert.deepEqual(parsed, message);
    sides[1].readMessage(parsed);
    sides.reverse();
  }
  assert.ok(sides.every((side) => side.isFinished));
});

test("any other packet is malformed", () => {
  const packet = packetOf({ kind: "SESSKEY", body: new Uint8Array(32) });
  for (const at of [0, 12, 15, 16, 39]) {
    const altered = packet.slice();
    altered[at] ^= 0x80;
    assert.throws(() => secpvm.parseExchangeMessage(altered), { code: "MALFORMED" }, `${at}`);
  }
  for (const other of [new Uint8Array(), packet.subarray(1), packet.subarray(0, 95)]) {
    assert.throws(() => secpvm.parseExchangeMessage(other), { code: "MALFORMED" });
  }
});
