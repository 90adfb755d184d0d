// From one word that is worth a second look to the next, over all pages.

import * as words from "../document/words.js";
/** @import { Scene } from "../viewer/scene.js" */
/** @import { Place } from "../types.js" */
import { announce } from "../shared/dom.js";
import { described } from "./wordkeys.js";

/**
 * Choose the next word that is doubtful; after the last comes the first again. Pages that have none are not even loaded.
 *
 * @param {Scene} scene
 * @param {1 | -1} way 1 to the next, -1 to the one before
 * @returns {Promise<Place | null>} null where none is left
 */
export async function nextDoubtful(scene, way) {
  const { document, selection } = scene;
  const from = selection.place;
  for (const [turn, number] of order(scene, way).entries()) {
    const page = await document.page(number).catch(() => null);
    if (scene.signal.aborted) return null;
    if (!page) continue;
    const start = turn === 0 && from?.page === number ? from : null;
    const found = way > 0 ? words.nextDoubtful(page, start) : words.previousDoubtful(page, start);
    if (!found) continue;
    selection.select(found, "doubtful");
    announce(described(page, found));
    return found;
  }
  announce("No doubtful word is left.");
  return null;
}

/** Pages that may have one: this one first, and at last once more, for what is before where one is. @param {Scene} scene @param {1 | -1} way */
function order({ document, selection }, way) {
  const here = selection.place?.page ?? selection.page;
  const some = document.index.filter((page) => page.doubtful > 0 || page.number === here).map((page) => page.number);
  if (way < 0) some.reverse();
  const at = some.indexOf(here);
  return at < 0 ? some : [...some.slice(at), ...some.slice(0, at), here];
}
