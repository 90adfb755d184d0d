// One request for all who wait for the same.

/**
 * Something that is fetched once for everybody. Who waits no longer does not disturb the others; when nobody does, it is broken off.
 *
 * @template T
 */
export class Shared {
  #waiting = 0;
  #stop = new AbortController();
  /** @type {Promise<T>} */
  #coming;

  /** @param {(signal: AbortSignal) => Promise<T>} fetching */
  constructor(fetching) {
    this.#coming = fetching(this.#stop.signal);
    this.#coming.catch(() => {});
  }

  /** Whether it was broken off: whoever comes now has to begin again. */
  get broken() {
    return this.#stop.signal.aborted;
  }

  /**
   * What is fetched. Raises what the fetching raises, and the signal's reason.
   *
   * @param {AbortSignal} [signal] of who waits
   * @returns {Promise<T>}
   */
  async wait(signal) {
    signal?.throwIfAborted();
    this.#waiting += 1;
    const { promise, reject } = /** @type {{ promise: Promise<never>, reject: (reason: unknown) => void }} */ (resolvers());
    const leave = () => reject(signal?.reason);
    signal?.addEventListener("abort", leave);
    try {
      return await Promise.race([this.#coming, promise]);
    } finally {
      signal?.removeEventListener("abort", leave);
      this.#waiting -= 1;
      if (!this.#waiting && signal?.aborted) this.#stop.abort();
    }
  }
}

/** Promise.withResolvers is younger than the browsers that this page is for. */
function resolvers() {
  /** @type {((reason: unknown) => void) | undefined} */
  let reject;
  const promise = new Promise((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}
