/** Files of all sorts and sizes, in a browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Sealer, Session, init } from "secpvm";
import type { Browser, Page } from "playwright-core";
import { pcap, plainDatagram, type Sent } from "./capture_files.ts";
import { chooseFile, launch, openPage, ROOT, SCREENSHOTS, verdicts, waitForText } from "./page.ts";

/** The longest that the page may be deaf, in milliseconds. */
const BLOCKED_MS_MAX = 200;
/** How long 100,000 packets may take, in milliseconds. */
const LARGE_MS_MAX = 20_000;
const PACKETS = 100_000;
const KEY = "00".repeat(31) + "01";

let browser: Browser;

before(async () => {
  browser = await launch();
  await init();
});
after(() => browser.close());

test("files that are no captures, or broken, are told so, and the page works on", async () => {
  const { page, close } = await openPage(browser);
  const sample = readFileSync(`${ROOT}vectors/captures/plain.pcap`);
  const files: [string, Uint8Array, RegExp][] = [
    ["empty", new Uint8Array(), /the file is empty/],
    ["noise", Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919) >> 3), /not a capture/],
    ["packed.pcap.gz", Uint8Array.of(0x1f, 0x8b, 8, 0, 0), /gzip/],
    ["vectors.json", readFileSync(`${ROOT}vectors/digest/sha-nist.json`), /under Algorithms/],
    ["header.pcap", sample.subarray(0, 24), /no PVM datagram is in it/],
    ["cut.pcap", sample.subarray(0, 10_000), /The file ends early: it is cut off within a frame/],
    [
      "dns.pcap",
      pcap([
        {
          from: "10.0.0.1",
          to: "10.0.0.2",
          port: 53,
          payload: new TextEncoder().encode("a question of someone"),
        },
      ]),
      /no PVM datagram is in it/,
    ],
  ];
  for (const [name, bytes, says] of files) {
    await chooseFile(page, name, bytes);
    await waitForText(page, "#problem", says);
  }
  await chooseFile(page, "whole.pcap", sample);
  await waitForText(page, "#summary", /^whole\.pcap: 96 packets/);
  assert.equal(await page.isVisible("#problem"), false);
  await close();
});

test("100,000 sealed packets are opened without the page going deaf", { timeout: 120_000 }, async () => {
  const { page, close } = await openPage(browser);
  await page.evaluate(() => {
    const blocked: number[] = [];
    Object.assign(globalThis, { blocked });
    new PerformanceObserver((list) =>
      blocked.push(...list.getEntries().map(({ duration }) => duration)),
    ).observe({ type: "longtask" });
  });
  await page.click("#keys-button");
  await page.fill("#keys-text", `SECPVM_SESSION aes-256-gcm 0 ${KEY}`);
  await page.click("#keys button");
  await waitForText(page, "#keys-say", /1 epoch/);
  const file = manyRecords();
  const start = performance.now();
  await chooseFile(page, "large.pcap", file);
  await page.waitForSelector("#progress:not([hidden])");
  await waitForText(page, "#summary", /^large\.pcap: 100,000 packets/);
  await page.waitForSelector("#verdicts button");
  const opened = performance.now() - start;
  assert.deepEqual(await verdicts(page), { authentic: PACKETS - 2, forged: 1, replayed: 1 });

  await scrollThrough(page);
  await page.fill("#filter-text", "-verdict:authentic");
  await waitForText(page, "#filter-say", /^2 of 100,000$/);
  await page.screenshot({ path: `${SCREENSHOTS}packets-large.png` });
  const blocked = await page.evaluate(() =>
    Math.max(0, ...(globalThis as unknown as { blocked: number[] }).blocked),
  );
  console.log(
    `# ${PACKETS} packets, ${(file.length / 1e6).toFixed(1)} MB: ${opened.toFixed(0)} ms; the page was blocked for ${blocked.toFixed(0)} ms at most`,
  );
  assert.ok(blocked < BLOCKED_MS_MAX, `blocked for ${blocked} ms`);
  assert.ok(opened < LARGE_MS_MAX, `opened in ${opened} ms`);
  await close();
});

test("records to a host that never sends are opened, whoever else claims to be one", async () => {
  const { page, close } = await openPage(browser);
  const session = Session.generate("aes-256-gcm", Uint8Array.from(Buffer.from(KEY, "hex")));
  const sealer = new Sealer(session, 1n << 48n);
  const sent: Sent[] = [];
  for (let at = 0; at < 2_000; at++) {
    const payload = sealer.seal(Uint8Array.of(0x80, 3 * 4, 0, 0), plainDatagram(at, 4));
    // All but every hundredth claim another sender, each another one.
    if (at % 100 !== 0) new DataView(payload.buffer).setBigUint64(8, BigInt(at) * 0x9e37_79b9_7f4a_7c15n);
    sent.push({ from: "10.0.0.1", to: "10.0.0.3", payload });
  }
  await page.click("#keys-button");
  await page.fill("#keys-text", `SECPVM_SESSION aes-256-gcm 0 ${KEY}`);
  await page.click("#keys button");
  await waitForText(page, "#keys-say", /1 epoch/);
  await chooseFile(page, "one-way.pcap", pcap(sent));
  await waitForText(page, "#summary", /^one-way\.pcap: 2,000 packets/);
  await page.waitForSelector("#verdicts button");
  assert.deepEqual(await verdicts(page), { authentic: 20, forged: 1_980 });
  await close();
});

/** Two daemons that talk; packet 50,000 is altered and packet 60,000 is one that was there before. */
function manyRecords(): Uint8Array {
  const session = Session.generate("aes-256-gcm", Uint8Array.from(Buffer.from(KEY, "hex")));
  const hosts = [1, 2].map((host) => ({
    address: `10.0.0.${host}`,
    sealer: new Sealer(session, BigInt(host) << 48n),
    name: Uint8Array.of(0x80, host * 4, 0, 0),
  }));
  const sent: Sent[] = [];
  for (let at = 0; at < PACKETS; at++) {
    const [from, to] = at % 2 === 0 ? [hosts[0], hosts[1]] : [hosts[1], hosts[0]];
    assert.ok(from && to);
    const payload = from.sealer.seal(to.name, plainDatagram(at % 65_536, 4, new Uint8Array(48)));
    if (at === 50_000) payload[30] = (payload[30] ?? 0) ^ 1;
    sent.push({ from: from.address, to: to.address, payload });
  }
  sent[60_000] = sent[59_998] as Sent;
  return pcap(sent);
}

async function scrollThrough(page: Page): Promise<void> {
  const height = await page.locator("#table").evaluate((table) => table.scrollHeight);
  for (let step = 0; step <= 20; step++) {
    await page.locator("#table").evaluate((table, top) => table.scrollTo(0, top), (height * step) / 20);
    await page.waitForTimeout(20);
  }
  await page.waitForFunction(() =>
    [...document.querySelectorAll("#table .number")].some(({ textContent }) => textContent === "100000"),
  );
}
