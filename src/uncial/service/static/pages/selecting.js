// Selecting text over the pictures. Lines stand where they are on the page, with nothing in between: a browser that is asked what lies
// under the mouse there answers with the beginning or the end of the whole page, and the selection jumps. So while text is selected an
// element behind the lines stands for the empty parts, next to the line that the mouse was at last (PDF.js, text_layer_builder.js, has
// such an element too).

import { make } from "../shared/dom.js";

/**
 * Keep selections where the mouse is.
 *
 * @param {HTMLElement} canvas in which the pages are
 * @param {AbortSignal} signal
 */
export function steadySelection(canvas, signal) {
  const beyond = make("span", { class: "beyond", "aria-hidden": "true" });
  let pressed = false;
  const press = (/** @type {PointerEvent} */ event) => {
    pressed = event.pointerType !== "touch" && event.button === 0;
    canvas.classList.toggle("selecting", pressed);
    const { target, clientX, clientY } = event;
    if (!pressed || !(target instanceof Element) || target.closest(".text-layer .line")) return;
    const { line, behind } = nearest(target.closest(".sheet"), clientX, clientY);
    if (behind) line?.after(beyond);
    else line?.before(beyond);
  };
  const release = () => {
    pressed = false;
    beyond.remove();
    canvas.classList.remove("selecting");
  };
  const move = (/** @type {PointerEvent} */ { target }) => {
    const line = pressed && target instanceof Element && target.closest(".text-layer .line");
    if (!line) return;
    const beside = isBackwards(line) ? line.previousSibling : line.nextSibling;
    if (beside === beyond) return;
    if (isBackwards(line)) line.before(beyond);
    else line.after(beyond);
  };
  canvas.addEventListener("pointerdown", press, { signal });
  canvas.addEventListener("pointermove", move, { signal, passive: true });
  for (const type of ["pointerup", "pointercancel", "blur"]) addEventListener(type, release, { signal });
}

/**
 * The line of a page that is nearest to a point, and whether the point is behind its middle: who begins in the margin means that line.
 *
 * @param {Element | null} sheet
 * @param {number} x
 * @param {number} y
 */
function nearest(sheet, x, y) {
  const lines = [...(sheet?.querySelectorAll(".text-layer .line") ?? [])].map((line) => ({
    line,
    box: line.getBoundingClientRect(),
  }));
  const off = (/** @type {DOMRect} */ { left, top, right, bottom }) =>
    Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
  const found = lines.reduce((a, b) => (a && off(a.box) <= off(b.box) ? a : b), lines[0]);
  return { line: found?.line, behind: found ? x > (found.box.left + found.box.right) / 2 : false };
}

/** Whether the selection is drawn backwards, now that the mouse is at this line. @param {Element} line */
function isBackwards(line) {
  const selection = document.getSelection();
  const { anchorNode, anchorOffset, isCollapsed, rangeCount } = selection ?? {};
  if (!selection || !anchorNode || !rangeCount) return false;
  if (!line.contains(anchorNode)) return Boolean(line.compareDocumentPosition(anchorNode) & Node.DOCUMENT_POSITION_FOLLOWING);
  const { endContainer, endOffset } = selection.getRangeAt(0);
  return !isCollapsed && endContainer === anchorNode && endOffset === anchorOffset;
}
