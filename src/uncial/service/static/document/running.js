// What becomes of the end of a line when its text runs on: the same rules as src/uncial/running.py.

/** @import { Page } from "../types.js" */

const HYPHENS = "-\u2010\u00ac\u2e17\u00ad";
/** What stands for nothing but a division. */
const ONLY_DIVIDE = "\u00ac\u2e17\u00ad";
/** After these a hyphen stands for the rest of a word that comes later: “Vor- und Nachteile”. */
const SUSPENDED = new Set(["and", "und", "oder", "sowie", "bis"]);
/** Letters that both halves of a compound have to have. */
const HALF = 4;
/** Scripts without spaces between words, with their punctuation. */
const SPACELESS =
  /^[\p{scx=Thai}\p{scx=Lao}\p{scx=Mymr}\p{scx=Khmr}\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\uff00-\uff9f]/u;
const ALNUM = /[\p{L}\p{N}]/u;
const AROUND = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

/** Whether no space stands between this letter and others of its kind. @param {string} letter */
export function isSpaceless(letter) {
  return SPACELESS.test(letter);
}

/**
 * The words that stand whole in the lines of a page, in small letters.
 *
 * @param {Page} page
 * @returns {Set<string>}
 */
export function wholeWords(page) {
  const known = new Set();
  let divided = false;
  for (const { words } of page.blocks.flatMap(({ lines }) => lines)) {
    if (!words.length) continue;
    const divides = endsInHyphen(words[words.length - 1].text);
    for (const { text } of words.slice(divided ? 1 : 0, divides ? -1 : undefined)) known.add(bare(text));
    divided = divides;
  }
  known.delete("");
  return known;
}

/**
 * How the last word of a line goes on with the first of the next: whether the hyphen at its end goes, and whether a space follows.
 *
 * @param {string} last
 * @param {string} first
 * @param {Set<string>} known words of the text around
 * @returns {{ divided: boolean, space: boolean }}
 */
export function ending(last, first, known) {
  if (!endsInHyphen(last) || !ALNUM.test(last.at(-2) ?? "")) {
    return { divided: false, space: !(isSpaceless([...last].pop() ?? "") && isSpaceless(first)) };
  }
  const [head, tail] = [bare(last), bare(first)];
  if (/\p{L}/u.test(last.at(-2) ?? "") && /^\p{Ll}/u.test(first)) {
    if (ONLY_DIVIDE.includes(last.slice(-1)) || known.has(head + tail)) return { divided: true, space: false };
    if (SUSPENDED.has(tail)) return { divided: false, space: true };
    return { divided: !isCompound(head, tail, known), space: false };
  }
  return { divided: false, space: !ALNUM.test(first[0]) };
}

/** @param {string} text */
export function endsInHyphen(text) {
  return text !== "" && HYPHENS.includes(text.slice(-1));
}

/** @param {string} head @param {string} tail @param {Set<string>} known */
function isCompound(head, tail, known) {
  if (known.has(`${head}-${tail}`)) return true;
  return Math.min(head.length, tail.length) >= HALF && known.has(head) && known.has(tail);
}

/** The word in small letters, without the marks around it. @param {string} word */
function bare(word) {
  return word.replace(AROUND, "").toLowerCase().replaceAll("\u2010", "-");
}
