/** The worker: holds the capture and the keys, and answers the page's questions one after the other. */
import { init, SecpvmError } from "secpvm";
import wasm from "secpvm/secpvm.wasm?base64";
import { algorithmInfos, compute } from "./algorithms/compute.ts";
import { race } from "./algorithms/race.ts";
import { checkVectors, VectorError } from "./algorithms/vectors.ts";
import { fromBase64 } from "./base64.ts";
import { CaptureError } from "./capture/errors.ts";
import { KeyError, KeyRing } from "./opening/key_ring.ts";
import type { Calls, KeysFound, Message, Progress, Question, Summary } from "./protocol.ts";
import { sampleFile } from "./samples.ts";
import { Capture } from "./store/capture.ts";
import { FilterError } from "./store/filter.ts";

type Answers = {
  [Name in keyof Calls]: (
    ...args: Parameters<Calls[Name]>
  ) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>>;
};

const ready = init(fromBase64(wasm));
let ring = new KeyRing();
let capture: Capture | undefined;

const answers: Answers = {
  open: (file, name) => openCapture(new Uint8Array(file), name),
  openSample(name) {
    const { file, keys } = sampleFile(name);
    const found = replaceKeys(keys);
    return { summary: openCapture(file, `Sample ${name}`), keys, found };
  },
  useKeys(text) {
    const found = replaceKeys(text);
    capture?.useKeys(ring, tellProgress);
    return found;
  },
  filter: (text) => theCapture().filter(text),
  rows: (from, to) => theCapture().rows(from, to),
  timeline: (steps) => theCapture().timeline(steps),
  inspect: (index, edits) => theCapture().inspect(index, edits, ring),
  algorithms: algorithmInfos,
  compute,
  checkVectors,
  race: (names, seconds) => race(names, seconds, (lap) => tell({ kind: "lap", lap })),
};

addEventListener("message", async ({ data: { id, call, args } }: MessageEvent<Question>) => {
  try {
    await ready;
    const answer = answers[call] as (...args: readonly unknown[]) => unknown;
    tell({ kind: "answer", id, value: await answer(...args) });
  } catch (error) {
    tell({ kind: "failure", id, sentence: sentenceOf(error) });
    if (!isExpected(error)) throw error;
  }
});

function openCapture(file: Uint8Array, name: string): Summary {
  const opened = new Capture(file, name, tellProgress);
  opened.useKeys(ring, tellProgress);
  capture = opened;
  return opened.summary;
}

function replaceKeys(text: string): KeysFound {
  const next = KeyRing.parse(text);
  ring.free();
  ring = next;
  return { sessions: ring.sessions.length, classicKeys: ring.classicKeys.length };
}

function theCapture(): Capture {
  if (!capture) throw new CaptureError("No capture is open.");
  return capture;
}

function tellProgress(progress: Progress): void {
  tell({ kind: "progress", progress });
}

function tell(message: Message): void {
  postMessage(message);
}

function isExpected(error: unknown): error is Error {
  return [CaptureError, KeyError, FilterError, VectorError, SecpvmError].some(
    (kind) => error instanceof kind,
  );
}

function sentenceOf(error: unknown): string {
  return isExpected(error)
    ? error.message
    : "The inspector failed at this; it is a defect, please report it.";
}
