/* Messages that come in pieces. */
import { bytes, integer } from "./arguments.js";
import { check, made, output, put, put2 } from "./border.js";
import { cipherId, cutTo, digestId, macId, paddingId } from "./oneshot.js";
import { HELD, Owned } from "./owned.js";
import * as raw from "./raw.js";

/** The longest block, in bytes. */
const BLOCK_LEN_MAX = 16;

/** A digest, piece by piece. */
export class Digest extends Owned<raw.Digest> {
  /**
   * @param name as for `digest`
   * @throws SecpvmError `UNKNOWN_ALGORITHM`
   */
  constructor(name: string) {
    super(made(raw.Digest.begin(digestId(name))));
  }

  /** Append a piece. */
  update(data: Uint8Array): this {
    const digest = this[HELD];
    put(bytes(data, "data"));
    check(digest.update(data.length));
    return this;
  }

  /**
   * The digest of the whole message. It ends here.
   *
   * @throws SecpvmError `OUT_OF_ORDER` the second time
   */
  digest(): Uint8Array {
    return output(0, check(this[HELD].finalize()));
  }
}

/** A MAC, piece by piece. */
export class Mac extends Owned<raw.Mac> {
  /**
   * @param tagLen to have it cut to that many bytes
   * @throws SecpvmError `UNKNOWN_ALGORITHM` or `LENGTH`
   */
  constructor(name: string, key: Uint8Array, tagLen?: number) {
    const [id, cut] = [macId(name), cutTo(tagLen)];
    put(bytes(key, "key"));
    super(made(raw.Mac.begin(id, cut, key.length)));
  }

  /** Append a piece. */
  update(data: Uint8Array): this {
    const mac = this[HELD];
    put(bytes(data, "data"));
    check(mac.update(data.length));
    return this;
  }

  /**
   * The MAC of the whole message. It ends here.
   *
   * @throws SecpvmError `OUT_OF_ORDER` the second time
   */
  digest(): Uint8Array {
    return output(0, check(this[HELD].finalize()));
  }

  /**
   * Check the MAC of the whole message, in constant time. It ends here.
   *
   * @throws SecpvmError `FORGED`; `OUT_OF_ORDER` the second time
   */
  verify(tag: Uint8Array): void {
    const mac = this[HELD];
    put(bytes(tag, "tag"));
    check(mac.verify(tag.length));
  }
}

abstract class CipherStream extends Owned<raw.CipherStream> {
  /** @internal */
  constructor(encrypts: boolean, name: string, key: Uint8Array, iv: Uint8Array, padding: string) {
    const [cipher, pad] = [cipherId(name), paddingId(padding)];
    put2(bytes(key, "key"), bytes(iv, "iv"));
    super(made(raw.CipherStream.begin(encrypts, cipher, pad, key.length, iv.length)));
  }

  /**
   * The next piece, of any length.
   *
   * @returns what it brings: over ECB and CBC the output lags behind by up to a block
   * @throws SecpvmError `EXHAUSTED`; `OUT_OF_ORDER` after `finalize`
   */
  update(data: Uint8Array): Uint8Array {
    const stream = this[HELD];
    put(bytes(data, "data"), data.length + BLOCK_LEN_MAX);
    return output(data.length, check(stream.update(data.length)));
  }
}

/** Encrypts a message piece by piece, without authentication. */
export class Encryptor extends CipherStream {
  /** As `encrypt`, but for the data. */
  constructor(name: string, key: Uint8Array, iv: Uint8Array, padding = "none") {
    super(true, name, key, iv, padding);
  }

  /**
   * The end of the message, at most a block.
   *
   * @throws SecpvmError `LENGTH` if it is not a whole number of blocks, and not padded;
   *   `OUT_OF_ORDER` the second time
   */
  finalize(): Uint8Array {
    return output(0, check(this[HELD].finalize(-1)));
  }
}

/** Decrypts a message piece by piece, without authentication. */
export class Decryptor extends CipherStream {
  /** As `decrypt`, but for the data. */
  constructor(name: string, key: Uint8Array, iv: Uint8Array, padding = "none") {
    super(false, name, key, iv, padding);
  }

  /**
   * The end of the message, at most a block.
   *
   * @param count as for `decrypt`
   * @throws SecpvmError `BAD_PADDING`; `OUT_OF_ORDER` the second time
   */
  finalize(count?: number): Uint8Array {
    const stream = this[HELD];
    const told = count === undefined ? -1 : integer(count, 255, "count");
    return output(0, check(stream.finalize(told)));
  }
}
