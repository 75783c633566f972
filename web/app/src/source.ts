import { type Citation, type Document, type Ondol, OndolError } from "../../sdk/src/index.js";
import { $, h } from "./dom.js";
import { t } from "./strings.js";
import { parseTags } from "./tags.js";
import { explain } from "./trouble.js";

/** Where a passage stands. */
export type Place = Pick<Citation, "document" | "heading" | "start" | "end"> & { page?: string; text?: string };

/** How much of a long document is shown on each side of a passage, in bytes. */
const margin = 100_000;

/** There is room for the source beside the answer. */
const wide = matchMedia("(min-width: 72rem)");

const panel = $<HTMLDialogElement>("source");

const tags = $<HTMLInputElement>("source-tags");

/** What had the focus before the source was opened. */
let before: Element | null = null;

panel.addEventListener("close", () => {
  // An answer that goes on is drawn anew, and its citations with it.
  if (before instanceof HTMLElement) (before.isConnected ? before : $("question")).focus();
});

/** Closes the source where it stands beside the answer; says whether it did. */
export function closeSource(): boolean {
  const open = panel.open;
  panel.close();
  return open;
}

function show(): void {
  if (!panel.contains(document.activeElement)) before = document.activeElement;
  if (panel.open) return;
  if (wide.matches) panel.show();
  else panel.showModal();
}

/** Opens a document at a passage, or at its beginning. */
export async function openSource(ondol: Ondol, place: Place | { document: string }): Promise<void> {
  const body = $("source-text");
  const at = "start" in place ? place : undefined;
  $("source-title").textContent = place.document;
  $("source-place").textContent = [at?.heading, t().place(at?.page ?? "")].filter(Boolean).join(" · ");
  body.replaceChildren();
  tags.value = "";
  tags.disabled = true; // until they are this document's
  show();
  try {
    const { document, text } = await ondol.text(place.document);
    $("source-title").textContent = document.title || document.id;
    offerTags(ondol, document);
    if (at?.text && !holds(text, at)) throw new OndolError("not-found", `${place.document} says something else now`);
    body.replaceChildren(...passage(text, at?.start ?? 0, at?.end ?? 0));
    const mark = body.querySelector("mark");
    if (mark) mark.scrollIntoView({ block: "center" });
    else body.scrollTop = 0;
  } catch (e) {
    // A saved answer may cite what this library does not have, or not as it was.
    if (at?.text && OndolError.of(e).code === "not-found") body.replaceChildren(h("p", { className: "faint" }, t().gone), h("mark", {}, at.text));
    else body.replaceChildren(explain(e));
  }
  body.focus({ preventScroll: true });
}

const holds = (text: string, { start, end, text: said }: Place) => new TextDecoder().decode(new TextEncoder().encode(text).subarray(start, end)) === said;

/** Has a person tag the document that is open. */
function offerTags(ondol: Ondol, { id, tags: had = [] }: Document): void {
  tags.value = had.join(", ");
  tags.disabled = false;
  tags.onchange = async () => {
    try {
      await ondol.change(id, { tags: parseTags(tags.value) });
      document.dispatchEvent(new Event("ondol:library"));
    } catch (e) {
      $("source-place").textContent = explain(e);
    }
  };
}

/** Cuts a text by the bytes of its UTF-8 form, and marks a range of it. */
function passage(text: string, start: number, end: number): Node[] {
  const bytes = new TextEncoder().encode(text);
  const decode = (from: number, to: number) => new TextDecoder().decode(bytes.subarray(from, to));
  const first = boundary(bytes, Math.max(0, start - margin));
  const last = boundary(bytes, Math.min(bytes.length, end + margin));
  const nodes = lines(decode(first, start));
  if (end > start) nodes.push(h("mark", {}, decode(start, end)));
  nodes.push(...lines(decode(end, last)));
  if (first > 0) nodes.unshift(h("p", { className: "faint" }, t().cut));
  if (last < bytes.length) nodes.push(h("p", { className: "faint" }, t().cut));
  return nodes;
}

/** The beginning of the character that a byte belongs to. */
function boundary(bytes: Uint8Array, at: number): number {
  while (at > 0 && at < bytes.length && ((bytes[at] as number) & 0xc0) === 0x80) at--;
  return at;
}

/** Text with its Markdown headings set off. */
function lines(text: string): Node[] {
  const nodes: Node[] = [];
  for (const part of text.split(/^(#{1,6} .*)$/m)) {
    const [, marks, title] = /^(#{1,6} )(.*)$/.exec(part) ?? [];
    if (marks && title) nodes.push(h("span", { className: "heading" }, h("span", { className: "marks" }, marks), title));
    else if (part) nodes.push(document.createTextNode(part));
  }
  return nodes;
}
