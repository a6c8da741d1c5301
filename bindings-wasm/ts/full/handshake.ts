/* Handshakes. Messages go in and out as bytes; who carries them is the caller's affair. */
import { SecpvmError } from "../error.js";
import { bytes, bytesOf, fields, oneOf } from "./arguments.js";
import { check, made, output, put, put2, put3, reserve, secret } from "./border.js";
import { MEMBER_KEY_LEN } from "./group.js";
import { HELD, held, Owned } from "./owned.js";
import * as raw from "./raw.js";
import { entropy, Session } from "./session.js";

const EMPTY = new Uint8Array(0);

/** Length of a key, in bytes. */
const KEY_LEN = 32;

/** The most that a message adds to its payload, in bytes. */
const OVERHEAD_MAX = 96;

/** The longest message of a join, in bytes. */
const JOIN_MESSAGE_LEN_MAX = 80;

/** The fifth message of a join, in bytes. */
const MEMBER_KEY_MESSAGE_LEN = 56;

const PATTERNS = ["NNpsk0", "KK", "XX", "IK"] as const;
const ROLES = ["initiator", "responder"] as const;
const CIPHERS = ["AESGCM", "ChaChaPoly"] as const;

/** What a Noise handshake starts from: the keys of its pattern, 32 bytes each, and no others. */
export interface HandshakeSetup {
  readonly pattern: (typeof PATTERNS)[number];
  /** The initiator writes first. */
  readonly role: (typeof ROLES)[number];
  /** By default `"AESGCM"`. */
  readonly cipher?: (typeof CIPHERS)[number];
  /** What both sides must have. */
  readonly prologue?: Uint8Array;
  /** `NNpsk0`: the secret of both. */
  readonly psk?: Uint8Array;
  /** `KK`, `XX`, `IK`: our secret X25519 key. */
  readonly localStatic?: Uint8Array;
  /** `KK`, and `IK`'s initiator: the peer's public key. */
  readonly remoteStatic?: Uint8Array;
  /** For tests: 32 bytes of entropy, instead of those from `crypto.getRandomValues`. */
  readonly ephemeral?: Uint8Array;
}

/** One side of a Noise handshake (revision 34) over 25519 and SHA256. */
export class Handshake extends Owned<raw.Noise> {
  /** @throws SecpvmError `ARGUMENT` or `LENGTH` */
  constructor(setup: HandshakeSetup) {
    const pattern = PATTERNS.indexOf(oneOf(PATTERNS, fields(setup, "setup").pattern, "pattern"));
    const role = ROLES.indexOf(oneOf(ROLES, setup.role, "role"));
    const cipher = CIPHERS.indexOf(oneOf(CIPHERS, setup.cipher ?? "AESGCM", "cipher"));
    const prologue = bytes(setup.prologue ?? EMPTY, "prologue");
    const keys = [setup.psk, setup.localStatic, setup.remoteStatic];
    const parts = [entropy(setup.ephemeral, "ephemeral key")];
    let present = 0;
    keys.forEach((key, bit) => {
      if (key !== undefined) {
        parts.push(bytesOf(KEY_LEN, key, ["psk", "localStatic", "remoteStatic"][bit] as string));
        present |= 1 << bit;
      }
    });
    const region = reserve(parts.length * KEY_LEN + prologue.length);
    parts.forEach((part, index) => region.set(part, index * KEY_LEN));
    region.set(prologue, parts.length * KEY_LEN);
    super(made(raw.Noise.begin(pattern, role, cipher, present, prologue.length)));
  }

  /**
   * Write the next message.
   *
   * @param payload goes along; how well it is protected depends on the pattern
   * @throws SecpvmError `OUT_OF_ORDER`, `LENGTH`, or `FORGED` for a peer's key that no honest
   *   peer has
   */
  writeMessage(payload: Uint8Array = EMPTY): Uint8Array {
    const noise = this[HELD];
    put(bytes(payload, "payload"), payload.length + OVERHEAD_MAX);
    return output(payload.length, check(noise.write_message(payload.length)));
  }

  /**
   * Read the peer's next message. One that is not authentic changes nothing.
   *
   * @returns its payload
   * @throws SecpvmError `FORGED`, `MALFORMED` or `OUT_OF_ORDER`
   */
  readMessage(message: Uint8Array): Uint8Array {
    const noise = this[HELD];
    put(bytes(message, "message"), message.length);
    return output(message.length, check(noise.read_message(message.length)));
  }

  /** Whether the next message is this side's to write. */
  get isMyTurn(): boolean {
    return this[HELD].is_my_turn();
  }

  /** Whether all messages have passed. */
  get isFinished(): boolean {
    return this[HELD].is_finished();
  }

  /** The peer's static key, once it is known and authentic; else `null`. */
  get remoteStatic(): Uint8Array | null {
    const len = check(this[HELD].remote_static());
    return len === 0 ? null : output(0, len);
  }

