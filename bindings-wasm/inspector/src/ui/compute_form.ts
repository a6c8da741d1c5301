/** Computes an algorithm on what is typed, and shows the steps. Everything is computed anew with each change. */
import { fromHex, toHex } from "../algorithms/bytes.ts";
import type { AlgorithmInfo, Computation, ComputeRequest, Trace } from "../algorithms/types.ts";
import { element } from "./dom.ts";

/** Asks the worker to compute. */
export type Compute = (request: ComputeRequest) => Promise<Computation>;

const KINDS: Readonly<Record<AlgorithmInfo["kind"], string>> = {
  aead: "Authenticated encryption",
  "block-cipher-mode": "Block ciphers in a mode",
  "stream-cipher": "Stream ciphers",
  padding: "Padding",
  mac: "Message authentication codes",
  digest: "Digests",
  "key-agreement": "Key agreement",
  "key-derivation": "Key derivation",
};

const PADDINGS = ["none", "pkcs7", "iso7816", "x923", "zero-with-count"];

/** What a field is called, for each kind that has it. */
const LABELS: Readonly<
  Record<"key" | "iv" | "aad" | "input" | "len", Partial<Record<AlgorithmInfo["kind"], string>>>
> = {
  key: {
    aead: "Key",
    "block-cipher-mode": "Key",
    "stream-cipher": "Key",
    mac: "Key",
    "key-agreement": "Our secret",
    "key-derivation": "Secret",
  },
  iv: { aead: "Nonce", "block-cipher-mode": "IV", "stream-cipher": "IV", "key-derivation": "Salt" },
  aad: { aead: "Associated data", "key-derivation": "Info" },
  input: {
    aead: "Input",
    "block-cipher-mode": "Input",
    "stream-cipher": "Input",
    padding: "Input",
    mac: "Message",
    digest: "Message",
    "key-agreement": "Their public value",
  },
  len: { padding: "Block, in bytes", "key-derivation": "Length, in bytes" },
};

/** Kinds that have a way back. */
const TWO_WAYS = ["aead", "block-cipher-mode", "padding"];

/** The form and its result. */
export class ComputeForm {
  readonly element: HTMLElement;
  readonly #compute: Compute;
  readonly #algorithms: ReadonlyMap<string, AlgorithmInfo>;
  readonly #choice: HTMLSelectElement;
  readonly #about = element("p", { class: "quiet" });
  readonly #key = hexField();
  readonly #iv = hexField();
  readonly #aad = hexField();
  readonly #input = element("textarea", { rows: 3, spellcheck: "false" });
  readonly #inputIs = element("select", { id: "compute-inputIs" }, ...options(["text", "hexadecimal"]));
  readonly #padding = element("select", {}, ...options(PADDINGS));
  readonly #len = element("input", { type: "number", min: 1, max: 255, value: 16 });
  readonly #backwards = element("input", { type: "checkbox" });
  readonly #output = element("output", { class: "mono" });
  readonly #traces = element("div", { class: "traces" });
  readonly #rows: readonly HTMLElement[];
  #asked = 0;

