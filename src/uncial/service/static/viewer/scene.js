// What the parts of the document's screen share: which word is looked at, and which keys do what.

/** @import { Mark, Place, View } from "../types.js" */
import { ask, make } from "../shared/dom.js";

/**
 * What every part of the screen is made with.
 *
 * @typedef {object} Scene
 * @property {import("../document/document.js").OpenDocument} document
 * @property {Selection} selection
 * @property {Commands} commands
 * @property {AbortSignal} signal aborted when the screen is left: listeners are added with it, requests made with it
 */

/**
 * What is looked at. It tells of itself by the events `select`, `mark`, `look` and `scroll`; `origin` says which part it came from, so
 * that the others bring it into view and that one stays where it is. Of `scroll` that part is `leader`.
 */
export class Selection extends EventTarget {
  /** The word that is looked at. @type {Place | null} */
  place = null;
  /** What is shown on the page besides: a field, a table, what was searched for. @type {Mark[]} */
  marks = [];
  /** Whether the view stays where it is although other things are marked. */
  still = false;
  /** The number of the page that is in view. */
  page = 1;
  /** The part that chose it last. */
  origin = "";
  /** What stands where one looks. @type {View | null} */
  view = null;
  /** The part that is scrolled by the person; what others tell of their scrolling is what they do to follow it. */
  leader = "page";

  /** @param {Place | null} place @param {string} origin */
  select(place, origin) {
    this.place = place;
    this.origin = origin;
    this.dispatchEvent(new CustomEvent("select"));
  }

  /**
   * Show these, and bring the first into view.
   *
   * @param {Mark[]} marks
   * @param {string} origin
   * @param {{ still?: boolean }} [how] with `still` nothing is brought into view: there are only more of them
   */
  mark(marks, origin, { still = false } = {}) {
    this.marks = marks;
    this.still = still;
    this.origin = origin;
    this.dispatchEvent(new CustomEvent("mark"));
  }

  /** Say that another page came into view; parts that show pages follow. @param {number} page @param {string} origin */
  look(page, origin) {
    if (page === this.page) return;
    this.page = page;
    this.origin = origin;
    this.dispatchEvent(new CustomEvent("look"));
  }

  /** Say what one looks at in a part now that it was scrolled: the others follow. @param {View} view @param {string} origin */
  scroll(view, origin) {
    if (origin !== this.leader) return;
    this.view = view;
    this.dispatchEvent(new CustomEvent("scroll"));
  }

  /**
   * Have a part lead while the person uses it; otherwise the pages do.
   *
   * @param {HTMLElement} element
   * @param {string} origin
   * @param {AbortSignal} signal
   */
  leads(element, origin, signal) {
    const uses = (/** @type {Event} */ event) => {
      this.leader = event.target instanceof Node && element.contains(event.target) ? origin : "page";
    };
    for (const type of ["pointerdown", "wheel", "touchstart", "keydown"]) {
      document.addEventListener(type, uses, { signal, capture: true, passive: true });
    }
  }

  /** Have a word corrected: the editor opens at it. @param {Place} place @param {string} origin */
  edit(place, origin) {
    this.select(place, origin);
    this.dispatchEvent(new CustomEvent("edit"));
  }
}

/** @param {Place | null} a @param {Place | null} b */
export function samePlace(a, b) {
  return a?.page === b?.page && a?.block === b?.block && a?.line === b?.line && a?.word === b?.word;
}

/**
 * @typedef {object} Command
 * @property {string} keys as `event.key` names it, with the modifiers before it: "Ctrl+z", "Shift+N", "+"
 * @property {string} label what it does, for the list of keys
 * @property {() => unknown} run
 * @property {boolean} [typing] whether it goes while something is typed too
 */

/** The keys of a screen. All are declared here, so that one list can show them. */
export class Commands {
  /** @type {Command[]} */
  #all = [];

  /** @param {AbortSignal} signal */
  constructor(signal) {
    document.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.add({ keys: "?", label: "Show the keys", run: () => this.show() });
  }

  /** @param {...Command} commands */
  add(...commands) {
    this.#all.push(...commands);
  }

  /** Show what all keys do. */
  async show() {
    const rows = this.#all.map(({ keys, label }) => make("tr", {}, make("td", {}, make("kbd", {}, keys)), make("td", {}, label)));
    await ask("Keys", [make("table", { class: "keys" }, make("tbody", {}, ...rows))]);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const typing = isTyping(event.target);
    const found = this.#all.find((command) => command.keys === told(event) && (command.typing || !typing));
    if (!found) return;
    event.preventDefault();
    found.run();
  }
}

/** @param {KeyboardEvent} event */
function told(event) {
  // On a Mac the command key does what Ctrl does elsewhere.
  const modifiers = [event.ctrlKey || event.metaKey ? "Ctrl+" : "", event.altKey ? "Alt+" : ""];
  // Shift is part of what a single character is; of other keys it is a modifier.
  if (event.shiftKey && (event.key.length > 1 || event.key.toLowerCase() !== event.key.toUpperCase())) modifiers.push("Shift+");
  return modifiers.join("") + event.key;
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
