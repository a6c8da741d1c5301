/* What stock PVM 3.4.6 sends between its daemons, in clear. Integers are big-endian. */
import { SecpvmError } from "../error.js";
import { bytes } from "./arguments.js";

/** First fragment of a message: the data start with PVM's message header of 32 bytes. */
export const SOM = 1;
/** Last fragment of a message. */
export const EOM = 2;
/** The packet carries data. */
export const DAT = 4;
/** The daemon closes the connection. */
export const FIN = 8;
/** The packet acknowledges another. */
export const ACK = 16;

const FLAGS = SOM | EOM | DAT | FIN | ACK;

/** Length of a datagram's header, in bytes. */
export const DATAGRAM_HEADER_LEN = 16;

/** Length of a message's header, in bytes: it starts the data of a first fragment. */
export const MESSAGE_HEADER_LEN = 32;

/** The header of a datagram, 16 bytes. */
export interface PvmHeader {
  /** Task id of the final destination, at 0. */
  readonly dst: number;
  /** Task id of the true source, at 4. */
  readonly src: number;
  /** Sequence number, at 8. */
  readonly seq: number;
  /** The sequence number that is acknowledged, at 10, with `ACK`. */
  readonly ack: number;
  /** A sum of `SOM`, `EOM`, `DAT`, `FIN` and `ACK`, at 12. */
  readonly flags: number;
}

/** The header of a message, 32 bytes. */
export interface MessageHeader {
  /** How its data are encoded, at 0. */
  readonly encoding: number;
  /** The tag, or between daemons the message code, at 4; signed. */
  readonly tag: number;
  /** The context, at 8. */
  readonly context: number;
  /** The wait id, at 16. */
  readonly waitId: number;
  /** The checksum, at 20. */
  readonly crc: number;
}

/** A datagram that is not secured. */
export interface Datagram {
  readonly header: PvmHeader;
  /** The header of the message that begins here; `null` unless the flags have `SOM`. */
  readonly message: MessageHeader | null;
  /** What stands behind the headers: a view of the datagram. */
  readonly data: Uint8Array;
}

/**
 * Read a datagram of stock PVM.
 *
 * @throws SecpvmError `MALFORMED` if it is shorter than its headers, a flag has no meaning, or one
 *   of the bytes 13 to 15 is not zero, as in packets of the report of 1997
 */
export function parseDatagram(datagram: Uint8Array): Datagram {
  const { buffer, byteOffset, byteLength } = bytes(datagram, "datagram");
  const view = new DataView(buffer, byteOffset, byteLength);
  if (byteLength < DATAGRAM_HEADER_LEN || (view.getUint32(12) & ~(FLAGS << 24)) !== 0) {
    throw malformed();
  }
  const header: PvmHeader = {
    dst: view.getUint32(0),
    src: view.getUint32(4),
    seq: view.getUint16(8),
    ack: view.getUint16(10),
    flags: view.getUint8(12),
  };
  const isFirst = (header.flags & SOM) !== 0;
  const message = isFirst ? parseMessageHeader(datagram.subarray(DATAGRAM_HEADER_LEN)) : null;
  const data = datagram.subarray(DATAGRAM_HEADER_LEN + (isFirst ? MESSAGE_HEADER_LEN : 0));
  return { header, message, data };
}

/**
 * Read the header of a message, the first 32 bytes of the data of a first fragment.
 *
 * @throws SecpvmError `MALFORMED` if there are fewer bytes
 */
export function parseMessageHeader(data: Uint8Array): MessageHeader {
  const { buffer, byteOffset, byteLength } = bytes(data, "data");
  if (byteLength < MESSAGE_HEADER_LEN) {
    throw malformed();
  }
  const view = new DataView(buffer, byteOffset, byteLength);
  return {
    encoding: view.getUint32(0),
    tag: view.getInt32(4),
    context: view.getUint32(8),
    waitId: view.getUint32(16),
    crc: view.getUint32(20),
  };
}

function malformed(): SecpvmError {
  return new SecpvmError("MALFORMED", "malformed: no datagram of stock PVM");
}
