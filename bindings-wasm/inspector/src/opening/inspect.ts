/** One packet in detail, opened again as its receiver had to, and with bytes changed if the user wants that. */
import { ClassicOpener, type ExchangeKind } from "secpvm";
import { viewOf } from "../capture/frame.ts";
import { exchangeKind } from "../pvm/exchange.ts";
import type { Check, Edit, Layout } from "../store/detail.ts";
import type { Packet } from "../store/packet.ts";
import { classicChecks, exchangeChecks, plainChecks, recordChecks } from "./checks.ts";
import { keyOf } from "./hosts.ts";
import { openClassic } from "./judge.ts";
import type { KeyRing } from "./key_ring.ts";
import {
  classicDataLayout,
  classicLayout,
  exchangeLayout,
  plainLayout,
  recordLayout,
  unknownLayout,
} from "./layout.ts";
import type { Outcome } from "./outcome.ts";
import { newOpener, openWith, type Route } from "./record_openers.ts";

/** A sender's older records can't matter: the replay window has 1,024. */
const WINDOW = 1100;

/** A packet that was opened again. */
export interface Inspection extends Outcome {
  readonly wire: Layout;
  readonly opened: Layout | undefined;
  readonly checks: readonly Check[];
}

/** Open `bytes` in the place of packet `at`, with what its receiver knew then. */
export function inspect(
  packets: readonly Packet[],
  at: number,
  bytes: Uint8Array,
  ring: KeyRing,
  routes: ReadonlyMap<number, Route>,
): Inspection {
  const packet = packets[at];
  switch (packet?.profile) {
    case "plain": {
      const wire = plainLayout("PVM datagram", bytes, "none");
      return { verdict: "plain text", clear: undefined, wire, opened: undefined, checks: plainChecks() };
    }
    case "classic-1997": {
      const kind = exchangeKind(packet.datagram.payload);
      return kind ? inspectExchange(bytes, kind) : inspectClassic(bytes, ring);
    }
    case "current":
      return inspectRecord(packets, at, bytes, routes);
    default:
      return {
        verdict: "malformed",
        clear: undefined,
        wire: unknownLayout(bytes),
        opened: undefined,
        checks: plainChecks(),
      };
  }
}

/** The bytes of a packet with changes. */
export function edited(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const copy = bytes.slice();
  for (const { at, value } of edits) if (at >= 0 && at < copy.length) copy[at] = value;
  return copy;
}

function inspectClassic(bytes: Uint8Array, ring: KeyRing): Inspection {
  const openers = ring.classicKeys.map((key) => new ClassicOpener(key, "authenticated"));
  try {
    const outcome = openClassic(openers, bytes);
    const opened =
      outcome.clear && bytes[13] !== 0 ? classicDataLayout(outcome.clear, bytes[12] ?? 0) : undefined;
    return { ...outcome, wire: classicLayout(bytes), opened, checks: classicChecks(outcome.verdict) };
  } finally {
    for (const opener of openers) opener.free();
  }
}

/** A message of the exchange; `kind` is what it is unchanged. */
function inspectExchange(bytes: Uint8Array, kind: ExchangeKind): Inspection {
  const verdict = exchangeKind(bytes) ? "plain text" : "malformed";
  const wire = exchangeLayout(bytes, kind);
  return { verdict, clear: undefined, wire, opened: undefined, checks: exchangeChecks(verdict) };
}

function inspectRecord(
  packets: readonly Packet[],
  at: number,
  bytes: Uint8Array,
  routes: ReadonlyMap<number, Route>,
): Inspection {
  const route = routes.get(at);
  const outcome = route
    ? openAgain(packets, at, bytes, route, routes)
    : { verdict: "unknown key" as const, clear: undefined };
  return {
    ...outcome,
    wire: recordLayout(bytes),
    opened: outcome.clear && plainLayout("PVM datagram, opened", outcome.clear, "encrypted"),
    checks: recordChecks(bytes, outcome.verdict, route?.known),
  };
}

/** Bring an opener to where the receiver's was before packet `at`, and open `bytes`. */
function openAgain(
  packets: readonly Packet[],
  at: number,
  bytes: Uint8Array,
  route: Route,
  routes: ReadonlyMap<number, Route>,
): Outcome {
  const opener = newOpener(route.known.session, 2);
  try {
    for (const before of earlier(packets, at, route, routes))
      openWith(opener, route.host, before.datagram.payload);
    return openWith(opener, route.host, bytes);
  } finally {
    opener.free();
  }
}

/** The authentic records that the same receiver had from the same sender, as far back as they can matter. */
function earlier(
  packets: readonly Packet[],
  at: number,
  route: Route,
  routes: ReadonlyMap<number, Route>,
): Packet[] {
  const packet = packets[at];
  const found: Packet[] = [];
  for (let index = at - 1; packet && index >= 0 && found.length < WINDOW; index--) {
    const before = packets[index];
    if (before?.verdict !== "authentic" || routes.get(index)?.known !== route.known) continue;
    if (keyOf(before.datagram.to) === keyOf(packet.datagram.to) && senderOf(before) === senderOf(packet))
      found.push(before);
  }
  return found.reverse();
}

function senderOf({ datagram }: Packet): bigint {
  return viewOf(datagram.payload).getBigUint64(8);
}
