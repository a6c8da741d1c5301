/** Files that are dropped on a part of the page, or chosen. */

/** Have `take` get what is dropped on `target`; it has the class `dropping` meanwhile. */
export function onDrop(target: HTMLElement, take: (files: File[]) => void): void {
  target.addEventListener("dragover", (event) => {
    event.preventDefault();
    target.classList.add("dropping");
  });
  target.addEventListener("dragleave", (event) => {
    if (event.target === target || !target.contains(event.relatedTarget as Node | null))
      target.classList.remove("dropping");
  });
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    target.classList.remove("dropping");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) take(files);
  });
}

/** Have `take` get what is chosen with `input`, also when it is the same file again. */
export function onChoose(input: HTMLInputElement, take: (files: File[]) => void): void {
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length > 0) take(files);
  });
}
