/**
 * Which host of the machine is behind which UDP endpoint. A record names its sender in clear, and the sender's
 * upper 16 bits are the index of its host; whom it is for, it does not say. But whoever receives also sends.
 */
import type { Endpoint } from "../capture/datagrams.ts";
import type { Packet } from "../store/packet.ts";
import { viewOf } from "../capture/frame.ts";
import { tidOfDaemon } from "../pvm/tid.ts";

const SENDER = 8;

/** The endpoints of a capture's records. */
export class Hosts {
  readonly #hosts = new Map<string, number>();
  readonly #senders = new Set<bigint>();

  constructor(packets: Iterable<Packet>) {
    for (const { profile, datagram } of packets) {
      if (profile !== "current") continue;
      const view = viewOf(datagram.payload);
      this.#senders.add(view.getBigUint64(SENDER));
      // A forger can send from any address, but only after whom it speaks for.
      const key = keyOf(datagram.from);
      if (!this.#hosts.has(key)) this.#hosts.set(key, view.getUint16(SENDER));
    }
  }

  /** How many processes claim to send. */
  get senders(): number {
    return this.#senders.size;
  }

  /** The indices of the hosts that may be at `endpoint`: one if it has sent, else all that are known. */
  at(endpoint: Endpoint): number[] {
    const host = this.#hosts.get(keyOf(endpoint));
    return host === undefined ? [...new Set(this.#hosts.values())] : [host];
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
