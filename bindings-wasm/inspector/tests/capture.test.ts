/** Reading capture files, without a browser. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Datagram, readDatagrams } from "../src/capture/datagrams.ts";
import {
  fragments,
  frame,
  join,
  pcap,
  pcapng,
  pcapOfFrames,
  plainDatagram,
  type Sent,
} from "./capture_files.ts";

const SENT: readonly Sent[] = [1, 2, 3].map((seq) => ({
  from: "10.0.0.1",
  to: "10.0.0.2",
  payload: plainDatagram(seq, 4),
}));

function read(file: Uint8Array): readonly Datagram[] {
  const { datagrams, cutOff } = readDatagrams(file, () => {});
  assert.equal(cutOff, undefined);
  return datagrams;
}

function reasonFor(file: Uint8Array): string {
  try {
    readDatagrams(file, () => {});
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  return "";
}

test("pcap in both byte orders and units of time, and pcapng, say the same", () => {
  const expected = read(pcap(SENT));
  assert.deepEqual(
    expected.map(({ payload }) => payload[9]),
    [1, 2, 3],
  );
  assert.equal(expected[1]?.timeUs, 1000.001e6);
  assert.deepEqual(expected[0]?.from, { address: 0x0a00_0001, port: 40_000 });
  for (const file of [pcap(SENT, { little: false }), pcap(SENT, { nanoseconds: true }), pcapng(SENT)]) {
    assert.deepEqual(read(file), expected);
  }
});

test("a file that is cut off anywhere gives what stands before, and says so", () => {
  for (const file of [pcap(SENT), pcapng(SENT)]) {
    const whole = new Set([24, ...[1, 2, 3].map((count) => pcap(SENT.slice(0, count)).length)]);
    for (let len = 24; len < file.length; len++) {
      const { datagrams, cutOff } = readDatagrams(file.subarray(0, len), () => {});
      if (file[0] === 0xd4) assert.equal(cutOff === undefined, whole.has(len), `${len} bytes`);
      assert.ok(datagrams.length <= 3);
    }
  }
});

test("fragments are put together in any order, and a missing one is missed", () => {
  const payload = Uint8Array.from({ length: 4080 }, (_, at) => at);
  const sent = { from: "10.0.0.1", to: "10.0.0.2", payload };
  const parts = fragments(sent, 1480);
  assert.equal(parts.length, 3);
  assert.deepEqual(read(pcapOfFrames(parts))[0]?.payload, payload);
  assert.deepEqual(read(pcapOfFrames(parts.slice(1))), []);
  assert.equal(readDatagrams(pcapOfFrames(parts.slice(1)), () => {}).others, 1);
});

test("frames of other protocols are counted and passed over", () => {
  const arp = frame(SENT[0] as Sent).slice();
  arp[13] = 6;
  const { datagrams, frames, others } = readDatagrams(pcapOfFrames([arp, frame(SENT[0] as Sent)]), () => {});
  assert.deepEqual([datagrams.length, frames, others], [1, 2, 1]);
});

test("what is no capture is called by its name", () => {
  const text = new TextEncoder();
  assert.match(reasonFor(new Uint8Array()), /the file is empty/);
  assert.match(reasonFor(Uint8Array.of(0x1f, 0x8b, 8, 0)), /gzip/);
  assert.match(reasonFor(text.encode('{"schema": "cipher_v1"}')), /JSON.*Algorithms/);
  assert.match(reasonFor(text.encode("secpvm\n")), /it is text/);
  assert.match(reasonFor(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46)), /starts with 7f 45 4c 46/);
});

test("no single altered byte of a pcapng file is fatal", () => {
  const file = pcapng(SENT);
  for (let at = 0; at < file.length; at++) {
    const altered = join(file);
    altered[at] = (altered[at] ?? 0) ^ 0xff;
    try {
      readDatagrams(altered, () => {});
    } catch (error) {
      assert.equal((error as Error).name, "CaptureError", `byte ${at}`);
    }
  }
});
