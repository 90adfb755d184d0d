// The pages below each other. However many there are, only those that are seen, and one screen before and behind, are in the document.

import { boxOf } from "../document/quads.js";
import { wordAt } from "../document/words.js";
/** @import { Look, Sized, Spot } from "./frame.js" */
/** @import { Layer } from "./overlay.js" */
/** @import { Scene } from "../viewer/scene.js" */
/** @import { Page, Place, Point, Quad } from "../types.js" */
import { make } from "../shared/dom.js";
import { lookedAt, scrolledTo } from "./eye.js";
import { GAP, Layout, pointed, shownBox } from "./frame.js";
import { gestures } from "./gestures.js";
import { drawRegion } from "./region.js";
import { steadySelection } from "./selecting.js";
import { Sheet } from "./sheet.js";
import { wordKeys } from "./wordkeys.js";

const ORIGIN = "page";
const LEAST_ZOOM = 0.25;
const MOST_ZOOM = 4;
/** After so many milliseconds without scrolling it rests, and texts are built. */
const RESTS = 120;
/** What is passed over faster than this, in milliseconds, is not worth a request. */
const LOOKED_AT = 90;

/**
 * A point of a page that is to stay where it is on the screen.
 *
 * @typedef {{ number: number, part: Point, x: number, y: number }} Anchor with the part of the page's width and height, and the place in
 *   the list's own window
 */

/**
 * The list of pages. It tells by the events `view` that they are shown larger, smaller or turned, and by `move` that they are elsewhere
 * on the screen.
 */
export class PageList extends EventTarget {
  #scene;
  #canvas = make("div", { class: "canvas" });
  #layout;
  /** @type {Look} */
  #look = { fit: "width", zoom: 1, width: 0, height: 0 };
  /** Degrees by which pages are shown turned, where somebody turned them. @type {Map<number, number>} */
  #turns = new Map();
  /** Sizes of pictures of pages that are not read. @type {Map<number, { width: number, height: number }>} */
  #guesses = new Map();
  /** @type {Map<number, Sheet>} */
  #sheets = new Map();
  /** @type {Set<Layer>} */
  #layers = new Set();
  #frame = 0;
  #timer = 0;
  #building = new AbortController();
  #wanted;

