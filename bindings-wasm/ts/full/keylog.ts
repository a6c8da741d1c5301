import { SecpvmError } from "../error.js";
import { text } from "./arguments.js";
import { SESSION_LEN, Session, suites } from "./session.js";

/** `SECPVM_SESSION`, the suite, the epoch, and the secret in hexadecimal. */
const LINE = /^SECPVM_SESSION ([^ ]+) (\d{1,10}) ([0-9a-fA-F]{64})$/;

/**
 * Read a key log, as `SECPVM_KEYLOG` has a daemon write it. Empty lines, and those that start with
 * `#`, are passed over.
 *
 * @param keyLog the text of the file
 * @returns a session for each line; a record belongs to the one that opens it
 * @throws SecpvmError `BAD_SESSION`, with the number of the line
 */
export function readKeyLog(keyLog: string): Session[] {
  const sessions: Session[] = [];
  try {
    text(keyLog, "key log")
      .split("\n")
      .forEach((line, index) => {
        if (line !== "" && !line.startsWith("#")) {
          sessions.push(session(line, index + 1));
        }
      });
  } catch (error) {
    sessions.forEach((session) => session.free());
    throw error;
  }
  return sessions;
}

function session(line: string, number: number): Session {
  const [, name, epoch, secret] = LINE.exec(line) ?? [];
  const suite = suites().find((suite) => suite.name === name);
  if (suite === undefined || secret === undefined || !(Number(epoch) <= 0xffff_ffff)) {
    const reason = LINE.test(line) ? "has no such suite or epoch" : "is no line of a key log";
    throw new SecpvmError("BAD_SESSION", `line ${number} ${reason}`);
  }
  const bytes = new Uint8Array(SESSION_LEN);
  bytes.set(secret.match(/../g)?.map((digits) => Number.parseInt(digits, 16)) ?? []);
  const view = new DataView(bytes.buffer);
  view.setUint32(32, Number(epoch));
  view.setUint16(36, suite.id);
  const session = Session.decode(bytes);
  bytes.fill(0);
  return session;
}
