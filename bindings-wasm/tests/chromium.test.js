/* All of vectors/, and both modules, in headless Chromium under a strict policy; no request leaves. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { chromium } from "playwright-core";

const ORIGIN = "http://secpvm.test";
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-map'; connect-src 'self'";
const IMPORTS = { secpvm: "/package/full/index.js", "secpvm/packet": "/package/packet/packet.js" };
const PAGE = `<!doctype html><title>secpvm</title>
<script nonce="map" type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`;

const FOLDERS = {
  package: new URL("../../target/wasm/secpvm/", import.meta.url),
  vectors: new URL("../../vectors/", import.meta.url),
  tests: new URL("./", import.meta.url),
};
const TYPES = { js: "text/javascript", wasm: "application/wasm", json: "application/json" };

let browser;
let page;
const requests = [];

/** Files are handed over by the test itself: there is no server. */
async function serve(route) {
  const { origin, pathname } = new URL(route.request().url());
  requests.push(origin);
  if (origin !== ORIGIN) {
    return await route.abort();
  }
  if (pathname === "/") {
    const headers = { "content-security-policy": POLICY };
    return await route.fulfill({ body: PAGE, contentType: "text/html", headers });
  }
  const [, folder, ...path] = pathname.split("/");
  const body = readFileSync(new URL(path.join("/"), FOLDERS[folder]));
  await route.fulfill({ body, contentType: TYPES[pathname.split(".").pop()] });
}

before(async () => {
  const args = "--disable-gpu --disable-quic --no-first-run --disable-background-networking";
  browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    chromiumSandbox: false,
    args: [...args.split(" "), "--disable-component-update", "--disable-sync"],
  });
  page = await browser.newPage();
  await page.route("**", serve);
  await page.goto(`${ORIGIN}/`);
});

after(() => browser?.close());

const files = readdirSync(FOLDERS.vectors, { recursive: true })
  .filter((path) => path.endsWith(".json") && !path.startsWith("captures/"))
  .sort();

for (const path of files) {
  test(path, async () => {
    const count = await page.evaluate(async (path) => {
      const { init } = await import("secpvm");
      const { run } = await import("/tests/vectors.js");
      await init();
      return run(await (await fetch(`/vectors/${path}`)).json());
    }, path);
    assert.ok(count > 0);
  });
}

test("the packet decoder by itself, from bytes that are there already", async () => {
  const opened = await page.evaluate(async () => {
    const packet = await import("secpvm/packet");
    await packet.init(await (await fetch("/package/packet/raw_bg.wasm")).arrayBuffer());
    const session = packet.Session.generate("chacha20-poly1305");
    const record = new packet.Sealer(session, 7).seal(new Uint8Array(4), new Uint8Array(100));
    const { header, plaintext } = new packet.Opener(session).open(new Uint8Array(4), record);
    return [header.suite, Number(header.sender), plaintext.length];
  });
  assert.deepEqual(opened, ["chacha20-poly1305", 7, 100]);
});

test("a module from a Response, in a page of its own", async () => {
  const other = await browser.newPage();
  await other.route("**", serve);
  await other.goto(`${ORIGIN}/`);
  const len = await other.evaluate(async () => {
    const { algorithms, init } = await import("secpvm");
    await init(fetch("/package/full/raw_bg.wasm"));
    return algorithms().length;
  });
  assert.ok(len > 50);
});

test("no request left", () => {
  assert.ok(requests.length > files.length);
  assert.deepEqual([...new Set(requests)], [ORIGIN]);
});
