// The text of one page as elements: what it is (a heading, a list, a table) as HTML says it, each word with its place.

import { boxOf } from "../document/quads.js";
import { ending, wholeWords } from "../document/running.js";
import { isDoubtful } from "../document/words.js";
/** @import { Block, BlockKind, Cell, Letters, Line, Page, Place, Told, Word } from "../types.js" */
import { fill, make } from "../shared/dom.js";

/** Of the headings of a page: its number is one of the second rank. */
const RANK = 2;
const TAGS = /** @type {Partial<Record<BlockKind, "li" | "div" | "figure">>} */ ({
  "list-item": "li",
  table: "div",
  figure: "figure",
});

/** @typedef {{ top: number, bottom: number }} Extent on the page as it stands upright, from 0 to 1 */

/** Where a part of the page stands in the text, in CSS pixels. @typedef {Extent & { start: number, stop: number }} Stretch */

/** Letters that are marked, and whether they are what is looked at of all that is. @typedef {Letters & { now?: boolean }} Marked */

/** The text of a page; `build` makes its elements, `renew` changes those whose words are others. */
export class Prose {
  element = make("div", { class: "prose" });

  /** @type {Page} */
  #page;
  #known;
  /** @type {Map<string, HTMLElement>} */
  #lines = new Map();
  /** @type {HTMLElement[]} */
  #blocks = [];
  /** What is marked, by the places of its words. @type {Map<string, Marked[]>} */
  #marked = new Map();

  /** @param {Page} page */
  constructor(page) {
    this.#page = page;
    this.#known = wholeWords(page);
  }

  /** The page as it is shown. */
  get page() {
    return this.#page;
  }

  /** Make the elements, line by line. @returns {Generator<void>} */
  *build() {
    const { blocks, notices = [], problem } = this.#page;
    this.element.append(...remarks(notices, problem));
    let rank = RANK;
    for (const [number, block] of blocks.entries()) {
      const element = make(TAGS[block.kind] ?? "p", { class: `block ${block.kind}`, dir: isLeftwards(block.lines) && "rtl" });
      if (block.kind === "heading") rank = headed(element, block, rank);
      if (block.kind === "list-item") element.dataset.level = String(block.level ?? 1);
      this.#blocks.push(element);
      this.#home(element).append(element);
      yield* this.#inside(element, block, number);
      element.hidden = isEmpty(block);
    }
    if (blocks.every(isEmpty) && !problem) this.element.append(make("p", { class: "quiet" }, "There is no text on this page."));
  }

  /**
   * Show the page as it is now. False, and nothing is changed, where it is built otherwise than before.
   *
   * @param {Page} page
   */
  renew(page) {
    const before = this.#page;
    if (!alike(before, page)) return false;
    this.#page = page;
    for (const [number, block] of page.blocks.entries()) {
      const old = before.blocks[number];
      if (old === block) continue;
      for (const [index, line] of block.lines.entries()) {
        // How a line ends depends on how the next one begins.
        if (line !== old.lines[index] || block.lines[index + 1] !== old.lines[index + 1]) this.#fill(block, number, index);
      }
      this.#blocks[number].hidden = isEmpty(block);
    }
    return true;
  }

