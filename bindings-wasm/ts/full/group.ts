/*
 * Groups: a leader and its members change epochs together. No clock: `nowMs` is the caller's, in
 * milliseconds, from any beginning.
 */
import { bytes, bytesOf, fields, integer, roomFor, u64 } from "./arguments.js";
import { check, made, output, put, put2, reserve, secret } from "./border.js";
import { HELD, held, Owned } from "./owned.js";
import * as raw from "./raw.js";
import { type Opened, parseRecordHeader, RECORD_HEADER_LEN, RECORD_OVERHEAD } from "./record.js";
import { entropy, Session } from "./session.js";

/** Length of a member's key, in bytes. */
export const MEMBER_KEY_LEN = 40;

/** The longest message between leader and member, in bytes. */
const GROUP_MESSAGE_LEN_MAX = 76;

/** A message of the leader, and whom it is for. */
export interface LeaderMessage {
  readonly to: bigint;
  readonly message: Uint8Array;
}

/** The limits of an epoch: who reaches one asks for the next. */
export interface RekeyPolicy {
  /** Packets sealed by one member. */
  readonly packetsMax: bigint | number;
  /** Bytes of plaintext sealed by one member. */
  readonly bytesMax: bigint | number;
  readonly ageMaxMs: bigint | number;
  /** How long the records of the previous epoch are still accepted. */
  readonly previousEpochMs: bigint | number;
}

const LIMITS = ["packetsMax", "bytesMax", "ageMaxMs", "previousEpochMs"] as const;

/** Length of the limits, in bytes: 8 each. */
const POLICY_LEN = 8 * LIMITS.length;

/** The default limits for the suite of `session`. */
export function rekeyPolicy(session: Session): RekeyPolicy {
  const view = new DataView(limitsOf(session).buffer);
  const [packetsMax, bytesMax, ageMaxMs, previousEpochMs] = LIMITS.map((_, at) =>
    view.getBigUint64(8 * at),
  ) as [bigint, bigint, bigint, bigint];
  return { packetsMax, bytesMax, ageMaxMs, previousEpochMs };
}

/** The limits as bytes: those given, or else the default. */
function limitsOf(session: Session, given?: RekeyPolicy): Uint8Array {
  if (given === undefined) {
    reserve(POLICY_LEN);
    return output(0, check(raw.rekey_policy(held(Session, session, "session"))));
  }
  const limits = new Uint8Array(POLICY_LEN);
  const view = new DataView(limits.buffer);
  fields(given, "policy");
  LIMITS.forEach((name, at) => view.setBigUint64(8 * at, u64(given[name], name)));
  return limits;
}

abstract class Endpoint<Raw extends raw.Leader | raw.Member> extends Owned<Raw> {
  /** A copy of the session in the epoch that it seals in. */
  session(): Session {
    return Session.holding(made(this[HELD].session()));
  }

  /** The same in the newest epoch that it knows: the one that is offered, if one is. */
  newestSession(): Session {
    return Session.holding(made(this[HELD].newest_session()));
  }

  /** The epoch that it seals in. */
  get epoch(): number {
    return this[HELD].epoch();
  }

  /** The epoch that it opens too, and has not begun to seal in; `null` if there is none. */
  get nextEpoch(): number | null {
    return this[HELD].next_epoch() ?? null;
  }

  /** Seal one datagram, as a `Sealer` does. */
  seal(aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
    const endpoint = this[HELD];
    put(bytes(aad, "aad"), bytes(plaintext, "plaintext").length + RECORD_OVERHEAD);
    reserve(0).set(plaintext, aad.length + RECORD_HEADER_LEN);
    return output(aad.length, check(endpoint.seal(aad.length, plaintext.length)));
  }

  /** Open one record, as an `Opener` does. */
  open(aad: Uint8Array, record: Uint8Array, nowMs: number | bigint): Opened {
    const [endpoint, now] = [this[HELD], u64(nowMs, "nowMs")];
    put2(bytes(aad, "aad"), bytes(record, "record"));
    const len = check(endpoint.open(aad.length, record.length, now));
    const plaintext = output(aad.length + RECORD_HEADER_LEN, len);
    return { header: parseRecordHeader(record), plaintext };
  }

  /**
   * Handle a message of the other side. One that is rejected changes nothing.
   *
   * @throws SecpvmError `FORGED`, `STALE` or `MALFORMED`
   */
  handleMessage(message: Uint8Array, nowMs: number | bigint): void {
    const [endpoint, now] = [this[HELD], u64(nowMs, "nowMs")];
    put(bytes(message, "message"));
    check(endpoint.handle_message(message.length, now));
  }

  /** When to call `handleTimeout` at the latest; `null` if there is nothing to wait for. */
  pollTimeout(): bigint | null {
    return this[HELD].poll_timeout() ?? null;
  }

