// What corrections make of a page: the same as src/uncial/corrections.py makes of it, which tests/data/corrections.json holds both to.

/** @import { Block, Cell, Correction, Line, Page, Quad, Word } from "../types.js" */
import { angleOf, around, boxOf, centre, clamped, holds, quadOf, rounded, tidy, turned } from "./quads.js";

/** @typedef {Extract<Correction, { line: number }>} WordsCorrected */
/** @typedef {Extract<Correction, { lines: Line[] }>} LinesCorrected */
/** @typedef {Extract<Correction, { blocks: Block[] }>} BlocksCorrected */

/** Pixels by which something stands out of its line or block before that grows: places are rounded, and nobody sees less. */
const OUTSIDE = 0.5;

/**
 * The page with these corrections, one after the other. What became empty stays where it is, so that the indices of others do not move,
 * and what was not touched is the same object as before. Raises RangeError where one of them fits nothing.
 *
 * @param {Page} page
 * @param {Correction[]} corrections those of this page; what is said of fields changes nothing here
 * @returns {Page}
 */
export function fold(page, corrections) {
  if (!corrections.length) return page;
  const made = corrections.reduce(splicedPage, page);
  return { ...made, confidence: mean(made.blocks.flatMap((block) => block.lines.flatMap((line) => line.words))) };
}

/** The page without what became empty, with the numbers rounded, as all formats have it. @param {Page} page @returns {Page} */
export function finished(page) {
  const blocks = page.blocks.map(tidyBlock).filter((block) => block.lines.length || /^(table|figure)$/.test(block.kind));
  return { ...page, confidence: sure(page.confidence), blocks };
}

/** @param {Page} page @param {Correction} correction @returns {Page} */
function splicedPage(page, correction) {
  if ("field" in correction) return page;
  if ("blocks" in correction) return { ...page, blocks: splicedBlocks(page, correction) };
  const { block } = correction;
  const old = item(page.blocks, block, "block");
  const made = "lines" in correction ? splicedBlock(old, correction, page) : withLine(old, correction, page);
  return { ...page, blocks: page.blocks.with(block, made) };
}

/** @param {Page} page @param {BlocksCorrected} correction */
function splicedBlocks(page, { start, stop, blocks }) {
  if (!page.width || !page.height) throw new RangeError(`page ${page.number} has no size`);
  return spliced(
    page.blocks,
    start,
    stop,
    blocks.map((block) => blockIn(block, page)),
  );
}

/** @param {Block} block @param {WordsCorrected} correction @param {Page} page @returns {Block} */
function withLine(block, { line, start, stop, words }, page) {
  const old = item(block.lines, line, "line");
  const fresh = words.map((word) => wordIn(word, page));
  const all = spliced(old.words, start, stop, fresh);
  const made = { ...old, words: all, quad: grown(old.quad, fresh, page), confidence: mean(all) };
  return { ...block, lines: block.lines.with(line, made), quad: grown(block.quad, [made], page) };
}

/** @param {Block} block @param {LinesCorrected} correction @param {Page} page @returns {Block} */
function splicedBlock(block, { start, stop, lines }, page) {
  const fresh = lines.map((line) => lineIn(line, page));
  const made = { ...block, lines: spliced(block.lines, start, stop, fresh), quad: grown(block.quad, fresh, page) };
  return block.cells?.length ? { ...made, cells: shifted(block.cells, start, stop, fresh) } : made;
}

/** @template T @param {T[]} items @param {number} start @param {number} stop @param {T[]} fresh */
function spliced(items, start, stop, fresh) {
  if (!(0 <= start && start <= stop && stop <= items.length)) throw new RangeError(`no ${start} to ${stop} of ${items.length}`);
  return items.toSpliced(start, stop - start, ...fresh);
}

/** @template T @param {T[]} items @param {number} index @param {string} name @returns {T} */
function item(items, index, name) {
  const found = items[index];
  if (!found) throw new RangeError(`no ${name} ${index} of ${items.length}`);
  return found;
}

/** @param {Word} word @param {Page} page @returns {Word} */
function wordIn(word, page) {
  return { ...word, quad: clamped(word.quad, page) };
}

