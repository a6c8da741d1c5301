/** A header drawn field by field, eight bytes a line; what stands behind it is a line each. */
import type { Field, Layout } from "../store/detail.ts";
import { element } from "./dom.ts";

const BYTES_PER_LINE = 8;

const PROTECTED: Record<Field["protection"], string> = {
  none: "not protected",
  authenticated: "authenticated",
  encrypted: "encrypted and authenticated",
};

/** The drawing. `chosen` is told which field was clicked, or activated by the keyboard. */
export function drawHeader(
  layout: Layout,
  edited: ReadonlySet<number>,
  chosen: (field: Field) => void,
): HTMLElement {
  const drawing = element("div", { class: "drawing" });
  for (const field of layout.fields) drawing.append(drawField(field, edited, chosen));
  return element("section", { class: "header" }, element("h3", {}, layout.title), drawing);
}

function drawField(field: Field, edited: ReadonlySet<number>, chosen: (field: Field) => void): HTMLElement {
  const last = field.at + field.len - 1;
  const name = element("span", { class: "name" }, field.name);
  const value = element("span", { class: "value" }, field.value);
  const meaning = element("span", { class: "meaning" }, field.meaning);
  const box = element(
    "button",
    {
      class: `field ${field.protection}`,
      title: `Bytes ${field.at} to ${last}: ${field.name}, ${PROTECTED[field.protection]}. ${field.meaning}`,
    },
    name,
    value,
    meaning,
  );
  box.style.gridColumn = `span ${Math.min(field.len, BYTES_PER_LINE)}`;
  for (const at of edited) if (at >= field.at && at <= last) box.classList.add("edited");
  box.addEventListener("click", () => chosen(field));
  return box;
}
