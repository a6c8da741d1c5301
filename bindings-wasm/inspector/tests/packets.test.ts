/** The first tab, with the samples, in a browser. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, afterEach, before, beforeEach, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { pcapng, plainDatagram } from "./capture_files.ts";
import {
  chooseFile,
  launch,
  openPage,
  type OpenPage,
  openSample,
  ROOT,
  SCREENSHOTS,
  verdicts,
  waitForText,
} from "./page.ts";

const CAPTURES = `${ROOT}vectors/captures/`;

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
});
afterEach(() => open.close());

for (const [sample, file] of [
  ["plain", "plain"],
  ["classic-1997", "classic-1997"],
  ["exchange-1997", "classic-1997-daemons"],
  ["current", "aes-256-gcm"],
] as const) {
  test(`the sample ${sample} has the verdicts that its receivers had`, async () => {
    await openSample(page, sample);
    const expected = JSON.parse(readFileSync(`${CAPTURES}expected/${file}.json`, "utf8"));
    assert.deepEqual(await verdicts(page), expected.verdicts);
    await page.screenshot({ path: `${SCREENSHOTS}packets-${sample}.png` });
  });
}

test("a chosen file has its verdicts once its key log is pasted in", async () => {
  await chooseFile(page, "3des.pcap", readFileSync(`${CAPTURES}3des-ctr.pcap`));
  await waitForText(page, "#summary", /^3des\.pcap/);
  await page.waitForSelector("#verdicts button");
  assert.deepEqual(Object.keys(await verdicts(page)), ["plain text", "unknown key", "malformed"]);

  await page.click("#keys-button");
  await page.fill("#keys-text", "SECPVM_SESSION rot13 0 00");
  await page.click("#keys button");
  await waitForText(page, "#problem", /Line 1 is no key/);
  await page.fill("#keys-text", readFileSync(`${CAPTURES}3des-ctr.keys`, "utf8"));
  await page.click("#keys button");
  await waitForText(page, "#keys-say", /1 epoch/);
  await waitForText(page, "#verdicts", /authentic/);
  const expected = JSON.parse(readFileSync(`${CAPTURES}expected/3des-ctr.json`, "utf8"));
  assert.deepEqual(await verdicts(page), expected.verdicts);
});

test("a dropped file is opened", async () => {
  const file = pcapng([{ from: "10.0.0.1", to: "10.0.0.2", payload: plainDatagram(1, 16) }]);
  const transfer = await page.evaluateHandle(
    (bytes) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(bytes)], "dropped.pcapng"));
      return data;
    },
    [...file],
  );
  await page.dispatchEvent("#packets", "drop", { dataTransfer: transfer });
  await waitForText(page, "#summary", /^dropped\.pcapng: 1 packets/);
});

test("filters, chips, the timeline and the keyboard choose packets", async () => {
  await openSample(page, "current");
  await page.fill("#filter-text", "verdict:forged");
  await waitForText(page, "#filter-say", /^4 of 118$/);
  assert.equal(await page.getAttribute("#table", "aria-rowcount"), "5");
  await page.click('#verdicts button[data-verdict="replayed"]');
  // There are as many of these: that they are shown is seen by the button alone.
  await page.waitForSelector('#verdicts button[data-verdict="replayed"][aria-pressed="true"]');
  await waitForText(page, "#filter-say", /^4 of 118$/);
  assert.equal(await page.inputValue("#filter-text"), "verdict:replayed");
  await page.fill("#filter-text", "flavour:sweet");
  await waitForText(page, "#filter-say", /no field “flavour”/);

  await page.fill("#filter-text", "");
  await waitForText(page, "#filter-say", /^$/);
  const lane = await page.locator(".lane canvas").boundingBox();
  assert.ok(lane);
  await page.mouse.move(lane.x + 2, lane.y + 20);
  await page.mouse.down();
  await page.mouse.move(lane.x + lane.width / 2, lane.y + 20);
  await page.mouse.up();
  await waitForText(page, "#filter-say", /of 118$/);
  assert.match(await page.inputValue("#filter-text"), /^time:0\.\d+-0\.\d+$/);

  await page.fill("#filter-text", "");
  await waitForText(page, "#filter-say", /^$/);
  await page.focus("#table");
  await page.keyboard.press("ArrowDown");
  await waitForText(page, "#detail h2", /^Packet 2,/);
  await page.keyboard.press("End");
  await waitForText(page, "#detail h2", /^Packet 118,/);
  const active = await page.getAttribute("#table", "aria-activedescendant");
  assert.equal(await page.getAttribute(`#${active}`, "aria-selected"), "true");
});

test("a record is shown as sent and as opened, field by field", async () => {
  await openSample(page, "current");
  const wire = await page.textContent('.hex[aria-label^="Bytes on the wire"]');
  const opened = await page.textContent('.hex[aria-label="Bytes as opened"]');
  assert.match(wire ?? "", /^00007301000100000000/);
  assert.match(opened ?? "", /^00008008000080040000/);
  const fields = (await page.locator(".field .name").allTextContents()).join(" ");
  assert.match(
    fields,
    /^magic version suite epoch sender packet number ciphertext tag destination source sequence/,
  );
  assert.deepEqual(await outcomes(), ["passed", "passed", "passed", "passed", "passed"]);
});

test("one changed byte of a record is why the opener rejects it", async () => {
  await openSample(page, "current");
  await changeByte(30, "00");
  assert.deepEqual(await outcomes(), ["passed", "passed", "passed", "failed", "not reached"]);
  assert.match((await page.textContent(".explanation")) ?? "", /ciphertext.*forged/);
  await page.screenshot({ path: `${SCREENSHOTS}packets-edited.png` });
  await page.click('.byte-editor button[type="button"]');
  await waitForText(page, "#detail h2", /authentic$/);
  for (const [at, value, verdict, fails] of [
    [1, "02", "malformed", 0],
    [7, "09", "stale", 1],
    [3, "02", "forged", 2],
    [8, "ff", "forged", 3],
    [80, "00", "forged", 3],
  ] as const) {
    await changeByte(at, value);
    await waitForText(page, "#detail h2", new RegExp(`${verdict}$`));
    assert.equal((await outcomes()).indexOf("failed"), fails, `byte ${at}`);
    await page.click('.byte-editor button[type="button"]');
    await waitForText(page, "#detail h2", /authentic$/);
  }
});

test("bytes can be typed over, and a replay shows as one", async () => {
  await openSample(page, "current");
  await page.fill("#filter-text", "verdict:replayed");
  await waitForText(page, "#detail h2", /replayed$/);
  assert.deepEqual(await outcomes(), ["passed", "passed", "passed", "passed", "failed"]);
  await page.focus('.hex[aria-label^="Bytes on the wire"]');
  await page.keyboard.press("ArrowRight");
  await page.keyboard.type("ff");
  await waitForText(page, "#detail h2", /malformed$/);
});

test("classic-1997 does not see what its digest leaves out", async () => {
  await openSample(page, "classic-1997");
  await changeByte(12, "18");
  await waitForText(page, ".explanation", /flags.*does not cover/);
  assert.deepEqual(await outcomes(), ["passed", "passed", "passed", "not made"]);
  await page.click('.byte-editor button[type="button"]');
  await waitForText(page, ".explanation", /^$/);
  await changeByte(9, "77");
  await waitForText(page, "#detail h2", /forged$/);
});

test("the key exchange of 1997 is shown field by field, and nobody sees a change", async () => {
  await openSample(page, "exchange-1997");
  await page.fill("#filter-text", "verdict:plain-text");
  await waitForText(page, "#filter-say", /^4 of /);
  await page.focus("#table");
  const [header, message] = [
    "destination source sequence acknowledgement flags cipher padding auth digest",
    "encoding message tag context unset wait id checksum unset",
  ];
  for (const [at, name, body] of [
    [1, "DM_MASTER_PUBKEY", "master's public key"],
    [2, "DM_SLAVE_PUBKEY", "slave's public key"],
    [3, "DM_SESSKEY", "session key"],
    [4, "DM_SESSKEYACK", ""],
  ] as const) {
    await page.keyboard.press(at === 1 ? "Home" : "ArrowDown");
    await waitForText(page, ".header h3", new RegExp(`^${name}, key exchange of 1997$`));
    const fields = (await page.locator(".field .name").allTextContents()).join(" ");
    assert.equal(fields, `${header} ${message} ${body}`.trim());
    assert.deepEqual(await outcomes(), ["passed", "not made"]);
  }
  await page.keyboard.press("ArrowUp");
  await waitForText(page, ".header h3", /^DM_SESSKEY,/);
  await changeByte(95, "00");
  await waitForText(page, ".explanation", /session key.*nothing in the exchange/);
  await waitForText(page, "#detail h2", /plain text$/);
  await page.screenshot({ path: `${SCREENSHOTS}packets-exchange.png` });
  await changeByte(39, "ff");
  await waitForText(page, "#detail h2", /malformed$/);
  assert.deepEqual(await outcomes(), ["failed", "not made"]);
});

test("in a plain datagram nobody sees a change", async () => {
  await openSample(page, "plain");
  await changeByte(12, "18");
  await waitForText(page, ".explanation", /No receiver can tell/);
});

async function changeByte(at: number, value: string): Promise<void> {
  const [place, byte] = [
    page.locator(".byte-editor input").first(),
    page.locator(".byte-editor input").last(),
  ];
  await place.fill(String(at));
  await byte.fill(value);
  await page.click('.byte-editor button[type="submit"]');
  await page.waitForSelector(".field.edited");
}

async function outcomes(): Promise<string[]> {
  return await page.locator(".checks .outcome").allTextContents();
}
