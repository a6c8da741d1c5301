/** Padding, stream ciphers and AEADs step by step. Every key stream is the package's. */
import { encrypt } from "secpvm";
import { blocksOf, concat, same, toHex, xor } from "./bytes.ts";
import { mustCome, traceSteps } from "./steps.ts";
import { BLOCKS_MAX } from "./trace_modes.ts";
import type { Trace } from "./types.ts";

/** A message and what padding added to it. */
export function tracePadding(name: string, message: Uint8Array, padded: Uint8Array): Trace {
  return traceSteps("Padding", `${name} adds ${padded.length - message.length} bytes.`, [
    ["Message", message],
    ["Added", padded.subarray(message.length)],
  ]);
}

/** A stream cipher by itself. */
export function traceStream(
  name: string,
  key: Uint8Array,
  iv: Uint8Array,
  input: Uint8Array,
  output: Uint8Array,
): Trace {
  const shown = input.subarray(0, BLOCKS_MAX * 16);
  const stream = encrypt(name, key, iv, new Uint8Array(shown.length));
  mustCome(same(xor(shown, stream), output.subarray(0, shown.length)));
  return traceXor("Key stream", `What ${name} makes of zeros.`, stream, shown);
}

/** GCM (SP 800-38D) up to the tag: hash key, first counter block, key stream. */
export function traceGcm(
  name: string,
  key: Uint8Array,
  nonce: Uint8Array,
  input: Uint8Array,
  output: Uint8Array,
): Trace[] {
  const cipher = name.replace("-gcm", "");
  const none = new Uint8Array();
  const first = concat(nonce, Uint8Array.of(0, 0, 0, 1));
  const second = concat(nonce, Uint8Array.of(0, 0, 0, 2));
  const shown = input.subarray(0, BLOCKS_MAX * 16);
  const stream = encrypt(`${cipher}-ctr`, key, second, new Uint8Array(shown.length));
  mustCome(same(xor(shown, stream), output.subarray(0, shown.length)));
  return [
    traceSteps(
      "Before the data",
      "The hash key weighs the blocks in the tag; the first counter block masks it.",
      [
        ["Hash key H: zeros, encrypted", encrypt(`${cipher}-ecb`, key, none, new Uint8Array(16))],
        ["First counter block: nonce, 1", first],
        ["Mask of the tag: that, encrypted", encrypt(`${cipher}-ecb`, key, none, first)],
      ],
    ),
    traceXor("Key stream", "The counter goes on from 2.", stream, shown),
  ];
}

/** ChaCha20-Poly1305 (RFC 8439) up to the tag: one-time key, key stream. */
export function traceChaChaPoly(
  key: Uint8Array,
  nonce: Uint8Array,
  input: Uint8Array,
  output: Uint8Array,
): Trace[] {
  const block = (counter: number, len: number): Uint8Array =>
    encrypt("chacha20", key, concat(Uint8Array.of(counter, 0, 0, 0), nonce), new Uint8Array(len));
  const shown = input.subarray(0, BLOCKS_MAX * 16);
  const stream = block(1, shown.length);
  mustCome(same(xor(shown, stream), output.subarray(0, shown.length)));
  return [
    traceSteps("Before the data", "The first 32 bytes of the key stream are the key of Poly1305.", [
      ["One-time key", block(0, 32)],
    ]),
    traceXor("Key stream", "The counter goes on from 1.", stream, shown),
  ];
}

function traceXor(title: string, note: string, stream: Uint8Array, input: Uint8Array): Trace {
  const streams = blocksOf(stream, 16);
  return {
    title,
    note,
    columns: ["Bytes", "Key stream", "Input", "XOR: output"],
    rows: blocksOf(input, 16).map((block, at) => {
      const part = streams[at] ?? new Uint8Array();
      return [String(at * 16), toHex(part), toHex(block), toHex(xor(block, part))];
    }),
  };
}
