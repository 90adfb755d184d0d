// The only file that talks to the service. Addresses are relative, so that the page works behind any prefix.

/** @import { Correction, Job, JobEvent, Page, PageInfo, Wishes } from "../types.js" */

const KEY = "uncial.key";
const LONGEST_PAUSE = 10_000;
/** Codes of failures that doing the same once more does not mend. */
const FOR_GOOD = new Set(["limit-exceeded", "media-type-unsupported", "source-empty", "url-refused", "option-invalid"]);

/** A failure as the service tells of it (RFC 9457), or as the network does. */
export class Problem extends Error {
  /**
   * @param {string} message
   * @param {{ code?: string, hint?: string, status?: number, after?: number }} [more] `after` how many seconds it makes sense to ask again
   */
  constructor(message, { code = "", hint = "", status = 0, after = 0 } = {}) {
    super(message);
    this.name = "Problem";
    this.code = code;
    this.hint = hint;
    this.status = status;
    this.after = after;
  }

  /**
   * @param {number} status
   * @param {string} body
   * @param {string | null} [after] the header Retry-After
   */
  static told(status, body, after) {
    try {
      const { detail, code, hint } = JSON.parse(body);
      return new Problem(detail, { code, hint, status, after: Number(after) || 0 });
    } catch {
      return new Problem(`The service answered with status ${status}.`, { hint: "Try again, or look at its log.", status });
    }
  }
}

/** Whether the same would come of doing the same again. @param {string} [code] of a failure */
export function isForGood(code = "") {
  return FOR_GOOD.has(code);
}

const offline = () =>
  new Problem("The service does not answer.", { code: "offline", hint: "See whether it still runs, then try again." });

/** @type {() => Promise<string | null>} */
let askForKey = async () => null;
/** @type {Promise<string | null> | null} */
let asking = null;
/** What opens the documents of jobs; never stored. @type {Map<string, string>} */
const passwords = new Map();

/**
 * Say who asks the user for an API key where the service wants one.
 *
 * @param {() => Promise<string | null>} ask
 */
export function onKeyWanted(ask) {
  askForKey = ask;
}

/** @param {string} key the empty text forgets the one that is kept */
export function setKey(key) {
  if (key) localStorage.setItem(KEY, key);
  else localStorage.removeItem(KEY);
}

/** @returns {string} */
export function key() {
  return localStorage.getItem(KEY) ?? "";
}

/**
 * Remember what opens the document of a job, for as long as the page is open.
 *
 * @param {string} job
 * @param {string} password
 */
export function setPassword(job, password) {
  passwords.set(job, password);
}

/** @param {string} job */
export function hasPassword(job) {
  return passwords.has(job);
}

/**
 * Headers that say who asks; a header takes bytes, so the UTF-8 of a password goes in byte by byte.
 *
 * @param {string} [password]
 * @returns {Record<string, string>}
 */
function credentials(password = "") {
  const bytes = new TextEncoder().encode(password);
  return {
    ...(key() ? { Authorization: `Bearer ${key()}` } : {}),
    ...(password ? { "Uncial-Password": String.fromCharCode(...bytes) } : {}),
  };
}

/**
 * Do it, and once more with another key where the service wants one.
 *
 * @template T
 * @param {() => Promise<T>} doing
 * @returns {Promise<T>}
 */
async function withKey(doing) {
  const sent = key();
  try {
    return await doing();
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 401) throw problem;
    // Where another request was given one meanwhile nobody is asked twice.
    if (key() === sent) {
      asking ??= askForKey().finally(() => {
        asking = null;
      });
      const found = await asking;
      if (!found) throw problem;
      setKey(found);
    }
    return withKey(doing);
  }
}

/**
 * The answer to a request. Raises `Problem`, and what aborts it.
 *
 * @param {string} path
 * @param {RequestInit & { password?: string }} [init]
 * @returns {Promise<Response>}
 */
