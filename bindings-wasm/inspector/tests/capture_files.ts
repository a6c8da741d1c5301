/** Capture files for tests, made here: Ethernet, IPv4, UDP. */

/** A datagram that a capture is to hold. */
export interface Sent {
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  readonly payload: Uint8Array;
}

const ETHERNET = 1;

/** A pcap file with a frame each, a millisecond apart; in either byte order, micro- or nanoseconds. */
export function pcap(sent: readonly Sent[], { little = true, nanoseconds = false } = {}): Uint8Array {
  const frames = sent.map(frame);
  const file = new Uint8Array(24 + frames.reduce((len, each) => len + 16 + each.length, 0));
  const view = new DataView(file.buffer);
  view.setUint32(0, nanoseconds ? 0xa1b2_3c4d : 0xa1b2_c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, 262_144, little);
  view.setUint32(20, ETHERNET, little);
  let at = 24;
  for (const [index, bytes] of frames.entries()) {
    view.setUint32(at, 1_000 + Math.floor(index / 1000), little);
    view.setUint32(at + 4, (index % 1000) * (nanoseconds ? 1_000_000 : 1_000), little);
    view.setUint32(at + 8, bytes.length, little);
    view.setUint32(at + 12, bytes.length, little);
    file.set(bytes, at + 16);
    at += 16 + bytes.length;
  }
  return file;
}

/** The same as pcapng: a section, an interface with nanoseconds, an enhanced packet block each. */
export function pcapng(sent: readonly Sent[]): Uint8Array {
  const section = block(0x0a0d_0d0a, words(0x1a2b_3c4d, 1, 0xffff_ffff, 0xffff_ffff));
  const resolution = Uint8Array.of(9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0);
  const description = block(1, join(words(ETHERNET, 262_144), resolution));
  const packets = sent.map((each, index) => {
    const bytes = frame(each);
    const ns = BigInt(1_000_000_000_000) + BigInt(index) * 1_000_000n;
    return block(
      6,
      join(words(0, Number(ns >> 32n), Number(ns & 0xffff_ffffn), bytes.length, bytes.length), bytes),
    );
  });
  return join(section, description, ...packets);
}

/** A stock datagram: ids, numbers and flags, then whatever follows. */
export function plainDatagram(seq: number, flags: number, behind: Uint8Array = new Uint8Array()): Uint8Array {
  const bytes = new Uint8Array(16 + behind.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x8008_0000);
  view.setUint32(4, 0x8004_0000);
  view.setUint16(8, seq);
  view.setUint8(12, flags);
  bytes.set(behind, 16);
  return bytes;
}

/** The frame of a datagram, with a whole IPv4 packet. */
export function frame({ from, to, port = 40_000, payload }: Sent): Uint8Array {
  const udp = new Uint8Array(8 + payload.length);
  const view = new DataView(udp.buffer);
  view.setUint16(0, port);
  view.setUint16(2, port);
  view.setUint16(4, udp.length);
  udp.set(payload, 8);
  return ipFrame(from, to, 1, 0, false, udp);
}

/** A datagram in IPv4 fragments of at most `len` bytes, a multiple of 8, last one first. */
export function fragments(sent: Sent, len: number): Uint8Array[] {
  const udp = frame(sent).subarray(34);
  const parts = [];
  for (let at = 0; at < udp.length; at += len) {
    parts.unshift(ipFrame(sent.from, sent.to, 7, at, at + len < udp.length, udp.subarray(at, at + len)));
  }
  return parts;
}

/** A pcap file of frames as they are. */
export function pcapOfFrames(frames: readonly Uint8Array[]): Uint8Array {
  const header = pcap([]);
  return join(header, ...frames.map((bytes) => join(words(1000, 0, bytes.length, bytes.length), bytes)));
}

/** One behind the other. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function ipFrame(
  from: string,
  to: string,
  id: number,
  offset: number,
  more: boolean,
  payload: Uint8Array,
): Uint8Array {
  const bytes = new Uint8Array(34 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint16(16, 20 + payload.length);
  view.setUint16(18, id);
  view.setUint16(20, (more ? 0x2000 : 0) | (offset / 8));
  view.setUint8(23, 17);
  bytes.set(from.split(".").map(Number), 26);
  bytes.set(to.split(".").map(Number), 30);
  bytes.set(payload, 34);
  return bytes;
}

function block(type: number, body: Uint8Array): Uint8Array {
  const padded = join(body, new Uint8Array((4 - (body.length % 4)) % 4));
  const len = 12 + padded.length;
  return join(words(type, len), padded, words(len));
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [at, value] of values.entries()) view.setUint32(at * 4, value, true);
  return bytes;
}
