/** Why changed bytes have the effect that they have, in a sentence or two. */
import type { Edit, Field, Layout } from "../store/detail.ts";
import type { Profile } from "../pvm/classify.ts";
import type { Verdict } from "../store/packet.ts";

/** The sentences; empty without changes. */
export function explain(
  profile: Profile | undefined,
  wire: Layout,
  edits: readonly Edit[],
  verdict: Verdict,
): string {
  const fields = new Set(
    edits.map(({ at }) => wire.fields.find((field) => at >= field.at && at < field.at + field.len)),
  );
  const touched = [...fields].filter((field) => field !== undefined);
  if (touched.length === 0) return "";
  const names = touched.map(({ name }) => name).join(", ");
  return `Changed: ${names}. ${effect(profile, touched, verdict)}`;
}

function effect(profile: Profile | undefined, touched: readonly Field[], verdict: Verdict): string {
  if (profile === "plain")
    return "No receiver can tell: nothing in a plain datagram shows that it was changed on the way.";
  switch (verdict) {
    case "authentic":
      return touched.every(({ protection }) => protection === "none")
        ? "The digest does not cover it, so the opener takes the packet: whoever stands between the hosts may write there what he likes."
        : "The bytes are as they were: the opener takes the packet.";
    case "plain text":
      return "The receiver takes it: nothing in the exchange shows that it was changed on the way.";
    case "forged":
      return "What the opener computes covers these bytes and comes out otherwise: forged. Its keys and its replay window stay as they were.";
    case "stale":
      return "The record claims an epoch that is not open. The opener rejects it before it spends any work on it.";
    case "malformed":
      return "What is left is no legal packet, so the opener rejects it before it looks at any key.";
    case "replayed":
      return "The record is authentic, but the opener has taken its number before.";
    default:
      return "Without the key nobody can tell.";
  }
}
