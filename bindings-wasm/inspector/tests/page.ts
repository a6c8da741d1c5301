/** The page in a real browser, opened from its file; whatever it asks of a network or complains of is a failure. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";

/** The root of the repository: tests run from build/tests/tests. */
export const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
/** The page. */
export const INSPECTOR = `${ROOT}target/wasm/inspector.html`;
/** Where screenshots go. */
export const SCREENSHOTS = `${ROOT}target/wasm/screenshots/`;
const FILES = `${ROOT}target/wasm/files/`;

/** Nothing of its own on the network; and grey edges of letters, which make smaller images. */
const FLAGS = [
  "--disable-lcd-text",
  "--disable-font-subpixel-positioning",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A page that is open, with what it has asked for and complained of. */
export interface OpenPage {
  readonly page: Page;
  /** Fail if there was a request beyond the file itself and its worker, or a complaint; then close. */
  close(): Promise<void>;
}

/** Debian's Chromium. */
export async function launch(): Promise<Browser> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  return await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
}

/** Open the page. */
export async function openPage(browser: Browser, colorScheme: "light" | "dark" = "light"): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme });
  const requests: string[] = [];
  const complaints: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  const page = await context.newPage();
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(INSPECTOR).href);
  return {
    page,
    async close() {
      const beyond = requests.filter(
        (url) => url !== pathToFileURL(INSPECTOR).href && !/^(?:blob|data):/.test(url),
      );
      await context.close();
      assert.deepEqual(beyond, [], "requests");
      assert.deepEqual(complaints, [], "complaints");
    },
  };
}

/** Open a sample and wait for its packets. */
export async function openSample(page: Page, name: string): Promise<void> {
  await page.click(`[data-sample="${name}"]`);
  await page.waitForFunction(
    (title) =>
      document.querySelector("#summary")?.textContent?.startsWith(`Sample ${title}:`) &&
      document.querySelector("#detail h2 .verdict"),
    name,
  );
}

/** Give the page a file by its file chooser. It lies on disk: one that is handed over in memory is unpacked by the page. */
export async function chooseFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  mkdirSync(FILES, { recursive: true });
  writeFileSync(FILES + name, bytes);
  await page.setInputFiles("#file", FILES + name);
}

/** The verdicts and how many packets have them, as the page shows them. */
export async function verdicts(page: Page): Promise<Record<string, number>> {
  const buttons = await page.locator("#verdicts button").all();
  const counts: Record<string, number> = {};
  for (const button of buttons) {
    const count = await button.locator("span").textContent();
    counts[(await button.getAttribute("data-verdict")) ?? ""] = Number(count?.replaceAll(",", ""));
  }
  return counts;
}

/** Wait until the text of an element matches. */
export async function waitForText(page: Page, selector: string, pattern: RegExp): Promise<void> {
  await page.waitForFunction(
    ({ selector: where, source }) =>
      new RegExp(source).test(document.querySelector(where)?.textContent ?? ""),
    { selector, source: pattern.source },
  );
}
