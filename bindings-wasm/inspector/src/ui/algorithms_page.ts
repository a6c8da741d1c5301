/** The second tab: computing, known answers, the race. */
import type { Client } from "../client.ts";
import type { Lap } from "../protocol.ts";
import { ComputeForm } from "./compute_form.ts";
import { byId, element } from "./dom.ts";
import { RaceCard } from "./race_card.ts";
import { VectorsCard } from "./vectors_card.ts";

/** Kinds that work on data, so that they can race. */
const RACING = ["block-cipher-mode", "stream-cipher", "aead", "digest", "mac"];

/** The page. It is made when the worker has told which algorithms there are. */
export class AlgorithmsPage {
  readonly #client: Client;
  #race: RaceCard | undefined;

  constructor(client: Client) {
    this.#client = client;
    void this.#make();
  }

  /** An algorithm has run a lap of the race. */
  lap(lap: Lap): void {
    this.#race?.lap(lap);
  }

  async #make(): Promise<void> {
    const algorithms = await this.#client.call("algorithms");
    const compute = new ComputeForm(algorithms, (request) => this.#client.call("compute", request));
    const vectors = new VectorsCard((name, text) => this.#client.call("checkVectors", name, text));
    this.#race = new RaceCard(
      algorithms.filter(({ kind }) => RACING.includes(kind)),
      (names, seconds) => this.#client.call("race", names, seconds),
    );
    const beside = element("div", { class: "beside" }, vectors.element, this.#race.element);
    byId("algorithms", HTMLElement).append(element("div", { class: "cards" }, compute.element, beside));
  }
}
