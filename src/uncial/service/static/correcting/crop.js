// A word in its line, enlarged, as it is on the page.

import { angleOf, boxOf, centre, heightOf, widthOf } from "../document/quads.js";
import { lineAt, wordAt } from "../document/words.js";
/** @import { Page, Place } from "../types.js" */
import { pageImage } from "../shared/api.js";
import { make } from "../shared/dom.js";

/** How high a line is shown, and how long a word and how high a vertical one may be, in CSS pixels. */
const HEIGHT = 34;
const LONGEST = 280;
const HIGHEST = 64;
/** The widths that the service draws pages at (docs/http.md). */
const WIDTHS = [640, 1000, 1600, 2400, 4000];

export class Crop {
  element;
  #image = make("img", { alt: "", draggable: "false" });
  #stage = make("div", { class: "crop-stage" }, this.#image);
  #frame = make("div", { class: "crop-word" });
  #job;
  /** Of what is shown. */
  #number = 0;
  #width = 0;
  /** Counts what is asked for, so that what comes too late is not shown. */
  #turn = 0;

  /** @param {string} job the id of the job */
  constructor(job) {
    this.#job = job;
    this.element = make("div", { class: "crop", role: "img", "aria-label": "The line on the page" }, this.#stage, this.#frame);
  }

  /**
   * @param {Page} page
   * @param {Place} place
   * @param {HTMLImageElement | null} picture of the page, if there is one already
   */
  show(page, place, picture) {
    const word = wordAt(page, place);
    const line = lineAt(page, place);
    if (!word || !line) return;
    const { quad } = word;
    const vertical = line.direction === "top-to-bottom" && heightOf(quad) > widthOf(quad);
    const high = vertical ? heightOf(quad) : heightOf(line.quad);
    const scale = Math.min((vertical ? HIGHEST : HEIGHT) / Math.max(high, 1), LONGEST / Math.max(widthOf(quad), 1));
    const [x, y] = centre(boxOf(quad));
    Object.assign(this.#image.style, { width: `${page.width}px`, height: `${page.height}px` });
    this.#stage.style.transform = `rotate(${-angleOf(quad)}rad) scale(${scale}) translate(${-x}px, ${-y}px)`;
    Object.assign(this.#frame.style, { width: `${widthOf(quad) * scale + 6}px`, height: `${heightOf(quad) * scale + 6}px` });
    this.#load(page, page.width * scale * devicePixelRatio, picture);
  }

  /** Forget the picture. */
  clear() {
    this.#turn += 1;
    this.#number = 0;
    this.#put("");
  }

  /** @param {Page} page @param {number} pixels that it should be wide @param {HTMLImageElement | null} picture */
  async #load(page, pixels, picture) {
    const most = WIDTHS.find((each) => each >= page.width) ?? WIDTHS[WIDTHS.length - 1];
    const width = Math.min(WIDTHS.find((each) => each >= pixels) ?? most, most);
    if (page.number === this.#number && width <= this.#width) return;
    this.#turn += 1;
    const turn = this.#turn;
    // What is on the screen is there at once, if coarse.
    if (page.number !== this.#number) this.#put(picture?.complete ? picture.currentSrc : "", false);
    [this.#number, this.#width] = [page.number, width];
    const url = await pageImage(this.#job, page.number, width).catch(() => "");
    const fresh = make("img", { src: url || null });
    const there = await fresh.decode().then(
      () => true,
      () => false,
    );
    if (turn === this.#turn && there) return this.#put(url);
    if (turn === this.#turn) this.#width = 0; // so that it is tried again with the next word
    if (url.startsWith("blob:")) URL.revokeObjectURL(url);
  }

  #owned = "";

  /** @param {string} url @param {boolean} [own] whether it is to be given up when it is not shown any more */
  #put(url, own = true) {
    if (this.#owned.startsWith("blob:")) URL.revokeObjectURL(this.#owned);
    this.#owned = own ? url : "";
    if (url) this.#image.src = url;
    else this.#image.removeAttribute("src");
    this.#image.hidden = !url;
  }
}
