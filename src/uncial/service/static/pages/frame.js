// Where things are: pages below each other, and points of a page on the screen. Pure, and no element is touched here.

/** @import { PageInfo, Point, Quad } from "../types.js" */

import { boxOf } from "../document/quads.js";

/** Between two pages and around them, in CSS pixels. */
export const GAP = 16;
/** What a page of unknown resolution is taken to measure along its shorter side: 8 inches of 96 CSS pixels. */
const SHORT_SIDE = 768;
/** Below it a resolution is that of a screen, which files of photographs state without meaning it. */
const LEAST_DPI = 100;
/** ISO 216, A4 at 150 dots an inch: what a page is taken for until one of its document is known. */
const PAPER = { width: 1240, height: 1754, dpi: 150 };

/**
 * How large pages are shown.
 *
 * @typedef {object} Look
 * @property {"width" | "page" | null} fit
 * @property {number} zoom where nothing is fitted: 1 shows a page as large as its paper is
 * @property {number} width of what they are shown in, in CSS pixels
 * @property {number} height
 */

/**
 * A page as it is placed: in CSS pixels of the tall area that all of them stand in.
 *
 * @typedef {object} Spot
 * @property {number} number of the page
 * @property {number} pageWidth of the page image, in its own pixels
 * @property {number} pageHeight
 * @property {number} turn by how many degrees clockwise it is shown turned
 * @property {number} scale CSS pixels a pixel of the page image
 * @property {number} natural what `scale` is at a zoom of 1
 * @property {number} left
 * @property {number} top
 * @property {number} width
 * @property {number} height
 */

/** @typedef {Pick<PageInfo, "number" | "turned"> & { width?: number, height?: number, dpi?: number | null }} Sized */

/** Pages below each other, each in the middle. */
export class Layout {
  /** @type {Spot[]} */
  spots = [];
  width = 0;
  height = GAP;

  /**
   * @param {Sized[]} pages one whose size is not known is as large as its neighbour
   * @param {Look} look
   * @param {Map<number, number>} turns of pages that are shown turned otherwise than they stand upright, in degrees
   */
  constructor(pages, look, turns) {
    let size = pages.find((page) => page.width) ?? PAPER;
    for (const page of pages) {
      if (page.width) size = page;
      this.#place(page.number, size, ((turns.get(page.number) ?? page.turned) + 360) % 360, look);
    }
    this.width = Math.max(look.width, ...this.spots.map((spot) => spot.width + 2 * GAP));
    for (const spot of this.spots) spot.left = (this.width - spot.width) / 2;
  }

  /** @param {number} number @param {{ width?: number, height?: number, dpi?: number | null }} size @param {number} turn @param {Look} look */
  #place(number, { width: pageWidth = 1, height: pageHeight = 1, dpi = null }, turn, look) {
    const [width, height] = turn % 180 ? [pageHeight, pageWidth] : [pageWidth, pageHeight];
    const natural = dpi && dpi >= LEAST_DPI ? 96 / dpi : Math.min(1, SHORT_SIDE / Math.min(width, height));
    const scale = scaled(width, height, natural, look);
    const spot = {
      number,
      pageWidth,
      pageHeight,
      turn,
      scale,
      natural,
      left: 0,
      top: this.height,
      width: width * scale,
      height: height * scale,
    };
    this.spots.push(spot);
    this.height += spot.height + GAP;
  }

  /** Which of the pages is at this height; the nearest where there is none. @param {number} y */
  at(y) {
    let [low, high] = [0, this.spots.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.spots[middle].top - GAP / 2 <= y) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** @param {number} number of a page */
  spot(number) {
    // Mostly all pages of a document are there, from the first on.
    const there = this.spots[number - 1];
    return there?.number === number ? there : this.spots.find((spot) => spot.number === number);
  }
}

/** @param {number} width @param {number} height @param {number} natural @param {Look} look */
function scaled(width, height, natural, look) {
  const across = Math.max(look.width - 2 * GAP, 64) / width;
  // A stamp that fills the screen helps nobody.
  if (look.fit === "width") return Math.min(across, 4 * natural);
  if (look.fit === "page") return Math.min(across, Math.max(look.height - 2 * GAP, 64) / height, 4 * natural);
  return natural * look.zoom;
}

/** What puts the pixels of a page image where they are shown, as CSS has it. @param {Spot} spot */
export function transformOf({ pageWidth, pageHeight, turn, scale }) {
  const [x, y] = { 0: [0, 0], 90: [pageHeight, 0], 180: [pageWidth, pageHeight], 270: [0, pageWidth] }[turn] ?? [0, 0];
  return `translate(${x * scale}px, ${y * scale}px) rotate(${turn}deg) scale(${scale})`;
}

/** A point of the page image in CSS pixels from the corner of where it is shown. @param {Spot} spot @param {Point} point @returns {Point} */
export function shown({ pageWidth, pageHeight, turn, scale }, [x, y]) {
  if (turn === 90) return [(pageHeight - y) * scale, x * scale];
  if (turn === 180) return [(pageWidth - x) * scale, (pageHeight - y) * scale];
  if (turn === 270) return [y * scale, (pageWidth - x) * scale];
  return [x * scale, y * scale];
}

/** The other way round: which point of the page image is shown there. @param {Spot} spot @param {Point} point @returns {Point} */
export function pointed({ pageWidth, pageHeight, turn, scale }, [x, y]) {
  if (turn === 90) return [y / scale, pageHeight - x / scale];
  if (turn === 180) return [pageWidth - x / scale, pageHeight - y / scale];
  if (turn === 270) return [pageWidth - y / scale, x / scale];
  return [x / scale, y / scale];
}

/** Where a quad is shown, from the corner of the area that all pages stand in. @param {Spot} spot @param {Quad} quad */
export function shownBox(spot, quad) {
  const { left, top, right, bottom } = boxOf(/** @type {Quad} */ (quad.map((point) => shown(spot, point))));
  return new DOMRect(spot.left + left, spot.top + top, right - left, bottom - top);
}

/** Where text begins, how long and high it is along its own direction, and its angle in radians clockwise. @param {Quad} quad */
export function run([a, b, c, d]) {
  const dx = (b[0] + c[0] - a[0] - d[0]) / 2;
  const dy = (b[1] + c[1] - a[1] - d[1]) / 2;
  const height = (Math.hypot(d[0] - a[0], d[1] - a[1]) + Math.hypot(c[0] - b[0], c[1] - b[1])) / 2;
  return { begin: a, length: Math.hypot(dx, dy), height, angle: Math.atan2(dy, dx) };
}
