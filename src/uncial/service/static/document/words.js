// How one goes through the words of a page: pure functions, for whoever shows them. Lines without words are passed over.

/** @import { Block, Line, Page, Place, Point, Quad, Word } from "../types.js" */

/** Below this a word is worth a second look (docs/http.md: what the index of pages counts as doubtful). */
export const SURE = 0.8;

/** @typedef {{ page: number, block: number, line: number }} LinePlace */

/** @typedef {(page: Page, place: Place) => Place | null} Step */

const ENDS = { Home: lineStart, End: lineEnd };
/** Where keys lead, by the direction of the line. @type {Record<string, Record<string, Step>>} */
const KEYS = {
  "left-to-right": { ArrowRight: nextWord, ArrowLeft: previousWord, ArrowUp: lineUp, ArrowDown: lineDown, ...ENDS },
  "right-to-left": { ArrowRight: previousWord, ArrowLeft: nextWord, ArrowUp: lineUp, ArrowDown: lineDown, ...ENDS },
  "top-to-bottom": { ArrowRight: lineUp, ArrowLeft: lineDown, ArrowUp: previousWord, ArrowDown: nextWord, ...ENDS },
};

/** Whether somebody should look at this word. @param {Word} word @returns {boolean} */
export function isDoubtful(word) {
  return !word.checked && (Boolean(word.doubtful) || (word.confidence ?? 1) < SURE);
}

/** @param {Page} page @param {LinePlace} place @returns {Line | undefined} */
export function lineAt(page, place) {
  return page.blocks[place.block]?.lines[place.line];
}

/** @param {Page} page @param {Place} place @returns {Word | undefined} */
export function wordAt(page, place) {
  return lineAt(page, place)?.words[place.word];
}

/** Where each word stands, in reading order. @param {Page} page @returns {Place[]} */
export function placesOf(page) {
  return page.blocks.flatMap((block, b) =>
    block.lines.flatMap((line, l) => line.words.map((_, w) => ({ page: page.number, block: b, line: l, word: w }))),
  );
}

/** @param {Page} page @returns {Place | null} */
export function firstWord(page) {
  return fromLine(page, 0, 0, 1);
}

/** @param {Page} page @returns {Place | null} */
export function lastWord(page) {
  const block = page.blocks.length - 1;
  return fromLine(page, block, (page.blocks[block]?.lines.length ?? 0) - 1, -1);
}

/** The word after this one; null after the last of the page. @param {Page} page @param {Place} place @returns {Place | null} */
export function nextWord(page, place) {
  const words = lineAt(page, place)?.words.length ?? 0;
  if (place.word + 1 < words) return { ...place, word: place.word + 1 };
  return fromLine(page, place.block, place.line + 1, 1);
}

/** The word before this one; null before the first of the page. @param {Page} page @param {Place} place @returns {Place | null} */
export function previousWord(page, place) {
  const words = lineAt(page, place)?.words.length ?? 0;
  if (place.word > 0 && words) return { ...place, word: Math.min(place.word, words) - 1 };
  return fromLine(page, place.block, place.line - 1, -1);
}

/** The next word that is doubtful; with null the first of the page. @param {Page} page @param {Place | null} place @returns {Place | null} */
export function nextDoubtful(page, place) {
  return until(page, place ? nextWord(page, place) : firstWord(page), nextWord);
}

/** The doubtful word before this; with null the last of the page. @param {Page} page @param {Place | null} place @returns {Place | null} */
export function previousDoubtful(page, place) {
  return until(page, place ? previousWord(page, place) : lastWord(page), previousWord);
}

/** The word that stands above this one, in the line before. @param {Page} page @param {Place} place @returns {Place | null} */
export function lineUp(page, place) {
  return acrossLines(page, place, -1);
}

/** The word that stands below this one, in the next line. @param {Page} page @param {Place} place @returns {Place | null} */
export function lineDown(page, place) {
  return acrossLines(page, place, 1);
}

/**
 * The word that a key leads to as it stands on the page; null where the page ends, and undefined where the key leads nowhere.
 *
 * @param {Page} page
 * @param {Place} place
 * @param {string} key as `event.key` names it
 * @returns {Place | null | undefined}
 */
export function byKey(page, place, key) {
  const step = KEYS[lineAt(page, place)?.direction ?? "left-to-right"][key];
  return step?.(page, place);
}

/** Whether a key leads on in the text, and not back. @param {Page} page @param {Place} place @param {string} key */
export function leadsOn(page, place, key) {
  const step = KEYS[lineAt(page, place)?.direction ?? "left-to-right"][key];
  return step === nextWord || step === lineDown;
}

/** The first word of the line. @param {Page} _ @param {Place} place @returns {Place} */
function lineStart(_, place) {
  return { ...place, word: 0 };
}

/** The last word of the line. @param {Page} page @param {Place} place @returns {Place} */
function lineEnd(page, place) {
  return { ...place, word: Math.max(0, (lineAt(page, place)?.words.length ?? 0) - 1) };
}

/** The word of the line that is nearest to where `place` was, after something was corrected. @param {Page} page @param {Place} place */
export function nearestWord(page, place) {
  const words = lineAt(page, place)?.words.length ?? 0;
  if (words) return { ...place, word: Math.min(place.word, words - 1) };
  const { block, line } = place;
  return fromLine(page, block, line, 1) ?? fromLine(page, Math.min(block, page.blocks.length - 1), line, -1);
}

/** Their order in the document: below 0 where `a` comes first. @param {Place} a @param {Place} b @returns {number} */
export function compare(a, b) {
  return a.page - b.page || a.block - b.block || a.line - b.line || a.word - b.word;
}

