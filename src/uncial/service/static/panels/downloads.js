// What a person takes away: the document in any format, its text on the clipboard, and the call that reads one like it.

/** @import { FormatRow, Wishes } from "../types.js" */
/** @import { Scene } from "../viewer/scene.js" */
import { json, Problem, result } from "../shared/api.js";
import { ask, button, copy, fill, icon, keep, make, notify, problemBox } from "../shared/dom.js";
import { share } from "./share.js";

/** What offices ask for stands open; the rest is in the menu. @type {[string, string][]} */
const FIRST = [
  ["docx", "Word"],
  ["pdf", "PDF"],
  ["txt", "Text"],
];

/** Of formats that come without a name for their file, because they are text. @type {Record<string, string>} */
const SUFFIXES = { alto: "alto.xml", page: "page.xml", fields: "fields.json", "fields-csv": "fields.csv" };
/** Milliseconds after which one is told that it takes a while. */
const SLOW = 1500;

/** The part of the bar from which documents are taken away. */
export class Downloads {
  #scene;
  #first = FIRST.map(([format, label]) =>
    button(label, () => this.#take(format), {
      icon: "download",
      class: format === "docx" ? "primary" : "",
      "aria-label": `Download as ${label}`,
    }),
  );
  #menu = make("div", { id: "take-away", popover: true, class: "menu take-away", role: "dialog", "aria-label": "Take it away" });
  #open = make(
    "button",
    { type: "button", class: "more-formats", popovertarget: "take-away", "aria-haspopup": "dialog" },
    "More",
    icon("down"),
  );

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    this.element = make(
      "div",
      { class: "downloads", role: "group", "aria-label": "Take it away" },
      this.#first,
      this.#open,
      this.#menu,
    );
    this.#menu.addEventListener("beforetoggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
      this.#place();
      this.#fill();
    });
    this.#menu.addEventListener("toggle", () => this.#menu.querySelector("button")?.focus());
    scene.document.addEventListener("job", () => this.#show(), { signal: scene.signal });
    this.#show();
  }

  #show() {
    const { readable, ended } = this.#scene.document;
    for (const each of [...this.#first, this.#open]) {
      each.disabled = !readable;
      each.title = readable ? "" : ended ? "There is no document to take away." : "It can be taken away when all of it is read.";
    }
  }

  /** Below the button, and inside the window: anchors of popovers are too new to be relied on. */
  #place() {
    const { bottom, right } = this.#open.getBoundingClientRect();
    this.#menu.style.setProperty("--top", `${bottom + 4}px`);
    this.#menu.style.setProperty("--right", `${Math.max(8, document.documentElement.clientWidth - right)}px`);
  }

  async #fill() {
    if (this.#menu.querySelector(".formats")) return;
    fill(this.#menu, make("p", { class: "quiet" }, "Asking what formats there are…"));
    try {
      /** @type {{ formats: FormatRow[] }} */
      const { formats } = await json("v1/formats", { signal: this.#scene.signal });
      fill(this.#menu, ...this.#copies(), make("hr"), this.#rows(formats), make("hr"), this.#calls());
      this.#menu.querySelector("button")?.focus();
    } catch (problem) {
      if (this.#scene.signal.aborted) return;
      fill(this.#menu, problemBox(/** @type {Problem} */ (problem)));
    }
  }

  #copies() {
    return [
      this.#item("Copy the text", "copy", () => copyAs(this.#scene, { format: "txt" }, "Text")),
      this.#item("Copy as Markdown", "copy", () => copyAs(this.#scene, { format: "md" }, "Markdown")),
    ];
  }

  #calls() {
    return this.#item("Share the call that read it", "share", () => share(this.#scene.document.job));
  }

  /** @param {FormatRow[]} formats */
  #rows(formats) {
    return make(
      "ul",
      { class: "formats" },
      ...formats.map((format) =>
        make(
          "li",
          {},
          this.#item(format.name, "download", () => this.#take(format.name), make("span", { class: "quiet" }, format.help)),
        ),
      ),
    );
  }

  /**
   * @param {string} label
   * @param {string} picture
   * @param {() => unknown} run
   * @param {Node} [more]
   */
  #item(label, picture, run, more) {
    const press = () => {
      this.#menu.hidePopover();
      run();
    };
    return make(
      "button",
      { type: "button", class: "plain item", on: { click: press } },
      icon(picture),
      make("span", {}, label),
      more,
    );
  }

  /** @param {string} format */
  #take(format) {
    return takeAway(this.#scene, { format });
  }
}

/**
 * Put the document on the clipboard as text of a format, with all that was corrected until now.
 *
 * @param {Scene} scene
 * @param {Wishes & { format: string }} asked
 * @param {string} what it is called when it is there
 */
export async function copyAs(scene, asked, what) {
  // Browsers that let a page write to the clipboard at once only take what is still to come.
  await telling(scene, () =>
    copy(
      corrected(scene, asked).then((response) => response.text()),
      what,
    ),
  );
}

/**
 * Have the browser keep the document in a format, with all that was corrected until now.
 *
 * @param {Scene} scene
 * @param {Wishes & { format: string }} asked
 */
export async function takeAway(scene, asked) {
  await telling(scene, async () => {
    const response = await corrected(scene, asked);
    const name = nameOf(response, scene.document.job.name, asked.format);
    keep(await response.blob(), name);
    notify(`${name} downloaded.`);
  });
}

/** @param {Scene} scene @param {Wishes} asked */
async function corrected({ document, signal }, asked) {
  await document.saved();
  return result(document.job.id, asked, { signal });
}

/** Do it, and show what keeps it from being done. @param {Scene} scene @param {() => Promise<unknown>} doing */
async function telling({ signal }, doing) {
  const slow = setTimeout(() => notify("It is being made ready."), SLOW);
  try {
    await doing();
  } catch (problem) {
    if (signal.aborted) return;
    if (!(problem instanceof Problem)) throw problem;
    await ask("It could not be taken away", [problemBox(problem)]);
  } finally {
    clearTimeout(slow);
  }
}

/**
 * The name under which the service sends it (RFC 6266), or that of what was read with the format's suffix.
 *
 * @param {Response} response
 * @param {string} name
 * @param {string} format
 */
function nameOf(response, name, format) {
  const told = response.headers.get("Content-Disposition") ?? "";
  const encoded = told.match(/filename\*=UTF-8''([^;]+)/)?.[1];
  if (encoded) return decodeURIComponent(encoded);
  return told.match(/filename="([^"]+)"/)?.[1] ?? `${stem(name)}.${SUFFIXES[format] ?? format}`;
}

/** @param {string} name */
function stem(name) {
  return name.replace(/\.[^.]*$/, "") || "document";
}
