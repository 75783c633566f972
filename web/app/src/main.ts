import { type Library, Ondol, type OpenOptions } from "../../sdk/src/index.js";
import { $, button, h } from "./dom.js";
import { Libraries, lastLibrary } from "./libraries.js";
import { LibraryPanel, samples } from "./library.js";
import { MarksPanel } from "./marks.js";
import { Meaning } from "./meaning.js";
import { ModelPanel } from "./model.js";
import type {} from "./preload.js";
import { closeSource } from "./source.js";
import { language, setLanguage, t } from "./strings.js";
import { Talk } from "./talk.js";
import { explain } from "./trouble.js";

type Themes = "light" | "dark";

let state: () => string = () => t().opening;
let panels: { libraries: Libraries | undefined; library: LibraryPanel; model: ModelPanel; marks: MarksPanel; talk: Talk } | undefined;

function translate(): void {
  document.documentElement.lang = language();
  document.title = t().name;
  for (const e of document.querySelectorAll<HTMLElement>("[data-text]")) e.textContent = t()[e.dataset["text"] as "ask"];
  for (const e of document.querySelectorAll<HTMLTextAreaElement>("[data-placeholder]")) e.placeholder = t()[e.dataset["placeholder"] as "ask"];
  for (const e of document.querySelectorAll<HTMLElement>("[data-label]")) e.ariaLabel = e.title = t()[e.dataset["label"] as "ask"];
  $("language").textContent = t().language;
  $("theme").ariaLabel = $("theme").title = t().theme;
  $("state").textContent = state();
  if (!panels?.libraries) $("library-title").textContent = t().library;
  panels?.library.redraw();
  panels?.model.redraw();
  void panels?.marks.refresh();
  void suggest();
}

const night = matchMedia("(prefers-color-scheme: dark)");

function theme(): Themes {
  const kept = localStorage.getItem("theme");
  if (kept === "light" || kept === "dark") return kept;
  return night.matches ? "dark" : "light";
}

function paint(): void {
  document.documentElement.dataset["theme"] = theme();
}

let hasSamples = false;

/** Offers questions that the samples answer, once they are there. */
async function suggest(): Promise<void> {
  const list = hasSamples ? (await samples()).questions[language()] : [];
  $("suggestions").replaceChildren(
    ...list.map((q) =>
      h(
        "li",
        {},
        button({}, () => panels?.talk.ask(q), q),
      ),
    ),
  );
}

/** `ondol serve --store` keeps the library in a folder; otherwise it is kept here. */
async function where(): Promise<OpenOptions> {
  const served = await fetch("store/", { headers: { Accept: "application/json" } }).catch(() => undefined);
  return served?.status === 200 ? { store: { url: "store/" } } : {};
}

/** The drawer that holds the documents on a narrow screen. */
function openDrawer(open: boolean): boolean {
  const was = document.body.classList.contains("drawer");
  document.body.classList.toggle("drawer", open);
  $("open-library").ariaExpanded = String(open);
  if (open) $("library").querySelector("button")?.focus();
  else if (was) $("open-library").focus();
  return was;
}

/** "/" goes to the question; Escape ends what is going on, one thing at a time. */
function listenToKeys(): void {
  document.addEventListener("keydown", (e) => {
    const typing = e.target instanceof HTMLInputElement || e.target instanceof HTMLTextAreaElement;
    if (e.key === "/" && !typing) {
      e.preventDefault();
      $("question").focus();
    } else if (e.key === "Escape" && !document.querySelector("dialog:modal")) {
      void (panels?.talk.stop() || openDrawer(false) || closeSource());
    }
  });
}

async function start(): Promise<void> {
  paint();
  translate();
  night.addEventListener("change", paint);
  $("theme").addEventListener("click", () => {
    localStorage.setItem("theme", theme() === "dark" ? "light" : "dark");
    paint();
  });
  $("open-library").addEventListener("click", () => openDrawer(true));
  $("shade").addEventListener("click", () => openDrawer(false));
  listenToKeys();
  $("language").addEventListener("click", () => {
    setLanguage(language() === "ko" ? "en" : "ko");
    translate();
  });
  try {
    const [options, last] = [await where(), await lastLibrary()];
    const wasm = await globalThis.compiled;
    const ondol = await Ondol.open({ ...options, ...(wasm && { wasm }), name: last, onChange: () => void panels?.library.refresh() });
    const meaning = new Meaning(ondol);
    const model = new ModelPanel(ondol, meaning);
    const shown = (about: Library) => {
      hasSamples = about.documents.some((d) => /^(ko|en)\//.test(d.id));
      $("samples").hidden = hasSamples;
      panels?.libraries?.hear(about);
      void suggest();
      void meaning.follow();
    };
    const library = new LibraryPanel(ondol, shown, (files) => void model.add(files));
    const marks = new MarksPanel(ondol);
    const talk = new Talk(ondol, marks, last, library);
    const switched = (id: string, about: Library) => {
      closeSource();
      $("progress").textContent = "";
      $<HTMLInputElement>("filter").value = "";
      talk.turnTo(id);
      library.show(about);
      void marks.refresh();
    };
    const several = ondol.persistent && options.store === undefined;
    panels = {
      libraries: several ? new Libraries(ondol, last, { switched, forget: (id) => talk.forget(id), trouble: (e) => library.trouble("", e) }) : undefined,
      library,
      model,
      marks,
      talk,
    };
    document.addEventListener("ondol:library", () => void library.refresh());
    await library.refresh();
    void marks.refresh();
    state = () => (ondol.persistent ? t().ready : t().notKept);
    $<HTMLButtonElement>("send").disabled = false;
    performance.mark("ondol:ready");
    document.documentElement.dataset["ready"] = "true";
    $("state").textContent = state();
    await model.start();
  } catch (e) {
    state = () => explain(e);
    $("state").textContent = state();
  }
  // What was loaded once is there without a network: the last thing to do, since it
  // takes the processor from the others.
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("sw.js").catch(() => undefined);
  (await navigator.serviceWorker.ready).active?.postMessage("ready");
}

void start();
