import { Ondol, type OpenOptions } from "../../sdk/src/index.js";
import { $, h } from "./dom.js";
import { LibraryPanel, samples } from "./library.js";
import { ModelPanel } from "./model.js";
import { language, setLanguage, t } from "./strings.js";
import { Talk } from "./talk.js";
import { explain } from "./trouble.js";

type Themes = "light" | "dark";

let state: () => string = () => t().opening;
let panels: { library: LibraryPanel; model: ModelPanel; talk: Talk } | undefined;

function translate(): void {
  document.documentElement.lang = language();
  document.title = t().name;
  for (const e of document.querySelectorAll<HTMLElement>("[data-text]")) e.textContent = t()[e.dataset["text"] as "ask"];
  for (const e of document.querySelectorAll<HTMLTextAreaElement>("[data-placeholder]")) e.placeholder = t()[e.dataset["placeholder"] as "ask"];
  $("language").textContent = t().language;
  $("theme").textContent = theme() === "dark" ? t().light : t().dark;
  $("state").textContent = state();
  panels?.library.redraw();
  panels?.model.redraw();
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
  $("theme").textContent = theme() === "dark" ? t().light : t().dark;
}

let hasSamples = false;

/** Offers questions that the samples answer, once they are there. */
async function suggest(): Promise<void> {
  const list = hasSamples ? (await samples()).questions[language()] : [];
  $("suggestions").replaceChildren(
    ...list.map((q) => {
      const ask = h("button", { type: "button" }, q);
      ask.addEventListener("click", () => void panels?.talk.ask(q));
      return h("li", {}, ask);
    }),
  );
}

/** `ondol serve --store` keeps the library in a folder; otherwise it is kept here. */
async function where(): Promise<OpenOptions> {
  const served = await fetch("store/", { headers: { Accept: "application/json" } }).catch(() => undefined);
  return served?.status === 200 ? { store: { url: "store/" } } : {};
}

async function start(): Promise<void> {
  paint();
  translate();
  night.addEventListener("change", paint);
  $("theme").addEventListener("click", () => {
    localStorage.setItem("theme", theme() === "dark" ? "light" : "dark");
    paint();
  });
  $("language").addEventListener("click", () => {
    setLanguage(language() === "ko" ? "en" : "ko");
    translate();
  });
  try {
    const ondol = await Ondol.open({ ...(await where()), onChange: () => void panels?.library.refresh() });
    const library = new LibraryPanel(ondol, ({ documents }) => {
      hasSamples = documents.some((d) => /^(ko|en)\//.test(d.id));
      void suggest();
    });
    panels = { library, model: new ModelPanel(ondol), talk: new Talk(ondol) };
    await library.refresh();
    state = () => (ondol.persistent ? t().ready : t().notKept);
    $<HTMLButtonElement>("send").disabled = false;
    performance.mark("ondol:ready");
    document.documentElement.dataset["ready"] = "true";
  } catch (e) {
    state = () => explain(e);
  }
  $("state").textContent = state();
  // What was loaded once is there without a network.
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register("sw.js").catch(() => undefined);
  (await navigator.serviceWorker.ready).active?.postMessage("ready");
}

void start();
