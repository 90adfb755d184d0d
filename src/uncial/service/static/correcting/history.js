// Undo and redo, and whether what was corrected is kept.

import { nearestWord } from "../document/words.js";
/** @import { Scene } from "../viewer/scene.js" */
/** @import { Step } from "../document/steps.js" */
import { announce, ask, button, fill, icon, make, notify } from "../shared/dom.js";

const ORIGIN = "history";

/** Take the last correction back, say which one it was, and show where. @param {Scene} scene */
export function undo(scene) {
  const { document } = scene;
  if (!document.canUndo) return announce("There is nothing to undo.");
  show(scene, /** @type {Step} */ (document.undo()), "Undone");
}

/** Do again what was undone last. @param {Scene} scene */
export function redo(scene) {
  const { document } = scene;
  if (!document.canRedo) return announce("There is nothing to redo.");
  show(scene, /** @type {Step} */ (document.redo()), "Done again");
}

/** @param {Scene} scene @param {Step} step @param {string} what was done with it */
async function show({ document, selection }, step, what) {
  const first = step?.[0];
  if (!first) return announce(`${what}: back to what was read`);
  if ("field" in first) return announce(`${what}: ${first.field}`);
  announce(`${what}: a correction of page ${first.page}`);
  const page = await document.page(first.page).catch(() => null);
  const block = "block" in first ? first.block : first.start;
  const [line, word] = "words" in first ? [first.line, first.start] : ["lines" in first ? first.start : 0, 0];
  const place = page?.blocks[block] && nearestWord(page, { page: first.page, block, line, word });
  if (place) selection.select(place, ORIGIN);
}

/** The buttons, and how it stands. */
export class History {
  #scene;
  #undo;
  #redo;
  #back;
  #menu = make("div", { id: "corrections", class: "menu corrections", popover: true });
  #more = make(
    "button",
    {
      type: "button",
      class: "plain",
      popovertarget: "corrections",
      "aria-label": "More of corrections",
      title: "More of corrections",
    },
    icon("more"),
  );
  #state = make("span", { class: "saving quiet" });
  #asking = false;
  /** Whether it was said that something could not be saved, and not yet that it is. */
  #broken = false;

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    const { document, commands, signal } = scene;
    this.#undo = button("Undo", () => undo(scene), { icon: "undo", bare: true, class: "plain", title: "Undo (Ctrl+Z)" });
    this.#redo = button("Redo", () => redo(scene), { icon: "redo", bare: true, class: "plain", title: "Redo (Ctrl+Shift+Z)" });
    this.#back = button("Back to what was read", () => this.#revert(), { icon: "document", class: "plain" });
    this.#menu.append(
      this.#back,
      button("Show the keys", () => this.#keys(), { icon: "keyboard", class: "plain" }),
    );
    this.#menu.addEventListener("toggle", () => this.#place());
    this.element = make(
      "div",
      { class: "history", role: "group", "aria-label": "Corrections" },
      this.#undo,
      this.#redo,
      this.#more,
      this.#menu,
      this.#state,
    );
    commands.add(
      { keys: "Ctrl+z", label: "Undo", run: () => undo(scene) },
      { keys: "Ctrl+Shift+Z", label: "Redo", run: () => redo(scene) },
      { keys: "Ctrl+y", label: "Redo", run: () => redo(scene) },
    );
    for (const type of ["job", "index", "edited", "saving"]) document.addEventListener(type, () => this.#show(), { signal });
    document.addEventListener("saving", () => this.#saving(), { signal });
    document.addEventListener("merged", () => notify("Somebody else corrected this document too. Both are kept."), { signal });
    addEventListener("beforeunload", (event) => this.#leaving(event), { signal });
    // On a telephone a page that is put aside may never come back.
    globalThis.document.addEventListener("visibilitychange", () => this.#hidden(), { signal });
    this.#show();
  }

  #show() {
    const { document } = this.#scene;
    this.element.hidden = !document.readable;
    const focused = globalThis.document.activeElement;
    this.#undo.disabled = !document.canUndo;
    this.#redo.disabled = !document.canRedo;
    this.#back.disabled = !document.corrections.length;
    const held = this.#state.contains(focused);
    fill(this.#state, ...this.#told());
    // The focus is not lost with the button that had it.
    const lost = held || (focused instanceof HTMLButtonElement && focused.disabled && this.element.contains(focused));
    if (lost) [this.#undo, this.#redo, this.#more].find((each) => !each.disabled)?.focus();
  }

  #told() {
    const { document } = this.#scene;
    if (document.saveState === "failed") return this.#failed();
    if (document.saveState !== "saved") return ["Saving…"];
    return document.canUndo || document.canRedo ? [icon("check"), "All changes saved"] : [];
  }

  #failed() {
    const { document } = this.#scene;
    const why = this.#why();
    const action = document.clashes
      ? button("Decide…", () => this.#decide(), { class: "plain" })
      : button("Try again", () => document.saved().catch(() => {}), { class: "plain" });
    return [make("span", { class: "bad", title: `${why} ${document.saveProblem?.hint ?? ""}`.trim() }, why), action];
  }

  #why() {
    const { clashes, saveProblem } = this.#scene.document;
    return clashes ? "Not saved: somebody else corrected the same page." : `Not saved: ${saveProblem?.message}`;
  }

  #saving() {
    const { document } = this.#scene;
    if (this.#broken && document.saveState === "saved") announce("All changes are saved now.");
    if (document.saveState === "saved") this.#broken = false;
    if (document.saveState !== "failed") return;
    this.#broken = true;
    announce(this.#why());
    if (document.clashes) this.#decide();
  }

  /** Somebody else corrected the same pages: whose corrections hold? */
  async #decide() {
    if (this.#asking) return;
    this.#asking = true;
    const choice = (/** @type {string} */ value, /** @type {string} */ text) =>
      make("label", {}, make("input", { type: "radio", name: "whose", value, checked: value === "ours" }), text);
    const found = await ask(
      "Somebody else corrected the same page",
      [
        make("p", {}, "Your last corrections are not saved yet. Pages that only one of you corrected are kept in any case."),
        choice("ours", "Keep mine, where both corrected a page"),
        choice("theirs", "Load theirs, and drop what I did since it was saved last"),
      ],
      { send: "Go on", cancel: "Decide later" },
    );
    this.#asking = false;
    const { document } = this.#scene;
    if (found?.get("whose") === "theirs") document.takeTheirs();
    else if (found) document.keepOurs().catch(() => {});
  }

  /** Below its button, and within the window. */
  #place() {
    const { left, bottom } = this.#more.getBoundingClientRect();
    this.#menu.style.left = `${Math.max(8, Math.min(left, innerWidth - this.#menu.offsetWidth - 8))}px`;
    this.#menu.style.top = `${bottom + 4}px`;
  }

  #keys() {
    this.#menu.hidePopover();
    this.#scene.commands.show();
  }

  #revert() {
    this.#menu.hidePopover();
    const { document } = this.#scene;
    document.revert();
    notify("All corrections are taken back.", { action: "Undo", run: () => undo(this.#scene) });
  }

  /** @param {BeforeUnloadEvent} event */
  #leaving(event) {
    const { document } = this.#scene;
    if (document.saveState === "saved") return;
    if (document.saveState === "waiting") document.saved().catch(() => {});
    event.preventDefault();
  }

  #hidden() {
    const { document } = this.#scene;
    if (globalThis.document.hidden && document.saveState === "waiting") document.saved().catch(() => {});
  }
}