  /** The time has come. */
  handleTimeout(nowMs: number | bigint): void {
    this[HELD].handle_timeout(u64(nowMs, "nowMs"));
  }
}

/** Admits and removes members, and starts epochs. */
export class Leader extends Endpoint<raw.Leader> {
  /**
   * @param sender the leader's own member id
   * @param members for how many it has room
   * @param root 32 bytes of entropy; by default from `crypto.getRandomValues`
   * @param policy the limits of an epoch; by default those of the suite
   * @throws SecpvmError `ARGUMENT`, `LENGTH` or `NO_MEMORY`
   */
  constructor(
    session: Session,
    sender: bigint | number,
    members: number,
    nowMs: number | bigint,
    root?: Uint8Array,
    policy?: RekeyPolicy,
  ) {
    const holder = held(Session, session, "session");
    const [member, room] = [u64(sender, "sender"), integer(members, 0xffff, "members")];
    const [now, limits] = [u64(nowMs, "nowMs"), limitsOf(session, policy)];
    put2(entropy(root, "root"), limits);
    super(made(raw.Leader.begin(holder, member, room, now)));
  }

  /**
   * Make `member` one of the group.
   *
   * @returns its key, 40 bytes: to be handed to it with the session of this moment
   * @throws SecpvmError `ALREADY_MEMBER`, `TOO_MANY_MEMBERS` or `EXHAUSTED`
   */
  admit(member: bigint | number): Uint8Array {
    return secret(0, check(this[HELD].admit(u64(member, "member"))));
  }

  /**
   * Start an epoch without `member`.
   *
   * @throws SecpvmError `NO_SUCH_MEMBER` or `EXHAUSTED`
   */
  remove(member: bigint | number, nowMs: number | bigint, fresh?: Uint8Array): void {
    const leader = this[HELD];
    put(entropy(fresh, "entropy"));
    check(leader.remove(u64(member, "member"), u64(nowMs, "nowMs")));
  }

  /**
   * Start an epoch with the same members.
   *
   * @throws SecpvmError `OUT_OF_ORDER` until the last change is complete; `EXHAUSTED`
   */
  rekey(nowMs: number | bigint, fresh?: Uint8Array): void {
    const leader = this[HELD];
    put(entropy(fresh, "entropy"));
    check(leader.rekey(u64(nowMs, "nowMs")));
  }

  /** Whether the epoch has reached a limit. */
  get rekeyIsDue(): boolean {
    return this[HELD].rekey_is_due();
  }

  /** The next member that did not answer; each is reported once. `null` if there is no other. */
  pollUnresponsive(): bigint | null {
    return this[HELD].poll_unresponsive() ?? null;
  }

  /**
   * Offer the newest epoch again to a member that did not answer.
   *
   * @throws SecpvmError `NO_SUCH_MEMBER`
   */
  offerAgain(member: bigint | number): void {
    check(this[HELD].offer_again(u64(member, "member")));
  }

  /** The next message to send; `null` if none is due. */
  pollTransmit(nowMs: number | bigint): LeaderMessage | null {
    const [leader, now] = [this[HELD], u64(nowMs, "nowMs")];
    reserve(8 + GROUP_MESSAGE_LEN_MAX);
    const len = check(leader.poll_transmit(now));
    if (len === 0) {
      return null;
    }
    const to = new DataView(output(0, 8).buffer).getBigUint64(0);
    return { to, message: output(8, len) };
  }
}

/** Follows a leader. */
export class Member extends Endpoint<raw.Member> {
  /**
   * @param key 40 bytes, from the leader
   * @param senders for how many members it has room, 1 to 65,536
   * @param sender the id in its records; by default that of its key
   * @param policy the limits of an epoch; by default those of the suite
   * @throws SecpvmError `ARGUMENT`, `LENGTH` or `NO_MEMORY`
   */
  constructor(
    session: Session,
    key: Uint8Array,
    nowMs: number | bigint,
    senders = 64,
    sender?: bigint | number,
    policy?: RekeyPolicy,
  ) {
    const holder = held(Session, session, "session");
    const [room, now] = [roomFor(senders, "senders"), u64(nowMs, "nowMs")];
    const own = sender === undefined ? undefined : u64(sender, "sender");
    const limits = limitsOf(session, policy);
    put2(bytesOf(MEMBER_KEY_LEN, key, "member key"), limits);
    super(made(raw.Member.begin(holder, own, room, now)));
  }

  /** Ask the leader for the next epoch. */
  requestEpoch(): void {
    this[HELD].request_epoch();
  }

  /** The next message for the leader; `null` if none is due. */
  pollTransmit(nowMs: number | bigint): Uint8Array | null {
    const [member, now] = [this[HELD], u64(nowMs, "nowMs")];
    reserve(GROUP_MESSAGE_LEN_MAX);
    const len = check(member.poll_transmit(now));
    return len === 0 ? null : output(0, len);
  }
}
