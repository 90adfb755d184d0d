// The documents that were sent from this browser: what it keeps of them itself, the same in all its tabs.

/** @import { Failure, Job, Wishes } from "../types.js" */

const KEY = "uncial.documents";
const MOST = 100;
/** Milliseconds without a sign of life after which whoever sent a document is gone. */
const LIFE = 120_000;

/**
 * A document of the list. Its `stage`: on its way to the service, there (then it has a `job`), refused by it (then it has a `problem`),
 * stopped by the person while it was sent, broken off because the page was closed, or forgotten by the service.
 *
 * @typedef {object} Entry
 * @property {string} key
 * @property {string} name
 * @property {number} size in bytes; 0 where nobody knows
 * @property {string} sent when, in ISO 8601
 * @property {Wishes} wishes how it is to be read
 * @property {"sending" | "sent" | "refused" | "stopped" | "broken" | "forgotten"} stage
 * @property {string} [url] where it is to be fetched
 * @property {number} [part] which part of it has gone up, 0 to 1
 * @property {number} [alive] when whoever sends it gave its last sign of life, in milliseconds since 1970
 * @property {boolean} [locked] whether it needs a password, which is kept nowhere
 * @property {Job} [job]
 * @property {Pick<Failure, "code" | "detail" | "hint">} [problem]
 * @property {{ words: number, doubtful: number, failed: number[] }} [about] what its pages say, when it is read
 */

/** The list, newest first. It tells of itself by `list` when rows came or went, and `entry` (detail: its key) when one is another. */
export class Recent extends EventTarget {
  /** @type {Entry[]} */
  #entries = stored();
  #kept = true;

  constructor() {
    super();
    addEventListener("storage", (event) => {
      if (event.key === KEY || event.key === null) this.#load();
    });
  }

  get all() {
    return this.#entries;
  }

  /** @param {string} key */
  get(key) {
    return this.#entries.find((entry) => entry.key === key);
  }

  /** The row of a job. @param {string} id */
  of(id) {
    return this.#entries.find((entry) => entry.job?.id === id);
  }

  /** @param {...Entry} entries the first is to stand at the top */
  add(...entries) {
    this.#write([...entries, ...this.#now()].slice(0, MOST));
    this.dispatchEvent(new CustomEvent("list"));
  }

  /** @param {string} key @param {Partial<Entry>} changes */
  change(key, changes) {
    this.#write(this.#now().map((entry) => (entry.key === key ? { ...entry, ...changes } : entry)));
    this.dispatchEvent(new CustomEvent("entry", { detail: key }));
  }

  /** @param {string} key */
  remove(key) {
    this.#write(this.#now().filter((entry) => entry.key !== key));
    this.dispatchEvent(new CustomEvent("list"));
  }

  /** Say that those are broken off whose sender is gone. @param {(key: string) => boolean} ours whether this tab sends it */
  sweep(ours) {
    const gone = this.#entries.filter(
      ({ stage, key, alive = 0 }) => stage === "sending" && !ours(key) && alive < Date.now() - LIFE,
    );
    for (const { key } of gone) this.change(key, { stage: "broken" });
  }

  /** What is changed is the list as other tabs have left it. */
  #now() {
    return this.#kept ? stored(this.#entries) : this.#entries;
  }

  /** @param {Entry[]} entries */
  #write(entries) {
    this.#entries = entries;
    try {
      localStorage.setItem(KEY, JSON.stringify(entries));
    } catch {
      this.#kept = false; // there is no room, or nothing may be kept here: then the list lives as long as the page
    }
  }

  /** Another tab has changed the list. */
  #load() {
    const before = new Map(this.#entries.map((entry) => [entry.key, JSON.stringify(entry)]));
    this.#entries = stored();
    if (this.#entries.length !== before.size || this.#entries.some(({ key }) => !before.has(key))) {
      this.dispatchEvent(new CustomEvent("list"));
    }
    for (const entry of this.#entries) {
      if (before.get(entry.key) !== JSON.stringify(entry)) this.dispatchEvent(new CustomEvent("entry", { detail: entry.key }));
    }
  }
}

/** The one list of this tab. */
export const recent = new Recent();

/** How the document of a job was asked to be read; nothing where it was not sent from here. @param {string} id @returns {Wishes} */
export function wishesOf(id) {
  return recent.of(id)?.wishes ?? {};
}

/**
 * Have the row of a job stand for one that reads the same document once more. One that was read, and maybe corrected, keeps its row.
 *
 * @param {string} before id of the one that there was
 * @param {Job} job
 * @param {Partial<Entry>} [changes]
 */
export function readAgain(before, job, changes = {}) {
  const entry = recent.of(before);
  if (!entry) return;
  const now = { ...changes, stage: /** @type {const} */ ("sent"), job, about: undefined };
  const isRead = ["succeeded", "partial"].includes(entry.job?.state ?? "");
  if (isRead) recent.add({ ...entry, ...now, key: freshKey(), sent: new Date().toISOString() });
  else recent.change(entry.key, now);
}

/** What no row was called before. */
export function freshKey() {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (each) => each.toString(36)).join("");
}

/** @param {Entry[]} [otherwise] where nothing can be kept @returns {Entry[]} */
function stored(otherwise = []) {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === null) return otherwise;
    return JSON.parse(kept).filter(
      (/** @type {any} */ entry) => typeof entry?.key === "string" && typeof entry.name === "string",
    );
  } catch {
    return otherwise;
  }
}
