// The choice of languages: one, several, or none, so that the service finds out by itself.

/** @import { LanguageRow } from "../types.js" */
/** @import { WishList } from "../home/wishes.js" */
import { announce, button, fill, icon, make } from "./dom.js";
import { counted } from "./wording.js";

const BY_ITSELF = "Find out by itself";

/** A button that tells the languages, and a list to search and tick. */
export class LanguagePicker {
  #wishes;
  #told = make("span", {}, "");
  #open = make(
    "button",
    { type: "button", popovertarget: "languages", "aria-haspopup": "dialog" },
    make("span", { class: "quiet" }, "Language"),
    this.#told,
    icon("down"),
  );
  #search = make("input", {
    type: "search",
    "aria-label": "Search the languages",
    placeholder: "Search",
    autocomplete: "off",
    on: { input: () => this.#filter() },
  });
  #list = make("ul", { class: "languages" });
  #none = make("p", { class: "quiet", hidden: true }, "No language of that name can be read here.");
  #menu = make(
    "div",
    { id: "languages", class: "menu language-menu", popover: "auto", role: "dialog", "aria-label": "Languages" },
    this.#search,
    button(BY_ITSELF, () => this.#clear(), { class: "plain" }),
    this.#list,
    this.#none,
  );
  /** @type {{ item: HTMLElement, words: string }[]} */
  #items = [];

  /** @param {WishList} wishes @param {AbortSignal} signal */
  constructor(wishes, signal) {
    this.#wishes = wishes;
    this.element = make("div", { class: "language" }, this.#open, this.#menu);
    wishes.addEventListener("change", () => this.#show(), { signal });
    this.#menu.addEventListener("beforetoggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "open") this.#build();
    });
    this.#menu.addEventListener("toggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "open") this.#place();
    });
    this.#show();
  }

  #show() {
    const names = new Map(this.#wishes.known.map(({ code, name }) => [code, name]));
    const chosen = this.#wishes.languages.map((code) => names.get(code) ?? code);
    this.#told.textContent = chosen.join(", ") || BY_ITSELF;
  }

  /** Below the button and inside the window: anchors of popovers are too new to be relied on. */
  #place() {
    const { left, bottom, top } = this.#open.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.#menu;
    const { clientWidth, clientHeight } = document.documentElement;
    const below = bottom + 4 + height <= clientHeight || top < height;
    this.#menu.style.left = `${Math.max(8, Math.min(left, clientWidth - width - 8))}px`;
    this.#menu.style.top = `${Math.max(8, below ? Math.min(bottom + 4, clientHeight - height - 8) : top - height - 4)}px`;
    this.#search.focus();
  }

  #build() {
    const chosen = this.#wishes.languages;
    this.#search.value = "";
    const rank = ranking(chosen);
    const rows = [...this.#wishes.known].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    this.#items = rows.map((row) => this.#item(row, chosen.includes(row.code)));
    fill(this.#list, ...this.#items.map(({ item }) => item));
    this.#none.hidden = true;
  }

  /** @param {LanguageRow} row @param {boolean} checked */
  #item({ code, name }, checked) {
    const own = inItself(code, name);
    const box = make("input", { type: "checkbox", value: code, checked, on: { change: () => this.#tick(code, box.checked) } });
    const item = make(
      "li",
      {},
      make("label", {}, box, make("span", {}, name), own && make("span", { class: "quiet", lang: code }, own)),
    );
    return { item, words: folded(`${name} ${own} ${code}`) };
  }

  /** @param {string} code @param {boolean} yes */
  #tick(code, yes) {
    const others = this.#wishes.languages.filter((each) => each !== code);
    this.#wishes.languages = yes ? [...others, code] : others;
  }

  #clear() {
    this.#wishes.languages = [];
    this.#menu.hidePopover();
  }

  #filter() {
    const wanted = folded(this.#search.value.trim());
    let found = 0;
    for (const { item, words } of this.#items) {
      item.hidden = !words.includes(wanted);
      if (!item.hidden) found += 1;
    }
    this.#none.hidden = found > 0;
    announce(counted(found, "language"));
  }
}

/** Chosen ones stand first, then those that the person reads otherwise. @param {string[]} chosen */
function ranking(chosen) {
  const likely = navigator.languages.map((tag) => tag.split("-")[0]);
  return (/** @type {LanguageRow} */ { code }) => {
    if (chosen.includes(code)) return 0;
    return likely.includes(code) || code === "en" ? 1 : 2;
  };
}

/** The name of a language in that language, where the browser knows another than ours. @param {string} code @param {string} name */
function inItself(code, name) {
  try {
    const own = new Intl.DisplayNames([code], { type: "language", fallback: "none" }).of(code) ?? "";
    return folded(own) === folded(name) ? "" : own;
  } catch {
    return "";
  }
}

/** Without capitals and accents. @param {string} text */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
