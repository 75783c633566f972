import type { Code, Label, Reason } from "../../sdk/src/index.js";
import { en } from "./en.js";
import { ko } from "./ko.js";

/** Everything the page says, in one language. */
export interface Strings {
  skip: string;
  name: string;
  promise: string;
  library: string;
  libraries: string;
  newLibrary: string;
  rename: string;
  deleteLibrary: string;
  reallyLibrary: (name: string, documents: number) => string;
  deletedLibrary: (name: string) => string;
  openElsewhere: (name: string) => string;
  drop: string;
  formats: string;
  pick: string;
  paste: string;
  samples: string;
  models: string;
  modelsAbout: string;
  pickModel: string;
  modelAddress: string;
  address: string;
  foreignAddress: string;
  modelProgress: string;
  writes: string;
  finds: string;
  use: string;
  stopUsing: string;
  deleteModel: string;
  reallyModel: (name: string) => string;
  unsavedYet: string;
  unsaved: (why: string) => string;
  noUse: (name: string) => string;
  talk: string;
  welcome: string;
  welcomeText: string;
  question: string;
  questionHint: string;
  mode: string;
  quote: string;
  generate: string;
  generateNeeds: string;
  fresh: string;
  filter: string;
  open: (documents: number) => string;
  stop: string;
  ask: string;
  close: string;
  cancel: string;
  pasteName: string;
  pasteText: string;
  pasteUntitled: string;
  add: string;
  remove: string;
  really: (id: string) => string;
  undo: string;
  dismiss: string;
  language: string;
  theme: string;
  opening: string;
  ready: string;
  notKept: string;
  thinking: string;
  found: string;
  refusals: Record<Reason, string>;
  foreign: string;
  labels: Record<Label, string>;
  /** What a label means, in a sentence. */
  labelled: Record<Label, string>;
  /** A word that decided, and what the evidence has in its place. */
  because: (kind: string, claim: string, evidence: string) => string;
  understood: (question: string) => string;
  right: string;
  wrong: string;
  marks: (n: number) => string;
  tags: string;
  tagsHint: string;
  within: (tag: string) => string;
  keep: string;
  keepAbout: string;
  export: string;
  import: string;
  imported: (documents: number) => string;
  exportMarks: string;
  looked: (documents: number, chunks: number) => string;
  nearest: string;
  evidence: string;
  how: string;
  copy: string;
  copied: string;
  terms: string;
  confidence: (value: string, threshold: string) => string;
  passages: string;
  candidates: string;
  checks: string;
  steps: string;
  /** The steps of a trace. */
  stepNames: Record<string, string>;
  /** What makes the score of a passage or a sentence. */
  scored: Record<string, string>;
  prompt: string;
  saveTrace: string;
  savedAbout: string;
  openAnswer: string;
  notSaved: (file: string) => string;
  /** Of an answer that another version saved, or somebody changed. */
  notRemade: (file: string) => string;
  /** How an answer that was made again stands to the saved one. */
  madeAgain: (file: string, same: boolean | undefined) => string;
  gone: string;
  stopped: string;
  counted: (documents: number, chunks: number) => string;
  empty: string;
  removed: (id: string) => string;
  reading: (done: number, total: number) => string;
  added: (n: number) => string;
  meaning: (done: number, total: number) => string;
  noMeaning: (why: string) => string;
  loading: (name: string) => string;
  saving: (name: string) => string;
  parameters: (millions: string) => string;
  cite: (n: number, document: string) => string;
  citeFound: string;
  foundLater: (n: number) => string;
  /** A page, slide, or row of a sheet, as citations name it. */
  place: (page: string) => string;
  size: (bytes: number) => string;
  cut: string;
  errors: Partial<Record<Code, string>>;
  emptyQuestion: string;
  noDocuments: string;
  wordlessQuestion: string;
  longQuestion: (characters: number) => string;
}

const tables = { en, ko };

export type Language = keyof typeof tables;

function preferred(): Language {
  const kept = localStorage.getItem("language");
  if (kept === "en" || kept === "ko") return kept;
  return navigator.language.toLowerCase().startsWith("ko") ? "ko" : "en";
}

let current: Language = preferred();

export const language = (): Language => current;

/** The strings of the language in use. */
export const t = (): Strings => tables[current];

export function setLanguage(l: Language): void {
  current = l;
  localStorage.setItem("language", l);
}
