// Searching all pages, whether they are here or not: the nearest first, and while one types.

import { needle, PageIndex } from "../document/find.js";
/** @import { Hit } from "../document/find.js" */
/** @import { Scene } from "../viewer/scene.js" */
import { announce, button, fill, make } from "../shared/dom.js";
import { pause } from "../shared/slices.js";
import { Found } from "./found.js";

const ORIGIN = "search";
/** After so many milliseconds without another letter the search begins. */
const TYPED = 150;
/** So often it is told how far it came, in milliseconds. */
const TOLD = 250;
/** How long it goes on without a pause, in milliseconds. */
const SLICE = 6;
/** More than this nobody goes through. */
const MOST = 5000;

/** A field to search the document with, and what was found. */
export class Search {
  #scene;
  #field = make("input", { type: "search", "aria-label": "Search in the document", placeholder: "Search", spellcheck: "false" });
  #count = make("span", { class: "tally" });
  #previous = button("Previous hit", () => this.#step(-1), { icon: "up", bare: true, class: "plain" });
  #next = button("Next hit", () => this.#step(1), { icon: "down", bare: true, class: "plain" });
  #closer = button("End the search", () => this.#close(), { icon: "close", bare: true, class: "plain" });
  /** Where there is little room the field is behind this. */
  #opener = button("Search", () => this.#open(), { icon: "search", bare: true, class: "plain opener" });
  #found;
  /** Pages as they are searched. @type {Map<number, PageIndex>} */
  #indexes = new Map();
  /** What was found, by the numbers of pages. @type {Map<number, Hit[]>} */
  #hits = new Map();
  /** What is looked at. @type {Hit | null} */
  #current = null;
  #sought = "";
  /** How many pages were searched, of how many; null when it is done. @type {[number, number] | null} */
  #progress = null;
  #running = new AbortController();
  #timer = 0;
  /** Where the focus was before. @type {HTMLElement | null} */
  #from = null;

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    this.#found = new Found({ choose: (hit) => this.#choose(hit), change: () => this.#start() });
    this.element = make("div", { class: "search", role: "search" });
    const found = [this.#count, this.#previous, this.#next, this.#found.toggle, this.#found.element];
    this.element.append(this.#opener, this.#field, ...found, this.#closer);
    this.#listen();
    this.#tell();
  }

  #listen() {
    const { commands, document, signal } = this.#scene;
    this.#field.addEventListener("input", () => this.#typed(), { signal });
    this.#field.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.#field.addEventListener("focus", ({ relatedTarget }) => this.#came(relatedTarget), { signal });
    document.addEventListener("page", (event) => this.#renew(/** @type {CustomEvent<number>} */ (event).detail), { signal });
    document.addEventListener("index", () => this.#indexed(), { signal });
    signal.addEventListener("abort", () => this.#stop());
    commands.add(
      { keys: "/", label: "Search", run: () => this.#open() },
      // Pressed once more, in the field, it opens the browser's own.
      { keys: "Ctrl+f", label: "Search", run: () => this.#open() },
      { keys: "F3", label: "Next hit", run: () => this.#step(1), typing: true },
      { keys: "Shift+F3", label: "Previous hit", run: () => this.#step(-1), typing: true },
    );
  }

  #open() {
    this.element.classList.add("open");
    this.#tell();
    this.#field.focus();
    this.#field.select();
  }

  /** @param {EventTarget | null} before what had the focus */
  #came(before) {
    if (before instanceof HTMLElement && !this.element.contains(before)) this.#from = before;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key === "Enter") {
      event.preventDefault();
      if (needle(this.#field.value) === this.#sought) this.#step(event.shiftKey ? -1 : 1);
      else this.#start();
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#close();
    }
  }

  /** Take the marks away; one goes on at the word that was found last. */
  #close() {
    const hit = this.#current;
    const place = hit && this.#indexes.get(hit.page)?.letters(hit)[0]?.place;
    this.#field.value = "";
    this.#start();
    if (place) this.#scene.selection.select(place, ORIGIN);
    this.element.classList.remove("open");
    this.#tell();
    const back = this.#opener.checkVisibility() ? this.#opener : this.#from;
    if (back?.isConnected) back.focus({ preventScroll: true });
    else this.#field.blur();
  }

  #typed() {
    this.#stop();
    this.#timer = setTimeout(() => this.#start(), TYPED);
  }

  #stop() {
    clearTimeout(this.#timer);
    this.#running.abort();
  }

  /** Search for what is in the field, from the page that is in view on. */
  async #start() {
    this.#stop();
    this.#running = new AbortController();
    const { signal } = this.#running;
    const had = this.#hits.size > 0;
    this.#hits.clear();
    this.#current = null;
    this.#progress = null;
    this.#sought = needle(this.#field.value);
    if (had) this.#scene.selection.mark([], ORIGIN);
    this.#tell();
    if (!this.#sought || !(await this.#through(signal))) return;
    this.#progress = null;
    this.#showAll();
    const total = this.#total();
    if (!total) announce("Nothing found");
    else announce(`${total} found`);
  }

  /** Go through all pages; whether it came to its end. @param {AbortSignal} signal */
  async #through(signal) {
    const numbers = this.#byNearness();
    let [until, told] = [performance.now() + SLICE, performance.now() + TOLD];
    for (const [done, number] of numbers.entries()) {
      this.#progress = [done + 1, numbers.length];
      const index = this.#indexes.get(number) ?? (await this.#index(number, signal));
      if (signal.aborted) return false;
      if (index) this.#findOn(index);
      if (!this.#current) this.#chooseFirst(number);
      if (performance.now() < until) continue;
      if (performance.now() > told) {
        this.#showAll();
        told = performance.now() + TOLD;
      }
      await pause();
      if (signal.aborted) return false;
      until = performance.now() + SLICE;
    }
    return true;
  }

  /** The numbers of all pages, those near the one in view first. */
  #byNearness() {
    const { document, selection } = this.#scene;
    const { page } = selection;
    // Of two that are as near the one that follows comes first.
    const distance = (/** @type {number} */ number) => Math.abs(number - page) - (number > page ? 0.5 : 0);
    return document.index.map(({ number }) => number).sort((a, b) => distance(a) - distance(b));
  }

  /** @param {number} number @param {AbortSignal} signal @returns {Promise<PageIndex | null>} null where the page cannot be had */
  async #index(number, signal) {
    try {
      const index = new PageIndex(await this.#scene.document.glance(number, signal));
      this.#indexes.set(number, index);
      return index;
    } catch {
      return null;
    }
  }

  /** @param {PageIndex} index */
  #findOn(index) {
    const hits = index.find(this.#sought, { whole: this.#found.whole, most: MOST - this.#total() });
    if (hits.length) this.#hits.set(index.number, hits);
    else this.#hits.delete(index.number);
  }

  /** Look at the first hit of a page, if it has one. @param {number} number */
  #chooseFirst(number) {
    const [hit] = this.#hits.get(number) ?? [];
    if (hit) this.#show(hit);
  }

  /** @param {1 | -1} by */
  #step(by) {
    const all = this.#all();
    if (!all.length) {
      this.#field.focus();
      return;
    }
    const at = this.#current ? all.indexOf(this.#current) : -1;
    this.#choose(all[(at + by + all.length) % all.length]);
  }

  /** @param {Hit} hit */
  #choose(hit) {
    this.#show(hit);
    announce(`${this.#all().indexOf(hit) + 1} of ${this.#total()}, page ${hit.page}`);
  }

