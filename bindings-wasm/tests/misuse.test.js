/*
 * Wrong calls by the thousand: each ends with a SecpvmError or a result, never with a trap, and the
 * package works afterwards as before.
 */
import assert from "node:assert/strict";
import { before, test } from "node:test";

import * as secpvm from "secpvm";

/** Everything that somebody might hand over. */
const VALUES = [
  undefined,
  null,
  true,
  -1,
  0,
  1,
  255,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1.5,
  -1n,
  0n,
  2n ** 64n,
  "",
  "aes-128-cbc",
  "AES-256-GCM",
  "keyed-md5",
  "pkcs7",
  "constructor",
  "x".repeat(100_000),
  Symbol("s"),
  {},
  [],
  [1, 2, 3],
  () => 1,
  new ArrayBuffer(16),
  new DataView(new ArrayBuffer(16)),
  new Uint16Array(16),
  new Float64Array(4),
  new Uint8Array(0),
  new Uint8Array(1),
  new Uint8Array(16),
  new Uint8Array(32),
  new Uint8Array(40),
  new Uint8Array(70_000),
  Buffer.from("a buffer"),
];

/** One that lies about its length. */
class Liar extends Uint8Array {
  get length() {
    return 1_000_000;
  }
}
VALUES.push(new Liar(8));

/** Every code that there is. */
const CODES = new Set(
  `LENGTH ARGUMENT UNKNOWN_ALGORITHM NO_PADDING OUT_OF_ORDER EXHAUSTED TOO_MANY_PEERS BAD_SESSION
  WEAK_KEY EPOCH_NOT_NEWER TOO_MANY_MEMBERS ALREADY_MEMBER NO_SUCH_MEMBER NO_MEMORY FORGED REPLAYED
  STALE MALFORMED BAD_PADDING BAD_PUBLIC_VALUE`.split(/\s+/),
);

/** A generator of numbers, always the same (Marsaglia 2003). */
function* numbers(state) {
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield state >>> 0;
  }
}
const random = numbers(0x5ec9);
const one = (of) => of[random.next().value % of.length];

/** The call returns, or ends with an error of the package. */
function attempt(call, what) {
  try {
    return call();
  } catch (error) {
    assert.ok(error instanceof secpvm.SecpvmError, `${what}: ${error.stack}`);
    assert.ok(CODES.has(error.code), `${what}: ${error.code}`);
    return assert.match(error.message, /^[^\n]{5,200}$/, what);
  }
}

function works() {
  const abc = secpvm.digest("md5", Buffer.from("abc"));
  assert.equal(Buffer.from(abc).toString("hex"), "900150983cd24fb0d6963f7d28e17f72");
}

function objects() {
  const session = secpvm.Session.generate();
  const key = new secpvm.SessionKey(Uint8Array.from({ length: 32 }, (_, at) => at));
  return [
    session,
    key,
    new secpvm.Sealer(session, 1),
    new secpvm.Opener(session, 2),
    new secpvm.ClassicSealer(key, "3des"),
    new secpvm.ClassicOpener(key),
    new secpvm.Digest("sha256"),
    new secpvm.Mac("hmac-md5", new Uint8Array(16)),
    new secpvm.Encryptor("aes-128-cbc", new Uint8Array(16), new Uint8Array(16), "pkcs7"),
    new secpvm.Decryptor("rc4", new Uint8Array(16), new Uint8Array(0)),
    new secpvm.Handshake({ pattern: "XX", role: "initiator", localStatic: new Uint8Array(32) }),
    secpvm.Join.initiator(session, new Uint8Array(4)),
    secpvm.Join.responder(new Uint8Array(4)),
    secpvm.Exchange.master(key),
    secpvm.Exchange.slave(),
    new secpvm.Leader(session, 0, 2, 0),
  ];
}

const methodsOf = (object) => {
  const names = new Set();
  for (let at = object; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    Object.getOwnPropertyNames(at).forEach((name) => names.add(name));
  }
  names.delete("constructor");
  return [...names];
};

const call = (object, name, ...args) => {
  const member = object[name];
  return typeof member === "function" ? member.apply(object, args) : member;
};

