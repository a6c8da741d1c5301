/** What the page asks of the worker, and what it is told unasked. */
import type { AlgorithmInfo, Computation, ComputeRequest } from "./algorithms/types.ts";
import type { Detail, Edit } from "./store/detail.ts";
import type { Verdict } from "./store/packet.ts";
import type { Row } from "./store/row.ts";
import type { Timeline } from "./store/timeline.ts";
import type { VectorReport } from "./algorithms/vector_report.ts";

/** A capture as a whole. */
export interface Summary {
  readonly name: string;
  readonly packets: number;
  readonly seconds: number;
  /** Frames that hold no PVM datagram. */
  readonly others: number;
  /** Why reading ended before the file did. */
  readonly cutOff: string | undefined;
}

/** What is in view through the filter. */
export interface View {
  readonly matching: number;
  /** Of all packets, whatever the filter. */
  readonly verdicts: Readonly<Record<Verdict, number>>;
}

/** What a text of keys held. */
export interface KeysFound {
  readonly sessions: number;
  readonly classicKeys: number;
}

/** The sample captures in the page. */
export type SampleName = "plain" | "classic-1997" | "exchange-1997" | "current";

/** A sample that was opened, and its keys as one would paste them. */
export interface Sample {
  readonly summary: Summary;
  readonly keys: string;
  readonly found: KeysFound;
}

/** The questions, by name; each is answered once. Failures are sentences for the user. */
export interface Calls {
  open(file: ArrayBuffer, name: string): Summary;
  openSample(name: SampleName): Sample;
  useKeys(text: string): KeysFound;
  filter(text: string): View;
  rows(from: number, to: number): Row[];
  timeline(steps: number): Timeline;
  inspect(index: number, edits: readonly Edit[]): Detail;
  algorithms(): AlgorithmInfo[];
  compute(request: ComputeRequest): Computation;
  checkVectors(name: string, text: string): VectorReport;
  race(names: readonly string[], seconds: number): void;
}

/** How far a long call has come. */
export interface Progress {
  readonly what: string;
  /** 0 to 1. */
  readonly done: number;
}

/** The speed of one algorithm so far. */
export interface Lap {
  readonly name: string;
  /** In bytes per second. */
  readonly speed: number;
}

/** From the page to the worker. */
export interface Question {
  readonly id: number;
  readonly call: keyof Calls;
  readonly args: readonly unknown[];
}

/** From the worker to the page. */
export type Message =
  | { readonly kind: "answer"; readonly id: number; readonly value: unknown }
  | { readonly kind: "failure"; readonly id: number; readonly sentence: string }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "lap"; readonly lap: Lap };
