import { SecpvmError } from "../error.js";
import { text } from "./arguments.js";
import { reserve } from "./border.js";
import * as raw from "./raw.js";

/** What an algorithm does. */
export type Kind =
  | "block-cipher-mode"
  | "stream-cipher"
  | "aead"
  | "padding"
  | "digest"
  | "mac"
  | "key-agreement"
  | "key-derivation";

/** How well an algorithm holds today. */
export type Strength = "modern" | "legacy" | "broken";

/** Permitted lengths in bytes: `min`, `min + step`, ... up to `max`, which may be `Infinity`. */
export interface Lengths {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** An algorithm. Lengths are in bytes, and 0 where there is no such thing. */
export interface Algorithm {
  readonly kind: Kind;
  /** Its name, in lower case. Everywhere, upper case will do as well. */
  readonly name: string;
  /** Other names that are accepted. */
  readonly aliases: readonly string[];
  /** Its number. */
  readonly id: number;
  /** The lengths of its key, or of the secret of a key agreement. */
  readonly keyLen: Lengths;
  /** The block of a block cipher or of a digest; 1 for a stream cipher. */
  readonly blockLen: number;
  /** The IV or nonce. */
  readonly ivLen: number;
  /** What comes out beside the data: tag, digest or shared secret. */
  readonly outputLen: number;
  /** How well it holds; `null` for padding. */
  readonly strength: Strength | null;
  /** Where it is specified. */
  readonly source: string;
}

const USIZE_MAX = 0xffff_ffff;

let table: readonly Algorithm[] | undefined;

/** Every algorithm of this package. */
export function algorithms(): readonly Algorithm[] {
  if (table === undefined) {
    reserve(0);
    table = Object.freeze(raw.algorithms().trimEnd().split("\n").map(algorithm));
  }
  return table;
}

function algorithm(line: string): Algorithm {
  const [kind, name, aliases, id, min, max, step, block, iv, output, strength, source] =
    line.split("\t") as [Kind, ...string[]];
  return Object.freeze({
    kind,
    name: name as string,
    aliases: Object.freeze((aliases as string).split(",").filter((alias) => alias !== "")),
    id: Number(id),
    keyLen: Object.freeze({
      min: Number(min),
      max: Number(max) === USIZE_MAX ? Infinity : Number(max),
      step: Number(step),
    }),
    blockLen: Number(block),
    ivLen: Number(iv),
    outputLen: Number(output),
    strength: strength === "" ? null : (strength as Strength),
    source: source as string,
  });
}

/** A lookup of the numbers of one group of kinds; `what` names it in messages. */
export function lookup(what: string, ...kinds: Kind[]): (name: string) => number {
  let ids: Map<string, number> | undefined;
  return (name) => {
    ids ??= idsOf(kinds);
    return ids.get(name) ?? ids.get(text(name, "name").toLowerCase()) ?? unknown(what, name);
  };
}

function idsOf(kinds: readonly Kind[]): Map<string, number> {
  const ids = new Map<string, number>();
  for (const { kind, name, aliases, id } of algorithms()) {
    if (kinds.includes(kind)) {
      for (const spelling of [name, ...aliases]) {
        ids.set(spelling.toLowerCase(), id);
        ids.set(spelling, id);
      }
    }
  }
  return ids;
}

function unknown(what: string, name: string): never {
  const inOneLine = name.slice(0, 40).replace(/\p{Cc}/gu, "?");
  throw new SecpvmError("UNKNOWN_ALGORITHM", `no ${what} is called ${inOneLine}`);
}
