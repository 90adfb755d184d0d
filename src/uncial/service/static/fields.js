// What a receipt, an invoice, a ticket says, beside the page: each field with its box, to be put right and taken away.

/** @import { Barcode, Extraction, Field, KindRow, Mark } from "./types.js" */
/** @import { Problem } from "./api.js" */
/** @import { Scene } from "./scene.js" */
import { json, result } from "./api.js";
import { button, copy, fill, make, problemBox } from "./dom.js";
import { takeAway } from "./downloads.js";

const DOUBTFUL = 0.8;
/** Letters that a field shows on one line. */
const LONG = 34;

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
  /** The same as the service wrote it. */
  #text = "";
  #seen = false;
  /** Whether what is shown may be old. */
  #stale = true;
  #all = false;
  #asked = new AbortController();
  #body = make("div", { class: "fields-body" });

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    this.element = make("div", { class: "fields-panel" }, this.#body);
    const watcher = new IntersectionObserver(([entry]) => this.#look(Boolean(entry?.isIntersecting)));
    watcher.observe(this.element);
    const { document, signal } = scene;
    signal.addEventListener("abort", () => watcher.disconnect());
    for (const type of ["job", "edited"]) document.addEventListener(type, () => this.#changed(), { signal });
    document.addEventListener("saving", () => this.#refresh(), { signal });
    this.#wait();
  }

  /** @param {boolean} seen */
  #look(seen) {
    const { selection } = this.#scene;
    if (this.#seen && !seen && selection.origin === "fields") selection.mark([], "fields");
    this.#seen = seen;
    if (seen && this.#all) this.#markAll();
    this.#refresh();
  }

  #changed() {
    this.#stale = true;
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
      this.#text = await response.text();
      this.#found = parsed(this.#text);
      this.#draw();
    } catch (problem) {
      if (either.aborted) return;
      this.#stale = true;
      fill(
        this.#body,
        problemBox(
          /** @type {Problem} */ (problem),
          button("Try again", () => this.#refresh()),
        ),
      );
    }
  }

  /** Show it anew; whoever types goes on where they were. */
  #draw() {
    const found = /** @type {Extraction} */ (this.#found);
    const focused = /** @type {HTMLElement | null} */ (globalThis.document.activeElement)?.dataset?.path;
    const plain = Object.entries(found.fields).filter(([, field]) => field.type !== "rows");
    const lists = Object.entries(found.fields).filter(([, field]) => field.type === "rows");
    fill(
      this.#body,
      this.#kindChoice(found),
      plain.length + lists.length === 0 && make("p", {}, "No fields were found in a document of this kind."),
      make("div", { class: "field-list" }, ...plain.map(([name, field]) => this.#row(name, name, field))),
      ...lists.map(([name, field]) => this.#list(name, field)),
      this.#adding(found),
      this.#pairs(found),
      this.#barcodes(found.barcodes),
      this.#taking(),
    );
    if (focused) /** @type {HTMLElement | null} */ (this.#body.querySelector(`[data-path="${CSS.escape(focused)}"]`))?.focus();
    if (this.#all) this.#markAll();
  }

  /** @param {Extraction} found */
  #kindChoice(found) {
    const options = ["auto", ...this.#kinds.map(({ name }) => name)].map((name) =>
      make("option", { value: name, selected: name === this.#kind }, name === "auto" ? "Find out" : words(name)),
    );
    const choose = (/** @type {Event} */ event) => {
      this.#kind = /** @type {HTMLSelectElement} */ (event.target).value;
      this.#stale = true;
      this.#refresh();
    };
    const all = (/** @type {Event} */ event) => {
      this.#all = /** @type {HTMLInputElement} */ (event.target).checked;
      if (this.#all) this.#markAll();
      else this.#scene.selection.mark([], "fields");
    };
    return make(
      "div",
      { class: "row" },
      make("label", {}, "Kind of document", make("select", { "data-path": "kind", on: { change: choose } }, ...options)),
      make("p", { class: "quiet" }, `Taken as ${words(found.kind).toLowerCase()}, ${percent(found.confidence)} sure.`),
      make("label", {}, make("input", { type: "checkbox", checked: this.#all, on: { change: all } }), "Show all on the page"),
    );
  }

  /**
   * @param {string} path
   * @param {string} name
   * @param {Field} field
   */
  #row(path, name, field) {
    const id = `field-${path}`;
    const help = this.#help(name);
    return make(
      "div",
      { class: `field ${field.confidence < DOUBTFUL || field.doubts.length ? "doubtful" : ""}` },
      make("label", { for: id, title: help }, words(name)),
      this.#input(path, name, field, { id }),
      button(`Remove ${words(name)}`, () => this.#say(path, null), { icon: "trash", bare: true, class: "plain" }),
      make("p", { id: `${id}-about`, class: "quiet about" }, about(field)),
    );
  }

  /**
   * @param {string} path
   * @param {string} name
   * @param {Field} field
   * @param {Record<string, any>} props
   */
  #input(path, name, field, props) {
    const value = String(field.value);
    const long = value.length > LONG;
    const input = make(long ? "textarea" : "input", {
      value,
      rows: long && Math.ceil(value.length / LONG),
      "data-path": path,
      autocomplete: "off",
      "aria-describedby": props.id && `${props.id}-about`,
      ...props,
    });
    input.addEventListener("focus", () => this.#scene.selection.mark([markOf(name, field)], "fields"));
    input.addEventListener("change", () => input.value.trim() !== value && this.#say(path, input.value.trim()));
    input.addEventListener("keydown", (event) => {
      if (/** @type {KeyboardEvent} */ (event).key === "Escape") input.value = value;
    });
    return input;
  }

  /** A list of items: a row each. One that a person took away stays empty, so that the numbers of the others do not change. */
  #list(/** @type {string} */ name, /** @type {Field} */ field) {
    const rows = /** @type {Record<string, Field>[]} */ (field.value);
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const line = (/** @type {Record<string, Field>} */ row, /** @type {number} */ index) =>
      this.#line(name, field, columns, row, index);
    const there = rows.flatMap((row, index) => (Object.keys(row).length ? [line(row, index)] : []));
    const body = make("tbody", {}, ...there);
    const add = () => {
      body.append(line({}, rows.length));
      body.lastElementChild?.querySelector("input")?.focus();
    };
    return make(
      "section",
      { class: "field-rows" },
      make("h3", {}, words(name)),
      make(
        "div",
        { class: "scrolls" },
        make(
          "table",
          {},
          make("thead", {}, make("tr", {}, ...columns.map((each) => make("th", { scope: "col" }, words(each))), make("td"))),
          body,
        ),
      ),
      button("Add a row", add, { class: "plain" }),
    );
  }

  /**
   * @param {string} name of the list
   * @param {Field} field
   * @param {string[]} columns
   * @param {Record<string, Field>} row
   * @param {number} index
   */
  #line(name, field, columns, row, index) {
    const place = `row ${index + 1} of ${words(name).toLowerCase()}`;
    const empty = /** @type {Field} */ ({ ...field, value: "", text: "", doubts: [] });
    const cells = columns.map((column) => {
      const label = { "aria-label": `${words(column)}, ${place}` };
      return make("td", {}, this.#input(`${name}.${index + 1}.${column}`, column, row[column] ?? empty, label));
    });
    const remove = button(`Remove ${place}`, () => this.#say(`${name}.${index + 1}`, null), {
      icon: "trash",
      bare: true,
      class: "plain",
    });
    return make("tr", {}, ...cells, make("td", {}, remove));
  }

  /** A field that was not found, said by whoever sees it. @param {Extraction} found */
  #adding(found) {
    const names = this.#kinds.find(({ name }) => name === found.kind)?.fields ?? [];
    const missing = names.filter(({ name, rows }) => !rows && !(name in found.fields));
    const name = make("input", {
      name: "name",
      list: "field-names",
      required: true,
      pattern: "[\\w.\\-]+",
      autocomplete: "off",
      "data-path": "new",
    });
    const value = make("input", { name: "value", required: true, autocomplete: "off" });
    const add = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#say(name.value.trim(), value.value.trim());
    };
    return make(
      "details",
      { class: "adding" },
      make("summary", {}, "Add a field"),
      make(
        "form",
        { class: "row", on: { submit: add } },
        make("label", {}, "Name", name),
        make("datalist", { id: "field-names" }, ...missing.map((each) => make("option", { value: each.name }, each.help))),
        make("label", {}, "Value", value),
        make("button", { type: "submit" }, "Add"),
      ),
    );
  }

  /** @param {Extraction} found */
  #pairs({ pairs }) {
    if (!pairs.length) return null;
    const show = (/** @type {Extraction["pairs"][number]} */ { label, page, quad }) =>
      this.#scene.selection.mark([{ page, quad, label }], "fields");
    return make(
      "details",
      {},
      make("summary", {}, `Other labels and values (${pairs.length})`),
      make(
        "ul",
        { class: "pairs" },
        ...pairs.map((pair) =>
          make(
            "li",
            {},
            button(`${pair.label}: ${pair.value}`, () => show(pair), { class: "plain" }),
          ),
        ),
      ),
    );
  }

  /** @param {Barcode[]} barcodes */
  #barcodes(barcodes) {
    if (!barcodes.length) return null;
    const show = (/** @type {Barcode} */ { page, quad, symbology }) =>
      this.#scene.selection.mark([{ page, quad, label: symbology }], "fields");
    return make(
      "details",
      { open: true },
      make("summary", {}, `Barcodes (${barcodes.length})`),
      make(
        "ul",
        { class: "pairs" },
        ...barcodes.map((each) =>
          make(
            "li",
            {},
            button(`${each.symbology}: ${each.text || "bytes that are no text"}`, () => show(each), { class: "plain" }),
          ),
        ),
      ),
    );
  }

  #taking() {
    const take = (/** @type {string} */ format) => takeAway(this.#scene, { format, kind: this.#kind });
    return make(
      "p",
      { class: "row taking" },
      button("Copy as JSON", () => copy(JSON.stringify(JSON.parse(this.#text), null, 2), "Fields"), { icon: "copy" }),
      button("JSON", () => take("fields"), { icon: "download", "aria-label": "Download the fields as JSON" }),
      button("CSV", () => take("fields-csv"), { icon: "download", "aria-label": "Download the fields as CSV" }),
      button("XLSX", () => take("fields-xlsx"), { icon: "download", "aria-label": "Download the fields as a workbook" }),
    );
  }

  /** Correct a field; null says that there is none. @param {string} field @param {string | null} value */
  #say(field, value) {
    this.#scene.document.edit({ field, value: value || null });
  }

  #markAll() {
    const fields = Object.entries(this.#found?.fields ?? {});
    const marks = fields.flatMap(([name, field]) => (field.type === "rows" ? rowMarks(field) : [markOf(name, field)]));
    this.#scene.selection.mark(marks, "fields");
  }

  /** @param {string} name */
  #help(name) {
    return this.#kinds.flatMap(({ fields }) => fields).find((each) => each.name === name)?.help ?? "";
  }
}

/**
 * What the service says of fields, with amounts as it writes them: a total of 9.00 is not 9.
 *
 * @param {string} text
 * @returns {Extraction}
 */
function parsed(text) {
  // Browsers that do not tell how a number is written show it as they write it; the type checker does not know the third argument.
  const revive = /** @type {(name: string, value: any) => any} */ (
    (/** @type {string} */ name, /** @type {any} */ value, /** @type {{ source?: string }} */ told) =>
      name === "value" && typeof value === "number" ? (told?.source ?? String(value)) : value
  );
  return JSON.parse(text, revive);
}

function kinds() {
  kindsComing ??= json("v1/kinds").then((told) => told.kinds);
  kindsComing.catch(() => {
    kindsComing = null;
  });
  return kindsComing;
}

/** @param {string} name @param {Field} field @returns {Mark} */
function markOf(name, { page, quad }) {
  return { page, quad, label: words(name) };
}

/** @param {Field} field */
function rowMarks(field) {
  const rows = /** @type {Record<string, Field>[]} */ (field.value);
  return rows.flatMap((row) => Object.entries(row).map(([name, each]) => markOf(name, each)));
}

/** @param {Field} field */
function about(field) {
  if (field.found_by === "person") return "Said by a person.";
  const read = field.text && field.text !== String(field.value) ? `Read as “${field.text}”. ` : "";
  return `${read}${percent(field.confidence)} sure. ${field.doubts.map(({ message }) => message).join(" ")}`;
}

/** A name as people write it: `due_date` is “Due date”. @param {string} name */
function words(name) {
  const plain = name.replace(/[_-]/g, " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** @param {number} part */
function percent(part) {
  return `${Math.round(100 * part)} %`;
}
