// Reading a region once more, by another engine or in another language, and taking over what comes of it.

import { around, boxOf, centre, holds } from "../document/quads.js";
import { taken } from "../document/taken.js";
import { lineAt, wordAt } from "../document/words.js";
/** @import { PageList } from "../pages/pages.js" */
/** @import { Scene } from "../viewer/scene.js" */
/** @import { Job, Line, Page, Place, Wishes } from "../types.js" */
/** @import { Box } from "../document/quads.js" */
import * as api from "../shared/api.js";
import { announce, ask, button, make, notify, problemBox } from "../shared/dom.js";
import { list as listed } from "../shared/service.js";
import { undo } from "./history.js";

/** Times a line's height: what is read around it, for quads are tight. */
const MARGIN = 0.3;
/** Seconds that one request waits for the end of a job. */
const WAIT = 20;

/** Where to read. @typedef {{ page: number, box: Box }} Region */

export class Reread {
  element;
  #scene;
  #list;

  /** @param {Scene} scene @param {PageList} list */
  constructor(scene, list) {
    this.#scene = scene;
    this.#list = list;
    const { document, selection, commands, signal } = scene;
    const start = () => this.start(selection.place);
    this.element = button("Read again", start, { icon: "region", bare: true, class: "plain", title: "Read a part again (a)" });
    const show = () => {
      this.element.disabled = !document.readable;
    };
    document.addEventListener("job", show, { signal });
    show();
    commands.add({ keys: "a", label: "Read a part of the page again", run: start });
  }

  /**
   * Have a part of a page read again: the line or block of a word, or what the person draws.
   *
   * @param {Place | null} place
   */
  async start(place) {
    const { document } = this.#scene;
    if (!document.readable) return notify("Parts can be read again once the whole document is read.");
    try {
      const page = place && (await document.page(place.page));
      const here = page && wordAt(page, place) ? place : null;
      const asked = await this.#ask(here);
      if (!asked) return;
      const { what, ...wishes } = asked;
      const region = page && here && what !== "region" ? regionOf(page, here, what) : await this.#list.drawRegion();
      if (region) await this.#read(region, wishes);
    } catch (problem) {
      if (!(problem instanceof api.Problem)) throw problem;
      await ask("It could not be read again", [problemBox(problem)]);
    }
  }

