/* Records: the packets of the `current` profile. */
import { bytes, roomFor, u64 } from "./arguments.js";
import { check, made, output, put, put2, reserve } from "./border.js";
import { HELD, held, Owned } from "./owned.js";
import * as raw from "./raw.js";
import { Session, suiteName } from "./session.js";

/** Length of a record's header, in bytes. */
export const RECORD_HEADER_LEN = 24;

/** What sealing adds to a datagram, in bytes: header 24 and tag 16. */
export const RECORD_OVERHEAD = 40;

/** The clear part of a record. Not to be believed until the record has been opened. */
export interface RecordHeader {
  /** The name of the suite that protects the record. */
  readonly suite: string;
  /** The epoch whose keys it uses. */
  readonly epoch: number;
  /** Who sealed it. */
  readonly sender: bigint;
  /** Its number among the sender's packets of this epoch. */
  readonly packetNumber: bigint;
}

/** A record that was opened. */
export interface Opened {
  /** The header, authentic now. */
  readonly header: RecordHeader;
  /** The datagram. */
  readonly plaintext: Uint8Array;
}

/**
 * Read the header of a record.
 *
 * @param record all of it
 * @throws SecpvmError `MALFORMED`
 */
export function parseRecordHeader(record: Uint8Array): RecordHeader {
  put(bytes(record, "record"));
  const header = made(raw.RecordHeader.parse(record.length));
  const fields = {
    suite: suiteName(header.suite()),
    epoch: header.epoch(),
    sender: header.sender(),
    packetNumber: header.packet_number(),
  };
  header.free();
  return fields;
}

/** Seals the datagrams of one member, and numbers them. */
export class Sealer extends Owned<raw.Sealer> {
  /**
   * The sealer of `sender`. Make one for each member and epoch, ever: a second one would use the
   * same packet numbers under the same keys.
   *
   * @param sender the member's id, 64 bits
   * @throws SecpvmError `ARGUMENT`
   */
  constructor(session: Session, sender: bigint | number) {
    const member = u64(sender, "sender");
    super(made(raw.Sealer.begin(held(Session, session, "session"), member)));
  }

  /**
   * Seal one datagram.
   *
   * @param aad at most 64 bytes, authenticated, not sent: it names the receiver
   * @param plaintext at most 65,467 bytes
   * @returns the record
   * @throws SecpvmError `LENGTH` or `EXHAUSTED`
   */
  seal(aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const sealer = this[HELD];
    put(bytes(aad, "aad"), bytes(plaintext, "plaintext").length + RECORD_OVERHEAD);
    reserve(0).set(plaintext, aad.length + RECORD_HEADER_LEN);
    return output(aad.length, check(sealer.seal(aad.length, plaintext.length)));
  }

  /**
   * Seal in the epoch of `session` from now on.
   *
   * @throws SecpvmError `EPOCH_NOT_NEWER`
   */
  enterEpoch(session: Session): void {
    check(this[HELD].enter_epoch(held(Session, session, "session")));
  }

  /** How many packets have been sealed in this epoch. */
  get packets(): bigint {
    return this[HELD].packets();
  }

  /** How many bytes of plaintext have been sealed in this epoch. */
  get bytes(): bigint {
    return this[HELD].bytes();
  }
}

/**
 * Opens the records of all members of a session, each once. It holds up to two epochs: the
 * current one, and the next one until it is activated or the previous one until it is retired.
 */
export class Opener extends Owned<raw.Opener> {
  /**
   * An opener in the epoch of `session`.
   *
   * @param senders for how many members it has room, 1 to 65,536, at about 3 KB each
   * @throws SecpvmError `ARGUMENT` or `NO_MEMORY`
   */
  constructor(session: Session, senders = 64) {
    const room = roomFor(senders, "senders");
    super(made(raw.Opener.begin(held(Session, session, "session"), room)));
  }

  /**
   * Open one record. One that is not accepted changes nothing.
   *
   * @param aad what it was sealed with: this receiver's name
   * @throws SecpvmError the verdict: `MALFORMED`, `STALE`, `FORGED` or `REPLAYED`;
   *   `TOO_MANY_PEERS`, `LENGTH`
   */
  open(aad: Uint8Array, record: Uint8Array): Opened {
    const opener = this[HELD];
    put2(bytes(aad, "aad"), bytes(record, "record"));
    const len = check(opener.open(aad.length, record.length));
    const plaintext = output(aad.length + RECORD_HEADER_LEN, len);
    return { header: parseRecordHeader(record), plaintext };
  }

  /**
   * Accept the records of the epoch of `session` too.
   *
   * @throws SecpvmError `EPOCH_NOT_NEWER`
   */
  prepareEpoch(session: Session): void {
    check(this[HELD].prepare_epoch(held(Session, session, "session")));
  }

  /**
   * Make the next epoch the current one, and the current one the previous.
   *
   * @throws SecpvmError `OUT_OF_ORDER` when no epoch has been prepared
   */
  activateEpoch(): void {
    check(this[HELD].activate_epoch());
  }

  /** Wipe the previous epoch, if one is held: its records are stale from now on. */
  retirePreviousEpoch(): void {
    this[HELD].retire_previous_epoch();
  }
}
