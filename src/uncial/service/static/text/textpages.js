// The pages of the text below each other. However many there are, only those near the view are made.

import { nearestWord } from "../document/words.js";
import { lookedAt, scrolledTo } from "../pages/eye.js";
/** @import { Scene } from "../viewer/scene.js" */
/** @import { Place, View } from "../types.js" */
import { button, fill, make } from "../shared/dom.js";
import { inSlices } from "../shared/slices.js";
import { Prose, remark } from "./prose.js";

/** How high a page without words is, and how much a word adds, before it is known, in CSS pixels. */
const PAGE_HEIGHT = 120;
const WORD_HEIGHT = 3.2;

/**
 * A page of the text.
 *
 * @typedef {object} Part
 * @property {number} number
 * @property {HTMLElement} section
 * @property {HTMLElement} body
 * @property {Prose | null} prose what is shown of it, if it is near the view
 * @property {boolean} near
 * @property {boolean} failed whether it could not be loaded
 */

/** The pages as they scroll. They tell by the events `made` (detail: a page's number) that its words are there, and by `move` that a person scrolled. */
export class TextPages extends EventTarget {
  element = make("div", { class: "text-scroll", tabindex: 0, role: "region", "aria-label": "Text of the document" });

  #scene;
  /** @type {Part[]} */
  #parts = [];
  #observer;
  #building = false;
  /** What is to be in view: a page has to be made before it is known where. @type {Place | null} */
  #wanted = null;
  /** @type {View | null} */
  #wantedView = null;
  /** Where it was scrolled to other than by a person. */
  #expected = 0;
  #frame = 0;

