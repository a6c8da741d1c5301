/* What JavaScript hands over, as the type that it is said to be. */
import { SecpvmError } from "../error.js";

const U64_MAX = 0xffff_ffff_ffff_ffffn;

/** `value` if it is a Uint8Array, of this or another realm. */
export function bytes(value: Uint8Array, name: string): Uint8Array {
  if (value instanceof Uint8Array) {
    return value;
  }
  if (ArrayBuffer.isView(value) && value[Symbol.toStringTag] === "Uint8Array") {
    return value;
  }
  throw wrong(name, "a Uint8Array", value);
}

/** `value` if it is a Uint8Array of `len` bytes. */
export function bytesOf(len: number, value: Uint8Array, name: string): Uint8Array {
  if (bytes(value, name).length !== len) {
    throw new SecpvmError(
      "LENGTH",
      `wrong length of ${name}: expected ${len} bytes, got ${value.length}`,
    );
  }
  return value;
}

/** `value` if it is an integer from `min` to `max`. */
export function integer(value: number, max: number, name: string, min = 0): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) {
    return value;
  }
  throw wrong(name, `an integer from ${min} to ${max}`, value);
}

/** The most senders that an opener can be asked to remember: as in C. */
const SENDERS_MAX = 65_536;

/** `value` if there can be a table of so many senders. */
export function roomFor(value: number, name: string): number {
  return integer(value, SENDERS_MAX, name, 1);
}

/** `value` as an integer of 64 bits, unsigned. */
export function u64(value: bigint | number, name: string): bigint {
  if (typeof value === "bigint" && value >= 0n && value <= U64_MAX) {
    return value;
  }
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) {
    return BigInt(value);
  }
  throw wrong(name, "a bigint from 0 to 2^64 - 1", value);
}

/** `value` if it is one of `values`. */
export function oneOf<Value extends string>(
  values: readonly Value[],
  value: Value,
  name: string,
): Value {
  if (values.includes(value)) {
    return value;
  }
  throw wrong(name, `one of ${values.join(", ")}`, value);
}

/** `value` if it is an object with fields. */
export function fields<Value extends object>(value: Value, name: string): Value {
  if (typeof value === "object" && value !== null) {
    return value;
  }
  throw wrong(name, "an object", value);
}

/** `value` if it is text. */
export function text(value: string, name: string): string {
  if (typeof value === "string") {
    return value;
  }
  throw wrong(name, "a string", value);
}

/** The error for an argument of another type. It shows numbers alone: the rest may be secret. */
export function wrong(name: string, expected: string, value: unknown): SecpvmError {
  const isNumber = typeof value === "number" || typeof value === "bigint";
  const given = isNumber ? String(value) : value === null ? "null" : typeof value;
  return new SecpvmError("ARGUMENT", `wrong ${name}: expected ${expected}, got ${given}`);
}
