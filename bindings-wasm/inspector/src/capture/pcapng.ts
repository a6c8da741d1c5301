/**
 * Capture files, pcapng (draft-ietf-opsawg-pcapng): blocks of a type, a length, a body and the length again,
 * padded to 4 bytes. A section sets the byte order, an interface the link type and the unit of time. Blocks
 * that hold no frame are passed over.
 */
import { CaptureError } from "./errors.ts";
import { type Frame, viewOf } from "./frame.ts";

const SECTION = 0x0a0d_0d0a;
const INTERFACE = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const BYTE_ORDER_MAGIC = 0x1a2b_3c4d;
const BLOCK_LEN_MIN = 12;
const OPTION_TIME_RESOLUTION = 9;

interface Interface {
  readonly link: number;
  readonly ticksPerUs: number;
}

/** Whether `file` starts as pcapng files do. */
export function isPcapng(file: Uint8Array): boolean {
  // The type of the first block reads the same in both byte orders.
  return file.length >= 4 && viewOf(file).getUint32(0) === SECTION;
}

/**
 * The frames of a pcapng file, in its order.
 *
 * @throws CaptureError where the file is cut off or contradicts itself; the frames before have been given then.
 */
export function* readPcapng(file: Uint8Array): Generator<Frame> {
  const view = viewOf(file);
  let little = true;
  let interfaces: Interface[] = [];
  for (let at = 0; at < file.length;) {
    if (at + BLOCK_LEN_MIN > file.length) throw new CaptureError("it is cut off within a block");
    if (view.getUint32(at, little) === SECTION) {
      little = view.getUint32(at + 8, true) === BYTE_ORDER_MAGIC;
      if (view.getUint32(at + 8, little) !== BYTE_ORDER_MAGIC) {
        throw new CaptureError("a section of the pcapng file has no legal byte order");
      }
      interfaces = [];
    }
    const type = view.getUint32(at, little);
    const len = view.getUint32(at + 4, little);
    if (len < BLOCK_LEN_MIN || len % 4 !== 0) {
      throw new CaptureError(`a block of the pcapng file has an impossible length, ${len}`);
    }
    const end = at + len;
    if (end > file.length) throw new CaptureError("it is cut off within a block");
    const body = new DataView(file.buffer, file.byteOffset + at + 8, len - BLOCK_LEN_MIN);
    if (type === INTERFACE) interfaces.push(readInterface(body, little));
    if (type === ENHANCED_PACKET) yield readEnhanced(body, little, interfaces, end);
    if (type === SIMPLE_PACKET) yield readSimple(body, little, interfaces, end);
    at = end;
  }
}

function readInterface(body: DataView, little: boolean): Interface {
  need(body, 8);
  let ticksPerUs = 1;
  for (let at = 8; at + 4 <= body.byteLength;) {
    const code = body.getUint16(at, little);
    const len = body.getUint16(at + 2, little);
    if (code === 0 || at + 4 + len > body.byteLength) break;
    if (code === OPTION_TIME_RESOLUTION && len === 1) {
      // The highest bit chooses a power of 2, else it is one of 10.
      const exponent = body.getUint8(at + 4);
      ticksPerUs = (exponent & 0x80 ? 2 ** (exponent & 0x7f) : 10 ** exponent) / 1e6;
    }
    at += 4 + Math.ceil(len / 4) * 4;
  }
  return { link: body.getUint16(0, little), ticksPerUs };
}

function readEnhanced(body: DataView, little: boolean, interfaces: Interface[], end: number): Frame {
  need(body, 20);
  const from = interfaceOf(interfaces, body.getUint32(0, little));
  const ticks = body.getUint32(4, little) * 2 ** 32 + body.getUint32(8, little);
  const bytes = slice(body, 20, body.getUint32(12, little));
  return { timeUs: ticks / from.ticksPerUs, link: from.link, bytes, end };
}

function readSimple(body: DataView, little: boolean, interfaces: Interface[], end: number): Frame {
  need(body, 4);
  const len = Math.min(body.getUint32(0, little), body.byteLength - 4);
  return { timeUs: 0, link: interfaceOf(interfaces, 0).link, bytes: slice(body, 4, len), end };
}

function interfaceOf(interfaces: Interface[], index: number): Interface {
  const found = interfaces[index];
  if (!found)
    throw new CaptureError(`a frame of the pcapng file names interface ${index}, which it does not describe`);
  return found;
}

function slice(body: DataView, at: number, len: number): Uint8Array {
  need(body, at + len);
  return new Uint8Array(body.buffer, body.byteOffset + at, len);
}

function need(body: DataView, len: number): void {
  if (body.byteLength < len)
    throw new CaptureError("a block of the pcapng file is too short for what it holds");
}
