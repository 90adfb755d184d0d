// How far the reading has come, and what can be done about it: cancel it, read the document again.

import { retry } from "../home/uploads.js";
/** @import { Scene } from "./scene.js" */
import { cancel, Problem } from "../shared/api.js";
import { announce, button, fill, make, notify } from "../shared/dom.js";
import { isLocked, unlock } from "../shared/password.js";

/** The part of the bar that says how far the document has come. */
export class Progress {
  #scene;
  #bar = make("progress", { "aria-label": "Pages that are read" });
  #words = make("span", { class: "progress-words" });
  #cancel = button("Cancel", () => this.#stop(), { icon: "stop" });
  #state = "";

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    this.element = make("div", { class: "job-state" });
    scene.document.addEventListener("job", () => this.#show(), { signal: scene.signal });
    scene.document.addEventListener("page", () => this.#show(), { signal: scene.signal });
    this.#show();
  }

  #show() {
    const { document } = this.#scene;
    const { state } = document.job;
    this.#words.textContent = told(document);
    const total = document.job.pages.total;
    if (total) {
      this.#bar.max = total;
      this.#bar.value = pagesDone(document);
    } else {
      this.#bar.removeAttribute("value");
    }
    if (state === this.#state) return;
    this.element.dataset.state = state;
    if (document.ended) this.#leaveCancel();
    else fill(this.element, this.#words, this.#bar, this.#cancel);
    // Those who look see each page; those who listen hear of the beginning and the end.
    if (this.#state || !document.ended) announce(this.#words.textContent);
    this.#state = state;
  }

  /** There is nothing to cancel any more; whoever has just done so is not left nowhere. */
  #leaveCancel() {
    const focused = this.element.contains(globalThis.document.activeElement);
    fill(this.element, this.#words);
    if (focused) globalThis.document.getElementById("main")?.focus({ preventScroll: true });
  }

  async #stop() {
    // A button that is disabled loses the focus.
    this.#cancel.setAttribute("aria-disabled", "true");
    try {
      await cancel(this.#scene.document.job.id);
    } catch (problem) {
      this.#cancel.removeAttribute("aria-disabled");
      if (!(problem instanceof Problem)) throw problem;
      notify(`${problem.message} ${problem.hint}`);
    }
  }
}

/** @param {import("../document/document.js").OpenDocument} document */
function pagesDone(document) {
  // Pages are told of one by one, the state of the job now and then.
  return Math.max(document.job.pages.done, document.ended ? 0 : document.index.length);
}

/** @param {import("../document/document.js").OpenDocument} document */
function told(document) {
  const { state, position, pages } = document.job;
  const done = pagesDone(document);
  if (state === "queued") return position ? `In the queue, ${position} before it` : "In the queue, next in line";
  if (state === "running") return pages.total ? `Reading: ${done} of ${counted(pages.total)}` : "Reading…";
  if (state === "cancelled") return "Cancelled";
  if (state === "failed") return "Not read";
  return pages.failed ? `${counted(pages.done)}, ${pages.failed} not read` : counted(pages.done);
}

/** @param {number} pages */
function counted(pages) {
  return pages === 1 ? "1 page" : `${pages} pages`;
}

/** Read the document of the screen once more, and go to what is read of it. @param {Scene} scene */
export async function readAgain({ document: { job } }) {
  try {
    const made = isLocked(job) ? await unlock(job) : await retry(job.id);
    if (made) location.hash = `#/jobs/${made.id}`;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    notify(`${problem.message} ${problem.hint}`, { seconds: 12 });
  }
}
