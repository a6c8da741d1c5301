/** Bytes for showing them and for following modes step by step. */

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** From hexadecimal, with or without white space; `undefined` if it is none. */
export function fromHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s+/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) return undefined;
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** One behind the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((len, part) => len + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Byte by byte, as long as the shorter one. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.subarray(0, b.length).map((byte, at) => byte ^ (b[at] ?? 0));
}

/** Cut into blocks; the last one may be shorter. */
export function blocksOf(bytes: Uint8Array, len: number): Uint8Array[] {
  const blocks = [];
  for (let at = 0; at < bytes.length; at += len) blocks.push(bytes.subarray(at, at + len));
  return blocks;
}

/** Whether they are the same. For showing only: it takes the time that it takes. */
export function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
