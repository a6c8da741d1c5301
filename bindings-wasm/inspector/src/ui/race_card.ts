/** The race: a bar for each algorithm, as long as it is fast, while they run. */
import type { AlgorithmInfo } from "../algorithms/types.ts";
import type { Lap } from "../protocol.ts";
import { element } from "./dom.ts";

/** How long a race takes, in seconds. */
const SECONDS = 10;

/** Who races unless others are chosen. */
const FIELD = [
  "aes-256-gcm",
  "chacha20-poly1305",
  "aes-128-ctr",
  "3des-cbc",
  "des-cbc",
  "idea-cbc",
  "blowfish-cbc",
  "rc4",
  "md5",
  "sha1",
  "sha256",
  "keyed-md5",
  "hmac-sha256",
];

/** Has the worker race algorithms. */
export type Race = (names: readonly string[], seconds: number) => Promise<void>;

/** The card. */
export class RaceCard {
  readonly element: HTMLElement;
  readonly #race: Race;
  readonly #start = element("button", { class: "primary" }, "Race them");
  readonly #says = element("p", { role: "status", class: "quiet", id: "race-say" });
  readonly #bars = element("ol", { class: "bars", "aria-label": "Speed, fastest first" });
  readonly #boxes: readonly HTMLInputElement[];
  #laps = new Map<string, number>();

  constructor(algorithms: readonly AlgorithmInfo[], race: Race) {
    this.#race = race;
    this.#boxes = algorithms.map(({ name }) =>
      element("input", { type: "checkbox", value: name, checked: FIELD.includes(name) }),
    );
    const labels = this.#boxes.map((box) => element("label", {}, box, box.value));
    const field = element(
      "details",
      { class: "race-field" },
      element("summary", {}, "Who takes part"),
      element("div", {}, ...labels),
    );
    const hint = element(
      "p",
      { class: "quiet" },
      `${SECONDS} seconds, in turns of 20 ms on 64 KiB, in this browser; the medians count.`,
    );
    this.element = element(
      "section",
      { class: "card", "aria-labelledby": "race-title" },
      element("h2", { id: "race-title" }, "Race"),
      field,
      this.#start,
      hint,
      this.#says,
      this.#bars,
    );
    this.#start.addEventListener("click", () => void this.#run());
  }

  /** An algorithm has run a lap. */
  lap({ name, speed }: Lap): void {
    this.#laps.set(name, speed);
    this.#draw();
  }

  async #run(): Promise<void> {
    const names = this.#boxes.filter(({ checked }) => checked).map(({ value }) => value);
    this.#laps.clear();
    this.#draw();
    this.#start.disabled = true;
    this.#says.textContent = "Running";
    await this.#race(names, SECONDS);
    this.#says.textContent = "Done";
    this.#start.disabled = false;
  }

  #draw(): void {
    const ordered = [...this.#laps].sort(([, a], [, b]) => b - a);
    const fastest = ordered[0]?.[1] ?? 1;
    this.#bars.replaceChildren(
      ...ordered.map(([name, speed]) => {
        const bar = element("span", { class: "bar-length" });
        bar.style.width = `${(100 * speed) / fastest}%`;
        return element(
          "li",
          {},
          element("span", { class: "bar-name" }, name),
          element("span", { class: "bar-space" }, bar),
          element("span", { class: "bar-speed" }, formatSpeed(speed)),
        );
      }),
    );
  }
}

function formatSpeed(speed: number): string {
  const mega = speed / 1e6;
  return `${mega >= 100 ? mega.toFixed(0) : mega.toPrecision(3)} MB/s`;
}
