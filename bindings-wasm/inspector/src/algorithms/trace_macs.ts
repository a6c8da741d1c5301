/** Digests, MACs and derivations step by step. Every hash is the package's. */
import { digest, mac } from "secpvm";
import { blocksOf, concat, same, toHex } from "./bytes.ts";
import { mustCome, traceSteps } from "./steps.ts";
import { BLOCKS_MAX } from "./trace_modes.ts";
import type { Trace } from "./types.ts";

const BLOCK_LEN = 64;

/** The blocks that a digest works on: the message, a one bit, zeros, and its length in bits (RFC 1321, FIPS 180-4). */
export function traceDigest(name: string, message: Uint8Array): Trace {
  const zeros = (2 * BLOCK_LEN - 9 - (message.length % BLOCK_LEN)) % BLOCK_LEN;
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(message.length) * 8n, name === "md5");
  const padded = concat(message, Uint8Array.of(0x80), new Uint8Array(zeros), length);
  return {
    title: "The padded message",
    note: `80, ${zeros} zeros, and the length in bits as 8 bytes, ${name === "md5" ? "little" : "big"}-endian: whole blocks of 64 bytes.`,
    columns: ["Block", "Bytes"],
    rows: blocksOf(padded, BLOCK_LEN)
      .slice(0, BLOCKS_MAX)
      .map((block, at) => [String(at + 1), toHex(block)]),
  };
}

/** HMAC (RFC 2104): two digests, the key in front of both. */
export function traceHmac(name: string, key: Uint8Array, message: Uint8Array): Trace {
  const hash = name.replace("hmac-", "");
  const short = key.length > BLOCK_LEN ? digest(hash, key) : key;
  const block = concat(short, new Uint8Array(BLOCK_LEN - short.length));
  const inner = block.map((byte) => byte ^ 0x36);
  const outer = block.map((byte) => byte ^ 0x5c);
  const innerDigest = digest(hash, concat(inner, message));
  const tag = digest(hash, concat(outer, innerDigest));
  mustCome(same(tag, mac(name, key, message)));
  return traceSteps(
    "HMAC, step by step",
    "The digest of the outer key and the digest of the inner key and the message.",
    [
      [key.length > BLOCK_LEN ? "Digest of the key, filled" : "Key, filled with zeros", block],
      ["Inner key: XOR 36", inner],
      ["Outer key: XOR 5c", outer],
      ["Inner digest", innerDigest],
      ["Tag: outer digest", tag],
    ],
  );
}

/** Keyed digests: key, fill, message, key (RFC 1828, or with zeros as in the 1997 report). */
export function traceKeyed(name: string, key: Uint8Array, message: Uint8Array): Trace {
  const hash = name.includes("md5") ? "md5" : "sha1";
  const fill = name.includes("rfc") ? rfcFill(key, hash === "md5") : new Uint8Array(BLOCK_LEN - key.length);
  const whole = concat(key, fill, message, key);
  mustCome(same(digest(hash, whole), mac(name, key, message)));
  return traceSteps("What is digested", "The key in front, filled to a block; the message; the key again.", [
    ["Key", key],
    ["Fill", fill],
    ["Message", message],
    ["Key", key],
  ]);
}

/** HKDF (RFC 5869): extract, then expand. */
export function traceHkdf(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, output: Uint8Array): Trace {
  const prk = mac("hmac-sha256", salt.length > 0 ? salt : new Uint8Array(32), secret);
  const parts: Uint8Array[] = [];
  for (let at = 1; (at - 1) * 32 < output.length && at <= BLOCKS_MAX; at++) {
    parts.push(mac("hmac-sha256", prk, concat(parts.at(-1) ?? new Uint8Array(), info, Uint8Array.of(at))));
  }
  const shown = output.subarray(0, parts.length * 32);
  mustCome(same(concat(...parts).subarray(0, shown.length), shown));
  return traceSteps("Extract and expand", "The result is T(1), T(2) and so on, cut off.", [
    ["Extract: HMAC(salt, secret)", prk],
    ...parts.map((part, at) => [`T(${at + 1}) = HMAC(PRK, T(${at}), info, ${at + 1})`, part] as const),
  ]);
}

/** RFC 1828 and 1852 fill as the digest pads. */
function rfcFill(key: Uint8Array, littleEndian: boolean): Uint8Array {
  const fill = new Uint8Array(Math.ceil((key.length + 9) / BLOCK_LEN) * BLOCK_LEN - key.length);
  fill[0] = 0x80;
  new DataView(fill.buffer).setBigUint64(fill.length - 8, BigInt(key.length) * 8n, littleEndian);
  return fill;
}
