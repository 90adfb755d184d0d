// The small menu of a row that takes a document away without opening it.

/** @import { Job } from "../types.js" */
import { Problem, result } from "../shared/api.js";
import { ask, button, fill, keep, make, notify, problemBox } from "../shared/dom.js";

/** Formats that are also the suffixes of their files. @type {[string, string][]} */
const FORMATS = [
  ["docx", "Word"],
  ["pdf", "PDF"],
  ["txt", "Text"],
];

/** One menu for all rows. */
export class QuickDownload {
  element = make("div", { class: "menu quick", popover: "auto", role: "dialog", "aria-label": "Download" });
  #signal;

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
  }

  /** Offer the formats of a job's document. @param {Job} job @param {HTMLElement} opener the button that it belongs to */
  offer(job, opener) {
    const items = FORMATS.map(([format, label]) =>
      button(label, () => this.#take(job, format), { icon: "download", class: "plain", "aria-label": `Download as ${label}` }),
    );
    fill(this.element, ...items, make("a", { class: "button plain", href: `#/jobs/${job.id}` }, "Other formats"));
    this.element.showPopover();
    const { bottom, right, top } = opener.getBoundingClientRect();
    const { offsetHeight: height, offsetWidth: width } = this.element;
    const below = bottom + 4 + height <= document.documentElement.clientHeight;
    this.element.style.top = `${below ? bottom + 4 : Math.max(8, top - height - 4)}px`;
    this.element.style.left = `${Math.max(8, right - width)}px`;
    items[0].focus();
  }

  /** @param {Job} job @param {string} format */
  async #take({ id, name }, format) {
    this.element.hidePopover();
    const file = `${name.replace(/\.[^.]*$/, "") || "document"}.${format}`;
    try {
      keep(await (await result(id, { format }, { signal: this.#signal })).blob(), file);
      notify(`${file} downloaded.`);
    } catch (problem) {
      if (this.#signal.aborted) return;
      if (!(problem instanceof Problem)) throw problem;
      await ask("It could not be downloaded", [problemBox(problem)]);
    }
  }
}
