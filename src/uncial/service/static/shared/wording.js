// How amounts are said: bytes, seconds, numbers of things.

const NUMBER = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${NUMBER.format(count)} ${count === 1 ? one : many}`;
}

/** A size as the files of a computer show it, in units of a thousand. @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return counted(bytes, "byte");
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`;
  const megabytes = bytes / 1e6;
  return `${megabytes < 10 ? NUMBER.format(megabytes) : Math.floor(megabytes)} MB`;
}

/** A short time, as a person who waited for it would say it. @param {number} seconds */
export function took(seconds) {
  if (seconds < 60) return `${seconds < 10 ? NUMBER.format(seconds) : Math.round(seconds)} s`;
  const rest = Math.round(seconds % 60);
  return `${Math.floor(seconds / 60)} min${rest ? ` ${rest} s` : ""}`;
}

/** A long time, in its largest unit that fits. @param {number} seconds */
export function span(seconds) {
  const [unit, name] = /** @type {[number, string]} */ (
    [
      [86_400, "day"],
      [3600, "hour"],
      [60, "minute"],
      [1, "second"],
    ].find(([each]) => seconds >= Number(each)) ?? [1, "second"]
  );
  return counted(Math.round(seconds / unit), name);
}

/** When something was, as short as can be: today by the hour. @param {string} iso */
export function when(iso) {
  const then = new Date(iso);
  const today = then.toDateString() === new Date().toDateString();
  return today
    ? then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
    : then.toLocaleDateString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** Numbers with those that follow each other drawn together: “2–4, 7”. @param {number[]} numbers in their order */
export function ranges(numbers) {
  /** @type {[number, number][]} */
  const found = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else found.push([number, number]);
  }
  return found.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}
