// The line of options below the place to drop: the languages, and a form of whatever else the service can be asked for.

/** @import { OptionRow } from "../types.js" */
/** @import { WishList } from "./wishes.js" */
import { button, fill, icon, make } from "../shared/dom.js";
import { LanguagePicker } from "../shared/languages.js";
import { list } from "../shared/service.js";

/** What people ask for most; the rest follows in the order in which the service tells it, the switches last. */
const FIRST = ["effort", "pages", "engine", "pdf_text"];
/** Words that are not written like others. @type {Record<string, string>} */
const ACRONYMS = { pdf: "PDF", dpi: "DPI" };

/** The options for the documents that are sent next. */
export class OptionsLine {
  #wishes;
  #form = make("div", { class: "options-form", id: "options-form", hidden: true });
  #count = make("span", { class: "count", hidden: true });
  #open = make(
    "button",
    {
      type: "button",
      class: "plain",
      "aria-expanded": "false",
      "aria-controls": "options-form",
      on: { click: () => this.#toggle() },
    },
    "More options",
    this.#count,
    icon("down"),
  );

  /** @param {WishList} wishes @param {AbortSignal} signal */
  constructor(wishes, signal) {
    this.#wishes = wishes;
    const picker = new LanguagePicker(wishes, signal);
    this.element = make("div", { class: "options" }, make("div", { class: "row" }, picker.element, this.#open), this.#form);
    wishes.addEventListener("change", () => this.#show(), { signal });
    this.#show();
  }

  #show() {
    const { changed } = this.#wishes;
    this.#count.hidden = changed === 0;
    fill(this.#count, changed, make("span", { class: "unseen" }, " changed"));
  }

  async #toggle() {
    const open = this.#form.hidden;
    this.#form.hidden = !open;
    this.#open.setAttribute("aria-expanded", String(open));
    if (open && !this.#form.firstChild) await this.#build();
  }

  async #build() {
    const engines = await list("engines").catch(() => []);
    const names = engines.filter(({ available }) => available).map(({ name }) => name);
    const rows = ordered(this.#wishes.rows).map((row) =>
      row.name === "engine" && names.length ? { ...row, choices: names } : row,
    );
    const [switches, fields] = [rows.filter(isSwitch), rows.filter((row) => !isSwitch(row))];
    const controls =
      rows.length > 0 &&
      make(
        "p",
        { class: "row end" },
        button("As it was", () => this.#reset(), { icon: "undo" }),
      );
    fill(
      this.#form,
      make("div", { class: "option-grid" }, ...fields.map((row) => this.#field(row))),
      make("div", { class: "option-grid" }, ...switches.map((row) => this.#field(row))),
      controls,
    );
  }

  async #reset() {
    this.#wishes.reset();
    await this.#build();
    this.#form.querySelector("button")?.focus();
  }

  /** @param {OptionRow} row */
  #field(row) {
    const id = `option-${row.name}`;
    const control = this.#control(row, { id, "aria-describedby": `${id}-help` });
    const label = make("label", { for: id }, called(row.name));
    return make(
      "div",
      { class: isSwitch(row) ? "option switched" : "option" },
      isSwitch(row) ? [control, label] : [label, control],
      make("p", { id: `${id}-help`, class: "quiet" }, row.help),
    );
  }

  /** @param {OptionRow} row @param {Record<string, string>} props */
  #control(row, props) {
    const { name } = row;
    const value = this.#wishes.get(name);
    if (isSwitch(row)) {
      const change = (/** @type {Event} */ { currentTarget }) =>
        this.#wishes.set(name, /** @type {HTMLInputElement} */ (currentTarget).checked ? "yes" : "no");
      return make("input", { ...props, type: "checkbox", role: "switch", checked: value === "yes", on: { change } });
    }
    const change = (/** @type {Event} */ { currentTarget }) => {
      const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (currentTarget);
      if (field.reportValidity()) this.#wishes.set(name, field.value.trim());
    };
    if (row.choices) {
      const options = row.choices.map((choice) => make("option", { value: choice, selected: choice === value }, choice));
      return make("select", { ...props, on: { change } }, ...options);
    }
    return make("input", { ...props, ...kindOf(row), value, on: { change } });
  }
}

/** @param {OptionRow} row */
function kindOf({ type, minimum, maximum }) {
  if (type === "string") return { type: "text", autocomplete: "off", spellcheck: "false" };
  return { type: "number", min: minimum, max: maximum, step: type === "integer" ? 1 : "any" };
}

/** @param {OptionRow} row */
function isSwitch(row) {
  return row.type === "boolean";
}

/** @param {OptionRow[]} rows */
function ordered(rows) {
  const place = (/** @type {OptionRow} */ { name }) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return [...rows].sort((a, b) => place(a) - place(b));
}

/** An option as a person would write it: pdf_dpi is “PDF DPI”. @param {string} name */
export function called(name) {
  const text = name.split("_").map((word) => ACRONYMS[word] ?? word);
  return text.join(" ").replace(/^./, (letter) => letter.toUpperCase());
}
