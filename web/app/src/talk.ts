import type { AskEvent, AskResult, Citation, Ondol, RagMode } from "../../sdk/src/index.js";
import { $, h, save } from "./dom.js";
import { openSource, type Place } from "./source.js";
import { t } from "./strings.js";
import { explain } from "./trouble.js";

/** Characters of a question at most; the engine has the same limit. */
const longest = 4000;

/** The questions and answers of this visit. */
export class Talk {
  #ondol: Ondol;
  #running: AbortController | undefined;

  constructor(ondol: Ondol) {
    this.#ondol = ondol;
    const input = $<HTMLTextAreaElement>("question");
    $("ask").addEventListener("submit", (e) => {
      e.preventDefault();
      void this.ask(input.value);
    });
    input.addEventListener("keydown", (e) => {
      if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
        e.preventDefault();
        void this.ask(input.value);
      }
    });
    $("stop").addEventListener("click", () => this.#running?.abort());
  }

  /** Asks, and shows the answer as it comes. */
  async ask(question: string): Promise<void> {
    if (this.#running) return;
    const turn = new Turn(this.#ondol, question.trim());
    const characters = [...question].length;
    if (!question.trim()) return turn.fail(t().emptyQuestion);
    if (characters > longest) return turn.fail(t().longQuestion(characters));
    const mode = document.querySelector<HTMLInputElement>("[name=mode]:checked")?.value as RagMode;
    this.#running = new AbortController();
    $("stop").hidden = false;
    $<HTMLButtonElement>("send").disabled = true;
    try {
      for await (const event of this.#ondol.ask(question, { mode, signal: this.#running.signal })) turn.take(event);
      $<HTMLTextAreaElement>("question").value = "";
    } catch (e) {
      turn.fail(explain(e));
    } finally {
      this.#running = undefined;
      $("stop").hidden = true;
      $<HTMLButtonElement>("send").disabled = false;
    }
  }
}

/** One question and its answer. */
class Turn {
  #ondol: Ondol;
  #answer = h("div", { className: "answer busy" });
  #box: HTMLElement;
  #text = "";
  #citations: Citation[] = [];

  constructor(ondol: Ondol, question: string) {
    this.#ondol = ondol;
    this.#answer.setAttribute("aria-live", "polite");
    this.#answer.textContent = t().thinking;
    this.#box = h(
      "article",
      { className: "turn" },
      h("p", { className: "asked" }, question.length > 300 ? `${question.slice(0, 300)} …` : question),
      this.#answer,
    );
    $("welcome").hidden = true;
    $("turns").append(this.#box);
    this.#box.scrollIntoView({ block: "nearest" });
  }

  take(e: AskEvent): void {
    switch (e.type) {
      case "token":
        this.#text += e.text ?? "";
        break;
      case "citation":
        if (e.citation) this.#citations.push(e.citation);
        break;
      case "done":
        this.#finish(e.answer as AskResult);
        return;
    }
    if (this.#text) this.#draw();
  }

  fail(message: string): void {
    this.#answer.classList.remove("busy");
    if (this.#text) this.#draw();
    else this.#answer.textContent = "";
    this.#answer.classList.add("failed");
    this.#answer.append(this.#text ? `\n${message}` : message);
  }

  /** The text so far, with a button for each number that is known. */
  #draw(): void {
    const parts: (Node | string)[] = [];
    for (const part of this.#text.split(/(\[\d{1,3}\])/)) {
      const n = /^\[(\d+)\]$/.exec(part)?.[1];
      const citation = n ? this.#citations.find((c) => c.n === Number(n)) : undefined;
      if (!citation) {
        if (part) parts.push(part);
        continue;
      }
      const button = h("button", { type: "button", className: "cite", ariaLabel: t().cite(citation.n, citation.document) }, String(citation.n));
      button.addEventListener("click", () => void openSource(this.#ondol, citation));
      parts.push(button);
    }
    this.#answer.replaceChildren(...parts);
  }

  #finish(answer: AskResult): void {
    this.#answer.classList.remove("busy");
    this.#text = answer.answer;
    this.#citations = answer.citations;
    if (answer.verdict === "not-in-documents") {
      this.#answer.classList.add("none");
      const { documents, chunks } = answer.trace.search;
      this.#answer.replaceChildren(h("span", { className: "verdict" }, t().notFound), h("span", {}, t().looked(documents, chunks)));
      this.#evidence(
        t().nearest,
        answer.trace.hits.slice(0, 3).map((p) => ({ ...p, heading: (p.headings ?? []).join(" › ") })),
      );
    } else {
      this.#draw();
      this.#evidence(t().evidence, answer.citations);
    }
    this.#box.append(this.#how(answer));
  }

  #evidence(title: string, places: (Place & { text: string; n?: number })[]): void {
    if (places.length === 0) return;
    const list = h("div", { className: "evidence" }, h("p", { className: "faint" }, title));
    for (const p of places) {
      const button = h(
        "button",
        { type: "button" },
        h("span", { className: "n" }, p.n ? String(p.n) : "·"),
        h("span", { className: "what" }, p.text.replace(/\s+/g, " ")),
        h("span", { className: "faint what" }, [p.document, p.heading.replaceAll(" > ", " › "), t().place(p.page ?? "")].filter(Boolean).join(" › ")),
      );
      button.addEventListener("click", () => void openSource(this.#ondol, p));
      list.append(button);
    }
    this.#box.append(list);
  }

  /** The trace, for whoever wants to see behind the answer. */
  #how(answer: AskResult): HTMLElement {
    const { trace } = answer;
    const number = (v: number) => v.toFixed(2);
    const details = h("details", { className: "how" }, h("summary", {}, t().how));
    details.addEventListener(
      "toggle",
      () => {
        const rows = trace.candidates
          .slice(0, 8)
          .map((c) =>
            h(
              "tr",
              {},
              h("td", { className: "number", title: JSON.stringify(c.features) }, number(c.score)),
              h("td", {}, c.text),
              h("td", { className: "faint" }, c.document),
            ),
          );
        const saving = h("button", { type: "button" }, t().saveTrace);
        saving.addEventListener("click", () => save("ondol-trace.json", JSON.stringify(answer, null, 2)));
        details.append(
          h("p", {}, `${t().terms}: ${trace.search.terms.join(", ")}`),
          h("p", {}, t().confidence(number(trace.confidence), number(trace.threshold))),
          h("p", {}, `${t().steps}: ${trace.steps.map((s) => `${s.name} ${s.ms.toFixed(1)} ms`).join(", ")}`),
          h("table", {}, h("thead", {}, h("tr", {}, h("th", {}, t().score), h("th", { colSpan: 2 }, t().candidates))), h("tbody", {}, ...rows)),
        );
        if (trace.prompt) details.append(h("p", {}, t().prompt), h("pre", { tabIndex: 0 }, trace.prompt));
        details.append(saving);
      },
      { once: true },
    );
    return details;
  }
}
