/*
 * Crossing the border to WebAssembly. Bytes go through one region of its memory, which is used
 * again and again; numbers are arguments. See src/lib.rs.
 */
import { type ErrorCode, SecpvmError } from "../error.js";
import * as raw from "./raw.js";

/** The region is at least this long, in bytes: most calls never have to ask for more. */
const REGION_LEN_MIN = 65_536;

/** The longest region, in bytes: lengths come back as 32-bit signed integers. */
const REGION_LEN_MAX = 0x7fff_ffff;

let memory: WebAssembly.Memory | undefined;

/** Empty until there is a module, and when the memory has grown: a view of it is then detached. */
let region = new Uint8Array(0);

/** Begin with a compiled module. */
export function attach(module: WebAssembly.Module): void {
  memory = raw.initSync({ module }).memory;
}

/** Whether there is a module. */
export function isReady(): boolean {
  return memory !== undefined;
}

/** The region, at least `len` bytes of it. */
export function reserve(len: number): Uint8Array {
  return len < region.length ? region : grow(len);
}

function grow(len: number): Uint8Array {
  if (memory === undefined) {
    throw new SecpvmError("OUT_OF_ORDER", "await init() before anything else");
  }
  const needed = Math.max(len + 1, REGION_LEN_MIN);
  const start = needed <= REGION_LEN_MAX ? raw.scratch(needed) : 0;
  if (start === 0) {
    throw new SecpvmError("NO_MEMORY", `out of memory: ${len} bytes were needed at once`);
  }
  region = new Uint8Array(memory.buffer, start, needed);
  return region;
}

/** Put bytes into the region, and leave `room` behind them. */
export function put(bytes: Uint8Array, room = 0): void {
  reserve(bytes.length + room).set(bytes);
}

/** The same of two, one behind the other. */
export function put2(first: Uint8Array, second: Uint8Array, room = 0): void {
  const region = reserve(first.length + second.length + room);
  region.set(first);
  region.set(second, first.length);
}

/** The same of three. */
export function put3(first: Uint8Array, second: Uint8Array, third: Uint8Array, room = 0): void {
  const end = first.length + second.length;
  const region = reserve(end + third.length + room);
  region.set(first);
  region.set(second, first.length);
  region.set(third, end);
}

/** A copy of `len` bytes of the region. */
export function output(start: number, len: number): Uint8Array {
  return reserve(start + len).slice(start, start + len);
}

/** A copy that does not leave the secret behind. */
export function secret(start: number, len: number): Uint8Array {
  const bytes = output(start, len);
  region.fill(0, start, start + len);
  return bytes;
}

/** A length that came back, unless the call failed. */
export function check(len: number): number {
  if (len < 0) {
    throw failure();
  }
  return len;
}

/** An object that came back, unless the call failed. */
export function made<Raw>(object: Raw | undefined): Raw {
  if (object === undefined) {
    throw failure();
  }
  return object;
}

function failure(): SecpvmError {
  const [code, ...words] = raw.failure().split(" ");
  return new SecpvmError(code as ErrorCode, words.join(" "));
}
