/**
 * Capture files, pcap 2.4 (draft-ietf-opsawg-pcap): a header of 24 bytes, then frames, each with a header
 * of 16. Numbers are in the byte order of the machine that wrote the file; the magic number tells which, and
 * whether fractions of a second are micro- or nanoseconds.
 */
import { CaptureError } from "./errors.ts";
import { type Frame, viewOf } from "./frame.ts";

const MICROSECONDS = 0xa1b2_c3d4;
const NANOSECONDS = 0xa1b2_3c4d;
const FILE_HEADER_LEN = 24;
const FRAME_HEADER_LEN = 16;

/** Whether `file` starts as pcap files do. */
export function isPcap(file: Uint8Array): boolean {
  return file.length >= 4 && byteOrder(viewOf(file)) !== undefined;
}

/**
 * The frames of a pcap file, in its order.
 *
 * @throws CaptureError where the file is cut off; the frames before have been given then.
 */
export function* readPcap(file: Uint8Array): Generator<Frame> {
  const view = viewOf(file);
  const order = byteOrder(view);
  if (order === undefined || file.length < FILE_HEADER_LEN) {
    throw new CaptureError("it is cut off within the header of the pcap file");
  }
  const { little, perMicrosecond } = order;
  // The upper bits of the field tell of frame check sequences, the lower 16 the link type.
  const link = view.getUint32(20, little) & 0xffff;
  for (let at = FILE_HEADER_LEN; at < file.length;) {
    const start = at + FRAME_HEADER_LEN;
    if (start > file.length) throw new CaptureError("it is cut off within the header of a frame");
    const seconds = view.getUint32(at, little);
    const fraction = view.getUint32(at + 4, little);
    const end = start + view.getUint32(at + 8, little);
    if (end > file.length) throw new CaptureError("it is cut off within a frame");
    const timeUs = seconds * 1e6 + fraction / perMicrosecond;
    yield { timeUs, link, bytes: file.subarray(start, end), end };
    at = end;
  }
}

function byteOrder(view: DataView): { little: boolean; perMicrosecond: number } | undefined {
  for (const little of [true, false]) {
    const magic = view.getUint32(0, little);
    if (magic === MICROSECONDS) return { little, perMicrosecond: 1 };
    if (magic === NANOSECONDS) return { little, perMicrosecond: 1000 };
  }
  return undefined;
}
