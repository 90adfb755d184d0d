// The screen of a document: it puts the parts together and knows nothing of what they do.

/** @import { Scene } from "./scene.js" */
import { fill, make } from "./dom.js";
import { OpenDocument } from "./document.js";
import { Commands, Selection } from "./scene.js";

/**
 * @param {HTMLElement} main
 * @param {string} id of the job
 * @param {number} page that is shown first
 * @param {AbortSignal} signal aborted when the screen is left
 */
export async function showDocument(main, id, page, signal) {
  fill(main, make("p", { class: "waiting", role: "status" }, "Opening the document…"));
  const document = await OpenDocument.open(id);
  signal.addEventListener("abort", () => document.close());
  if (signal.aborted) return;
  /** @type {Scene} */
  const scene = { document, selection: new Selection(), commands: new Commands(signal), signal };
  fill(main, make("p", {}, `${scene.document.job.name}, page ${page}`));
}
