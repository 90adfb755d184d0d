// Everything is put into the page as text, so that nothing in the description can become markup.

/**
 * As much of OpenAPI 3.1 (the specification's section 4) as this page shows.
 * @typedef {{type?: string, format?: string, enum?: unknown[], minimum?: number, maximum?: number, default?: unknown}} Schema
 * @typedef {{name: string, in: string, schema: Schema, description?: string}} Parameter
 * @typedef {{summary: string, value: unknown}} Example
 * @typedef {Record<string, {schema?: Schema, example?: unknown, examples?: Record<string, Example>}>} Content
 * @typedef {{$ref?: string, description?: string, content?: Content}} Answer
 * @typedef {object} Operation
 * @property {string} [summary]
 * @property {string} [description]
 * @property {Parameter[]} [parameters]
 * @property {{content: Content}} [requestBody]
 * @property {Record<string, Answer>} responses
 * @typedef {{code: string, status: number, title: string, hint: string}} Problem
 * @typedef {object} Description
 * @property {{title: string, version: string, description?: string}} info
 * @property {Record<string, Record<string, Operation>>} paths
 * @property {{responses?: Record<string, Answer>, schemas?: Record<string, Schema>}} [components]
 * @property {Problem[]} [x-problems]
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
const make = (tag, ...children) => {
  const element = document.createElement(tag);
  element.append(...children.filter((child) => child !== ""));
  return element;
};

/** @param {string} text */
const code = (text) => make("code", text);

/**
 * What may be wider than the window can be scrolled with the keyboard too.
 * @template {HTMLElement} Element
 * @param {Element} element
 */
const wide = (element) => {
  element.tabIndex = 0;
  return element;
};

/** @param {unknown} value */
const json = (value) => wide(make("pre", typeof value === "string" ? value : JSON.stringify(value, null, 2)));

/** @param {{id?: string, cells: (Node | string)[]}} row */
const line = ({ id, cells }) => {
  const made = make("tr", ...cells.map((cell) => make("td", cell)));
  if (id) made.id = id;
  return made;
};

/**
 * @param {string[]} heads
 * @param {{id?: string, cells: (Node | string)[]}[]} rows
 */
const table = (heads, rows) => {
  const head = make("thead", make("tr", ...heads.map((each) => make("th", each))));
  const around = wide(make("div", make("table", head, make("tbody", ...rows.map(line)))));
  around.className = "wide";
  return around;
};

/** @param {Schema} schema */
const kind = (schema) => {
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.minimum === undefined) return String(schema.type);
  const bounds = schema.maximum === undefined ? `from ${schema.minimum}` : `${schema.minimum} to ${schema.maximum}`;
  return `${schema.type} ${bounds}`;
};

/** @param {Parameter[]} list */
const parameters = (list) => {
  const rows = list.map((each) => ({
    cells: [code(each.name), each.in, kind(each.schema), code(String(each.schema.default ?? "")), each.description ?? ""],
  }));
  return table(["name", "in", "type", "default", "what it is"], rows);
};

/** @param {Content} [content] */
const contents = (content = {}) =>
  Object.entries(content).flatMap(([media, { schema, example, examples = {} }]) => {
    /** @type {Node[]} */
    const parts = [make("h4", code(media))];
    if (example !== undefined) parts.push(json(example));
    for (const each of Object.values(examples)) parts.push(make("p", each.summary), json(each.value));
    if (schema && schema.format !== "binary") parts.push(make("details", make("summary", "schema"), json(schema)));
    return parts;
  });

/**
 * Problems look alike everywhere: each is explained once, in the table at the end.
 * @param {Record<string, Answer>} responses
 */
const failures = (responses) => {
  const statuses = Object.keys(responses).filter((status) => responses[status].$ref);
  if (!statuses.length) return [];
  const link = make("a", "problems");
  link.href = "#problems";
  return [make("h3", code(statuses.join(", "))), make("p", "One of the ", link, ".")];
};

/**
 * @param {string} path
 * @param {string} method
 * @param {Operation} described
 */
const operation = (path, method, { summary, description, ...rest }) => {
  const section = make("section", make("h2", code(`${method.toUpperCase()} ${path}`)), make("p", summary ?? ""));
  if (description) section.append(json(description.trim()));
  if (rest.parameters) section.append(make("h3", "Options"), parameters(rest.parameters));
  if (rest.requestBody) section.append(make("h3", "Body: one of"), ...contents(rest.requestBody.content));
  for (const [status, answer] of Object.entries(rest.responses)) {
    if (!answer.$ref) section.append(make("h3", code(status), ` ${answer.description}`), ...contents(answer.content));
  }
  section.append(...failures(rest.responses));
  return section;
};

/** @param {Description} api */
const problems = (api) => {
  const heading = make("h2", "Problems");
  heading.id = "problems";
  const example = api.components?.responses?.Problem400?.content?.["application/problem+json"]?.example;
  const rows = (api["x-problems"] ?? []).map((each) => ({
    id: each.code,
    cells: [code(each.code), String(each.status), each.title, each.hint],
  }));
  return [heading, ...(example ? [json(example)] : []), table(["code", "status", "what it means", "what to do"], rows)];
};

/** @param {Description} api */
const schemas = (api) =>
  Object.entries(api.components?.schemas ?? {}).map(([name, schema]) =>
    make("details", make("summary", code(name)), json(schema)),
  );

const page = /** @type {HTMLElement} */ (document.getElementById("api"));

/** @param {Description} api */
const show = (api) => {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => operation(path, method, described)),
  );
  page.replaceChildren(make("h1", `${api.info.title} ${api.info.version}`), make("p", api.info.description ?? ""), ...operations);
  page.append(...problems(api), make("h2", "Schemas"), ...schemas(api));
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
};

fetch("openapi.json")
  .then((answer) => answer.json())
  .then(show, (error) => page.replaceChildren(make("p", `The description cannot be loaded: ${error.message}`)));