  /** The element of a word. @param {Place} place @returns {HTMLElement | null} */
  word({ block, line, word }) {
    return /** @type {HTMLElement | null} */ (this.#lines.get(`${block}.${line}`)?.children[word] ?? null);
  }

  /** Where the word of an element stands. @param {Element} element @returns {Place} */
  placeOf(element) {
    const line = /** @type {HTMLElement} */ (element.parentElement);
    const [block, index] = (line.dataset.at ?? "").split(".").map(Number);
    return { page: this.#page.number, block, line: index, word: [...line.children].indexOf(element) };
  }

  /** Show these letters, and no others, as marked. @param {Marked[]} all */
  mark(all) {
    const before = [...this.#marked.keys()];
    this.#marked = grouped(all);
    for (const key of new Set([...before, ...this.#marked.keys()])) {
      const [block, line] = key.split(".").map(Number);
      if (this.#lines.has(`${block}.${line}`)) this.#fill(this.#page.blocks[block], block, line);
    }
  }

  /**
   * How far down a part of the page stands.
   *
   * @param {number} part from 0 to 1
   * @param {number} height of what the text stands in, in CSS pixels
   * @returns {number} in CSS pixels
   */
  offsetOf(part, height) {
    const distance = (/** @type {Stretch} */ { top, bottom }) => Math.max(top - part, part - bottom, 0);
    const { top, bottom, start, stop } = this.#stretches(height).reduce((a, b) => (distance(b) < distance(a) ? b : a));
    return start + within(part, top, bottom) * (stop - start);
  }

  /** Which part of the page stands so far down. @param {number} offset @param {number} height as in `offsetOf` */
  partAt(offset, height) {
    const all = this.#stretches(height);
    const { top, bottom, start, stop } = all.findLast((each) => each.start <= offset) ?? all[0];
    return top + within(offset, start, stop) * (bottom - top);
  }

  /** The blocks that are shown, with the margins above and below them. @param {number} height @returns {Stretch[]} */
  #stretches(height) {
    const blocks = this.#page.blocks.flatMap((block, number) => {
      const { hidden, offsetTop, offsetHeight } = this.#blocks[number];
      return hidden ? [] : [{ ...extentOf(block, this.#page), start: offsetTop, stop: offsetTop + offsetHeight }];
    });
    if (!blocks.length) return [{ top: 0, bottom: 1, start: 0, stop: height }];
    const top = Math.min(...blocks.map((each) => each.top));
    const bottom = Math.max(...blocks.map((each) => each.bottom));
    return [
      { top: 0, bottom: top, start: 0, stop: blocks[0].start },
      ...blocks,
      { top: bottom, bottom: 1, start: blocks[blocks.length - 1].stop, stop: height },
    ];
  }

  /** What a block stands in: the items of a list that follow each other in one. @param {HTMLElement} element */
  #home(element) {
    if (element.tagName !== "LI") return this.element;
    const last = this.element.lastElementChild;
    if (last?.tagName === "UL") return last;
    const list = make("ul");
    this.element.append(list);
    return list;
  }

  /** @param {HTMLElement} element @param {Block} block @param {number} number @returns {Generator<void>} */
  *#inside(element, block, number) {
    if (block.cells?.length) {
      element.append(...(yield* this.#table(block, number)));
      return;
    }
    if (block.kind === "figure") element.append(make("figcaption", {}, "Figure"));
    yield* this.#between(element, block, number, 0, block.lines.length);
  }

  /**
   * @param {HTMLElement} element
   * @param {Block} block
   * @param {number} number
   * @param {number} start
   * @param {number} stop
   * @returns {Generator<void>}
   */
  *#between(element, block, number, start, stop) {
    for (let index = start; index < stop; index++) {
      const line = make("span", { class: "line", "data-at": `${number}.${index}` });
      this.#lines.set(`${number}.${index}`, line);
      this.#fill(block, number, index);
      element.append(line);
      yield;
    }
  }

  /** @param {Block} block @param {number} number @returns {Generator<void, HTMLElement[]>} */
  *#table(block, number) {
    const cells = block.cells ?? [];
    const rows = Array.from({ length: Math.max(...cells.map((cell) => cell.row + cell.rows)) }, () => make("tr"));
    for (const cell of cells) {
      const element = cellOf(cell, block);
      yield* this.#between(element, block, number, cell.start, cell.stop);
      rows[cell.row].append(element);
    }
    return [
      // It may be wider than the pane; then it is scrolled, also with keys.
      make(
        "div",
        { class: "wide", tabindex: 0, role: "group", "aria-label": "Table" },
        make("table", {}, make("tbody", {}, ...rows)),
      ),
    ];
  }

  /**
   * Put the words of a line into its element; elements that are there are kept, and with them the focus.
   *
   * @param {Block} block
   * @param {number} number
   * @param {number} index
   */
  #fill(block, number, index) {
    const element = /** @type {HTMLElement} */ (this.#lines.get(`${number}.${index}`));
    const { words, direction, bold } = block.lines[index];
    element.classList.toggle("bold", Boolean(bold));
    if (direction === "right-to-left") element.dir = "rtl";
    for (const node of [...element.childNodes]) if (node instanceof Text) node.remove();
    while (element.children.length > words.length) element.lastElementChild?.remove();
    while (element.children.length < words.length) element.append(make("span", { class: "word" }));
    const end = endingOf(block, index, this.#known);
    for (const [word, span] of [...element.children].entries()) {
      const last = word === words.length - 1;
      this.#show(/** @type {HTMLElement} */ (span), words[word], `${number}.${index}.${word}`, last && end.divided);
      if (!last || end.space) span.after(" ");
    }
  }

  /** @param {HTMLElement} element @param {Word} word @param {string} key @param {boolean} divided whether its hyphen goes when lines flow */
  #show(element, word, key, divided) {
    const doubtful = isDoubtful(word);
    element.classList.toggle("doubtful", doubtful);
    element.classList.toggle("checked", Boolean(word.checked));
    if (doubtful) element.title = word.confidence === null ? "Doubtful" : `${Math.round(100 * word.confidence)} % sure`;
    else if (word.checked) element.title = "Checked";
    else element.removeAttribute("title");
    const marked = this.#marked.get(key);
    const text = divided ? word.text.slice(0, -1) : word.text;
    fill(element, marked ? pieces(text, marked) : text, divided && make("span", { class: "hyphen" }, word.text.slice(-1)));
  }
}

/** @param {Told[]} notices @param {Told | null | undefined} problem */
function remarks(notices, problem) {
  const told = notices.map(({ message }) => make("p", { class: "remark" }, message));
  return problem ? [remark(problem), ...told] : told;
}

/** Why a page could not be read. @param {{ message: string, hint?: string }} problem @param {...HTMLElement} actions */
export function remark({ message, hint = "" }, ...actions) {
  return make(
    "div",
    { class: "problem" },
    make("p", {}, make("strong", {}, message)),
    hint && make("p", {}, hint),
    actions.length > 0 && make("p", { class: "row" }, ...actions),
  );
}

/**
 * Make a heading of a block: none is more than one rank below the one before it, whatever the ranks of others on the page are.
 *
 * @param {HTMLElement} element
 * @param {Block} block
 * @param {number} above the rank of the heading before it
 */
function headed(element, block, above) {
  const rank = Math.min(RANK + (block.level || 1), above + 1, 6);
  element.setAttribute("role", "heading");
  element.setAttribute("aria-level", String(rank));
  element.dataset.level = String(block.level || 1);
  return rank;
}

/** @param {Cell} cell @param {Block} block */
function cellOf({ rows, columns, start, stop, heading }, block) {
  // A heading without words would name nothing.
  const names = heading && block.lines.slice(start, stop).some(({ words }) => words.length);
  return make(names ? "th" : "td", {
    rowspan: rows > 1 && rows,
    colspan: columns > 1 && columns,
    scope: names && "col",
    dir: isLeftwards(block.lines.slice(start, stop)) && "rtl",
  });
}

/** How a line ends when lines flow. @param {Block} block @param {number} index @param {Set<string>} known */
function endingOf(block, index, known) {
  const last = block.lines[index].words.at(-1);
  const next = block.lines.slice(index + 1).find(({ words }) => words.length)?.words[0];
  const inCell = (block.cells ?? []).some(({ stop }) => stop === index + 1);
  return last && next && !inCell ? ending(last.text, next.text, known) : { divided: false, space: false };
}

/**
 * A word in pieces, those that are marked apart.
 *
 * @param {string} text
 * @param {Marked[]} marked
 */
function pieces(text, marked) {
  const made = [];
  let from = 0;
  for (const { start, stop, now } of [...marked].sort((a, b) => a.start - b.start)) {
    made.push(text.slice(from, start), make("mark", { class: now && "now" }, text.slice(Math.max(from, start), stop)));
    from = Math.max(from, stop);
  }
  return [...made, text.slice(from)];
}

/** @param {Marked[]} all */
function grouped(all) {
  /** @type {Map<string, Marked[]>} */
  const groups = new Map();
  for (const each of all) {
    const key = `${each.place.block}.${each.place.line}.${each.place.word}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return groups;
}

/** Whether both have the same blocks and lines, so that only words differ. @param {Page} a @param {Page} b */
function alike(a, b) {
  const shape = (/** @type {Block} */ { kind, level, lines, cells = [] }) => JSON.stringify([kind, level, lines.length, cells]);
  const same = (/** @type {Block} */ block, /** @type {number} */ number) =>
    block === b.blocks[number] || shape(block) === shape(b.blocks[number]);
  return a.blocks.length === b.blocks.length && a.blocks.every(same);
}

/** @param {Block} block */
function isEmpty({ kind, lines }) {
  return kind !== "table" && kind !== "figure" && lines.every(({ words }) => !words.length);
}

/** Whether most of the lines run to the left. @param {Line[]} lines */
function isLeftwards(lines) {
  return 2 * lines.filter(({ direction }) => direction === "right-to-left").length > lines.length;
}

/**
 * From where to where a block reaches down its page, as the page stands upright: coordinates are those before it was turned.
 *
 * @param {Block} block
 * @param {Page} page
 * @returns {Extent}
 */
function extentOf({ quad }, { turned, width, height }) {
  const { left, top, right, bottom } = boxOf(quad);
  if (turned === 90) return { top: left / width, bottom: right / width };
  if (turned === 180) return { top: 1 - bottom / height, bottom: 1 - top / height };
  if (turned === 270) return { top: 1 - right / width, bottom: 1 - left / width };
  return { top: top / height, bottom: bottom / height };
}

/** Which part of the way from one to the other it is, from 0 to 1. @param {number} value @param {number} from @param {number} to */
function within(value, from, to) {
  return to > from ? Math.min(Math.max((value - from) / (to - from), 0), 1) : 0;
}
