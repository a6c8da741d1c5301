/** What an opener of the package made of a packet. */
import { SecpvmError } from "secpvm";
import type { Verdict } from "../store/packet.ts";

/** The bytes that were opened, if the packet was taken. */
export interface Outcome {
  readonly verdict: Verdict;
  readonly clear: Uint8Array | undefined;
}

const REJECTIONS: Readonly<Record<string, Verdict>> = {
  FORGED: "forged",
  REPLAYED: "replayed",
  STALE: "stale",
  MALFORMED: "malformed",
};

/** Open by `open`, and turn a rejection into its verdict. */
export function outcomeOf(open: () => Uint8Array): Outcome {
  try {
    return { verdict: "authentic", clear: open() };
  } catch (error) {
    const verdict = error instanceof SecpvmError ? REJECTIONS[error.code] : undefined;
    if (!verdict) throw error;
    return { verdict, clear: undefined };
  }
}

/** What can be said before there is a key: `parse` tells whether there is something to open. */
export function unopened(parse: () => unknown): Outcome {
  const { verdict } = outcomeOf(() => {
    parse();
    return new Uint8Array();
  });
  return { verdict: verdict === "authentic" ? "unknown key" : verdict, clear: undefined };
}
