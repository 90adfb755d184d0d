// Tabs, as the ARIA Authoring Practices Guide describes them.

import { icon, make } from "../shared/dom.js";

/**
 * @typedef {object} Tab
 * @property {string} name
 * @property {string} label
 * @property {string} icon
 * @property {HTMLElement} panel what it shows; it gets a name and a role
 */

/** A row of tabs, one of which is chosen; it tells so by the event `choose`. The panels are shown and hidden by whoever has them. */
export class Tabs extends EventTarget {
  #tabs;
  #buttons;
  chosen = "";

  /** @param {string} label @param {Tab[]} tabs */
  constructor(label, tabs) {
    super();
    this.#tabs = tabs;
    this.#buttons = tabs.map((tab) => this.#button(tab));
    this.element = make("div", { class: "tabs", role: "tablist", "aria-label": label }, ...this.#buttons);
    this.element.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {Tab} tab */
  #button({ name, label, icon: picture, panel }) {
    panel.id = `panel-${name}`;
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `tab-${name}`);
    const press = () => this.choose(name);
    const told = { id: `tab-${name}`, role: "tab", "aria-controls": panel.id, "aria-selected": "false", tabindex: -1 };
    return make(
      "button",
      { type: "button", class: "plain", ...told, on: { click: press } },
      icon(picture),
      make("span", {}, label),
    );
  }

  /** @param {string} name */
  choose(name) {
    if (name === this.chosen) return;
    this.chosen = name;
    for (const [at, tab] of this.#tabs.entries()) {
      const is = tab.name === name;
      this.#buttons[at].setAttribute("aria-selected", String(is));
      this.#buttons[at].tabIndex = is ? 0 : -1;
    }
    this.dispatchEvent(new Event("choose"));
  }

  /** Leave one out, or have it back. @param {string} name @param {boolean} there */
  offer(name, there) {
    const at = this.#tabs.findIndex((tab) => tab.name === name);
    this.#buttons[at].hidden = !there;
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const offered = this.#buttons.filter((each) => !each.hidden);
    const at = offered.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const last = offered.length - 1;
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    offered[to].focus();
    offered[to].click();
  }
}
