/** The table of packets: rows are asked for as they come into view. */
import type { Row } from "../store/row.ts";
import { element } from "./dom.ts";
import { VirtualList } from "./virtual_list.ts";

const ROW_HEIGHT = 22;
const HEAD_HEIGHT = 24;
/** Rows are asked for in runs of this many. */
const RUN = 128;

interface Column {
  readonly title: string;
  readonly css: string;
  readonly text: (row: Row) => string;
}

const COLUMNS: readonly Column[] = [
  { title: "No.", css: "number", text: (row) => String(row.index + 1) },
  { title: "Time (s)", css: "number", text: (row) => row.time },
  { title: "From", css: "", text: (row) => row.from },
  { title: "To", css: "", text: (row) => row.to },
  { title: "Source", css: "code", text: (row) => row.src },
  { title: "Dest.", css: "code", text: (row) => row.dst },
  { title: "Seq.", css: "number", text: (row) => row.seq },
  { title: "Ack.", css: "number", text: (row) => row.ack },
  { title: "Flags", css: "code", text: (row) => row.flags },
  { title: "Message", css: "code message", text: (row) => row.message },
  { title: "Suite", css: "", text: (row) => row.suite },
  { title: "Epoch", css: "number", text: (row) => row.epoch },
  { title: "Packet", css: "number", text: (row) => row.packetNumber },
  { title: "Bytes", css: "number", text: (row) => String(row.length) },
  { title: "Verdict", css: "verdict", text: (row) => row.verdict },
];

/** What the table needs from the page. */
export interface TableSource {
  rows(from: number, to: number): Promise<Row[]>;
  chosen(row: Row): void;
}

/** The table in `grid`. One row is the current one; arrow keys move it. */
export class PacketTable {
  readonly #grid: HTMLElement;
  readonly #source: TableSource;
  readonly #list: VirtualList;
  readonly #runs = new Map<number, Row[] | "asked">();
  #count = 0;
  #current = -1;
  #generation = 0;

  constructor(grid: HTMLElement, source: TableSource) {
    this.#grid = grid;
    this.#source = source;
    const titles = COLUMNS.map(({ title, css }) =>
      element("span", { role: "columnheader", class: css.replace("verdict", "") }, title),
    );
    grid.append(element("div", { role: "row", class: "head", "aria-rowindex": 1 }, ...titles));
    grid.setAttribute("aria-colcount", String(COLUMNS.length));
    this.#list = new VirtualList(grid, ROW_HEIGHT, (index) => this.#element(index));
    grid.addEventListener("keydown", (event) => this.#key(event));
    grid.addEventListener("click", (event) => this.#click(event));
  }

  /** Show `count` rows, all of them new. */
  reset(count: number): void {
    this.#generation += 1;
    this.#runs.clear();
    this.#count = count;
    this.#current = -1;
    this.#grid.removeAttribute("aria-activedescendant");
    this.#grid.setAttribute("aria-rowcount", String(count + 1));
    this.#list.setCount(count);
  }

  /** Make the row at `index` the current one, and show it. */
  choose(index: number): void {
    if (this.#count === 0) return;
    this.#current = Math.max(0, Math.min(index, this.#count - 1));
    this.#list.reveal(this.#current, HEAD_HEIGHT);
    this.#list.refresh();
    this.#grid.setAttribute("aria-activedescendant", rowId(this.#current));
    this.#tell();
  }

  #tell(): void {
    const row = this.#row(this.#current);
    if (row) this.#source.chosen(row);
  }

  #row(index: number): Row | undefined {
    const run = Math.floor(index / RUN);
    const rows = this.#runs.get(run);
    if (rows === undefined) void this.#ask(run);
    return rows === undefined || rows === "asked" ? undefined : rows[index % RUN];
  }

  async #ask(run: number): Promise<void> {
    const generation = this.#generation;
    this.#runs.set(run, "asked");
    const rows = await this.#source.rows(run * RUN, Math.min((run + 1) * RUN, this.#count));
    if (generation !== this.#generation) return;
    this.#runs.set(run, rows);
    this.#list.refresh();
    if (Math.floor(this.#current / RUN) === run) this.#tell();
  }

  #element(index: number): HTMLElement {
    const row = this.#row(index);
    const made = element("div", {
      role: "row",
      id: rowId(index),
      "data-index": index,
      "aria-rowindex": index + 2,
      "aria-selected": index === this.#current ? "true" : "false",
    });
    for (const { css, text } of COLUMNS) {
      const cell = element("span", { role: "gridcell", class: css }, row ? text(row) : "");
      if (row && css === "verdict") cell.dataset["verdict"] = row.verdict;
      if (row?.continued && css.includes("message")) cell.classList.add("continued");
      made.append(cell);
    }
    return made;
  }

  #click(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-index]") : null;
    if (row) this.choose(Number(row.dataset["index"]));
  }

  #key(event: KeyboardEvent): void {
    const page = Math.max(1, Math.floor((this.#grid.clientHeight - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
    const moves: Record<string, number> = {
      ArrowDown: this.#current + 1,
      ArrowUp: this.#current - 1,
      PageDown: this.#current + page,
      PageUp: this.#current - page,
      Home: 0,
      End: this.#count - 1,
    };
    const to = moves[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.choose(to);
  }
}

function rowId(index: number): string {
  return `row-${index}`;
}
