/** An opened capture: its packets, what the keys show of them, and the view of them through a filter. */
import { type Datagram, readDatagrams } from "../capture/datagrams.ts";
import { explain } from "../opening/explanation.ts";
import { CaptureError } from "../capture/errors.ts";
import { viewOf } from "../capture/frame.ts";
import { keyOf } from "../opening/hosts.ts";
import { edited, inspect } from "../opening/inspect.ts";
import { judge } from "../opening/judge.ts";
import type { KeyRing } from "../opening/key_ring.ts";
import type { Route } from "../opening/record_openers.ts";
import type { Progress, Summary, View } from "../protocol.ts";
import { suiteName } from "../opening/suite_name.ts";
import { profileOf } from "../pvm/classify.ts";
import type { Detail, Edit } from "./detail.ts";
import { parseFilter } from "./filter.ts";
import { type Packet, type Verdict, VERDICTS } from "./packet.ts";
import { type Row, rowOf } from "./row.ts";
import { type Timeline, timelineOf } from "./timeline.ts";

/** A capture in view. */
export class Capture {
  readonly summary: Summary;
  readonly #packets: readonly Packet[];
  readonly #startUs: number;
  readonly #endUs: number;
  #routes: ReadonlyMap<number, Route> = new Map();
  /** Those that match the filter; and those that match it at any time. */
  #matching: readonly Packet[];
  #matchingAnytime: readonly Packet[];

  /** @throws CaptureError if `file` is no capture */
  constructor(file: Uint8Array, name: string, progress: (progress: Progress) => void) {
    const what = `Reading ${name}`;
    const reading = readDatagrams(file, (done) => progress({ what, done }));
    this.#packets = pvmOf(reading.datagrams);
    this.#matching = this.#packets;
    this.#matchingAnytime = this.#packets;
    const times = this.#packets.map(({ datagram }) => datagram.timeUs);
    this.#startUs = times.reduce((least, time) => Math.min(least, time), times[0] ?? 0);
    this.#endUs = times.reduce((most, time) => Math.max(most, time), this.#startUs);
    this.summary = {
      name,
      packets: this.#packets.length,
      seconds: (this.#endUs - this.#startUs) / 1e6,
      others: reading.others + reading.datagrams.length - this.#packets.length,
      cutOff: reading.cutOff,
    };
  }

  /** Judge all packets with these keys. */
  useKeys(ring: KeyRing, progress: (progress: Progress) => void): void {
    this.#routes = judge(this.#packets, ring, (done) => progress({ what: "Opening the packets", done }));
  }

  /**
   * View the packets that match `text`.
   *
   * @throws FilterError
   */
  filter(text: string): View {
    const { span, matches } = parseFilter(text);
    this.#matchingAnytime = this.#packets.filter((packet) => matches(rowOf(packet, this.#startUs)));
    const inSpan = ({ datagram }: Packet): boolean => {
      const seconds = (datagram.timeUs - this.#startUs) / 1e6;
      return !span || (seconds >= span.from && seconds <= span.to);
    };
    this.#matching = this.#matchingAnytime.filter(inSpan);
    const verdicts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
    for (const { verdict } of this.#packets) verdicts[verdict] += 1;
    return { matching: this.#matching.length, verdicts };
  }

  /** The lines from `from` to before `to` of the view. */
  rows(from: number, to: number): Row[] {
    return this.#matching.slice(from, to).map((packet) => rowOf(packet, this.#startUs));
  }

  /** The view at all times. */
  timeline(steps: number): Timeline {
    return timelineOf(this.#matchingAnytime, this.#startUs, this.#endUs, steps);
  }

  /** The packet at `index` of the capture, with these changes. */
  inspect(index: number, edits: readonly Edit[], ring: KeyRing): Detail {
    const packet = this.#packets[index];
    if (!packet) throw new CaptureError(`There is no packet ${index + 1}.`);
    const bytes = edited(packet.datagram.payload, edits);
    const { wire, opened, verdict, checks } = inspect(this.#packets, index, bytes, ring, this.#routes);
    const row = rowOf(packet, this.#startUs);
    return {
      row,
      wire,
      clear: opened,
      verdict,
      checks,
      explanation: explain(packet.profile, wire, edits, verdict),
    };
  }
}

/** The datagrams that are PVM's: by what they are, and whatever else comes to an endpoint that gets such. */
function pvmOf(datagrams: readonly Datagram[]): Packet[] {
  const profiles = datagrams.map(({ payload }) => profileOf(payload));
  const endpoints = new Set(datagrams.filter((_, at) => profiles[at]).map(({ to }) => keyOf(to)));
  const packets: Packet[] = [];
  for (const [at, datagram] of datagrams.entries()) {
    if (!endpoints.has(keyOf(datagram.to))) continue;
    const profile = profiles[at];
    const record = profile === "current" ? viewOf(datagram.payload) : undefined;
    packets.push({
      index: packets.length,
      datagram,
      profile,
      suite: suiteName(profile, datagram.payload),
      epoch: record?.getUint32(4),
      packetNumber: record?.getBigUint64(16),
      verdict: "malformed",
      pvm: undefined,
      tag: undefined,
    });
  }
  return packets;
}
