// What can be done with the view of the pages: go, zoom, turn, show more, find what is doubtful.

/** @import { Layer } from "./overlay.js" */
/** @import { PageList } from "./pages.js" */
/** @import { Scene } from "../viewer/scene.js" */
import { button, icon, make } from "../shared/dom.js";
import { nextDoubtful } from "./doubtful.js";
import { BANDS } from "./overlay.js";

/** One press of + or the button. */
const STEP = 1.25;

/** @type {[Layer, string][]} */
const LAYERS = [
  ["words", "How sure each word is"],
  ["order", "Reading order"],
  ["blocks", "Blocks and tables"],
];

/** The buttons above the pages. */
export class Toolbar {
  #scene;
  #list;
  #number = make("input", {
    type: "text",
    inputmode: "numeric",
    class: "go-to",
    "aria-label": "Page",
    autocomplete: "off",
  });
  #total = make("span", { class: "page-total" });
  #zoom = make("output", { class: "zoom-told" });
  #fits = { width: this.#fit("width", "Fit the width"), page: this.#fit("page", "Fit the whole page") };
  #menu = make("div", { id: "layers", class: "menu layers", popover: true });
  #open = make(
    "button",
    { type: "button", popovertarget: "layers", class: "plain", "aria-label": "Show on the pages", title: "Show on the pages" },
    icon("layers"),
  );

  /** @param {Scene} scene @param {PageList} list */
  constructor(scene, list) {
    this.#scene = scene;
    this.#list = list;
    this.#menu.append(...this.#choices());
    this.element = make("div", { class: "toolbar", role: "group", "aria-label": "View" }, ...this.#groups());
    const heard = { signal: scene.signal };
    list.addEventListener("view", () => this.#show(), heard);
    scene.selection.addEventListener("look", () => this.#show(), heard);
    scene.document.addEventListener("index", () => this.#show(), heard);
    scene.document.addEventListener("job", () => this.#show(), heard);
    this.#number.addEventListener("change", () => this.#go(Number(this.#number.value)));
    this.#number.addEventListener("focus", () => this.#number.select());
    this.#number.addEventListener("keydown", (event) => event.key === "Enter" && this.#go(Number(this.#number.value)));
    this.#menu.addEventListener("toggle", () => this.#place());
    this.#keys();
    this.#show();
  }

  #groups() {
    const bare = { bare: true, class: "plain" };
    const group = (/** @type {string} */ name, /** @type {(Node | string)[]} */ ...children) =>
      make("div", { class: `tools ${name}` }, ...children);
    return [
      group(
        "go",
        this.#rail(),
        button("Page before", () => this.#by(-1), { icon: "up", ...bare }),
        this.#number,
        this.#total,
        button("Next page", () => this.#by(1), { icon: "down", ...bare }),
      ),
      group(
        "zoom",
        button("Smaller", () => this.#scale(1 / STEP), { icon: "zoom-out", ...bare }),
        this.#zoom,
        button("Larger", () => this.#scale(STEP), { icon: "zoom-in", ...bare }),
        this.#fits.width,
        this.#fits.page,
        button("Turn the page", () => this.#list.rotate(), { icon: "rotate", ...bare, class: "plain turn" }),
      ),
      group(
        "more",
        this.#open,
        this.#menu,
        make("span", { class: "doubt-words" }, "Doubtful words"),
        button("Doubtful word before", () => nextDoubtful(this.#scene, -1), {
          icon: "previous",
          ...bare,
          title: "Doubtful word before (Shift+N)",
        }),
        button("Next doubtful word", () => nextDoubtful(this.#scene, 1), {
          icon: "next",
          ...bare,
          title: "Next doubtful word (N)",
        }),
      ),
    ];
  }

  /** What opens and closes the rail of small pages. */
  #rail() {
    const press = () => {
      const open = rail.getAttribute("aria-expanded") !== "true";
      rail.setAttribute("aria-expanded", String(open));
      this.element.dispatchEvent(new CustomEvent("rail", { detail: open, bubbles: true }));
    };
    const rail = button("Small pages", press, {
      icon: "pages",
      bare: true,
      class: "plain for-rail",
      "aria-controls": "rail",
      "aria-expanded": "true",
    });
    return rail;
  }

  /** @param {"width" | "page"} fit @param {string} label */
  #fit(fit, label) {
    return button(label, () => this.#list.fitTo(fit), {
      icon: `fit-${fit}`,
      bare: true,
      class: `plain fit-${fit}`,
      "aria-pressed": "false",
    });
  }

  #choices() {
    const boxes = LAYERS.map(([layer, label]) => {
      const box = make("input", { type: "checkbox", on: { change: () => this.#list.show(layer, box.checked) } });
      return make("label", {}, box, label);
    });
    const bands = [
      ...BANDS.map(([band, , label]) => [band, label]),
      ["unknown", "not known"],
      ["checked", "checked by a person"],
    ];
    const rows = bands.map(([band, label]) => make("li", {}, make("span", { class: `swatch ${band}` }), label));
    return [
      ...boxes,
      make("p", { class: "quiet", id: "legend" }, "How sure"),
      make("ul", { class: "legend", "aria-labelledby": "legend" }, ...rows),
    ];
  }

  #keys() {
    this.#scene.commands.add(
      { keys: "n", label: "Next doubtful word", run: () => this.#seek(1) },
      { keys: "Shift+N", label: "Doubtful word before", run: () => this.#seek(-1) },
      { keys: "+", label: "Larger", run: () => this.#scale(STEP) },
      { keys: "-", label: "Smaller", run: () => this.#scale(1 / STEP) },
      { keys: "0", label: "Fit the width", run: () => this.#list.fitTo("width") },
      { keys: "r", label: "Turn the page", run: () => this.#list.rotate() },
    );
  }

  /** @param {1 | -1} way */
  async #seek(way) {
    const found = await nextDoubtful(this.#scene, way);
    // Where nothing has the focus yet the pages take it, so that Enter corrects the word and arrow keys go on from it.
    const { activeElement } = document;
    const none = !activeElement || activeElement === document.body || activeElement.id === "main";
    if (found && none) this.#list.element.focus({ preventScroll: true });
  }

  #show() {
    const { page } = this.#scene.selection;
    const { numbers } = this.#list;
    if (this.#number !== document.activeElement) this.#number.value = String(page);
    this.#total.textContent = numbers.length ? `of ${numbers.at(-1)}` : "";
    this.#zoom.textContent = `${Math.round(this.#list.zoom * 100)} %`;
    for (const [fit, each] of Object.entries(this.#fits)) each.setAttribute("aria-pressed", String(this.#list.fit === fit));
  }

  /** @param {number} number */
  #go(number) {
    const { numbers } = this.#list;
    // The nearest of those that there are.
    const to = numbers.reduce((a, b) => (Math.abs(b - number) < Math.abs(a - number) ? b : a), numbers[0]);
    if (to !== undefined && !Number.isNaN(number)) this.#list.goTo(to);
    this.#number.value = String(this.#scene.selection.page);
  }

  /** @param {1 | -1} by */
  #by(by) {
    const { numbers } = this.#list;
    const to = numbers[numbers.indexOf(this.#scene.selection.page) + by];
    if (to !== undefined) this.#list.goTo(to);
  }

  /** @param {number} factor */
  #scale(factor) {
    this.#list.zoomTo(this.#list.zoom * factor);
  }

  /** Below its button: anchors of popovers are too new to be relied on. */
  #place() {
    const { left, bottom } = this.#open.getBoundingClientRect();
    const room = document.documentElement.clientWidth - this.#menu.offsetWidth - 8;
    this.#menu.style.left = `${Math.max(8, Math.min(left, room))}px`;
    this.#menu.style.top = `${bottom + 4}px`;
    this.#menu.querySelector("input")?.focus();
  }
}
