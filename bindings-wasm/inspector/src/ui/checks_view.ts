/** What the opener looked at, in its order, and what it found. */
import type { Check } from "../store/detail.ts";
import { element } from "./dom.ts";

/** The list of checks. */
export function drawChecks(checks: readonly Check[]): HTMLElement {
  const items = checks.map(({ name, outcome, reason }) =>
    element(
      "li",
      { "data-outcome": outcome },
      element("span", { class: "name" }, name),
      element("span", { class: "outcome" }, outcome),
      element("span", { class: "reason" }, reason),
    ),
  );
  return element("ol", { class: "checks" }, ...items);
}
