/**
 * Which host of the machine is behind which UDP endpoint. A record names its sender in clear, and the sender's
 * upper 16 bits are the index of its host; whom it is for, it does not say. But whoever receives also sends,
 * and what an opener takes proves for whom it was.
 */
import type { Endpoint } from "../capture/datagrams.ts";
import { viewOf } from "../capture/frame.ts";
import { tidOfDaemon } from "../pvm/tid.ts";
import type { Packet } from "../store/packet.ts";

const SENDER = 8;

/** Claims are believed of so many hosts at most: a forger can claim thousands. */
const CLAIMS_MAX = 8;
const HOSTS_MAX = 32;
/** In a capture of one direction the receivers never send: these indices are tried, those of a small machine. */
const FIRST_HOSTS = 16;

/** The endpoints of a capture's records. */
export class Hosts {
  readonly #claimed = new Map<string, Set<number>>();
  readonly #proved = new Map<string, Set<number>>();
  readonly #all = new Set<number>(Array.from({ length: FIRST_HOSTS }, (_, host) => host));
  readonly #senders = new Set<bigint>();

  constructor(packets: Iterable<Packet>) {
    for (const { profile, datagram } of packets) {
      if (profile !== "current") continue;
      const view = viewOf(datagram.payload);
      const host = view.getUint16(SENDER);
      this.#senders.add(view.getBigUint64(SENDER));
      if (this.#all.size < HOSTS_MAX) this.#all.add(host);
      const claims = setOf(this.#claimed, keyOf(datagram.from));
      if (claims.size < CLAIMS_MAX) claims.add(host);
    }
  }

  /** How many processes claim to send. */
  get senders(): number {
    return this.#senders.size;
  }

  /** A host that is known to be at `endpoint`: an opener has taken a record that was for it. */
  isProved(endpoint: Endpoint, host: number): boolean {
    return this.#proved.get(keyOf(endpoint))?.has(host) ?? false;
  }

  /** The host at `endpoint` is known now. One that is added again has another index. */
  prove(endpoint: Endpoint, host: number): void {
    setOf(this.#proved, keyOf(endpoint)).add(host);
  }

  /** The hosts that may be at `endpoint`, the proved ones first; of one that never sends, all. */
  at(endpoint: Endpoint): Set<number> {
    const key = keyOf(endpoint);
    return new Set([...(this.#proved.get(key) ?? []), ...(this.#claimed.get(key) ?? this.#all)]);
  }
}

/** The name of a receiver, as records have it for associated data: its daemon's task id. */
export function receiverName(host: number): Uint8Array {
  const name = new Uint8Array(4);
  viewOf(name).setUint32(0, tidOfDaemon(host));
  return name;
}

/** An endpoint as a key of maps. */
export function keyOf({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}

function setOf(sets: Map<string, Set<number>>, key: string): Set<number> {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set);
  return set;
}
