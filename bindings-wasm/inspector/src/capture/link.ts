/** What stands before the IP packet in a frame, by link type. */
import { type Frame, viewOf } from "./frame.ts";

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_VLAN = 0x8100;

/** The IPv4 packet in a frame, with what may follow it; `undefined` if there is none. */
export function ipv4Of({ link, bytes }: Frame): Uint8Array | undefined {
  switch (link) {
    case 0: // null: the address family in the byte order of the machine; 2 is IPv4
      return bytes.length > 4 && (bytes[0] === 2 || bytes[3] === 2) ? bytes.subarray(4) : undefined;
    case 1: // Ethernet
      return afterEtherType(bytes, 12);
    case 12: // raw IP, as some systems number it
    case 101: // raw IP
    case 228: // raw IPv4
      return (bytes[0] ?? 0) >> 4 === 4 ? bytes : undefined;
    case 113: // Linux cooked
      return afterEtherType(bytes, 14);
    case 276: // Linux cooked, version 2
      return bytes.length > 20 && viewOf(bytes).getUint16(0) === ETHERTYPE_IPV4
        ? bytes.subarray(20)
        : undefined;
    default:
      return undefined;
  }
}

function afterEtherType(bytes: Uint8Array, at: number): Uint8Array | undefined {
  if (bytes.length < at + 2) return undefined;
  const type = viewOf(bytes).getUint16(at);
  if (type === ETHERTYPE_VLAN) return afterEtherType(bytes, at + 4);
  return type === ETHERTYPE_IPV4 ? bytes.subarray(at + 2) : undefined;
}
