import type { Citation, Label, Sentence } from "../../sdk/src/index.js";
import { button, h } from "./dom.js";
import { place } from "./evidence.js";
import { t } from "./strings.js";

/** What is known of an answer while it comes and when it is whole. */
export interface Draft {
  text: string;
  citations: Citation[];
  sentences: Sentence[];
}

/** An answer's text: each sentence with its sources and what they say of it. */
export function answerView(draft: Draft, open: (c: Citation) => void): Node[] {
  const bytes = new TextEncoder().encode(draft.text);
  const slice = (from: number, to?: number) => new TextDecoder().decode(bytes.subarray(from, to));
  const nodes: Node[] = [];
  let at = 0;
  for (const s of draft.sentences) {
    nodes.push(...cited(slice(at, s.start), draft.citations, open));
    const said = h("span", { className: `sentence ${s.label}` }, ...cited(slice(s.start, s.end), draft.citations, open, focus(s, draft.citations), s.found));
    nodes.push(said, ...labelView(s));
    at = s.end;
  }
  nodes.push(...cited(slice(at), draft.citations, open));
  return nodes;
}

/** Text with a button for each number that is known, and one part made strong; one number may be the check's own. */
function cited(text: string, citations: Citation[], open: (c: Citation) => void, strong = "", found = 0): Node[] {
  const nodes: Node[] = [];
  for (const part of text.split(/(\[\d{1,3}\])/)) {
    const n = Number(/^\[(\d+)\]$/.exec(part)?.[1]);
    const c = citations.find((c) => c.n === n);
    const by = n === found ? ` (${t().citeFound})` : "";
    if (c)
      nodes.push(button({ className: by ? "cite found" : "cite", ariaLabel: t().cite(n, c.document) + by, title: place(c) + by }, () => open(c), String(n)));
    else nodes.push(...emphasized(part, strong));
  }
  return nodes;
}

function emphasized(text: string, strong: string): Node[] {
  const at = strong ? text.indexOf(strong) : -1;
  if (at < 0) return text ? [document.createTextNode(text)] : [];
  return [document.createTextNode(text.slice(0, at)), h("strong", {}, strong), document.createTextNode(text.slice(at + strong.length))];
}

/** The part of a sentence's evidence that answers by itself. */
function focus(s: Sentence, citations: Citation[]): string {
  const c = citations.find((c) => c.focus && s.citations.includes(c.n));
  if (!c?.focus) return "";
  const bytes = new TextEncoder().encode(c.text);
  return new TextDecoder().decode(bytes.subarray(c.focus.start - c.start, c.focus.end - c.start));
}

const signs: Record<Label, string> = { supported: "✓", partly: "≈", contradicted: "≠", unsupported: "?" };

/** What the evidence says of a sentence; opened, the words that decided. */
function labelView(s: Sentence): Node[] {
  const name = t().labels[s.label];
  const why = h("span", { className: `why ${s.label}`, hidden: true, role: "note" }, reasons(s));
  const sign = s.label === "supported" ? signs.supported : `${signs[s.label]} ${name}`;
  const label = button(
    { className: `label ${s.label}`, ariaLabel: name, ariaExpanded: "false", title: name },
    () => {
      why.hidden = !why.hidden;
      label.ariaExpanded = String(!why.hidden);
    },
    sign,
  );
  return [label, why];
}

function reasons(s: Sentence): string {
  const words = (s.because ?? []).map((w) => t().because(w.kind, w.claim, w.evidence ?? ""));
  return [t().labelled[s.label], ...words, ...(s.found ? [t().foundLater(s.found)] : [])].join(" ");
}
