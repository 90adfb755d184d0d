// Documents that are given to the page: dropped anywhere on it, pasted, chosen, photographed, or named by their address.

import { ask, button, make } from "../shared/dom.js";

/** @typedef {(sources: (File | string)[]) => unknown} Taking */

/**
 * Take in what is dropped on the window or pasted, for as long as the screen is there.
 *
 * @param {Taking} take
 * @param {AbortSignal} signal
 */
export function takeDropsAndPastes(take, signal) {
  let inside = 0;
  const show = (/** @type {number} */ depth) => {
    inside = depth;
    document.body.classList.toggle("dropping", inside > 0);
  };
  const over = (/** @type {DragEvent} */ event) => {
    if (!wanted(event.dataTransfer)) return;
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
  };
  document.addEventListener("dragenter", (event) => wanted(event.dataTransfer) && show(inside + 1), { signal });
  document.addEventListener("dragleave", (event) => wanted(event.dataTransfer) && show(Math.max(0, inside - 1)), { signal });
  document.addEventListener("dragover", over, { signal });
  document.addEventListener(
    "drop",
    async (event) => {
      show(0);
      if (!wanted(event.dataTransfer)) return;
      event.preventDefault();
      given(take, await dropped(/** @type {DataTransfer} */ (event.dataTransfer)));
    },
    { signal },
  );
  document.addEventListener("paste", (event) => pasted(event, take), { signal });
  signal.addEventListener("abort", () => show(0));
}

/**
 * The buttons that ask for documents.
 *
 * @param {Taking} take
 * @returns {HTMLElement}
 */
export function chooser(take) {
  const files = picker({ multiple: true }, take);
  // Only what one holds in the hand is good for taking photographs of paper.
  const camera = matchMedia("(any-pointer: coarse)").matches && picker({ accept: "image/*", capture: "environment" }, take);
  return make(
    "div",
    { class: "row choose" },
    button("Choose files", () => files.click(), { icon: "upload", class: "primary" }),
    camera && button("Take a photo", () => camera.click(), { icon: "camera" }),
    button("From an address", () => askForAddress(take), { icon: "link" }),
    files,
    camera,
  );
}

/** @param {Record<string, any>} props @param {Taking} take */
function picker(props, take) {
  const input = make("input", { type: "file", hidden: true, ...props });
  input.addEventListener("change", () => {
    const chosen = [...(input.files ?? [])];
    input.value = ""; // so that the same may be chosen again
    given(take, chosen);
  });
  return input;
}

/** @param {Taking} take */
async function askForAddress(take) {
  const found = await ask(
    "From an address",
    [
      make(
        "label",
        {},
        "Address of an image or a PDF",
        make("input", {
          name: "url",
          type: "url",
          required: true,
          autofocus: true,
          placeholder: "https://",
          pattern: "https?://.+",
        }),
      ),
      make("p", { class: "quiet" }, "The service fetches it, so it has to be reachable from there."),
    ],
    { send: "Read it" },
  );
  if (found) given(take, [String(found.get("url")).trim()]);
}

/** @param {ClipboardEvent} event @param {Taking} take */
function pasted(event, take) {
  const files = [...(event.clipboardData?.files ?? [])].map(named);
  if (files.length) {
    event.preventDefault();
    given(take, files);
  } else if (!isField(event.target)) {
    given(take, addresses(event.clipboardData?.getData("text/plain") ?? ""));
  }
}

/** Pictures of the clipboard are all called the same. @param {File} file */
function named(file) {
  if (file.name !== "image.png") return file;
  const time = new Date().toLocaleTimeString("en-GB").replaceAll(":", ".");
  return new File([file], `Pasted at ${time}.png`, { type: file.type });
}

/** @param {EventTarget | null} target */
function isField(target) {
  return target instanceof HTMLElement && target.matches("input, textarea, [contenteditable]");
}

/** @param {Taking} take @param {(File | string)[]} sources */
function given(take, sources) {
  if (sources.length) take(sources);
}

/** @param {DataTransfer | null} data */
function wanted(data) {
  return Boolean(data && (data.types.includes("Files") || data.types.includes("text/uri-list")));
}

/** Files of folders too, however deep. @param {DataTransfer} data @returns {Promise<(File | string)[]>} */
async function dropped(data) {
  // What is dropped is gone from the event as soon as anything is waited for.
  const entries = [...data.items]
    .filter((item) => item.kind === "file")
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const address = data.getData("text/uri-list");
  const found = await Promise.all(entries.map((entry) => (entry instanceof File || !entry ? [entry] : filesOf(entry))));
  const files = found.flat().filter((file) => file instanceof File);
  return files.length ? files : addresses(address);
}

/** @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function filesOf(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve) => /** @type {FileSystemFileEntry} */ (entry).file(resolve, () => resolve(null)));
    return file && !file.name.startsWith(".") ? [file] : []; // those that begin with a dot are a folder's own
  }
  const inside = await listing(/** @type {FileSystemDirectoryEntry} */ (entry).createReader());
  return (await Promise.all(inside.map(filesOf))).flat();
}

/** A folder is told in parts, until there are no more. @param {FileSystemDirectoryReader} reader @returns {Promise<FileSystemEntry[]>} */
async function listing(reader) {
  /** @type {FileSystemEntry[]} */
  const part = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
  return part.length ? [...part, ...(await listing(reader))] : [];
}

/** Lines that are addresses of the web. @param {string} text */
function addresses(text) {
  return text
    .split(/\s+/)
    .filter((word) => /^https?:\/\//i.test(word) && URL.canParse(word))
    .slice(0, 20);
}
