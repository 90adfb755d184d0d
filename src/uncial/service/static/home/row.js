// A row of the list of documents.

/** @import { Entry } from "../shared/recent.js" */
/** @import { Child } from "../shared/dom.js" */
import { hasPassword, isForGood, pageImage } from "../shared/api.js";
import { button, fill, icon, make } from "../shared/dom.js";
import { isLocked } from "../shared/password.js";
import { size, when } from "../shared/wording.js";
import { standing } from "./standing.js";
import { uploads } from "./uploads.js";
import { isGoing, isReadable } from "./watching.js";

const THUMB = 160;

/**
 * What the buttons of a row do.
 *
 * @typedef {object} RowActions
 * @property {(entry: Entry) => unknown} cancel
 * @property {(entry: Entry) => unknown} retry
 * @property {(entry: Entry) => unknown} unlock
 * @property {(entry: Entry, opener: HTMLElement) => unknown} download
 * @property {(entry: Entry) => unknown} remove
 */

/** Shows one document; `show` it again whenever something of it is another. */
export class Row {
  #actions;
  #signal;
  #thumb = make("div", { class: "thumb" }, icon("document"));
  #title = make("div", { class: "title" });
  #told = make("p", { class: "told" });
  #progress = make("progress", { max: 1, hidden: true });
  #hint = make("p", { class: "quiet hint" });
  #buttons = make("div", { class: "row buttons" });
  /** What the title, the hint and the buttons were made of, so that they are not made anew under somebody's finger. */
  #made = { title: "", hint: "", buttons: "" };
  #pictured = "";

  /** @param {RowActions} actions @param {AbortSignal} signal */
  constructor(actions, signal) {
    this.#actions = actions;
    this.#signal = signal;
    const words = make("div", { class: "words" }, this.#title, this.#told, this.#progress, this.#hint);
    this.element = make("li", { class: "entry" }, this.#thumb, words, this.#buttons);
    signal.addEventListener("abort", () => this.#unpicture());
  }

  /** @param {Entry} entry */
  show(entry) {
    const { told, tone = "", hint = "", code = "", part } = standing(entry);
    this.element.dataset.key = entry.key;
    this.element.dataset.tone = tone;
    if (this.#told.textContent !== told) this.#told.textContent = told;
    this.#go(part, entry.name);
    this.#once("title", [nameOf(entry), entry.job?.id, entry.stage], () => fill(this.#title, ...title(entry)));
    this.#once("hint", [hint, code], () => fill(this.#hint, hint, " ", code && make("code", {}, code)));
    this.#hint.hidden = !hint && !code;
    const buttons = this.#wanted(entry);
    this.#once("buttons", [entry.job?.id, ...buttons.map(({ label }) => label)], () => this.#offer(entry.key, buttons));
    if (canPicture(entry)) this.#picture(entry);
  }

  /** Nothing else can be done with it until this is. @param {Promise<unknown>} doing */
  async busyWith(doing) {
    this.element.ariaBusy = "true";
    try {
      await doing;
    } finally {
      this.element.ariaBusy = "false";
    }
  }

  /** Where the focus goes when something of it that had it is gone. */
  focus() {
    const [first] = this.element.querySelectorAll(/** @type {"a"} */ ("a, button"));
    first?.focus();
  }

  /** @param {number | null | undefined} part @param {string} name */
  #go(part, name) {
    this.#progress.hidden = part === undefined;
    this.#progress.setAttribute("aria-label", name);
    if (typeof part === "number") this.#progress.value = part;
    else this.#progress.removeAttribute("value");
  }

  /** @param {"title" | "hint" | "buttons"} what @param {unknown[]} of @param {() => void} making */
  #once(what, of, making) {
    const made = JSON.stringify(of);
    if (this.#made[what] === made) return;
    this.#made[what] = made;
    const focused = this.element.contains(document.activeElement);
    making();
    if (focused && !this.element.contains(document.activeElement)) this.focus();
  }

  /** @param {string} key @param {Offer[]} offers */
  #offer(key, offers) {
    const each = offers.map(({ label, picture, bare, run }) =>
      button(label, (event) => run(/** @type {HTMLElement} */ (event.currentTarget)), {
        icon: picture,
        bare,
        class: bare ? "plain" : "",
      }),
    );
    for (const one of each) one.setAttribute("aria-describedby", `name-${key}`);
    fill(this.#buttons, ...each);
  }

  /** @typedef {{ label: string, picture: string, bare: boolean, run: (opener: HTMLElement) => unknown }} Offer */

  /** What can be done with it now. @param {Entry} entry @returns {Offer[]} */
  #wanted(entry) {
    const { cancel, retry, unlock, download, remove } = this.#actions;
    /** @type {Offer[]} */
    const found = [];
    const offer = (/** @type {string} */ label, /** @type {string} */ picture, /** @type {Offer["run"]} */ run, bare = false) =>
      found.push({ label, picture, bare, run });
    if (entry.stage === "sending" || (entry.stage === "sent" && entry.job && isGoing(entry.job))) {
      offer("Cancel", "stop", () => cancel(entry));
      return found;
    }
    if (entry.stage === "sent" && entry.job && isReadable(entry.job))
      offer("Download", "download", (opener) => download(entry, opener), true);
    if (entry.job && entry.stage === "sent" && isLocked(entry.job)) offer("Enter the password", "lock", () => unlock(entry));
    else if (canRetry(entry)) offer("Try again", "retry", () => retry(entry));
    offer("Remove", "trash", () => remove(entry), true);
    return found;
  }

  /** @param {Entry} entry */
  async #picture({ job }) {
    const id = /** @type {string} */ (job?.id);
    if (this.#pictured === id) return;
    this.#pictured = id;
    const image = make("img", { alt: "", width: 48, height: 60, decoding: "async", loading: "lazy" });
    image.addEventListener("load", () => fill(this.#thumb, image), { once: true });
    image.addEventListener("error", () => image.remove(), { once: true });
    try {
      image.src = await pageImage(id, 1, THUMB, this.#signal);
      // What is not in the document is not loaded lazily.
      this.#thumb.append(image);
    } catch {
      // Then the row keeps the picture of a page that all have.
    }
  }

  #unpicture() {
    const image = this.#thumb.querySelector("img");
    if (image?.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
  }
}

/** @param {Entry} entry @returns {Child[]} */
function title(entry) {
  const { key, job, stage, size: bytes, sent } = entry;
  const id = `name-${key}`;
  const name = nameOf(entry);
  const more = [bytes > 0 && size(bytes), when(sent)].filter(Boolean).join(" · ");
  const isThere = job && stage === "sent";
  return [
    isThere ? make("a", { id, class: "name", href: `#/jobs/${job.id}` }, name) : make("span", { id, class: "name" }, name),
    make("span", { class: "quiet" }, more),
  ];
}

/** @param {Entry} entry */
function nameOf({ job, name }) {
  return job?.name || name;
}

/** @param {Entry} entry */
function canRetry({ key, stage, job, url, problem }) {
  const inHand = uploads.has(key) || url;
  if (stage === "sent") return job?.state === "failed" ? !isForGood(job.error?.code) : job?.state === "cancelled" && inHand;
  if (stage === "refused") return inHand && !isForGood(problem?.code);
  return inHand && stage !== "sending";
}

/** A locked document shows nothing to a page that does not know the password any more. @param {Entry} entry */
function canPicture({ stage, job, locked }) {
  if (stage !== "sent" || !job || (locked && !hasPassword(job.id))) return false;
  return isReadable(job) || (job.state === "running" && job.pages.done > 0);
}
