/** A packet as one line of the table. */
import { SOM } from "secpvm";
import { formatIpv4 } from "../capture/ipv4.ts";
import { formatTag } from "../pvm/codes.ts";
import { formatFlags } from "../pvm/flags.ts";
import { formatTid } from "../pvm/tid.ts";
import type { Packet, Verdict } from "./packet.ts";

/** What a line shows; empty where nothing is known. */
export interface Row {
  readonly index: number;
  /** In seconds since the first packet. */
  readonly time: string;
  readonly from: string;
  readonly to: string;
  readonly src: string;
  readonly dst: string;
  readonly seq: string;
  readonly ack: string;
  readonly flags: string;
  readonly message: string;
  /** Whether `message` is told by an earlier packet. */
  readonly continued: boolean;
  readonly suite: string;
  readonly epoch: string;
  readonly packetNumber: string;
  /** In bytes, of the UDP payload. */
  readonly length: number;
  readonly verdict: Verdict;
}

/** The line of `packet` in a capture whose first packet was seen at `startUs`. */
export function rowOf(packet: Packet, startUs: number): Row {
  const { datagram, pvm, tag } = packet;
  const carriesData = pvm !== undefined && tag !== undefined;
  return {
    index: packet.index,
    time: secondsSince(startUs, datagram.timeUs),
    from: formatIpv4(datagram.from.address),
    to: formatIpv4(datagram.to.address),
    src: pvm ? formatTid(pvm.src) : "",
    dst: pvm ? formatTid(pvm.dst) : "",
    seq: pvm ? String(pvm.seq) : "",
    ack: pvm ? String(pvm.ack) : "",
    flags: pvm ? formatFlags(pvm.flags) : "",
    message: carriesData ? formatTag(tag) : "",
    continued: carriesData && !(pvm.flags & SOM),
    suite: packet.suite,
    epoch: packet.epoch === undefined ? "" : String(packet.epoch),
    packetNumber: packet.packetNumber === undefined ? "" : String(packet.packetNumber),
    length: datagram.payload.length,
    verdict: packet.verdict,
  };
}

function secondsSince(startUs: number, timeUs: number): string {
  return ((timeUs - startUs) / 1e6).toFixed(6);
}
