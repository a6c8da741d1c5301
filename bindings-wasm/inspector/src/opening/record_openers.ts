/** Opens the records of a capture, each as its receiver would: an opener for each receiver and epoch. */
import { Opener, parseRecordHeader } from "secpvm";
import type { Datagram } from "../capture/datagrams.ts";
import { viewOf } from "../capture/frame.ts";
import type { Packet } from "../store/packet.ts";
import { type Hosts, keyOf, receiverName } from "./hosts.ts";
import type { KnownSession, KeyRing } from "./key_ring.ts";
import { type Outcome, outcomeOf, unopened } from "./outcome.ts";

/** An opener has room for this many senders at most, as a daemon has. */
const SENDERS_MAX = 8192;

/** A session and a receiver with which to open. */
export interface Route {
  readonly known: KnownSession;
  readonly host: number;
}

/** What came of a record, and with which keys. */
export interface RecordOutcome extends Outcome {
  readonly route: Route | undefined;
}

/** The openers of a capture. */
export class RecordOpeners {
  readonly #ring: KeyRing;
  readonly #hosts: Hosts;
  readonly #openers = new Map<string, Opener>();

  constructor(ring: KeyRing, hosts: Hosts) {
    this.#ring = ring;
    this.#hosts = hosts;
  }

  /** Open the next record of the capture. */
  open({ datagram }: Packet): RecordOutcome {
    const epoch = viewOf(datagram.payload).getUint32(4);
    let outcome: RecordOutcome = { ...unopened(() => parseRecordHeader(datagram.payload)), route: undefined };
    if (outcome.verdict === "malformed") return outcome;
    for (const known of this.#ring.sessions.filter((each) => each.epoch === epoch)) {
      for (const host of this.#hosts.at(datagram.to)) {
        const route = { known, host };
        outcome = { ...this.#openBy(route, datagram), route };
        // Under any other key or name it is forged: so all must say that.
        if (outcome.verdict !== "forged") return outcome;
      }
    }
    return outcome;
  }

  /** Wipe all keys. */
  free(): void {
    for (const opener of this.#openers.values()) opener.free();
    this.#openers.clear();
  }

  #openBy({ known, host }: Route, { to, payload }: Datagram): Outcome {
    if (!this.#hosts.isProved(to, host)) {
      const outcome = tryOnce(known, host, payload);
      if (outcome.verdict !== "authentic") return outcome;
      this.#hosts.prove(to, host);
    }
    const opener = this.#openerFor(`${keyOf(to)} ${host} ${this.#ring.sessions.indexOf(known)}`, known);
    return openWith(opener, host, payload);
  }

  #openerFor(key: string, { session }: KnownSession): Opener {
    const found = this.#openers.get(key);
    if (found) return found;
    const opener = newOpener(session, this.#hosts.senders);
    this.#openers.set(key, opener);
    return opener;
  }
}

/** An opener that has opened nothing. */
export function newOpener(session: KnownSession["session"], senders: number): Opener {
  return new Opener(session, Math.min(Math.max(senders, 1), SENDERS_MAX));
}

/** Whether it is a record for `host` at all. */
function tryOnce({ session }: KnownSession, host: number, record: Uint8Array): Outcome {
  const opener = newOpener(session, 1);
  try {
    return openWith(opener, host, record);
  } finally {
    opener.free();
  }
}

/** Open one record as `host`. */
export function openWith(opener: Opener, host: number, record: Uint8Array): Outcome {
  return outcomeOf(() => opener.open(receiverName(host), record).plaintext);
}
