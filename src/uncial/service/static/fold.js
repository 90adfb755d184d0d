// What corrections make of a page: the same as src/uncial/corrections.py makes of it, which tests/data/corrections.json holds both to.

/** @import { Correction, Page } from "./types.js" */

/**
 * The page with these corrections, one after the other. What became empty stays where it is, so that the indices of others do not move.
 *
 * @param {Page} page
 * @param {Correction[]} corrections those of this page
 * @returns {Page}
 */
export function fold(page, corrections) {
  return corrections.reduce(corrected, page);
}

/** The page without what became empty, as all formats have it. @param {Page} page @returns {Page} */
export function finished(page) {
  return page;
}

/** @param {Page} page @param {Correction} correction @returns {Page} */
function corrected(page, correction) {
  throw new Error(`not written yet: ${page.number} ${correction}`);
}
