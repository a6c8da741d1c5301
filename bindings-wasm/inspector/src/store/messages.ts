/** Which message a fragment belongs to: only the first one carries the tag. */
import { EOM, type PvmHeader } from "secpvm";
import type { Endpoint } from "../capture/datagrams.ts";

/** Follows the messages between all tasks of a capture, from first to last fragment. */
export class Messages {
  readonly #open = new Map<string, number>();

  /** Take the next packet, with the tag that it carries; returns the tag of its message. */
  take(from: Endpoint, pvm: PvmHeader, carried: number | undefined): number | undefined {
    const key = `${from.address}:${from.port} ${pvm.src} ${pvm.dst}`;
    const tag = carried ?? this.#open.get(key);
    if (tag === undefined) return undefined;
    if (pvm.flags & EOM) this.#open.delete(key);
    else this.#open.set(key, tag);
    return tag;
  }
}
