/* All of vectors/, in Node. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { before, test } from "node:test";

import { init } from "secpvm";

import { run } from "./vectors.js";

const FOLDER = new URL("../../vectors/", import.meta.url);

const files = readdirSync(FOLDER, { recursive: true })
  .filter((path) => path.endsWith(".json") && !path.startsWith("captures/"))
  .sort();

before(() => init());

test("there are known answers", () => assert.ok(files.length > 20));

for (const path of files) {
  test(path, () => {
    run(JSON.parse(readFileSync(new URL(path, FOLDER), "utf8")));
  });
}

test("a wrong answer is found", () => {
  const path = new URL("digest/md5-rfc1321.json", FOLDER);
  const file = JSON.parse(readFileSync(path, "utf8"));
  file.testGroups[0].tests[3].digest = "00".repeat(16);
  assert.throws(() => run(file), /tcId 4 \(md5\): digest is/);
});

test("an acceptable case gives its answer or is refused", () => {
  const file = (schema, algorithm, test) => ({
    schema,
    numberOfTests: 1,
    testGroups: [{ algorithm, tests: [{ tcId: 1, result: "acceptable", ...test }] }],
  });
  const abc = { msg: "616263", digest: "900150983cd24fb0d6963f7d28e17f72" };
  run(file("digest_v1", "md5", abc));
  const wrong = file("digest_v1", "md5", { ...abc, digest: "00".repeat(16) });
  assert.throws(() => run(wrong), /digest is/);
  const zero = "00".repeat(32);
  run(file("agreement_v1", "x25519", { secret: zero, public: zero, shared: zero }));
});
