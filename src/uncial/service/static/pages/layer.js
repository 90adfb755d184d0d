// The text of a page over its image: transparent, but there to be selected, copied, found by the browser and read aloud.

/** @import { Block, BlockKind, Line, Page, Quad, Word } from "../types.js" */
import { make } from "../shared/dom.js";
import { run } from "./frame.js";

/** Of what is between the top of the highest and the foot of the lowest letter, which part is the size of the type. */
const EM = 0.86;
/** What all widths are measured at, in pixels. */
const MEASURED_AT = 100;
/** The rank of the heading of the screen, which those of a page are below. */
const SCREEN = 1;
const TAGS = /** @type {Partial<Record<BlockKind, "h2" | "div">>} */ ({ figure: "div", table: "div" });

/** Measures how wide words run in the type that the layer is set in, without laying anything out. */
class Ruler {
  /** @type {Map<string, number>} */
  #known = new Map();
  #context = /** @type {CanvasRenderingContext2D} */ (make("canvas").getContext("2d"));

  constructor() {
    this.#context.font = `${MEASURED_AT}px sans-serif`;
  }

  /** @param {string} text @param {number} size in pixels */
  width(text, size) {
    let width = this.#known.get(text);
    if (width === undefined) {
      width = this.#context.measureText(text).width;
      this.#known.set(text, width);
    }
    return (width * size) / MEASURED_AT;
  }
}

/**
 * Make the text of a page, step by step, in pixels of the page image; what is given to `put` is the whole of it.
 *
 * @param {Page} page
 * @param {(layer: HTMLElement) => void} put
 * @returns {Generator<void>}
 */
export function* textLayer(page, put) {
  const layer = make("div", { class: "text-layer" });
  const ruler = new Ruler();
  let rank = SCREEN;
  for (const [number, block] of page.blocks.entries()) {
    if (!block.lines.some((line) => line.words.length)) continue;
    const element = make(TAGS[block.kind] ?? "p");
    if (block.kind === "heading") rank = headed(element, block, rank);
    for (const [index, line] of block.lines.entries()) {
      if (line.words.length) element.append(lineOf(line, `${number}.${index}`, ruler), make("br"));
      yield;
    }
    layer.append(element);
  }
  put(layer);
}

/**
 * Make a heading of a block, not more than one rank below the one before it.
 *
 * @param {HTMLElement} element
 * @param {Block} block
 * @param {number} above the rank of the heading before it
 */
function headed(element, block, above) {
  const rank = Math.min(SCREEN + (block.level || 1), above + 1, 6);
  element.setAttribute("role", "heading");
  element.setAttribute("aria-level", String(rank));
  return rank;
}

/** @param {Line} line @param {string} at @param {Ruler} ruler */
function lineOf(line, at, ruler) {
  const vertical = line.direction === "top-to-bottom" && isHigh(line.quad);
  const leftwards = line.direction === "right-to-left";
  const way = run(vertical ? lying(line.quad) : line.quad);
  const size = Math.max(1, way.height * EM);
  const spans = line.words.map((word) => spanOf(word, way, leftwards));
  const element = make("span", { class: vertical ? "line vertical" : "line", dir: leftwards && "rtl" });
  const { style } = element;
  const [x, y] = line.quad[0];
  style.transform = `translate(${x}px, ${y}px)${vertical ? "" : ` rotate(${way.angle}rad)`}`;
  style.fontSize = `${size}px`;
  style.lineHeight = `${way.height}px`;
  style.inlineSize = `${way.length}px`;
  style.blockSize = `${way.height}px`;
  style.paddingInlineStart = `${Math.max(0, spans[0].start)}px`;
  for (const [index, word] of line.words.entries()) {
    element.append(wordOf(word, spans[index], spans[index + 1], size, ruler, `${at}.${index}`));
  }
  return element;
}

/** @typedef {{ start: number, end: number }} Span from where its line begins, in pixels */

/**
 * From where to where a word runs on its line.
 *
 * @param {Word} word
 * @param {ReturnType<typeof run>} way of the line
 * @param {boolean} leftwards
 * @returns {Span}
 */
function spanOf(word, { begin: [x, y], length, angle }, leftwards) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const along = word.quad.map(([px, py]) => (px - x) * cos + (py - y) * sin).sort((a, b) => a - b);
  const [start, end] = [(along[0] + along[1]) / 2, (along[2] + along[3]) / 2];
  return leftwards ? { start: length - end, end: length - start } : { start, end };
}

/**
 * A word with the space behind it; it is spaced so that it is as wide as it is on the page.
 *
 * @param {Word} word
 * @param {Span} span
 * @param {Span | undefined} next
 * @param {number} size
 * @param {Ruler} ruler
 * @param {string} at
 */
function wordOf(word, span, next, size, ruler, at) {
  const element = make("span", { "data-at": at }, next ? `${word.text} ` : word.text);
  const spread = (span.end - span.start - ruler.width(word.text, size)) / Math.max(1, [...word.text].length);
  element.style.letterSpacing = `${spread.toFixed(3)}px`;
  if (next) element.style.wordSpacing = `${(next.start - span.end - ruler.width(" ", size) - spread).toFixed(3)}px`;
  return element;
}

/** @param {Quad} quad */
function isHigh([a, b, , d]) {
  return Math.hypot(d[0] - a[0], d[1] - a[1]) > Math.hypot(b[0] - a[0], b[1] - a[1]);
}

/** The box of letters that stand below each other, as it runs: from its first letter to its last. @param {Quad} quad @returns {Quad} */
function lying([a, b, c, d]) {
  return [b, c, d, a];
}
