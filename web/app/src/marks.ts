import type { Mark, MarkRequest, Ondol } from "../../sdk/src/index.js";
import { $, button, h, icon, save } from "./dom.js";
import { t } from "./strings.js";
import { explain } from "./trouble.js";

/** What a person said of answers: the list of it, and where it changes. */
export class MarksPanel {
  #ondol: Ondol;
  #marks: Mark[] = [];
  #watched: (() => void)[] = [];

  constructor(ondol: Ondol) {
    this.#ondol = ondol;
    $("export-marks").addEventListener("click", () => save("ondol-marks.jsonl", new Blob([lines(this.#marks)], { type: "application/jsonl" })));
  }

  /** Looks at the marks again, and shows them. */
  async refresh(): Promise<void> {
    this.#marks = await this.#ondol.marks();
    for (const tell of this.#watched) tell();
    $("marks").hidden = this.#marks.length === 0;
    $("marks-title").textContent = t().marks(this.#marks.length);
    $("marks-list").replaceChildren(
      ...this.#marks.toReversed().map((m) =>
        h(
          "li",
          {},
          h("span", { className: "faint" }, m.right ? t().right : t().wrong),
          h("span", { title: m.passages.map((p) => p.text).join("\n") }, m.question),
          button({ className: "quiet", ariaLabel: `${t().undo}: ${m.question}`, title: t().undo }, () => this.take(m.id), "✕"),
        ),
      ),
    );
  }

  /** Marks, in the place of an earlier mark if there is one. */
  async give(mark: MarkRequest, earlier?: number): Promise<number> {
    if (earlier !== undefined && this.#marks.some((m) => m.id === earlier)) await this.#ondol.unmark(earlier);
    const { id } = await this.#ondol.mark(mark);
    await this.refresh();
    return id;
  }

  /** Takes a mark back. */
  async take(id: number): Promise<void> {
    await this.#ondol.unmark(id);
    await this.refresh();
  }

  /** Tells of each change of the marks. */
  watch(tell: () => void): void {
    this.#watched.push(tell);
  }

  /** Whether a mark is still there. */
  has(id: number): boolean {
    return this.#marks.some((m) => m.id === id);
  }
}

/** Two buttons that mark something as right or wrong; pressed again, they undo. */
export class Thumbs {
  readonly element = h("span", { className: "thumbs" });
  #marks: MarksPanel;
  #subject: Omit<MarkRequest, "right">;
  #given: { id: number; right: boolean } | undefined;

  constructor(marks: MarksPanel, subject: Omit<MarkRequest, "right">) {
    this.#marks = marks;
    this.#subject = subject;
    for (const right of [true, false]) {
      const name = right ? t().right : t().wrong;
      const b = button({ className: "quiet", ariaLabel: name, title: name, ariaPressed: "false" }, () => this.#press(right), icon(right ? "up" : "down"));
      this.element.append(b);
    }
    marks.watch(() => this.#show());
  }

  async #press(right: boolean): Promise<void> {
    const before = this.#given;
    try {
      if (before?.right === right) {
        await this.#marks.take(before.id);
      } else {
        this.#given = { id: await this.#marks.give({ ...this.#subject, right }, before?.id), right };
      }
      this.element.querySelector(".failed")?.remove();
    } catch (e) {
      this.element.append(h("span", { className: "failed" }, explain(e)));
    }
    this.#show();
  }

  #show(): void {
    if (this.#given && !this.#marks.has(this.#given.id)) this.#given = undefined;
    for (const [i, b] of [...this.element.querySelectorAll("button")].entries()) b.ariaPressed = String(this.#given?.right === (i === 0));
  }
}

/** Marks as JSON lines, one for each question and passage, fit for tuning a model. */
function lines(marks: Mark[]): string {
  return marks
    .flatMap(({ question, answer, right, passages }) =>
      passages.map(({ text: passage, document }) => JSON.stringify({ question, passage, mark: right ? "right" : "wrong", answer, document })),
    )
    .map((line) => `${line}\n`)
    .join("");
}
