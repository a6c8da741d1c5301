/** The first tab: a capture is opened, filtered and looked into. */
import type { Client } from "../client.ts";
import { CallError } from "../client.ts";
import type { KeysFound, SampleName, Summary } from "../protocol.ts";
import { DetailView } from "./detail_view.ts";
import { byId } from "./dom.ts";
import { onChoose, onDrop } from "./drop.ts";
import { FilterForm } from "./filter_form.ts";
import { PacketTable } from "./packet_table.ts";
import { TimelineView } from "./timeline_view.ts";

/** Bars of the timeline. */
const STEPS = 300;

/** The page; everything is asked of `client`. */
export class PacketsPage {
  readonly #client: Client;
  readonly #table: PacketTable;
  readonly #detail: DetailView;
  readonly #timeline: TimelineView;
  readonly #filter: FilterForm;
  readonly #problem = byId("problem", HTMLElement);
  readonly #summary = byId("summary", HTMLElement);
  #packets = 0;

  constructor(client: Client) {
    this.#client = client;
    this.#filter = new FilterForm(() => void this.#refresh());
    this.#table = new PacketTable(byId("table", HTMLElement), {
      rows: (from, to) => client.call("rows", from, to),
      chosen: (row) => void this.#detail.show(row.index),
    });
    this.#detail = new DetailView(byId("detail", HTMLElement), (index, edits) =>
      client.call("inspect", index, edits),
    );
    this.#timeline = new TimelineView(byId("timeline", HTMLElement), {
      span: (from, to) => this.#filter.setTerm("time", `${from.toFixed(6)}-${to.toFixed(6)}`),
      hosts: (first, second) => this.#filter.setText(`host:${first} host:${second}`),
    });
    onDrop(byId("packets", HTMLElement), (files) => void this.#openFile(files));
    onChoose(byId("file", HTMLInputElement), (files) => void this.#openFile(files));
    for (const button of document.querySelectorAll<HTMLElement>("[data-sample]")) {
      button.addEventListener("click", () => void this.#openSample(button.dataset["sample"] as SampleName));
    }
    this.#makeKeys();
  }

  async #openFile([file]: File[]): Promise<void> {
    if (!file) return;
    await this.#attempt(async () =>
      this.#opened(await this.#client.call("open", await file.arrayBuffer(), file.name)),
    );
  }

  async #openSample(name: SampleName): Promise<void> {
    await this.#attempt(async () => {
      const { summary, keys, found } = await this.#client.call("openSample", name);
      byId("keys-text", HTMLTextAreaElement).value = keys;
      this.#sayKeys(found);
      await this.#opened(summary);
    });
  }

  async #opened(summary: Summary): Promise<void> {
    this.#packets = summary.packets;
    const { name, packets, seconds, others, cutOff } = summary;
    const passedOver = others > 0 ? `; ${others.toLocaleString("en")} frames are not PVM's` : "";
    this.#summary.textContent = `${name}: ${packets.toLocaleString("en")} packets in ${seconds.toFixed(3)} s${passedOver}`;
    if (cutOff) this.#say(`The file ends early: ${cutOff}. What stands before that is shown.`);
    byId("empty", HTMLElement).hidden = packets > 0;
    byId("capture", HTMLElement).hidden = packets === 0;
    if (packets === 0 && !cutOff) this.#say(`${name} is a capture, but no PVM datagram is in it.`);
    this.#filter.setText("");
  }

  /** Show what the filter lets through; the first packet is chosen. */
  async #refresh(): Promise<void> {
    try {
      const { matching, verdicts } = await this.#client.call("filter", this.#filter.text);
      this.#filter.show(matching, this.#packets, verdicts);
      this.#timeline.show(await this.#client.call("timeline", STEPS));
      this.#table.reset(matching);
      this.#detail.close();
      this.#table.choose(0);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.#filter.refuse(error.message);
    }
  }

  #makeKeys(): void {
    const form = byId("keys", HTMLFormElement);
    const button = byId("keys-button", HTMLButtonElement);
    button.addEventListener("click", () => {
      form.hidden = !form.hidden;
      button.setAttribute("aria-expanded", String(!form.hidden));
      if (!form.hidden) byId("keys-text", HTMLTextAreaElement).focus();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#attempt(async () => {
        await this.#useKeys(byId("keys-text", HTMLTextAreaElement).value);
        if (this.#packets > 0) await this.#refresh();
      });
    });
    onDrop(
      form,
      (files) =>
        void files[0]?.text().then((text) => {
          byId("keys-text", HTMLTextAreaElement).value = text;
        }),
    );
  }

  async #useKeys(text: string): Promise<void> {
    this.#sayKeys({ sessions: 0, classicKeys: 0 });
    this.#sayKeys(await this.#client.call("useKeys", text));
  }

  #sayKeys(found: KeysFound): void {
    byId("keys-say", HTMLElement).textContent = describeKeys(found);
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    this.#problem.hidden = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.#say(error.message);
    } finally {
      byId("progress", HTMLElement).hidden = true;
    }
  }

  #say(sentence: string): void {
    this.#problem.textContent = sentence;
    this.#problem.hidden = false;
  }
}

function describeKeys({ sessions, classicKeys }: KeysFound): string {
  const parts = [];
  if (sessions > 0) parts.push(`${sessions} ${sessions === 1 ? "epoch" : "epochs"}`);
  if (classicKeys > 0)
    parts.push(`${classicKeys} classic-1997 session ${classicKeys === 1 ? "key" : "keys"}`);
  return parts.length > 0 ? `In use: ${parts.join(", ")}.` : "No keys in use.";
}
