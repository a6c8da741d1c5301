/** Photographs every view for docs/inspector.md; a view that is not as expected fails. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import type { Page } from "playwright-core";
import { launch, openPage, openSample, ROOT, waitForText } from "./page.ts";

const FIGURES = `${ROOT}docs/figures/`;
/** A figure is smaller than this, in bytes. */
const LEN_MAX = 200_000;

const browser = await launch();
mkdirSync(FIGURES, { recursive: true });
for (const scheme of ["light", "dark"] as const) {
  const { page, close } = await openPage(browser, scheme);
  await openSample(page, "current");
  await showSecret(page);
  await take(page, `packets-${scheme}`);
  await close();
}
const { page, close } = await openPage(browser);
await take(page, "start");
await openSample(page, "current");
await showSecret(page);
await page.locator(".byte-editor input").first().fill("40");
await page.locator(".byte-editor input").last().fill("ff");
await page.click('.byte-editor button[type="submit"]');
await waitForText(page, ".explanation", /forged/);
await take(page, "edited");
await openSample(page, "classic-1997");
await page.click("#keys-button");
await page.locator(".byte-editor input").first().fill("12");
await page.locator(".byte-editor input").last().fill("18");
await page.click('.byte-editor button[type="submit"]');
await waitForText(page, ".explanation", /does not cover/);
await take(page, "classic");
await page.click("#tab-algorithms");
await page.waitForSelector(".traces table");
const vectors = readdirSync(`${ROOT}vectors/aead`).map((file) => `${ROOT}vectors/aead/${file}`);
await page.setInputFiles("#vectors-file", vectors);
await waitForText(page, "#vectors-total", /none failed/);
await page.click("text=Race them");
await waitForText(page, "#race-say", /Done/);
await page.setViewportSize({ width: 1440, height: 1340 });
await take(page, "algorithms");
await close();
await browser.close();

/** A message of a task: in the sample it stands in packet 27. */
async function showSecret(of: Page): Promise<void> {
  await of.fill("#filter-text", "-flag:ack time:0.088-");
  await waitForText(of, "#filter-say", /of 118$/);
  await of.getByRole("gridcell", { name: "27", exact: true }).first().click();
  await waitForText(of, '.hex[aria-label="Bytes as opened"]', /the eagle/);
}

async function take(of: Page, name: string): Promise<void> {
  const path = `${FIGURES}inspector-${name}.png`;
  // Rows are asked for, and bars drawn, in the frames that follow.
  await of.waitForTimeout(300);
  await of.screenshot({ path });
  execFileSync("optipng", ["-quiet", "-o2", path]);
  const { size } = statSync(path);
  if (size >= LEN_MAX) throw new Error(`${path} has ${size} bytes, ${LEN_MAX} or more`);
  console.log(`${path}: ${size} bytes`);
}
