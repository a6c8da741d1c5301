/** All that is shown of one packet, as captured or with bytes changed. */
import type { Row } from "./row.ts";
import type { Verdict } from "./packet.ts";

/** How a field is protected against whoever stands between the hosts. */
export type Protection = "none" | "authenticated" | "encrypted";

/** A field of a header, or what stands behind it. */
export interface Field {
  readonly name: string;
  /** Where it starts and how long it is, in bytes. */
  readonly at: number;
  readonly len: number;
  /** What it holds, as it is usually written. */
  readonly value: string;
  /** What that means. */
  readonly meaning: string;
  readonly protection: Protection;
}

/** Bytes with the fields in them. */
export interface Layout {
  readonly title: string;
  readonly bytes: Uint8Array;
  readonly fields: readonly Field[];
}

/** One of the things that an opener looks at, in its order. */
export interface Check {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "not reached" | "not made";
  readonly reason: string;
}

/** One byte that was changed. */
export interface Edit {
  readonly at: number;
  readonly value: number;
}

/** A packet in detail. */
export interface Detail {
  readonly row: Row;
  /** What was on the wire, with the edits. */
  readonly wire: Layout;
  /** What the opener gives to the daemon; for plain packets nothing is opened. */
  readonly clear: Layout | undefined;
  readonly verdict: Verdict;
  readonly checks: readonly Check[];
  /** What the edits do, in a sentence or two; empty without edits. */
  readonly explanation: string;
}
