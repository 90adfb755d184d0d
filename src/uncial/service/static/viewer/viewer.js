// The screen of a document: it puts the parts together and knows nothing of what they do.

import { Editor } from "../correcting/editor.js";
import { History } from "../correcting/history.js";
import { OpenDocument } from "../document/document.js";
import { PageList } from "../pages/pages.js";
import { Thumbs } from "../pages/thumbs.js";
import { Toolbar } from "../pages/toolbar.js";
import { Downloads } from "../panels/downloads.js";
import { FieldsPanel } from "../panels/fields.js";
import { TablesPanel } from "../panels/tables.js";
/** @import { Scene } from "./scene.js" */
import { isForGood } from "../shared/api.js";
import { button, fill, icon, make, problemBox } from "../shared/dom.js";
import { Search } from "../text/search.js";
import { TextPane } from "../text/text.js";
import { Progress, readAgain } from "./progress.js";
import { Commands, Selection } from "./scene.js";
import { splitter } from "./splitter.js";
import { Tabs } from "./tabs.js";

const STYLES = ["viewer/viewer.css", "pages/pages.css", "text/text.css", "panels/panels.css", "correcting/editor.css"];
/** On less than this there is one column, and the pages are one of the tabs. */
const NARROW = "(max-width: 56rem)";
/** Browsers count how often a page changes its address, so it is done when scrolling rests; in milliseconds. */
const ADDRESS_AFTER = 400;

/**
 * @param {HTMLElement} main
 * @param {string} id of the job
 * @param {number} page that is shown first
 * @param {AbortSignal} signal aborted when the screen is left
 */
export async function showDocument(main, id, page, signal) {
  fill(main, make("p", { class: "waiting", role: "status" }, "Opening the document…"));
  const [document] = await Promise.all([OpenDocument.open(id), ...STYLES.map(dressed)]);
  if (signal.aborted) return document.close();
  signal.addEventListener("abort", () => document.close());
  /** @type {Scene} */
  const scene = { document, selection: new Selection(), commands: new Commands(signal), signal };
  fill(main, screen(scene, page));
  // What had the focus went with the screen before.
  main.focus({ preventScroll: true });
  globalThis.document.title = `${document.job.name || "Document"} – Uncial`;
  address(scene);
}

/** Have a style sheet, which who only drops a file need not load. @param {string} name @returns {Promise<void>} */
function dressed(name) {
  const href = `static/${name}`;
  if (document.head.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  const link = make("link", { rel: "stylesheet", href });
  document.head.append(link);
  return new Promise((resolve) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => resolve());
  });
}

/** @param {Scene} scene @param {number} page */
function screen(scene, page) {
  const list = new PageList(scene, page);
  const editor = new Editor(scene, list);
  const toolbar = new Toolbar(scene, list);
  toolbar.element.append(editor.reread.element);
  const pages = make("section", { class: "pages", "aria-label": "Pages" }, toolbar.element, failure(scene), list.element);
  const parts = [
    { name: "text", label: "Text", icon: "text", panel: make("div", {}, new TextPane(scene).element) },
    { name: "fields", label: "Fields", icon: "fields", panel: make("div", {}, new FieldsPanel(scene).element) },
    { name: "tables", label: "Tables", icon: "table", panel: make("div", {}, new TablesPanel(scene).element) },
  ];
  const tabs = new Tabs("Parts of the document", [{ name: "page", label: "Page", icon: "document", panel: pages }, ...parts]);
  const panel = make("section", { class: "panel", "aria-label": "What was read" }, ...parts.map((part) => part.panel));
  const side = make("div", { class: "side", id: "side" }, tabs.element, panel);
  const line = splitter(side, "Width of the text", { least: 20, most: 70, first: 36 }, scene.signal);
  const rail = new Thumbs(scene, list).element;
  const body = make("div", { class: "body" }, rail, pages, line, side);
  const viewer = make("div", { class: "viewer" }, bar(scene), body, editor.element);
  toolbar.element.addEventListener("rail", (event) => {
    rail.hidden = !(/** @type {CustomEvent} */ (event).detail);
  });
  viewer.classList.toggle("without", !scene.document.readable && scene.document.ended);
  choosing(viewer, tabs, parts, scene.signal);
  return viewer;
}

/** @param {Scene} scene */
function bar(scene) {
  const { name } = scene.document.job;
  const home = make(
    "a",
    { class: "button plain back", href: "#/", "aria-label": "All documents", title: "All documents" },
    icon("previous"),
  );
  return make(
    "header",
    { class: "bar" },
    home,
    make("h1", { title: name }, name || "Document"),
    new Progress(scene).element,
    new History(scene).element,
    new Search(scene).element,
    new Downloads(scene).element,
  );
}

/**
 * Show the part that is chosen: beside the pages, or on a narrow screen in their place.
 *
 * @param {HTMLElement} viewer
 * @param {Tabs} tabs
 * @param {{ name: string, panel: HTMLElement }[]} parts
 * @param {AbortSignal} signal
 */
function choosing(viewer, tabs, parts, signal) {
  const narrow = matchMedia(NARROW);
  const pages = /** @type {HTMLElement} */ (viewer.querySelector(".pages"));
  const show = () => {
    viewer.dataset.tab = tabs.chosen;
    for (const { name, panel } of parts) panel.hidden = name !== tabs.chosen;
  };
  const fit = () => {
    viewer.classList.toggle("narrow", narrow.matches);
    tabs.offer("page", narrow.matches);
    // Beside the other parts the pages are no tab's panel.
    pages.setAttribute("role", narrow.matches ? "tabpanel" : "region");
    tabs.choose(narrow.matches ? "page" : "text");
    show();
  };
  tabs.addEventListener("choose", show);
  narrow.addEventListener("change", fit, { signal });
  fit();
}

/** Why there is no document, and what to do about it. @param {Scene} scene */
function failure(scene) {
  const place = make("div", { class: "failure" });
  const { document, signal } = scene;
  const show = () => {
    const { state, error } = document.job;
    const told = error && { message: error.detail, hint: error.hint, code: error.code };
    const cancelled = {
      message: "The reading of this document was cancelled.",
      hint: "Nothing is kept of it. Send it again to have it read.",
    };
    const again = button("Read it again", () => readAgain(scene), { icon: "retry", class: "primary" });
    const offers = isForGood(error?.code) ? [] : [again];
    const home = make("a", { class: "button", href: "#/" }, "All documents");
    if (state === "failed") fill(place, problemBox(told ?? { message: "The document could not be read." }, ...offers, home));
    else if (state === "cancelled") fill(place, problemBox(cancelled, home));
    const none = place.hasChildNodes();
    place.hidden = !none;
    place.closest(".viewer")?.classList.toggle("without", none);
  };
  document.addEventListener("job", show, { signal });
  show();
  return place;
}

/** Have the address name the page in view, so that it can be kept and shared. @param {Scene} scene */
function address({ document, selection, signal }) {
  let timer = 0;
  const tell = () => history.replaceState(null, "", `#/jobs/${document.job.id}/${selection.page}`);
  selection.addEventListener(
    "look",
    () => {
      clearTimeout(timer);
      timer = setTimeout(tell, ADDRESS_AFTER);
    },
    { signal },
  );
  signal.addEventListener("abort", () => clearTimeout(timer));
}
