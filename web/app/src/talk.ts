import { type AskRequest, type AskResult, type Message, type Ondol, OndolError } from "../../sdk/src/index.js";
import { $ } from "./dom.js";
import { type LibraryPanel, welcome } from "./library.js";
import type { MarksPanel } from "./marks.js";
import { t } from "./strings.js";
import { explain } from "./trouble.js";
import { Turn } from "./turn.js";

/** Characters of a question at most; the engine has the same limit. */
const longest = 4000;

/** Messages of a conversation that the next question may lean on. */
const remembered = 12;

/** The questions and answers of this visit. */
export class Talk {
  #ondol: Ondol;
  #running: AbortController | undefined;
  #marks: MarksPanel;
  #last = "";
  /** The conversation, for what a question leaves unsaid. */
  #history: Message[] = [];

  /** The library that is talked about. */
  #library: string;
  /** The conversations about others. */
  #kept = new Map<string, { turns: Element[]; history: Message[] }>();
  /** Its documents, and which of them are meant. */
  #documents: LibraryPanel;

  constructor(ondol: Ondol, marks: MarksPanel, library: string, documents: LibraryPanel) {
    this.#ondol = ondol;
    this.#marks = marks;
    this.#library = library;
    this.#documents = documents;
    const file = $<HTMLInputElement>("answer-file");
    $("open-answer").addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      const [saved] = file.files ?? [];
      file.value = "";
      if (saved) void this.open(saved);
    });
    const input = $<HTMLTextAreaElement>("question");
    $("ask").addEventListener("submit", (e) => {
      e.preventDefault();
      void this.ask(input.value);
    });
    input.addEventListener("keydown", (e) => {
      if (e.key === "Enter" && !e.shiftKey && !e.isComposing) {
        e.preventDefault();
        void this.ask(input.value);
      } else if (e.key === "ArrowUp" && input.value === "" && this.#last) {
        e.preventDefault();
        input.value = this.#last;
      }
    });
    $("stop").addEventListener("click", () => this.stop());
    $("fresh").addEventListener("click", () => {
      this.stop();
      this.#show([], []);
      input.focus();
    });
  }

  #show(turns: Element[], history: Message[]): void {
    this.#history = history;
    $("turns").replaceChildren(...turns);
    welcome(turns.length === 0);
    $("fresh").hidden = turns.length === 0;
  }

  /** Goes on with the conversation about another library. */
  turnTo(library: string): void {
    this.stop();
    this.#kept.set(this.#library, { turns: [...$("turns").children], history: this.#history });
    this.#library = library;
    const { turns, history } = this.#kept.get(library) ?? { turns: [], history: [] };
    this.#show(turns, history);
  }

  /** Drops the conversation about a library that is no more. */
  forget(library: string): void {
    this.#kept.delete(library);
  }

  /** Shows an answer that was saved, made again from its trace. */
  async open(file: File): Promise<void> {
    document.body.classList.remove("drawer");
    $("fresh").hidden = false;
    let saved: Partial<AskResult>;
    try {
      saved = JSON.parse(await file.text());
      if (!saved.trace?.request) throw new Error();
    } catch {
      return new Turn(this.#ondol, this.#marks, file.name).fail(t().notSaved(file.name));
    }
    const turn = new Turn(this.#ondol, this.#marks, String(saved.trace.request.question));
    try {
      turn.remake(await this.#ondol.replay(saved.trace), saved, file.name);
    } catch (e) {
      turn.fail(OndolError.of(e).code === "bad-request" ? t().notRemade(file.name) : explain(e));
    }
  }

  /** Stops the answer that is being made; says whether there was one. */
  stop(): boolean {
    const running = this.#running !== undefined;
    this.#running?.abort();
    return running;
  }

  /** Asks, and shows the answer as it comes. */
  async ask(question: string): Promise<void> {
    if (this.#running) return;
    const turn = new Turn(this.#ondol, this.#marks, question.trim());
    const input = $<HTMLTextAreaElement>("question");
    $("fresh").hidden = false;
    const characters = [...question].length;
    if (!question.trim()) return turn.fail(t().emptyQuestion);
    if (!/[\p{L}\p{N}]/u.test(question)) return turn.fail(t().wordlessQuestion);
    if (characters > longest) return turn.fail(t().longQuestion(characters));
    if (this.#documents.empty) return turn.fail(t().noDocuments);
    const mode = document.querySelector<HTMLInputElement>("[name=mode]:checked")?.value as NonNullable<AskRequest["mode"]>;
    this.#running = new AbortController();
    this.#busy(true);
    this.#last = question;
    if (input.value === question) input.value = "";
    const conversation = this.#history;
    try {
      const history = conversation.slice(-remembered);
      for await (const event of this.#ondol.ask(this.#documents.tags.narrow(question), { mode, history, signal: this.#running.signal })) {
        turn.take(event);
        if (event.answer) conversation.push({ role: "user", content: question }, { role: "assistant", content: event.answer.answer });
      }
      // The next answer over the same evidence begins at once, after a reload too. A
      // store that cannot take it does without.
      if (mode === "generate") void this.#ondol.keep().catch(() => undefined);
    } catch (e) {
      turn.fail(explain(e));
      input.value ||= question; // to be asked again
    } finally {
      this.#running = undefined;
      this.#busy(false);
    }
  }

  #busy(busy: boolean): void {
    $("stop").hidden = !busy;
    $("send").hidden = busy;
  }
}
