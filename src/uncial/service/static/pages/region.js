// A rectangle that a person draws on a page, with the mouse, a finger or by keys.

import { boxOf } from "../document/quads.js";
/** @import { Spot } from "./frame.js" */
/** @import { PageList } from "./pages.js" */
/** @import { Box } from "../document/quads.js" */
/** @import { Point, Quad } from "../types.js" */
import { announce, button, make } from "../shared/dom.js";
import { pointed } from "./frame.js";

/** How far an arrow key moves an edge, in CSS pixels. */
const STEP = 8;
/** What is smaller than this in CSS pixels was a slip of the hand. */
const LEAST = 6;

/** In CSS pixels of the area that all pages stand in. @typedef {{ left: number, top: number, right: number, bottom: number }} Drawn */

/**
 * Have a person draw a rectangle.
 *
 * @param {PageList} list
 * @param {HTMLElement} canvas in which the pages are
 * @param {Spot | undefined} first the page on which the keys begin
 * @param {AbortSignal} signal
 * @returns {Promise<{ page: number, box: Box } | null>} in pixels of the page image; null where the person leaves it
 */
export function drawRegion(list, canvas, first, signal) {
  return new Promise((resolve) => {
    const done = new AbortController();
    const heard = { signal: done.signal };
    const frame = make("div", { class: "region-frame", hidden: true });
    const bar = make(
      "div",
      { class: "region-bar", role: "group", "aria-label": "Choose a region" },
      make("span", {}, "Draw around what is to be read. With keys: arrows move, Shift and arrows resize, Enter takes it."),
      button("Take it", () => finish(true), { class: "primary" }),
      button("Cancel", () => finish(false)),
    );
    /** @type {Drawn | null} */
    let drawn = null;
    let spot = first;
    const show = () => {
      frame.hidden = !drawn;
      if (!drawn) return;
      Object.assign(frame.style, { left: `${drawn.left}px`, top: `${drawn.top}px` });
      Object.assign(frame.style, { width: `${drawn.right - drawn.left}px`, height: `${drawn.bottom - drawn.top}px` });
    };
    const finish = (/** @type {boolean} */ take) => {
      done.abort();
      canvas.classList.remove("drawing");
      frame.remove();
      bar.remove();
      list.element.focus({ preventScroll: true });
      resolve(take && drawn && spot ? { page: spot.number, box: onPage(spot, drawn) } : null);
    };
    canvas.addEventListener(
      "pointerdown",
      (event) => {
        const at = list.toPage(event.clientX, event.clientY);
        const page = at && list.spot(at.page);
        if (event.button || !page) return;
        event.preventDefault();
        canvas.setPointerCapture(event.pointerId);
        spot = page;
        const start = within(canvas, event, page);
        const moving = new AbortController();
        const move = (/** @type {PointerEvent} */ now) => {
          const [x, y] = within(canvas, now, page);
          drawn = {
            left: Math.min(x, start[0]),
            top: Math.min(y, start[1]),
            right: Math.max(x, start[0]),
            bottom: Math.max(y, start[1]),
          };
          show();
        };
        canvas.addEventListener("pointermove", move, { signal: moving.signal });
        canvas.addEventListener(
          "pointerup",
          () => {
            moving.abort();
            if (drawn && drawn.right - drawn.left >= LEAST && drawn.bottom - drawn.top >= LEAST) finish(true);
          },
          { signal: moving.signal },
        );
        done.signal.addEventListener("abort", () => moving.abort());
      },
      heard,
    );
    document.addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Escape") finish(false);
        else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) finish(true);
        else if (event.key.startsWith("Arrow") && spot) drawn = moved(drawn ?? middle(list, spot), event, spot);
        else return;
        event.preventDefault();
        event.stopPropagation();
        if (!done.signal.aborted) show();
      },
      { ...heard, capture: true },
    );
    signal.addEventListener("abort", () => finish(false), heard);
    canvas.classList.add("drawing");
    canvas.append(frame);
    list.element.after(bar);
    list.element.focus({ preventScroll: true });
    announce("Choose a region. Arrows move it, Shift and arrows resize it, Enter takes it, Escape leaves.");
  });
}

/** Where the pointer is in the canvas, kept on the page. @param {HTMLElement} canvas @param {PointerEvent} event @param {Spot} spot @returns {Point} */
function within(canvas, { clientX, clientY }, spot) {
  const { left, top } = canvas.getBoundingClientRect();
  return [
    Math.min(spot.left + spot.width, Math.max(spot.left, clientX - left)),
    Math.min(spot.top + spot.height, Math.max(spot.top, clientY - top)),
  ];
}

/** Where the keys begin: in the middle of what is seen of the page. @param {PageList} list @param {Spot} spot @returns {Drawn} */
function middle({ element }, { left, top, width, height }) {
  const above = Math.max(top, element.scrollTop);
  const below = Math.min(top + height, element.scrollTop + element.clientHeight);
  const [x, y] = [left + width / 2, (above + below) / 2];
  return { left: x - width / 4, top: y - 40, right: x + width / 4, bottom: y + 40 };
}

/** @param {Drawn} drawn @param {KeyboardEvent} event @param {Spot} spot @returns {Drawn} */
function moved(drawn, { key, shiftKey }, spot) {
  const across = STEP * (Number(key === "ArrowRight") - Number(key === "ArrowLeft"));
  const down = STEP * (Number(key === "ArrowDown") - Number(key === "ArrowUp"));
  const next = { ...drawn, right: drawn.right + across, bottom: drawn.bottom + down };
  if (!shiftKey) Object.assign(next, { left: drawn.left + across, top: drawn.top + down });
  const inside =
    next.left >= spot.left &&
    next.top >= spot.top &&
    next.right <= spot.left + spot.width &&
    next.bottom <= spot.top + spot.height;
  return inside && next.right - next.left >= LEAST && next.bottom - next.top >= LEAST ? next : drawn;
}

/** @param {Spot} spot @param {Drawn} drawn */
function onPage(spot, { left, top, right, bottom }) {
  const corners = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
  const points = corners.map(([x, y]) => pointed(spot, [x - spot.left, y - spot.top]));
  const box = boxOf(/** @type {Quad} */ (points));
  return { left: Math.floor(box.left), top: Math.floor(box.top), right: Math.ceil(box.right), bottom: Math.ceil(box.bottom) };
}
