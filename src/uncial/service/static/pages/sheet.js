// One page as it is seen: its picture, its text over that, and what is drawn above both.

import { wordAt } from "../document/words.js";
/** @import { Spot } from "./frame.js" */
/** @import { Layer } from "./overlay.js" */
/** @import { Scene } from "../viewer/scene.js" */
import { pageImage } from "../shared/api.js";
import { button, fill, icon, make } from "../shared/dom.js";
import { inSlices } from "../shared/slices.js";
import { readAgain } from "../viewer/progress.js";
import { transformOf } from "./frame.js";
import { textLayer } from "./layer.js";
import { drawing, drawn, marked, selected } from "./overlay.js";

/** The widths that pictures are made in (docs/http.md); 0 is as large as it was read. */
const LADDER = [160, 320, 640, 1000, 1600, 2400, 4000, 0];
/** A picture may be that much smaller than the screen could show. */
const ENOUGH = 0.9;

/** A page in the list of pages, for as long as it is near to what is seen. */
export class Sheet {
  #scene;
  #layers;
  #measured;
  #gone = new AbortController();
  #face = make("div", { class: "face" });
  #note = make("div", { class: "sheet-note", hidden: true });
  /** @type {HTMLElement | null} */
  #text = null;
  /** @type {SVGElement | null} */
  #overlay = null;
  /** @type {Spot | null} */
  #spot = null;
  /** @type {HTMLImageElement | null} */
  #picture = null;
  /** Which step of the ladder is shown, and which is on its way. */
  #step = -1;
  #coming = -1;
  /** @type {AbortController | null} */
  #fetching = null;
  #stale = true;

  /**
   * @param {Scene} scene
   * @param {number} number of the page
   * @param {{ layers: Set<Layer>, measured: (number: number, width: number, height: number) => void }} list what the list of pages gives:
   *   what is to be drawn, and who wants to know the size of a picture
   */
  constructor(scene, number, { layers, measured }) {
    this.#scene = scene;
    this.#layers = layers;
    this.#measured = measured;
    this.number = number;
    /** When it was made, in milliseconds. */
    this.since = performance.now();
    this.element = make(
      "article",
      { class: "sheet", "data-page": number, "aria-label": `Page ${number}` },
      this.#face,
      this.#note,
    );
    this.#tell();
  }

