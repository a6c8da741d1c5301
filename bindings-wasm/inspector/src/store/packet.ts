/** One PVM datagram of a capture, and what is known of it so far. */
import type { PvmHeader } from "secpvm";
import type { Datagram } from "../capture/datagrams.ts";
import type { Profile } from "../pvm/classify.ts";

/** What an opener makes of a packet; of a plain one there is nothing to be made. */
export type Verdict =
  "authentic" | "forged" | "replayed" | "stale" | "malformed" | "unknown key" | "plain text";

/** All verdicts, in the order in which they are shown. */
export const VERDICTS: readonly Verdict[] = [
  "authentic",
  "plain text",
  "unknown key",
  "forged",
  "replayed",
  "stale",
  "malformed",
];

/** A packet. What stands in clear is there from the start, the rest when a key is known. */
export interface Packet {
  /** Its place in the capture, from 0. */
  readonly index: number;
  readonly datagram: Datagram;
  readonly profile: Profile | undefined;
  /** What it says that protects it, by name; empty if nothing does or it can't be told. */
  readonly suite: string;
  /** Of a record. */
  readonly epoch: number | undefined;
  /** Of a record: its number among its sender's. */
  readonly packetNumber: bigint | undefined;
  verdict: Verdict;
  /** PVM's header, if it stands in clear or was opened. */
  pvm: PvmHeader | undefined;
  /** The tag of the message that it is a fragment of, if its first fragment was seen. */
  tag: number | undefined;
}