  /** @param {Scene} scene */
  constructor(scene) {
    super();
    this.#scene = scene;
    const { document, signal } = scene;
    this.#observer = new IntersectionObserver((entries) => this.#neared(entries), { root: this.element, rootMargin: "100% 0px" });
    signal.addEventListener("abort", () => this.#observer.disconnect());
    document.addEventListener("index", () => this.#sync(), { signal });
    document.addEventListener("page", (event) => this.#renew(/** @type {CustomEvent<number>} */ (event).detail), { signal });
    this.element.addEventListener("scroll", () => this.#scrolled(), { signal, passive: true });
    this.#sync();
  }

  /** The pages whose words are there. @returns {{ number: number, prose: Prose }[]} */
  get made() {
    return this.#parts.flatMap(({ number, prose }) => (prose ? [{ number, prose }] : []));
  }

  /** A page as it is shown, if it is. @param {number} number */
  pageOf(number) {
    return this.#part(number)?.prose?.page ?? null;
  }

  /** The element of a word, if it is there. @param {Place} place */
  wordOf(place) {
    return this.#part(place.page)?.prose?.word(place) ?? null;
  }

  /** Where the word of an element stands. @param {HTMLElement} word */
  placeOf(word) {
    const section = word.closest(".text-page");
    return this.#parts.find((part) => part.section === section)?.prose?.placeOf(word) ?? null;
  }

  /** The number of the page at the top of the view. */
  get first() {
    return this.#at(this.element.scrollTop)?.number ?? 1;
  }

  /** Make a page now, wherever it is. @param {number} number */
  async have(number) {
    const part = this.#part(number);
    if (!part || part.prose) return;
    part.near = true;
    await this.#make(part);
  }

  /** Bring a word into view, if it is not there. @param {Place} place */
  reveal(place) {
    const part = this.#part(place.page);
    if (!part) return;
    const { clientHeight, scrollTop } = this.element;
    const word = this.wordOf(place);
    this.#wantedView = null;
    this.#wanted = word && clientHeight ? null : place;
    if (!word) {
      this.#scrollTo(part.section.offsetTop);
      return;
    }
    const top = word.getBoundingClientRect().top - this.element.getBoundingClientRect().top + scrollTop;
    if (top < scrollTop || top + word.offsetHeight > scrollTop + clientHeight) this.#scrollTo(top - clientHeight / 3);
  }

  /** Bring this part of a page to where one looks. @param {View} view */
  show(view) {
    const part = this.#part(view.page);
    if (!part) return;
    const { section, prose } = part;
    this.#wanted = null;
    this.#wantedView = prose && this.element.clientHeight ? null : view;
    const inside = prose ? prose.offsetOf(view.part, section.offsetHeight) : view.part * section.offsetHeight;
    const { clientHeight, scrollHeight } = this.element;
    this.#scrollTo(scrolledTo(section.offsetTop + inside, clientHeight, scrollHeight - clientHeight));
  }

  /** What stands where one looks now. @returns {View | null} */
  view() {
    const part = this.#at(this.#eye);
    if (!part) return null;
    const { number, section, prose } = part;
    const inside = this.#eye - section.offsetTop;
    const share = prose ? prose.partAt(inside, section.offsetHeight) : inside / (section.offsetHeight || 1);
    return { page: number, part: Math.min(Math.max(share, 0), 1) };
  }

  /** Come to what is wanted, if something is: the pages were hidden, and are shown again. */
  arrive() {
    if (this.#wanted) this.reveal(this.#wanted);
    else if (this.#wantedView) this.show(this.#wantedView);
  }

  /** Change how all pages look, and keep what is looked at where it is. @param {() => void} change */
  keep(change) {
    const view = this.view();
    change();
    if (view) this.show(view);
  }

  get #eye() {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    return lookedAt(scrollTop, clientHeight, scrollHeight - clientHeight);
  }

  /** @param {number} number */
  #part(number) {
    return this.#parts.find((part) => part.number === number);
  }

  /** The page that stands so far down, in CSS pixels. @param {number} offset @returns {Part | undefined} */
  #at(offset) {
    let [low, high] = [0, this.#parts.length - 1];
    while (low < high) {
      const between = Math.ceil((low + high) / 2);
      if (this.#parts[between].section.offsetTop <= offset) low = between;
      else high = between - 1;
    }
    return this.#parts[low];
  }

  /** Have a part for each page that is known of. */
  #sync() {
    const before = new Map(this.#parts.map((part) => [part.number, part]));
    this.#parts = this.#scene.document.index.map(({ number, words }) => before.get(number) ?? this.#partOf(number, words));
    const now = new Set(this.#parts);
    for (const part of before.values()) if (!now.has(part)) part.section.remove();
    for (const [place, { section }] of this.#parts.entries()) {
      const there = this.element.children[place] ?? null;
      if (there !== section) this.element.insertBefore(section, there);
    }
  }

  /** @param {number} number @param {number} words @returns {Part} */
  #partOf(number, words) {
    const heading = make("p", { class: "page-number", role: "heading", "aria-level": 2 }, `Page ${number}`);
    const body = make("div");
    const section = make("section", { class: "text-page", "data-page": number }, heading, body);
    section.style.height = `${PAGE_HEIGHT + WORD_HEIGHT * words}px`;
    this.#observer.observe(section);
    return { number, section, body, prose: null, near: false, failed: false };
  }

  /** Make what came near, and drop what is far away. @param {IntersectionObserverEntry[]} entries */
  #neared(entries) {
    const parts = new Map(this.#parts.map((part) => [part.section, part]));
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const part = parts.get(/** @type {HTMLElement} */ (target));
      if (!part) continue;
      part.near = isIntersecting;
      if (!isIntersecting && part.prose && boundingClientRect.height && !isUsed(part.section))
        drop(part, boundingClientRect.height);
    }
    this.#makeAll();
  }

  /** Make the pages that are near, the nearest first. */
  async #makeAll() {
    if (this.#building) return;
    this.#building = true;
    for (let part = this.#nearest(); part && !this.#scene.signal.aborted; part = this.#nearest()) await this.#make(part);
    this.#building = false;
  }

  /** The page nearest to the view that is not made yet. @returns {Part | undefined} */
  #nearest() {
    const missing = this.#parts.filter(({ near, prose, failed }) => near && !prose && !failed);
    const current = missing.length > 1 ? (this.#at(this.#eye)?.number ?? 1) : 1;
    return missing.sort((a, b) => Math.abs(a.number - current) - Math.abs(b.number - current))[0];
  }

  /** @param {Part} part */
  async #make(part) {
    const { document, signal } = this.#scene;
    try {
      const page = await document.page(part.number, signal);
      const prose = new Prose(page);
      if (!(await inSlices(prose.build(), signal)) || !part.near || part.prose) return;
      // If it became another one meanwhile that is built otherwise, it is made once more.
      if (!prose.renew(await document.page(part.number, signal)) || part.prose) return;
      this.#put(part, prose);
    } catch (problem) {
      if (signal.aborted) return;
      part.failed = true;
      this.#tellFailure(part, /** @type {Error} */ (problem));
    }
  }

  /** @param {Part} part @param {Prose} prose */
  #put(part, prose) {
    this.#kept(part, () => {
      part.section.style.height = "";
      part.prose = prose;
      fill(part.body, prose.element);
    });
    this.dispatchEvent(new CustomEvent("made", { detail: part.number }));
    if (this.#wanted?.page === part.number || this.#wantedView?.page === part.number) this.arrive();
  }

  /** @param {Part} part @param {Error & { hint?: string }} problem */
  #tellFailure(part, problem) {
    const again = () => {
      part.failed = false;
      this.element.focus({ preventScroll: true });
      fill(part.body);
      this.#makeAll();
    };
    fill(part.body, remark(problem, button("Try again", again, { icon: "retry" })));
  }

  /** Show a page as it is now. @param {number} number */
  async #renew(number) {
    const { document, signal } = this.#scene;
    const part = this.#part(number);
    if (!part) return;
    part.failed = false;
    if (!part.prose) {
      this.#makeAll();
      return;
    }
    // What is known may be how the page came, before the document was put together.
    const page = await document.page(number, signal).catch(() => null);
    if (!page || !part.prose) return;
    const { prose } = part;
    const renewed = this.#kept(part, () => prose.renew(page));
    if (!renewed) await this.#remake(part);
    else this.dispatchEvent(new CustomEvent("made", { detail: number }));
  }

