// What a person does to a page, as corrections: pure functions. A word that a person typed or accepted is sure, and says so.

/** @import { Block, Cell, Correction, Line, Page, Place, Quad, Word } from "../types.js" */
import { boxOf, heightOf, joined as quadAround, quadOf, span, tidy } from "./quads.js";

/** Letters that a space between two words is as wide as. */
const SPACE = 0.6;

/**
 * This was typed in the place of a word. Spaces in it make several words, nothing at all takes the word away.
 *
 * @param {Page} page
 * @param {Place} place
 * @param {string} text
 * @returns {Correction[]}
 */
export function typed(page, place, text) {
  const { line, word } = at(page, place);
  return spliced(place, place.word, place.word + 1, checkedWords(textsOf(text), word.quad, line.direction));
}

/** The word is right as it stands. @param {Page} page @param {Place} place @returns {Correction[]} */
export function accepted(page, place) {
  return spliced(place, place.word, place.word + 1, [checked(at(page, place).word)]);
}

/** All words of its line are right as they stand. @param {Page} page @param {Place} place @returns {Correction[]} */
export function acceptedLine(page, place) {
  const { words } = at(page, place).line;
  return spliced(place, 0, words.length, words.map(checked));
}

/**
 * The word is two; the text is that of the field, where something else may have been typed.
 *
 * @param {Page} page
 * @param {Place} place
 * @param {number} where the second one begins, counted as strings are
 * @param {string} [text]
 * @returns {Correction[]}
 */
export function split(page, place, where, text = at(page, place).word.text) {
  return typed(page, place, `${text.slice(0, where)} ${text.slice(where)}`);
}

/**
 * The word and the next one of its line are one; nothing where it is the last.
 *
 * @param {Page} page
 * @param {Place} place
 * @param {string} [text] of the first, where something else was typed
 * @returns {Correction[]}
 */
export function joined(page, place, text = at(page, place).word.text) {
  const { line, word } = at(page, place);
  const next = line.words[place.word + 1];
  if (!next) return [];
  const whole = { text: textsOf(text + next.text).join(""), quad: tidy(quadAround([word.quad, next.quad])) };
  return spliced(place, place.word, place.word + 2, [{ ...whole, confidence: 1, checked: true }]);
}

/** There is no such word. @param {Page} page @param {Place} place @returns {Correction[]} */
export function deleted(page, place) {
  return typed(page, place, "");
}

/** There is no such line. @param {Page} page @param {Place} place @returns {Correction[]} */
export function deletedLine(page, place) {
  return spliced(place, 0, at(page, place).line.words.length, []);
}

/**
 * This was typed into a cell of a table. Words that stayed the same stay where they are; all of them count as checked.
 *
 * @param {Page} page
 * @param {number} block
 * @param {number} cell its index
 * @param {string} text
 * @returns {Correction[]}
 */
export function cellTyped(page, block, cell, text) {
  const table = page.blocks[block];
  const { start, stop, quad } = /** @type {Cell[]} */ (table.cells)[cell];
  const texts = textsOf(text);
  const within = [...table.lines.entries()].slice(start, stop);
  const old = within.flatMap(([line, { words }]) => words.map((word) => ({ line, word })));
  if (!old.length) {
    const lines = texts.length ? [lineIn(table, quad, texts)] : [];
    return lines.length || start < stop ? [{ page: page.number, block, start, stop, lines }] : [];
  }
  const [same, rest] = alike(
    old.map(({ word }) => word.text),
    texts,
  );
  const gone = old.slice(same, old.length - rest);
  const near = gone.filter(({ line }) => line === gone[0].line).map(({ word }) => word.quad);
  /** @param {number} line */
  const fresh = (line) => checkedWords(texts.slice(same, texts.length - rest), quadAround(near), table.lines[line].direction);
  return within.flatMap(([line, { words }]) => {
    const made = old.flatMap((each, index) => {
      if (each.line !== line) return [];
      if (index < same || index >= old.length - rest) return [checked(each.word)];
      return index === same ? fresh(line) : [];
    });
    return spliced({ page: page.number, block, line }, 0, words.length, made);
  });
}

/**
 * How many words at the beginning and at the end stayed the same. Where words were only put in, a neighbour gives up some of its room.
 *
 * @param {string[]} old
 * @param {string[]} texts
 */
function alike(old, texts) {
  const most = Math.min(old.length, texts.length);
  let same = 0;
  while (same < most && old[same] === texts[same]) same += 1;
  let rest = 0;
  while (rest < most - same && old[old.length - 1 - rest] === texts[texts.length - 1 - rest]) rest += 1;
  if (texts.length === old.length || same + rest < old.length) return [same, rest];
  return same ? [same - 1, rest] : [same, rest - 1];
}

/**
 * A line in an empty cell, as high as others of its table.
 *
 * @param {Block} table
 * @param {Quad} quad of the cell
 * @param {string[]} texts
 * @returns {Line}
 */
function lineIn(table, quad, texts) {
  const { left, top, right, bottom } = boxOf(quad);
  const heights = table.lines.map((line) => heightOf(line.quad)).sort((a, b) => a - b);
  const height = Math.min(heights[heights.length >> 1] ?? bottom - top, bottom - top);
  const middle = (top + bottom) / 2;
  const own = tidy(quadOf({ left, top: middle - height / 2, right, bottom: middle + height / 2 }));
  const direction = table.lines[0]?.direction ?? "left-to-right";
  return { words: checkedWords(texts, own, direction), quad: own, direction, confidence: 1 };
}

/** @param {Page} page @param {Place} place */
function at(page, place) {
  const line = page.blocks[place.block].lines[place.line];
  return { line, word: line.words[place.word] };
}

/**
 * @param {{ page: number, block: number, line: number }} place
 * @param {number} start
 * @param {number} stop
 * @param {Word[]} words
 * @returns {Correction[]}
 */
function spliced({ page, block, line }, start, stop, words) {
  return start === stop && !words.length ? [] : [{ page, block, line, start, stop, words }];
}

/** Its words, in the composed form (Unicode, NFC) and without what cannot be seen. @param {string} text */
function textsOf(text) {
  const seen = text.normalize("NFC").replace(/[^\P{C}\s\p{Co}\u200c\u200d]/gu, "");
  return seen.split(/\s+/u).filter(Boolean);
}

/** @param {Word} word @returns {Word} */
function checked({ text, quad }) {
  return { text, quad, confidence: 1, checked: true };
}

/**
 * These words in the room that there is, each as long as its letters want.
 *
 * @param {string[]} texts
 * @param {Quad} quad
 * @param {Line["direction"]} direction
 * @returns {Word[]}
 */
function checkedWords(texts, quad, direction) {
  const lengths = texts.map((text) => [...text].length);
  const whole = lengths.reduce((sum, length) => sum + length, SPACE * (texts.length - 1));
  let from = 0;
  return texts.map((text, index) => {
    const start = from;
    from += lengths[index] + SPACE;
    const own = texts.length > 1 ? span(quad, start / whole, (start + lengths[index]) / whole, direction) : quad;
    return { text, quad: tidy(own), confidence: 1, checked: true };
  });
}
