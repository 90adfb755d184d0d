/** What the service says and takes, for the type checker alone: docs/http.md is the reference. Nothing of this is served. */

export type Point = [number, number];
/** Four corners clockwise, the first where the first letter's top is; pixels of the page image. */
export type Quad = [Point, Point, Point, Point];

export interface Word {
  text: string;
  quad: Quad;
  confidence: number | null;
  character_confidences?: number[];
  doubtful?: boolean;
  /** A person typed it, or said that it is right. */
  checked?: boolean;
}

export interface Line {
  words: Word[];
  quad: Quad;
  direction?: "left-to-right" | "right-to-left" | "top-to-bottom";
  confidence?: number | null;
  engine?: string;
  handwritten?: boolean;
  bold?: boolean;
}

export interface Cell {
  row: number;
  column: number;
  quad: Quad;
  start: number;
  stop: number;
  rows: number;
  columns: number;
  heading: boolean;
}

export type BlockKind =
  | "paragraph"
  | "heading"
  | "list-item"
  | "table"
  | "figure"
  | "caption"
  | "footnote"
  | "page-header"
  | "page-footer";

export interface Block {
  lines: Line[];
  quad: Quad;
  kind: BlockKind;
  level?: number;
  column?: number;
  cells?: Cell[];
}

export interface Told {
  code: string;
  message: string;
  hint?: string;
  stage?: string;
}

export interface Page {
  number: number;
  width: number;
  height: number;
  dpi: number | null;
  turned: number;
  confidence: number | null;
  blocks: Block[];
  notices?: Told[];
  problem?: Told | null;
}

/** A page as the index of a document knows it. */
export interface PageInfo {
  number: number;
  width: number;
  height: number;
  dpi: number | null;
  turned: number;
  confidence: number | null;
  words: number;
  doubtful: number;
  /** The code of its problem, if it has one. */
  problem: string | null;
  /** First and last byte of its JSON in the document as it was read; missing while the job runs. */
  bytes?: [number, number];
}

/** Where a word stands: its page's number, and indices from 0. */
export interface Place {
  page: number;
  block: number;
  line: number;
  word: number;
}

/** Something to be shown on a page: a field, a table, what was searched for. */
export interface Mark {
  page: number;
  quad: Quad;
  label?: string;
  /** Whether it is what is looked at of all that is marked. */
  now?: boolean;
  /** Which letters it stands for, so that the text shows them too. */
  letters?: Letters[];
}

/** Some letters of a word, from `start` up to but not including `stop`, counted as strings are indexed. */
export interface Letters {
  place: Place;
  start: number;
  stop: number;
}

/** What stands where one looks in a view that scrolls (eye.js says where that is): a page, and how far down it as it stands upright, from 0 to 1. */
export interface View {
  page: number;
  part: number;
}

export type Correction =
  | { page: number; block: number; line: number; start: number; stop: number; words: Word[] }
  | { page: number; block: number; start: number; stop: number; lines: Line[] }
  | { page: number; start: number; stop: number; blocks: Block[] }
  | { field: string; value: string | null };

export type State = "queued" | "running" | "succeeded" | "partial" | "failed" | "cancelled";

export interface Failure {
  code: string;
  detail: string;
  hint: string;
  stage: string;
  page: number | null;
}

export interface Job {
  id: string;
  state: State;
  name: string;
  created: string;
  started: string | null;
  ended: string | null;
  expires: string | null;
  position: number | null;
  pages: { total: number | null; done: number; failed: number };
  timings: Record<string, number>;
  notices: Record<string, number>;
  error: Failure | null;
}

/** An option as `GET /v1/options` tells of it. */
export interface OptionRow {
  name: string;
  for: "reading" | "writing";
  type: "string" | "boolean" | "number" | "integer";
  default: string | number | boolean;
  choices: string[] | null;
  minimum: number | null;
  maximum: number | null;
  help: string;
}

/** A format as `GET /v1/formats` tells of it. */
export interface FormatRow {
  name: string;
  media_type: string;
  suffix: string;
  help: string;
  shows: boolean;
  reads: boolean;
}

export interface LanguageRow {
  code: string;
  name: string;
  script: string;
  engines: string[];
}

export interface EngineRow {
  name: string;
  version: string;
  available: boolean;
  reason: string | null;
  languages: string[];
}

/** Options of a request by their names, as they go into a form. */
export type Wishes = Record<string, string>;

/** An event of a job. */
export type JobEvent =
  | { type: "page"; id: string; data: { number: number; seconds: number; code: string | null; page?: Page | null } }
  | { type: "progress" | "end"; id: string; data: Job };

export interface Field {
  value: string | number | boolean | Record<string, Field>[];
  type: string;
  text: string;
  page: number;
  quad: Quad;
  confidence: number;
  found_by: string;
  doubts: { code: string; message: string }[];
}

export interface Barcode {
  symbology: string;
  text: string;
  page: number;
  quad: Quad;
}

/** What a document says, as data: docs/fields.md. */
export interface Extraction {
  kind: string;
  confidence: number;
  template: string | null;
  fields: Record<string, Field>;
  pairs: { label: string; value: string; page: number; quad: Quad; confidence: number }[];
  barcodes: Barcode[];
}

/** A kind of documents as `GET /v1/kinds` tells of it. */
export interface KindRow {
  name: string;
  fields: { name: string; help: string; rows: string[] | null }[];
}