  /**
   * The handshake hash, for channel binding.
   *
   * @throws SecpvmError `OUT_OF_ORDER` after `transport()`
   */
  get hash(): Uint8Array {
    const len = check(this[HELD].hash());
    if (len === 0) {
      throw new SecpvmError("OUT_OF_ORDER", "this handshake has become a transport");
    }
    return output(0, len);
  }

  /**
   * The two ciphers of a finished handshake, which ends.
   *
   * @throws SecpvmError `OUT_OF_ORDER`
   */
  transport(): Transport {
    return Transport.holding(made(this[HELD].transport()));
  }
}

/** The two ciphers of a finished handshake. Messages must arrive in the order they were sent. */
export class Transport extends Owned<raw.Transport> {
  private constructor(transport: raw.Transport) {
    super(transport);
  }

  /** @internal */
  static holding(transport: raw.Transport): Transport {
    return new Transport(transport);
  }

  /**
   * Write one message.
   *
   * @throws SecpvmError `LENGTH` or `EXHAUSTED`
   */
  writeMessage(payload: Uint8Array): Uint8Array {
    const transport = this[HELD];
    put(bytes(payload, "payload"), payload.length + OVERHEAD_MAX);
    return output(payload.length, check(transport.write_message(payload.length)));
  }

  /**
   * Read one message. One that is not accepted changes nothing.
   *
   * @throws SecpvmError `FORGED` or `MALFORMED`
   */
  readMessage(message: Uint8Array): Uint8Array {
    const transport = this[HELD];
    put(bytes(message, "message"), message.length);
    return output(message.length, check(transport.read_message(message.length)));
  }
}

/** How a session reaches a new member, over a channel that is trusted already. */
export class Join extends Owned<raw.Join> {
  private constructor(join: raw.Join) {
    super(join);
  }

  /**
   * The side of a member that hands `session` on.
   *
   * @param context what both sides must have, at most 1024 bytes
   * @param joinSecret for tests: 32 bytes instead of those from `crypto.getRandomValues`
   * @param ephemeral the same
   * @throws SecpvmError `LENGTH`
   */
  static initiator(
    session: Session,
    context: Uint8Array,
    joinSecret?: Uint8Array,
    ephemeral?: Uint8Array,
  ): Join {
    const holder = held(Session, session, "session");
    const secret = entropy(joinSecret, "join secret");
    put3(secret, entropy(ephemeral, "ephemeral key"), bytes(context, "context"));
    return new Join(made(raw.Join.initiator(holder, context.length)));
  }

  /**
   * The side of a newcomer.
   *
   * @throws SecpvmError `LENGTH`
   */
  static responder(context: Uint8Array, ephemeral?: Uint8Array): Join {
    put2(entropy(ephemeral, "ephemeral key"), bytes(context, "context"));
    return new Join(made(raw.Join.responder(context.length)));
  }

  /**
   * Write the next message.
   *
   * @throws SecpvmError `OUT_OF_ORDER`
   */
  writeMessage(): Uint8Array {
    const join = this[HELD];
    reserve(JOIN_MESSAGE_LEN_MAX);
    return output(0, check(join.write_message()));
  }

  /**
   * Read the peer's next message. One that is rejected ends the join.
   *
   * @throws SecpvmError `FORGED`, `MALFORMED` or `OUT_OF_ORDER`
   */
  readMessage(message: Uint8Array): void {
    const join = this[HELD];
    put(bytes(message, "message"));
    check(join.read_message(message.length));
  }

  /**
   * The initiator, when the join is finished: a fifth message, with the newcomer's key in a group.
   *
   * @param memberKey from `Leader.admit`
   * @throws SecpvmError `OUT_OF_ORDER`
   */
  writeMemberKey(memberKey: Uint8Array): Uint8Array {
    const join = this[HELD];
    put(bytesOf(MEMBER_KEY_LEN, memberKey, "member key"), MEMBER_KEY_MESSAGE_LEN);
    return output(MEMBER_KEY_LEN, check(join.write_member_key()));
  }

  /**
   * The responder: that key, for `new Member`. A message that is rejected ends the join.
   *
   * @throws SecpvmError `FORGED`, `MALFORMED` or `OUT_OF_ORDER`
   */
  readMemberKey(message: Uint8Array): Uint8Array {
    const join = this[HELD];
    put(bytes(message, "message"), MEMBER_KEY_LEN);
    return secret(0, check(join.read_member_key(message.length)));
  }

  /** Whether all four messages have passed. */
  get isFinished(): boolean {
    return this[HELD].is_finished();
  }

  /** A copy of the session that the newcomer received; `null` before that, and for the initiator. */
  session(): Session | null {
    const session = this[HELD].session();
    return session === undefined ? null : Session.holding(session);
  }
}
