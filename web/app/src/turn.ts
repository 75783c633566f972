import type { AskEvent, AskResult, Citation, Ondol } from "../../sdk/src/index.js";
import { answerView, type Draft } from "./answer.js";
import { $, button, h } from "./dom.js";
import { type Evidence, evidenceView, place } from "./evidence.js";
import { welcome } from "./library.js";
import { type MarksPanel, Thumbs } from "./marks.js";
import { openSource, type Place } from "./source.js";
import { t } from "./strings.js";
import { traceView } from "./trace.js";

/** One question and its answer. */
export class Turn {
  #ondol: Ondol;
  #marks: MarksPanel;
  #question: string;
  #asked: HTMLElement;
  #answer = h("div", { className: "answer busy" }, t().thinking);
  #box: HTMLElement;
  #draft: Draft = { text: "", citations: [], sentences: [] };

  constructor(ondol: Ondol, marks: MarksPanel, question: string) {
    this.#ondol = ondol;
    this.#marks = marks;
    this.#question = question;
    this.#answer.setAttribute("aria-live", "polite");
    this.#answer.ariaBusy = "true"; // it is read out when it is whole
    this.#asked = h("p", { className: "asked" }, question.length > 300 ? `${question.slice(0, 300)} …` : question);
    this.#box = h("article", { className: "turn" }, this.#asked, this.#answer);
    welcome(false);
    $("turns").append(this.#box);
    this.#box.scrollIntoView({ block: "start", behavior: "smooth" });
  }

  /** Takes the next event of an answer. */
  take(e: AskEvent): void {
    const draft = this.#draft;
    switch (e.type) {
      case "retrieved":
        this.#answer.textContent = t().found;
        break;
      case "token":
        draft.text += e.text ?? "";
        break;
      case "citation":
        if (e.citation) draft.citations.push(e.citation);
        break;
      case "sentence":
        if (e.sentence) draft.sentences.push(e.sentence);
        break;
      case "done":
        this.#finish(e.answer as AskResult);
        return;
    }
    if (draft.text) this.#draw();
  }

  /** Shows an answer that was made again, open to how it was found. */
  remake(answer: AskResult, saved: Partial<AskResult>, file: string): void {
    this.#finish(answer);
    const said = (a: Partial<AskResult>) => JSON.stringify([a.answer, a.verdict, a.citations]);
    const same = saved.answer === undefined ? undefined : said(answer) === said(saved);
    this.#asked.after(h("p", { className: "understood faint" }, t().madeAgain(file, same)));
    this.#box.querySelector<HTMLButtonElement>(".toggle")?.click();
  }

  /** Says why there is no answer, or no more of it. */
  fail(message: string): void {
    this.#rest();
    this.#draw();
    this.#answer.classList.add("failed");
    this.#answer.append(this.#draft.text ? `\n${message}` : message);
  }

  /** Nothing more comes. */
  #rest(): void {
    this.#answer.classList.remove("busy");
    this.#answer.ariaBusy = "false";
  }

  #draw(): void {
    this.#answer.replaceChildren(...answerView(this.#draft, (c) => this.#open(c)));
  }

  #open(p: Place): void {
    void openSource(this.#ondol, p);
  }

  #finish(answer: AskResult): void {
    this.#rest();
    this.#draft = { text: answer.answer, citations: answer.citations, sentences: answer.sentences };
    if (answer.trace.question !== answer.trace.request.question)
      this.#asked.after(h("p", { className: "understood faint" }, t().understood(answer.trace.question)));
    if (answer.verdict === "not-in-documents") this.#refuse(answer);
    else this.#draw();
    // A quote is its own evidence: what is left to say is where it stands.
    const quoted = answer.verdict === "answered" && answer.mode === "quote";
    this.#evidence(t().evidence, answer.citations, !quoted);
    this.#evidence(t().nearest, answer.nearest?.map(({ n: _, ...c }) => c) ?? [], true);
    this.#after(answer);
  }

  #refuse(answer: AskResult): void {
    const { documents, chunks } = answer.trace.search;
    this.#answer.classList.add("none");
    this.#answer.replaceChildren(
      h("span", { className: "verdict" }, answer.foreign ? t().foreign : t().refusals[answer.reason ?? "absent"]),
      h("span", { className: "faint" }, t().looked(documents, chunks)),
    );
  }

  #evidence(title: string, places: Evidence[], said: boolean): void {
    if (places.length === 0) return;
    const thumbs = (p: Place) => new Thumbs(this.#marks, { question: this.#question, passages: [p].map(span) });
    this.#box.append(evidenceView(title, places, said, (p) => this.#open(p), thumbs));
  }

  /** What can be done with an answer. */
  #after(answer: AskResult): void {
    const row = h("div", { className: "after" });
    if (answer.verdict === "answered") {
      const { answer: text, citations } = answer;
      row.append(new Thumbs(this.#marks, { question: this.#question, answer: text, passages: citations.map(span) }).element);
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

const span = ({ document, start, end }: Place) => ({ document, start, end });

/** An answer as text, with its sources. */
function plain({ answer, citations }: { answer: string; citations: Citation[] }): string {
  return [answer, "", ...citations.map((c) => `[${c.n}] ${place(c)}`)].join("\n");
}
