// Where one looks in something that scrolls, so that two views of the same pages stand at the same place. Pure.

/** How far down a view one looks, as a part of its height; at the ends it is the first and the last that one looks at. */
const EYE = 1 / 8;

/**
 * The point that one looks at, from the top of what is scrolled; all in CSS pixels.
 *
 * @param {number} top how far it is scrolled
 * @param {number} height of the view
 * @param {number} most how far it can be scrolled
 */
export function lookedAt(top, height, most) {
  if (most <= 0) return 0;
  if (most < height) return top + (height * top) / most;
  const [above, below] = [height * EYE, height * (1 - EYE)];
  return top + Math.min(top, above) + Math.max(0, below - (most - top));
}

/**
 * How far it has to be scrolled for one to look at that point: what `lookedAt` says, the other way round.
 *
 * @param {number} point
 * @param {number} height
 * @param {number} most
 */
export function scrolledTo(point, height, most) {
  if (most <= 0) return 0;
  if (most < height) return (point * most) / (most + height);
  const [above, below] = [height * EYE, height * (1 - EYE)];
  if (point < 2 * above) return point / 2;
  return point > most + above - below ? (point + most - height) / 2 : point - above;
}
