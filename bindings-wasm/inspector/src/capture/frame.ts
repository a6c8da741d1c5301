/** One captured frame, as a capture file holds it. */
export interface Frame {
  /** When it was seen, in microseconds since 1970. */
  readonly timeUs: number;
  /** What `bytes` begin with: a LINKTYPE number of draft-ietf-opsawg-pcaplinktype. */
  readonly link: number;
  /** What was kept of it: a view into the file. */
  readonly bytes: Uint8Array;
  /** Where it ends in the file, in bytes: how far reading has come. */
  readonly end: number;
}

/** A view of all of `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
