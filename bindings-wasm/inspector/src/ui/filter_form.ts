/** The line of filters: a text, and a button for each verdict that occurs. */
import { type Verdict, VERDICTS } from "../store/packet.ts";
import { byId, element } from "./dom.ts";

/** The form in the page. `changed` is told of every new text. */
export class FilterForm {
  readonly #input = byId("filter-text", HTMLInputElement);
  readonly #verdicts = byId("verdicts", HTMLElement);
  readonly #says = byId("filter-say", HTMLElement);
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
    this.#input.addEventListener("input", changed);
    byId("filter", HTMLFormElement).addEventListener("submit", (event) => event.preventDefault());
  }

  /** The filter as text. */
  get text(): string {
    return this.#input.value;
  }

  /** Have one term for `field`, or none: what stood there for it is replaced. */
  setTerm(field: string, value: string | undefined): void {
    const others = this.text.split(/\s+/).filter((term) => term !== "" && !term.startsWith(`${field}:`));
    this.setText([...others, ...(value === undefined ? [] : [`${field}:${value}`])].join(" "));
  }

  /** Have another text. */
  setText(text: string): void {
    this.#input.value = text;
    this.#changed();
  }

  /** Say how many packets match, and how many there are of each verdict. */
  show(matching: number, packets: number, counts: Readonly<Record<Verdict, number>>): void {
    this.#says.textContent =
      matching === packets ? "" : `${matching.toLocaleString("en")} of ${packets.toLocaleString("en")}`;
    this.#says.classList.remove("wrong");
    const chosen = /(?:^|\s)verdict:(\S+)/.exec(this.text)?.[1];
    this.#verdicts.replaceChildren(
      ...VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) =>
        this.#button(verdict, counts[verdict], chosen),
      ),
    );
  }

  /** Say what is wrong with the text. */
  refuse(sentence: string): void {
    this.#says.textContent = sentence;
    this.#says.classList.add("wrong");
  }

  #button(verdict: Verdict, count: number, chosen: string | undefined): HTMLElement {
    const value = verdict.replace(" ", "-");
    const pressed = chosen === value;
    const button = element(
      "button",
      { type: "button", "aria-pressed": String(pressed), class: "verdict", "data-verdict": verdict },
      `${verdict} `,
    );
    button.append(element("span", {}, count.toLocaleString("en")));
    button.addEventListener("click", () => {
      this.setTerm("verdict", pressed ? undefined : value);
      [...this.#verdicts.querySelectorAll("button")]
        .find((each) => each.dataset["verdict"] === verdict)
        ?.focus();
    });
    return button;
  }
}
