// Which screen is shown: the address says it. `#/` is where documents are dropped, `#/jobs/{id}/{page}` is a document.

import { showHome } from "./home/home.js";
import { key, onKeyWanted, Problem, setKey } from "./shared/api.js";
import { ask, button, fill, make, problemBox } from "./shared/dom.js";

const main = /** @type {HTMLElement} */ (document.getElementById("main"));
/** What can stand in a header; others could not even be sent. */
const KEY = "\\s*[\\x21-\\x7e]+\\s*";
let leaving = new AbortController();

/** @returns {Promise<string | null>} */
async function askForKey() {
  const found = await ask(
    "This service wants an API key",
    [
      key() && make("p", { class: "bad" }, "It does not take the key that it was given: it is mistyped, or has ended."),
      make(
        "p",
        {},
        "Whoever runs it makes one with: ",
        make("code", {}, "uncial keys add NAME"),
        ". It is kept in this browser.",
      ),
      make(
        "label",
        {},
        "API key",
        make("input", {
          name: "key",
          type: "password",
          autocomplete: "off",
          required: true,
          autofocus: true,
          pattern: KEY,
          title: "Letters, digits and signs, without spaces",
        }),
      ),
    ],
    { send: "Use it" },
  );
  return found && String(found.get("key")).trim();
}

/** Show what the address names. */
async function route() {
  leaving.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const [, id, page] = location.hash.match(/^#\/jobs\/([0-9a-f]{32})(?:\/(\d+))?$/) ?? [];
  document.body.dataset.screen = id ? "document" : "home";
  const focused = main.contains(document.activeElement);
  fill(main);
  // Who was in the screen before is in the next one.
  if (focused) main.focus({ preventScroll: true });
  try {
    if (!id) {
      document.title = "Uncial";
      showHome(main, signal);
    } else {
      // Who only drops a file need not load what shows one.
      const { showDocument } = await import("./viewer/viewer.js");
      if (!signal.aborted) await showDocument(main, id, Number(page ?? 1), signal);
    }
  } catch (problem) {
    if (signal.aborted) return;
    fill(
      main,
      problemBox(asProblem(problem), button("Try again", route), make("a", { href: "#/", class: "button" }, "To the start")),
    );
  }
}

/** @param {unknown} problem @returns {Problem} */
function asProblem(problem) {
  if (problem instanceof Problem) return problem;
  reportError(problem); // it is a mistake of ours: the console has all of it
  return new Problem("Something in this page went wrong.", { hint: "Load it again. The documents are not touched by it." });
}

/** The key can be changed, and forgotten, by whoever has given one. */
function showKey() {
  const place = /** @type {HTMLElement} */ (document.getElementById("key"));
  const forget = () => {
    setKey("");
    location.reload();
  };
  fill(place, key() && button("Forget the key", forget, { icon: "key", class: "plain" }));
}

onKeyWanted(async () => {
  const found = await askForKey();
  if (found) setKey(found);
  showKey();
  return found;
});
showKey();
document.querySelector(".skip")?.addEventListener("click", (event) => {
  event.preventDefault(); // the part of the address behind the # is the screen's
  main.focus();
});
// What is dropped where nothing takes it would take the place of the page.
for (const type of ["dragover", "drop"]) addEventListener(type, (event) => event.preventDefault());
addEventListener("hashchange", route);
route();