test("before init every call is refused", () => {
  assert.throws(() => secpvm.algorithms(), { name: "SecpvmError", code: "OUT_OF_ORDER" });
  assert.throws(() => secpvm.digest("md5", new Uint8Array(1)), { code: "OUT_OF_ORDER" });
  assert.throws(() => secpvm.Session.generate(), { code: "OUT_OF_ORDER" });
});

test("init refuses what is no module", async () => {
  for (const source of [{}, 7, new Uint8Array(8), Buffer.from("\0asm")]) {
    await assert.rejects(secpvm.init(source), { name: "SecpvmError", code: "ARGUMENT" });
  }
  await Promise.all([secpvm.init(), secpvm.init()]);
  await secpvm.init();
  works();
});

test("functions, 20,000 times", () => {
  const functions = Object.entries(secpvm).filter(
    ([name, value]) => typeof value === "function" && /^[a-z]/.test(name) && name !== "init",
  );
  assert.ok(functions.length > 12);
  for (let count = 0; count < 20_000; count += 1) {
    const [name, body] = one(functions);
    const args = Array.from({ length: random.next().value % 7 }, () => one(VALUES));
    attempt(() => body(...args), name);
  }
  works();
});

test("constructors, 5,000 times", () => {
  const isClass = (value) => /^class/.test(String(value)) && value !== secpvm.SecpvmError;
  const classes = Object.values(secpvm).filter(isClass);
  const values = [...VALUES, ...objects()];
  assert.ok(classes.length > 12);
  for (let count = 0; count < 5_000; count += 1) {
    const Class = one(classes);
    const args = Array.from({ length: random.next().value % 5 }, () => one(values));
    const made = attempt(() => new Class(...args), Class.name);
    made?.free?.();
  }
  works();
});

test("methods, 20,000 times", () => {
  const all = objects();
  const values = [...VALUES, ...all];
  for (let count = 0; count < 20_000; count += 1) {
    const object = one(all);
    const name = one(methodsOf(object).filter((name) => name !== "free"));
    const args = Array.from({ length: random.next().value % 4 }, () => one(values));
    attempt(() => call(object, name, ...args), `${object.constructor.name}.${name}`);
  }
  all.forEach((object) => object.free());
  works();
});

test("after free() every call is refused, and free() does nothing", () => {
  for (const object of objects()) {
    object.free();
    object.free();
    assert.ok(object.isFreed);
    for (const name of methodsOf(object).filter((name) => name !== "free" && name !== "isFreed")) {
      const what = `${object.constructor.name}.${name}`;
      const args = [new Uint8Array(1), new Uint8Array(1)];
      if (name === "readMessage" && object instanceof secpvm.Exchange) {
        args[0] = { kind: "SESSKEY", body: new Uint8Array(32) };
      }
      if (name === "seal" && object instanceof secpvm.ClassicSealer) {
        args[0] = { dst: 1, src: 1, seq: 1, ack: 0, flags: 0 };
      }
      assert.throws(() => call(object, name, ...args), { code: "OUT_OF_ORDER" }, what);
    }
  }
  const session = secpvm.Session.generate();
  session.free();
  assert.throws(() => new secpvm.Sealer(session, 1), { code: "OUT_OF_ORDER" });
  works();
});

test("Symbol.dispose frees", () => {
  const session = secpvm.Session.generate();
  session[Symbol.dispose]();
  assert.ok(session.isFreed);
});

test("a class that is not meant is refused", () => {
  const key = new secpvm.SessionKey(Uint8Array.from({ length: 32 }, (_, at) => at));
  for (const wrong of [key, {}, null, Object.create(key)]) {
    const message = /expected a Session, got/;
    assert.throws(() => new secpvm.Sealer(wrong, 1), { code: "ARGUMENT", message });
  }
});

test("no message shows an argument that may be secret", () => {
  const message = "wrong key: expected a Uint8Array, got string";
  assert.throws(() => secpvm.mac("hmac-md5", "secret", new Uint8Array(1)), { message });
});

