/*
 * The known answers of vectors/, held against the package. Nothing here is of Node or of a browser.
 */
import * as secpvm from "secpvm";

/** @type {Record<string, (test: any, group: any) => void>} */
const SCHEMAS = {
  cipher_v1: cipher,
  aead_v1: aead,
  digest_v1: (test, { algorithm }) => {
    equal(secpvm.digest(algorithm, hex(test.msg)), test.digest, "digest");
    equal(new secpvm.Digest(algorithm).update(hex(test.msg)).digest(), test.digest, "digest");
  },
  mac_v1: mac,
  agreement_v1: (test, { algorithm }) => {
    expect(test, () => secpvm.agree(algorithm, hex(test.secret), hex(test.public)), test.shared);
  },
  kdf_v1: (test, { algorithm }) => {
    const [ikm, salt, info] = [test.secret, test.salt, test.info].map(hex);
    expect(test, () => secpvm.derive(algorithm, ikm, salt, info, test.outLen), test.out);
  },
  padding_v1: padding,
  noise_handshake_v1: noise,
  classic_packet_v1: classicPacket,
  classic_exchange_v1: classicExchange,
  transcript_v1: (test, { type }) => TRANSCRIPTS[type](test),
};

/** @type {Record<string, (test: any) => void>} */
const TRANSCRIPTS = { Record: record, Opener: opener, Join: join, Rekeying: rekeying };

/**
 * What a case of a schema is checked by.
 *
 * @param {string} schema
 * @returns {(test: any, group: any) => void} throws if the case does not come out as it says
 * @throws {Error} if there is no such schema
 */
export function checkOf(schema) {
  const check = Object.hasOwn(SCHEMAS, schema) ? SCHEMAS[schema] : undefined;
  if (check === undefined) {
    throw new Error(`no runner for ${schema}`);
  }
  return (test, group) => {
    if (test.result !== "acceptable") {
      return check(test, group);
    }
    // It gives the answer, or else is refused.
    try {
      return check({ ...test, result: "valid" }, group);
    } catch (failure) {
      try {
        return check({ ...test, result: "invalid" }, group);
      } catch {
        throw failure;
      }
    }
  };
}

/**
 * Run every case of a file.
 *
 * @param {any} file its content
 * @returns {number} how many there are
 * @throws {Error} at the first one that is wrong
 */
export function run(file) {
  const schema = checkOf(file.schema);
  let count = 0;
  for (const group of file.testGroups) {
    for (const test of group.tests) {
      count += 1;
      try {
        schema(test, group);
      } catch (error) {
        throw new Error(`tcId ${test.tcId} (${group.algorithm ?? group.type}): ${error.message}`, {
          cause: error,
        });
      }
    }
  }
  if (count === 0 || count !== file.numberOfTests) {
    throw new Error(`numberOfTests is ${file.numberOfTests}, there are ${count}`);
  }
  return count;
}

/** @param {string} text */
function hex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

