/** Values one after the other, as a table. */
import { toHex } from "./bytes.ts";
import type { Trace } from "./types.ts";

/** Of a value so many bytes are shown. */
const SHOWN_MAX = 1024;

/** A table of named values. */
export function traceSteps(
  title: string,
  note: string,
  steps: readonly (readonly [string, Uint8Array])[],
): Trace {
  const rows = steps.map(([name, bytes]) => [name, toHex(bytes.subarray(0, SHOWN_MAX))]);
  return { title, note, columns: ["Step", "Bytes"], rows };
}

/** What is shown is what happened: the steps come to the package's own result, or nothing is shown. */
export function mustCome(toTheResult: boolean): void {
  if (!toTheResult) throw new Error("the steps do not come to the result");
}
