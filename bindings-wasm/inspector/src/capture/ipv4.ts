/** IPv4 packets (RFC 791). Checksums are not looked at: captures on the sending host often lack them. */
import { viewOf } from "./frame.ts";

/** The longest payload, in bytes: the largest packet, 65535, less the smallest header. */
export const PAYLOAD_LEN_MAX = 65_535 - 20;

/** A packet, or a fragment of one. */
export interface Ipv4Packet {
  readonly src: number;
  readonly dst: number;
  readonly id: number;
  readonly protocol: number;
  /** Where `payload` belongs in the whole packet's payload, in bytes. */
  readonly offset: number;
  /** Whether fragments follow. */
  readonly more: boolean;
  readonly payload: Uint8Array;
}

/** The packet that `bytes` begin with; `undefined` if they are none or cut off. */
export function parseIpv4(bytes: Uint8Array): Ipv4Packet | undefined {
  if (bytes.length < 20) return undefined;
  const view = viewOf(bytes);
  const headerLen = (view.getUint8(0) & 0xf) * 4;
  const len = view.getUint16(2);
  if (view.getUint8(0) >> 4 !== 4 || headerLen < 20 || len < headerLen || len > bytes.length)
    return undefined;
  const fragment = view.getUint16(6);
  return {
    src: view.getUint32(12),
    dst: view.getUint32(16),
    id: view.getUint16(4),
    protocol: view.getUint8(9),
    offset: (fragment & 0x1fff) * 8,
    more: (fragment & 0x2000) !== 0,
    payload: bytes.subarray(headerLen, len),
  };
}

/** Dotted decimal. */
export function formatIpv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}