  /** How, and what: the answer of a dialog. @param {Place | null} here @returns {Promise<Wishes | null>} */
  async #ask(here) {
    const [engines, languages, options] = await Promise.all([listed("engines"), listed("languages"), listed("options")]);
    const usable = engines.filter((engine) => engine.available);
    const efforts = options.find((option) => option.name === "effort")?.choices ?? [];
    const found = await ask(
      "Read again",
      [
        make(
          "fieldset",
          { class: "choices" },
          make("legend", {}, "What"),
          here && radio("line", "The line of the chosen word", true),
          here && radio("block", "Its whole block", false),
          radio("region", "A region that you draw", !here),
        ),
        choice("engine", "Engine", [["", "As before"], ...usable.map(({ name }) => [name, name])]),
        choice("languages", "Language", [
          ["", "As before"],
          ["auto", "Find out by itself"],
          ...languages.map(({ code, name }) => [code, name]),
        ]),
        choice("effort", "Effort", [["", "As before"], ...efforts.map((name) => [name, name])]),
      ],
      { send: "Read" },
    );
    if (!found) return null;
    const told = [...found].map(([name, value]) => [name, String(value)]);
    return Object.fromEntries(told.filter(([, value]) => value));
  }

  /** @param {Region} region @param {Wishes} wishes */
  async #read(region, wishes) {
    const { document, signal } = this.#scene;
    const { left, top, right, bottom } = region.box;
    const edges = [Math.floor(left), Math.floor(top), Math.ceil(right), Math.ceil(bottom)].join(",");
    const helper = await api.again(document.job.id, { ...wishes, pages: String(region.page), region: edges, pdf_text: "ignore" });
    try {
      const job = await this.#watched(helper, signal);
      if (!job) return announce("It was not read again.");
      const { pages } = await (await api.result(job.id, { format: "json" }, { signal })).json();
      await this.#offer(region, pages[0]);
    } finally {
      api.cancel(helper.id, { forget: true }).catch(() => {});
    }
  }

  /** The job when it has ended; null where the person does not want to wait. @param {Job} job @param {AbortSignal} signal */
  async #watched(job, signal) {
    const stop = new AbortController();
    const state = make("p", { role: "status" }, job.position ? `Waiting, ${job.position} before it…` : "Reading…");
    const body = make("div", {}, state, make("progress", { "aria-label": "Reading again" }));
    let left = false;
    const dialog = ask("Reading again", [body], { cancel: "Cancel" }).then(() => {
      left = true;
      stop.abort();
    });
    try {
      while (["queued", "running"].includes(job.state) && !signal.aborted) {
        job = await api.job(job.id, { wait: WAIT, signal: AbortSignal.any([signal, stop.signal]) });
        state.textContent = job.state === "queued" ? "Waiting…" : "Reading…";
      }
    } catch (problem) {
      if (!left && !signal.aborted) throw problem;
      return null;
    } finally {
      body.closest("dialog")?.close();
      await dialog;
    }
    if (job.error) throw new api.Problem(job.error.detail, { code: job.error.code, hint: job.error.hint });
    return job;
  }

  /** Show what stood there beside what was read now, and take it over if that is wanted. @param {Region} region @param {Page} fresh */
  async #offer({ page: number, box }, fresh) {
    if (fresh.problem) throw new api.Problem(fresh.problem.message, fresh.problem);
    const { document, selection } = this.#scene;
    const page = await document.page(number);
    const lines = fresh.blocks.flatMap((block) => block.lines);
    const found = await ask(
      "What was read",
      [
        make(
          "div",
          { class: "compared" },
          shown("Before", textIn(page, box)),
          shown("Now", lines.map((line) => line.words.map((word) => word.text).join(" ")).join("\n")),
        ),
      ],
      { send: "Take it", cancel: "Leave it" },
    );
    if (!found) return;
    selection.select(null, "reread");
    document.edit(...taken(await document.page(number), box, lines));
    notify("What was read now is taken over.", { action: "Undo", run: () => undo(this.#scene) });
  }
}

/** What is around a line or a block, with a little room. @param {Page} page @param {Place} place @param {string} what @returns {Region} */
function regionOf(page, place, what) {
  const line = /** @type {Line} */ (lineAt(page, place));
  const lines = what === "block" ? page.blocks[place.block].lines.filter((each) => each.words.length) : [line];
  const { left, top, right, bottom } = around(lines.map((each) => boxOf(each.quad)));
  const room =
    MARGIN *
    Math.min(...lines.map((each) => boxOf(each.quad)).map((box) => Math.min(box.bottom - box.top, box.right - box.left)));
  const box = {
    left: Math.max(0, left - room),
    top: Math.max(0, top - room),
    right: Math.min(page.width, right + room),
    bottom: Math.min(page.height, bottom + room),
  };
  return { page: place.page, box };
}

/** @param {Page} page @param {Box} box */
function textIn(page, box) {
  const lines = page.blocks.flatMap((block) =>
    block.lines.map((line) => line.words.filter((word) => holds(box, centre(boxOf(word.quad))))),
  );
  return lines
    .filter((words) => words.length)
    .map((words) => words.map((word) => word.text).join(" "))
    .join("\n");
}

/** @param {string} title @param {string} text */
function shown(title, text) {
  return make("div", {}, make("h3", {}, title), make("p", { class: "compared-text", dir: "auto" }, text || "Nothing"));
}

/** @param {string} value @param {string} text @param {boolean} checked */
function radio(value, text, checked) {
  return make("label", {}, make("input", { type: "radio", name: "what", value, checked }), text);
}

/** @param {string} name @param {string} label @param {string[][]} rows value and text of each */
function choice(name, label, rows) {
  return make("label", {}, label, make("select", { name }, ...rows.map(([value, text]) => make("option", { value }, text))));
}
