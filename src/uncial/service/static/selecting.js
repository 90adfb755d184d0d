// Selecting text over the pictures. Lines stand where they are on the page, with nothing in between: a browser that is asked what lies
// under the mouse there answers with the beginning or the end of the whole page, and the selection jumps. So while text is selected an
// element behind the lines stands for the empty parts, and it is put where the selection ends (as PDF.js does it, text_layer_builder.js).

import { make } from "./dom.js";

/**
 * Keep selections where the mouse is.
 *
 * @param {HTMLElement} canvas in which the pages are
 * @param {AbortSignal} signal
 */
export function steadySelection(canvas, signal) {
  const beyond = make("span", { class: "beyond", "aria-hidden": "true" });
  let pressed = false;
  /** @type {Range | null} */
  let before = null;
  canvas.addEventListener(
    "pointerdown",
    () => {
      pressed = true;
      before = null;
      canvas.classList.add("selecting");
    },
    { signal },
  );
  const release = () => {
    pressed = false;
    beyond.remove();
    canvas.classList.remove("selecting");
  };
  for (const type of ["pointerup", "pointercancel", "blur"]) addEventListener(type, release, { signal });
  document.addEventListener(
    "selectionchange",
    () => {
      const selection = document.getSelection();
      if (!pressed || !selection?.rangeCount || selection.isCollapsed) return;
      const range = selection.getRangeAt(0);
      const backwards = before !== null && movedAtStart(range, before);
      before = range.cloneRange();
      const at = backwards ? range.startContainer : range.endContainer;
      const line = (at instanceof Element ? at : at.parentElement)?.closest(".text-layer .line");
      if (!line || !canvas.contains(line)) return;
      if (backwards) line.before(beyond);
      else line.after(beyond);
    },
    { signal },
  );
}

/** Whether the selection changed at its beginning: it is drawn backwards. @param {Range} range @param {Range} before */
function movedAtStart(range, before) {
  return (
    range.compareBoundaryPoints(Range.END_TO_END, before) === 0 || range.compareBoundaryPoints(Range.START_TO_END, before) === 0
  );
}
