/* The examples of README.md print what it says. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../", import.meta.url);
const EXAMPLE = /\n\n((?: {4}.*\n|\n)+)prints\n\n((?: {4}.*\n)+)/g;

const readme = readFileSync(new URL("README.md", FOLDER), "utf8");
const examples = [...readme.matchAll(EXAMPLE)];

test("there are two", () => assert.equal(examples.length, 2));

for (const [, indented, expected] of examples) {
  const outdent = (text) => text.replaceAll(/^ {4}/gm, "").trim();
  const code = outdent(indented);
  test(code.split("\n")[0], () => {
    const args = ["--input-type=module", "--eval", code];
    const printed = execFileSync("node", args, { cwd: FOLDER, encoding: "utf8" });
    assert.equal(printed.trim(), outdent(expected));
  });
}
