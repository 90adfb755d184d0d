// What opens a locked PDF: asked for, used, and kept nowhere but in the memory of this page.

import { retry } from "../home/uploads.js";
/** @import { Job } from "../types.js" */
import { ask, make } from "./dom.js";

/** Whether a job failed because its document is locked, or the password was another. @param {Job} job */
export function isLocked(job) {
  return job.error?.code === "source-encrypted";
}

/**
 * Ask for the password of a job's document, and have it read with that.
 *
 * @param {Job} job one that failed
 * @returns {Promise<Job | null>} the new job, or null where nothing was typed. Raises `Problem`.
 */
export async function unlock(job) {
  const found = await ask(
    "This document is locked",
    [
      make("p", {}, `“${job.name}” asks for a password. It goes to this service and is forgotten when the page is closed.`),
      make(
        "label",
        {},
        "Password",
        make("input", { name: "password", type: "password", autocomplete: "off", required: true, autofocus: true }),
      ),
    ],
    { send: "Open it" },
  );
  const password = String(found?.get("password") ?? "");
  return password ? retry(job.id, password) : null;
}