  /** Put it where it belongs. @param {Spot} spot */
  place(spot) {
    if (spot === this.#spot) return;
    this.#spot = spot;
    const { style } = this.element;
    style.transform = `translate(${Math.round(spot.left)}px, ${Math.round(spot.top)}px)`;
    style.width = `${spot.width}px`;
    style.height = `${spot.height}px`;
    this.#face.style.width = `${spot.pageWidth}px`;
    this.#face.style.height = `${spot.pageHeight}px`;
    this.#face.style.transform = transformOf(spot);
    // Lines of a drawing are as thick on the screen however large the page is shown.
    this.#face.style.setProperty("--scale", String(spot.scale));
  }

  /** The picture of it that is shown, if there is one. */
  get picture() {
    return this.#picture;
  }

  /** Show its picture as sharp as the screen can. */
  async showPicture() {
    const step = this.#wanted();
    if (step <= Math.max(this.#step, this.#coming) || !hasPicture(this.#scene.document, this.number)) return;
    this.#fetching?.abort();
    const fetching = new AbortController();
    this.#fetching = fetching;
    this.#coming = step;
    try {
      const url = await pageImage(this.#scene.document.job.id, this.number, LADDER[step], fetching.signal);
      await this.#swap(url, step, fetching.signal);
    } catch {
      // A page that is not there in pixels can still be there in text; it is asked for again when the page comes back.
    } finally {
      if (this.#fetching === fetching) this.#coming = -1;
    }
  }

  /** @param {string} url @param {number} step @param {AbortSignal} signal */
  async #swap(url, step, signal) {
    const picture = make("img", { alt: `Page ${this.number}`, draggable: "false" });
    const stop = () => {
      picture.removeAttribute("src"); // the browser stops to fetch it
      release(url);
    };
    signal.addEventListener("abort", stop);
    if (signal.aborted) return stop();
    picture.src = url;
    await picture.decode();
    signal.removeEventListener("abort", stop);
    this.#picture?.replaceWith(picture);
    if (!this.#picture) this.#face.prepend(picture);
    if (this.#picture) release(this.#picture.src);
    this.#picture = picture;
    this.#step = step;
    this.#tell();
    this.#measured(this.number, picture.naturalWidth, picture.naturalHeight);
  }

  /** Which step of the ladder is as sharp as the screen. */
  #wanted() {
    if (!this.#spot) return -1;
    const { pageWidth, scale } = this.#spot;
    const pixels = pageWidth * scale * devicePixelRatio * ENOUGH;
    const enough = LADDER.findIndex((width) => !width || width >= pixels);
    // Nothing becomes sharper than it was read.
    const all = LADDER.findIndex((width) => !width || width >= pageWidth);
    return this.#scene.document.info(this.number)?.width ? Math.min(enough, all) : enough;
  }

  /** Put its text over the picture, and draw what is wanted. @param {AbortSignal} signal */
  async showText(signal) {
    if (!this.#stale) return;
    const { document } = this.#scene;
    if (!document.known(this.number) && !document.info(this.number)?.bytes) return;
    const page = await document.page(this.number);
    if (signal.aborted || this.#gone.signal.aborted) return;
    this.#stale = false;
    if (page.problem) this.#tell();
    this.draw();
    const put = (/** @type {HTMLElement} */ layer) => {
      this.#text?.remove();
      this.#text = layer;
      this.#picture ? this.#picture.after(layer) : this.#face.prepend(layer);
    };
    const done = await inSlices(textLayer(page, put), AbortSignal.any([signal, this.#gone.signal]));
    if (!done) this.#stale = true;
  }

  /** Its page came, or was changed. */
  changed() {
    this.#stale = true;
    this.#tell();
    this.draw();
  }

  /** Draw what is wanted over it; nothing is made where nothing is. */
  draw() {
    const page = this.#scene.document.known(this.number);
    const { marks, place } = this.#scene.selection;
    const mine = marks.filter((mark) => mark.page === this.number);
    const word = page && place?.page === this.number ? wordAt(page, place) : undefined;
    if (!page || !(this.#layers.size || mine.length || word)) {
      this.#overlay?.remove();
      this.#overlay = null;
      return;
    }
    const fresh = drawing(page.width, page.height);
    fresh.append(drawn(page, this.#layers), marked(mine));
    if (word) fresh.append(selected(word.quad));
    this.#overlay?.remove();
    this.#overlay = fresh;
    this.#face.append(fresh);
  }

  /** Say what is to be said of the page itself: that it waits, or why it could not be read. */
  #tell() {
    const { document } = this.#scene;
    const problem = document.info(this.number)?.problem;
    const why = document.known(this.number)?.problem;
    const waits = !document.info(this.number) && !document.ended;
    this.element.classList.toggle("failed", Boolean(problem));
    this.#note.hidden = !problem && !waits;
    if (problem) {
      fill(
        this.#note,
        make("p", {}, icon("doubt"), make("strong", {}, `Page ${this.number} could not be read.`)),
        why && make("p", {}, why.message),
        why?.hint && make("p", { class: "quiet" }, why.hint),
        document.ended && button("Read the document again", () => readAgain(this.#scene), { icon: "retry" }),
      );
    } else if (waits) {
      fill(this.#note, make("p", {}, `Page ${this.number} is not read yet.`));
    }
  }

  /** Take it away, with all that it has asked for. */
  drop() {
    this.#gone.abort();
    this.#fetching?.abort();
    if (this.#picture) release(this.#picture.src);
    this.element.remove();
  }
}

/**
 * Whether a picture of a page can be had: the document has been opened, and the page too.
 *
 * @param {import("../document/document.js").OpenDocument} document
 * @param {number} number
 */
export function hasPicture(document, number) {
  const problem = document.info(number)?.problem;
  return !(problem && /^(source-|limit-)/.test(problem)) && (document.ended || document.job.pages.total !== null);
}

/** @param {string} url of a picture that is not needed any more */
function release(url) {
  if (url.startsWith("blob:")) URL.revokeObjectURL(url);
}
