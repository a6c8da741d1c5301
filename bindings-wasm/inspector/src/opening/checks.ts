/**
 * What an opener looks at, step by step. The verdict is the opener's; this tells at which step it must have
 * fallen, from what stands in clear.
 */
import { viewOf } from "../capture/frame.ts";
import type { Check } from "../store/detail.ts";
import type { Verdict } from "../store/packet.ts";
import type { KnownSession } from "./key_ring.ts";
import { suiteName } from "./suite_name.ts";

interface Step {
  readonly name: string;
  readonly passed: string;
  readonly failed: string;
}

/** The checks of a record by an opener of `known`; without keys all but the first are not made. */
export function recordChecks(record: Uint8Array, verdict: Verdict, known: KnownSession | undefined): Check[] {
  const view = viewOf(record);
  const epoch = view.getUint32(4);
  const suite = suiteName("current", record);
  const steps: Step[] = [
    {
      name: "It is a record",
      passed: "Magic, version, suite, packet number and length are legal.",
      failed: "Magic, version, suite, packet number or length is not legal: there is nothing to open.",
    },
    {
      name: "Its epoch is open",
      passed: `Epoch ${epoch}.`,
      failed: `It says epoch ${epoch}; the keys are of epoch ${known?.epoch ?? "unknown"}.`,
    },
    {
      name: "Its suite is the session's",
      passed: suite,
      failed: `It says ${suite}; the session has ${known?.suite ?? "none"}. Nobody chooses a weaker suite by writing it there.`,
    },
    {
      name: "Its tag is right",
      passed: "Header, ciphertext and the receiver's name are as the sender had them.",
      failed: "Under these keys the tag does not belong to this header, this ciphertext and this receiver.",
    },
    {
      name: "Its packet number is new",
      passed: `Number ${view.getBigUint64(16)} had not been taken.`,
      failed:
        verdict === "stale"
          ? "It is 1,024 or more behind the newest."
          : `Number ${view.getBigUint64(16)} has been taken before.`,
    },
  ];
  if (verdict === "unknown key") return unmade(steps, "No key of this epoch is known.");
  return fallenAt(steps, fallOfRecord(verdict, epoch, suite, known));
}

/** The checks of a packet of 1997. */
export function classicChecks(verdict: Verdict): Check[] {
  const steps: Step[] = [
    {
      name: "It is a packet of 1997",
      passed: "Flags, cipher, padding and auth are a legal combination.",
      failed:
        "Flags, cipher, padding and auth are no legal combination, or the length is none of the cipher's.",
    },
    { name: "It is protected at all", passed: "By keyed MD5.", failed: "It says that it is not protected." },
    {
      name: "Its digest is right",
      passed:
        "Source, destination, sequence and data are as the sender had them. Nothing else was looked at.",
      failed: "Under this key the digest does not belong to this source, destination, sequence and data.",
    },
  ];
  if (verdict === "unknown key") return unmade(steps, "No classic-1997 session key is known.");
  const last: Check = {
    name: "Its number is new",
    outcome: "not made",
    reason:
      "The opener keeps no numbers. PVM does, in 16 bits: a packet that comes again 32,768 later is taken.",
  };
  const fall = { malformed: 0, forged: 2 }[verdict as string];
  return [...fallenAt(steps, fall), last];
}

/** The checks of a message of the exchange of 1997. */
export function exchangeChecks(verdict: Verdict): Check[] {
  const form: Step = {
    name: "It is a message of the exchange",
    passed: "A plain packet from daemon to daemon, with a code of the four and a body of its length.",
    failed: "Its header, its code or the length of its body is none of the exchange's.",
  };
  const source: Check = {
    name: "Its sender is who it says",
    outcome: "not made",
    reason:
      "Nothing of it is authenticated. Whoever stands between the hosts puts his own message in its place, and has the session key.",
  };
  return [...fallenAt([form], verdict === "malformed" ? 0 : undefined), source];
}

/** The checks of a plain datagram: none. */
export function plainChecks(): Check[] {
  return [
    {
      name: "None",
      outcome: "not made",
      reason: "Stock PVM believes whatever a datagram claims, whoever sent it.",
    },
  ];
}

function fallOfRecord(
  verdict: Verdict,
  epoch: number,
  suite: string,
  known: KnownSession | undefined,
): number | undefined {
  switch (verdict) {
    case "malformed":
      return 0;
    case "stale":
      return epoch === known?.epoch ? 4 : 1;
    case "forged":
      return suite === known?.suite ? 3 : 2;
    case "replayed":
      return 4;
    default:
      return undefined;
  }
}

function fallenAt(steps: readonly Step[], fall: number | undefined): Check[] {
  return steps.map(({ name, passed, failed }, at) => {
    if (fall === undefined || at < fall) return { name, outcome: "passed", reason: passed };
    return at === fall
      ? { name, outcome: "failed", reason: failed }
      : { name, outcome: "not reached", reason: "" };
  });
}

function unmade(steps: readonly Step[], reason: string): Check[] {
  return steps.map(({ name }, at) => ({ name, outcome: "not made", reason: at === 0 ? reason : "" }));
}
