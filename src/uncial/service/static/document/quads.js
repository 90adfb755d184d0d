// Where things stand on a page: four corners, in pixels. Pure; the same arithmetic as src/uncial/geometry.py.

/** @import { Line, Point, Quad } from "../types.js" */

/** @typedef {{ left: number, top: number, right: number, bottom: number }} Box */

/** @param {Quad} quad @returns {Box} the smallest upright box around it */
export function boxOf(quad) {
  const xs = quad.map(([x]) => x);
  const ys = quad.map(([, y]) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

/** @param {Box[]} boxes at least one @returns {Box} the smallest box around all of them */
export function around(boxes) {
  return {
    left: Math.min(...boxes.map(({ left }) => left)),
    top: Math.min(...boxes.map(({ top }) => top)),
    right: Math.max(...boxes.map(({ right }) => right)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  };
}

/** @param {Box} box @returns {Quad} of upright text that fills it */
export function quadOf({ left, top, right, bottom }) {
  return [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
  ];
}

/** @param {Box} box @returns {Point} */
export function centre({ left, top, right, bottom }) {
  return [(left + right) / 2, (top + bottom) / 2];
}

/** @param {Box} box @param {Point} point */
export function holds({ left, top, right, bottom }, [x, y]) {
  return left <= x && x < right && top <= y && y < bottom;
}

/** How much of the page both cover, in square pixels. @param {Box} a @param {Box} b */
export function overlap(a, b) {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return Math.max(width, 0) * Math.max(height, 0);
}

/** The direction of its upper and lower edge, in radians clockwise from the x axis. @param {Quad} quad */
export function angleOf([a, b, c, d]) {
  return Math.atan2(b[1] + c[1] - a[1] - d[1], b[0] + c[0] - a[0] - d[0]);
}

/** How high it is across its own direction, in pixels. @param {Quad} quad */
export function heightOf([a, b, c, d]) {
  return (Math.hypot(d[0] - a[0], d[1] - a[1]) + Math.hypot(c[0] - b[0], c[1] - b[1])) / 2;
}

/** How long it is along its own direction, in pixels. @param {Quad} quad */
export function widthOf([a, b, c, d]) {
  return (Math.hypot(b[0] - a[0], b[1] - a[1]) + Math.hypot(c[0] - d[0], c[1] - d[1])) / 2;
}

/** Turned about the origin, clockwise as seen on the page. @param {Quad} quad @param {number} angle in radians @returns {Quad} */
export function turned(quad, angle) {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return each(quad, ([x, y]) => [cos * x - sin * y, sin * x + cos * y]);
}

/** With each corner moved into the page. @param {Quad} quad @param {{ width: number, height: number }} page */
export function clamped(quad, { width, height }) {
  return each(quad, ([x, y]) => [Math.min(Math.max(x, 0), width), Math.min(Math.max(y, 0), height)]);
}

/** The rectangle around all of them in the direction of the first. @param {Quad[]} quads at least one @returns {Quad} */
export function joined(quads) {
  const angle = angleOf(quads[0]);
  return turned(quadOf(around(quads.map((quad) => boxOf(turned(quad, -angle))))), angle);
}

/**
 * The part of it where the text from one fraction (0 to 1) of a line's or word's length to another stands.
 *
 * Corners go from left to right whatever is read there, so text that runs to the left begins at the other end; vertical text may stand
 * in quads that are upright or that lie on their side.
 *
 * @param {Quad} quad
 * @param {number} start
 * @param {number} stop
 * @param {Line["direction"]} [direction]
 * @returns {Quad}
 */
export function span(quad, start, stop, direction) {
  const [a, b, c, d] = quad;
  if (direction === "right-to-left") return span(quad, 1 - stop, 1 - start);
  if (direction === "top-to-bottom" && heightOf(quad) > widthOf(quad)) {
    return tidy([between(a, d, start), between(b, c, start), between(b, c, stop), between(a, d, stop)]);
  }
  return tidy([between(a, b, start), between(a, b, stop), between(d, c, stop), between(d, c, start)]);
}

/** With coordinates of two decimals, as documents have them; itself where it has no more. @param {Quad} quad @returns {Quad} */
export function tidy(quad) {
  const made = each(quad, ([x, y]) => [rounded(x, 2), rounded(y, 2)]);
  return made.every(([x, y], corner) => x === quad[corner][0] && y === quad[corner][1]) ? quad : made;
}

/**
 * As Python's round() rounds: what lies just between two goes to the even one.
 *
 * @param {number} value
 * @param {number} digits
 */
export function rounded(value, digits) {
  const scaled = value * 10 ** digits;
  // Only such numbers lie exactly between two in binary, and their products are exact.
  const tie = Number.isInteger(value * 2 ** (digits + 1)) && Math.abs(scaled % 1) === 0.5;
  return tie ? (2 * Math.round(scaled / 2)) / 10 ** digits : Number(value.toFixed(digits));
}

/** @param {Quad} quad @param {(point: Point) => Point} change @returns {Quad} */
function each([a, b, c, d], change) {
  return [change(a), change(b), change(c), change(d)];
}

/** @param {Point} from @param {Point} to @param {number} part @returns {Point} */
function between(from, to, part) {
  return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
}
