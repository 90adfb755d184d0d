// Going from word to word on the pages, by keys and by clicks.

import * as words from "../document/words.js";
/** @import { PageList } from "./pages.js" */
/** @import { Scene } from "../viewer/scene.js" */
/** @import { Place } from "../types.js" */
import { announce } from "../shared/dom.js";
import { samePlace } from "../viewer/scene.js";

const ORIGIN = "page";

/**
 * Let words be chosen on the pages: clicked at, or gone to by arrow keys while the list of pages has the focus.
 *
 * @param {PageList} list
 * @param {Scene} scene
 */
export function wordKeys(list, scene) {
  const { signal } = scene;
  list.element.addEventListener("click", (event) => clicked(list, scene, event), { signal });
  let finger = false;
  list.element.addEventListener(
    "pointerdown",
    ({ pointerType }) => {
      finger = pointerType === "touch";
    },
    { signal },
  );
  // Two taps of a finger zoom; it edits by a tap at the word that is chosen.
  list.element.addEventListener("dblclick", (event) => finger || edit(scene, list.wordAt(event.clientX, event.clientY)), {
    signal,
  });
  list.element.addEventListener(
    "keydown",
    (event) => {
      if (event.target !== list.element || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      if (pressed(list, scene, event.key)) event.preventDefault();
    },
    { signal },
  );
}

/** @param {PageList} list @param {Scene} scene @param {MouseEvent} event */
function clicked(list, { selection }, { clientX, clientY, detail, target }) {
  // Who has just selected text with the mouse wants that and nothing else.
  if (detail > 1 || !document.getSelection()?.isCollapsed || (target instanceof Element && target.closest("button, a"))) return;
  const place = list.wordAt(clientX, clientY);
  if (place && samePlace(place, selection.place)) selection.edit(place, ORIGIN);
  else selection.select(place, ORIGIN);
}

/** @param {Scene} scene @param {Place | null} place */
function edit({ selection }, place) {
  if (!place) return;
  document.getSelection()?.removeAllRanges(); // a double click selects the word, which is of no use to the editor
  selection.edit(place, ORIGIN);
}

/** Do what the key stands for; whether it stands for something. @param {PageList} list @param {Scene} scene @param {string} key */
function pressed(list, scene, key) {
  const { place } = scene.selection;
  if (key === "PageDown") return turnTo(list, scene, 1);
  if (key === "PageUp") return turnTo(list, scene, -1);
  if (key === "Home") return goTo(list, list.numbers[0]);
  if (key === "End") return goTo(list, list.numbers.at(-1));
  if (key === "Escape" && place) return choose(list, scene, null);
  if (key === "Enter" && place) return edit(scene, place) ?? true;
  if (!key.startsWith("Arrow")) return false;
  // Without a word to start from, up and down scroll as they do everywhere.
  if (!place && (key === "ArrowUp" || key === "ArrowDown")) return false;
  step(list, scene, key);
  return true;
}

/** @param {PageList} list @param {Scene} scene @param {1 | -1} by */
function turnTo(list, { selection }, by) {
  return goTo(list, list.numbers[list.numbers.indexOf(selection.page) + by]);
}

/** @param {PageList} list @param {number | undefined} number */
function goTo(list, number) {
  if (number === undefined) return true;
  list.goTo(number);
  announce(`Page ${number}`);
  return true;
}

/** @param {PageList} list @param {Scene} scene @param {string} key */
async function step(list, scene, key) {
  const { document, selection } = scene;
  const number = selection.place?.page ?? selection.page;
  const page = await document.page(number).catch(() => null);
  if (!page) return;
  const place = selection.place;
  const next = place ? words.byKey(page, place, key) : words.firstWord(page);
  if (next) {
    choose(list, scene, next);
    return;
  }
  const forward = !place || words.leadsOn(page, place, key);
  const other = list.numbers[list.numbers.indexOf(number) + (forward ? 1 : -1)];
  const beyond = other && (await document.page(other).catch(() => null));
  if (beyond) choose(list, scene, forward ? words.firstWord(beyond) : words.lastWord(beyond));
}

/** @param {PageList} list @param {Scene} scene @param {Place | null} place */
function choose(list, { document, selection }, place) {
  selection.select(place, ORIGIN);
  const page = place && document.known(place.page);
  if (page) announce(described(page, place));
  if (place) list.revealWord(place);
  return true;
}

/** What is said of a word to those who listen. @param {import("../types.js").Page} page @param {Place} place */
export function described(page, place) {
  const word = words.wordAt(page, place);
  if (!word) return "";
  const sure = word.checked ? "checked" : word.confidence === null ? "" : `${Math.round(100 * word.confidence)} %`;
  return [word.text, `page ${place.page}`, sure].filter(Boolean).join(", ");
}