  /** Bring a hit into view. @param {Hit} hit */
  #show(hit) {
    this.#current = hit;
    this.#scene.selection.mark(this.#marks(), ORIGIN);
    this.#tell();
  }

  /** Show what was found meanwhile; who looks at something goes on looking at it. */
  #showAll() {
    if (this.#current) this.#scene.selection.mark(this.#marks(), ORIGIN, { still: true });
    this.#tell();
  }

  /** All marks, those of what is looked at first. */
  #marks() {
    const current = this.#current;
    const hits = this.#all().filter((hit) => hit !== current);
    const marks = (/** @type {Hit} */ hit) => this.#indexes.get(hit.page)?.marks(hit) ?? [];
    return [...(current ? marks(current).map((mark) => ({ ...mark, now: true })) : []), ...hits.flatMap(marks)];
  }

  /** All hits in the order of the document. */
  #all() {
    return [...this.#hits.keys()].sort((a, b) => a - b).flatMap((number) => this.#hits.get(number) ?? []);
  }

  #total() {
    return [...this.#hits.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Say how many there are, and how far it came. */
  #tell() {
    const total = this.#total();
    const all = total >= MOST ? `${MOST} and more` : `${total}`;
    const place = this.#current ? `${this.#all().indexOf(this.#current) + 1} of ${all}` : "";
    const going = this.#progress && `Searching page ${this.#progress[0]} of ${this.#progress[1]}`;
    const nothing = this.#sought && !this.#progress ? "Nothing found" : "";
    fill(this.#count, place || going || nothing);
    for (const each of [this.#previous, this.#next]) {
      each.disabled = !total;
      each.hidden = !this.#sought;
    }
    this.#found.toggle.hidden = !this.#sought;
    this.#closer.hidden = !this.#sought && !this.element.classList.contains("open");
    this.#found.show(
      () => this.#all().map((hit) => ({ hit, context: this.#indexes.get(hit.page)?.context(hit) ?? ["", "", ""] })),
      going,
    );
  }

  /** A page came, or was corrected. @param {number} number */
  async #renew(number) {
    const searched = this.#indexes.delete(number);
    if (!this.#sought || (!searched && this.#progress)) return;
    const { signal } = this.#running;
    const index = await this.#index(number, signal);
    if (!index || signal.aborted) return;
    const before = this.#current?.page === number ? (this.#hits.get(number)?.indexOf(this.#current) ?? 0) : -1;
    this.#findOn(index);
    const hits = this.#hits.get(number) ?? [];
    if (before >= 0) this.#current = hits[Math.min(before, hits.length - 1)] ?? this.#all()[0] ?? null;
    if (!this.#current) this.#scene.selection.mark([], ORIGIN);
    this.#showAll();
  }

  /** Pages are known, or the document was put together: it may say other things than its pages did as they came. */
  #indexed() {
    if (!this.#scene.document.ended) return;
    this.#indexes.clear();
    if (this.#sought) this.#start();
  }
}
