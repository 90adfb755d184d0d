// What the service says of fields, read and put into words: pure functions.

/** @import { Extraction, Field, KindRow, Mark } from "../types.js" */

const DOUBTFUL = 0.8;

/**
 * What the service says of fields, with amounts as it writes them: a total of 9.00 is not 9.
 *
 * @param {string} text
 * @returns {Extraction}
 */
export function parsed(text) {
  // Browsers that do not tell how a number is written show it as they write it; the type checker does not know the third argument.
  const revive = /** @type {(name: string, value: any) => any} */ (
    (/** @type {string} */ name, /** @type {any} */ value, /** @type {{ source?: string }} */ told) =>
      name === "value" && typeof value === "number" ? (told?.source ?? String(value)) : value
  );
  return JSON.parse(text, revive);
}

/** The rows of a field that is a list. @param {Field} field */
export function rowsOf(field) {
  return /** @type {Record<string, Field>[]} */ (field.value);
}

/** @param {Field} field */
export function isList(field) {
  return field.type === "rows";
}

/** @param {Field} field */
export function isDoubtful(field) {
  return field.confidence < DOUBTFUL || field.doubts.length > 0;
}

/**
 * Where the fields of a document stand; nowhere those that a person said and no page says.
 *
 * @param {Extraction["fields"]} fields
 * @returns {Mark[]}
 */
export function marksOf(fields) {
  return Object.entries(fields).flatMap(([name, field]) =>
    isList(field) ? rowsOf(field).flatMap(marksOf) : markOf(name, field),
  );
}

/** @param {string} name @param {Field} field @returns {Mark[]} */
export function markOf(name, { page, quad }) {
  const [[left, top], , [right, bottom]] = quad;
  return left === right && top === bottom ? [] : [{ page, quad, label: inWords(name) }];
}

/** How it was found and what speaks against it. @param {Field} field */
export function about(field) {
  if (field.found_by === "person") return "Said by a person.";
  const read = field.text && field.text !== String(field.value) && `Read as “${field.text}”.`;
  return [read, `${percent(field.confidence)} sure.`, ...field.doubts.map(({ message }) => message)].filter(Boolean).join(" ");
}

/** A name as people write it: `due_date` is “Due date”. @param {string} name */
export function inWords(name) {
  const plain = name.replace(/[_-]/g, " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

/**
 * The name of the field that a person means, who may write it as it is shown.
 *
 * @param {string} text
 * @param {KindRow["fields"]} known
 */
export function nameOf(text, known) {
  const meant = text.trim();
  return known.find(({ name }) => inWords(name) === meant)?.name ?? meant.replace(/\s+/g, "_").toLowerCase();
}

/** @param {number} part */
export function percent(part) {
  return `${Math.round(100 * part)} %`;
}
