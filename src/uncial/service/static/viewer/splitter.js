// The line between two parts of the screen that can be moved: the APG's window splitter.

import { make } from "../shared/dom.js";

const KEPT = "uncial.panel";
const STEP = 5;

/**
 * A line that makes the part behind it wider or narrower, in hundredths of what holds both; it is remembered.
 *
 * @param {HTMLElement} part which has the property `--part` of the width
 * @param {string} label
 * @param {{ least: number, most: number, first: number }} limits in hundredths
 * @param {AbortSignal} signal
 */
export function splitter(part, label, { least, most, first }, signal) {
  const told = {
    role: "separator",
    "aria-orientation": "vertical",
    "aria-label": label,
    "aria-valuemin": least,
    "aria-valuemax": most,
  };
  const element = make("div", { class: "splitter", tabindex: 0, "aria-controls": part.id, ...told });
  let now = first;
  const set = (/** @type {number} */ wanted) => {
    now = Math.round(Math.min(most, Math.max(least, wanted)));
    part.style.setProperty("--part", `${now}%`);
    element.setAttribute("aria-valuenow", String(now));
  };
  const keep = () => localStorage.setItem(KEPT, String(now));
  set(Number(localStorage.getItem(KEPT)) || first);
  element.addEventListener(
    "keydown",
    ({ key }) => {
      const to = { ArrowLeft: now + STEP, ArrowRight: now - STEP, Home: most, End: least }[key];
      if (to === undefined) return;
      set(to);
      keep();
    },
    { signal },
  );
  element.addEventListener(
    "pointerdown",
    (event) => {
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
    },
    { signal },
  );
  element.addEventListener(
    "pointermove",
    (event) => {
      const whole = element.parentElement?.getBoundingClientRect();
      if (whole && element.hasPointerCapture(event.pointerId)) set((100 * (whole.right - event.clientX)) / whole.width);
    },
    { signal },
  );
  element.addEventListener("pointerup", keep, { signal });
  return element;
}