export function request(path, { password, ...init } = {}) {
  return withKey(async () => {
    let response;
    try {
      response = await fetch(path, { ...init, headers: { ...credentials(password), ...init.headers } });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw offline();
    }
    if (!response.ok && response.status !== 304) {
      throw Problem.told(response.status, await response.text(), response.headers.get("Retry-After"));
    }
    return response;
  });
}

/**
 * @param {string} path
 * @param {RequestInit & { password?: string }} [init]
 * @returns {Promise<any>}
 */
export async function json(path, init) {
  return (await request(path, init)).json();
}

/**
 * Send a document; its job. `progress` hears which part of it, 0 to 1, has gone up.
 *
 * @param {File | string} source a file, or the address of one
 * @param {Wishes} wishes
 * @param {{ password?: string, progress?: (part: number) => void, signal?: AbortSignal, fresh?: boolean }} [more]
 *   with `fresh` it is read even where the same was read before
 * @returns {Promise<Job>}
 */
export function submit(source, wishes, { password, progress = () => {}, signal, fresh } = {}) {
  /** @type {Record<string, string>} */
  const again = fresh ? { "Cache-Control": "no-cache" } : {};
  if (typeof source === "string") {
    const body = JSON.stringify({ url: source, ...wishes });
    return json("v1/jobs", { method: "POST", body, password, signal, headers: { "Content-Type": "application/json", ...again } });
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(wishes)) form.append(name, value);
  form.append("file", source, source.name);
  return withKey(() => upload("v1/jobs", form, { ...credentials(password), ...again }, progress, signal));
}

/**
 * fetch() does not tell how much of a body has gone up; XMLHttpRequest does.
 *
 * @param {string} path
 * @param {FormData} form
 * @param {Record<string, string>} headers
 * @param {(part: number) => void} progress
 * @param {AbortSignal} [signal]
 * @returns {Promise<Job>}
 */
function upload(path, form, headers, progress, signal) {
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", path);
    for (const [name, value] of Object.entries(headers)) sending.setRequestHeader(name, value);
    sending.upload.addEventListener("progress", (event) => progress(event.total ? event.loaded / event.total : 0));
    sending.addEventListener("load", () => {
      if (sending.status < 300) resolve(JSON.parse(sending.responseText));
      else reject(Problem.told(sending.status, sending.responseText, sending.getResponseHeader("Retry-After")));
    });
    sending.addEventListener("error", () => reject(offline()));
    sending.addEventListener("abort", () => reject(new DOMException("The upload was broken off.", "AbortError")));
    signal?.addEventListener("abort", () => sending.abort());
    if (signal?.aborted) sending.abort();
    else sending.send(form);
  });
}

/**
 * Read the document of a job once more, with other options; the new job.
 *
 * @param {string} id
 * @param {Wishes} [wishes]
 * @param {string} [password]
 * @returns {Promise<Job>}
 */
export async function again(id, wishes = {}, password = passwords.get(id)) {
  const body = JSON.stringify(wishes);
  const init = { method: "POST", body, password, headers: { "Content-Type": "application/json" } };
  const made = await json(`v1/jobs/${id}/again`, init);
  if (password) setPassword(made.id, password);
  return made;
}

/**
 * @param {string} id
 * @param {{ wait?: number, signal?: AbortSignal }} [more] seconds to wait for its end, 60 at most
 * @returns {Promise<Job>}
 */
export function job(id, { wait = 0, signal } = {}) {
  return json(`v1/jobs/${id}${wait ? `?wait=${wait}` : ""}`, { signal });
}

/**
 * Break a job off; with `forget` nothing is kept of it.
 *
 * @param {string} id
 * @param {{ forget?: boolean }} [more]
 * @returns {Promise<Job>}
 */
export function cancel(id, { forget = false } = {}) {
  return json(`v1/jobs/${id}${forget ? "?forget=yes" : ""}`, { method: "DELETE" });
}

