/** Which kind of capture file it is; and if it is none, what it seems to be. */
import { CaptureError } from "./errors.ts";
import type { Frame } from "./frame.ts";
import { isPcap, readPcap } from "./pcap.ts";
import { isPcapng, readPcapng } from "./pcapng.ts";

/**
 * The frames of a capture file, in its order.
 *
 * @throws CaptureError at once if it is no capture file; later, where it is cut off.
 */
export function readFrames(file: Uint8Array): Generator<Frame> {
  if (isPcap(file)) return readPcap(file);
  if (isPcapng(file)) return readPcapng(file);
  throw new CaptureError(`This is not a capture: ${seemsToBe(file)}. Captures are .pcap or .pcapng files.`);
}

function seemsToBe(file: Uint8Array): string {
  if (file.length === 0) return "the file is empty";
  if (file[0] === 0x1f && file[1] === 0x8b) return "it is compressed with gzip; unpack it first";
  if (file[0] === 0x28 && file[1] === 0xb5) return "it is compressed with Zstandard; unpack it first";
  if (file[0] === 0x50 && file[1] === 0x4b) return "it is a ZIP archive; unpack it first";
  const start = file.subarray(0, 64);
  if (/^\s*[[{]/.test(new TextDecoder().decode(start))) {
    return "it looks like JSON; vector files belong under Algorithms";
  }
  if (start.every((byte) => (byte >= 0x20 && byte !== 0x7f) || (byte >= 9 && byte <= 13)))
    return "it is text";
  const magic = [...file.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `it starts with ${magic}, and neither pcap nor pcapng does`;
}
