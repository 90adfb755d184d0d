"use strict";
// Everything is put into the page as text, so that nothing in the description can become markup.

const make = (tag, ...children) => {
  const element = document.createElement(tag);
  element.append(...children.filter((child) => child !== undefined && child !== ""));
  return element;
};
const code = (text) => make("code", text);
const json = (value) => make("pre", typeof value === "string" ? value : JSON.stringify(value, null, 2));

const table = (heads, rows) => {
  const body = make("tbody", ...rows.map((row) => {
    const line = make("tr", ...row.cells.map((cell) => make("td", cell)));
    if (row.id) line.id = row.id;
    return line;
  }));
  return make("table", make("thead", make("tr", ...heads.map((head) => make("th", head)))), body);
};

const kind = (schema) => {
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.minimum === undefined) return String(schema.type);
  return `${schema.type} ${schema.maximum === undefined ? `from ${schema.minimum}` : `${schema.minimum} to ${schema.maximum}`}`;
};

const parameters = (list) => table(["name", "in", "type", "default", "what it is"], list.map((each) => ({
  cells: [code(each.name), each.in, kind(each.schema), code(String(each.schema.default ?? "")), each.description ?? ""],
})));

const contents = (content) => Object.entries(content ?? {}).flatMap(([media, { schema, example, examples }]) => {
  const parts = [make("h4", code(media))];
  if (example !== undefined) parts.push(json(example));
  for (const each of Object.values(examples ?? {})) parts.push(make("p", each.summary), json(each.value));
  if (schema && schema.format !== "binary") {
    parts.push(make("details", make("summary", "schema"), json(schema)));
  }
  return parts;
});

// Problems look alike everywhere: each is explained once, in the table at the end.
const failures = (responses) => {
  const statuses = Object.entries(responses).filter(([, answer]) => answer.$ref).map(([status]) => status);
  if (!statuses.length) return [];
  const link = make("a", "problems");
  link.href = "#problems";
  return [make("h3", code(statuses.join(", "))), make("p", "One of the ", link, ".")];
};

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

const show = (api) => {
  const page = document.getElementById("api");
  page.replaceChildren(make("h1", `${api.info.title} ${api.info.version}`), make("p", api.info.description ?? ""));
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, described] of Object.entries(methods)) page.append(operation(path, method, described));
  }
  const heading = make("h2", "Problems");
  heading.id = "problems";
  const example = api.components?.responses?.Problem400?.content?.["application/problem+json"]?.example;
  page.append(heading, ...(example ? [json(example)] : []), table(["code", "status", "what it means", "what to do"], (api["x-problems"] ?? []).map(
    (each) => ({ id: each.code, cells: [code(each.code), String(each.status), each.title, each.hint] }))));
  page.append(make("h2", "Schemas"));
  for (const [name, schema] of Object.entries(api.components?.schemas ?? {})) {
    page.append(make("details", make("summary", code(name)), json(schema)));
  }
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
};

fetch("/openapi.json").then((answer) => answer.json()).then(show, (error) => {
  document.getElementById("api").replaceChildren(make("p", `The description cannot be loaded: ${error.message}`));
});
