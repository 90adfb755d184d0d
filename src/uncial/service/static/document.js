// A document in the browser: its job, its pages as they come, and the corrections that are made to it. No element is touched here.

/** @import { Correction, Job, Page, PageInfo } from "./types.js" */
import * as api from "./api.js";
import { finished, fold } from "./fold.js";

const SAVE_AFTER = 800;
const KEPT_PAGES = 60;

/**
 * One document that is open. It tells of itself by events: `job` when its job comes further, `index` when pages are known or were
 * measured, `page` (detail: its number) when a page came or was changed, `edited` when the corrections are others than before, and
 * `saving` when `saveState` is another.
 */
export class OpenDocument extends EventTarget {
  /** @type {Job} */
  job;
  /** What is known of each page, in their order. @type {PageInfo[]} */
  index = [];
  /** How it stands with the corrections. @type {"saved" | "waiting" | "saving" | "failed"} */
  saveState = "saved";
  /** Why they could not be saved. @type {api.Problem | null} */
  saveProblem = null;

  /** Pages as they were read. @type {Map<number, Promise<Page>>} */
  #read = new Map();
  /** Pages as they are now. @type {Map<number, Page>} */
  #now = new Map();
  /** @type {Correction[][]} */
  #steps = [];
  /** @type {Correction[][]} */
  #undone = [];
  #revision = "";
  /** @type {Promise<void>} */
  #saved = Promise.resolve();
  #timer = 0;
  #closed = new AbortController();

  /** @param {Job} job */
  constructor(job) {
    super();
    this.job = job;
  }

  /**
   * Open the document of a job, whether it has been read or not; `close` it when nobody looks at it any more.
   *
   * @param {string} id
   * @returns {Promise<OpenDocument>}
   */
  static async open(id) {
    const document = new OpenDocument(await api.job(id));
    if (document.ended) await document.#loadWhole();
    else document.#watch();
    return document;
  }

  /** Whether its job has come to an end. */
  get ended() {
    return !["queued", "running"].includes(this.job.state);
  }

  /** Whether there is a document to look at, correct and take away. */
  get readable() {
    return this.job.state === "succeeded" || this.job.state === "partial";
  }

  get canUndo() {
    return this.#steps.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  /** All corrections, in their order. */
  get corrections() {
    return this.#steps.flat();
  }

  /** What is known of a page. @param {number} number @returns {PageInfo | undefined} */
  info(number) {
    return this.index.find((page) => page.number === number);
  }

  /** The page as it is now, if it is here. @param {number} number @returns {Page | undefined} */
  known(number) {
    return this.#now.get(number);
  }

  /**
   * The page as it is now. Indices of blocks, lines and words are those that corrections name: what became empty still stands in it.
   *
   * @param {number} number
   * @param {AbortSignal} [signal]
   * @returns {Promise<Page>}
   */
  async page(number, signal) {
    const known = this.#now.get(number);
    if (known) return known;
    const read = await this.#asRead(number, signal);
    const page = this.#now.get(number) ?? fold(read, this.#of(number));
    this.#now.set(number, page);
    this.#forgetSome(number);
    return page;
  }

  /**
   * The page as it is now, for one look at it: a search goes through all pages and must not push those out that are shown.
   *
   * @param {number} number
   * @param {AbortSignal} signal
   * @returns {Promise<Page>}
   */
  async glance(number, signal) {
    const known = this.#now.get(number);
    if (known) return known;
    const bytes = this.info(number)?.bytes;
    const read = this.#read.get(number) ?? (bytes ? api.page(this.job.id, bytes, signal) : this.#asRead(number, signal));
    return fold(await read, this.#of(number));
  }

  /**
   * Correct something: one step, which `undo` takes back as a whole.
   *
   * @param {...Correction} corrections
   */
  edit(...corrections) {
    if (!corrections.length) return;
    this.#steps.push(corrections);
    this.#undone = [];
    for (const correction of corrections) this.#apply(correction);
    this.#edited([corrections]);
  }

  undo() {
    this.#move(this.#steps, this.#undone);
  }

  redo() {
    this.#move(this.#undone, this.#steps);
  }

  /** When all corrections that were made until now are kept. Raises `Problem` where they cannot be. */
  async saved() {
    clearTimeout(this.#timer);
    if (this.saveState !== "saved") this.#saved = this.#saved.then(() => this.#save());
    await this.#saved;
    if (this.saveProblem) throw this.saveProblem;
  }

  /** Stop listening to the job. What was not saved yet is. */
  close() {
    this.#closed.abort();
    if (this.saveState === "waiting") this.saved().catch(() => {});
  }

  /** @param {Correction[][]} from @param {Correction[][]} to */
  #move(from, to) {
    const step = from.pop();
    if (!step) return;
    to.push(step);
    for (const number of numbersOf([step])) this.#refold(number);
    this.#edited([step]);
  }

  /** @param {Correction} correction */
  #apply(correction) {
    if (!("page" in correction)) return;
    const page = this.#now.get(correction.page);
    if (page) this.#now.set(correction.page, fold(page, [correction]));
  }

  /** @param {number} number */
  #refold(number) {
    this.#now.delete(number);
    this.page(number).then(() => this.#tell("page", number), () => {});
  }

  /** @param {Correction[][]} steps */
  #edited(steps) {
    for (const number of numbersOf(steps)) this.#tell("page", number);
    this.#tell("edited");
    this.#state("waiting");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.saved().catch(() => {}), SAVE_AFTER);
  }

