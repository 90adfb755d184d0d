// Finding text on a page whatever its case, accents, ligatures and line ends are. Pure.

/** @import { Letters, Line, Mark, Page, Place, Quad } from "../types.js" */
import { joined, span } from "./quads.js";
import { endsInHyphen, isSpaceless } from "./running.js";

/** Marks that are written over or under letters: of Latin and its neighbours, Hebrew points, Arabic vowels and the stretched line. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670\u0640\u00ad]/g;
/** Letters that Unicode does not take apart although people type them so, and marks that are typed as others. */
const PLAIN = new Map(
  Object.entries({ ø: "o", ł: "l", đ: "d", ð: "d", æ: "ae", œ: "oe", "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"' }),
);
const DASHES = /[\u2010-\u2015\u2212\u2e17\u00ac]/g;
const LETTER = /\p{L}/u;
const PART_OF_WORD = /[\p{L}\p{N}\p{M}]/u;
/** Between two blocks, and between two cells: nothing is found over it. */
const WALL = "\n";

/** Folded characters; there are a few hundred in a document. @type {Map<string, string>} */
const folded = new Map();

/**
 * A place where it was found: from a letter of one word to a letter of the same or a later one; words are counted over the page.
 *
 * @typedef {{ page: number, first: number, last: number, start: number, stop: number }} Hit
 */

/**
 * A character as it is compared; empty where it is only a mark on others.
 *
 * @param {string} letter
 */
function fold(letter) {
  let found = folded.get(letter);
  if (found === undefined) {
    // Upper case first takes apart what small letters have for two: ß and the ligatures.
    const plain = letter
      .normalize("NFKD")
      .toUpperCase()
      .toLowerCase()
      .normalize("NFKD")
      .replace(ACCENTS, "")
      .replace(DASHES, "-");
    found = [...plain].map((each) => PLAIN.get(each) ?? each).join("");
    folded.set(letter, found);
  }
  return found;
}

/** The characters of a word, folded. A hyphen inside says nothing: nobody knows whether one at a line's end belongs to the word. @param {string} text */
function foldedLetters(text) {
  const letters = [...text];
  const plain = letters.map(fold);
  const isLetter = (/** @type {number} */ at) => LETTER.test(letters[at] ?? "");
  return plain.map((each, at) => (each === "-" && isLetter(at - 1) && isLetter(at + 1) ? "" : each));
}

/**
 * What is searched for, as pages are compared with it.
 *
 * @param {string} text
 */
export function needle(text) {
  const words = text
    .split(/\s+/)
    .map((word) => foldedLetters(word).join(""))
    .filter(Boolean);
  return words.reduce((all, word) => all + gap(all.at(-1), word) + word, "");
}

/** What stands between two words. @param {string | undefined} before the last letter of the one @param {string} word the other */
function gap(before, word) {
  return !before || before === WALL || (isSpaceless(before) && isSpaceless(word)) ? "" : " ";
}

/** The words of a page, small enough to be kept of all pages: without them a search would load each page for each letter typed. */
export class PageIndex {
  /** The words of the page, folded, one after the other. */
  #text;
  /** The words as they are written. @type {string[]} */
  #words = [];
  /** Where each begins in the folded text. @type {number[]} */
  #starts = [];
  /** Block, line and word of each. @type {Uint32Array} */
  #places;
  /** Eight coordinates of each. @type {Float32Array} */
  #quads;
  /** How each runs, where that is said. @type {Map<number, Line["direction"]>} */
  #directions = new Map();

  /** @param {Page} page */
  constructor(page) {
    this.number = page.number;
    const text = new FoldedText();
    /** @type {number[]} */
    const places = [];
    /** @type {number[]} */
    const quads = [];
    for (const [block, { lines, cells = [] }] of page.blocks.entries()) {
      const walls = new Set([0, ...cells.map(({ start }) => start)]);
      for (const [index, line] of lines.entries()) {
        if (walls.has(index)) text.end();
        for (const [word, each] of line.words.entries()) {
          if (line.direction) this.#directions.set(this.#words.length, line.direction);
          this.#words.push(each.text);
          this.#starts.push(text.add(each.text, word === 0));
          places.push(block, index, word);
          quads.push(...each.quad.flat());
        }
      }
    }
    this.#text = text.toString();
    this.#places = Uint32Array.from(places);
    this.#quads = Float32Array.from(quads);
  }

  /**
   * Where it stands on the page.
   *
   * @param {string} sought as `needle` makes it
   * @param {{ whole: boolean, most: number }} how whether only whole words count, and how many are enough
   * @returns {Hit[]}
   */
  find(sought, { whole, most }) {
    /** @type {Hit[]} */
    const hits = [];
    let at = sought ? this.#text.indexOf(sought) : -1;
    while (at >= 0 && hits.length < most) {
      const end = at + sought.length;
      if (!whole || this.#isWhole(at, end)) hits.push(this.#hit(at, end));
      at = this.#text.indexOf(sought, end);
    }
    return hits;
  }

  /** What is shown of it on the page and in the text: a mark for each line that it stands on. @param {Hit} hit @returns {Mark[]} */
  marks(hit) {
    /** @type {Map<string, Letters[]>} */
    const lines = new Map();
    for (const each of this.letters(hit)) {
      const key = `${each.place.block}.${each.place.line}`;
      lines.set(key, [...(lines.get(key) ?? []), each]);
    }
    let word = hit.first;
    return [...lines.values()].map((letters) => {
      const quads = letters.map(({ start, stop }) => this.#part(word++, start, stop));
      return { page: this.number, quad: quads.length > 1 ? joined(quads) : quads[0], letters };
    });
  }

  /** The letters of which it consists. @param {Hit} hit @returns {Letters[]} */
  letters({ first, last, start, stop }) {
    const words = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return words.map((word) => ({
      place: this.#placeOf(word),
      start: word === first ? start : 0,
      stop: word === last ? stop : this.#words[word].length,
    }));
  }

  /**
   * The text around it: what stands before, itself, and what stands behind.
   *
   * @param {Hit} hit
   * @param {number} [words] on each side
   * @returns {[string, string, string]}
   */
  context({ first, last, start, stop }, words = 5) {
    const all = this.#words;
    const before = [...all.slice(Math.max(0, first - words), first), all[first].slice(0, start)].join(" ");
    const behind = [all[last].slice(stop), ...all.slice(last + 1, last + 1 + words)].join(" ");
    const inner = this.letters({ page: this.number, first, last, start, stop });
    return [before, inner.map((each, index) => all[first + index].slice(each.start, each.stop)).join(" "), behind];
  }

  /** @param {number} at where it begins in the folded text @param {number} end @returns {Hit} */
  #hit(at, end) {
    const [first, last] = [this.#wordAt(at), this.#wordAt(end - 1)];
    const start = this.#letterAt(first, at - this.#starts[first]).start;
    const { stop } = this.#letterAt(last, end - 1 - this.#starts[last]);
    return { page: this.number, first, last, start, stop };
  }

  /** Whether no letter stands before or behind. @param {number} at @param {number} end */
  #isWhole(at, end) {
    const goesOn = (/** @type {string} */ letter) => PART_OF_WORD.test(letter) && !isSpaceless(letter);
    return !goesOn(this.#text[at - 1] ?? "") && !goesOn(this.#text[end] ?? "");
  }

  /** The word that a character of the folded text is of. @param {number} at */
  #wordAt(at) {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const between = Math.ceil((low + high) / 2);
      if (this.#starts[between] <= at) low = between;
      else high = between - 1;
    }
    return low;
  }

  /** Which letter of a word became its folded character `at`. @param {number} word @param {number} at */
  #letterAt(word, at) {
    const letters = [...this.#words[word]];
    let [start, seen] = [0, 0];
    for (const [index, plain] of foldedLetters(this.#words[word]).entries()) {
      seen += plain.length;
      if (seen > at) return { start, stop: start + letters[index].length };
      start += letters[index].length;
    }
    return { start: 0, stop: this.#words[word].length };
  }

  /** @param {number} word @returns {Place} */
  #placeOf(word) {
    const [block, line, index] = this.#places.subarray(3 * word, 3 * word + 3);
    return { page: this.number, block, line, word: index };
  }

  /** Where some letters of a word stand, each taken to be as wide as the others. @param {number} word @param {number} start @param {number} stop */
  #part(word, start, stop) {
    const [a, b, c, d, e, f, g, h] = this.#quads.subarray(8 * word, 8 * word + 8);
    /** @type {Quad} */
    const quad = [
      [a, b],
      [c, d],
      [e, f],
      [g, h],
    ];
    const { length } = this.#words[word];
    return start === 0 && stop === length ? quad : span(quad, start / length, stop / length, this.#directions.get(word));
  }
}

/** The text of a page as it is searched, word by word. */
class FoldedText {
  /** @type {string[]} */
  #pieces = [];
  #length = 0;
  #last = WALL;
  #before = "";

  /** Nothing goes on over this. */
  end() {
    this.#push(WALL);
    this.#before = "";
  }

  /** Add a word; where it begins. @param {string} text @param {boolean} begins whether it is the first of its line */
  add(text, begins) {
    const plain = foldedLetters(text).join("");
    const divided =
      begins && endsInHyphen(this.#before) && PART_OF_WORD.test(this.#before.at(-2) ?? "") && PART_OF_WORD.test(text[0]);
    if (!divided) this.#push(gap(this.#last, plain));
    else if (LETTER.test(this.#before.at(-2) ?? "") && LETTER.test(text[0])) this.#dropHyphen();
    const start = this.#length;
    this.#push(plain);
    this.#before = text;
    return start;
  }

  toString() {
    return this.#pieces.join("");
  }

  #dropHyphen() {
    const last = this.#pieces.pop() ?? "";
    this.#length -= last.length;
    this.#push(last.replace(/-$/, ""));
  }

  /** @param {string} piece */
  #push(piece) {
    this.#pieces.push(piece);
    this.#length += piece.length;
    this.#last = piece.at(-1) ?? this.#last;
  }
}
