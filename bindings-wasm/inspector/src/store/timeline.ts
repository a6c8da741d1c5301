/** How many packets of each verdict passed between each two hosts, in equal steps of time. */
import { formatIpv4 } from "../capture/ipv4.ts";
import { type Packet, VERDICTS } from "./packet.ts";

/** Two hosts and what passed between them. Counts are by step and verdict: `counts[step * VERDICTS.length + verdict]`. */
export interface Lane {
  /** The hosts, the lower address first. */
  readonly hosts: readonly [string, string];
  readonly packets: number;
  /** From the first host to the second. */
  readonly there: Uint32Array;
  /** And from the second to the first. */
  readonly back: Uint32Array;
}

/** All lanes; those with most packets first. */
export interface Timeline {
  readonly steps: number;
  /** The whole span, in seconds. */
  readonly seconds: number;
  readonly lanes: readonly Lane[];
}

type Counting = Lane & { packets: number };

/** Count `packets` of a capture that lasts from `startUs` to `endUs`. */
export function timelineOf(
  packets: Iterable<Packet>,
  startUs: number,
  endUs: number,
  steps: number,
): Timeline {
  const lanes = new Map<string, Counting>();
  // The last packet belongs to the last step.
  const perStep = Math.max(endUs - startUs, 1) / steps;
  for (const { datagram, verdict } of packets) {
    const { address: from } = datagram.from;
    const { address: to } = datagram.to;
    const lane = laneOf(lanes, Math.min(from, to), Math.max(from, to), steps);
    const step = Math.min(steps - 1, Math.floor((datagram.timeUs - startUs) / perStep));
    const counts = from <= to ? lane.there : lane.back;
    const at = Math.max(0, step) * VERDICTS.length + VERDICTS.indexOf(verdict);
    counts[at] = (counts[at] ?? 0) + 1;
    lane.packets += 1;
  }
  const ordered = [...lanes.values()].sort((a, b) => b.packets - a.packets);
  return { steps, seconds: (endUs - startUs) / 1e6, lanes: ordered };
}

function laneOf(lanes: Map<string, Counting>, low: number, high: number, steps: number): Counting {
  const key = `${low} ${high}`;
  const found = lanes.get(key);
  if (found) return found;
  const counts = () => new Uint32Array(steps * VERDICTS.length);
  const lane = {
    hosts: [formatIpv4(low), formatIpv4(high)] as const,
    packets: 0,
    there: counts(),
    back: counts(),
  };
  lanes.set(key, lane);
  return lane;
}
