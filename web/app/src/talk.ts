import type { AskRequest, Message, Ondol } from "../../sdk/src/index.js";
import { $ } from "./dom.js";
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

  #narrow: (question: string) => string;

  /** @param narrow puts into a question which documents are meant. */
  constructor(ondol: Ondol, marks: MarksPanel, narrow: (question: string) => string) {
    this.#ondol = ondol;
    this.#marks = marks;
    this.#narrow = narrow;
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
      this.#history = [];
      $("turns").replaceChildren();
      $("welcome").hidden = false;
      $("fresh").hidden = true;
      input.focus();
    });
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
    $("fresh").hidden = false;
    const characters = [...question].length;
    if (!question.trim()) return turn.fail(t().emptyQuestion);
    if (characters > longest) return turn.fail(t().longQuestion(characters));
    const mode = document.querySelector<HTMLInputElement>("[name=mode]:checked")?.value as NonNullable<AskRequest["mode"]>;
    this.#running = new AbortController();
    this.#busy(true);
    try {
      const history = this.#history.slice(-remembered);
      for await (const event of this.#ondol.ask(this.#narrow(question), { mode, history, signal: this.#running.signal })) {
        turn.take(event);
        if (event.answer) this.#history.push({ role: "user", content: question }, { role: "assistant", content: event.answer.answer });
      }
      this.#last = question;
      $<HTMLTextAreaElement>("question").value = "";
      // The next answer over the same evidence begins at once, after a reload too. A
      // store that cannot take it does without.
      if (mode === "generate") void this.#ondol.keep().catch(() => undefined);
    } catch (e) {
      turn.fail(explain(e));
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
