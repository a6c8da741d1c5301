/**
 * Keys as text: lines of a key log (`SECPVM_SESSION SUITE EPOCH SECRET`, docs/records.md), encoded sessions of 40
 * bytes, and session keys of classic-1997, 32 bytes; the latter two in hexadecimal.
 */
import { readKeyLog, Session, SessionKey } from "secpvm";

/** Keys that are no keys. The message is for whoever pasted them. */
export class KeyError extends Error {
  override readonly name = "KeyError";
}

/** One epoch of a session. */
export interface KnownSession {
  readonly session: Session;
  readonly epoch: number;
  readonly suite: string;
}

/** All keys in use; freed together. */
export class KeyRing {
  readonly sessions: KnownSession[] = [];
  readonly classicKeys: SessionKey[] = [];

  /**
   * Read a text of keys. Empty lines and those that start with `#` are passed over.
   *
   * @throws KeyError for the first line that is none of the three
   */
  static parse(text: string): KeyRing {
    const ring = new KeyRing();
    // The same line comes twice when two daemons of a machine log it.
    const lines = new Map(text.split("\n").map((line, at) => [line.trim(), at + 1]));
    for (const [line, number] of lines) if (line !== "" && !line.startsWith("#")) ring.#take(line, number);
    return ring;
  }

  /** Wipe them. */
  free(): void {
    for (const { session } of this.sessions) session.free();
    for (const key of this.classicKeys) key.free();
  }

  #take(line: string, number: number): void {
    try {
      if (/^[0-9a-f]{64}$/i.test(line)) this.classicKeys.push(new SessionKey(fromHex(line)));
      else if (/^[0-9a-f]{80}$/i.test(line)) this.#add(Session.decode(fromHex(line)));
      else for (const session of readKeyLog(line)) this.#add(session);
    } catch (error) {
      this.free();
      const reason = error instanceof Error ? error.message : String(error);
      throw new KeyError(
        `Line ${number} is no key (${reason}). Keys are lines of a key log, sessions of 80 or classic-1997 session keys of 64 hexadecimal digits.`,
      );
    }
  }

  #add(session: Session): void {
    this.sessions.push({ session, epoch: session.epoch, suite: session.suite });
  }
}

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
