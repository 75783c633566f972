import type { AskResult, RagTrace } from "../../sdk/src/index.js";
import { button, h, save } from "./dom.js";
import { t } from "./strings.js";

/** Sentences and passages that are shown; the saved file has all. */
const shown = 8;

/** What stands behind an answer: how it was searched, weighed and timed. */
export function traceView(answer: AskResult): HTMLElement {
  const { trace } = answer;
  return h(
    "div",
    { className: "how" },
    part(t().terms, ...trace.search.terms.map((term) => h("span", { className: "term" }, term)), h("p", { className: "faint" }, looked(trace))),
    part(t().candidates, candidates(trace), h("p", { className: "faint" }, t().confidence(short(trace.confidence), short(trace.threshold)))),
    part(t().steps, steps(trace)),
    ...(trace.prompt ? [part(t().prompt, h("pre", { tabIndex: 0 }, trace.prompt))] : []),
    button({ className: "save" }, () => save("ondol-trace.json", new Blob([JSON.stringify(answer, null, 2)], { type: "application/json" })), t().saveTrace),
  );
}

const short = (v: number) => v.toFixed(2);

function part(title: string, ...children: Node[]): HTMLElement {
  return h("section", {}, h("h4", {}, title), ...children);
}

function looked({ search }: RagTrace): string {
  return t().looked(search.documents, search.chunks);
}

/** The best sentences, each with what made its score. */
function candidates(trace: RagTrace): HTMLElement {
  const best = Math.max(...trace.candidates.map((c) => c.score), 0.001);
  return h(
    "ol",
    {},
    ...trace.candidates.slice(0, shown).map((c) => {
      const features = Object.entries(c.features)
        .filter(([, v]) => v !== 0)
        .map(([name, v]) => `${name} ${short(v)}`);
      return h(
        "li",
        {},
        h("span", { className: "number" }, short(c.score), h("meter", { max: best, value: Math.max(0, c.score) })),
        h("span", {}, c.text),
        h("span", { className: "faint" }, [c.document, ...features].join(" · ")),
      );
    }),
  );
}

function steps({ steps }: RagTrace): HTMLElement {
  const longest = Math.max(...steps.map((s) => s.ms), 0.001);
  return h(
    "div",
    { className: "bars" },
    ...steps.flatMap((s) => [h("span", {}, s.name), h("meter", { max: longest, value: s.ms }), h("span", { className: "number" }, s.ms.toFixed(1))]),
  );
}
