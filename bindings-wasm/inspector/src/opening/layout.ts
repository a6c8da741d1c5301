/** Which fields stand where, and what they say. */
import { type ExchangeKind, MESSAGE_HEADER_LEN, RECORD_HEADER_LEN, SOM } from "secpvm";
import { viewOf } from "../capture/frame.ts";
import { formatTag } from "../pvm/codes.ts";
import { formatFlags } from "../pvm/flags.ts";
import { describeTid, formatTid } from "../pvm/tid.ts";
import type { Field, Layout, Protection } from "../store/detail.ts";

const CLASSIC_CIPHERS = ["none", "IDEA", "DES", "3DES", "", "RC4"];
const TAG_LEN = 16;

/** A stock datagram, in clear or as a record held it. */
export function plainLayout(title: string, bytes: Uint8Array, protection: Protection): Layout {
  const fields = new Fields(bytes);
  pvmFields(fields, () => protection);
  fields.skip(3, "unused", protection);
  messageFields(fields, bytes[12] ?? 0, protection);
  return { title, bytes, fields: fields.all };
}

/** A record, as sent. */
export function recordLayout(bytes: Uint8Array): Layout {
  const fields = new Fields(bytes);
  fields.number("magic", 1, "authenticated", () => "");
  fields.number("version", 1, "authenticated", () => "");
  fields.number("suite", 2, "authenticated", () => "");
  fields.number("epoch", 4, "authenticated", () => "");
  const host = viewOf(bytes).getUint16(8);
  fields.bytes(
    "sender",
    8,
    "authenticated",
    `a process of ${host === 0 ? "pvmd'" : `host ${host}`}, and its random bits`,
  );
  fields.bytes("packet number", 8, "authenticated", "the nonce; counts up for each sender and epoch");
  fields.bytes(
    "ciphertext",
    Math.max(0, bytes.length - RECORD_HEADER_LEN - TAG_LEN),
    "encrypted",
    "the datagram, PVM's header included",
  );
  fields.bytes("tag", TAG_LEN, "authenticated", "over header, ciphertext, and the receiver's name");
  return { title: "Record", bytes, fields: fields.all };
}

/** A packet of 1997, as sent. */
export function classicLayout(bytes: Uint8Array): Layout {
  const fields = new Fields(bytes);
  const [flags = 0, cipher = 0, padding = 0] = bytes.subarray(12, 15);
  classicFields(fields, (name) =>
    name === "flags" || name === "acknowledgement" ? "none" : "authenticated",
  );
  if (cipher === 0) messageFields(fields, flags, "authenticated");
  else {
    fields.bytes("data", fields.left - padding, "encrypted", "encrypted, then authenticated");
    fields.bytes("padding", fields.left, "encrypted", "zeros, cut off by the receiver");
  }
  return { title: "Packet of 1997", bytes, fields: fields.all };
}

/** What the body of each message of the exchange is. */
const BODIES: Readonly<Record<ExchangeKind, readonly [name: string, meaning: string]>> = {
  MASTER_PUBKEY: ["master's public key", "g^x mod p of 1,024 bits, big-endian"],
  SLAVE_PUBKEY: ["slave's public key", "g^y mod p of 1,024 bits, big-endian"],
  SESSKEY: ["session key", "by 3DES-CBC under the first 24 bytes of g^xy mod p; nobody sees if it was changed"],
  SESSKEYACK: ["", ""],
};

/** A message of the exchange of 1997, as sent. */
export function exchangeLayout(bytes: Uint8Array, kind: ExchangeKind): Layout {
  const fields = new Fields(bytes);
  classicFields(fields, () => "none");
  messageHeaderFields(fields, "none");
  const [name, meaning] = BODIES[kind];
  fields.bytes(name, fields.left, "none", meaning);
  return { title: `DM_${kind}, key exchange of 1997`, bytes, fields: fields.all };
}

/** The data of an opened packet of 1997. */
export function classicDataLayout(bytes: Uint8Array, flags: number): Layout {
  const fields = new Fields(bytes);
  messageFields(fields, flags, "encrypted");
  return { title: "Data", bytes, fields: fields.all };
}

/** Bytes of which nothing is known. */
export function unknownLayout(bytes: Uint8Array): Layout {
  const fields = new Fields(bytes);
  fields.bytes("bytes", fields.left, "none", "no PVM datagram of any profile");
  return { title: "Unknown", bytes, fields: fields.all };
}

function pvmFields(fields: Fields, protection: (name: string) => Protection): void {
  const tid = (name: string): void => {
    fields.number(name, 4, protection(name), describeTid, formatTid);
  };
  tid("destination");
  tid("source");
  fields.number("sequence", 2, protection("sequence"), () => "", String);
  fields.number("acknowledgement", 2, protection("acknowledgement"), () => "", String);
  fields.number("flags", 1, protection("flags"), formatFlags);
}

/** The header of a packet of 1997. */
function classicFields(fields: Fields, protection: (name: string) => Protection): void {
  pvmFields(fields, protection);
  fields.number("cipher", 1, "none", (value) => CLASSIC_CIPHERS[value] ?? "");
  fields.number("padding", 1, "none", () => "");
  fields.number("auth", 1, "none", (value) => (value === 1 ? "keyed MD5" : "none"));
  const digest = protection("digest");
  fields.bytes(
    "digest",
    16,
    digest,
    digest === "none" ? "none" : "keyed MD5 over source, destination, sequence and data",
  );
}

function messageFields(fields: Fields, flags: number, protection: Protection): void {
  if (flags & SOM) messageHeaderFields(fields, protection);
  fields.bytes("data", fields.left, protection, "");
}

function messageHeaderFields(fields: Fields, protection: Protection): void {
  if (fields.left < MESSAGE_HEADER_LEN) return;
  fields.number("encoding", 4, protection, () => "");
  fields.number(
    "message tag",
    4,
    protection,
    (value) => (value > 0x8000_0000 ? "message code of PVM" : ""),
    formatTag,
  );
  fields.number("context", 4, protection, () => "");
  fields.skip(4, "unset", protection);
  fields.number("wait id", 4, protection, () => "");
  fields.number("checksum", 4, protection, () => "");
  fields.skip(8, "unset", protection);
}

function readNumber(bytes: Uint8Array, at: number, len: 1 | 2 | 4): number {
  const view = viewOf(bytes);
  if (len === 1) return view.getUint8(at);
  return len === 2 ? view.getUint16(at) : view.getUint32(at);
}

/** Fields one behind the other; those that the bytes are too short for are left out. */
class Fields {
  readonly all: Field[] = [];
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  number(
    name: string,
    len: 1 | 2 | 4,
    protection: Protection,
    meaning: (value: number) => string,
    format?: (value: number) => string,
  ): void {
    if (this.left < len) return;
    const value = readNumber(this.#bytes, this.#at, len);
    this.#push(
      name,
      len,
      format?.(value) ?? value.toString(16).padStart(len * 2, "0"),
      meaning(value),
      protection,
    );
  }

  bytes(name: string, len: number, protection: Protection, meaning: string): void {
    if (len <= 0 || this.left < len) return;
    const shown = this.#bytes.subarray(this.#at, this.#at + Math.min(len, 16));
    const value = [...shown].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    this.#push(name, len, len > 16 ? `${value}… ${len} bytes` : value, meaning, protection);
  }

  skip(len: number, name: string, protection: Protection): void {
    this.bytes(name, len, protection, "");
  }

  #push(name: string, len: number, value: string, meaning: string, protection: Protection): void {
    this.all.push({ name, at: this.#at, len, value, meaning, protection });
    this.#at += len;
  }
}
