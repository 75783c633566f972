import type { Document } from "../../sdk/src/index.js";
import { $, button } from "./dom.js";
import { t } from "./strings.js";

/** A person's own words for documents: one of them may narrow list and questions. */
export class Tags {
  /** The tag that narrows; "" for none. */
  chosen = "";
  #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Shows the tags that documents have, each once. */
  show(documents: Document[]): void {
    const all = [...new Set(documents.flatMap((d) => d.tags ?? []))].sort((a, b) => a.localeCompare(b));
    if (!all.includes(this.chosen)) this.chosen = "";
    $("tags").replaceChildren(...all.map((tag) => button({ className: "tag", ariaPressed: String(tag === this.chosen) }, () => this.#choose(tag), tag)));
    $("within").hidden = this.chosen === "";
    $("within").textContent = t().within(this.chosen);
  }

  has(d: Document): boolean {
    return this.chosen === "" || (d.tags ?? []).includes(this.chosen);
  }

  /** A question, asked of the chosen documents alone. */
  narrow(question: string): string {
    return this.chosen === "" ? question : `tag:"${this.chosen}" ${question}`;
  }

  #choose(tag: string): void {
    this.chosen = this.chosen === tag ? "" : tag;
    this.#changed();
  }
}

/** Reads tags as a person writes them: apart by commas. */
export const parseTags = (text: string) =>
  text
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