  /** @param {Scene} scene @param {number} [number] of the page that is shown first */
  constructor(scene, number = 1) {
    super();
    this.#scene = scene;
    this.#wanted = number;
    this.#layout = new Layout([], this.#look, this.#turns);
    this.element = make("div", { class: "page-list", tabindex: 0, role: "region", "aria-label": "Pages" }, this.#canvas);
    this.#listen();
    gestures(this, this.#canvas, scene.signal);
    wordKeys(this, scene);
    steadySelection(this.#canvas, scene.signal);
  }

  #listen() {
    const { document, selection, signal } = this.#scene;
    const heard = { signal, passive: true };
    this.element.addEventListener("scroll", () => this.#soon(), heard);
    const sizes = new ResizeObserver(([{ contentRect }]) => this.#resized(contentRect));
    sizes.observe(this.element);
    signal.addEventListener("abort", () => this.#close(sizes));
    document.addEventListener("index", () => this.#arrange(), heard);
    document.addEventListener("job", () => this.#arrange(), heard);
    document.addEventListener("page", (event) => this.#changed(/** @type {CustomEvent} */ (event).detail), heard);
    selection.addEventListener("select", () => this.#selected(), heard);
    selection.addEventListener("mark", () => this.#marked(), heard);
    selection.addEventListener("look", () => selection.origin !== ORIGIN && this.goTo(selection.page), heard);
    selection.addEventListener("scroll", () => this.#follow(), heard);
    // A screen may become another one, of finer dots.
    addEventListener("resize", () => this.#soon(), heard);
  }

  /** @param {ResizeObserver} sizes */
  #close(sizes) {
    sizes.disconnect();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#building.abort();
    for (const sheet of this.#sheets.values()) sheet.drop();
  }

  // ---- how they are shown

  /** How large the page in view is shown: 1 is as large as its paper. */
  get zoom() {
    const spot = this.#layout.spot(this.#scene.selection.page);
    return spot ? spot.scale / spot.natural : this.#look.zoom;
  }

  /** What the pages are fitted to, if they are. */
  get fit() {
    return this.#look.fit;
  }

  get layers() {
    return this.#layers;
  }

  /** The numbers of all pages, as far as they are known. */
  get numbers() {
    return this.#layout.spots.map((spot) => spot.number);
  }

  /** Show the pages as wide, or as high, as there is room. @param {"width" | "page"} fit */
  fitTo(fit) {
    this.#show({ ...this.#look, fit });
  }

  /**
   * Show the pages at another size.
   *
   * @param {number} zoom 0.25 to 4
   * @param {{ x: number, y: number }} [at] what is there stays there, in pixels of the window; without it the middle does
   */
  zoomTo(zoom, at) {
    const least = Math.min(LEAST_ZOOM, this.zoom);
    const { left, top } = this.element.getBoundingClientRect();
    const anchor = at ? this.#anchor(at.x - left, at.y - top) : this.#anchor(this.#look.width / 2, this.#look.height / 2);
    this.#show({ ...this.#look, fit: null, zoom: Math.min(MOST_ZOOM, Math.max(least, zoom)) }, anchor);
  }

  /** Turn the page in view, for the eye alone. @param {90 | -90} [degrees] clockwise */
  rotate(degrees = 90) {
    const { page } = this.#scene.selection;
    const spot = this.#layout.spot(page);
    if (!spot) return;
    this.#turns.set(page, spot.turn + degrees);
    this.#arrange();
    this.goTo(page);
    this.#tell("view");
  }

  /** Draw something over the pages, or no longer. @param {Layer} layer @param {boolean} on */
  show(layer, on) {
    if (on) this.#layers.add(layer);
    else this.#layers.delete(layer);
    for (const sheet of this.#sheets.values()) sheet.draw();
  }

  /** @param {Look} look @param {Anchor | null} [anchor] */
  #show(look, anchor) {
    this.#look = look;
    this.#arrange(anchor);
    this.#tell("view");
  }

  /** @param {DOMRectReadOnly} size of its window */
  #resized({ width, height }) {
    // It is hidden, as on a telephone behind the text: it comes back as it was.
    if (!width || !height) return;
    const first = !this.#look.width;
    this.#show({ ...this.#look, width, height });
    if (first) this.goTo(this.#wanted);
  }

  // ---- where they are

  /** Bring a page into view; the last where there are not so many. @param {number} wanted */
  goTo(wanted) {
    const last = this.#scene.document.ended ? this.numbers.at(-1) : undefined;
    const number = Math.min(wanted, last ?? wanted);
    const spot = this.#layout.spot(number);
    if (!this.#look.width || !spot) {
      this.#wanted = number;
      return;
    }
    this.element.scrollTop = spot.top - GAP / 2;
    this.#update();
    this.#scene.selection.look(number, ORIGIN);
  }

  /** Bring a part of a page into view, where it is not. @param {{ page: number, quad?: Quad }} what */
  reveal({ page, quad }) {
    const spot = this.#layout.spot(page);
    if (!spot || !this.#look.width) return;
    if (!quad) return this.goTo(page);
    const { left, top, right, bottom } = shownBox(spot, quad);
    const { width, height } = this.#look;
    const { scrollLeft, scrollTop } = this.element;
    const [down, across] = [kept(scrollTop, height, top, bottom), kept(scrollLeft, width, left, right)];
    if (down === scrollTop && across === scrollLeft) return;
    const near = Math.abs(down - scrollTop) < height && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.element.scrollTo({ top: down, left: across, behavior: near ? "smooth" : "instant" });
    this.#soon();
  }

  /** Where a word is on the screen; null where that cannot be said. @param {Place} place @returns {DOMRect | null} */
  boxOf(place) {
    const spot = this.#layout.spot(place.page);
    const page = this.#scene.document.known(place.page);
    const word = page && wordAt(page, place);
    const { left, top, width } = this.#canvas.getBoundingClientRect();
    if (!spot || !word || !width) return null;
    const box = shownBox(spot, word.quad);
    return new DOMRect(left + box.x, top + box.y, box.width, box.height);
  }

  /** Which point of which page is there, in pixels of its image. @param {number} clientX @param {number} clientY */
  toPage(clientX, clientY) {
    const { left, top } = this.#canvas.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    const spot = this.#layout.spots[this.#layout.at(y)];
    if (!spot || x < spot.left || x >= spot.left + spot.width || y < spot.top || y >= spot.top + spot.height) return null;
    const point = pointed(spot, [x - spot.left, y - spot.top]);
    return { page: spot.number, x: point[0], y: point[1] };
  }

  /** The word that is there. @param {number} clientX @param {number} clientY @returns {Place | null} */
  wordAt(clientX, clientY) {
    const at = this.toPage(clientX, clientY);
    const page = at && this.#scene.document.known(at.page);
    return page ? wordUnder(page, [at.x, at.y]) : null;
  }

  /** The picture of a page that is shown, if it is. @param {number} number @returns {HTMLImageElement | null} */
  pictureOf(number) {
    return this.#sheets.get(number)?.picture ?? null;
  }

  /** How a page is shown turned, in degrees clockwise. @param {number} number */
  turnOf(number) {
    return this.#layout.spot(number)?.turn ?? 0;
  }

  /** Have the person draw a rectangle on a page; null where they leave it. */
  drawRegion() {
    return drawRegion(this, this.#canvas, this.#layout.spot(this.#scene.selection.page), this.#scene.signal);
  }

  /** Where a page is in the area that all of them stand in. @param {number} number */
  spot(number) {
    return this.#layout.spot(number);
  }

  /** @param {number} x @param {number} y @returns {Anchor | null} */
  #anchor(x, y) {
    const { scrollLeft, scrollTop } = this.element;
    const spot = this.#layout.spots[this.#layout.at(scrollTop + y)];
    if (!spot) return null;
    const part = /** @type {Point} */ ([(scrollLeft + x - spot.left) / spot.width, (scrollTop + y - spot.top) / spot.height]);
    return { number: spot.number, part, x, y };
  }

  /** Put all pages in their places anew, so that what is looked at stays where it is. @param {Anchor | null} [anchor] */
  #arrange(anchor = this.#anchor(this.#look.width / 2, 0)) {
    if (!this.#look.width) return;
    this.#layout = new Layout(this.#pages(), this.#look, this.#turns);
    this.#canvas.style.height = `${this.#layout.height}px`;
    this.#canvas.style.width = `${this.#layout.width}px`;
    const spot = anchor && this.#layout.spot(anchor.number);
    if (spot) {
      this.element.scrollLeft = spot.left + anchor.part[0] * spot.width - anchor.x;
      this.element.scrollTop = spot.top + anchor.part[1] * spot.height - anchor.y;
    }
    this.#update();
  }

  /** What is known of the pages that there will be. @returns {Sized[]} */
  #pages() {
    const { document } = this.#scene;
    const { index } = document;
    const total = document.job.pages.total ?? 1;
    // Of chosen pages nobody knows the numbers until they come.
    const sized = index.map((page) => (page.width ? page : { ...page, ...this.#guesses.get(page.number) }));
    if (document.ended || index.some((page) => page.number > total)) return sized;
    const known = new Map(sized.map((page) => [page.number, page]));
    const numbers = Array.from({ length: total }, (_, at) => at + 1);
    return numbers.map((number) => known.get(number) ?? { number, turned: 0, ...this.#guesses.get(number) });
  }

  // ---- what is seen

  #soon() {
    this.#frame ||= requestAnimationFrame(() => this.#update());
  }

  /** Have those pages in the document that are near, and say what is in view. */
  #update() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { height } = this.#look;
    const { scrollTop } = this.element;
    const { spots } = this.#layout;
    const from = this.#layout.at(scrollTop - height);
    const near = new Set(spots.slice(from, this.#layout.at(scrollTop + 2 * height) + 1));
    for (const [number, sheet] of this.#sheets) {
      const spot = this.#layout.spot(number);
      if ((spot && near.has(spot)) || isHeld(sheet.element)) continue;
      sheet.drop();
      this.#sheets.delete(number);
    }
    for (const spot of near) this.#put(spot);
    this.#inView(scrollTop);
    this.#tell("move");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#rest(), RESTS);
  }

  /** @param {Spot} spot */
  #put(spot) {
    let sheet = this.#sheets.get(spot.number);
    if (!sheet) {
      const measured = this.#measured.bind(this);
      sheet = new Sheet(this.#scene, spot.number, { layers: this.#layers, measured });
      this.#sheets.set(spot.number, sheet);
      this.#inOrder(sheet);
    }
    sheet.place(spot);
    if (performance.now() - sheet.since > LOOKED_AT) sheet.showPicture();
  }

  /** Selecting over several pages, and reading aloud, go by the order of the elements. @param {Sheet} sheet */
  #inOrder(sheet) {
    const after = [...this.#sheets.values()].filter((each) => each.number > sheet.number);
    const next = after.reduce((a, b) => (b.number < a.number ? b : a), after[0]);
    this.#canvas.insertBefore(sheet.element, next?.element ?? null);
  }

  /** @param {number} scrollTop */
  #inView(scrollTop) {
    const { selection } = this.#scene;
    const { height } = this.#look;
    const { spots } = this.#layout;
    const eye = lookedAt(scrollTop, height, this.#layout.height - height);
    const seen = spots[this.#layout.at(eye)];
    const first = spots[this.#layout.at(scrollTop + height / 3)];
    if (!seen || !first) return;
    selection.scroll({ page: seen.number, part: (eye - seen.top) / seen.height }, ORIGIN);
    const shown = this.#layout.spot(selection.page);
    // A page that was asked for by its number is the one in view for as long as most of it is.
    if (shown && shown.top >= scrollTop - GAP && shown.top + Math.min(shown.height, height / 2) <= scrollTop + height) return;
    selection.look(first.number, ORIGIN);
  }

  /** Scrolling rests: show what takes longer, the nearest page first. */
  async #rest() {
    this.#building.abort();
    this.#building = new AbortController();
    const { signal } = this.#building;
    const { selection } = this.#scene;
    const near = [...this.#sheets.values()].sort(
      (a, b) => Math.abs(a.number - selection.page) - Math.abs(b.number - selection.page),
    );
    for (const sheet of near) sheet.showPicture();
    for (const sheet of near) {
      await sheet.showText(signal).catch(() => {}); // the page is asked for again when it is looked at again
      if (signal.aborted) return;
    }
  }

  /** A page that is not read is as large as its picture says. @param {number} number @param {number} width @param {number} height */
  #measured(number, width, height) {
    const { document } = this.#scene;
    if (document.info(number)?.width || this.#guesses.has(number)) return;
    this.#guesses.set(number, { width, height });
    this.#arrange();
  }

  /** @param {number} number of a page that came or was corrected */
  #changed(number) {
    this.#sheets.get(number)?.changed();
    this.#soon();
  }

  // ---- what others choose

  #selected() {
    const { place, origin } = this.#scene.selection;
    for (const sheet of this.#sheets.values()) sheet.draw();
    if (!place || origin === ORIGIN) return;
    this.revealWord(place);
  }

  /** Bring a word into view, once its page is here. @param {Place} place */
  async revealWord(place) {
    const { document, selection } = this.#scene;
    if (!document.known(place.page)) this.goTo(place.page);
    const page = await document.page(place.page).catch(() => null);
    const word = page && wordAt(page, place);
    if (word && selection.place === place) this.reveal({ page: place.page, quad: word.quad });
  }

  #marked() {
    const { marks, still } = this.#scene.selection;
    for (const sheet of this.#sheets.values()) sheet.draw();
    if (marks.length && !still) this.reveal(marks[0]);
  }

  /** Another part is scrolled: bring what one looks at there to where one looks here. */
  #follow() {
    const { leader, view } = this.#scene.selection;
    const spot = view && this.#layout.spot(view.page);
    if (leader === ORIGIN || !spot) return;
    const { height } = this.#look;
    this.element.scrollTop = scrolledTo(spot.top + view.part * spot.height, height, this.#layout.height - height);
  }

  /** @param {string} type */
  #tell(type) {
    this.dispatchEvent(new Event(type));
  }
}

/** From where on something is in view: from where it is, if it is already. @param {number} from @param {number} size @param {number} start @param {number} end */
function kept(from, size, start, end) {
  const margin = Math.min(48, size / 8);
  if (start >= from + margin && end <= from + size - margin) return from;
  if (end - start > size - 2 * margin) return start - margin;
  return Math.max(0, (start + end) / 2 - size * 0.4);
}

/** Whether something in it is selected or has the focus, which would be lost with it. @param {HTMLElement} element */
function isHeld(element) {
  const chosen = document.getSelection();
  const within = (/** @type {Node | null | undefined} */ node) => Boolean(node && element.contains(node));
  return within(document.activeElement) || (!chosen?.isCollapsed && (within(chosen?.anchorNode) || within(chosen?.focusNode)));
}

/** The word at a point, or the nearest where the point is just beside words. @param {Page} page @param {Point} point @returns {Place | null} */
function wordUnder(page, [x, y]) {
  let [nearest, least] = [/** @type {Place | null} */ (null), Number.POSITIVE_INFINITY];
  for (const [block, { lines }] of page.blocks.entries()) {
    for (const [line, { words }] of lines.entries()) {
      for (const [word, { quad }] of words.entries()) {
        const { left, top, right, bottom } = boxOf(quad);
        const off = Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
        // As far as a space is wide, about.
        if (off < least && off <= Math.min(right - left, bottom - top) / 2) {
          [nearest, least] = [{ page: page.number, block, line, word }, off];
        }
      }
    }
  }
  return nearest;
}
