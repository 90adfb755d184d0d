// How a document of the list stands, in words.

/** @import { Job } from "../types.js" */
/** @import { Entry } from "../shared/recent.js" */
import { isLocked } from "../shared/password.js";
import { counted, ranges, took } from "../shared/wording.js";
import { uploads } from "./uploads.js";
import { isReadable } from "./watching.js";

/**
 * What is said of a document: `told` in a few words, how good that is, what can be done about it, and which `part` of the way it has
 * come, 0 to 1, or null where that is not known.
 *
 * @typedef {object} Standing
 * @property {string} told
 * @property {"" | "good" | "doubt" | "bad"} [tone]
 * @property {string} [hint]
 * @property {string} [code]
 * @property {number | null} [part]
 */

/** @param {Entry} entry @returns {Standing} */
export function standing(entry) {
  switch (entry.stage) {
    case "sending":
      return sending(entry);
    case "refused":
      return { told: entry.problem?.detail ?? "", tone: "bad", hint: entry.problem?.hint, code: entry.problem?.code };
    case "stopped":
      return { told: "Cancelled before it was sent" };
    case "broken":
      return {
        told: "The upload was broken off",
        tone: "doubt",
        hint: "The page was closed or loaded again. Choose the file once more.",
      };
    case "forgotten":
      return {
        told: "The service has forgotten it",
        hint: "What was read is kept for a while only. Send it again to have it read.",
      };
    default:
      return entry.job ? ofJob(entry, entry.job) : { told: "" };
  }
}

/** @param {Entry} entry @returns {Standing} */
function sending({ key, url, part: kept }) {
  const pause = uploads.pause(key);
  if (pause) {
    const seconds = Math.max(1, Math.round((pause - Date.now()) / 1000));
    return { told: `The service is busy. Trying again in ${seconds} s`, tone: "doubt" };
  }
  const part = uploads.sends(key) ? uploads.part(key) : kept;
  if (url) return { told: "Telling the service", part: null };
  if (part === undefined) return { told: "Waiting to be sent" };
  return part < 1 ? { told: `Uploading ${Math.floor(100 * part)} %`, part } : { told: "Uploaded", part: null };
}

/** @param {Entry} entry @param {Job} job @returns {Standing} */
function ofJob(entry, job) {
  switch (job.state) {
    case "queued":
      return { told: job.position ? `Waiting, ${job.position} before it` : "Waiting, next in line" };
    case "running":
      return running(job);
    case "failed":
      if (isLocked(job)) return { told: "It is locked", tone: "doubt", hint: "Its password opens it." };
      return { told: job.error?.detail ?? "It could not be read", tone: "bad", hint: job.error?.hint, code: job.error?.code };
    case "cancelled":
      return { told: "Cancelled" };
    default:
      return done(entry, job);
  }
}

/** @param {Job} job @returns {Standing} */
function running({ pages: { total, done } }) {
  if (!total) return { told: "Opening it", part: null };
  return { told: `Reading page ${Math.min(done + 1, total)} of ${total}`, part: done / total };
}

/** @param {Entry} entry @param {Job} job @returns {Standing} */
function done({ about }, { state, pages, started, ended }) {
  const seconds = started && ended ? (Date.parse(ended) - Date.parse(started)) / 1000 : 0;
  const size = `${counted(pages.done, "page")}${seconds >= 0.05 ? ` in ${took(seconds)}` : ""}`;
  const words = about && `${counted(about.words, "word")}${about.doubtful ? `, ${about.doubtful} doubtful` : ""}`;
  const told = [size, words].filter(Boolean).join(" · ");
  if (state !== "partial") return { told, tone: "good" };
  const which = about?.failed.length ? ` (${ranges(about.failed)})` : "";
  return { told: `${told} · ${counted(pages.failed, "page")}${which} could not be read`, tone: "doubt" };
}

/** What is said aloud when a document has come to its end; nothing before. @param {Entry} entry */
export function ending({ name, stage, job, problem }) {
  if (stage === "refused") return `${name}: ${problem?.detail}`;
  if (stage !== "sent" || !job) return "";
  if (isReadable(job)) return `${name} is read.`;
  return job.state === "failed" ? `${name} could not be read: ${job.error?.detail}` : "";
}
