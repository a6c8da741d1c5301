/**
 * A long list of rows of one height, of which only those in view are elements. Browsers stop at some 33 million
 * pixels of height: beyond 1.3 million rows the last ones are reached by filtering only.
 */
import { element } from "./dom.ts";

/** Rows above and below the view that are made too, so that slow scrolling shows no gaps. */
const MARGIN = 6;

/** The list: `viewport` scrolls, `row` makes the element of one index. */
export class VirtualList {
  readonly #viewport: HTMLElement;
  readonly #spacer = element("div", { class: "virtual-space", role: "presentation" });
  readonly #rows = element("div", { class: "virtual-rows", role: "presentation" });
  readonly #row: (index: number) => HTMLElement;
  readonly #rowHeight: number;
  #count = 0;
  #due = false;

  constructor(viewport: HTMLElement, rowHeight: number, row: (index: number) => HTMLElement) {
    this.#viewport = viewport;
    this.#rowHeight = rowHeight;
    this.#row = row;
    this.#spacer.append(this.#rows);
    viewport.append(this.#spacer);
    viewport.addEventListener("scroll", () => this.refresh(), { passive: true });
    new ResizeObserver(() => this.refresh()).observe(viewport);
  }

  /** How many rows there are from now on. */
  setCount(count: number): void {
    this.#count = count;
    this.#spacer.style.height = `${count * this.#rowHeight}px`;
    this.refresh();
  }

  /** Make the rows in view anew, once in the next frame. */
  refresh(): void {
    if (this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#render();
    });
  }

  /** The first and one past the last index in view. */
  inView(): [number, number] {
    const first = Math.floor(this.#viewport.scrollTop / this.#rowHeight);
    const fit = Math.ceil(this.#viewport.clientHeight / this.#rowHeight);
    return [Math.max(0, first), Math.min(this.#count, first + fit + 1)];
  }

  /** Scroll as little as needed to have `index` whole in view. `covered` pixels at the top are under a header. */
  reveal(index: number, covered = 0): void {
    const top = index * this.#rowHeight;
    const { scrollTop, clientHeight } = this.#viewport;
    if (top < scrollTop) this.#viewport.scrollTop = top;
    else if (top + this.#rowHeight > scrollTop + clientHeight - covered) {
      this.#viewport.scrollTop = top + this.#rowHeight - clientHeight + covered;
    }
  }

  #render(): void {
    const [first, end] = this.inView();
    const from = Math.max(0, first - MARGIN);
    const to = Math.min(this.#count, end + MARGIN);
    const rows: HTMLElement[] = [];
    for (let index = from; index < to; index++) rows.push(this.#row(index));
    this.#rows.style.transform = `translateY(${from * this.#rowHeight}px)`;
    this.#rows.replaceChildren(...rows);
  }
}
