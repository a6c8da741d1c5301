/*
 * The packets of 1997: for reproduction and comparison. Broken: never for anything that is worth
 * protecting.
 */
import { bytes, bytesOf, fields, integer, oneOf, text } from "./arguments.js";
import { check, made, output, put, reserve, secret } from "./border.js";
import { HELD, held, Owned } from "./owned.js";
import type { PvmHeader } from "./pvm.js";
import * as raw from "./raw.js";

/** Length of a packet's header, in bytes: 16 of stock PVM's, 16 of the digest. */
export const CLASSIC_HEADER_LEN = 32;

/** Length of a session key, in bytes. */
export const SESSION_KEY_LEN = 32;

/** Length of the digest, in bytes; it ends the header. */
const DIGEST_LEN = 16;

/** The longest padding, in bytes. */
const PADDING_LEN_MAX = 8;

const LEVELS = ["plain", "authenticated", "encrypted"] as const;

/** A level of protection. What is encrypted is authenticated too. */
export type ClassicLevel = (typeof LEVELS)[number];

/** A cipher of the report. */
export type ClassicCipher = "idea" | "des" | "3des" | "rc4";

/** The header of a packet. Not to be believed until the packet has been opened. */
export interface ClassicHeader extends PvmHeader {
  /** How the packet says that it is protected. */
  readonly level: ClassicLevel;
  /** The cipher, with the level `encrypted`; never authenticated. */
  readonly cipher: ClassicCipher | null;
  /** How many bytes of padding end the data, 0 to 7; never authenticated. */
  readonly paddingLen: number;
  /** Keyed MD5, 16 bytes; `null` for a plain packet. */
  readonly digest: Uint8Array | null;
}

/** A packet that was opened: unless it is plain, `src`, `dst` and `seq` are authentic. */
export interface ClassicOpened {
  readonly header: ClassicHeader;
  /** The data, without padding. */
  readonly data: Uint8Array;
}

/**
 * Read the header of a packet.
 *
 * @param packet all of it
 * @throws SecpvmError `MALFORMED`
 */
export function parseClassicHeader(packet: Uint8Array): ClassicHeader {
  put(bytes(packet, "packet"));
  const header = made(raw.ClassicHeader.parse(packet.length));
  const level = LEVELS[header.level()] as ClassicLevel;
  const fields: ClassicHeader = {
    dst: header.dst(),
    src: header.src(),
    seq: header.seq(),
    ack: header.ack(),
    flags: header.flags(),
    level,
    cipher: level === "encrypted" ? (header.cipher() as ClassicCipher) : null,
    paddingLen: header.padding_len(),
    digest:
      level === "plain"
        ? null
        : packet.slice(CLASSIC_HEADER_LEN - DIGEST_LEN, CLASSIC_HEADER_LEN),
  };
  header.free();
  return fields;
}

/** The key of all members, for every cipher and for the digest. */
export class SessionKey extends Owned<raw.SessionKey> {
  /**
   * @param key 32 bytes
   * @throws SecpvmError `WEAK_KEY` if DES is not to be used with it, or `LENGTH`
   */
  constructor(key: Uint8Array) {
    put(bytesOf(SESSION_KEY_LEN, key, "session key"));
    super(made(raw.SessionKey.begin()));
  }

  /** @internal */
  static holding(key: raw.SessionKey): SessionKey {
    const bytes = secret(0, check(key.encode()));
    key.free();
    const made = new SessionKey(bytes);
    bytes.fill(0);
    return made;
  }

  /** The 32 bytes. */
  encode(): Uint8Array {
    return secret(0, check(this[HELD].encode()));
  }
}

/** Opens packets, each as its own header says. It keeps no sequence numbers: PVM does. */
export class ClassicOpener extends Owned<raw.ClassicOpener> {
  /**
   * @param least packets of less protection are refused; the report's daemon took all
   * @throws SecpvmError `ARGUMENT`
   */
  constructor(key: SessionKey, least: ClassicLevel = "plain") {
    const level = LEVELS.indexOf(oneOf(LEVELS, least, "least level"));
    super(made(raw.ClassicOpener.begin(held(SessionKey, key, "session key"), level)));
  }

  /**
   * Open one packet.
   *
   * @throws SecpvmError the verdict: `MALFORMED` or `FORGED`
   */
  open(packet: Uint8Array): ClassicOpened {
    const opener = this[HELD];
    put(bytes(packet, "packet"));
    const len = check(opener.open(packet.length));
    const data = output(CLASSIC_HEADER_LEN, len);
    return { header: parseClassicHeader(packet), data };
  }
}

/** Seals packets in one way. The same fields and data always give the same packet. */
export class ClassicSealer extends Owned<raw.ClassicSealer> {
  /**
   * @param protection nothing, the digest alone, or a cipher and the digest
   * @throws SecpvmError `UNKNOWN_ALGORITHM`
   */
  constructor(key: SessionKey, protection: "plain" | "md5" | ClassicCipher) {
    const name = new TextEncoder().encode(text(protection, "protection"));
    const holder = held(SessionKey, key, "session key");
    put(name);
    super(made(raw.ClassicSealer.begin(holder, name.length)));
  }

  /**
   * Seal one packet.
   *
   * @param header what stock PVM says of it
   * @param data at most 65,472 bytes
   * @throws SecpvmError `LENGTH`, or `ARGUMENT` for a field outside its range
   */
  seal(header: PvmHeader, data: Uint8Array): Uint8Array {
    const sealer = this[HELD];
    const dst = integer(fields(header, "header").dst, 0xffff_ffff, "dst");
    const src = integer(header.src, 0xffff_ffff, "src");
    const seq = integer(header.seq, 0xffff, "seq");
    const ack = integer(header.ack, 0xffff, "ack");
    const flags = integer(header.flags, 0xff, "flags");
    const room = CLASSIC_HEADER_LEN + PADDING_LEN_MAX;
    reserve(bytes(data, "data").length + room).set(data, CLASSIC_HEADER_LEN);
    return output(0, check(sealer.seal(dst, src, seq, ack, flags, data.length)));
  }
}
