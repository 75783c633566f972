import { button, h } from "./dom.js";
import type { Thumbs } from "./marks.js";
import type { Place } from "./source.js";
import { t } from "./strings.js";

/** A passage that is shown below an answer. */
export type Evidence = Place & { n?: number };

/**
 * The passages that an answer rests on, or that came nearest.
 * @param said whether to show what they say, and not only where they stand.
 */
export function evidenceView(title: string, places: Evidence[], said: boolean, open: (p: Place) => void, thumbs: (p: Place) => Thumbs): HTMLElement {
  return h(
    "div",
    { className: "evidence" },
    h("p", { className: "faint" }, title),
    ...places.map((p) =>
      h(
        "div",
        {},
        button(
          { className: "open" },
          () => open(p),
          h("span", { className: "n" }, p.n ? String(p.n) : "·"),
          ...(said && p.text ? [h("span", { className: "what" }, preview(p.text))] : []),
          h("span", { className: "faint what" }, place(p)),
        ),
        thumbs(p).element,
      ),
    ),
  );
}

/** The beginning of a passage in a line, without its heading's marks. */
const preview = (text: string) => text.replace(/^#+ /, "").replace(/\s+/g, " ");

/** Where a passage stands, in a line. */
export function place(p: Place): string {
  return [p.document, p.heading.replaceAll(" > ", " › "), t().place(p.page ?? "")].filter(Boolean).join(" › ");
}
