/** How fast the algorithms are, here and now: each in turn works for a moment, again and again. */
import { type Algorithm, algorithms, digest, encrypt, mac, seal } from "secpvm";
import type { Lap } from "../protocol.ts";

/** What each call works on, in bytes: cache-resident, and long enough that the call itself does not count. */
const DATA_LEN = 65_536;
/** How long one algorithm works before it is the next one's turn, in milliseconds. */
const TURN_MS = 20;

/** Race the algorithms with these names for so many seconds; every turn is told as a lap. */
export async function race(
  names: readonly string[],
  seconds: number,
  tell: (lap: Lap) => void,
): Promise<void> {
  const runners = algorithms()
    .filter(({ name }) => names.includes(name))
    .map(runnerOf);
  const speeds = new Map<string, number[]>();
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    for (const { name, work } of runners) {
      const all = speeds.get(name) ?? [];
      all.push(turn(work));
      speeds.set(name, all);
      tell({ name, speed: median(all) });
      // Let other questions be answered meanwhile.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }
}

interface Runner {
  readonly name: string;
  readonly work: () => unknown;
}

function runnerOf({ name, kind, keyLen, ivLen }: Algorithm): Runner {
  // Distinct bytes: a key of equal parts is refused by Triple DES.
  const key = Uint8Array.from(
    { length: Math.max(keyLen.min, Math.min(16, keyLen.max)) },
    (_, at) => at * 7 + 1,
  );
  const iv = new Uint8Array(ivLen);
  const data = new Uint8Array(DATA_LEN);
  if (kind === "digest") return { name, work: () => digest(name, data) };
  if (kind === "mac") return { name, work: () => mac(name, key, data) };
  return {
    name,
    work: kind === "aead" ? () => seal(name, key, iv, data) : () => encrypt(name, key, iv, data),
  };
}

/** Work for a turn; returns the speed in bytes per second. */
function turn(work: () => unknown): number {
  const start = performance.now();
  let calls = 0;
  let now = start;
  while (now < start + TURN_MS) {
    work();
    calls += 1;
    now = performance.now();
  }
  return (calls * DATA_LEN * 1000) / (now - start);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