/** @param {Uint8Array} bytes */
function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function ensure(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

function equal(bytes, expected, what) {
  ensure(toHex(bytes) === expected, `${what} is ${toHex(bytes)}, not ${expected}`);
}

/** The code of the error that a call must end with. */
function refused(call) {
  try {
    call();
  } catch (error) {
    ensure(error instanceof secpvm.SecpvmError, `another error: ${error}`);
    ensure(error.code !== "INTERNAL", error.message);
    return error.code;
  }
  throw new Error("accepted");
}

/** A valid case gives what is expected, an invalid one an error. */
function expect(test, call, expected) {
  if (test.result === "valid") {
    equal(call(), expected, "the result");
  } else {
    refused(call);
  }
}

function cipher(test, { algorithm }) {
  const [key, iv] = [hex(test.key), hex(test.iv)];
  const offset = new Uint8Array(test.offset ?? 0);
  /** In one call, unless the message begins behind something else; then in pieces. */
  const call = (oneShot, Stream, data) => {
    if (offset.length === 0) {
      return oneShot(algorithm, key, iv, data);
    }
    const stream = new Stream(algorithm, key, iv);
    stream.update(offset);
    return new Uint8Array([...stream.update(data), ...stream.finalize()]);
  };
  expect(test, () => call(secpvm.encrypt, secpvm.Encryptor, hex(test.msg)), test.ct);
  if (test.result === "valid") {
    equal(call(secpvm.decrypt, secpvm.Decryptor, hex(test.ct)), test.msg, "msg");
    inPieces(algorithm, key, iv, test);
  }
}

/** Cut at an odd place, the message is the same. */
function inPieces(algorithm, key, iv, test) {
  if (test.offset) {
    return;
  }
  for (const [Stream, from, to] of [
    [secpvm.Encryptor, test.msg, test.ct],
    [secpvm.Decryptor, test.ct, test.msg],
  ]) {
    const data = hex(from);
    const stream = new Stream(algorithm, key, iv);
    const parts = [stream.update(data.subarray(0, 3)), stream.update(data.subarray(3))];
    equal([...parts[0], ...parts[1], ...stream.finalize()], to, "in pieces");
  }
}

function aead(test, { algorithm }) {
  const [key, iv, aad] = [test.key, test.iv, test.aad].map(hex);
  const sealed = hex(test.ct + test.tag);
  expect(test, () => secpvm.open(algorithm, key, iv, sealed, aad), test.msg);
  if (test.result === "valid") {
    equal(secpvm.seal(algorithm, key, iv, hex(test.msg), aad), test.ct + test.tag, "sealed");
  } else {
    ensure(refused(() => secpvm.open(algorithm, key, iv, sealed, aad)) === "FORGED", "the code");
  }
}

function mac(test, { algorithm, tagLen }) {
  const [key, msg, tag] = [test.key, test.msg, test.tag].map(hex);
  const verified = () => {
    new secpvm.Mac(algorithm, key, tagLen).update(msg).verify(tag);
    return tag;
  };
  expect(test, verified, test.tag);
  if (test.result === "valid") {
    equal(secpvm.mac(algorithm, key, msg, tagLen), test.tag, "tag");
    equal(new secpvm.Mac(algorithm, key, tagLen).update(msg).digest(), test.tag, "tag");
    const whole = secpvm.mac(algorithm, key, msg);
    secpvm.verify(algorithm, key, msg, whole);
    whole[0] ^= 1;
    ensure(refused(() => secpvm.verify(algorithm, key, msg, whole)) === "FORGED", "the code");
  }
}

function padding(test, { algorithm, blockLen }) {
  const padded = hex(test.padded);
  expect(test, () => secpvm.unpad(algorithm, blockLen, padded, test.count), test.msg);
  if (test.result === "valid") {
    equal(secpvm.pad(algorithm, blockLen, hex(test.msg)), test.padded, "padded");
  }
}

function side(test, role, prefix) {
  const [, pattern, , cipher] = test.protocol.split("_");
  const setup = { pattern, role, cipher, prologue: hex(test[`${prefix}Prologue`]) };
  for (const [name, field] of [
    ["ephemeral", "Ephemeral"],
    ["psk", "Psk"],
    ["localStatic", "Static"],
    ["remoteStatic", "RemoteStatic"],
  ]) {
    const key = test[prefix + field];
    if (key !== undefined) {
      setup[name] = hex(key);
    }
  }
  return new secpvm.Handshake(setup);
}

function noise(test) {
  let sides = [side(test, "initiator", "init"), side(test, "responder", "resp")];
  test.messages.forEach(({ payload, ciphertext }, number) => {
    if (sides[0] instanceof secpvm.Handshake && sides[0].isFinished) {
      sides.forEach((side) => equal(side.hash, test.handshakeHash, "handshakeHash"));
      sides = sides.map((side) => side.transport());
    }
    const [writer, reader] = number % 2 === 0 ? sides : [sides[1], sides[0]];
    equal(writer.writeMessage(hex(payload)), ciphertext, "ciphertext");
    equal(reader.readMessage(hex(ciphertext)), payload, "payload");
  });
  ensure(sides[0] instanceof secpvm.Transport, "the handshake does not end");
}

function classicPacket(test, { protection }) {
  const key = new secpvm.SessionKey(hex(test.key));
  const opener = new secpvm.ClassicOpener(key);
  if (test.result === "invalid") {
    const verdict = refused(() => opener.open(hex(test.packet)));
    return ensure(verdict === test.flags[0].toUpperCase(), verdict);
  }
  const { header, data } = opener.open(hex(test.packet));
  equal(data, test.data, "data");
  const pvm = { dst: test.dst, src: test.src, seq: test.seq, ack: test.ack };
  for (const [field, value] of Object.entries({ ...pvm, flags: test.packetFlags })) {
    ensure(header[field] === value, `${field} is ${header[field]}`);
  }
  if (protection !== undefined) {
    const sealer = new secpvm.ClassicSealer(key, protection);
    const packet = sealer.seal({ ...pvm, flags: test.packetFlags }, hex(test.data));
    equal(packet, test.packet, "packet");
  }
}

function classicExchange(test) {
  if (test.result === "invalid") {
    const slave = secpvm.Exchange.slave(hex(test.exponent));
    const message = { kind: "MASTER_PUBKEY", body: hex(test.public) };
    const verdict = refused(() => slave.readMessage(message));
    return ensure(verdict === (test.flags[0] === "WrongLength" ? "MALFORMED" : "FORGED"), verdict);
  }
  const [exponent, public_] = [hex(test.masterExponent), hex(test.slavePubkey)];
  equal(secpvm.agree("modp-1024", exponent, public_), test.shared, "shared");
  const key = new secpvm.SessionKey(hex(test.sessionKey));
  const sides = [secpvm.Exchange.master(key, exponent)];
  sides.push(secpvm.Exchange.slave(hex(test.slaveExponent)));
  for (const expected of [test.masterPubkey, test.slavePubkey, test.sesskey, ""]) {
    const message = sides[0].writeMessage();
    equal(message.body, expected, message.kind);
    sides[1].readMessage(message);
    sides.reverse();
  }
  ensure(sides[0].isFinished && sides[0].sessionKey() === null, "the master");
  equal(sides[1].sessionKey().encode(), test.sessionKey, "sessionKey");
}

/** Records of numbers up to this one are sealed too. */
const SEALED_UP_TO = 300n;

const session = (text) => secpvm.Session.decode(hex(text));

function record(test) {
  const [receiver, sealed] = [hex(test.receiver), hex(test.record)];
  const opener = new secpvm.Opener(session(test.session), 4);
  if (test.result === "invalid") {
    const verdict = refused(() => opener.open(receiver, sealed)).toLowerCase();
    return ensure(verdict === test.verdict, verdict);
  }
  const { header, plaintext } = opener.open(receiver, sealed);
  equal(plaintext, test.plaintext, "plaintext");
  if (header.packetNumber <= SEALED_UP_TO) {
    const sealer = new secpvm.Sealer(session(test.session), header.sender);
    while (sealer.packets < header.packetNumber) {
      sealer.seal(receiver, new Uint8Array(0));
    }
    equal(sealer.seal(receiver, plaintext), test.record, "record");
  }
}

function opener(test) {
  const opener = new secpvm.Opener(session(test.session), 4);
  const receiver = hex(test.receiver);
  test.steps.forEach((step, index) => {
    if (step.record !== undefined) {
      const open = () => opener.open(receiver, hex(step.record));
      const verdict = step.verdict === "accepted" ? (open(), "accepted") : refused(open).toLowerCase();
      ensure(verdict === step.verdict, `step ${index + 1}: ${verdict}`);
    } else if (step.prepare !== undefined) {
      opener.prepareEpoch(session(step.prepare));
    } else if (step.do === "activate") {
      opener.activateEpoch();
    } else {
      ensure(step.do === "retire", `step ${index + 1} is none`);
      opener.retirePreviousEpoch();
    }
  });
}

/** Both sides write and read in turn. In an invalid case the last message is not the peer's. */
function dialogue(test, sides, write, read) {
  test.messages.forEach((text, index) => {
    const written = write(sides[0], index + 1);
    if (test.result === "invalid" && index + 1 === test.messages.length) {
      const verdict = refused(() => read(sides[1], hex(text), index + 1)).toLowerCase();
      return ensure(verdict === test.verdict, verdict);
    }
    equal(written, text, `message ${index + 1}`);
    read(sides[1], written, index + 1);
    sides.reverse();
  });
}

function join(test) {
  const context = hex(test.context);
  const [secret, ours, theirs] = [test.joinSecret, test.initiatorEphemeral, test.responderEphemeral];
  const initiator = secpvm.Join.initiator(session(test.session), context, hex(secret), hex(ours));
  const responder = secpvm.Join.responder(context, hex(theirs));
  const write = (side, number) =>
    number < 5 ? side.writeMessage() : side.writeMemberKey(hex(test.memberKey));
  const read = (side, message, number) => {
    if (number < 5) {
      side.readMessage(message);
    } else {
      equal(side.readMemberKey(message), test.memberKey, "memberKey");
    }
  };
  dialogue(test, [initiator, responder], write, read);
  if (test.result === "valid") {
    ensure(initiator.isFinished && responder.isFinished, "not finished");
    equal(responder.session().encode(), test.session, "session");
  } else {
    const reader = test.messages.length % 2 === 0 ? initiator : responder;
    ensure(reader.session() === null, "a session was given");
  }
}

function rekeying(test) {
  const leader = new secpvm.Leader(session(test.session), 0, 2, 0, hex(test.root));
  const id = BigInt(`0x${test.member}`);
  const key = leader.admit(id);
  equal(key, test.memberKey, "memberKey");
  const member = new secpvm.Member(session(test.session), key, 0);
  leader.rekey(0, hex(test.entropy));
  const write = (side) => {
    const due = side.pollTransmit(0);
    return side === leader ? due.message : due;
  };
  const read = (side, message) => side.handleMessage(message, 0);
  dialogue(test, [leader, member], write, read);
  if (test.result === "valid") {
    equal(leader.session().encode(), test.nextSession, "nextSession");
    equal(member.session().encode(), test.nextSession, "nextSession");
  }
}