test("messages say what was expected", () => {
  const bytes = (len) => new Uint8Array(len);
  for (const [call, code, message] of [
    [() => secpvm.encrypt("aes-128-cbc", bytes(15), bytes(16), bytes(16)), "LENGTH",
      "wrong length of key: expected 16 bytes, got 15"],
    [() => secpvm.encrypt("aes-128-cbc", bytes(16), bytes(16), bytes(15)), "LENGTH",
      "wrong length of data: expected a multiple of 16 bytes, got 15"],
    [() => secpvm.encrypt("rc4", bytes(16), bytes(0), bytes(15), "pkcs7"), "NO_PADDING",
      "padding is for ECB and CBC only"],
    [() => secpvm.encrypt("rot13", bytes(16), bytes(0), bytes(15)), "UNKNOWN_ALGORITHM",
      "no cipher is called rot13"],
    [() => secpvm.digest("aes-128-cbc", bytes(1)), "UNKNOWN_ALGORITHM",
      "no digest is called aes-128-cbc"],
    [() => secpvm.open("aes-256-gcm", bytes(32), bytes(12), bytes(16)), "FORGED",
      "authentication failed"],
    [() => secpvm.open("aes-256-gcm", bytes(32), bytes(12), bytes(15)), "LENGTH",
      "wrong length of data: expected at least 16 bytes, got 15"],
    [() => secpvm.x25519(bytes(32), bytes(32)), "BAD_PUBLIC_VALUE",
      "the peer's public value is not one to use"],
    [() => secpvm.derive("hkdf-sha256", bytes(1), bytes(0), bytes(0), 2 ** 31 - 1), "LENGTH",
      "wrong length of output: expected 0 to 8160 bytes, got 2147483647"],
    [() => new secpvm.Sealer(secpvm.Session.generate(), -1), "ARGUMENT",
      "wrong sender: expected a bigint from 0 to 2^64 - 1, got -1"],
    [() => secpvm.readKeyLog("# fine\n\nSECPVM_SESSION"), "BAD_SESSION",
      "line 3 is no line of a key log"],
  ]) {
    assert.throws(call, { name: "SecpvmError", code, message });
  }
});

test("lengths around every boundary of the region", () => {
  for (const around of [0, 16, 65_536, 131_072, 1_048_576]) {
    for (let len = Math.max(0, around - 40); len < around + 40; len += 1) {
      const data = new Uint8Array(len).fill(7);
      const key = new Uint8Array(32);
      const sealed = secpvm.seal("chacha20-poly1305", key, new Uint8Array(12), data);
      assert.equal(sealed.length, len + 16);
      const opened = secpvm.open("chacha20-poly1305", key, new Uint8Array(12), sealed);
      assert.ok(Buffer.from(opened.buffer).equals(data));
    }
  }
});

test("ten thousand forgotten objects", () => {
  for (let count = 0; count < 10_000; count += 1) {
    secpvm.Session.generate();
  }
  works();
});

test("limits of tables are those of C", () => {
  const session = secpvm.Session.generate();
  const key = new secpvm.Leader(session, 1, 1, 0).admit(2);
  for (const senders of [1, 65_536]) {
    new secpvm.Opener(session, senders).free();
    new secpvm.Member(session, key, 0, senders).free();
  }
  for (const senders of [0, 65_537, -1, 1.5]) {
    const message = `wrong senders: expected an integer from 1 to 65536, got ${senders}`;
    assert.throws(() => new secpvm.Opener(session, senders), { code: "ARGUMENT", message });
    assert.throws(() => new secpvm.Member(session, key, 0, senders), { code: "ARGUMENT", message });
  }
});

test("a count is judged alike in one call and in pieces", () => {
  const [key, iv] = [new Uint8Array(16), new Uint8Array(16)];
  for (const count of [undefined, 0, 1, 16]) {
    const pieces = new secpvm.Decryptor("aes-128-ctr", key, iv);
    if (count) {
      const code = "BAD_PADDING";
      assert.throws(() => secpvm.decrypt("aes-128-ctr", key, iv, key, "none", count), { code });
      assert.throws(() => pieces.finalize(count), { code });
    } else {
      assert.equal(secpvm.decrypt("aes-128-ctr", key, iv, key, "none", count).length, 16);
      assert.equal(pieces.finalize(count).length, 0);
    }
  }
});

test("a message is one line, whatever the name", () => {
  assert.throws(() => secpvm.digest("a\nb", new Uint8Array(1)), { message: "no digest is called a?b" });
});
