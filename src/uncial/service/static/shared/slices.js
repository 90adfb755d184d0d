// Long work in short pieces, so that the page answers in between.

/** The longest that a piece takes, in milliseconds: a frame has 16. */
const SLICE = 6;

/**
 * Take all steps of something, and let the browser do other things in between.
 *
 * @param {Iterable<unknown>} steps each of them short
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>} whether it came to its end
 */
export async function inSlices(steps, signal) {
  let until = performance.now() + SLICE;
  for (const _ of steps) {
    if (performance.now() < until) continue;
    await pause();
    if (signal.aborted) return false;
    until = performance.now() + SLICE;
  }
  return !signal.aborted;
}

/** Until the browser has done what waited. @param {number} [milliseconds] */
export function pause(milliseconds = 0) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
