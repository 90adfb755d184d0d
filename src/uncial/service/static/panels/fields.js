// What a receipt, an invoice, a ticket says, beside the page: each field with its box, to be put right and taken away.

/** @import { Child } from "../shared/dom.js" */
/** @import { Extraction, Field, KindRow, Mark } from "../types.js" */
/** @import { Problem } from "../shared/api.js" */
/** @import { Scene } from "../viewer/scene.js" */
import { json, result } from "../shared/api.js";
import { button, fill, make, problemBox } from "../shared/dom.js";
import { copyAs, takeAway } from "./downloads.js";
import { about, inWords, isDoubtful, isList, markOf, marksOf, nameOf, parsed, percent, rowsOf } from "./extraction.js";

/** Letters that surely fit into a line of the panel. */
const LONG = 26;
const ORIGIN = "fields";

/** @typedef {HTMLInputElement | HTMLTextAreaElement} Input */

/** @type {Promise<KindRow[]> | null} */
let kindsComing = null;

/** The panel of fields. They are asked for when it is seen, and again when corrections were saved. */
export class FieldsPanel {
  #scene;
  #kind = "auto";
  /** @type {KindRow[]} */
  #kinds = [];
  /** @type {Extraction | null} */
  #found = null;
  #seen = false;
  /** Whether what is shown may be old. */
  #stale = true;
  /** Whether what was found last is to be shown when nobody types any more. */
  #late = false;
  #all = false;
  /** Which parts stand open. */
  #open = new Set(["barcodes"]);
  #asked = new AbortController();
  /** A field that is being added; what was typed of it outlives what is drawn around it. */
  #name = make("input", { list: "field-names", required: true, autocomplete: "off", "data-path": "new" });
  #value = make("input", { required: true, autocomplete: "off", "data-path": "new.value" });
  #body = make("div", { class: "fields-body" });

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    this.element = make("div", { class: "fields-panel" }, this.#body);
    const watcher = new IntersectionObserver(([entry]) => this.#look(Boolean(entry?.isIntersecting)));
    watcher.observe(this.element);
    const { document, signal } = scene;
    signal.addEventListener("abort", () => watcher.disconnect());
    document.addEventListener("job", () => this.#came(), { signal });
    document.addEventListener("edited", () => this.#doubt(), { signal });
    document.addEventListener("saving", () => this.#refresh(), { signal });
    // The focus is to be where it goes before anything is drawn anew.
    this.#body.addEventListener("focusout", () => this.#late && setTimeout(() => this.#draw()));
    this.#wait();
  }

  /** @param {boolean} seen */
  #look(seen) {
    const { selection } = this.#scene;
    if (this.#seen && !seen && selection.origin === ORIGIN) selection.mark([], ORIGIN);
    this.#seen = seen;
    if (seen && this.#all) this.#mark();
    this.#refresh();
  }

  /** The service tells of what was corrected as soon as it is saved. */
  #doubt() {
    this.#stale = true;
  }

  #came() {
    this.#doubt();
    if (this.#scene.document.ended) this.#refresh();
    else this.#wait();
  }

  #wait() {
    fill(this.#body, make("p", { class: "quiet" }, "Fields can be told when all of the document is read."));
  }

  async #refresh() {
    const { document, signal } = this.#scene;
    if (!this.#seen || !this.#stale || !document.readable || document.saveState !== "saved") return;
    this.#stale = false;
    this.#asked.abort();
    this.#asked = new AbortController();
    const either = AbortSignal.any([signal, this.#asked.signal]);
    try {
      if (!this.#found) fill(this.#body, make("p", { class: "quiet", role: "status" }, "Looking for fields…"));
      this.#kinds = await kinds();
      const response = await result(document.job.id, { format: "fields", kind: this.#kind }, { signal: either });
      this.#found = parsed(await response.text());
      this.#draw();
    } catch (problem) {
      if (either.aborted) return;
      this.#stale = true;
      const again = button("Try again", () => this.#refresh());
      fill(this.#body, problemBox(/** @type {Problem} */ (problem), again));
    }
  }

  /** Show it anew, unless something was corrected meanwhile: then it comes again. Whoever types is not disturbed. */
  #draw() {
    this.#late = this.#isTyped();
    const found = this.#found;
    if (this.#late || this.#stale || !found) return;
    const fields = Object.entries(found.fields);
    const lists = fields.filter(([, field]) => isList(field));
    this.#keepingFocus(() =>
      fill(
        this.#body,
        this.#head(found),
        fields.length === 0 && make("p", {}, "No fields were found in a document of this kind."),
        make("div", { class: "field-list" }, ...fields.filter(([, field]) => !isList(field)).map((each) => this.#row(...each))),
        ...lists.map(([name, field]) => this.#list(name, field)),
        this.#adding(found),
        this.#places("pairs", "Other labels and values", found.pairs, ({ label, value }) => [label, value]),
        this.#places("barcodes", "Barcodes", found.barcodes, ({ symbology, text }) => [
          symbology,
          text || "bytes that are no text",
        ]),
        this.#taking(),
      ),
    );
    if (this.#all) this.#mark();
  }

  /** Whether the field that has the focus says something else than was found. */
  #isTyped() {
    const active = document.activeElement;
    if (!(active instanceof HTMLInputElement || active instanceof HTMLTextAreaElement)) return false;
    return this.#body.contains(active) && active.value.trim() !== active.defaultValue;
  }

  /** What had the focus has it again; where it is gone, what stands in its place. @param {() => void} draw */
  #keepingFocus(draw) {
    const places = () => [.../** @type {NodeListOf<HTMLElement>} */ (this.#body.querySelectorAll("[data-path]"))];
    const before = places();
    const at = before.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    draw();
    if (at < 0) return;
    const now = places();
    const same = now.find((each) => each.dataset.path === before[at].dataset.path);
    (same ?? now[Math.min(at, now.length - 1)])?.focus();
  }

  /** What kind of document it is. @param {Extraction} found */
  #head(found) {
    const options = ["auto", ...this.#kinds.map(({ name }) => name)].map((name) =>
      make("option", { value: name, selected: name === this.#kind }, name === "auto" ? "Find out" : inWords(name)),
    );
    const choose = (/** @type {Event} */ event) => {
      this.#kind = /** @type {HTMLSelectElement} */ (event.target).value;
      this.#doubt();
      this.#refresh();
    };
    const all = (/** @type {Event} */ event) => {
      this.#all = /** @type {HTMLInputElement} */ (event.target).checked;
      this.#mark();
    };
    const taken = `Taken for: ${inWords(found.kind).toLowerCase()}. ${percent(found.confidence)} sure.`;
    return make(
      "div",
      { class: "field" },
      make("label", { for: "field-kind" }, "Kind"),
      make(
        "select",
        { id: "field-kind", "data-path": "kind", "aria-describedby": "kind-about", on: { change: choose } },
        ...options,
      ),
      make("p", { id: "kind-about", class: "quiet about" }, this.#kind === "auto" && taken),
      make(
        "label",
        { class: "about" },
        make("input", { type: "checkbox", checked: this.#all, "data-path": "all", on: { change: all } }),
        "Show all on the page",
      ),
    );
  }

  /** @param {string} name @param {Field} field */
  #row(name, field) {
    const id = `field-${name}`;
    return make(
      "div",
      { class: isDoubtful(field) ? "field doubtful" : "field" },
      make("label", { for: id, title: this.#help(name) }, inWords(name)),
      this.#input(name, name, field, { id, "aria-describedby": `${id}-about` }),
      this.#remove(name, inWords(name)),
      make("p", { id: `${id}-about`, class: "quiet about" }, about(field)),
    );
  }

  /** @param {string} path @param {string} what */
  #remove(path, what) {
    const look = { icon: "trash", bare: true, class: "plain", "data-path": `remove.${path}` };
    return button(`Remove ${what}`, () => this.#say(path, null), look);
  }

  /**
   * What a field says, to be typed over; while it has the focus, its place is shown on the page.
   *
   * @param {string} path
   * @param {string} name
   * @param {Field | undefined} field nothing where there is none yet
   * @param {Record<string, any>} props
   */
  #input(path, name, field, props) {
    const value = String(field?.value ?? "");
    const long = value.length > LONG;
    const rows = long && Math.ceil(value.length / LONG);
    const input = /** @type {Input} */ (
      make(long ? "textarea" : "input", { rows, "data-path": path, autocomplete: "off", ...props })
    );
    input.defaultValue = value;
    input.addEventListener("focus", () => this.#mark(field && markOf(name, field)));
    input.addEventListener("change", () => this.#typed(path, input));
    input.addEventListener("keydown", (event) => this.#press(input, /** @type {KeyboardEvent} */ (event)));
    return input;
  }

  /** @param {string} path @param {Input} input */
  #typed(path, input) {
    const text = input.value.trim();
    if (text === input.defaultValue) return;
    input.defaultValue = text;
    this.#say(path, text);
  }

  /** @param {Input} input @param {KeyboardEvent} event */
  #press(input, event) {
    if (event.key === "Escape") input.value = input.defaultValue;
    if (event.key !== "Enter" || input instanceof HTMLInputElement) return;
    // A field is one line, however it is shown.
    event.preventDefault();
    this.#typed(input.dataset.path ?? "", input);
  }

  /**
   * A list of items: a row each. One that a person took away stays empty, so that the numbers of the others do not change.
   *
   * @param {string} name
   * @param {Field} [field] nothing where there is no such list yet
   */
  #list(name, field) {
    const rows = field ? rowsOf(field) : [];
    const found = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const columns = found.length ? found : (this.#known(name)?.rows ?? []);
    const there = rows.flatMap((row, index) => (Object.keys(row).length ? [this.#line(name, columns, row, index)] : []));
    const body = make("tbody", {}, ...there);
    const add = () => {
      const line = this.#line(name, columns, {}, rows.length);
      body.append(line);
      line.querySelector("input")?.focus();
    };
    const heads = columns.map((each) => make("th", { scope: "col" }, inWords(each)));
    return make(
      "section",
      { class: "field-rows" },
      make("h2", {}, inWords(name)),
      make("div", { class: "scrolls" }, make("table", {}, make("thead", {}, make("tr", {}, ...heads, make("td"))), body)),
      button("Add a row", add, { class: "plain", "data-path": `add.${name}` }),
    );
  }

  /**
   * @param {string} name of the list
   * @param {string[]} columns
   * @param {Record<string, Field>} row
   * @param {number} index
   */
  #line(name, columns, row, index) {
    const place = `row ${index + 1} of ${inWords(name).toLowerCase()}`;
    const cells = columns.map((column) => {
      const field = /** @type {Field | undefined} */ (row[column]);
      const doubtful = field && isDoubtful(field);
      const told = { "aria-label": `${inWords(column)}, ${place}`, title: doubtful && about(field) };
      const input = this.#input(`${name}.${index + 1}.${column}`, column, field, told);
      return make("td", { class: doubtful ? "doubtful" : "" }, input);
    });
    return make("tr", {}, ...cells, make("td", {}, this.#remove(`${name}.${index + 1}`, place)));
  }

  /** A field that was not found, said by whoever sees it. @param {Extraction} found */
  #adding(found) {
    const known = this.#kinds.find(({ name }) => name === found.kind)?.fields ?? [];
    const missing = known.filter(({ name }) => !(name in found.fields));
    const add = (/** @type {Event} */ event) => {
      event.preventDefault();
      const said = /** @type {const} */ ([nameOf(this.#name.value, known), this.#value.value.trim()]);
      /** @type {HTMLFormElement} */ (event.target).reset();
      this.#name.focus();
      this.#say(...said);
    };
    const names = missing.filter(({ rows }) => !rows);
    const lists = missing.filter(({ rows }) => rows).map((each) => this.#beginning(each.name));
    return this.#details(
      "adding",
      "Add a field",
      make(
        "form",
        { class: "row", on: { submit: add } },
        make("label", {}, "Name", this.#name),
        make("datalist", { id: "field-names" }, ...names.map((each) => make("option", { value: inWords(each.name) }, each.help))),
        make("label", {}, "Value", this.#value),
        make("button", { type: "submit", "data-path": "new.add" }, "Add"),
      ),
      lists.length > 0 && make("p", { class: "row" }, ...lists),
    );
  }

  /** Begin a list that was not found. @param {string} name */
  #beginning(name) {
    const begin = (/** @type {Event} */ event) => {
      const list = this.#list(name);
      /** @type {Element} */ (event.currentTarget).closest("details")?.before(list);
      /** @type {Element} */ (event.currentTarget).remove();
      list.querySelector("button")?.click();
    };
    return button(`Add ${inWords(name).toLowerCase()}`, begin, { "data-path": `begin.${name}` });
  }

  /**
   * Things that are told with their places and are no fields.
   *
   * @template {{ page: number, quad: import("../types.js").Quad }} T
   * @param {string} part
   * @param {string} summary
   * @param {T[]} all
   * @param {(each: T) => [string, string]} told what it is, and what it says
   */
  #places(part, summary, all, told) {
    if (!all.length) return null;
    const items = all.map((each, index) => {
      const [label, text] = told(each);
      const show = () => this.#mark([{ page: each.page, quad: each.quad, label }]);
      return make("li", {}, button(`${label}: ${text}`, show, { class: "plain", "data-path": `${part}.${index}` }));
    });
    return this.#details(part, `${summary} (${all.length})`, make("ul", { class: "pairs" }, ...items));
  }

  /**
   * A part that stays open or closed as it is.
   *
   * @param {string} part
   * @param {string} summary
   * @param {...Child} children
   */
  #details(part, summary, ...children) {
    const head = make("summary", { "data-path": `open.${part}` }, summary);
    const element = make("details", { class: part, open: this.#open.has(part) }, head, ...children);
    element.addEventListener("toggle", () => {
      if (element.open) this.#open.add(part);
      else this.#open.delete(part);
    });
    return element;
  }

  #taking() {
    const asked = (/** @type {string} */ format) => ({ format, kind: this.#kind });
    const taking = (/** @type {string} */ label, /** @type {string} */ format, /** @type {string} */ told) =>
      button(label, () => takeAway(this.#scene, asked(format)), {
        icon: "download",
        "aria-label": told,
        "data-path": `take.${format}`,
      });
    return make(
      "p",
      { class: "row taking" },
      button("Copy as JSON", () => copyAs(this.#scene, asked("fields"), "Fields"), { icon: "copy", "data-path": "copy" }),
      taking("JSON", "fields", "Download the fields as JSON"),
      taking("CSV", "fields-csv", "Download the fields as CSV"),
      taking("XLSX", "fields-xlsx", "Download the fields as XLSX"),
    );
  }

  /** Correct a field; null says that there is none. @param {string} field @param {string | null} value */
  #say(field, value) {
    const { document } = this.#scene;
    document.edit({ field, value: value || null });
    // What the others come to is seen when it is saved. Why it could not be is told where it is told of all corrections.
    document.saved().catch(() => {});
  }

  /** Show these on the page, and where all are to be shown, the others too. @param {Mark[]} [now] */
  #mark(now = []) {
    const all = this.#all ? marksOf(this.#found?.fields ?? {}) : [];
    this.#scene.selection.mark([...now.map((each) => ({ ...each, now: this.#all })), ...all], ORIGIN);
  }

  /** @param {string} name */
  #known(name) {
    return this.#kinds.flatMap(({ fields }) => fields).find((each) => each.name === name);
  }

  /** @param {string} name */
  #help(name) {
    return this.#known(name)?.help ?? "";
  }
}

function kinds() {
  kindsComing ??= json("v1/kinds").then((told) => told.kinds);
  kindsComing.catch(() => {
    kindsComing = null;
  });
  return kindsComing;
}
