/** Every view by the rules of axe (WCAG 2.2 AA and best practices), in both colour schemes; and by the keyboard alone. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launch, openPage, openSample, waitForText } from "./page.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

let browser: Browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

for (const scheme of ["light", "dark"] as const) {
  test(`no view breaks a rule of accessibility, ${scheme}`, async () => {
    const { page, close } = await openPage(browser, scheme);
    await page.evaluate(AXE);
    await check(page, "no capture");
    for (const sample of ["plain", "classic-1997", "exchange-1997", "current"]) {
      await openSample(page, sample);
      await check(page, sample);
    }
    await page.click("#keys-button");
    await page.fill("#filter-text", "flavour:sweet");
    await waitForText(page, "#filter-say", /no field/);
    await page.fill("#filter-text", "verdict:stale");
    await waitForText(page, "#filter-say", /^3 of/);
    await check(page, "keys and filter");
    await page.click("#tab-algorithms");
    await page.waitForSelector(".traces table");
    await check(page, "algorithms");
    await close();
  });
}

test("everything can be reached by the keyboard", async () => {
  const { page, close } = await openPage(browser);
  await openSample(page, "current");
  await page.focus("#tab-packets");
  const reached = new Set<string>();
  for (let step = 0; step < 80; step++) {
    await page.keyboard.press("Tab");
    reached.add(
      await page.evaluate(() => {
        const { activeElement: at } = document;
        return at?.id || at?.getAttribute("data-sample") || at?.className || at?.tagName || "";
      }),
    );
  }
  for (const place of [
    "file",
    "plain",
    "keys-button",
    "filter-text",
    "table",
    "hex",
    "verdict",
    "field authenticated",
  ]) {
    assert.ok(reached.has(place), `${place} is not among ${[...reached].join(", ")}`);
  }
  await page.focus("#tab-packets");
  await page.keyboard.press("ArrowRight");
  await page.waitForSelector("#algorithms:not([hidden])");
  await close();
});

async function check(page: Page, view: string): Promise<void> {
  const { violations, passes } = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: Violation[]; passes: unknown[] }> };
    };
    const { violations, passes } = await axe.run();
    return { violations, passes: passes.length };
  });
  assert.ok(passes > 20, `axe looked at ${passes} rules only`);
  const told = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes
        .slice(0, 3)
        .map((node) => `${node.html}\n${node.failureSummary}`)
        .join("\n")}`,
  );
  assert.deepEqual(told, [], view);
}
