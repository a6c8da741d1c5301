/** Checks a file of known answers, in the schemas of vectors/README.md, against the package. */
import { agree, decrypt, derive, digest, encrypt, mac, open, pad, seal, SecpvmError, unpad, verify } from "secpvm";
import { concat, fromHex, toHex } from "./bytes.ts";
import type { AlgorithmReport, Failure, VectorReport } from "./vector_report.ts";

/** Failures that are told; all are counted. */
const FAILURES_MAX = 20;

/** A file that is no file of vectors. The message is for whoever chose it. */
export class VectorError extends Error {
  override readonly name = "VectorError";
}

/** An input that is not authentic, as far as the package leaves it to its caller to say so. */
class Refusal extends Error {}

type Json = Readonly<Record<string, unknown>>;

/** The fields of a test, and of its group. */
class Case {
  readonly #test: Json;
  readonly #group: Json;

  constructor(group: Json, test: Json) {
    this.#group = group;
    this.#test = test;
  }

  get algorithm(): string {
    return String(this.#group["algorithm"]);
  }

  get isValid(): boolean {
    return this.#test["result"] === "valid";
  }

  get tcId(): number {
    return Number(this.#test["tcId"]);
  }

  get comment(): string {
    return String(this.#test["comment"] ?? "");
  }

  bytes(name: string): Uint8Array {
    const value = this.#test[name];
    const bytes = typeof value === "string" ? fromHex(value) : undefined;
    if (!bytes) throw new VectorError(`test ${this.tcId} has no bytes ${name}`);
    return bytes;
  }

  number(name: string): number | undefined {
    const value = this.#test[name] ?? this.#group[name];
    return typeof value === "number" ? value : undefined;
  }
}

/** Holds if nothing is thrown; a returned sentence says what does not. */
type Check = (test: Case) => void;

const CHECKS: Readonly<Record<string, Check>> = {
  cipher_v1: checkCipher,
  aead_v1: checkAead,
  digest_v1: (test) => expect("digest", digest(test.algorithm, test.bytes("msg")), test.bytes("digest")),
  mac_v1: checkMac,
  agreement_v1: (test) => expect("shared", agree(test.algorithm, test.bytes("secret"), test.bytes("public")), test.bytes("shared")),
  kdf_v1: (test) => expect("out", derive(test.algorithm, test.bytes("secret"), test.bytes("salt"), test.bytes("info"), test.number("outLen") ?? 0), test.bytes("out")),
  padding_v1: checkPadding,
};

/** The schemas that are known. */
export const SCHEMAS: readonly string[] = Object.keys(CHECKS);

/**
 * Check the text of a file.
 *
 * @throws VectorError if it is no file of vectors, or of a schema that is not known
 */
export function checkVectors(name: string, text: string): VectorReport {
  const file = parse(name, text);
  const schema = String(file["schema"]);
  const check = Object.hasOwn(CHECKS, schema) ? CHECKS[schema] : undefined;
  if (!check) throw new VectorError(`${name} has the schema “${schema}”; known here: ${SCHEMAS.join(", ")}.`);
  const reports = new Map<string, { -readonly [Key in keyof AlgorithmReport]: AlgorithmReport[Key] }>();
  const failures: Failure[] = [];
  for (const group of listOf(file["testGroups"])) {
    for (const fields of listOf(group["tests"])) {
      const test = new Case(group, fields);
      const { algorithm, tcId, comment } = test;
      const report = reports.get(algorithm) ?? { algorithm, passed: 0, failed: 0 };
      reports.set(algorithm, report);
      const reason = faultOf(check, test);
      if (reason === undefined) report.passed += 1;
      else {
        report.failed += 1;
        if (failures.length < FAILURES_MAX) failures.push({ tcId, algorithm, comment, reason });
      }
    }
  }
  const source = listOf([file["source"]])[0]?.["name"];
  return { name, schema, source: String(source ?? ""), algorithms: [...reports.values()], failures };
}

/** What is wrong with our answer; `undefined` if nothing is. */
function faultOf(check: Check, test: Case): string | undefined {
  try {
    check(test);
    return test.isValid ? undefined : "was to be refused";
  } catch (error) {
    if (error instanceof VectorError) throw error;
    if (!test.isValid && (error instanceof SecpvmError || error instanceof Refusal)) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}

function checkCipher(test: Case): void {
  const { algorithm } = test;
  const [key, iv, msg, ct] = [test.bytes("key"), test.bytes("iv"), test.bytes("msg"), test.bytes("ct")];
  const before = new Uint8Array(test.number("offset") ?? 0);
  expect("ct", encrypt(algorithm, key, iv, concat(before, msg)).subarray(before.length), ct);
  // Behind an offset only a key stream is known, and it is the same both ways.
  if (before.length === 0) expect("msg", decrypt(algorithm, key, iv, ct), msg);
}

function checkAead(test: Case): void {
  const { algorithm } = test;
  const [key, iv, aad, msg] = [test.bytes("key"), test.bytes("iv"), test.bytes("aad"), test.bytes("msg")];
  const sealed = concat(test.bytes("ct"), test.bytes("tag"));
  const opened = open(algorithm, key, iv, sealed, aad);
  if (!test.isValid) return;
  expect("msg", opened, msg);
  expect("ct, tag", seal(algorithm, key, iv, msg, aad), sealed);
}

function checkMac(test: Case): void {
  const { algorithm } = test;
  const [key, msg, tag] = [test.bytes("key"), test.bytes("msg"), test.bytes("tag")];
  const len = test.number("tagLen") ?? tag.length;
  const ours = mac(algorithm, key, msg, len);
  if (tag.length !== len) throw new Refusal("the tag has another length");
  if (toHex(ours) !== toHex(tag)) throw new Refusal(`the tag is ${toHex(ours)}`);
  if (len === mac(algorithm, key, msg).length) verify(algorithm, key, msg, tag);
}

function checkPadding(test: Case): void {
  const { algorithm } = test;
  const blockLen = test.number("blockLen") ?? 0;
  const padded = test.bytes("padded");
  const unpadded = unpad(algorithm, blockLen, padded, test.number("count"));
  if (!test.isValid) return;
  expect("msg", unpadded, test.bytes("msg"));
  expect("padded", pad(algorithm, blockLen, test.bytes("msg")), padded);
}

function expect(what: string, ours: Uint8Array, theirs: Uint8Array): void {
  if (toHex(ours) !== toHex(theirs)) throw new Error(`${what}: ${toHex(ours)} where ${toHex(theirs)} is right`);
}

function parse(name: string, text: string): Json {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new VectorError(`${name} is not a vector file: it is not JSON.`);
  }
  const [json] = listOf([file]);
  if (!json || typeof json["schema"] !== "string") throw new VectorError(`${name} is JSON, but no vector file: it has no schema.`);
  return json;
}

/** The objects in a list; whatever else stands there is left out. */
function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((each): each is Json => typeof each === "object" && each !== null) : [];
}