  constructor(algorithms: readonly AlgorithmInfo[], compute: Compute) {
    this.#compute = compute;
    this.#algorithms = new Map(algorithms.map((each) => [each.name, each]));
    this.#choice = choiceOf(algorithms);
    const inputKind = element("label", { class: "quiet" }, "is ", this.#inputIs);
    this.#rows = [
      row("key", this.#key),
      row("iv", this.#iv),
      row("aad", this.#aad),
      row("input", this.#input, inputKind),
      row("len", this.#len),
      row("padding", this.#padding),
      row("backwards", this.#backwards),
    ];
    const form = element(
      "form",
      { class: "compute" },
      row("algorithm", this.#choice, this.#about),
      ...this.#rows,
      row("output", this.#output),
    );
    this.element = element(
      "section",
      { class: "card", "aria-labelledby": "compute-title" },
      element("h2", { id: "compute-title" }, "Compute"),
      form,
      this.#traces,
    );
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => {
      if (event.target === this.#choice) this.#choose();
      void this.#run();
    });
    this.#input.value = "sixteen letters.sixteen letters.and some more";
    this.#choice.value = "aes-128-cbc";
    this.#padding.value = "pkcs7";
    this.#choose();
    void this.#run();
  }

  /** Another algorithm: fields that it has, with bytes of the right lengths. */
  #choose(): void {
    const info = this.#info();
    this.#about.textContent = [info.strength, info.source, info.keyLen && `key: ${info.keyLen}`]
      .filter(Boolean)
      .join("; ");
    this.#key.value = toHex(Uint8Array.from({ length: info.someKeyLen }, (_, at) => at));
    this.#iv.value = toHex(new Uint8Array(info.ivLen));
    this.#len.value = info.kind === "key-derivation" ? "42" : "16";
    this.#input.value = info.kind === "key-agreement" ? "" : this.#input.value;
    this.#backwards.checked = false;
    for (const each of this.#rows) this.#label(each, info);
  }

  #label(line: HTMLElement, info: AlgorithmInfo): void {
    const { kind, ivLen } = info;
    const name = line.dataset["name"] ?? "";
    if (name in LABELS) {
      const label = LABELS[name as keyof typeof LABELS][kind];
      line.hidden = label === undefined || (name === "iv" && ivLen === 0 && kind !== "key-derivation");
      line.querySelector("label")?.replaceChildren(label ?? "");
    } else if (name === "padding") line.hidden = !takesPadding(info);
    else line.hidden = !TWO_WAYS.includes(kind);
  }

  async #run(): Promise<void> {
    const asked = ++this.#asked;
    const request = this.#request();
    if (typeof request === "string") return this.#refuse(request);
    try {
      const computation = await this.#compute(request);
      if (asked === this.#asked) this.#show(computation);
    } catch (error) {
      if (asked === this.#asked) this.#refuse(error instanceof Error ? error.message : String(error));
    }
  }

  /** What is typed; or what is wrong with it. */
  #request(): ComputeRequest | string {
    const input =
      this.#inputIs.value === "text" && this.#info().kind !== "key-agreement"
        ? new TextEncoder().encode(this.#input.value)
        : fromHex(this.#input.value);
    const [key, iv, aad] = [fromHex(this.#key.value), fromHex(this.#iv.value), fromHex(this.#aad.value)];
    if (!key || !iv || !aad || !input)
      return "Hexadecimal is an even number of the digits 0 to 9 and a to f.";
    const { value: algorithm } = this.#choice;
    const padding = takesPadding(this.#info()) ? this.#padding.value : "none";
    return {
      algorithm,
      backwards: this.#backwards.checked,
      key,
      iv,
      aad,
      input,
      padding,
      len: Number(this.#len.value),
    };
  }

  #show({ output, traces }: Computation): void {
    this.#output.textContent = toHex(output);
    this.#output.classList.remove("wrong");
    this.#traces.replaceChildren(...traces.map(drawTrace));
  }

  #refuse(sentence: string): void {
    this.#output.textContent = sentence;
    this.#output.classList.add("wrong");
    this.#traces.replaceChildren();
  }

  #info(): AlgorithmInfo {
    const info = this.#algorithms.get(this.#choice.value);
    if (!info) throw new Error(`no algorithm ${this.#choice.value}`);
    return info;
  }
}

/** Only modes that work on whole blocks do. */
function takesPadding({ name }: AlgorithmInfo): boolean {
  return /-(?:ecb|cbc)$/.test(name);
}

function drawTrace({ title, note, columns, rows }: Trace): HTMLElement {
  const head = element("tr", {}, ...columns.map((column) => element("th", { scope: "col" }, column)));
  const body = rows.map((cells) => element("tr", {}, ...cells.map((cell) => element("td", {}, cell))));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  const scroll = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title }, table);
  return element("section", {}, element("h3", {}, title), element("p", { class: "quiet" }, note), scroll);
}

function choiceOf(algorithms: readonly AlgorithmInfo[]): HTMLSelectElement {
  const groups = Object.entries(KINDS).map(([kind, label]) => {
    const options = algorithms
      .filter((each) => each.kind === kind)
      .map(({ name, strength }) =>
        element("option", { value: name }, strength ? `${name} (${strength})` : name),
      );
    return element("optgroup", { label }, ...options);
  });
  return element("select", {}, ...groups);
}

function options(values: readonly string[]): HTMLOptionElement[] {
  return values.map((value) => element("option", { value }, value));
}

function hexField(): HTMLInputElement {
  return element("input", { class: "mono", spellcheck: "false", autocomplete: "off" });
}

const TITLES: Readonly<Record<string, string>> = {
  algorithm: "Algorithm",
  padding: "Padding",
  backwards: "Decrypt, open or unpad",
  output: "Result",
};

function row(name: string, control: HTMLElement, ...more: HTMLElement[]): HTMLElement {
  control.id = `compute-${name}`;
  const label = element("label", { for: control.id }, TITLES[name] ?? "");
  return element("div", { class: "row", "data-name": name }, label, control, ...more);
}
