/** The language of the filter, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { FIELD_NAMES, parseFilter } from "../src/store/filter.ts";
import type { Row } from "../src/store/row.ts";

const ROW: Row = {
  index: 0,
  time: "1.500000",
  from: "10.0.0.1",
  to: "10.0.0.2",
  src: "t40002",
  dst: "t80001",
  seq: "7",
  ack: "0",
  flags: "EOM DAT",
  message: "DM_TASK",
  continued: false,
  suite: "aes-256-gcm",
  epoch: "0",
  packetNumber: "3",
  length: 88,
  verdict: "unknown key",
};

test("each term must hold", () => {
  const holds = [
    "",
    "host:10.0.0.2",
    "from:10.0.0.1 to:10.0.0.2",
    "task:t80001",
    "flag:eom flag:DAT",
    "msg:dm_",
    "-msg:tc_",
    "seq:7",
    "suite:aes",
    "epoch:0",
    "verdict:unknown-key",
    "dm_task",
    "t40002 -forged",
    "src:t40002",
    "dst:t80001",
  ];
  const fails = [
    "host:10.0.0",
    "from:10.0.0.2",
    "task:t1",
    "flag:fin",
    "-msg:dm_",
    "seq:70",
    "epoch:1",
    "verdict:forged",
    "forged",
    "dm_task -t40002",
  ];
  for (const text of holds) assert.equal(parseFilter(text).matches(ROW), true, text);
  for (const text of fails) assert.equal(parseFilter(text).matches(ROW), false, text);
});

test("a span of time may be open at either end", () => {
  assert.deepEqual(parseFilter("time:1.5-2").span, { from: 1.5, to: 2 });
  assert.deepEqual(parseFilter("time:-2 dm_task").span, { from: 0, to: 2 });
  assert.deepEqual(parseFilter("time:1-").span, { from: 1, to: Infinity });
});

test("what is not understood is said, with what there is", () => {
  assert.throws(
    () => parseFilter("color:red"),
    (error: Error) => FIELD_NAMES.every((name) => error.message.includes(name)),
  );
  assert.throws(() => parseFilter("constructor:x"), /no field/);
  assert.throws(() => parseFilter("verdict:good"), /unknown-key/);
  assert.throws(() => parseFilter("time:soon"), /seconds/);
});
