/** The chosen packet: its headers, its bytes as sent and as opened, what the opener checks, and changing a byte. */
import type { Detail, Edit, Field } from "../store/detail.ts";
import type { Verdict } from "../store/packet.ts";
import { byteEditor, type ByteEditor } from "./byte_editor.ts";
import { drawChecks } from "./checks_view.ts";
import { element } from "./dom.ts";
import { drawHeader } from "./header_drawing.ts";
import { HexView } from "./hex_view.ts";

/** Asks for the detail of a packet with changed bytes. */
export type Inspect = (index: number, edits: readonly Edit[]) => Promise<Detail>;

/** Why there may be nothing to show as opened. */
const UNOPENED: Partial<Record<Verdict, string>> = {
  "plain text": "Nothing to open: the daemon gets it as it is.",
  authentic: "Nothing to open: the data stand in clear, with a digest.",
  "unknown key": "Its key is not known: paste a key log or a session key under Keys.",
};

/** The pane in `section`. */
export class DetailView {
  readonly #section: HTMLElement;
  readonly #inspect: Inspect;
  readonly #title = element("h2");
  readonly #fields = element("div", { class: "fields" });
  readonly #checks = element("div", {
    class: "opening",
    role: "region",
    "aria-label": "What the opener checks",
    tabindex: 0,
  });
  readonly #explanation = element("p", { class: "explanation", role: "status" });
  readonly #wire: HexView;
  readonly #clear = new HexView("Bytes as opened");
  readonly #unopened = element("p", { class: "quiet" });
  readonly #editor: ByteEditor;
  #edits = new Map<number, number>();
  #index = -1;
  #detail: Detail | undefined;

  constructor(section: HTMLElement, inspect: Inspect) {
    this.#section = section;
    this.#inspect = inspect;
    this.#wire = new HexView("Bytes on the wire; arrow keys move, hexadecimal digits change a byte", {
      moved: (at) => this.#describeByte(at),
      typed: (at, value) => this.#edit(at, value),
    });
    this.#editor = byteEditor({
      moved: (at) => {
        this.#wire.setCursor(at);
        this.#describeByte(at);
      },
      typed: (at, value) => this.#edit(at, value),
      undo: () => {
        this.#edits.clear();
        void this.#refresh();
      },
    });
    const wireColumn = element(
      "div",
      { class: "bytes" },
      element("h3", {}, "On the wire", legend()),
      this.#wire.element,
      this.#editor.element,
    );
    const clearColumn = element(
      "div",
      { class: "bytes" },
      element("h3", {}, "Opened"),
      this.#clear.element,
      this.#unopened,
    );
    const columns = element("div", { class: "columns" }, this.#fields, wireColumn, clearColumn);
    section.append(this.#title, this.#checks, this.#explanation, columns);
    this.close();
  }

  /** Show the packet at `index` of the capture. */
  async show(index: number): Promise<void> {
    if (index !== this.#index) this.#edits.clear();
    this.#index = index;
    await this.#refresh();
  }

  /** Show the same packet again, with what is known now. */
  async again(): Promise<void> {
    if (this.#index >= 0) await this.#refresh();
  }

  /** Show no packet. */
  close(): void {
    this.#index = -1;
    this.#section.hidden = true;
  }

  #edit(at: number, value: number): void {
    this.#edits.set(at, value);
    void this.#refresh();
  }

  async #refresh(): Promise<void> {
    const index = this.#index;
    const detail = await this.#inspect(
      index,
      [...this.#edits].map(([at, value]) => ({ at, value })),
    );
    if (index === this.#index) this.#draw(detail);
  }

  #draw(detail: Detail): void {
    this.#detail = detail;
    this.#section.hidden = false;
    const { row, wire, clear, verdict } = detail;
    const said = element("span", { class: "verdict", "data-verdict": verdict }, verdict);
    this.#title.replaceChildren(
      `Packet ${row.index + 1}, ${row.from} to ${row.to}, ${row.length} bytes: `,
      said,
    );
    const edited = new Set(this.#edits.keys());
    const drawings = [drawHeader(wire, edited, (field) => this.#choose(this.#wire, field))];
    if (clear) drawings.push(drawHeader(clear, new Set(), (field) => this.#choose(this.#clear, field)));
    this.#fields.replaceChildren(...drawings);
    this.#wire.show(wire, edited);
    this.#clear.element.hidden = !clear;
    this.#unopened.textContent = clear
      ? ""
      : (UNOPENED[verdict] ?? "The opener rejects it: the daemon sees nothing of it.");
    if (clear) this.#clear.show(clear, []);
    this.#checks.replaceChildren(drawChecks(detail.checks));
    this.#explanation.textContent = detail.explanation;
    this.#editor.setEdited(edited.size > 0);
  }

  #choose(view: HexView, field: Field): void {
    view.mark(field.at, field.len);
    if (view === this.#wire) {
      this.#wire.setCursor(field.at);
      this.#describeByte(field.at);
    }
  }

  #describeByte(at: number): void {
    const wire = this.#detail?.wire;
    const field = wire?.fields.find((each) => at >= each.at && at < each.at + each.len);
    this.#editor.show(at, wire?.bytes[at] ?? 0, field?.name ?? "");
  }
}

/** What the colours of bytes and fields mean. */
function legend(): HTMLElement {
  const kinds = [
    ["authenticated", "authenticated"],
    ["encrypted", "encrypted too"],
    ["none", "not protected"],
  ] as const;
  return element(
    "span",
    { class: "protections" },
    ...kinds.map(([kind, words]) => element("span", { class: kind }, words)),
  );
}
