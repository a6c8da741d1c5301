/** The UDP datagrams (RFC 768) of a capture file. */
import { CaptureError } from "./errors.ts";
import { Reassembly } from "./fragments.ts";
import { viewOf } from "./frame.ts";
import { readFrames } from "./frames.ts";
import { type Ipv4Packet, parseIpv4 } from "./ipv4.ts";
import { ipv4Of } from "./link.ts";

const PROTOCOL_UDP = 17;
const UDP_HEADER_LEN = 8;

/** One end of a datagram. */
export interface Endpoint {
  /** IPv4 address, big-endian. */
  readonly address: number;
  readonly port: number;
}

/** A whole UDP datagram over IPv4. */
export interface Datagram {
  /** When its last fragment was seen, in microseconds since 1970. */
  readonly timeUs: number;
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly payload: Uint8Array;
}

/** What was read of a file. */
export interface Reading {
  readonly datagrams: Datagram[];
  readonly frames: number;
  /** Frames that are not part of a whole UDP datagram over IPv4. */
  readonly others: number;
  /** Why reading ended before the file did. */
  readonly cutOff: string | undefined;
}

/**
 * Read a whole file. What stands before the place where a file is cut off is still read.
 *
 * @param progress is told now and then how much has been read, 0 to 1
 * @throws CaptureError if it is no capture file
 */
export function readDatagrams(file: Uint8Array, progress: (done: number) => void): Reading {
  const datagrams: Datagram[] = [];
  const fragments = new Reassembly();
  let frames = 0;
  let others = 0;
  let cutOff: string | undefined;
  const all = readFrames(file);
  try {
    for (const frame of all) {
      if (++frames % 5000 === 0) progress(frame.end / file.length);
      const bytes = ipv4Of(frame);
      const packet = bytes && parseIpv4(bytes);
      if (packet?.protocol !== PROTOCOL_UDP) {
        others += 1;
        continue;
      }
      const whole = fragments.take(packet);
      const datagram = whole && parseUdp(packet, whole, frame.timeUs);
      if (datagram) datagrams.push(datagram);
    }
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    cutOff = error.message;
  }
  return { datagrams, frames, others: others + fragments.incomplete, cutOff };
}

function parseUdp(packet: Ipv4Packet, bytes: Uint8Array, timeUs: number): Datagram | undefined {
  if (bytes.length < UDP_HEADER_LEN) return undefined;
  const view = viewOf(bytes);
  const len = view.getUint16(4);
  if (len < UDP_HEADER_LEN || len > bytes.length) return undefined;
  return {
    timeUs,
    from: { address: packet.src, port: view.getUint16(0) },
    to: { address: packet.dst, port: view.getUint16(2) },
    payload: bytes.subarray(UDP_HEADER_LEN, len),
  };
}
