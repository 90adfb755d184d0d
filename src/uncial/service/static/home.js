// Where documents are dropped, and the list of those that were.

import { make } from "./dom.js";

/**
 * @param {HTMLElement} main
 * @param {AbortSignal} signal
 */
export function showHome(main, signal) {
  main.append(make("p", {}, signal.aborted ? "" : "Drop a scan here."));
}
