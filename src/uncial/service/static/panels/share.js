// The call that reads a document as this one was read, for those who go on by program.

/** @import { Job, Wishes } from "../types.js" */
import { key } from "../shared/api.js";
import { ask, button, copy, make } from "../shared/dom.js";
import { wishesOf } from "../shared/recent.js";

/** Show how the same is had with curl and with Python. @param {Job} job */
export async function share(job) {
  const call = {
    service: new URL(".", document.baseURI).href.replace(/\/$/, ""),
    name: job.name || "document.pdf",
    wishes: wishesOf(job.id),
    id: job.id,
  };
  await ask("The call that read it", [
    snippet("curl, a document like this one", curl(call)),
    snippet("curl, this document with its corrections", curlResult(call)),
    snippet("Python", python(call)),
    key() && make("p", { class: "quiet" }, "Put your API key into the variable UNCIAL_KEY first."),
  ]);
}

/** @param {string} title @param {string} text */
function snippet(title, text) {
  return make(
    "section",
    { class: "snippet" },
    make("h3", {}, title),
    make("pre", { tabindex: 0, "aria-label": title }, text),
    button("Copy", () => copy(text, "Call"), { icon: "copy", "aria-label": `Copy: ${title}` }),
  );
}

/** @typedef {{ service: string, name: string, wishes: Wishes, id: string }} Call */

/** @param {Call} call */
export function curl({ service, name, wishes }) {
  const asked = { ...wishes, format: "docx" };
  return isAddress(name)
    ? command(`${service}/v1/ocr`, '-H "Content-Type: application/json"', `-d ${quoted(JSON.stringify({ url: name, ...asked }))}`)
    : command(`${service}/v1/ocr?${new URLSearchParams(asked)}`, `-F ${quoted(`file=@"${escaped(name)}"`)}`);
}

/** @param {Call} call */
export function curlResult({ service, id }) {
  return command(`${service}/v1/jobs/${id}/result?format=docx`);
}

/** @param {string} address @param {...string} more */
function command(address, ...more) {
  const bearer = key() ? ['-H "Authorization: Bearer $UNCIAL_KEY"'] : [];
  return [`curl ${quoted(address)}`, ...bearer, ...more, "-o document.docx"].join(" \\\n  ");
}

/** @param {Call} call */
export function python({ service, name, wishes, id }) {
  const options = Object.entries(wishes);
  const names = [...(options.length ? ["Options"] : []), ...("pages" in wishes ? ["PageRanges"] : [])];
  const given = options.length ? `, Options(${options.map(argument).join(", ")})` : "";
  return [
    key() ? "import os\n" : "",
    names.length ? `from uncial import ${names.join(", ")}\n` : "",
    "from uncial.client import Client\n\n",
    `with Client(${literal(service)}${key() ? ', key=os.environ["UNCIAL_KEY"]' : ""}) as client:\n`,
    `    document = client.read(${literal(name)}${given})\n`,
    "    print(document.text)\n",
    `    corrected = client.document(${literal(id)})\n`,
  ].join("");
}

/** @param {[string, string]} option */
function argument([name, value]) {
  if (name === "languages") return `languages=(${value.split("+").map(literal).join(", ")},)`;
  if (name === "pages") return `pages=PageRanges.parse(${literal(value)})`;
  if (value === "true" || value === "yes") return `${name}=True`;
  if (value === "false" || value === "no") return `${name}=False`;
  return `${name}=${/^-?\d+(\.\d+)?$/.test(value) ? value : literal(value)}`;
}

/** A text as a Python program writes it; JSON's strings are Python's too. @param {string} text */
function literal(text) {
  return JSON.stringify(text);
}

/** A text as a shell takes it (POSIX, 2.2.2). @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A file's name in the quotes that curl's -F knows. @param {string} name */
function escaped(name) {
  return name.replace(/["\\]/g, "\\$&");
}

/** @param {string} name */
function isAddress(name) {
  return /^https?:/.test(name);
}