/** @param {Line} line @param {Page} page @returns {Line} */
function lineIn(line, page) {
  return { ...line, words: line.words.map((word) => wordIn(word, page)), quad: clamped(line.quad, page) };
}

/** @param {Block} block @param {Page} page @returns {Block} */
function blockIn(block, page) {
  const cells = block.cells?.map((cell) => ({ ...cell, quad: clamped(cell.quad, page) }));
  const lines = block.lines.map((line) => lineIn(line, page));
  return { ...block, ...(cells && { cells }), lines, quad: clamped(block.quad, page) };
}

/**
 * The place of a line or block with room for these: where one stands out of it, the rectangle around all, in its direction.
 *
 * @param {Quad} quad
 * @param {{ quad: Quad }[]} inner
 * @param {Page} page
 * @returns {Quad}
 */
function grown(quad, inner, page) {
  const angle = angleOf(quad);
  const own = boxOf(turned(quad, -angle));
  const box = around([own, ...inner.map((each) => boxOf(turned(each.quad, -angle)))]);
  const out = Math.max(own.left - box.left, own.top - box.top, box.right - own.right, box.bottom - own.bottom);
  return out <= OUTSIDE ? quad : clamped(turned(quadOf(box), angle), page);
}

/**
 * The cells of a table when its lines from `start` to `stop` have given way to others; an empty one keeps its place.
 *
 * @param {Cell[]} cells
 * @param {number} start
 * @param {number} stop
 * @param {Line[]} fresh
 * @returns {Cell[]}
 */
function shifted(cells, start, stop, fresh) {
  const chosen = fresh.length ? cellFor(cells, start, stop, fresh[0]) : null;
  return cells.map((cell, index) => {
    const [first, last] = [cell.start, cell.stop].map((at) => (at < stop ? Math.min(at, start) : at - (stop - start)));
    if (index === chosen) return { ...cell, start: first, stop: last + fresh.length };
    const empty = first === last && chosen !== null;
    const after = empty ? first > start || (first === start && index > chosen) : first >= start;
    const by = after ? fresh.length : 0;
    return { ...cell, start: first + by, stop: last + by };
  });
}

/**
 * Which cell the lines stand in that are put there; null where the table has none that it could be.
 *
 * @param {Cell[]} cells
 * @param {number} start
 * @param {number} stop
 * @param {Line} line
 * @returns {number | null}
 */
function cellFor(cells, start, stop, line) {
  const indices = [...cells.keys()];
  const holding = indices.filter((index) => cells[index].start < stop && start < cells[index].stop);
  const found = holding.length ? holding : indices.filter((index) => cells[index].start <= stop && start <= cells[index].stop);
  const middle = centre(boxOf(line.quad));
  return found.find((index) => holds(boxOf(cells[index].quad), middle)) ?? found[0] ?? null;
}

/** @param {Block} block @returns {Block} */
function tidyBlock(block) {
  const before = [0];
  for (const line of block.lines) before.push(before[before.length - 1] + (line.words.length ? 1 : 0));
  const lines = block.lines.filter((line) => line.words.length).map(tidyLine);
  if (lines.length === block.lines.length) return { ...block, lines, quad: tidy(block.quad) };
  const cells = block.cells?.map((cell) => ({ ...cell, start: before[cell.start], stop: before[cell.stop] }));
  return { ...block, ...(cells && { cells }), lines, quad: tidy(block.quad) };
}

/** @param {Line} line @returns {Line} */
function tidyLine(line) {
  const words = line.words.map((word) => ({ ...word, quad: tidy(word.quad) }));
  return { ...line, words, quad: tidy(line.quad), confidence: sure(line.confidence ?? null) };
}

/** How sure these words are on the whole, each counted by its length in code points. @param {Word[]} words */
function mean(words) {
  let [sum, letters] = [0, 0];
  for (const { text, confidence } of words) {
    if (confidence === null || confidence === undefined) continue;
    const length = [...text].length;
    sum += confidence * length;
    letters += length;
  }
  return letters ? sum / letters : null;
}

/** @param {number | null} confidence */
function sure(confidence) {
  return confidence === null ? null : rounded(confidence, 4);
}
