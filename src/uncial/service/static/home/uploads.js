// Documents on their way to the service: three at a time, the others in line. It goes on whatever screen is shown.

/** @import { Wishes } from "../types.js" */
/** @import { Entry } from "../shared/recent.js" */
import { again, Problem, setPassword, submit } from "../shared/api.js";
import { freshKey, readAgain, recent } from "../shared/recent.js";
import { limit } from "../shared/service.js";
import { size } from "../shared/wording.js";

const AT_A_TIME = 3;
const BEAT = 30_000;
/** Milliseconds after which other tabs are told how far it is. */
const TELL_AFTER = 1000;
/** Seconds to wait for a service that is busy and does not say how long it will be. */
const PAUSE = 5;

/**
 * It tells of itself by `progress` (detail: the key of a row) when more of a document has gone up or it begins to wait, and `accepted`
 * when its job is there.
 */
export class Uploads extends EventTarget {
  /** What was chosen, for as long as the page is open. @type {Map<string, File | string>} */
  #sources = new Map();
  /** @type {Map<string, AbortController>} */
  #going = new Map();
  /** @type {string[]} */
  #line = [];
  /** @type {Map<string, number>} */
  #parts = new Map();
  /** When it is tried again with a service that is busy, in milliseconds since 1970. @type {Map<string, number>} */
  #pauses = new Map();

  constructor() {
    super();
    addEventListener("pagehide", () => this.#breakOff());
    addEventListener("beforeunload", (event) => {
      if (this.count) event.preventDefault();
    });
    setInterval(() => this.#beat(), BEAT);
  }

  /** How many go up now, or wait for it. */
  get count() {
    return this.#going.size + this.#line.length;
  }

  /** How many connections are in use. */
  get connections() {
    return this.#going.size - this.#pauses.size;
  }

  /** Whether this tab has, or had, the document in hand. @param {string} key */
  has(key) {
    return this.#sources.has(key);
  }

  /** Whether it is being sent from this tab. @param {string} key */
  sends(key) {
    return this.#going.has(key) || this.#line.includes(key);
  }

  /** Which part of it has gone up, 0 to 1; nothing where it waits in line. @param {string} key */
  part(key) {
    return this.#parts.get(key);
  }

  /** When a busy service is asked again, in milliseconds since 1970. @param {string} key */
  pause(key) {
    return this.#pauses.get(key);
  }

  /**
   * Send files, or what stands at addresses; the keys of their rows.
   *
   * @param {(File | string)[]} sources
   * @param {Wishes} wishes
   * @returns {Promise<string[]>}
   */
  async send(sources, wishes) {
    const most = await limit("max_bytes").catch(() => Number.POSITIVE_INFINITY); // then the service judges
    const entries = sources.map((source) => entryOf(source, wishes, most));
    recent.add(...entries);
    for (const [place, { key, stage }] of entries.entries()) {
      if (stage !== "sending") continue;
      this.#sources.set(key, sources[place]);
      this.#line.push(key);
    }
    this.#next();
    return entries.map(({ key }) => key);
  }

  /** Send once more what is still in hand. @param {string} key */
  resend(key) {
    if (!this.has(key) || this.sends(key)) return;
    recent.change(key, { stage: "sending", alive: Date.now(), part: undefined, problem: undefined, job: undefined });
    this.#line.push(key);
    this.#next();
  }

  /** Break it off. @param {string} key */
  stop(key) {
    this.#line = this.#line.filter((each) => each !== key);
    this.#going.get(key)?.abort();
    recent.change(key, { stage: "stopped" });
  }

  /** Forget what was in hand. @param {string} key */
  drop(key) {
    if (this.sends(key)) this.stop(key);
    this.#sources.delete(key);
  }

  #next() {
    while (this.#line.length && this.#going.size < AT_A_TIME) {
      const key = /** @type {string} */ (this.#line.shift());
      const leaving = new AbortController();
      this.#going.set(key, leaving);
      this.#run(key, leaving.signal).finally(() => {
        this.#going.delete(key);
        this.#parts.delete(key);
        this.#pauses.delete(key);
        this.#next();
      });
    }
  }

