// The tables of a document as tables: shown on the page, put right cell by cell, taken away.

import { cellTyped } from "../document/edits.js";
import { isDoubtful } from "../document/words.js";
/** @import { Block, Cell, Page } from "../types.js" */
/** @import { Scene } from "../viewer/scene.js" */
import { announce, button, copy, fill, keep, make, notify } from "../shared/dom.js";
import { takeAway } from "./downloads.js";

/**
 * Where a table stands.
 *
 * @typedef {{ page: number, block: number }} Spot
 */

/** The panel of tables. Pages are looked through when it is seen, one after the other. */
export class TablesPanel {
  #scene;
  /** Tables by the numbers of their pages; pages that are not in it were not looked at yet. @type {Map<number, HTMLElement[]>} */
  #tables = new Map();
  #seen = false;
  #looking = false;
  #status = make("p", { class: "quiet", role: "status" });
  #list = make("div", { class: "table-list" });
  #taking = make("p", { class: "row taking" });

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    this.element = make("div", { class: "tables-panel" }, this.#status, this.#list, this.#taking);
    const watcher = new IntersectionObserver(([entry]) => {
      if (this.#seen && !entry?.isIntersecting && scene.selection.origin === "tables") scene.selection.mark([], "tables");
      this.#seen = Boolean(entry?.isIntersecting);
      this.#look();
    });
    watcher.observe(this.element);
    const { document, signal } = scene;
    signal.addEventListener("abort", () => watcher.disconnect());
    for (const type of ["index", "job"]) document.addEventListener(type, () => this.#look(), { signal });
    document.addEventListener("page", (event) => this.#renew(/** @type {CustomEvent} */ (event).detail), { signal });
    this.#taking.hidden = true;
    fill(
      this.#taking,
      button("All as CSV", () => takeAway(scene, { format: "csv" }), { icon: "download" }),
      button("All as XLSX", () => takeAway(scene, { format: "xlsx" }), { icon: "download" }),
      button("Copy all as JSON", () => this.#copyAll(), { icon: "copy" }),
    );
  }

  /** Look through the pages that were not looked at yet. */
  async #look() {
    const { document, signal } = this.#scene;
    if (this.#looking || !this.#seen) return;
    this.#looking = true;
    try {
      for (;;) {
        const left = document.index.filter(({ number, problem }) => !problem && !this.#tables.has(number));
        const next = left[0];
        if (!next || !this.#seen || signal.aborted) break;
        this.#status.textContent = `Looking for tables on page ${next.number}…`;
        this.#tables.set(next.number, this.#drawn(await document.glance(next.number, signal)));
        this.#show();
      }
    } catch (problem) {
      if (!signal.aborted) this.#status.textContent = /** @type {Error} */ (problem).message;
      return;
    } finally {
      this.#looking = false;
    }
    this.#tell();
  }

  #tell() {
    const { document } = this.#scene;
    const count = [...this.#tables.values()].flat().length;
    const all = this.#tables.size >= document.index.filter(({ problem }) => !problem).length;
    if (!all) return;
    const none = document.ended ? "There are no tables in this document." : "There are no tables so far.";
    this.#status.textContent = count ? `${count} ${count === 1 ? "table" : "tables"}` : none;
    this.#taking.hidden = !count || !document.readable;
  }

  #show() {
    const pages = [...this.#tables.entries()].sort(([a], [b]) => a - b);
    fill(this.#list, ...pages.flatMap(([, tables]) => tables));
  }

  /** A page has changed; whoever types in one of its tables goes on there. @param {number} number */
  #renew(number) {
    const page = this.#scene.document.known(number);
    if (!page || !this.#tables.has(number)) {
      this.#tables.delete(number);
      this.#look();
      return;
    }
    const active = globalThis.document.activeElement;
    const path = active instanceof HTMLElement && this.#list.contains(active) ? active.dataset.path : undefined;
    this.#tables.set(number, this.#drawn(page));
    this.#show();
    this.#tell();
    if (path) /** @type {HTMLElement | null} */ (this.#list.querySelector(`[data-path="${CSS.escape(path)}"]`))?.focus();
  }

  /** @param {Page} page */
  #drawn(page) {
    return page.blocks.flatMap((block, index) =>
      block.kind === "table" && block.cells?.length ? [this.#table(block, { page: page.number, block: index })] : [],
    );
  }

  /** @param {Block} block @param {Spot} spot */
  #table(block, spot) {
    const cells = /** @type {Cell[]} */ (block.cells);
    const rows = grid(cells);
    const show = () => this.#scene.selection.mark([{ page: spot.page, quad: block.quad, label: "Table" }], "tables");
    const texts = () => values(block);
    const name = `table-page-${spot.page}.csv`;
    return make(
      "figure",
      { class: "table" },
      make("figcaption", {}, `Page ${spot.page}, ${rows.length} rows`),
      make(
        "div",
        { class: "scrolls", tabindex: 0, role: "group", "aria-label": `Table of page ${spot.page}` },
        make(
          "table",
          {},
          make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((index) => this.#cell(block, spot, index))))),
        ),
      ),
      make(
        "p",
        { class: "row" },
        button("Show on the page", show, { icon: "region" }),
        button("Copy", () => copyTable(texts()), { icon: "copy" }),
        button("Copy as JSON", () => copy(JSON.stringify(texts(), null, 2), "Table"), { icon: "copy" }),
        button("CSV", () => keep(new Blob([csv(texts())], { type: "text/csv" }), name), { icon: "download" }),
      ),
    );
  }

  /** @param {Block} block @param {Spot} spot @param {number} index */
  #cell(block, spot, index) {
    const cell = /** @type {Cell[]} */ (block.cells)[index];
    const lines = block.lines.slice(cell.start, cell.stop);
    const doubtful = lines.some((line) => line.words.some(isDoubtful));
    const span = { rowspan: cell.rows > 1 && cell.rows, colspan: cell.columns > 1 && cell.columns };
    return make(cell.heading ? "th" : "td", { class: doubtful ? "doubtful" : "", ...span }, this.#field(block, spot, index));
  }

  /** The text of a cell, to be typed over; while it has the focus, the cell is shown on the page. @param {Block} block @param {Spot} spot @param {number} index */
  #field(block, spot, index) {
    const cell = /** @type {Cell[]} */ (block.cells)[index];
    let text = cellText(block, cell);
    const field = make(
      "div",
      {
        role: "textbox",
        tabindex: 0,
        contenteditable: this.#scene.document.readable && editable(),
        spellcheck: "false",
        "aria-label": `Row ${cell.row + 1}, column ${cell.column + 1}`,
        "aria-readonly": String(!this.#scene.document.readable),
        "data-path": `${spot.page}.${spot.block}.${index}`,
      },
      text,
    );
    const take = () => {
      const typed = (field.textContent ?? "").replace(/\s+/g, " ").trim();
      if (typed === text) return;
      text = typed;
      this.#correct(spot, index, typed);
      announce(`Row ${cell.row + 1}, column ${cell.column + 1} is ${typed || "empty"}`);
    };
    field.addEventListener("focus", () => this.#scene.selection.mark([{ page: spot.page, quad: cell.quad }], "tables"));
    field.addEventListener("blur", take);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") field.textContent = text;
      else {
        take();
        // Below is where columns of figures go on.
        this.#below(field);
      }
    });
    return field;
  }

  /** @param {Spot} spot @param {number} cell @param {string} text */
  async #correct(spot, cell, text) {
    const { document, signal } = this.#scene;
    try {
      const page = document.known(spot.page) ?? (await document.page(spot.page, signal));
      document.edit(...cellTyped(page, spot.block, cell, text));
    } catch (problem) {
      if (!signal.aborted) notify(/** @type {Error} */ (problem).message);
    }
  }

  /** @param {HTMLElement} field */
  #below(field) {
    const [page, block, index] = (field.dataset.path ?? "").split(".").map(Number);
    const cells = this.#scene.document.known(page)?.blocks[block]?.cells ?? [];
    const { row, rows, column } = cells[index] ?? { row: 0, rows: 0, column: 0 };
    const below = cells.findIndex((each) => each.row === row + rows && each.column === column);
    /** @type {HTMLElement | null} */ (this.#list.querySelector(`[data-path="${page}.${block}.${below}"]`))?.focus();
  }

  async #copyAll() {
    const { document, signal } = this.#scene;
    const found = [];
    for (const { number, problem } of document.index) {
      const page = problem ? null : await document.glance(number, signal);
      for (const block of page?.blocks ?? [])
        if (block.kind === "table" && block.cells?.length) found.push({ page: number, rows: values(block) });
    }
    await copy(JSON.stringify(found, null, 2), "Tables");
  }
}

/** What makes an element be typed in: where markup can be kept out, it is. */
function editable() {
  const probe = make("div");
  try {
    probe.contentEditable = "plaintext-only";
    return "plaintext-only";
  } catch {
    return "true"; // Firefox before 136
  }
}

/** The indices of cells by the row that they begin in. @param {Cell[]} cells */
function grid(cells) {
  const count = Math.max(0, ...cells.map((cell) => cell.row + cell.rows));
  /** @type {number[][]} */
  const rows = Array.from({ length: count }, () => []);
  for (const [index, cell] of cells.entries()) rows[cell.row].push(index);
  return rows;
}

/** @param {Block} block @param {Cell} cell */
function cellText(block, cell) {
  const lines = block.lines.slice(cell.start, cell.stop).filter((line) => line.words.length);
  return lines.map((line) => line.words.map((word) => word.text).join(" ")).join(" ");
}

/** All texts, row by row; a cell that spans several stands where it begins. @param {Block} block @returns {string[][]} */
function values(block) {
  const cells = block.cells ?? [];
  const width = Math.max(0, ...cells.map((cell) => cell.column + cell.columns));
  return grid(cells).map((row) => {
    const texts = Array.from({ length: width }, () => "");
    for (const index of row) texts[cells[index].column] = cellText(block, cells[index]);
    return texts;
  });
}

/** @param {string[][]} rows as RFC 4180 has them */
export function csv(rows) {
  const field = (/** @type {string} */ text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** What spreadsheets paste as cells, and word processors as a table. @param {string[][]} rows */
async function copyTable(rows) {
  const plain = rows.map((row) => row.join("\t")).join("\n");
  const table = make("table", {}, ...rows.map((row) => make("tr", {}, ...row.map((text) => make("td", {}, text)))));
  try {
    const item = {
      "text/plain": new Blob([plain], { type: "text/plain" }),
      "text/html": new Blob([table.outerHTML], { type: "text/html" }),
    };
    await navigator.clipboard.write([new ClipboardItem(item)]);
    notify("Table copied.");
  } catch {
    await copy(plain, "Table");
  }
}
