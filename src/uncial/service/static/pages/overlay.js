// What is drawn over a page on demand: how sure its words are, in which order it is read, its blocks and tables.

/** @import { BlockKind, Mark, Page, Point, Quad, Word } from "../types.js" */
import { boxOf } from "../document/quads.js";

const SVG = "http://www.w3.org/2000/svg";

/** What can be shown over the pages. @typedef {"words" | "order" | "blocks"} Layer */

/** How sure a word is, by the least confidence: each has its own line below the word, so that colour alone says nothing. */
export const BANDS = /** @type {const} */ ([
  ["sure", 0.95, "95 % and more"],
  ["fair", 0.8, "80 to 95 %"],
  ["weak", 0.5, "50 to 80 %"],
  ["poor", 0, "below 50 %"],
]);

/** @type {Record<BlockKind, string>} */
const KINDS = {
  paragraph: "Paragraph",
  heading: "Heading",
  "list-item": "List item",
  table: "Table",
  figure: "Figure",
  caption: "Caption",
  footnote: "Footnote",
  "page-header": "Page header",
  "page-footer": "Page footer",
};

/** Which band a word is in. @param {Word} word */
export function bandOf({ checked, confidence }) {
  if (checked) return "checked";
  if (confidence === null) return "unknown";
  return BANDS.find(([, least]) => confidence >= least)?.[0] ?? "poor";
}

/**
 * Draw what is wanted of a page, in pixels of its image.
 *
 * @param {Page} page
 * @param {Set<Layer>} layers
 */
export function drawn(page, layers) {
  const size = Math.max(page.width, page.height);
  return node("g", {}, [
    layers.has("blocks") && blocksOf(page, size),
    layers.has("words") && wordsOf(page),
    layers.has("order") && orderOf(page, size),
  ]);
}

/** What was found or chosen, around it. @param {Mark[]} marks */
export function marked(marks) {
  return node(
    "g",
    {},
    marks.map(({ quad, label = "", now }) =>
      titled(label, node("path", { d: outline(grown(quad)), class: now ? "mark now" : "mark" })),
    ),
  );
}

/** @param {Quad} quad */
export function selected(quad) {
  return node("path", { d: outline(grown(quad)), class: "selected" });
}

/** An empty drawing over a page. @param {number} width @param {number} height */
export function drawing(width, height) {
  return node("svg", { class: "overlay", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" });
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {(Node | false | string)[]} [children]
 */
function node(tag, attributes, children = []) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children.filter((child) => child !== false));
  return element;
}

/** One path for each band: a thousand words are six elements. @param {Page} page */
function wordsOf(page) {
  /** @type {Map<string, { boxes: string, feet: string }>} */
  const bands = new Map();
  for (const word of page.blocks.flatMap((block) => block.lines.flatMap((line) => line.words))) {
    const band = bandOf(word);
    const { boxes = "", feet = "" } = bands.get(band) ?? {};
    const [, , right, left] = word.quad;
    bands.set(band, { boxes: boxes + outline(word.quad), feet: `${feet}M${told(left)}L${told(right)}` });
  }
  const paths = [...bands].flatMap(([band, { boxes, feet }]) => [
    node("path", { d: boxes, class: `box ${band}` }),
    node("path", { d: feet, class: `foot ${band}` }),
  ]);
  return node("g", { class: "words" }, paths);
}

/** @param {Page} page @param {number} size */
function blocksOf(page, size) {
  const shapes = page.blocks.map((block) => {
    const cells = (block.cells ?? []).map((cell) => outline(cell.quad)).join("");
    const { left, top } = boxOf(block.quad);
    return node("g", { class: `block ${block.kind}` }, [
      node("path", { d: outline(block.quad), class: "edge" }),
      cells && node("path", { d: cells, class: "cells" }),
      // Above the block, where it hides nothing of it.
      node("text", { x: left, y: top - size / 500, "font-size": size / 90 }, [KINDS[block.kind]]),
    ]);
  });
  return node("g", { class: "blocks" }, shapes);
}

/** A path from block to block, and their numbers. @param {Page} page @param {number} size */
function orderOf(page, size) {
  const radius = size / 90;
  // Beside where a block begins, so that its first letters can be read.
  const starts = page.blocks.map(({ quad: [[x, y]] }) => /** @type {Point} */ ([x - 1.3 * radius, y + radius]));
  const dots = starts.map(([x, y], index) => [
    node("circle", { cx: x, cy: y, r: radius }),
    node("text", { x, y, "font-size": radius * 1.15, dy: "0.36em" }, [String(index + 1)]),
  ]);
  return node("g", { class: "order" }, [
    node("path", { d: starts.map((point, index) => `${index ? "L" : "M"}${told(point)}`).join("") }),
    ...dots.flat(),
  ]);
}

/** @param {string} text @param {SVGElement} shape */
function titled(text, shape) {
  if (text) shape.append(node("title", {}, [text]));
  return shape;
}

/** @param {Quad} quad */
function outline(quad) {
  return `M${quad.map(told).join("L")}Z`;
}

/** @param {Point} point */
function told([x, y]) {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
}

/** A little larger than what it goes around. @param {Quad} quad @returns {Quad} */
function grown(quad) {
  const { left, top, right, bottom } = boxOf(quad);
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const margin = Math.min(right - left, bottom - top) * 0.12;
  return /** @type {Quad} */ (
    quad.map(([px, py]) => {
      const distance = Math.hypot(px - x, py - y) || 1;
      return [px + ((px - x) / distance) * margin, py + ((py - y) / distance) * margin];
    })
  );
}
