/** The second tab, in a browser. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, openPage, type OpenPage, ROOT, SCREENSHOTS, waitForText } from "./page.ts";

const FOLDERS = [
  "aead",
  "agreement",
  "cipher",
  "classic_1997",
  "digest",
  "kdf",
  "mac",
  "noise",
  "padding",
  "transcripts",
];

let browser: Browser;
let open: OpenPage;
let page: Page;

before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  open = await openPage(browser);
  ({ page } = open);
  await page.click("#tab-algorithms");
  await page.waitForSelector("#compute-algorithm");
});
afterEach(() => open.close());

test("known answers come out, and the steps with them", async () => {
  // FIPS 197, appendix B; RFC 1321; RFC 4231, case 2; RFC 8439, section 2.4.2.
  await compute("aes-128-ecb", {
    key: "2b7e151628aed2a6abf7158809cf4f3c",
    input: "3243f6a8885a308d313198a2e0370734",
    padding: "none",
  });
  await waitForText(page, "#compute-output", /^3925841d02dc09fbdc118597196a0b32$/);
  await compute("md5", { input: "616263" });
  await waitForText(page, "#compute-output", /^900150983cd24fb0d6963f7d28e17f72$/);
  await waitForText(page, ".traces", /61626380(?:00)+1800000000000000/);
  await compute("hmac-sha256", {
    key: "4a656665",
    input: "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
  });
  await waitForText(
    page,
    "#compute-output",
    /^5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843$/,
  );
  await waitForText(page, ".traces", /Inner digest/);
});

test("every algorithm computes, and its steps come to its result", async () => {
  const names = await page
    .locator("#compute-algorithm option")
    .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  assert.ok(names.length > 60);
  for (const name of names) {
    await page.selectOption("#compute-algorithm", name);
    if (name.startsWith("modp") || name === "x25519") await page.fill("#compute-key", "11".repeat(32));
    // The input has 45 bytes: without padding, only such blocks fit.
    if (name === "none") await page.fill("#compute-len", "15");
    await page
      .waitForFunction(
        () => /^(?:[0-9a-f]{2})+$/.test(document.querySelector("#compute-output")?.textContent ?? ""),
        undefined,
        { timeout: 5000 },
      )
      .catch(async () => {
        assert.fail(`${name}: ${await page.textContent("#compute-output")}`);
      });
  }
});

test("what was encrypted decrypts, and a wrong length is said", async () => {
  await page.selectOption("#compute-algorithm", "3des-cbc");
  await waitForText(page, "#compute-output", /^[0-9a-f]+$/);
  const sealed = (await page.textContent("#compute-output")) ?? "";
  await page.selectOption("#compute-inputIs", "hexadecimal");
  await page.fill("#compute-input", sealed);
  await page.check("#compute-backwards");
  await waitForText(
    page,
    "#compute-output",
    new RegExp(`^${Buffer.from("sixteen letters.").toString("hex")}`),
  );
  await page.fill("#compute-key", "0011");
  await waitForText(page, "#compute-output", /expected 24/);
  await page.fill("#compute-key", "0");
  await waitForText(page, "#compute-output", /even number/);
});

test("all of vectors/ passes, and wrong answers fail", async () => {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(`${ROOT}vectors/${folder}`)
      .filter((file) => file.endsWith(".json"))
      .map((file) => `${ROOT}vectors/${folder}/${file}`),
  );
  const cases = files.reduce(
    (sum, file) => sum + Number(JSON.parse(readFileSync(file, "utf8")).numberOfTests),
    0,
  );
  await page.setInputFiles("#vectors-file", files);
  await waitForText(
    page,
    "#vectors-total",
    new RegExp(`^${cases.toLocaleString("en")} passed, none failed$`),
  );
  await page.screenshot({ path: `${SCREENSHOTS}vectors.png` });

  const altered = readFileSync(`${ROOT}vectors/digest/md5-rfc1321.json`, "utf8").replace(
    "d41d8cd9",
    "d41d8cd8",
  );
  await page.setInputFiles("#vectors-file", {
    name: "altered.json",
    mimeType: "",
    buffer: Buffer.from(altered),
  });
  await waitForText(page, "#vectors-total", /passed, 1 failed$/);
  await page.setInputFiles("#vectors-file", { name: "no.json", mimeType: "", buffer: Buffer.from("{") });
  await waitForText(page, ".reports", /not JSON/);
  await page.setInputFiles("#vectors-file", {
    name: "other.json",
    mimeType: "",
    buffer: Buffer.from('{"schema": "constructor"}'),
  });
  await waitForText(page, ".reports", /schema “constructor”, which is none/);
});

test("a race has a bar for each who takes part", async () => {
  await page.click(".race-field summary");
  const taking = page.locator(".race-field input:checked");
  for (let left = await taking.count(); left > 0; left--) await taking.first().uncheck();
  for (const name of ["md5", "sha256", "rc4"])
    await page.getByRole("checkbox", { name, exact: true }).check();
  await page.click("text=Race them");
  await page.waitForFunction(() => document.querySelectorAll(".bars li").length === 3);
  const speeds = (await page.locator(".bar-speed").allTextContents()).map((text) => Number.parseFloat(text));
  assert.ok(
    speeds.every((speed) => speed > 0),
    String(speeds),
  );
  await page.screenshot({ path: `${SCREENSHOTS}race.png` });
});

async function compute(
  algorithm: string,
  fields: { key?: string; input: string; padding?: string },
): Promise<void> {
  await page.selectOption("#compute-algorithm", algorithm);
  await page.selectOption("#compute-inputIs", "hexadecimal");
  if (fields.key !== undefined) await page.fill("#compute-key", fields.key);
  if (fields.padding !== undefined) await page.selectOption("#compute-padding", fields.padding);
  await page.fill("#compute-input", fields.input);
}
