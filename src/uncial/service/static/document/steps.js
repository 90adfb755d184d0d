// The history of what a person corrected: steps that can be undone and redone, and the list of corrections that they amount to. Pure.

/** @import { Correction } from "../types.js" */

/** What was corrected at once; null takes back everything before it. @typedef {Correction[] | null} Step */

/**
 * @typedef {object} Steps
 * @property {Step[]} done
 * @property {Step[]} undone the one to be redone first is the last
 */

/** The corrections that hold, in their order. @param {Steps} steps @returns {Correction[]} */
export function corrections({ done }) {
  return /** @type {Correction[][]} */ (done.slice(done.lastIndexOf(null) + 1)).flat();
}

/** The steps with one more, after which there is nothing to redo. @param {Steps} steps @param {Step} step @returns {Steps} */
export function stepped({ done }, step) {
  return { done: [...done, step], undone: [] };
}

/** @param {Steps} steps @returns {Steps} */
export function undone({ done, undone }) {
  return { done: done.slice(0, -1), undone: [...undone, ...done.slice(-1)] };
}

/** @param {Steps} steps @returns {Steps} */
export function redone({ done, undone }) {
  return { done: [...done, ...undone.slice(-1)], undone: undone.slice(0, -1) };
}

/** Which page or which field a correction is about. @param {Correction} correction */
function subject(correction) {
  return "page" in correction ? correction.page : correction.field;
}

/** The pages that are not the same with these corrections as with those. @param {Correction[]} some @param {Correction[]} others */
export function pagesBetween(some, others) {
  return subjectsBetween(some, others).flatMap((each) => (typeof each === "number" ? [each] : []));
}

/** @param {Correction[]} some @param {Correction[]} others @returns {(string | number)[]} */
function subjectsBetween(some, others) {
  const [a, b] = [bySubject(some), bySubject(others)];
  return [...new Set([...a.keys(), ...b.keys()])].filter((each) => !alike(a.get(each) ?? [], b.get(each) ?? []));
}

/** @param {Correction[]} all */
function bySubject(all) {
  /** @type {Map<string | number, Correction[]>} */
  const found = new Map();
  for (const each of all) {
    const of = found.get(subject(each));
    if (of) of.push(each);
    else found.set(subject(each), [each]);
  }
  return found;
}

/**
 * Whether two who began with the same corrected the same page or field, and not to the same end.
 *
 * @param {Correction[]} base
 * @param {Correction[]} ours
 * @param {Correction[]} theirs
 */
export function clash(base, ours, theirs) {
  const changed = new Set(subjectsBetween(base, ours));
  return subjectsBetween(base, theirs).some((each) => changed.has(each) && !alike(of(ours, each), of(theirs, each)));
}

/**
 * Our steps after what somebody else corrected. Pages and fields do not touch each other: those that were changed here are as they were
 * changed here, all others as they are there.
 *
 * @param {Correction[]} base with which both began
 * @param {Steps} ours
 * @param {Correction[]} theirs
 * @returns {Steps}
 */
export function rebased(base, ours, theirs) {
  const changed = new Set(subjectsBetween(base, corrections(ours)));
  const others = theirs.filter((each) => !changed.has(subject(each))).map((each) => [each]);
  const held = /** @type {Correction[][]} */ (ours.done.slice(ours.done.lastIndexOf(null) + 1));
  const own = held.map((step) => step.filter((each) => changed.has(subject(each))));
  return { done: [...others, ...own.filter((step) => step.length)], undone: [] };
}

/** @param {Correction[]} all @param {string | number} one */
function of(all, one) {
  return all.filter((each) => subject(each) === one);
}

/** Whether they say the same, whatever of it goes without saying. @param {Correction[]} a @param {Correction[]} b */
export function alike(a, b) {
  return a === b || (a.length === b.length && a.every((each, index) => each === b[index] || plain(each) === plain(b[index])));
}

/** The service tells of a word also what goes without saying, and rounds. @param {Correction} correction */
function plain(correction) {
  return JSON.stringify(correction, (_, value) => {
    if (typeof value === "number") return Math.round(value * 100);
    if (!value || typeof value !== "object" || Array.isArray(value)) return value;
    const told = Object.entries(value).filter(
      ([, of]) => of !== false && of !== "" && of !== null && !(Array.isArray(of) && !of.length),
    );
    return Object.fromEntries(told.sort(([x], [y]) => (x < y ? -1 : 1)));
  });
}
