// How far the documents of the list are: those that are seen are followed, the first few live, the others by asking now and then.

/** @import { Job } from "../types.js" */
/** @import { Entry } from "../shared/recent.js" */
import { events, job, Problem, pages } from "../shared/api.js";
import { recent } from "../shared/recent.js";
import { uploads } from "./uploads.js";

/** HTTP/1.1 gives a browser six connections, uploads and other tabs of the page have some of them. */
const STREAMS = 3;
const ASK_AFTER = 2000;
/** Pages up to which it is cheap to ask what is on them. */
const FEW_PAGES = 200;

/** Whether a job has not come to its end. @param {Job} job */
export function isGoing({ state }) {
  return state === "queued" || state === "running";
}

/** Whether there is a document to look at. @param {Job} job */
export function isReadable({ state }) {
  return state === "succeeded" || state === "partial";
}

/** Follows the documents of a list for as long as a screen is there. */
export class Watching {
  #signal;
  /** Keys of the rows that are seen. @type {Set<string>} */
  #seen = new Set();
  /** @type {Map<string, AbortController>} */
  #streams = new Map();
  /** Keys of those whose jobs were asked for since the screen is there. @type {Set<string>} */
  #checked = new Set();
  /** Those whose pages cannot be told. @type {Set<string>} */
  #dumb = new Set();
  /** Has those asked for at once that are asked for now and then. */
  #wake = () => {};

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#listen([]));
    document.addEventListener("visibilitychange", () => this.#plan(), { signal });
    recent.addEventListener("list", () => this.#plan(), { signal });
    recent.addEventListener("entry", () => this.#plan(), { signal });
    this.#askAround();
  }

  /** @param {string} key @param {boolean} seen */
  see(key, seen) {
    if (seen) this.#seen.add(key);
    else this.#seen.delete(key);
    this.#plan();
    if (seen) this.#wake();
  }

  /** What there is to know of, from the top down: what is seen, and what comes to its end unseen. @returns {Entry[]} */
  get #rows() {
    if (document.hidden) return [];
    const sent = recent.all.filter(({ stage, job }) => stage === "sent" && job);
    return sent.filter(({ key, job }) => this.#seen.has(key) || (job && isGoing(job)));
  }

  #plan() {
    if (this.#signal.aborted) return;
    const going = this.#rows.filter(({ key, job }) => this.#seen.has(key) && job && isGoing(job));
    const running = going.filter((entry) => entry.job?.state === "running");
    const room = Math.max(1, STREAMS - uploads.connections);
    this.#listen([...new Set([...running, ...going])].slice(0, room));
  }

  /** @param {Entry[]} entries those that are followed live from now on */
  #listen(entries) {
    const wanted = new Map(entries.map((entry) => [entry.key, entry.job?.id ?? ""]));
    for (const [key, stream] of this.#streams) {
      if (wanted.has(key)) continue;
      this.#streams.delete(key);
      stream.abort();
    }
    for (const [key, id] of wanted) {
      if (this.#streams.has(key)) continue;
      const stream = new AbortController();
      this.#streams.set(key, stream);
      this.#follow(key, id, stream.signal);
    }
  }

  /** @param {string} key @param {string} id @param {AbortSignal} signal */
  async #follow(key, id, signal) {
    try {
      for await (const event of events(id, { signal })) {
        if (event.type !== "page") put(key, event.data);
        if (event.type === "end") this.#wake();
        if (signal.aborted) return;
      }
    } catch (problem) {
      lost(key, id, problem);
    } finally {
      if (this.#streams.get(key)?.signal === signal) this.#streams.delete(key);
    }
  }

  /** One after the other, so that a long list is no flood of requests. */
  async #askAround() {
    while (!this.#signal.aborted) {
      for (const entry of this.#rows) {
        if (this.#signal.aborted) return;
        await this.#ask(entry);
      }
      await new Promise((resolve) => {
        this.#wake = () => resolve(undefined);
        setTimeout(resolve, ASK_AFTER);
      });
    }
  }

  /** @param {Entry} entry */
  async #ask(entry) {
    const { key, job: known } = entry;
    if (!known || this.#streams.has(key)) return;
    try {
      if (isGoing(known) || !this.#checked.has(known.id)) {
        this.#checked.add(known.id);
        put(key, await job(known.id, { signal: this.#signal }));
      } else if (this.#canTell(entry)) {
        await this.#tellPages(key, known);
      }
    } catch (problem) {
      if (!this.#signal.aborted) lost(key, known.id, problem);
    }
  }

  /** @param {Entry} entry */
  #canTell({ about, job }) {
    return !about && job && isReadable(job) && (job.pages.total ?? 0) <= FEW_PAGES && !this.#dumb.has(job.id);
  }

  /** @param {string} key @param {Job} job */
  async #tellPages(key, { id }) {
    this.#dumb.add(id); // once is enough, whatever comes of it
    const found = await pages(id, this.#signal);
    const sum = (/** @type {"words" | "doubtful"} */ what) => found.reduce((all, page) => all + (page[what] ?? 0), 0);
    const failed = found.filter(({ problem }) => problem).map(({ number }) => number);
    if (recent.get(key)?.job?.id === id)
      recent.change(key, { about: { words: sum("words"), doubtful: sum("doubtful"), failed } });
  }
}

/** @param {string} key @param {Job} job */
function put(key, job) {
  const before = recent.get(key)?.job;
  if (before?.id === job.id && JSON.stringify(before) !== JSON.stringify(job)) recent.change(key, { job });
}

/** @param {string} key @param {string} id @param {unknown} problem */
function lost(key, id, problem) {
  if (!(problem instanceof Problem)) throw problem;
  const isForgotten = problem.status === 404 && recent.get(key)?.job?.id === id;
  if (isForgotten) recent.change(key, { stage: "forgotten" });
}
