/** Reading what stands in clear, or is found in an opened packet; nothing where it is none of PVM's. */
import { MESSAGE_HEADER_LEN, parseDatagram, parseMessageHeader, type PvmHeader, SOM } from "secpvm";

/** A datagram's header, and the tag of the message that begins in it. */
export interface Heading {
  readonly header: PvmHeader;
  readonly tag: number | undefined;
}

/** Read a datagram of stock PVM; `undefined` if it is none. */
export function readHeading(datagram: Uint8Array): Heading | undefined {
  try {
    const { header, message } = parseDatagram(datagram);
    return { header, tag: message?.tag };
  } catch {
    return undefined;
  }
}

/** The tag in the data of a packet with these flags. */
export function tagOf(flags: number, data: Uint8Array): number | undefined {
  return flags & SOM && data.length >= MESSAGE_HEADER_LEN ? parseMessageHeader(data).tag : undefined;
}