  /** Make a page anew that is built otherwise than before; the focus goes to the word nearest to where it was. @param {Part} part */
  async #remake(part) {
    const { document, signal } = this.#scene;
    const page = await document.page(part.number, signal);
    const prose = new Prose(page);
    if (!(await inSlices(prose.build(), signal))) return;
    const active = globalThis.document.activeElement;
    const focused = active instanceof HTMLElement && part.body.contains(active) ? this.placeOf(active) : null;
    this.#put(part, prose);
    if (!focused) return;
    const place = nearestWord(page, focused);
    const word = place && this.wordOf(place);
    if (word) word.tabIndex = -1;
    (word ?? this.element).focus({ preventScroll: true });
  }

  /**
   * Change one page, and keep what is in view where it is.
   *
   * @template T
   * @param {Part} part
   * @param {() => T} change
   * @returns {T}
   */
  #kept({ section, prose }, change) {
    const { scrollTop } = this.element;
    const { offsetTop, offsetHeight } = section;
    const below = offsetTop + offsetHeight;
    // What is further down than the view's upper edge moves nothing that is above it.
    if (offsetTop >= scrollTop || (prose && below > scrollTop)) return change();
    const view = below > this.#eye ? this.view() : null;
    const changed = change();
    if (view) this.show(view);
    else this.#scrollTo(scrollTop + section.offsetTop + section.offsetHeight - below);
    return changed;
  }

  /** @param {number} top */
  #scrollTo(top) {
    this.element.scrollTop = top;
    this.#expected = this.element.scrollTop;
  }

  #scrolled() {
    if (Math.abs(this.element.scrollTop - this.#expected) < 1) return;
    this.#expected = -1;
    this.#wanted = null;
    this.#wantedView = null;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.dispatchEvent(new Event("move")));
  }
}

/** @param {Part} part @param {number} height that it keeps, in CSS pixels */
function drop(part, height) {
  part.section.style.height = `${height}px`;
  part.prose = null;
  fill(part.body);
}

/** Whether the focus is in it, or text that is marked to be copied. @param {HTMLElement} section */
function isUsed(section) {
  const marked = getSelection();
  return section.contains(document.activeElement) || Boolean(marked && !marked.isCollapsed && marked.containsNode(section, true));
}
