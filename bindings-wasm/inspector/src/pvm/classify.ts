/** Which of the three kinds a datagram claims to be, by what stands in clear. Whether it is right, openers tell. */
import { CLASSIC_HEADER_LEN, RECORD_HEADER_LEN } from "secpvm";
import { readHeading } from "./datagram.ts";
import { exchangeKind } from "./exchange.ts";
import { KNOWN_FLAGS } from "./flags.ts";

/** The profiles of packets: docs/records.md, docs/classic-1997.md, and none. */
export type Profile = "plain" | "classic-1997" | "current";

const RECORD_MAGIC = 0x73;

/** The profile that the datagram claims; `undefined` if it is none of PVM's. */
export function profileOf(bytes: Uint8Array): Profile | undefined {
  if (bytes[0] === RECORD_MAGIC && bytes.length >= RECORD_HEADER_LEN) return "current";
  if (exchangeKind(bytes)) return "classic-1997";
  if (isPlain(bytes)) return "plain";
  return isClassic(bytes) ? "classic-1997" : undefined;
}

/** A daemon's datagram has a source and says what it is for. */
function isPlain(bytes: Uint8Array): boolean {
  const heading = readHeading(bytes);
  return heading !== undefined && heading.header.flags !== 0 && heading.header.src !== 0;
}

/** A packet with keyed MD5, the one number for it that there is. */
function isClassic(bytes: Uint8Array): boolean {
  const [flags = 0, , padding = 0, auth = 0] = bytes.subarray(12, 16);
  return bytes.length >= CLASSIC_HEADER_LEN && (flags & ~KNOWN_FLAGS) === 0 && padding < 8 && auth === 1;
}
