// The list of documents that were sent from this browser.

/** @import { Entry } from "../shared/recent.js" */
import { cancel, Problem } from "../shared/api.js";
import { announce, ask, make, notify } from "../shared/dom.js";
import { isLocked, unlock } from "../shared/password.js";
import { recent } from "../shared/recent.js";
import { QuickDownload } from "./quick.js";
import { Row } from "./row.js";
import { ending } from "./standing.js";
import { retry, uploads } from "./uploads.js";
import { Watching } from "./watching.js";

const GONE = 404;

/** All rows, kept as the list is. */
export class DocumentList {
  #signal;
  #watching;
  #seen;
  #quick;
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** What was said of each document at its end. @type {Map<string, string>} */
  #said = new Map();
  /** Jobs whose password was asked for by itself. @type {Set<string>} */
  #asked = new Set();
  #heading = make("h2", { id: "documents", tabindex: -1 }, "Your documents");
  #list = make("ul", { class: "entries", role: "list" });

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
    this.#watching = new Watching(signal);
    this.#quick = new QuickDownload(signal);
    this.#seen = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) this.#watching.see(keyOf(target), isIntersecting);
    });
    this.element = make(
      "section",
      { class: "documents", "aria-labelledby": "documents" },
      this.#heading,
      this.#list,
      this.#quick.element,
    );
    signal.addEventListener("abort", () => this.#seen.disconnect());
    const show = (/** @type {Event} */ event) => this.#show(/** @type {CustomEvent<string>} */ (event).detail);
    recent.addEventListener("list", () => this.#draw(), { signal });
    recent.addEventListener("entry", show, { signal });
    uploads.addEventListener("progress", show, { signal });
    const ticking = setInterval(() => this.#countDown(), 1000);
    signal.addEventListener("abort", () => clearInterval(ticking));
    recent.sweep((key) => uploads.sends(key));
    for (const entry of recent.all) this.#said.set(entry.key, ending(entry));
    this.#draw();
  }

  #draw() {
    const keys = recent.all.map(({ key }) => key);
    this.element.hidden = keys.length === 0;
    for (const key of [...this.#rows.keys()].filter((each) => !keys.includes(each))) this.#take(key);
    for (const [place, entry] of recent.all.entries()) {
      const row = this.#rows.get(entry.key) ?? this.#made(entry);
      if (this.#list.children[place] !== row.element) this.#list.insertBefore(row.element, this.#list.children[place] ?? null);
    }
  }

  /** @param {Entry} entry */
  #made(entry) {
    const row = new Row(this.#actions, this.#signal);
    row.show(entry);
    this.#rows.set(entry.key, row);
    this.#seen.observe(row.element);
    return row;
  }

  /** Whoever was in a row that goes is in its neighbour afterwards. @param {string} key */
  #take(key) {
    const row = /** @type {Row} */ (this.#rows.get(key));
    const { element } = row;
    const beside = element.nextElementSibling ?? element.previousElementSibling;
    const focused = element.contains(document.activeElement);
    this.#seen.unobserve(element);
    this.#watching.see(key, false);
    this.#rows.delete(key);
    element.remove();
    if (focused) this.#focus(beside);
  }

  /** @param {Element | null} beside */
  #focus(beside) {
    if (beside) this.#rows.get(keyOf(beside))?.focus();
    else document.querySelector(/** @type {"button"} */ (".choose button"))?.focus();
  }

  /** @param {string} key */
  #show(key) {
    const entry = recent.get(key);
    if (!entry) return;
    this.#rows.get(key)?.show(entry);
    const said = ending(entry);
    if (said && said !== this.#said.get(key)) announce(said);
    this.#said.set(key, said);
    this.#askForPassword(entry);
  }

  #countDown() {
    for (const { key } of recent.all) if (uploads.pause(key)) this.#show(key);
    recent.sweep((key) => uploads.sends(key));
  }

  /** Who has just sent a locked document has its password at hand. @param {Entry} entry */
  #askForPassword(entry) {
    const { key, job } = entry;
    if (!job || !isLocked(job) || !uploads.has(key) || this.#asked.has(job.id) || document.querySelector("dialog[open]")) return;
    this.#asked.add(job.id);
    this.#actions.unlock(entry);
  }

  /** @type {import("./row.js").RowActions} */
  #actions = {
    cancel: ({ key, job }) => {
      if (!job) return uploads.stop(key);
      return this.#try(key, async () => recent.change(key, { job: await cancel(job.id) }));
    },
    retry: ({ key, url, wishes, job, stage }) => {
      if (stage === "sent" && job?.state === "failed") return this.#try(key, () => retry(job.id));
      if (uploads.has(key)) return uploads.resend(key);
      recent.remove(key);
      return url && uploads.send([url], wishes);
    },
    unlock: ({ key, job }) => job && this.#try(key, () => unlock(job)),
    download: ({ job }, opener) => job && this.#quick.offer(job, opener),
    remove: (entry) => this.#remove(entry),
  };

  /** @param {Entry} entry */
  async #remove({ key, job, name, stage }) {
    if (!job || stage !== "sent") return this.#drop(key);
    const found = await ask(
      "Remove it from the list?",
      [
        make("p", {}, `“${name}”`),
        make("label", {}, make("input", { type: "checkbox", name: "forget", checked: true }), "Delete it at the service too"),
        make("p", { class: "quiet" }, "What is deleted there, and what was corrected in it, cannot be had back."),
      ],
      { send: "Remove" },
    );
    if (!found) return;
    await this.#try(key, async () => {
      if (found.get("forget")) await forget(job.id);
      this.#drop(key);
    });
  }

  /** @param {string} key */
  #drop(key) {
    uploads.drop(key);
    const row = this.#rows.get(key)?.element;
    const beside = row?.nextElementSibling ?? row?.previousElementSibling ?? null;
    recent.remove(key);
    // A dialog may have had the focus until now.
    if (!document.activeElement || document.activeElement === document.body) this.#focus(beside);
  }

  /** @param {string} key @param {() => Promise<unknown>} doing */
  async #try(key, doing) {
    try {
      await this.#rows.get(key)?.busyWith(doing());
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      notify([problem.message, problem.hint].filter(Boolean).join(" "), { seconds: 12 });
    }
  }
}

/** @param {Element} row */
function keyOf(row) {
  return /** @type {HTMLElement} */ (row).dataset.key ?? "";
}

/** Delete a job; one that is gone already is no failure. @param {string} id */
async function forget(id) {
  try {
    await cancel(id, { forget: true });
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== GONE) throw problem;
  }
}
