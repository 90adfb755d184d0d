// Zooming and panning by wheel, fingers and the pressed mouse.

/** @import { PageList } from "./pages.js" */

/** What a wheel that turns by one pixel zooms by; a notch of a mouse's wheel is about 100 pixels. */
const WHEEL = 0.0025;
/** Two taps within so many milliseconds, and so many pixels, are one double tap. */
const DOUBLE = { time: 300, distance: 30 };
const LINE_HEIGHT = 16;

/**
 * Let the pages be zoomed and moved about.
 *
 * @param {PageList} list
 * @param {HTMLElement} canvas in which the pages are
 * @param {AbortSignal} signal
 */
export function gestures(list, canvas, signal) {
  wheel(list, signal);
  pinch(list, signal);
  drag(list, canvas, signal);
  doubleTap(list, signal);
}

/** Ctrl and the wheel; trackpads tell of pinching so too. @param {PageList} list @param {AbortSignal} signal */
function wheel(list, signal) {
  const zoom = onceAFrame(signal, (/** @type {{ factor: number, x: number, y: number }} */ { factor, x, y }) =>
    list.zoomTo(list.zoom * factor, { x, y }),
  );
  let turned = 0;
  list.element.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      turned += event.deltaMode ? event.deltaY * LINE_HEIGHT : event.deltaY;
      zoom(() => {
        const factor = Math.exp(-Math.max(-200, Math.min(200, turned)) * WHEEL);
        turned = 0;
        return { factor, x: event.clientX, y: event.clientY };
      });
    },
    { signal, passive: false },
  );
}

/** Two fingers; one finger scrolls as the browser does it. @param {PageList} list @param {AbortSignal} signal */
function pinch(list, signal) {
  let start = { distance: 0, zoom: 1 };
  const zoom = onceAFrame(signal, (/** @type {{ to: number, x: number, y: number }} */ { to, x, y }) =>
    list.zoomTo(to, { x, y }),
  );
  const begin = (/** @type {TouchEvent} */ event) => {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    start = { distance: between(event).distance, zoom: list.zoom };
    list.element.addEventListener("touchmove", move, { signal, passive: false });
  };
  const move = (/** @type {TouchEvent} */ event) => {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    const { distance, x, y } = between(event);
    zoom(() => ({ to: (start.zoom * distance) / start.distance, x, y }));
  };
  const end = () => list.element.removeEventListener("touchmove", move);
  list.element.addEventListener("touchstart", begin, { signal, passive: false });
  list.element.addEventListener("touchend", end, { signal });
  list.element.addEventListener("touchcancel", end, { signal });
}

/** @param {TouchEvent} event with two fingers */
function between({ touches: [a, b] }) {
  const distance = Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY));
  return { distance, x: (a.clientX + b.clientX) / 2, y: (a.clientY + b.clientY) / 2 };
}

/** The middle button, or the space bar held with any. @param {PageList} list @param {HTMLElement} canvas @param {AbortSignal} signal */
function drag(list, canvas, signal) {
  const { element } = list;
  let space = false;
  const hold = (/** @type {boolean} */ held) => {
    space = held;
    canvas.classList.toggle("grab", held);
  };
  element.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== " " || event.target !== element) return;
      event.preventDefault(); // else the page jumps before it can be dragged; PageDown goes on
      hold(true);
    },
    { signal },
  );
  document.addEventListener("keyup", (event) => event.key === " " && hold(false), { signal });
  addEventListener("blur", () => hold(false), { signal });
  element.addEventListener(
    "pointerdown",
    (event) => {
      if (event.pointerType !== "mouse" || !(event.button === 1 || (event.button === 0 && space))) return;
      event.preventDefault();
      element.setPointerCapture(event.pointerId);
      const from = { x: event.clientX + element.scrollLeft, y: event.clientY + element.scrollTop };
      const moving = new AbortController();
      const move = (/** @type {PointerEvent} */ { clientX, clientY }) => element.scrollTo(from.x - clientX, from.y - clientY);
      element.addEventListener("pointermove", move, { signal: moving.signal });
      for (const type of ["pointerup", "pointercancel"])
        element.addEventListener(type, () => moving.abort(), { signal: moving.signal });
      signal.addEventListener("abort", () => moving.abort(), { signal: moving.signal });
    },
    { signal },
  );
}

/** Nearer, and back to the whole width. @param {PageList} list @param {AbortSignal} signal */
function doubleTap(list, signal) {
  let last = { time: 0, x: 0, y: 0 };
  list.element.addEventListener(
    "pointerup",
    ({ pointerType, timeStamp, clientX: x, clientY: y }) => {
      if (pointerType !== "touch") return;
      const twice = timeStamp - last.time < DOUBLE.time && Math.hypot(x - last.x, y - last.y) < DOUBLE.distance;
      last = { time: twice ? 0 : timeStamp, x, y };
      if (!twice) return;
      if (list.fit === "width") list.zoomTo(list.zoom * 2.5, { x, y });
      else list.fitTo("width");
    },
    { signal },
  );
}

/**
 * Do the last of what is asked for once before the next frame is painted.
 *
 * @template T
 * @param {AbortSignal} signal
 * @param {(value: T) => void} run
 * @returns {(value: () => T) => void}
 */
function onceAFrame(signal, run) {
  /** @type {(() => T) | null} */
  let latest = null;
  return (value) => {
    if (!latest) {
      requestAnimationFrame(() => {
        const found = latest;
        latest = null;
        if (found && !signal.aborted) run(found());
      });
    }
    latest = value;
  };
}
