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
    part(t().passages, passages(trace)),
    part(t().candidates, candidates(trace), h("p", { className: "faint" }, t().confidence(short(trace.confidence), short(trace.threshold)))),
    ...(answer.sentences.length > 0 ? [part(t().checks, checks(answer))] : []),
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

/** A list of scores, each with what it is of and what made it. */
function ranking(rows: { score: number; text: string; parts: string[] }[]): HTMLElement {
  const best = Math.max(...rows.map((r) => r.score), 0.001);
  return h(
    "ol",
    {},
    ...rows.map(({ score, text, parts }) =>
      h(
        "li",
        {},
        h("span", { className: "number" }, short(score), h("meter", { max: best, value: Math.max(0, score) })),
        h("span", {}, text),
        h("span", { className: "faint" }, parts.join(" · ")),
      ),
    ),
  );
}

const named = (parts: Record<string, number> = {}) =>
  Object.entries(parts)
    .filter(([, v]) => v !== 0)
    .map(([name, v]) => `${t().scored[name] ?? name} ${short(v)}`);

const passages = ({ hits }: RagTrace) =>
  ranking(hits.slice(0, shown).map((p) => ({ score: p.score, text: [p.document, ...(p.headings ?? [])].join(" › "), parts: named(p.scores) })));

const candidates = (trace: RagTrace) =>
  ranking(trace.candidates.slice(0, shown).map((c) => ({ score: c.score, text: c.text, parts: [c.document, ...named(c.features)] })));

const checks = ({ sentences }: AskResult) =>
  ranking(sentences.map((s) => ({ score: s.support, text: s.text, parts: [t().labels[s.label], ...s.citations.map((n) => `[${n}]`)] })));

function steps({ steps }: RagTrace): HTMLElement {
  const longest = Math.max(...steps.map((s) => s.ms), 0.001);
  return h(
    "div",
    { className: "bars" },
    ...steps.flatMap((s) => [
      h("span", {}, t().stepNames[s.name] ?? s.name),
      h("meter", { max: longest, value: s.ms }),
      h("span", { className: "number" }, s.ms.toFixed(1)),
    ]),
  );
}