  async #save() {
    if (this.saveState === "saved") return;
    this.#state("saving");
    try {
      const { revision } = await api.correct(this.job.id, this.#revision, this.corrections);
      this.#revision = revision;
      this.saveProblem = null;
      // Something may have been corrected while this was on its way.
      if (/** @type {string} */ (this.saveState) === "saving") this.#state("saved");
    } catch (problem) {
      this.saveProblem = /** @type {api.Problem} */ (problem);
      this.#state("failed");
    }
  }

  /** @param {OpenDocument["saveState"]} state */
  #state(state) {
    if (state === this.saveState) return;
    this.saveState = state;
    this.#tell("saving");
  }

  /** @param {number} number @param {AbortSignal} [signal] */
  #asRead(number, signal) {
    const there = this.#read.get(number);
    if (there) return there;
    const bytes = this.info(number)?.bytes;
    if (!bytes) return Promise.reject(new api.Problem(`Page ${number} is not read yet.`));
    const coming = api.page(this.job.id, bytes, signal);
    this.#read.set(number, coming);
    coming.catch(() => this.#read.delete(number));
    return coming;
  }

  /** @param {number} number */
  #of(number) {
    return this.corrections.filter((each) => "page" in each && each.page === number);
  }

  /** Keep memory bounded: what lies far from the page that was asked for last can be had again. @param {number} number */
  #forgetSome(number) {
    if (!this.readable || this.#now.size <= KEPT_PAGES) return;
    const far = [...this.#now.keys()].sort((a, b) => Math.abs(b - number) - Math.abs(a - number));
    for (const each of far.slice(0, this.#now.size - KEPT_PAGES)) {
      this.#now.delete(each);
      this.#read.delete(each);
    }
  }

  async #watch() {
    try {
      for await (const event of api.events(this.job.id, { pages: true, signal: this.#closed.signal })) {
        if (event.type === "page") {
          if (event.data.page) this.#came(event.data.page);
        } else {
          this.job = event.data;
          if (event.type === "end") await this.#loadWhole();
          this.#tell("job");
        }
      }
    } catch (problem) {
      const { message, code, hint } = /** @type {api.Problem} */ (problem);
      this.job = { ...this.job, state: "failed", error: { code, detail: message, hint, stage: "", page: null } };
      this.#tell("job");
    }
  }

  /** A page as it stands by itself, before the document is put together. @param {Page} page */
  #came(page) {
    this.#read.set(page.number, Promise.resolve(page));
    this.#now.set(page.number, page);
    const others = this.index.filter((each) => each.number !== page.number);
    this.index = [...others, measured(page)].sort((a, b) => a.number - b.number);
    this.#tell("index");
    this.#tell("page", page.number);
  }

  async #loadWhole() {
    if (!this.readable) return;
    const { signal } = this.#closed;
    const [index, { revision, corrections }] = await Promise.all([
      api.pages(this.job.id, signal),
      api.corrections(this.job.id, signal),
    ]);
    const shown = [...this.#now.keys()];
    this.index = index;
    this.#revision = revision;
    this.#steps = corrections.map((each) => [each]);
    this.#read.clear();
    this.#now.clear();
    this.#tell("index");
    for (const number of shown) this.#refold(number);
  }

  /** @param {string} type @param {any} [detail] */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {Correction[][]} steps @returns {Set<number>} */
function numbersOf(steps) {
  return new Set(steps.flat().flatMap((each) => ("page" in each ? [each.page] : [])));
}

/** @param {Page} page @returns {PageInfo} */
function measured(page) {
  const words = finished(page).blocks.flatMap((block) => block.lines.flatMap((line) => line.words));
  const { number, width, height, dpi, turned, confidence, problem = null } = page;
  const doubtful = words.filter((word) => (word.confidence ?? 1) < 0.8).length;
  return { number, width, height, dpi, turned, confidence, problem, words: words.length, doubtful };
}
