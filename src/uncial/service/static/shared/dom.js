// Elements, made of text alone: nothing that a document says can become markup.

/** @typedef {string | number | Node | null | undefined | false} Child */

/**
 * Make an element.
 *
 * `props` are attributes; `true` sets an empty one, `false`, `null` and `undefined` set none. `class` is the class attribute, `on` holds
 * listeners by the names of their events, and names that begin with `--` are properties of its style.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) set(element, name, value);
  element.append(...nodes(children));
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {any} value
 */
function set(element, name, value) {
  if (name === "on") {
    for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
  } else if (name.startsWith("--")) {
    element.style.setProperty(name, value);
  } else if (name === "value" || name === "checked" || name === "disabled") {
    Reflect.set(element, name, value);
  } else if (value !== false && value !== null && value !== undefined) {
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function nodes(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "")
    .map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * Put other children in the place of those that an element has.
 *
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren(...nodes(children));
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * A picture of icons.svg, as large as the text beside it; what it means is said in words next to it or by a label.
 *
 * @param {string} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `static/icons.svg#${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/**
 * A button; one that shows an icon alone has its label for those who cannot see it, and as a tooltip.
 *
 * @param {string} label
 * @param {(event: MouseEvent) => unknown} press
 * @param {{ icon?: string, bare?: boolean, class?: string } & Record<string, any>} [look] with `bare` the icon alone is shown
 */
export function button(label, press, { icon: name, bare = false, ...props } = {}) {
  const told = bare ? { "aria-label": label, title: props.title ?? label } : {};
  return make(
    "button",
    { type: "button", ...told, ...props, on: { click: press, ...props.on } },
    name && icon(name),
    bare ? "" : make("span", {}, label),
  );
}

/**
 * Say something to those who listen to the page; it is not shown.
 *
 * @param {string} text
 */
export function announce(text) {
  const status = /** @type {HTMLElement} */ (document.getElementById("status"));
  // A screen reader says only what changes: the same text twice would be heard once.
  status.textContent = status.textContent === text ? `${text}\u00a0` : text;
}

/**
 * Show a short message at the foot of the page for a while.
 *
 * @param {string} text
 * @param {{ action?: string, run?: () => unknown, seconds?: number }} [more] a button in it, such as “Undo”
 */
export function notify(text, { action, run, seconds = 6 } = {}) {
  const note = make("div", { class: "note" }, make("span", {}, text));
  const close = () => note.remove();
  if (action && run) {
    note.append(
      button(
        action,
        () => {
          close();
          run();
        },
        { class: "plain" },
      ),
    );
  }
  note.append(button("Close", close, { icon: "close", bare: true, class: "plain" }));
  document.getElementById("notes")?.append(note);
  announce(text);
  setTimeout(close, seconds * 1000);
}

/**
 * What went wrong and what to do about it, as a box.
 *
 * @param {{ message: string, hint?: string, code?: string }} problem
 * @param {...(Child | Child[])} actions
 */
export function problemBox(problem, ...actions) {
  return make(
    "div",
    { class: "problem", role: "alert" },
    make("p", {}, make("strong", {}, problem.message)),
    problem.hint && make("p", {}, problem.hint),
    problem.code && make("p", { class: "quiet" }, make("code", {}, problem.code)),
    actions.length > 0 && make("p", { class: "row" }, ...actions),
  );
}

/**
 * Ask for something in a dialog that keeps the rest of the page out; what its form was sent with, or null where it was closed.
 *
 * @param {string} title
 * @param {Child[]} body what stands in the form; its controls have names
 * @param {{ send?: string, cancel?: string }} [words] of the buttons; without `send` it only shows something
 * @returns {Promise<FormData | null>}
 */
export function ask(title, body, { send, cancel = send ? "Cancel" : "Close" } = {}) {
  const heading = make("h2", { id: "dialog-title" }, title);
  const form = make(
    "form",
    { method: "dialog" },
    heading,
    body,
    make(
      "p",
      { class: "row end" },
      make("button", { type: "submit", value: "cancel", formnovalidate: true }, cancel),
      send && make("button", { type: "submit", value: "send", class: "primary" }, send),
    ),
  );
  // Enter sends what was typed, though the first button in the form is the one that cancels.
  form.addEventListener("keydown", (event) => {
    if (send && event.key === "Enter" && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".primary"));
    }
  });
  const dialog = make("dialog", { "aria-labelledby": heading.id }, form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "send" ? new FormData(form) : null);
    });
  });
}

/**
 * Put text on the clipboard, also where the page came over plain HTTP from another machine. Raises what keeps the text from coming.
 *
 * @param {string | Promise<string>} text where it is still to come, Safari has to be told of it while the click lasts
 * @param {string} [what] what to call it when it is there
 */
export async function copy(text, what = "Text") {
  const blob = Promise.resolve(text).then((there) => new Blob([there], { type: "text/plain" }));
  try {
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
  } catch {
    const field = make("textarea", { class: "unseen", "aria-hidden": "true", value: await text });
    (document.querySelector("dialog[open]") ?? document.body).append(field); // outside of a dialog nothing can be selected
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  notify(`${what} copied.`);
}

/**
 * Have the browser keep a file.
 *
 * @param {Blob} blob
 * @param {string} name
 */
export function keep(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = make("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
