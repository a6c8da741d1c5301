/**
 * Putting fragmented IPv4 packets together (RFC 791, section 3.2): PVM's datagrams of up to 4,080 bytes are
 * three fragments on an Ethernet.
 */
import { type Ipv4Packet, PAYLOAD_LEN_MAX } from "./ipv4.ts";

/** Packets of which some fragments are there. The oldest is given up for a new one beyond this. */
const PENDING_MAX = 256;

/** More than the fragments of the longest packet, 65,515 bytes, on a link of 1,280 bytes. */
const PARTS_MAX = 64;

interface Pending {
  readonly parts: Ipv4Packet[];
  /** The payload's length, once the last fragment is there. */
  total: number | undefined;
}

/** Collects fragments until a packet is whole. */
export class Reassembly {
  readonly #pending = new Map<string, Pending>();

  /** Take a packet or a fragment; returns the payload of the packet that it completes. */
  take(packet: Ipv4Packet): Uint8Array | undefined {
    if (packet.offset === 0 && !packet.more) return packet.payload;
    const key = `${packet.src} ${packet.dst} ${packet.id} ${packet.protocol}`;
    const pending = this.#pending.get(key) ?? this.#begin(key);
    if (pending.parts.length === PARTS_MAX) return undefined;
    pending.parts.push(packet);
    if (!packet.more) pending.total = packet.offset + packet.payload.length;
    const whole = assemble(pending);
    if (whole) this.#pending.delete(key);
    return whole;
  }

  /** How many packets never became whole. */
  get incomplete(): number {
    return this.#pending.size + this.#givenUp;
  }

  #givenUp = 0;

  #begin(key: string): Pending {
    const [oldest] = this.#pending.keys();
    if (oldest !== undefined && this.#pending.size >= PENDING_MAX) {
      this.#pending.delete(oldest);
      this.#givenUp += 1;
    }
    const pending: Pending = { parts: [], total: undefined };
    this.#pending.set(key, pending);
    return pending;
  }
}

function assemble({ parts, total }: Pending): Uint8Array | undefined {
  if (total === undefined || total > PAYLOAD_LEN_MAX) return undefined;
  const ordered = [...parts].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const part of ordered) {
    if (part.offset > end) return undefined;
    end = Math.max(end, part.offset + part.payload.length);
  }
  if (end !== total) return undefined;
  const whole = new Uint8Array(total);
  for (const part of ordered) whole.set(part.payload, part.offset);
  return whole;
}
