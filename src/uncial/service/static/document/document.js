// A document in the browser: its job, its pages as they come, and the corrections that are made to it. No element is touched here.

/** @import { Correction, Job, Page, PageInfo } from "../types.js" */
/** @import { Step, Steps } from "./steps.js" */
import * as api from "../shared/api.js";
import { Shared } from "../shared/shared.js";
import { fold } from "./fold.js";
import { alike, clash, corrections, pagesBetween, rebased, redone, stepped, undone } from "./steps.js";
import { isDoubtful } from "./words.js";

const SAVE_AFTER = 800;
const KEPT_PAGES = 60;
/** Milliseconds after which what could not be saved is tried again, and the longest that this grows to. */
const AGAIN_AFTER = 2_000;
const AGAIN_LATEST = 60_000;

/**
 * One document that is open. It tells of itself by events: `job` when its job comes further, `index` when pages are known or were
 * measured, `page` (detail: its number) when a page came or was changed, `edited` when the corrections are others than before, `saving`
 * when `saveState` is another, and `merged` when what somebody else corrected came in besides.
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

  /** Pages as they were read. @type {Map<number, Page>} */
  #read = new Map();
  /** Pages that are on their way. @type {Map<number, Shared<Page>>} */
  #coming = new Map();
  /** Pages as they are now. @type {Map<number, Page>} */
  #now = new Map();
  /** Pages as they came while the document was read, shown until they are there as they stand in it. @type {Map<number, Page>} */
  #before = new Map();
  /** @type {Steps} */
  #steps = { done: [], undone: [] };
  /** All corrections, in their order. @type {Correction[]} */
  #all = [];
  /** The corrections as the service has them, as far as is known here. @type {{ revision: string, corrections: Correction[] }} */
  #kept = { revision: "", corrections: [] };
  /** What somebody else made of them meanwhile, where that does not go together. @type {{ revision: string, corrections: Correction[] } | null} */
  #theirs = null;
  /** @type {Promise<void>} */
  #saved = Promise.resolve();
  #timer = 0;
  #pause = AGAIN_AFTER;
  #closed = new AbortController();

  /** @param {Job} job */
  constructor(job) {
    super();
    this.job = job;
    const retry = () => this.saveState === "failed" && !this.clashes && this.saved().catch(() => {});
    globalThis.addEventListener("online", retry, { signal: this.#closed.signal });
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
    return isReadable(this.job);
  }

  get canUndo() {
    return this.#steps.done.length > 0;
  }

  get canRedo() {
    return this.#steps.undone.length > 0;
  }

  /** All corrections, in their order. */
  get corrections() {
    return this.#all;
  }

  /** Whether somebody else corrected the same pages meanwhile: `takeTheirs` or `keepOurs` has to say what holds. */
  get clashes() {
    return this.#theirs !== null;
  }

  /** What is known of a page. @param {number} number @returns {PageInfo | undefined} */
  info(number) {
    // Mostly all pages of a document are there, from the first on.
    const there = this.index[number - 1];
    return there?.number === number ? there : this.index.find((page) => page.number === number);
  }

  /** The page as it is now, if it is here. @param {number} number @returns {Page | undefined} */
  known(number) {
    return this.#now.get(number) ?? this.#before.get(number);
  }

  /**
   * The page as it is now. Indices of blocks, lines and words are those that corrections name: what became empty still stands in it.
   *
   * @param {number} number
   * @param {AbortSignal} [signal] of who waits for it
   * @returns {Promise<Page>}
   */
  async page(number, signal) {
    const known = this.#now.get(number);
    if (known) return known;
    const read = await this.#asRead(number, signal);
    const page = this.#now.get(number) ?? fold(read, this.#of(number));
    this.#set(number, page);
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
    if (!bytes) throw new api.Problem(`Page ${number} is not read yet.`);
    const read = this.#read.get(number) ?? (await api.page(this.job.id, bytes, signal));
    return fold(read, this.#of(number));
  }

  /**
   * Correct something: one step, which `undo` takes back as a whole. Raises RangeError where a correction fits nothing.
   *
   * @param {...Correction} corrections
   */
  edit(...corrections) {
    if (corrections.length) this.#become(stepped(this.#steps, corrections));
  }

  /** Take all corrections back, as one step. */
  revert() {
    if (this.#all.length) this.#become(stepped(this.#steps, null));
  }

  /** Take the last step back; the step. @returns {Step | undefined} */
  undo() {
    const step = this.#steps.done.at(-1);
    if (this.canUndo) this.#become(undone(this.#steps));
    return step;
  }

  /** Do again what was undone last; the step. @returns {Step | undefined} */
  redo() {
    const step = this.#steps.undone.at(-1);
    if (this.canRedo) this.#become(redone(this.#steps));
    return step;
  }

  /** When all corrections that were made until now are kept. Raises `Problem` where they cannot be. */
  async saved() {
    clearTimeout(this.#timer);
    if (this.saveState !== "saved") this.#saved = this.#saved.then(() => this.#save());
    await this.#saved;
    if (this.saveProblem) throw this.saveProblem;
  }

  /** What somebody else corrected holds, and what was corrected here since it was saved last is gone. */
  takeTheirs() {
    const theirs = this.#theirs;
    if (!theirs) return;
    this.#theirs = null;
    this.#kept = theirs;
    this.#become({ done: theirs.corrections.map((each) => [each]), undone: [] }, "saved");
  }

  /** What was corrected here holds on the pages where both corrected something; elsewhere both do. */
  keepOurs() {
    const theirs = this.#theirs;
    if (!theirs) return Promise.resolve();
    this.#theirs = null;
    this.#rebase(theirs);
    return this.saved();
  }

  /** Stop listening to the job. What was not saved yet is. */
  close() {
    this.#closed.abort();
    if (this.saveState === "waiting") this.saved().catch(() => {});
    else clearTimeout(this.#timer);
    if (this.saveState !== "saved") remember(this.job.id, this.#kept.revision, this.#steps);
  }

  /**
   * Have other steps than before.
   *
   * @param {Steps} steps
   * @param {OpenDocument["saveState"]} [state]
   */
  #become(steps, state = "waiting") {
    const all = corrections(steps);
    const changed = pagesBetween(this.#all, all);
    const pages = changed.flatMap((number) => {
      const read = this.#read.get(number);
      const own = all.filter((each) => "page" in each && each.page === number);
      return read ? [/** @type {const} */ ([number, fold(read, own)])] : [];
    });
    this.#steps = steps;
    this.#all = all;
    for (const [number, page] of pages) this.#set(number, page);
    for (const number of changed) this.#tell("page", number);
    this.#tell("edited");
    if (state === "saved") this.saveProblem = null;
    this.#state(state);
    if (state === "waiting") this.#saveAfter(SAVE_AFTER);
  }

  /** @param {number} pause in milliseconds */
  #saveAfter(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.saved().catch(() => {}), pause);
  }

  async #save() {
    if (this.saveState === "saved" || this.#theirs) return;
    this.#state("saving");
    const sent = this.#all;
    try {
      const { revision } = await api.correct(this.job.id, this.#kept.revision, sent);
      this.#kept = { revision, corrections: sent };
      this.saveProblem = null;
      this.#pause = AGAIN_AFTER;
      // Something may have been corrected while this was on its way.
      if (/** @type {string} */ (this.saveState) !== "saving") return;
      remember(this.job.id, revision, this.#steps);
      this.#state("saved");
    } catch (problem) {
      await this.#notSaved(problem instanceof api.Problem ? problem : new api.Problem("The corrections could not be saved."));
    }
  }

  /** @param {api.Problem} problem */
  async #notSaved(problem) {
    const theirs = problem.code === "corrections-clash" ? await api.corrections(this.job.id).catch(() => null) : null;
    if (theirs && !clash(this.#kept.corrections, this.#all, theirs.corrections)) {
      this.#rebase(theirs);
      this.#tell("merged");
      await this.#save();
      return;
    }
    this.#theirs = theirs;
    this.saveProblem = problem;
    remember(this.job.id, this.#kept.revision, this.#steps);
    this.#state("failed");
    // What the service refuses it will refuse again.
    if (!passes(problem)) return;
    this.#saveAfter(this.#pause);
    this.#pause = Math.min(2 * this.#pause, AGAIN_LATEST);
  }

  /** Go on from what somebody else made of the corrections. @param {{ revision: string, corrections: Correction[] }} theirs */
  #rebase(theirs) {
    const steps = rebased(this.#kept.corrections, this.#steps, theirs.corrections);
    this.#kept = theirs;
    this.#become(steps);
  }

  /** @param {OpenDocument["saveState"]} state */
  #state(state) {
    if (state === this.saveState) return;
    this.saveState = state;
    this.#tell("saving");
  }

  /** @param {number} number @param {AbortSignal} [signal] */
  async #asRead(number, signal) {
    const there = this.#read.get(number);
    if (there) return there;
    const bytes = this.info(number)?.bytes;
    if (!bytes) throw new api.Problem(`Page ${number} is not read yet.`);
    let coming = this.#coming.get(number);
    if (!coming || coming.broken) {
      coming = new Shared((stop) => api.page(this.job.id, bytes, stop));
      this.#coming.set(number, coming);
    }
    try {
      const page = await coming.wait(signal);
      this.#read.set(number, page);
      return page;
    } finally {
      if (!signal?.aborted && this.#coming.get(number) === coming) this.#coming.delete(number);
    }
  }

  /** @param {number} number */
  #of(number) {
    return this.#all.filter((each) => "page" in each && each.page === number);
  }

  /** @param {number} number @param {Page} page */
  #set(number, page) {
    this.#now.set(number, page);
    this.#before.delete(number);
    const info = this.info(number);
    if (info) Object.assign(info, counted(page));
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
          if (event.type === "end") await this.#loadAtLast(event.data);
          this.job = event.data;
          this.#tell("job");
        }
      }
    } catch (problem) {
      const { message, code, hint } = /** @type {api.Problem} */ (problem);
      this.job = { ...this.job, state: "failed", error: { code, detail: message, hint, stage: "", page: null } };
      this.#tell("job");
    }
  }

  /** The service may go away at the very moment at which a document is whole: it is asked until it is back. @param {Job} job */
  async #loadAtLast(job) {
    for (let pause = 500; ; pause = Math.min(2 * pause, AGAIN_LATEST)) {
      try {
        return await this.#loadWhole(job);
      } catch (problem) {
        if (this.#closed.signal.aborted || !passes(problem)) throw problem;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** A page as it stands by itself, before the document is put together. @param {Page} page */
  #came(page) {
    this.#read.set(page.number, page);
    this.#now.set(page.number, page);
    const others = this.index.filter((each) => each.number !== page.number);
    this.index = [...others, measured(page)].sort((a, b) => a.number - b.number);
    this.#tell("index");
    this.#tell("page", page.number);
  }

  /** Nothing can be corrected before it is here: it would be lost. @param {Job} [job] as it is at its end */
  async #loadWhole(job = this.job) {
    if (!isReadable(job)) return;
    const { signal } = this.#closed;
    const [index, { revision, corrections: found }] = await Promise.all([
      api.pages(job.id, signal),
      api.corrections(job.id, signal),
    ]);
    const shown = [...this.#now.keys()];
    this.job = job;
    this.index = index;
    this.#kept = { revision, corrections: found };
    this.#steps = remembered(this.job.id, revision) ?? { done: found.map((each) => [each]), undone: [] };
    this.#all = corrections(this.#steps);
    this.#before = this.#now;
    this.#now = new Map();
    this.#read.clear();
    this.#tell("index");
    for (const number of shown) this.#tell("page", number);
    // What could not be saved when the document was looked at last is.
    if (alike(this.#all, found)) return;
    this.#state("waiting");
    this.#saveAfter(SAVE_AFTER);
  }

  /** @param {string} type @param {any} [detail] */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {Job} job */
const isReadable = ({ state }) => state === "succeeded" || state === "partial";

/** Whether a failure may be gone when the same is asked again. @param {unknown} problem */
function passes(problem) {
  return problem instanceof api.Problem && (problem.code === "offline" || problem.status >= 500);
}

/** @param {Page} page @returns {PageInfo} */
function measured(page) {
  const { number, width, height, dpi, turned, problem } = page;
  return { number, width, height, dpi, turned, problem: problem?.code ?? null, ...counted(page) };
}

/** @param {Page} page */
function counted(page) {
  const words = page.blocks.flatMap((block) => block.lines.flatMap((line) => line.words));
  return { confidence: page.confidence, words: words.length, doubtful: words.filter(isDoubtful).length };
}

/** @param {string} id of a job */
const keyOf = (id) => `uncial.steps.${id}`;

/** So that steps can be undone and redone after a reload too, and what could not be saved is not lost. @param {string} id @param {string} revision @param {Steps} steps */
function remember(id, revision, steps) {
  try {
    sessionStorage.setItem(keyOf(id), JSON.stringify({ revision, steps }));
  } catch {
    sessionStorage.removeItem(keyOf(id)); // there is no room for so many
  }
}

/** The steps that led to this revision, or go on from it, if they were made here. @param {string} id @param {string} revision @returns {Steps | null} */
function remembered(id, revision) {
  const found = JSON.parse(sessionStorage.getItem(keyOf(id)) ?? "null");
  return found?.revision === revision ? found.steps : null;
}
