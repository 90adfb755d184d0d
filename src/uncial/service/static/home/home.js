// The first screen: where documents are dropped, and the list of those that were.

import { Problem } from "../shared/api.js";
import { announce, button, fill, make, problemBox } from "../shared/dom.js";
import { recent } from "../shared/recent.js";
import { limit, list } from "../shared/service.js";
import { counted, size, span } from "../shared/wording.js";
import { DocumentList } from "./documents.js";
import { OptionsLine } from "./options.js";
import { chooser, takeDropsAndPastes } from "./taking.js";
import { uploads } from "./uploads.js";
import { WishList } from "./wishes.js";

/**
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 */
export function showHome(main, signal) {
  const home = new Home(signal);
  main.append(home.element);
}

class Home {
  #signal;
  /** @type {WishList | null} */
  #wishes = null;
  /** @type {Promise<void>} */
  #ready;
  /** The row whose document is opened when it is there, because it was sent alone. */
  #opens = "";
  #options = make("div", { class: "options-place" });
  #promise = make("p", { class: "quiet promise" });

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
    const take = (/** @type {(File | string)[]} */ sources) => this.#take(sources);
    const canDrop = matchMedia("(any-hover: hover)").matches;
    const place = make(
      "section",
      { class: "drop", "aria-labelledby": "drop-title" },
      make("h1", { id: "drop-title" }, "Read a scan, a photo or a PDF"),
      make(
        "p",
        { class: "lead" },
        canDrop ? "Drop it anywhere on this page, or paste it." : "One page or many, printed or written.",
      ),
      chooser(take),
    );
    this.element = make("div", { class: "home" }, place, this.#options, this.#promise, new DocumentList(signal).element);
    takeDropsAndPastes(take, signal);
    recent.addEventListener("list", () => this.#settle(), { signal });
    uploads.addEventListener("accepted", (event) => this.#open(/** @type {CustomEvent<string>} */ (event).detail), { signal });
    this.#settle();
    this.#ready = this.#load();
  }

  /** The place to drop is the whole screen until there is something else to show. */
  #settle() {
    this.element.dataset.empty = String(recent.all.length === 0);
  }

  async #load() {
    try {
      const [options, languages] = await Promise.all([list("options"), list("languages")]);
      if (this.#signal.aborted) return;
      this.#wishes = new WishList(options, languages);
      fill(this.#options, new OptionsLine(this.#wishes, this.#signal).element);
      fill(this.#promise, await promise());
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (this.#signal.aborted) return;
      const again = () => {
        fill(this.#options);
        this.#ready = this.#load();
      };
      fill(this.#options, problemBox(problem, button("Try again", again, { icon: "retry" })));
    }
  }

  /** @param {(File | string)[]} sources */
  async #take(sources) {
    await this.#ready;
    const keys = await uploads.send(sources, this.#wishes?.all ?? {});
    this.#wishes?.sent();
    this.#opens = keys.length === 1 ? keys[0] : "";
    announce(`${counted(keys.length, "document")} added.`);
    scrollTo({ top: 0 });
  }

  /** @param {string} key */
  #open(key) {
    const id = recent.get(key)?.job?.id;
    if (id && key === this.#opens && !document.querySelector("dialog[open]")) location.hash = `#/jobs/${id}`;
  }
}

/** What becomes of documents, in one sentence. */
async function promise() {
  const [seconds, most] = await Promise.all([limit("keep_seconds"), limit("max_bytes")]);
  const kept = seconds >= 1 ? `is deleted there ${span(seconds)} after it was read` : "is deleted there as soon as it was read";
  return `What you send goes to this service alone and ${kept}. Up to ${size(most)} each.`;
}
