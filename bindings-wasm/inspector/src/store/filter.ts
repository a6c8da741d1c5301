/**
 * The language of the filter: terms with spaces between, all of which must hold. `field:value` looks into one
 * field, a word alone into all; `-` before a term turns it round; `time:1.5-2` is a span in seconds.
 */
import { VERDICTS } from "./packet.ts";
import type { Row } from "./row.ts";

/** A filter that cannot be understood. The message is for whoever typed it. */
export class FilterError extends Error {
  override readonly name = "FilterError";
}

/** A filter: the span of time by itself, because the timeline shows all times. */
export interface Filter {
  readonly span: { readonly from: number; readonly to: number } | undefined;
  readonly matches: (row: Row) => boolean;
}

type Test = (row: Row, value: string) => boolean;

const FIELDS: Record<string, Test> = {
  host: (row, value) => row.from === value || row.to === value,
  from: (row, value) => row.from === value,
  to: (row, value) => row.to === value,
  task: (row, value) => row.src === value || row.dst === value,
  src: (row, value) => row.src === value,
  dst: (row, value) => row.dst === value,
  flag: (row, value) => row.flags.toLowerCase().split(" ").includes(value),
  msg: (row, value) => row.message.toLowerCase().includes(value),
  seq: (row, value) => row.seq === value,
  suite: (row, value) => row.suite.includes(value),
  epoch: (row, value) => row.epoch === value,
  verdict: (row, value) => row.verdict.replace(" ", "-").startsWith(value),
};

/** What a filter can name, for help. */
export const FIELD_NAMES: readonly string[] = [...Object.keys(FIELDS), "time"];

/**
 * Read a filter. An empty one matches every row.
 *
 * @throws FilterError
 */
export function parseFilter(text: string): Filter {
  let span: Filter["span"];
  const tests: ((row: Row) => boolean)[] = [];
  for (const term of text.toLowerCase().split(/\s+/).filter(Boolean)) {
    if (term.startsWith("time:")) span = parseSpan(term.slice(5));
    else tests.push(parseTerm(term));
  }
  return { span, matches: (row) => tests.every((test) => test(row)) };
}

function parseTerm(term: string): (row: Row) => boolean {
  if (term.startsWith("-") && term.length > 1) {
    const test = parseTerm(term.slice(1));
    return (row) => !test(row);
  }
  const colon = term.indexOf(":");
  if (colon < 0) return (row) => textOf(row).includes(term);
  const name = term.slice(0, colon);
  const value = term.slice(colon + 1);
  const test = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (!test) throw new FilterError(`There is no field “${name}”. Fields: ${FIELD_NAMES.join(", ")}.`);
  if (name === "verdict" && !VERDICTS.some((verdict) => verdict.replace(" ", "-").startsWith(value))) {
    throw new FilterError(
      `No verdict starts with “${value}”. Verdicts: ${VERDICTS.join(", ").replaceAll(" ", "-").replaceAll(",-", ", ")}.`,
    );
  }
  return (row) => test(row, value);
}

function parseSpan(value: string): Filter["span"] {
  const [, from, to] = /^(\d*\.?\d*)-(\d*\.?\d*)$/.exec(value) ?? [];
  if (from === undefined || to === undefined) {
    throw new FilterError("A span of time is two numbers of seconds, as in time:1.5-2.");
  }
  return { from: from === "" ? 0 : Number(from), to: to === "" ? Infinity : Number(to) };
}

function textOf(row: Row): string {
  return [row.from, row.to, row.src, row.dst, row.flags, row.message, row.suite, row.verdict]
    .join(" ")
    .toLowerCase();
}