/**
 * @param {Page} page
 * @param {Place | null} start
 * @param {(page: Page, place: Place) => Place | null} step
 */
function until(page, start, step) {
  let place = start;
  while (place && !isDoubtful(/** @type {Word} */ (wordAt(page, place)))) place = step(page, place);
  return place;
}

/**
 * The first word of the first line that has one from here on, or the last one going backwards.
 *
 * @param {Page} page
 * @param {number} block
 * @param {number} line
 * @param {1 | -1} way
 * @returns {Place | null}
 */
function fromLine(page, block, line, way) {
  for (let b = block, l = line; b >= 0 && b < page.blocks.length; b += way, l = way > 0 ? 0 : lastLine(page.blocks[b])) {
    for (const { lines } = page.blocks[b]; l >= 0 && l < lines.length; l += way) {
      const words = lines[l].words.length;
      if (words) return { page: page.number, block: b, line: l, word: way > 0 ? 0 : words - 1 };
    }
  }
  return null;
}

/** @param {Block | undefined} block */
function lastLine(block) {
  return (block?.lines.length ?? 0) - 1;
}

/**
 * In the same block the nearest line on that side, so that one goes down a column of a table; else the edge of the next block.
 *
 * @param {Page} page
 * @param {Place} place
 * @param {1 | -1} way
 * @returns {Place | null}
 */
function acrossLines(page, place, way) {
  const line = lineAt(page, place);
  const word = wordAt(page, place);
  if (!line || !word) return null;
  const frame = new Frame(line, way);
  const from = frame.of(word.quad);
  const ahead = linesOf(page, place.block).filter((each) => frame.of(each.line.quad).across > from.across + frame.size / 2);
  const found = ahead.length ? ahead : edgeOf(page, place.block, frame);
  // What stands beside counts more than what stands further away where lines stand side by side: columns come before rows.
  const beside = !ahead.length || page.blocks[place.block].kind === "table" ? 4 : 0;
  const nearest = least(found, (each) => frame.distance(each.line.quad, from, beside));
  return nearest && { page: page.number, block: nearest.block, line: nearest.index, word: frame.nearest(nearest.line, from) };
}

/** @typedef {{ block: number, index: number, line: Line }} Found */

/** The lines of a block that have words. @param {Page} page @param {number} block @returns {Found[]} */
function linesOf(page, block) {
  return page.blocks[block].lines.map((line, index) => ({ block, index, line })).filter(({ line }) => line.words.length > 0);
}

/** The lines at the near edge of the next block that has any. @param {Page} page @param {number} block @param {Frame} frame */
function edgeOf(page, block, frame) {
  for (let b = block + frame.way; b >= 0 && b < page.blocks.length; b += frame.way) {
    const lines = linesOf(page, b);
    if (!lines.length) continue;
    const edge = Math.min(...lines.map(({ line }) => frame.of(line.quad).across));
    return lines.filter(({ line }) => frame.of(line.quad).across <= edge + frame.size / 2);
  }
  return [];
}

/** A place in the directions of a line: `along` it as its letters run, `across` it towards the lines that are wanted. */
class Frame {
  /** @param {Line} line @param {1 | -1} way 1 towards the lines that follow, -1 towards those before */
  constructor(line, way) {
    this.way = way;
    const [first, second, , fourth] = line.quad;
    const vertical = line.direction === "top-to-bottom";
    // Columns of vertical text follow each other from right to left (W3C, Requirements for Japanese Text Layout, 2.3.1).
    this.along = unit(first, vertical ? fourth : second);
    const down = vertical ? unit(second, first) : unit(first, fourth);
    /** @type {Point} */
    this.across = [way * down[0], way * down[1]];
    this.size = Math.hypot(...(vertical ? between(first, second) : between(first, fourth)));
  }

  /** @param {Quad} quad */
  of(quad) {
    const along = quad.map((point) => dot(point, this.along));
    const across = quad.map((point) => dot(point, this.across));
    return { start: Math.min(...along), stop: Math.max(...along), across: (Math.min(...across) + Math.max(...across)) / 2 };
  }

  /** @param {Quad} quad @param {{ start: number, stop: number, across: number }} from @param {number} beside weight of what lies beside */
  distance(quad, from, beside) {
    const { start, stop, across } = this.of(quad);
    const middle = (from.start + from.stop) / 2;
    return across - from.across + beside * Math.max(start - middle, middle - stop, 0);
  }

  /** The word of a line that is nearest to it. @param {Line} line @param {{ start: number, stop: number }} from */
  nearest(line, from) {
    const middle = (from.start + from.stop) / 2;
    const words = line.words.map(({ quad }, index) => ({ index, ...this.of(quad) }));
    return least(words, ({ start, stop }) => Math.abs((start + stop) / 2 - middle))?.index ?? 0;
  }
}

/** @template T @param {T[]} all @param {(each: T) => number} cost @returns {T | null} */
function least(all, cost) {
  let best = null;
  let lowest = Infinity;
  for (const each of all) {
    const now = cost(each);
    if (now < lowest) [best, lowest] = [each, now];
  }
  return best;
}

/** @param {Point} from @param {Point} to @returns {Point} */
function between(from, to) {
  return [to[0] - from[0], to[1] - from[1]];
}

/** @param {Point} from @param {Point} to @returns {Point} */
function unit(from, to) {
  const [x, y] = between(from, to);
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

/** @param {Point} a @param {Point} b */
function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1];
}
