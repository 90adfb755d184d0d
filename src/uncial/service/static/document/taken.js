// What was read once more of a part of a page takes the place of what stood there: as corrections. Pure.

/** @import { Block, Correction, Line, Page, Word } from "../types.js" */
/** @import { Box } from "./quads.js" */
import { around, boxOf, centre, holds, overlap, quadOf } from "./quads.js";

/** Of the lower of two lines: what they share of their height where they are the same line. */
const SAME = 0.5;

/** A line that has words in the region. @typedef {{ block: number, line: number, own: Line, words: number[], box: Box }} Hit */

/**
 * The words whose middle lies in the region give way to these lines. A line that is read anew stands where the old one stood; one that
 * there was not is put into the block that it lies in, or into a paragraph of its own.
 *
 * @param {Page} page
 * @param {Box} box the region, in pixels of the page
 * @param {Line[]} lines as they were read
 * @returns {Correction[]}
 */
export function taken(page, box, lines) {
  const hits = hitsOf(page, box);
  const left = new Set(lines.filter((line) => line.words.length));
  const changed = hits.map((hit) => {
    const found = [...left].find((line) => sameLine(hit, line));
    if (found) left.delete(found);
    return changedLine(page, hit, found?.words ?? []);
  });
  return [...changed, ...added(page, [...left])];
}

/** @param {Page} page @param {Box} box @returns {Hit[]} */
function hitsOf(page, box) {
  return page.blocks.flatMap((block, b) =>
    block.lines.flatMap((own, line) => {
      const words = [...own.words.keys()].filter((word) => holds(box, centre(boxOf(own.words[word].quad))));
      if (!words.length) return [];
      return [{ block: b, line, own, words, box: around(words.map((word) => boxOf(own.words[word].quad))) }];
    }),
  );
}

/** Whether the new line stands where the words of the old one did. @param {Hit} hit @param {Line} line */
function sameLine({ box: old, own }, line) {
  const fresh = boxOf(line.quad);
  const [low, high] =
    own.direction === "top-to-bottom" ? /** @type {const} */ (["left", "right"]) : /** @type {const} */ (["top", "bottom"]);
  const shared = Math.min(old[high], fresh[high]) - Math.max(old[low], fresh[low]);
  return shared > SAME * Math.min(old[high] - old[low], fresh[high] - fresh[low]) && overlap(old, fresh) > 0;
}

/** Words that stay between those that go stay behind the new ones. @param {Page} page @param {Hit} hit @param {Word[]} words @returns {Correction} */
function changedLine(page, { block, line, own, words: gone }, words) {
  const [start, stop] = [gone[0], gone[gone.length - 1] + 1];
  const kept = own.words.slice(start, stop).filter((_, index) => !gone.includes(start + index));
  return { page: page.number, block, line, start, stop, words: [...words, ...kept] };
}

/**
 * Lines where there were none. Those of a block go in from its end on, so that the places of the others do not move meanwhile; a block of
 * their own comes last.
 *
 * @param {Page} page
 * @param {Line[]} lines
 * @returns {Correction[]}
 */
function added(page, lines) {
  const homes = grouped(lines, (line) => homeOf(page, line));
  const orphans = homes.get(-1) ?? [];
  homes.delete(-1);
  const put = [...homes].flatMap(([block, own]) => intoBlock(page, block, own));
  if (!orphans.length) return put;
  const quad = quadOf(around(orphans.map((line) => boxOf(line.quad))));
  const start = placeFor(page, boxOf(quad));
  return [...put, { page: page.number, start, stop: start, blocks: [{ lines: orphans, quad, kind: "paragraph" }] }];
}

/** Map.groupBy is younger than the browsers that this page is for. @param {Line[]} lines @param {(line: Line) => number} key @returns {Map<number, Line[]>} */
function grouped(lines, key) {
  /** @type {Map<number, Line[]>} */
  const found = new Map();
  for (const line of lines) found.set(key(line), [...(found.get(key(line)) ?? []), line]);
  return found;
}

/** The block that most of the line lies in; -1 where that is less than half of it. @param {Page} page @param {Line} line */
function homeOf(page, line) {
  const own = boxOf(line.quad);
  const shares = page.blocks.map((block) => overlap(boxOf(block.quad), own));
  const most = Math.max(0, ...shares);
  return most > overlap(own, own) / 2 ? shares.indexOf(most) : -1;
}

/** @param {Page} page @param {number} index @param {Line[]} lines @returns {Correction[]} */
function intoBlock(page, index, lines) {
  const block = page.blocks[index];
  const places = lines.map((line) => ({ line, at: indexIn(block, line) }));
  return places
    .toSorted((a, b) => b.at - a.at || order(b.line) - order(a.line))
    .map(({ line, at }) => ({ page: page.number, block: index, start: at, stop: at, lines: [line] }));
}

/** Before which line of the block it is read; in a table at the end of its cell. @param {Block} block @param {Line} line */
function indexIn(block, line) {
  const middle = centre(boxOf(line.quad));
  const cell = block.cells?.find((each) => holds(boxOf(each.quad), middle));
  const [start, stop] = cell ? [cell.start, cell.stop] : [0, block.lines.length];
  const before = block.lines.slice(start, stop).findIndex((each) => order(each) > order(line));
  return before < 0 ? stop : start + before;
}

/** How far down the page its middle is; of vertical lines how far to the left. @param {Line} line */
function order(line) {
  const [x, y] = centre(boxOf(line.quad));
  return line.direction === "top-to-bottom" ? -x : y;
}

/** Where in the reading order a new block comes: after the nearest above it in its column, else before the first that lies below. @param {Page} page @param {Box} box */
function placeFor(page, box) {
  const boxes = page.blocks.map((block, index) => ({ index, own: boxOf(block.quad) }));
  const column = boxes.filter(({ own }) => Math.min(own.right, box.right) > Math.max(own.left, box.left));
  const middle = (box.top + box.bottom) / 2;
  const above = column.filter(({ own }) => (own.top + own.bottom) / 2 < middle).sort((a, b) => b.own.bottom - a.own.bottom);
  if (above.length) return above[0].index + 1;
  const below = column.filter(({ own }) => (own.top + own.bottom) / 2 >= middle).sort((a, b) => a.own.top - b.own.top);
  return below.length ? below[0].index : page.blocks.length;
}
