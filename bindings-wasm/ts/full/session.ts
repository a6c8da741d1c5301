import { bytesOf, integer, text } from "./arguments.js";
import { check, made, put, put2, reserve, secret } from "./border.js";
import { HELD, Owned } from "./owned.js";
import * as raw from "./raw.js";

/** Length of an encoded session, in bytes: secret 32, epoch 4, suite 2, reserved 2 (zero). */
export const SESSION_LEN = 40;

/** Length of the entropy of a session, in bytes. */
const ENTROPY_LEN = 32;

/** Length of a key for programs, in bytes. */
const APPLICATION_KEY_LEN = 32;

/** What protects a packet. */
export interface Suite {
  /** Its name in every language of the project. */
  readonly name: string;
  /** The number that stands for it in a record. */
  readonly id: number;
  /** How well it holds today. */
  readonly strength: "modern" | "legacy" | "broken";
}

let table: readonly Suite[] | undefined;

/** Every suite, in order of preference. */
export function suites(): readonly Suite[] {
  if (table === undefined) {
    reserve(0);
    table = Object.freeze(raw.suites().trimEnd().split("\n").map(suite));
  }
  return table;
}

function suite(line: string): Suite {
  const [name, id, strength] = line.split("\t") as [string, string, Suite["strength"]];
  return Object.freeze({ name, id: Number(id), strength });
}

/** @internal The name of the suite with that number. */
export function suiteName(id: number): string {
  return suites().find((suite) => suite.id === id)?.name ?? "";
}

/** @internal What the caller gave, or else fresh from the operating system. */
export function entropy(given: Uint8Array | undefined, name: string): Uint8Array {
  return given === undefined
    ? crypto.getRandomValues(new Uint8Array(ENTROPY_LEN))
    : bytesOf(ENTROPY_LEN, given, name);
}

/** The secret that all members share, the epoch that it is in, and the suite that it uses. */
export class Session extends Owned<raw.Session> {
  private constructor(session: raw.Session) {
    super(session);
  }

  /** @internal */
  static holding(session: raw.Session): Session {
    return new Session(session);
  }

  /**
   * A new session in epoch 0.
   *
   * @param suite the name of a suite
   * @param secret 32 bytes of entropy; by default from `crypto.getRandomValues`
   * @throws SecpvmError `UNKNOWN_ALGORITHM` or `LENGTH`
   */
  static generate(suite = "aes-256-gcm", secret?: Uint8Array): Session {
    const name = new TextEncoder().encode(text(suite, "suite"));
    put2(entropy(secret, "secret"), name);
    return new Session(made(raw.Session.generate(name.length)));
  }

  /**
   * Decode what `encode` made.
   *
   * @param bytes 40 bytes
   * @throws SecpvmError `BAD_SESSION` or `LENGTH`
   */
  static decode(bytes: Uint8Array): Session {
    put(bytesOf(SESSION_LEN, bytes, "session"));
    return new Session(made(raw.Session.decode()));
  }

  /** The session as 40 bytes: whoever has them reads and forges everything. */
  encode(): Uint8Array {
    return secret(0, check(this[HELD].encode()));
  }

  /**
   * The session in the epoch after this one: the new secret has nothing to do with the old one.
   *
   * @param secret 32 bytes of entropy; by default from `crypto.getRandomValues`
   * @throws SecpvmError `EXHAUSTED` or `LENGTH`
   */
  nextEpoch(secret?: Uint8Array): Session {
    const held = this[HELD];
    put(entropy(secret, "secret"));
    return new Session(made(held.next_epoch()));
  }

  /**
   * The session that the tasks of a machine share, from the one that its daemons share: the same
   * suite and epoch, a secret of its own. The daemons' does not follow from it.
   */
  taskSession(): Session {
    return new Session(this[HELD].task_session());
  }

  /**
   * The same session with another suite. Every key is derived for one suite: the two can be used
   * side by side.
   *
   * @throws SecpvmError `UNKNOWN_ALGORITHM`
   */
  withSuite(suite: string): Session {
    const held = this[HELD];
    const name = new TextEncoder().encode(text(suite, "suite"));
    put(name);
    return new Session(made(held.with_suite(name.length)));
  }

  /**
   * A key that programs may use as they like, from a session for tasks.
   *
   * @param task the id of the task whose key it is, 32 bits; by default the one of all tasks
   * @returns 32 bytes
   */
  applicationKey(task?: number): Uint8Array {
    const held = this[HELD];
    const id = task === undefined ? undefined : integer(task, 0xffff_ffff, "task");
    reserve(APPLICATION_KEY_LEN);
    return secret(0, check(held.application_key(id)));
  }

  /** The name of the suite that protects its packets. */
  get suite(): string {
    return suiteName(this[HELD].suite());
  }

  /** The epoch that it is in. */
  get epoch(): number {
    return this[HELD].epoch();
  }
}
