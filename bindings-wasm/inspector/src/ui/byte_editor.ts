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
  const at = element("input", { class: "mono", size: 5, inputmode: "numeric", value: "0" });
  const value = element("input", { class: "mono", size: 2, maxlength: 2, pattern: "[0-9a-fA-F]{1,2}", value: "" });
  const undo = element("button", { type: "button", disabled: true }, "Undo changes");
  const field = element("span", { class: "quiet", role: "status" }, "");
  const form = element("form", { class: "byte-editor group" },
    element("label", {}, "Byte ", at),
    element("label", {}, "in hexadecimal ", value),
    element("button", { type: "submit" }, "Change it"),
    undo,
    field,
  );
  at.addEventListener("change", () => listener.moved(Number(at.value) || 0));
  undo.addEventListener("click", () => listener.undo());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (/^[0-9a-fA-F]{1,2}$/.test(value.value)) listener.typed(Number(at.value) || 0, Number.parseInt(value.value, 16));
  });
  return {
    element: form,
    show(place, byte, name) {
      at.value = String(place);
      value.value = byte.toString(16).padStart(2, "0");
      field.textContent = name;
    },
    setEdited(edited) {
      undo.disabled = !edited;
    },
  };
}
