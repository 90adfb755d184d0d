// All pages, small, beside each other or below: to see where one is, and to go elsewhere.

import { isDoubtful } from "../document/words.js";
/** @import { PageList } from "./pages.js" */
/** @import { Scene } from "../viewer/scene.js" */
import { pageImage } from "../shared/api.js";
import { fill, icon, make } from "../shared/dom.js";
import { hasPicture } from "./sheet.js";

const WIDTH = 160;
/** What is only scrolled over is not asked for; in milliseconds. */
const LOOKED_AT = 150;

/** A small page in the rail. */
class Thumb {
  #scene;
  #frame = make("span", { class: "leaf-frame" });
  #badge = make("span", { class: "badge" });
  #timer = 0;
  #asked = false;
  #isNear = false;
  #url = "";

  /** @param {Scene} scene @param {number} number @param {(number: number) => void} go */
  constructor(scene, number, go) {
    this.#scene = scene;
    this.number = number;
    this.button = make(
      "button",
      { type: "button", class: "leaf plain", tabindex: -1, on: { click: () => go(number) } },
      this.#frame,
      make("span", { class: "leaf-foot" }, make("span", {}, number), " ", this.#badge),
    );
    this.element = make("li", { "data-page": number }, this.button);
    this.show();
  }

  /** Say what is known of its page now. */
  show() {
    const { document } = this.#scene;
    const info = document.info(this.number);
    const doubtful = this.#doubtful();
    this.button.classList.toggle("failed", Boolean(info?.problem));
    this.button.classList.toggle("waits", !info);
    this.#frame.dataset.turn = String(info?.turned ?? 0);
    fill(this.#badge, info?.problem ? icon("doubt") : doubtful || "");
    this.#badge.hidden = !info?.problem && !doubtful;
    const told = info?.problem ? "not read" : !info ? "waiting" : doubtful ? counted(doubtful) : "";
    this.button.setAttribute("aria-label", [`Page ${this.number}`, told].filter(Boolean).join(", "));
    this.button.title = info?.problem ? "Not read" : doubtful ? counted(doubtful) : "";
  }

  #doubtful() {
    const { document } = this.#scene;
    const page = document.known(this.number);
    if (!page) return document.info(this.number)?.doubtful ?? 0;
    return page.blocks.flatMap((block) => block.lines.flatMap((line) => line.words)).filter(isDoubtful).length;
  }

  /** It came into view, or left it. @param {boolean} near */
  near(near) {
    this.#isNear = near;
    clearTimeout(this.#timer);
    if (near && !this.#asked) this.#timer = setTimeout(() => this.#load(), LOOKED_AT);
  }

  /** Ask for its picture, if it is in view. */
  again() {
    this.near(this.#isNear);
  }

  async #load() {
    const { document, signal } = this.#scene;
    if (!hasPicture(document, this.number)) return;
    this.#asked = true;
    try {
      this.#url = await pageImage(document.job.id, this.number, WIDTH, signal);
      const picture = make("img", { alt: "", src: this.#url, draggable: "false" });
      await picture.decode();
      fill(this.#frame, picture);
    } catch {
      this.#asked = false; // it is asked for again when it comes into view again
    }
  }

  drop() {
    clearTimeout(this.#timer);
    if (this.#url.startsWith("blob:")) URL.revokeObjectURL(this.#url);
    this.element.remove();
  }
}

/** @param {number} doubtful */
function counted(doubtful) {
  return doubtful === 1 ? "1 doubtful word" : `${doubtful} doubtful words`;
}

/** The rail of small pages. One of them is reached by the Tab key, the others from there by arrow keys. */
export class Thumbs {
  #scene;
  #list;
  #rail = make("ol", { class: "leaves" });
  /** @type {Map<number, Thumb>} */
  #thumbs = new Map();
  /** @type {Thumb | undefined} */
  #current;
  #timer = 0;
  #asked = false;
  #near = new IntersectionObserver((seen) => this.#seen(seen), { root: this.#rail, rootMargin: "50% 0px" });

  /** @param {Scene} scene @param {PageList} list */
  constructor(scene, list) {
    this.#scene = scene;
    this.#list = list;
    this.element = make("nav", { class: "rail", id: "rail", "aria-label": "Pages, small" }, this.#rail);
    const heard = { signal: scene.signal };
    scene.document.addEventListener("index", () => this.#arrange(), heard);
    scene.document.addEventListener("job", () => this.#arrange(), heard);
    scene.document.addEventListener(
      "page",
      (event) => this.#thumbs.get(/** @type {CustomEvent} */ (event).detail)?.show(),
      heard,
    );
    scene.selection.addEventListener("look", () => this.#mark(), heard);
    list.addEventListener("view", () => this.#arrange(), heard);
    this.#rail.addEventListener("keydown", (event) => this.#press(event));
    scene.signal.addEventListener("abort", () => this.#close());
  }

  #close() {
    this.#near.disconnect();
    clearTimeout(this.#timer);
    for (const thumb of this.#thumbs.values()) thumb.drop();
  }

  #arrange() {
    const numbers = this.#list.numbers;
    const same = numbers.length === this.#thumbs.size && numbers.every((number) => this.#thumbs.has(number));
    this.#ask();
    if (same) return this.#show();
    for (const [number, thumb] of this.#thumbs) {
      if (numbers.includes(number)) continue;
      thumb.drop();
      this.#thumbs.delete(number);
    }
    for (const number of numbers) this.#add(number);
    this.#show();
    this.#mark();
  }

  /** @param {number} number */
  #add(number) {
    if (this.#thumbs.has(number)) return;
    const thumb = new Thumb(this.#scene, number, (to) => this.#list.goTo(to));
    this.#thumbs.set(number, thumb);
    const after = [...this.#rail.children].find((each) => Number(/** @type {HTMLElement} */ (each).dataset.page) > number);
    this.#rail.insertBefore(thumb.element, after ?? null);
    this.#near.observe(thumb.element);
  }

  #show() {
    const { document } = this.#scene;
    for (const thumb of this.#thumbs.values()) {
      const known = document.info(thumb.number);
      if (this.#told.get(thumb) === known) continue;
      this.#told.set(thumb, known);
      thumb.show();
    }
  }

  /** Pictures can be had once the document is open. */
  #ask() {
    const { document } = this.#scene;
    if (this.#asked || (!document.ended && document.job.pages.total === null)) return;
    this.#asked = true;
    for (const thumb of this.#thumbs.values()) thumb.again();
  }

  /** What each shows. @type {WeakMap<Thumb, import("../types.js").PageInfo | undefined>} */
  #told = new WeakMap();

  #mark() {
    const thumb = this.#thumbs.get(this.#scene.selection.page);
    if (!thumb || thumb === this.#current) return;
    this.#current?.button.removeAttribute("aria-current");
    this.#current?.button.setAttribute("tabindex", "-1");
    thumb.button.setAttribute("aria-current", "true");
    thumb.button.tabIndex = 0;
    this.#current = thumb;
    clearTimeout(this.#timer);
    // Only once the pages rest: where things are is not to be asked while they are scrolled.
    this.#timer = setTimeout(() => thumb.element.scrollIntoView({ block: "nearest", inline: "nearest" }), LOOKED_AT);
  }

  /** @param {IntersectionObserverEntry[]} seen */
  #seen(seen) {
    for (const { target, isIntersecting } of seen) {
      this.#thumbs.get(Number(/** @type {HTMLElement} */ (target).dataset.page))?.near(isIntersecting);
    }
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const numbers = this.#list.numbers;
    const at = numbers.indexOf(Number(/** @type {HTMLElement} */ (event.target).closest("li")?.dataset.page));
    const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: numbers.length - 1 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    const thumb = this.#thumbs.get(numbers[to]);
    if (!thumb) return;
    this.#list.goTo(thumb.number);
    thumb.button.focus();
  }
}
