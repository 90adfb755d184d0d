// The text beside the pages, as it is read aloud, and in step with them.

import { boxOf, centre, holds } from "../document/quads.js";
import { byKey, firstWord, lastWord, leadsOn, placesOf, wordAt } from "../document/words.js";
/** @import { Scene } from "../viewer/scene.js" */
/** @import { Mark, Page, Place } from "../types.js" */
import { button, make } from "../shared/dom.js";
import { samePlace } from "../viewer/scene.js";
import { TextPages } from "./textpages.js";

const ORIGIN = "text";
const AS_LINES = "uncial.text.lines";
/** How long what was chosen stays in view although the pages are scrolled to it too, in milliseconds. */
const SETTLED = 400;

/** The text of a document: words can be chosen in it, by hand and by keys, and it scrolls with the pages. */
export class TextPane {
  #scene;
  #pages;
  #foot = make("p", { class: "text-foot quiet" });
  /** The word that is shown as selected. @type {HTMLElement | null} */
  #selected = null;
  /** When something was chosen last that is to stay in view. */
  #chosen = -SETTLED;

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    this.#pages = new TextPages(scene);
    this.element = make("div", { class: "text-pane" });
    this.element.append(make("div", { class: "text-bar" }, this.#lineSwitch()), this.#pages.element, this.#foot);
    this.#follow();
    this.#listen();
    this.#tellState();
  }

  /** Do what the other parts do. */
  #follow() {
    const { document, selection, signal } = this.#scene;
    selection.addEventListener("select", () => this.#select(), { signal });
    selection.addEventListener("mark", () => this.#mark(), { signal });
    selection.addEventListener("scroll", () => this.#scroll(), { signal });
    document.addEventListener("job", () => this.#tellState(), { signal });
    document.addEventListener("index", () => this.#tellState(), { signal });
  }

  /** Tell the other parts what is done here. */
  #listen() {
    const { selection, signal } = this.#scene;
    const { element } = this.#pages;
    selection.leads(this.element, ORIGIN, signal);
    this.#pages.addEventListener("made", (event) => this.#made(/** @type {CustomEvent<number>} */ (event).detail), { signal });
    this.#pages.addEventListener("move", () => this.#moved(), { signal });
    element.addEventListener("click", (event) => this.#click(event), { signal });
    element.addEventListener("dblclick", (event) => this.#edit(wordElement(event.target)), { signal });
    element.addEventListener("keydown", (event) => this.#press(event), { signal });
    const resized = new ResizeObserver(() => element.clientHeight && this.#pages.arrive());
    resized.observe(element);
    signal.addEventListener("abort", () => resized.disconnect());
  }

  /** The switch between lines as on the page and lines that flow; it is remembered. */
  #lineSwitch() {
    const { classList } = this.element;
    classList.toggle("as-lines", localStorage.getItem(AS_LINES) !== "no");
    const press = () => {
      this.#pages.keep(() => classList.toggle("as-lines"));
      const now = classList.contains("as-lines");
      toggle.setAttribute("aria-pressed", String(now));
      localStorage.setItem(AS_LINES, now ? "yes" : "no");
    };
    const toggle = button("Lines as on the page", press, {
      icon: "text",
      class: "plain",
      "aria-pressed": String(classList.contains("as-lines")),
    });
    return toggle;
  }

  /** Say where the text ends while the document is read. */
  #tellState() {
    const { job, ended, index } = this.#scene.document;
    const { total, done } = job.pages;
    const reading = total ? `${done} of ${total} pages are read so far.` : "Pages are shown here as they are read.";
    const nothing = index.length ? "" : "There is no text: the document was not read.";
    this.#foot.textContent = ended ? nothing : reading;
    this.#foot.hidden = !this.#foot.textContent;
  }

  // What is selected and marked

  #select() {
    const { place, origin } = this.#scene.selection;
    this.#showSelected();
    if (origin === ORIGIN) return;
    this.#chosen = performance.now();
    if (place) this.#pages.reveal(place);
  }

  #showSelected() {
    const { place } = this.#scene.selection;
    const word = place && this.#pages.wordOf(place);
    if (word === this.#selected) return;
    this.#selected?.classList.remove("selected");
    word?.classList.add("selected");
    this.#selected = word;
  }

  #mark() {
    const { marks, origin, still } = this.#scene.selection;
    for (const { number } of this.#pages.made) this.#showMarks(number);
    if (origin === ORIGIN || still || !marks.length) return;
    this.#chosen = performance.now();
    this.#pages.reveal(this.#placeOf(marks[0]));
  }

  /** The words of a page are there, or are others. @param {number} number */
  #made(number) {
    this.#showMarks(number);
    this.#showSelected();
  }

  /** @param {number} number */
  #showMarks(number) {
    const prose = this.#pages.made.find((each) => each.number === number)?.prose;
    if (!prose) return;
    const letters = this.#scene.selection.marks.flatMap((mark) =>
      mark.page === number ? lettersOf(prose.page, mark).map((each) => ({ ...each, now: mark.now })) : [],
    );
    prose.mark(letters);
  }

  /** The word that a mark begins with. @param {Mark} mark @returns {Place} */
  #placeOf(mark) {
    const page = this.#pages.pageOf(mark.page);
    const [first] = mark.letters ?? (page ? lettersOf(page, mark) : []);
    return first?.place ?? { page: mark.page, block: 0, line: 0, word: 0 };
  }

  // Scrolling in step with the pages

  #moved() {
    const view = this.#pages.view();
    if (view) this.#scene.selection.scroll(view, ORIGIN);
  }

