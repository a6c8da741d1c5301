/** What the page cannot do, even if someone got a script or an address into it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { INSPECTOR, launch, openSample } from "./page.ts";

let browser: Browser;

before(async () => {
  browser = await launch();
});
after(() => browser.close());

test("no script comes in, and nothing goes out", async () => {
  const host = await listen();
  const page = await browser.newPage();
  await page.goto(pathToFileURL(INSPECTOR).href);
  const refused = await page.evaluate(async (address) => {
    const violations: string[] = [];
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
      violations.push(effectiveDirective),
    );
    const script = document.createElement("script");
    script.textContent = "globalThis.smuggled = true";
    const image = new Image();
    image.src = address;
    const style = document.createElement("style");
    style.textContent = "body { display: none }";
    document.head.append(script, style, image);
    await fetch(address).catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { violations: [...new Set(violations)].sort(), smuggled: "smuggled" in globalThis };
  }, host.address);
  assert.deepEqual(refused, {
    violations: ["connect-src", "img-src", "script-src-elem", "style-src-elem"],
    smuggled: false,
  });
  await page.close();
  host.close();
  assert.deepEqual(host.asked, []);
});

test("from a host, the page is the one thing that is asked for", async () => {
  const host = await listen();
  const page = await browser.newPage();
  await page.goto(`${host.address}anywhere/inspector.html`);
  await openSample(page, "current");
  await page.close();
  host.close();
  assert.deepEqual(host.asked, ["/anywhere/inspector.html"]);
});

/** A host of the page, with what it has been asked for. */
async function listen(): Promise<{ address: string; asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.setHeader("Content-Type", "text/html").end(readFileSync(INSPECTOR));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, asked, close: () => server.close() };
}
