/** Changing one byte by form: for those who do not type into the bytes themselves. */
import { element } from "./dom.ts";
import type { HexListener } from "./hex_view.ts";

/** The form. */
export interface ByteEditor {
  readonly element: HTMLElement;
  /** The byte at `at` is the chosen one. */
  show(at: number, value: number, field: string): void;
  /** Whether there is something to undo. */
  setEdited(edited: boolean): void;
}

/** Make the form. */
export function byteEditor(listener: HexListener & { undo(): void }): ByteEditor {
  const at = element("input", {
    class: "mono",
    size: 5,
    required: true,
    pattern: "[0-9]+",
    inputmode: "numeric",
    title: "A decimal number",
    value: "0",
  });
  const value = element("input", {
    class: "mono",
    size: 2,
    required: true,
    pattern: "[0-9a-fA-F]{1,2}",
    title: "Two hexadecimal digits",
  });
  const undo = element("button", { type: "button", disabled: true }, "Undo");
  const field = element("span", { class: "quiet", role: "status" }, "");
  const form = element(
    "form",
    { class: "byte-editor group" },
    element("label", {}, "Change byte ", at),
    element("label", {}, "to ", value),
    element("button", { type: "submit" }, "Change"),
    undo,
    field,
  );
  at.addEventListener("input", () => listener.moved(Number(at.value) || 0));
  value.addEventListener("focus", () => value.select());
  undo.addEventListener("click", () => listener.undo());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    listener.typed(Number(at.value) || 0, Number.parseInt(value.value, 16));
  });
  return {
    element: form,
    show(place, byte, name) {
      if (Number(at.value) !== place) at.value = String(place);
      value.value = byte.toString(16).padStart(2, "0");
      field.textContent = name;
    },
    setEdited(edited) {
      undo.disabled = !edited;
    },
  };
}
