import type { AskEvent, AskResult, Citation, Ondol } from "../../sdk/src/index.js";
import { $, button, h } from "./dom.js";
import { openSource, type Place } from "./source.js";
import { t } from "./strings.js";
import { traceView } from "./trace.js";

/** A passage that is shown below an answer; its text only where it says more. */
type Evidence = Place & { text?: string; n?: number };

/** One question and its answer. */
export class Turn {
  #ondol: Ondol;
  #answer = h("div", { className: "answer busy" }, t().thinking);
  #box: HTMLElement;
  #text = "";
  #citations: Citation[] = [];

  constructor(ondol: Ondol, question: string) {
    this.#ondol = ondol;
    this.#answer.setAttribute("aria-live", "polite");
    const asked = question.length > 300 ? `${question.slice(0, 300)} …` : question;
    this.#box = h("article", { className: "turn" }, h("p", { className: "asked" }, asked), this.#answer);
    $("welcome").hidden = true;
    $("turns").append(this.#box);
    this.#box.scrollIntoView({ block: "start", behavior: "smooth" });
  }

  /** Takes the next event of an answer. */
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

  /** Says why there is no answer, or no more of it. */
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
      if (citation) parts.push(this.#cite(citation));
      else if (part) parts.push(part);
    }
    this.#answer.replaceChildren(...parts);
  }

  #cite(c: Citation): HTMLButtonElement {
    return button({ className: "cite", ariaLabel: t().cite(c.n, c.document), title: place(c) }, () => openSource(this.#ondol, c), String(c.n));
  }

  #finish(answer: AskResult): void {
    this.#answer.classList.remove("busy");
    this.#text = answer.answer;
    this.#citations = answer.citations;
    if (answer.verdict === "not-in-documents") {
      const { documents, chunks } = answer.trace.search;
      this.#answer.classList.add("none");
      this.#answer.replaceChildren(h("span", { className: "verdict" }, t().notFound), h("span", {}, t().looked(documents, chunks)));
      this.#evidence(
        t().nearest,
        answer.trace.hits.slice(0, 3).map((p) => ({ ...p, heading: (p.headings ?? []).join(" › ") })),
      );
    } else {
      this.#draw();
      // A quote is its own evidence: what is left to say is where it stands.
      const places: Evidence[] = answer.mode === "quote" ? answer.citations.map(({ text: _, ...c }) => c) : answer.citations;
      this.#evidence(t().evidence, places);
    }
    this.#after(answer);
  }

  #evidence(title: string, places: Evidence[]): void {
    if (places.length === 0) return;
    const list = h("div", { className: "evidence" }, h("p", { className: "faint" }, title));
    for (const p of places) {
      list.append(
        button(
          {},
          () => openSource(this.#ondol, p),
          h("span", { className: "n" }, p.n ? String(p.n) : "·"),
          ...(p.text ? [h("span", { className: "what" }, preview(p.text))] : []),
          h("span", { className: "faint what" }, place(p)),
        ),
      );
    }
    this.#box.append(list);
  }

  /** What can be done with an answer. */
  #after(answer: AskResult): void {
    const row = h("div", { className: "after" });
    if (answer.verdict === "answered") {
      const copy = button(
        { className: "quiet" },
        async () => {
          await navigator.clipboard.writeText(plain(answer));
          copy.textContent = t().copied;
        },
        t().copy,
      );
      row.append(copy);
    }
    let trace: HTMLElement | undefined;
    const how = button(
      { className: "quiet toggle", ariaExpanded: "false" },
      () => {
        trace ??= this.#box.appendChild(Object.assign(traceView(answer), { hidden: true }));
        trace.hidden = !trace.hidden;
        how.ariaExpanded = String(!trace.hidden);
      },
      t().how,
    );
    row.append(how);
    this.#box.append(row);
  }
}

/** The beginning of a passage in a line, without its heading's marks. */
const preview = (text: string) => text.replace(/^#+ /, "").replace(/\s+/g, " ");

/** Where a passage stands, in a line. */
function place(p: Place): string {
  return [p.document, p.heading.replaceAll(" > ", " › "), t().place(p.page ?? "")].filter(Boolean).join(" › ");
}

/** An answer as text, with its sources. */
function plain({ answer, citations }: AskResult): string {
  return [answer, "", ...citations.map((c) => `[${c.n}] ${place(c)}`)].join("\n");
}
