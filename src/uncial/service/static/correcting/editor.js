// The panel in which a word is corrected. It stands beside the word and never over it; on a telephone it docks above the keyboard.

import * as edits from "../document/edits.js";
import { fold } from "../document/fold.js";
import { lineAt, nearestWord, nextWord, previousWord, wordAt } from "../document/words.js";
import { nextDoubtful } from "../pages/doubtful.js";
import { announce, button, fill, make, notify } from "../shared/dom.js";
import { samePlace } from "../viewer/scene.js";
/** @import { PageList } from "../pages/pages.js" */
/** @import { Scene } from "../viewer/scene.js" */
/** @import { Correction, Page, Place } from "../types.js" */
import { Crop } from "./crop.js";
import { redo, undo } from "./history.js";
import { Reread } from "./reread.js";

const ORIGIN = "editor";
/** Between the word and the panel, and between the panel and the edge, in CSS pixels. */
const GAP = 10;
/** Where the window is narrower than this the panel docks, in CSS pixels. */
const NARROW = 640;

export class Editor {
  /** What reads a region once more; its `element` is a button for the bar. */
  reread;

  #scene;
  #list;
  /** The word that is corrected. @type {Place | null} */
  #place = null;
  /** Its text before. */
  #was = "";
  /** What had the focus before the panel opened. @type {Element | null} */
  #from = null;
  #busy = false;
  #frame = 0;
  /** Whether the pages may be moved so that the word is not covered: not while the person moves them. */
  #nudges = false;
  #crop;
  #field = make("input", { class: "editor-word", autocomplete: "off", autocapitalize: "off", spellcheck: "false", dir: "auto" });
  #told = make("p", { class: "quiet editor-told" });
  #accept = button("Accept", () => this.#keep(), { icon: "check" });
  #split = button("Split", () => this.#splitHere(), { icon: "split", title: "Split where the cursor is" });
  #join = button("Join next", () => this.#joinNext(), { icon: "join", title: "Make one word of this and the next" });
  #tools = make(
    "div",
    { class: "editor-tools", role: "group", "aria-label": "What to do with the word" },
    this.#accept,
    this.#split,
    this.#join,
    button("Delete", () => this.#delete(), { icon: "trash", title: "Delete the word" }),
    button("Accept line", () => this.#acceptLine(), { icon: "check", title: "All words of the line are right" }),
    button("Read again", () => this.#readAgain(), { icon: "region", title: "Read the line or its block once more" }),
  );
  #panel;

  /** @param {Scene} scene @param {PageList} list */
  constructor(scene, list) {
    this.#scene = scene;
    this.#list = list;
    this.#crop = new Crop(scene.document.job.id);
    this.reread = new Reread(scene, list);
    this.#panel = make(
      "div",
      { class: "editor", role: "dialog", "aria-label": "Correct a word", hidden: true },
      this.#crop.element,
      make(
        "div",
        { class: "editor-row" },
        make("label", { class: "editor-label" }, make("span", { class: "unseen" }, "Word"), this.#field),
        button("Close", () => this.#close(), { icon: "close", bare: true, class: "plain", title: "Close (Escape)" }),
      ),
      this.#told,
      this.#tools,
      make(
        "p",
        { class: "quiet editor-keys" },
        ...[make("kbd", {}, "Enter"), " keep, next · ", make("kbd", {}, "Ctrl Enter"), " keep, next doubtful · "],
        ...[make("kbd", {}, "Tab"), " next · ", make("kbd", {}, "↓"), " buttons"],
      ),
    );
    this.element = this.#panel;
    this.#listen();
  }

  #listen() {
    const { selection, document, signal } = this.#scene;
    selection.addEventListener("edit", () => this.#open(selection.place), { signal });
    selection.addEventListener("select", () => this.#follow(), { signal });
    document.addEventListener("page", (event) => this.#renew(/** @type {CustomEvent} */ (event).detail), { signal });
    this.#field.addEventListener("keydown", (event) => this.#typed(event));
    this.#tools.addEventListener("keydown", (event) => this.#tooled(event));
    this.#panel.addEventListener("keydown", (event) => this.#pressed(event));
    const soon = () => this.#soon();
    this.#list.addEventListener("move", soon, { signal });
    this.#list.addEventListener("view", soon, { signal });
    globalThis.document.addEventListener("scroll", soon, { signal, capture: true, passive: true });
    const resized = () => {
      this.#nudges = true;
      soon();
    };
    addEventListener("resize", resized, { signal, passive: true });
    visualViewport?.addEventListener("resize", resized, { signal, passive: true });
    visualViewport?.addEventListener("scroll", soon, { signal, passive: true });
    signal.addEventListener("abort", () => this.#crop.clear());
  }

  // ---- opening, following, closing

  /** @param {Place | null} place */
  async #open(place) {
    const { document, selection } = this.#scene;
    if (!place) return;
    if (!document.readable) return notify("Words can be corrected once the whole document is read.");
    if (this.#place && !samePlace(this.#place, place)) place = this.#leave(place);
    const page = await document.page(place.page).catch(() => null);
    const word = page && wordAt(page, place);
    if (!word || (selection.place && !samePlace(selection.place, place))) return;
    if (!this.#panel.isConnected) globalThis.document.querySelector("main")?.append(this.#panel);
    if (this.#panel.hidden) this.#from = globalThis.document.activeElement;
    this.#place = place;
    this.#show(page, place);
    this.#panel.hidden = false;
    this.#field.focus({ preventScroll: true });
    this.#field.select();
    this.#list.reveal({ page: place.page, quad: word.quad });
    this.#nudges = true;
    this.#soon();
  }

  /** @param {Page} page @param {Place} place */
  #show(page, place) {
    const word = wordAt(page, place);
    const line = lineAt(page, place);
    if (!word || !line) return;
    this.#was = word.text;
    this.#field.value = word.text;
    this.#join.disabled = place.word + 1 >= line.words.length;
    const sure = word.checked
      ? "Checked"
      : word.confidence === null
        ? "No confidence given"
        : `${Math.round(100 * word.confidence)} % sure`;
    fill(this.#told, `${sure} · page ${place.page}`);
    this.#crop.show(page, place, this.#list.pictureOf(place.page));
  }

  /** Another word was chosen elsewhere: what was typed holds, and the panel goes there. */
  #follow() {
    const { selection } = this.#scene;
    const { place, origin } = selection;
    if (!this.#place || this.#busy || origin === ORIGIN || samePlace(place, this.#place)) return;
    if (place) {
      this.#open(place);
    } else {
      this.#leave(this.#place);
      this.#close(false);
    }
  }

  /** The page was corrected, here or by undoing: show the word as it is now. @param {number} number */
  #renew(number) {
    const { document } = this.#scene;
    const page = this.#place?.page === number && document.known(number);
    if (!page || !this.#place || this.#busy || this.#field.value !== this.#was) return;
    if (wordAt(page, this.#place)) this.#show(page, this.#place);
    else this.#close();
  }

  /** @param {boolean} [back] whether the focus goes back to where it came from */
  #close(back = true) {
    if (this.#panel.hidden) return;
    this.#place = null;
    const held = this.#panel.contains(globalThis.document.activeElement);
    const from = this.#from instanceof HTMLElement && this.#from.isConnected ? this.#from : this.#list.element;
    this.#panel.hidden = true;
    this.#crop.clear();
    if (back || held) (from === globalThis.document.body ? this.#list.element : from).focus({ preventScroll: true });
  }

  // ---- what is done to the word

  /** Correct the word, without following what that makes of the selection. @param {Correction[]} corrections */
  #edit(corrections) {
    this.#busy = true;
    this.#scene.document.edit(...corrections);
    this.#busy = false;
  }

  /** The page as it is now. @param {Place} place */
  #page(place) {
    return /** @type {Page} */ (this.#scene.document.known(place.page));
  }

  /** Keep what was typed, if anything was. Where another place is by then. @param {Place} place @returns {Place} */
  #leave(place) {
    const here = this.#place;
    if (!here || this.#field.value.trim() === this.#was) return place;
    const before = this.#count(here);
    this.#edit(edits.typed(this.#page(here), here, this.#field.value));
    this.#was = this.#field.value;
    const behind = samePlace({ ...place, word: 0 }, { ...here, word: 0 }) && place.word > here.word;
    const moved = behind ? { ...place, word: place.word + this.#count(here) - before } : place;
    if (behind) this.#scene.selection.select(moved, ORIGIN);
    return moved;
  }

  /** How many words the line has. @param {Place} place */
  #count(place) {
    return lineAt(this.#page(place), place)?.words.length ?? 0;
  }

  /** Keep the word as it stands in the field; where it ends then, or where it was if nothing is left of it. @returns {Place} */
  #settle() {
    const here = /** @type {Place} */ (this.#place);
    const before = this.#count(here);
    const page = this.#page(here);
    const same = this.#field.value.trim() === this.#was;
    if (!same) this.#edit(edits.typed(page, here, this.#field.value));
    else if (!wordAt(page, here)?.checked) this.#edit(edits.accepted(page, here));
    this.#was = this.#field.value;
    return { ...here, word: here.word + this.#count(here) - before };
  }

  /** The word is right as it stands in the field. */
  #keep() {
    this.#goOn(this.#settle(), nextWord);
  }

  /** @param {1 | -1} way */
  #pass(way) {
    const here = /** @type {Place} */ (this.#place);
    const changed = this.#field.value.trim() !== this.#was;
    const end = changed ? this.#settle() : here;
    this.#goOn(way > 0 ? end : here, way > 0 ? nextWord : previousWord);
  }

  async #keepAndSeek() {
    const place = this.#settle();
    this.#busy = true;
    if (place.word >= 0) this.#scene.selection.select(place, ORIGIN);
    this.#busy = false;
    const found = await nextDoubtful(this.#scene, 1);
    if (!found) this.#close();
  }

  #splitHere() {
    const here = /** @type {Place} */ (this.#place);
    const { value, selectionStart } = this.#field;
    const where = selectionStart ?? 0;
    if (!value.slice(0, where).trim() || !value.slice(where).trim()) {
      this.#field.focus();
      this.#say("Put the cursor where the second word begins, then split.");
      return;
    }
    this.#edit(edits.split(this.#page(here), here, where, value));
    this.#stay(`Split: ${value.slice(0, where).trim()}, ${value.slice(where).trim()}`);
  }

  #joinNext() {
    const here = /** @type {Place} */ (this.#place);
    this.#edit(edits.joined(this.#page(here), here, this.#field.value));
    this.#stay(`Joined: ${wordAt(this.#page(here), here)?.text}`);
  }

  #delete() {
    const here = /** @type {Place} */ (this.#place);
    this.#edit(edits.deleted(this.#page(here), here));
    announce(`Deleted: ${this.#was}`);
    this.#was = this.#field.value;
    this.#goOn({ ...here, word: here.word - 1 }, nextWord);
  }

  #acceptLine() {
    const here = /** @type {Place} */ (this.#place);
    const page = this.#page(here);
    const changed = this.#field.value.trim() !== this.#was ? edits.typed(page, here, this.#field.value) : [];
    this.#edit([...changed, ...edits.acceptedLine(fold(page, changed), here)]);
    this.#was = this.#field.value;
    announce("The line is checked.");
    this.#goOn({ ...here, word: this.#count(here) - 1 }, nextWord);
  }

  async #readAgain() {
    const here = /** @type {Place} */ (this.#place);
    const from = this.#from;
    this.#leave(here);
    this.#close();
    await this.reread.start(here);
    if (from instanceof HTMLElement && from.isConnected) from.focus({ preventScroll: true });
  }

  /** @param {string} text */
  #stay(text) {
    const here = /** @type {Place} */ (this.#place);
    this.#show(this.#page(here), here);
    this.#scene.selection.select(here, ORIGIN);
    this.#field.focus();
    this.#say(text);
    this.#soon();
  }

  /** @param {string} text */
  #say(text) {
    fill(this.#told, text);
    announce(text);
  }

  /** Go to the word after or before this one, over the end of the page too. @param {Place} place @param {typeof nextWord} step */
  async #goOn(place, step) {
    const { document, selection } = this.#scene;
    let page = this.#page(place);
    let found = step(page, place);
    const numbers = this.#list.numbers;
    const way = step === nextWord ? 1 : -1;
    for (let at = numbers.indexOf(place.page) + way; !found && at >= 0 && at < numbers.length; at += way) {
      const next = await document.page(numbers[at]).catch(() => null);
      if (!next) continue;
      page = next;
      const last = { page: page.number, block: page.blocks.length - 1, line: Infinity, word: 0 };
      const first = { page: page.number, block: 0, line: 0, word: 0 };
      found = page.blocks.length ? nearestWord(page, way > 0 ? first : last) : null;
    }
    if (!found) {
      this.#close();
      return announce(way > 0 ? "That was the last word." : "That was the first word.");
    }
    this.#place = found;
    selection.select(found, ORIGIN);
    announce(wordAt(page, found)?.text ?? "");
    this.#open(found);
  }

  // ---- keys

  /** @param {KeyboardEvent} event */
  #typed(event) {
    if (event.isComposing) return;
    const control = event.ctrlKey || event.metaKey;
    const unchanged = this.#field.value === this.#was;
    if (event.key === "Enter") control ? this.#keepAndSeek() : this.#keep();
    else if (event.key === "Tab") this.#pass(event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowDown") this.#accept.focus();
    else if (control && unchanged && event.key === "z") undo(this.#scene);
    else if (control && unchanged && (event.key === "y" || event.key === "Z")) redo(this.#scene);
    else return;
    event.preventDefault();
  }

  /** Arrow keys go from button to button, and back up to the word. @param {KeyboardEvent} event */
  #tooled(event) {
    const all = [...this.#tools.querySelectorAll("button")].filter((each) => !each.disabled);
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (event.key === "ArrowUp") this.#field.focus();
    else if (event.key === "ArrowRight") all[(at + 1) % all.length].focus();
    else if (event.key === "ArrowLeft") all.at(at - 1)?.focus();
    else return;
    event.preventDefault();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    this.#close();
  }

  // ---- where it stands

  #soon() {
    if (this.#frame || this.#panel.hidden) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#stand();
    });
  }

  #stand() {
    if (!this.#place || this.#panel.hidden) return;
    const word = this.#list.boxOf(this.#place);
    const height = this.#panel.offsetHeight;
    const view = viewport();
    const { left, top } = spotBeside(word, this.#panel.offsetWidth, height, view);
    this.#panel.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
    const covered = word && word.bottom > top && word.top < top + height;
    if (covered && this.#nudges)
      this.#list.element.scrollBy({ top: word.bottom + GAP - (view.bottom - height), behavior: "instant" });
    this.#nudges = false;
  }
}

/** What of the window is seen: without the keyboard of a telephone, and only the part that is zoomed to. */
function viewport() {
  const { offsetLeft = 0, offsetTop = 0, width = innerWidth, height = innerHeight } = visualViewport ?? {};
  return { left: offsetLeft, top: offsetTop, right: offsetLeft + width, bottom: offsetTop + height };
}

/**
 * Where a panel of this size stands beside a word: below it, else above it, else at the edge that is further away.
 *
 * @param {DOMRect | null} word
 * @param {number} width
 * @param {number} height
 * @param {import("../document/quads.js").Box} view
 */
function spotBeside(word, width, height, view) {
  const narrow = view.right - view.left < NARROW;
  const [high, low] = [view.top + (narrow ? 0 : GAP), view.bottom - height - (narrow ? 0 : GAP)];
  if (!word) return { left: narrow ? view.left : view.right - width - GAP, top: low };
  const left = narrow ? view.left : Math.max(view.left + GAP, Math.min(word.left - 2 * GAP, view.right - width - GAP));
  if (narrow) return { left, top: word.bottom > low && word.top >= high + height ? high : low };
  if (word.bottom + GAP <= low) return { left, top: Math.max(high, word.bottom + GAP) };
  if (word.top - GAP - height >= high) return { left, top: Math.min(low, word.top - GAP - height) };
  return { left, top: word.top + word.bottom > view.top + view.bottom ? high : low };
}