  /** @param {string} key @param {AbortSignal} signal */
  async #run(key, signal) {
    const source = /** @type {File | string} */ (this.#sources.get(key));
    const wishes = recent.get(key)?.wishes ?? {};
    try {
      const job = await this.#untilTaken(key, signal, () => submit(source, wishes, { signal, progress: this.#progress(key) }));
      recent.change(key, { stage: "sent", job, name: job.name || nameOf(source) });
      this.dispatchEvent(new CustomEvent("accepted", { detail: key }));
    } catch (problem) {
      if (signal.aborted) return;
      const { code, message: detail, hint } = asProblem(problem);
      recent.change(key, { stage: "refused", problem: { code, detail, hint } });
    }
  }

  /**
   * Ask again for as long as the service has too much to do.
   *
   * @template T
   * @param {string} key
   * @param {AbortSignal} signal
   * @param {() => Promise<T>} sending
   * @returns {Promise<T>}
   */
  async #untilTaken(key, signal, sending) {
    for (;;) {
      try {
        return await sending();
      } catch (problem) {
        if (!(problem instanceof Problem) || problem.code !== "service-busy") throw problem;
        const seconds = problem.after || PAUSE;
        this.#pauses.set(key, Date.now() + 1000 * seconds);
        this.#tell(key);
        await rest(seconds, signal);
        this.#pauses.delete(key);
      }
    }
  }

  /** @param {string} key */
  #progress(key) {
    let told = 0;
    return (/** @type {number} */ part) => {
      this.#parts.set(key, part);
      this.#tell(key);
      if (Date.now() - told < TELL_AFTER) return;
      told = Date.now();
      recent.change(key, { part, alive: told });
    };
  }

  /** @param {string} key */
  #tell(key) {
    this.dispatchEvent(new CustomEvent("progress", { detail: key }));
  }

  #beat() {
    for (const key of this.#all()) recent.change(key, { alive: Date.now() });
  }

  #breakOff() {
    for (const key of this.#all()) {
      this.#going.get(key)?.abort();
      recent.change(key, { stage: "broken" });
    }
    this.#line = [];
  }

  #all() {
    return [...this.#going.keys(), ...this.#line];
  }
}

/** Those of this tab. */
export const uploads = new Uploads();

/**
 * Read the document of a job once more, which may need what opens it.
 *
 * @param {string} id
 * @param {string} [password]
 */
export async function retry(id, password) {
  const job = await again(id, {}, password);
  if (password) setPassword(job.id, password);
  readAgain(id, job, password ? { locked: true } : {});
  return job;
}

/**
 * @param {File | string} source
 * @param {Wishes} wishes
 * @param {number} most bytes that the service takes
 * @returns {Entry}
 */
function entryOf(source, wishes, most) {
  const now = new Date();
  const bytes = typeof source === "string" ? 0 : source.size;
  /** @type {Entry} */
  const entry = {
    key: freshKey(),
    name: nameOf(source),
    size: bytes,
    sent: now.toISOString(),
    wishes,
    stage: "sending",
    alive: now.getTime(),
    url: typeof source === "string" ? source : undefined,
  };
  if (bytes <= most) return entry;
  const detail = `This file has ${size(bytes)}; the service takes ${size(most)} at most.`;
  const hint = "Send it in parts, or save it smaller.";
  return { ...entry, stage: "refused", problem: { code: "limit-exceeded", detail, hint } };
}

/** @param {File | string} source */
function nameOf(source) {
  return typeof source === "string" ? source : source.name;
}

/** @param {unknown} problem @returns {Problem} */
function asProblem(problem) {
  if (problem instanceof Problem) return problem;
  return new Problem("It could not be sent.", { hint: "Choose it again." });
}

/** @param {number} seconds @param {AbortSignal} signal @returns {Promise<void>} */
function rest(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("It was broken off.", "AbortError"));
    });
  });
}
