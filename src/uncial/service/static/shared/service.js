// What the service says of itself, asked for once: options, languages, engines, limits.

/** @import { EngineRow, LanguageRow, OptionRow } from "../types.js" */
import { json } from "./api.js";

/** @typedef {{ name: string, value: number, help: string }} LimitRow */
/** @typedef {{ options: OptionRow[], languages: LanguageRow[], engines: EngineRow[], limits: LimitRow[] }} Lists */

/** @type {Map<string, Promise<any>>} */
const asked = new Map();

/**
 * One of the lists that there are of what can be asked for.
 *
 * @template {keyof Lists} K
 * @param {K} name
 * @returns {Promise<Lists[K]>}
 */
export function list(name) {
  let coming = asked.get(name);
  if (!coming) {
    coming = json(`v1/${name}`).then((answer) => answer[name]);
    coming.catch(() => asked.delete(name)); // so that it is asked for again
    asked.set(name, coming);
  }
  return coming;
}

/** One of its limits; infinite where it does not tell. @param {string} name @returns {Promise<number>} */
export async function limit(name) {
  return (await list("limits")).find((row) => row.name === name)?.value ?? Number.POSITIVE_INFINITY;
}
