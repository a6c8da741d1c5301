/**
 * Modes step by step (SP 800-38A). Each block goes through the package's ECB; what is shown must come to the
 * same as the package's own run of the mode, or nothing is shown.
 */
import { decrypt, encrypt } from "secpvm";
import { blocksOf, concat, same, toHex, xor } from "./bytes.ts";
import { mustCome } from "./steps.ts";
import type { Trace } from "./types.ts";

/** Blocks that are shown. */
export const BLOCKS_MAX = 64;

/** A run of a mode. */
export interface ModeRun {
  /** The cipher without the mode. */
  readonly cipher: string;
  readonly mode: string;
  readonly blockLen: number;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
  /** What went in, padded; and what came out. */
  readonly input: Uint8Array;
  readonly output: Uint8Array;
  readonly backwards: boolean;
}

interface Step {
  /** What the columns show. */
  readonly shown: readonly Uint8Array[];
  readonly out: Uint8Array;
}

type Follow = (run: ModeRun, blocks: readonly Uint8Array[]) => Step[];

const NOTES: Readonly<Record<string, string>> = {
  ecb: "Each block by itself: equal blocks stay equal.",
  cbc: "Each block is combined with the ciphertext before it, the first with the IV.",
  cfb: "The ciphertext before it, the first time the IV, is encrypted and gives the key stream.",
  ofb: "The IV is encrypted again and again: that is the key stream.",
  ctr: "A counter is encrypted: that is the key stream.",
};

/** The table of a run. */
export function traceMode(run: ModeRun): Trace {
  const follow = { ecb: followEcb, cbc: followCbc, cfb: followCfb, ofb: followOfb, ctr: followCtr }[run.mode];
  if (!follow) throw new Error(`no mode ${run.mode}`);
  const blocks = blocksOf(run.input, run.blockLen).slice(0, BLOCKS_MAX);
  const steps = follow(run, blocks);
  const out = concat(...steps.map((step) => step.out));
  mustCome(same(out, run.output.subarray(0, out.length)));
  return {
    title: `${run.mode.toUpperCase()} mode, block by block`,
    note: NOTES[run.mode] ?? "",
    columns: ["Block", ...columnsOf(run)],
    rows: steps.map(({ shown }, at) => [String(at + 1), ...shown.map(toHex)]),
  };
}

function columnsOf({ mode, backwards }: ModeRun): string[] {
  const [from, to] = backwards ? ["Ciphertext", "Plaintext"] : ["Plaintext", "Ciphertext"];
  if (mode === "ecb") return [from, backwards ? "Decrypted: plaintext" : "Encrypted: ciphertext"];
  if (mode === "cbc")
    return backwards
      ? [from, "Decrypted", "XOR ciphertext before: plaintext"]
      : [from, "XOR ciphertext before", "Encrypted: ciphertext"];
  const first = { cfb: "Ciphertext before", ofb: "Key stream before", ctr: "Counter" }[mode] ?? "";
  return [first, "Encrypted: key stream", from, `XOR: ${to.toLowerCase()}`];
}

const followEcb: Follow = (run, blocks) =>
  blocks.map((block) => {
    const out = run.backwards ? blockBack(run, block) : blockThere(run, block);
    return { shown: [block, out], out };
  });

const followCbc: Follow = (run, blocks) => {
  let before = run.iv;
  return blocks.map((block) => {
    const mixed = run.backwards ? blockBack(run, block) : xor(block, before);
    const out = run.backwards ? xor(mixed, before) : blockThere(run, mixed);
    before = run.backwards ? block : out;
    return { shown: [block, mixed, out], out };
  });
};

const followCfb: Follow = (run, blocks) => {
  let register = run.iv;
  return blocks.map((block) => {
    const step = streamStep(run, register, block);
    register = run.backwards ? block : step.out;
    return step;
  });
};

const followOfb: Follow = (run, blocks) => {
  let register = run.iv;
  return blocks.map((block) => {
    const step = streamStep(run, register, block);
    register = step.shown[1] ?? register;
    return step;
  });
};

const followCtr: Follow = (run, blocks) => {
  let counter = run.iv;
  return blocks.map((block) => {
    const step = streamStep(run, counter, block);
    counter = next(counter);
    return step;
  });
};

function streamStep(run: ModeRun, register: Uint8Array, block: Uint8Array): Step {
  const stream = blockThere(run, register);
  const out = xor(block, stream);
  return { shown: [register, stream, block, out], out };
}

/** The counter after this one: the whole block, big-endian. */
function next(counter: Uint8Array): Uint8Array {
  const after = counter.slice();
  for (let at = after.length - 1; at >= 0; at--) {
    const sum = (after[at] ?? 0) + 1;
    after[at] = sum;
    if (sum < 256) break;
  }
  return after;
}

function blockThere({ cipher, key }: ModeRun, block: Uint8Array): Uint8Array {
  return encrypt(`${cipher}-ecb`, key, new Uint8Array(), block);
}

function blockBack({ cipher, key }: ModeRun, block: Uint8Array): Uint8Array {
  return decrypt(`${cipher}-ecb`, key, new Uint8Array(), block);
}
