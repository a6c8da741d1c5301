/** Checks a file of known answers, in the schemas of vectors/README.md, against the package, case by case. */
import { checkOf } from "../../../tests/vectors.js";
import type { AlgorithmReport, Failure, VectorReport } from "./vector_report.ts";

/** Failures that are told; all are counted. */
const FAILURES_MAX = 20;

/** A file that is no file of vectors. The message is for whoever chose it. */
export class VectorError extends Error {
  override readonly name = "VectorError";
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Check the text of a file.
 *
 * @throws VectorError if it is no file of vectors, or of a schema that is not known
 */
export function checkVectors(name: string, text: string): VectorReport {
  const file = parse(name, text);
  const schema = String(file["schema"]);
  const check = checkNamed(name, schema);
  const reports = new Map<string, { -readonly [Key in keyof AlgorithmReport]: AlgorithmReport[Key] }>();
  const failures: Failure[] = [];
  for (const group of listOf(file["testGroups"])) {
    const algorithm = String(group["algorithm"] ?? group["type"] ?? schema);
    const report = reports.get(algorithm) ?? { algorithm, passed: 0, failed: 0 };
    reports.set(algorithm, report);
    for (const test of listOf(group["tests"])) {
      try {
        check(test, group);
        report.passed += 1;
      } catch (error) {
        report.failed += 1;
        const reason = error instanceof Error ? error.message : String(error);
        if (failures.length < FAILURES_MAX)
          failures.push({
            tcId: Number(test["tcId"]),
            algorithm,
            comment: String(test["comment"] ?? ""),
            reason,
          });
      }
    }
  }
  const [source] = listOf([file["source"]]);
  return {
    name,
    schema,
    source: String(source?.["name"] ?? ""),
    algorithms: [...reports.values()],
    failures,
  };
}

function checkNamed(name: string, schema: string): ReturnType<typeof checkOf> {
  try {
    return checkOf(schema);
  } catch {
    throw new VectorError(`${name} has the schema “${schema}”, which is none of vectors/README.md.`);
  }
}

function parse(name: string, text: string): Json {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    throw new VectorError(`${name} is not a vector file: it is not JSON.`);
  }
  const [json] = listOf([file]);
  if (!json || typeof json["schema"] !== "string")
    throw new VectorError(`${name} is JSON, but no vector file: it has no schema.`);
  return json;
}

/** The objects in a list; whatever else stands there is left out. */
function listOf(value: unknown): Json[] {
  return Array.isArray(value)
    ? value.filter((each): each is Json => typeof each === "object" && each !== null)
    : [];
}
