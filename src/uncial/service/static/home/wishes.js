// How documents are to be read: what differs from what the service does by itself, remembered in this browser.

/** @import { LanguageRow, OptionRow, Wishes } from "../types.js" */

const KEY = "uncial.wishes";
const LANGUAGES = "languages";
/** What is said of one document only, and so not remembered. */
const OF_ONE = new Set(["pages"]);
/** A part of a page can be named by who sees it: on the screen of the document. */
const UNSEEN = "region";

/** The wishes of whoever sends documents; the event `change` tells that they are others. */
export class WishList extends EventTarget {
  /** @type {Map<string, OptionRow>} */
  #rows;
  /** @type {Map<string, LanguageRow>} */
  #known;
  /** @type {Map<string, string>} */
  #values = new Map();

  /**
   * @param {OptionRow[]} rows the options that the service has now
   * @param {LanguageRow[]} languages
   */
  constructor(rows, languages) {
    super();
    this.#rows = new Map(rows.filter(isHere).map((row) => [row.name, row]));
    this.#known = new Map(languages.map((row) => [row.code, row]));
    for (const [name, value] of Object.entries(remembered())) this.#put(name, value);
  }

  /** The options of reading but for the languages. */
  get rows() {
    return [...this.#rows.values()].filter((row) => row.name !== LANGUAGES);
  }

  /** The languages that can be read here. */
  get known() {
    return [...this.#known.values()];
  }

  /** What goes with a document: only what is other than usual. @returns {Wishes} */
  get all() {
    return Object.fromEntries(this.#values);
  }

  /** How many options are other than usual, the languages not counted. */
  get changed() {
    return [...this.#values.keys()].filter((name) => name !== LANGUAGES).length;
  }

  /** Codes of languages; none where the service finds out. */
  get languages() {
    return (this.#values.get(LANGUAGES) ?? "").split("+").filter(Boolean);
  }

  set languages(codes) {
    this.set(LANGUAGES, codes.join("+"));
  }

  /** @param {string} name */
  get(name) {
    return this.#values.get(name) ?? usual(this.#rows.get(name));
  }

  /** @param {string} name @param {string} value */
  set(name, value) {
    this.#put(name, value);
    this.#changed();
  }

  /** Everything but the languages is as it was. */
  reset() {
    for (const { name } of this.rows) this.#values.delete(name);
    this.#changed();
  }

  /** What was said of one document is not said of the next. */
  sent() {
    for (const name of OF_ONE) this.#values.delete(name);
    this.#changed();
  }

  /** @param {string} name @param {string} value */
  #put(name, value) {
    const row = this.#rows.get(name);
    if (!row || value === "" || value === usual(row) || !this.#makesSense(row, value)) this.#values.delete(name);
    else this.#values.set(name, value);
  }

  /** What was remembered may be from a service that knew other things. @param {OptionRow} row @param {string} value */
  #makesSense(row, value) {
    if (row.name === LANGUAGES) return value.split("+").every((code) => this.#known.has(code));
    if (row.choices) return row.choices.includes(value);
    if (row.type === "boolean") return value === "yes" || value === "no";
    if (row.type === "string") return true;
    return Number(value) >= (row.minimum ?? -Infinity) && Number(value) <= (row.maximum ?? Infinity);
  }

  #changed() {
    const kept = [...this.#values].filter(([name]) => !OF_ONE.has(name));
    try {
      localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
    } catch {
      // then they are not remembered
    }
    this.dispatchEvent(new CustomEvent("change"));
  }
}

/** @param {OptionRow} row */
function isHere(row) {
  return row.for === "reading" && row.name !== UNSEEN;
}

/** What an option is where nobody says anything. @param {OptionRow} [row] */
function usual(row) {
  if (row?.type === "boolean") return row.default ? "yes" : "no";
  return String(row?.default ?? "");
}

/** @returns {Record<string, string>} */
function remembered() {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
    return Object.fromEntries(kept.filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}
