/**
 * The timeline: a lane for each pair of hosts. Bars above the axis are packets from the first host to the
 * second, below it the other way, coloured by verdict. Dragging over a lane chooses a span of time.
 */
import { VERDICTS, type Verdict } from "../store/packet.ts";
import type { Lane, Timeline } from "../store/timeline.ts";
import { element } from "./dom.ts";

/** A bar is this high at least, in pixels: one forged packet among thousands must be seen. */
const BAR_MIN = 2;
/** Into how many parts the scale below the lanes is cut. */
const MARKS = 8;

/** What the timeline chooses. */
export interface TimelineChoice {
  span(from: number, to: number): void;
  hosts(first: string, second: string): void;
}

/** The timeline in `section`. */
export class TimelineView {
  readonly #section: HTMLElement;
  readonly #choice: TimelineChoice;
  #timeline: Timeline | undefined;

  constructor(section: HTMLElement, choice: TimelineChoice) {
    this.#section = section;
    this.#choice = choice;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    new ResizeObserver(() => this.#draw()).observe(section);
  }

  /** Show another timeline. */
  show(timeline: Timeline): void {
    this.#timeline = timeline;
    this.#section.replaceChildren(
      ...timeline.lanes.map((lane) => this.#lane(timeline, lane)),
      drawScale(timeline.seconds),
    );
    this.#draw();
  }

  #lane(timeline: Timeline, lane: Lane): HTMLElement {
    const [first, second] = lane.hosts;
    const label = element("button", { title: "Show only these two hosts" }, `${first} – ${second}`);
    label.append(element("span", {}, `${lane.packets.toLocaleString("en")} packets`));
    label.addEventListener("click", () => this.#choice.hosts(first, second));
    const canvas = element("canvas", { role: "img", "aria-label": describe(timeline, lane) });
    this.#dragging(canvas, timeline.seconds);
    return element("div", { class: "lane" }, label, canvas);
  }

  #dragging(canvas: HTMLCanvasElement, seconds: number): void {
    let start: number | undefined;
    const at = (event: PointerEvent): number => {
      const { left, width } = canvas.getBoundingClientRect();
      return Math.max(0, Math.min(1, (event.clientX - left) / width)) * seconds;
    };
    canvas.addEventListener("pointerdown", (event) => {
      start = at(event);
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointerup", (event) => {
      if (start === undefined) return;
      const [from, to] = [Math.min(start, at(event)), Math.max(start, at(event))];
      start = undefined;
      if (to - from > seconds / 500) this.#choice.span(from, to);
    });
  }

  #draw(): void {
    const canvases = this.#section.querySelectorAll("canvas");
    this.#timeline?.lanes.forEach((lane, index) => {
      const canvas = canvases[index];
      if (canvas && this.#timeline) drawLane(canvas, lane, this.#timeline.steps);
    });
  }
}

/** Times below the lanes, in seconds. */
function drawScale(seconds: number): HTMLElement {
  const digits = seconds < 1 ? 3 : seconds < 100 ? 1 : 0;
  const labels = Array.from({ length: MARKS + 1 }, (_, at) =>
    element("span", {}, `${((seconds * at) / MARKS).toFixed(digits)} s`),
  );
  return element("div", { class: "scale", "aria-hidden": "true" }, ...labels);
}

function drawLane(canvas: HTMLCanvasElement, lane: Lane, steps: number): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  const context = canvas.getContext("2d");
  if (!context || width === 0) return;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  context.scale(devicePixelRatio, devicePixelRatio);
  const style = getComputedStyle(canvas);
  const colours = VERDICTS.map((verdict) => resolve(canvas, verdict));
  const axis = height / 2;
  const perPacket = (axis - 3) / Math.max(1, highest(lane.there, steps), highest(lane.back, steps));
  for (const [counts, direction] of [
    [lane.there, -1],
    [lane.back, 1],
  ] as const) {
    for (let step = 0; step < steps; step++) {
      let end = axis;
      VERDICTS.forEach((_, verdict) => {
        const count = counts[step * VERDICTS.length + verdict] ?? 0;
        if (count === 0) return;
        const length = Math.max(BAR_MIN, count * perPacket) * direction;
        context.fillStyle = colours[verdict] ?? style.color;
        context.fillRect((step * width) / steps, end, Math.max(1, width / steps - 0.5), length);
        end += length;
      });
    }
  }
  context.fillStyle = style.getPropertyValue("color");
  context.globalAlpha = 0.35;
  context.fillRect(0, axis - 0.5, width, 1);
}

/** The colour of a verdict, which the style sheet gives as one of two: let the browser choose. */
function resolve(canvas: HTMLCanvasElement, verdict: Verdict): string {
  canvas.style.color = `var(--${verdict.replace(" ", "-")})`;
  const colour = getComputedStyle(canvas).color;
  canvas.style.removeProperty("color");
  return colour;
}

function highest(counts: Uint32Array, steps: number): number {
  let most = 0;
  for (let step = 0; step < steps; step++) {
    const of = counts.subarray(step * VERDICTS.length, (step + 1) * VERDICTS.length);
    most = Math.max(
      most,
      of.reduce((sum, count) => sum + count, 0),
    );
  }
  return most;
}

function describe(timeline: Timeline, lane: Lane): string {
  const totals = VERDICTS.map((verdict, at) => {
    let total = 0;
    for (let step = 0; step < timeline.steps; step++) {
      const place = step * VERDICTS.length + at;
      total += (lane.there[place] ?? 0) + (lane.back[place] ?? 0);
    }
    return total > 0 ? `${total} ${verdict}` : "";
  }).filter(Boolean);
  return `${lane.hosts.join(" and ")}, ${timeline.seconds.toFixed(3)} seconds: ${totals.join(", ")}`;
}