  #scroll() {
    const { leader, view } = this.#scene.selection;
    if (leader === ORIGIN || !view || performance.now() < this.#chosen + SETTLED) return;
    this.#pages.show(view);
  }

  // Hand and keys

  /** @param {MouseEvent} event */
  #click(event) {
    const word = wordElement(event.target);
    // Who marked text to copy it did not choose a word.
    if (!word || event.detail > 1 || !getSelection()?.isCollapsed) return;
    const place = this.#pages.placeOf(word);
    if (place && samePlace(place, this.#scene.selection.place)) this.#edit(word);
    else if (place) this.#focus(place);
  }

  /** @param {HTMLElement | null} word */
  #edit(word) {
    const place = word && this.#pages.placeOf(word);
    if (!place) return;
    this.#focus(place);
    this.#scene.selection.edit(place, ORIGIN);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const word = wordElement(event.target);
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!word && event.target !== this.#pages.element) return;
    if (event.key === "Enter" && word) {
      event.preventDefault();
      this.#edit(word);
    } else if (/^(Arrow|Home$|End$)/.test(event.key)) {
      event.preventDefault();
      this.#step(word, event.key);
    }
  }

  /** @param {HTMLElement | null} word @param {string} key */
  async #step(word, key) {
    const from = word && this.#pages.placeOf(word);
    const page = from && this.#pages.pageOf(from.page);
    const place = page ? (byKey(page, from, key) ?? (await this.#beyond(page, from, key))) : this.#start();
    if (!place) return;
    await this.#pages.have(place.page);
    this.#focus(place);
  }

  /** Where keys begin: at the word that is selected, or at the first that is seen. @returns {Place | null} */
  #start() {
    const { place: chosen } = this.#scene.selection;
    if (chosen && this.#pages.wordOf(chosen)) return chosen;
    const page = this.#pages.pageOf(this.#pages.first);
    const { top } = this.#pages.element.getBoundingClientRect();
    const seen = (/** @type {Place} */ place) => (this.#pages.wordOf(place)?.getBoundingClientRect().top ?? 0) >= top;
    return page ? (placesOf(page).find(seen) ?? firstWord(page)) : null;
  }

  /** The first word of the next page that has any, or the last of the one before. @param {Page} page @param {Place} from @param {string} key */
  async #beyond(page, from, key) {
    const { document, signal } = this.#scene;
    const back = !leadsOn(page, from, key);
    const ahead = document.index.filter(({ number, words }) => words > 0 && (back ? number < from.page : number > from.page));
    const next = back ? ahead.at(-1) : ahead[0];
    const found = next && (await document.page(next.number, signal).catch(() => null));
    return found ? (back ? lastWord(found) : firstWord(found)) : null;
  }

  /** @param {Place} place */
  #focus(place) {
    const word = this.#pages.wordOf(place);
    if (!word) return;
    word.tabIndex = -1;
    word.focus({ preventScroll: true });
    this.#pages.reveal(place);
    this.#scene.selection.select(place, ORIGIN);
  }
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function wordElement(target) {
  return target instanceof Element ? target.closest(".word") : null;
}

/** The letters that a mark stands for; where it names none, the words that it covers. @param {Page} page @param {Mark} mark */
function lettersOf(page, { letters, quad }) {
  if (letters) return letters;
  const box = boxOf(quad);
  return placesOf(page).flatMap((place) => {
    const word = wordAt(page, place);
    return word && holds(box, centre(boxOf(word.quad))) ? [{ place, start: 0, stop: word.text.length }] : [];
  });
}