/**
 * The result of a job in a format.
 *
 * @param {string} id
 * @param {Wishes} asked `format`, `kind`, `layout`, `corrected`
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
export function result(id, asked, init) {
  return request(`v1/jobs/${id}/result?${new URLSearchParams(asked)}`, { ...init, password: passwords.get(id) });
}

/**
 * What is known of the pages of a job.
 *
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<PageInfo[]>}
 */
export async function pages(id, signal) {
  return (await json(`v1/jobs/${id}/pages`, { signal })).pages;
}

/**
 * One page of a document as it was read.
 *
 * @param {string} id
 * @param {[number, number]} bytes where it stands in the result
 * @param {AbortSignal} [signal]
 * @returns {Promise<Page>}
 */
export async function page(id, [first, last], signal) {
  const init = { signal, headers: { Range: `bytes=${first}-${last}` } };
  return (await result(id, { format: "json", corrected: "no" }, init)).json();
}

/**
 * The picture of a page, as something for `img.src`; one that had to be fetched is to be revoked when it is not needed any more.
 *
 * @param {string} id
 * @param {number} number
 * @param {number} width in pixels
 * @param {AbortSignal} [signal]
 * @returns {Promise<string>}
 */
export async function pageImage(id, number, width, signal) {
  const path = `v1/jobs/${id}/pages/${number}/image?width=${width}`;
  // The browser fetches by itself what needs no header, and decodes it aside.
  if (!key() && !passwords.has(id)) return path;
  const response = await request(path, { signal, password: passwords.get(id) });
  return URL.createObjectURL(await response.blob());
}

/**
 * @param {string} id
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ revision: string, corrections: Correction[] }>}
 */
export function corrections(id, signal) {
  return json(`v1/jobs/${id}/corrections`, { signal });
}

/**
 * Keep the corrections of a document, all of them; raises `corrections-clash` where they are not those of that revision any more.
 *
 * @param {string} id
 * @param {string} revision
 * @param {Correction[]} all
 * @returns {Promise<{ revision: string }>}
 */
export function correct(id, revision, all) {
  const headers = { "Content-Type": "application/json", "If-Match": `"${revision}"` };
  return json(`v1/jobs/${id}/corrections`, { method: "PUT", body: JSON.stringify({ corrections: all }), headers });
}

/**
 * What happens to a job until its end, also over a connection that breaks.
 *
 * @param {string} id
 * @param {{ pages?: boolean, signal: AbortSignal }} more with `pages` each page comes as it was read
 * @returns {AsyncGenerator<JobEvent>}
 */
export async function* events(id, { pages = false, signal }) {
  let seen = "";
  let pause = 500;
  while (!signal.aborted) {
    try {
      const headers = seen ? { "Last-Event-ID": seen } : undefined;
      const response = await request(`v1/jobs/${id}/events${pages ? "" : "?pages=no"}`, { signal, headers });
      for await (const event of parsed(/** @type {ReadableStream<Uint8Array>} */ (response.body))) {
        pause = 500;
        seen = event.id;
        yield event;
        if (event.type === "end") return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Problem && error.code !== "offline" && error.status < 500) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(2 * pause, LONGEST_PAUSE);
  }
}

/**
 * The events of a stream (WHATWG HTML, 9.2). EventSource would do it, but sends no keys.
 *
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<JobEvent>}
 */
async function* parsed(stream) {
  let text = "";
  const reader = stream.pipeThrough(/** @type {any} */ (new TextDecoderStream())).getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (text + value).split("\n\n");
      text = /** @type {string} */ (parts.pop());
      for (const part of parts) {
        const lines = part.split("\n").map((line) => /** @type {[string, string]} */ (line.split(/: (.*)/s, 2)));
        const told = Object.fromEntries(lines);
        if (told.data) yield/** @type {JobEvent} */ ({ type: told.event, id: told.id, data: JSON.parse(told.data) });
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
