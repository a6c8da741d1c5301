/** Vector files are dropped here, checked, and reported on. */
import type { VectorReport } from "../algorithms/vector_report.ts";
import { element } from "./dom.ts";
import { onChoose, onDrop } from "./drop.ts";

/** Has the worker check a file. */
export type CheckVectors = (name: string, text: string) => Promise<VectorReport>;

/** The card. */
export class VectorsCard {
  readonly element: HTMLElement;
  readonly #check: CheckVectors;
  readonly #total = element("p", { role: "status", id: "vectors-total" });
  readonly #reports = element("div", { class: "reports" });
  #passed = 0;
  #failed = 0;

  constructor(check: CheckVectors) {
    this.#check = check;
    const input = element("input", { type: "file", multiple: true, accept: ".json", id: "vectors-file" });
    const choose = element("label", { class: "button primary" }, "Check vector files", input);
    const hint = element(
      "p",
      { class: "quiet" },
      "Or drop files of vectors/ here: algorithms, packets of both profiles, handshakes, rekeying.",
    );
    this.element = element(
      "section",
      { class: "card", "aria-labelledby": "vectors-title" },
      element("h2", { id: "vectors-title" }, "Known answers"),
      choose,
      hint,
      this.#total,
      this.#reports,
    );
    onChoose(input, (files) => void this.#take(files));
    onDrop(this.element, (files) => void this.#take(files));
  }

  async #take(files: readonly File[]): Promise<void> {
    this.#passed = 0;
    this.#failed = 0;
    this.#reports.replaceChildren();
    for (const file of files) {
      try {
        this.#show(await this.#check(file.name, await file.text()));
      } catch (error) {
        this.#reports.append(
          element("p", { role: "alert" }, error instanceof Error ? error.message : String(error)),
        );
      }
    }
    const failed = this.#failed > 0 ? `, ${this.#failed.toLocaleString("en")} failed` : ", none failed";
    this.#total.textContent = `${this.#passed.toLocaleString("en")} passed${failed}`;
  }

  #show({ name, schema, source, algorithms, failures }: VectorReport): void {
    const rows = algorithms.map(({ algorithm, passed, failed }) => {
      this.#passed += passed;
      this.#failed += failed;
      return element(
        "tr",
        failed > 0 ? { class: "wrong" } : {},
        element("td", {}, algorithm),
        element("td", {}, String(passed)),
        element("td", {}, String(failed)),
      );
    });
    const head = element(
      "tr",
      {},
      ...["Algorithm", "Passed", "Failed"].map((title) => element("th", { scope: "col" }, title)),
    );
    const wrong = failures.map(({ tcId, algorithm, comment, reason }) =>
      element("li", {}, `Case ${tcId}, ${algorithm}${comment && `, ${comment}`}: ${reason}`),
    );
    this.#reports.append(
      element("h3", {}, name),
      element("p", { class: "quiet" }, `${schema}; ${source}`),
      element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)),
      ...(wrong.length > 0 ? [element("ul", { class: "wrong" }, ...wrong)] : []),
    );
  }
}
