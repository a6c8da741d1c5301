/** Bytes in hexadecimal and as text, coloured by field. The wire's bytes can be changed by typing over them. */
import type { Layout } from "../store/detail.ts";
import { element } from "./dom.ts";
import { VirtualList } from "./virtual_list.ts";

const ROW_HEIGHT = 18;
const PER_ROW = 16;

/** What the view tells. */
export interface HexListener {
  /** The byte under the cursor is now this one. */
  moved(at: number): void;
  /** The byte was typed over. */
  typed(at: number, value: number): void;
}

/** One block of bytes. */
export class HexView {
  readonly element: HTMLElement;
  readonly #list: VirtualList;
  readonly #listener: HexListener | undefined;
  #layout: Layout | undefined;
  #edited = new Set<number>();
  #marked: { at: number; len: number } | undefined;
  #cursor = 0;
  /** The first digit of a byte that is being typed. */
  #half: number | undefined;

  /** Without a listener nothing can be changed. */
  constructor(label: string, listener?: HexListener) {
    this.#listener = listener;
    this.element = element("div", { class: "hex", tabindex: 0, role: "region", "aria-label": label });
    this.#list = new VirtualList(this.element, ROW_HEIGHT, (index) => this.#row(index));
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("click", (event) => {
      const byte = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-at]") : null;
      if (byte) this.#move(Number(byte.dataset["at"]));
    });
  }

  /** Show these bytes, with those at `edited` told apart. */
  show(layout: Layout, edited: Iterable<number>): void {
    if (layout.bytes.length !== this.#layout?.bytes.length) this.element.scrollTop = 0;
    this.#layout = layout;
    this.#edited = new Set(edited);
    this.#cursor = Math.max(0, Math.min(this.#cursor, layout.bytes.length - 1));
    this.#list.setCount(Math.ceil(layout.bytes.length / PER_ROW));
  }

  /** Mark the bytes of a field, and show them. */
  mark(at: number, len: number): void {
    this.#marked = { at, len };
    this.#list.reveal(Math.floor(at / PER_ROW));
    this.#list.refresh();
  }

  /** Put the cursor on a byte. */
  setCursor(at: number): void {
    this.#cursor = at;
    this.#half = undefined;
    this.#list.reveal(Math.floor(at / PER_ROW));
    this.#list.refresh();
  }

  #move(at: number): void {
    const len = this.#layout?.bytes.length ?? 0;
    if (at < 0 || at >= len) return;
    this.setCursor(at);
    this.#listener?.moved(at);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || !this.#listener) return;
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -PER_ROW,
      ArrowDown: PER_ROW,
    };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      this.#move(this.#cursor + step);
    } else if (/^[0-9a-fA-F]$/.test(event.key)) {
      event.preventDefault();
      this.#digit(Number.parseInt(event.key, 16));
    }
  }

  #digit(digit: number): void {
    if (this.#half === undefined) {
      this.#half = digit;
      this.#list.refresh();
      return;
    }
    const at = this.#cursor;
    const value = this.#half * 16 + digit;
    this.#half = undefined;
    this.#listener?.typed(at, value);
    this.#move(at + 1);
  }

  #row(index: number): HTMLElement {
    const bytes = this.#layout?.bytes ?? new Uint8Array();
    const start = index * PER_ROW;
    const digits = element("span", { class: "digits" });
    let text = "";
    for (let at = start; at < Math.min(start + PER_ROW, bytes.length); at++) {
      const byte = bytes[at] ?? 0;
      digits.append(this.#byte(at, byte));
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·";
    }
    const offset = element("span", { class: "offset" }, start.toString(16).padStart(4, "0"));
    return element("div", { class: "hex-row" }, offset, digits, element("span", { class: "ascii" }, text));
  }

  #byte(at: number, byte: number): HTMLElement {
    const made = element("span", { "data-at": at }, byte.toString(16).padStart(2, "0"));
    const field = this.#layout?.fields.find((each) => at >= each.at && at < each.at + each.len);
    if (field) made.classList.add(field.protection);
    if (this.#edited.has(at)) made.classList.add("edited");
    if (this.#marked && at >= this.#marked.at && at < this.#marked.at + this.#marked.len)
      made.classList.add("marked");
    if (this.#listener && at === this.#cursor) {
      made.classList.add("cursor");
      if (this.#half !== undefined) made.textContent = `${this.#half.toString(16)}_`;
    }
    return made;
  }
}
