/** Goes through a capture once, in its order, and says of each packet what its receiver would. */
import { CLASSIC_HEADER_LEN, ClassicOpener, parseClassicHeader } from "secpvm";
import { readHeading, tagOf } from "../pvm/datagram.ts";
import { exchangeKind } from "../pvm/exchange.ts";
import { Messages } from "../store/messages.ts";
import type { Packet } from "../store/packet.ts";
import { Hosts } from "./hosts.ts";
import type { KeyRing } from "./key_ring.ts";
import { type Outcome, outcomeOf, unopened } from "./outcome.ts";
import { RecordOpeners, type Route } from "./record_openers.ts";

/** Progress is told after so many packets. */
const REPORT = 2000;

/** A message of the exchange. */
const IN_CLEAR: Outcome = { verdict: "plain text", clear: undefined };

/** What one packet turned out to hold. */
interface Found {
  /** The tag that it carries itself. */
  readonly tag: number | undefined;
}

/** Judge all `packets`; what is known of them is written into them. Returns with which keys records were opened. */
export function judge(
  packets: readonly Packet[],
  ring: KeyRing,
  progress: (done: number) => void,
): Map<number, Route> {
  const records = new RecordOpeners(ring, new Hosts(packets));
  const classic = ring.classicKeys.map((key) => new ClassicOpener(key, "authenticated"));
  const messages = new Messages();
  const routes = new Map<number, Route>();
  try {
    for (const packet of packets) {
      if (packet.index % REPORT === 0) progress(packet.index / packets.length);
      const { tag } = judgeOne(packet, records, classic, routes);
      packet.tag = packet.pvm && messages.take(packet.datagram.from, packet.pvm, tag);
    }
  } finally {
    records.free();
    for (const opener of classic) opener.free();
  }
  return routes;
}

function judgeOne(
  packet: Packet,
  records: RecordOpeners,
  classic: readonly ClassicOpener[],
  routes: Map<number, Route>,
): Found {
  switch (packet.profile) {
    case "plain": {
      const heading = readHeading(packet.datagram.payload);
      packet.verdict = "plain text";
      packet.pvm = heading?.header;
      return { tag: heading?.tag };
    }
    case "classic-1997":
      return judgeClassic(packet, classic);
    case "current": {
      const { verdict, clear, route } = records.open(packet);
      const heading = clear && readHeading(clear);
      packet.verdict = verdict;
      packet.pvm = heading?.header;
      if (route) routes.set(packet.index, route);
      return { tag: heading?.tag };
    }
    case undefined:
      packet.verdict = "malformed";
      return { tag: undefined };
  }
}

/** Its header stands in clear, whatever its verdict. */
function judgeClassic(packet: Packet, openers: readonly ClassicOpener[]): Found {
  const { payload } = packet.datagram;
  const { verdict, clear } = exchangeKind(payload) ? IN_CLEAR : openClassic(openers, payload);
  packet.verdict = verdict;
  if (verdict === "malformed") return { tag: undefined };
  const header = parseClassicHeader(payload);
  packet.pvm = header;
  const data = clear ?? (header.cipher === null ? payload.subarray(CLASSIC_HEADER_LEN) : undefined);
  return { tag: data && tagOf(header.flags, data) };
}

/** Open a packet of 1997 with each key; it is forged if it is so with all. */
export function openClassic(openers: readonly ClassicOpener[], packet: Uint8Array): Outcome {
  let outcome = unopened(() => parseClassicHeader(packet));
  if (outcome.verdict === "malformed") return outcome;
  for (const opener of openers) {
    outcome = outcomeOf(() => opener.open(packet).data);
    if (outcome.verdict !== "forged") break;
  }
  return outcome;
}
