// The list of what a search found, each hit with the words around it.

/** @import { Hit } from "../document/find.js" */
import { button, fill, make } from "../shared/dom.js";

/** So many are listed; the others are gone to with the arrows. */
const LISTED = 200;

/** @typedef {{ hit: Hit, context: string[] }} Listed with what stands before, what was found, and what stands behind */

/** A list that opens below the field. */
export class Found {
  element = make("div", { class: "menu found", popover: "auto", id: "found" });
  toggle = button("List of hits", () => {}, {
    icon: "more",
    bare: true,
    class: "plain",
    popovertarget: "found",
    "aria-expanded": "false",
  });

  #choose;
  #whole;
  #list = make("ul");
  #told = make("p", { class: "quiet" });
  /** @type {() => Listed[]} */
  #all = () => [];

  /** @param {{ choose: (hit: Hit) => void, change: () => void }} calls when a hit is chosen, and when other words are to count */
  constructor({ choose, change }) {
    this.#choose = choose;
    this.#whole = make("input", { type: "checkbox", on: { change } });
    this.element.append(make("label", {}, this.#whole, "Whole words only"), this.#told, this.#list);
    this.element.addEventListener("toggle", () => this.#toggled());
  }

  /** Whether only whole words count. */
  get whole() {
    return this.#whole.checked;
  }

  /**
   * Show these, as soon as the list is open.
   *
   * @param {() => Listed[]} all
   * @param {string | null} going what is still done
   */
  show(all, going) {
    this.#all = all;
    this.#told.textContent = going ?? "";
    if (this.#isOpen) this.#fill();
  }

  get #isOpen() {
    return this.element.matches(":popover-open");
  }

  #toggled() {
    this.toggle.setAttribute("aria-expanded", String(this.#isOpen));
    if (!this.#isOpen) return;
    const { bottom, right } = this.toggle.getBoundingClientRect();
    this.element.style.top = `${bottom + 4}px`;
    this.element.style.left = `${Math.max(8, right - this.element.offsetWidth)}px`;
    this.#fill();
  }

  #fill() {
    const all = this.#all();
    const more = all.length - LISTED;
    if (more > 0) this.#told.textContent = `The first ${LISTED} of ${all.length}.`;
    else if (!all.length) this.#told.textContent ||= "Nothing found";
    this.#told.hidden = !this.#told.textContent;
    fill(
      this.#list,
      all.slice(0, LISTED).map((each) => make("li", {}, this.#row(each))),
    );
  }

  /** @param {Listed} listed */
  #row({ hit, context: [before, found, behind] }) {
    const choose = () => {
      this.#choose(hit);
      this.element.hidePopover();
    };
    const text = make("span", {}, before, make("mark", {}, found), behind);
    return make("button", { type: "button", on: { click: choose } }, make("span", { class: "quiet" }, `Page ${hit.page}`), text);
  }
}
