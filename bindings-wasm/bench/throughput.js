/*
 * Throughput beside others, in one run: for each algorithm and length, all take turns, and the
 * median turn counts. Measured is the processor time of the whole process, so that neither other
 * processes nor helper threads make a difference; for WebCrypto too, whose calls end elsewhere.
 *
 * Prints a table, writes JSON to the file in the first argument, and ends with status 1 if an
 * implementation in JavaScript was faster. More arguments name algorithms, instead of all.
 */
import { writeFileSync } from "node:fs";

import { init } from "secpvm";

const LENS = [64, 4096, 1_048_576];
const TURNS = 9;
const TURN_MS = 8;

/** Implementations that are not in JavaScript: reported only. */
const NATIVE = ["WebCrypto"];

await init();
const { input, rows, shown } = await import("./peers.js");

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of `count` calls. */
async function turn(call, given, count) {
  const start = cpuMs();
  for (let done = 0; done < count; done += 1) {
    const result = call(given);
    if (result instanceof Promise) {
      await result;
    }
  }
  return cpuMs() - start;
}

/** How many calls last about TURN_MS, the compiler having done its work. */
async function calibrate(call, given) {
  for (let count = 1; ; count *= 2) {
    if ((await turn(call, given, count)) >= TURN_MS) {
      return count;
    }
  }
}

async function agree(implementations, given, what) {
  const results = {};
  const { length } = await implementations.secpvm(given);
  for (const [name, call] of Object.entries(implementations)) {
    results[name] = shown(await call(given), length);
    if (results[name] !== results.secpvm) {
      throw new Error(`${what}: ${name} gives another result`);
    }
  }
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[(numbers.length - 1) / 2];
}

/** Nanoseconds a call, by implementation. */
async function measure(implementations, given) {
  const counts = {};
  const turns = {};
  for (const [name, call] of Object.entries(implementations)) {
    counts[name] = await calibrate(call, given);
    turns[name] = [];
  }
  for (let number = 0; number < TURNS; number += 1) {
    for (const [name, call] of Object.entries(implementations)) {
      turns[name].push((await turn(call, given, counts[name])) / counts[name]);
    }
  }
  return Object.fromEntries(
    Object.entries(turns).map(([name, turns]) => [name, Math.round(median(turns) * 1e6)]),
  );
}

const speed = (len, ns) =>
  ns === undefined ? "" : `${Number(((len / ns) * 1000).toPrecision(3))} MB/s`;
const names = ["secpvm", "noble", "crypto-js", "WebCrypto"];
const results = [];
let slower = 0;

console.log(`| algorithm | bytes | ${names.join(" | ")} | secpvm to the fastest in JavaScript |`);
console.log(`|---|---|${"---|".repeat(names.length + 1)}`);
const wanted = process.argv.slice(3);
for (const [algorithm, implementations] of Object.entries(rows)) {
  if (wanted.length > 0 && !wanted.includes(algorithm)) {
    continue;
  }
  for (const len of LENS) {
    const given = input(len);
    await agree(implementations, given, `${algorithm}, ${len} bytes`);
    const ns = await measure(implementations, given);
    const scripts = names.slice(1).filter((name) => ns[name] && !NATIVE.includes(name));
    const ratio = Math.min(...scripts.map((name) => ns[name])) / ns.secpvm;
    slower += ratio > 1 ? 0 : 1;
    results.push({ algorithm, len, ns, ratio });
    const cells = names.map((name) => speed(len, ns[name]));
    console.log(`| ${algorithm} | ${len} | ${cells.join(" | ")} | ${ratio.toFixed(2)} |`);
  }
}
console.log(`\nfaster than JavaScript in ${results.length - slower} of ${results.length} rows`);
if (process.argv[2] !== undefined) {
  const node = process.versions;
  writeFileSync(process.argv[2], `${JSON.stringify({ node: node.node, v8: node.v8, results }, null, 1)}\n`);
}
process.exitCode = slower === 0 ? 0 : 1;
