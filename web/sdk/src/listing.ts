import type { Document, LibraryResult, ListResult } from "./abi.gen.js";

/** A library as it is now. */
export type Library = Omit<LibraryResult, "count" | "changed"> & {
  /** By ID. A document that did not change is the same object as before. */
  documents: Document[];
};

/** The documents of a library, kept up to date by what changes. */
export class Listing {
  #documents: Document[] = [];
  /** What of the library is known; 0 is the empty one. */
  version = 0;

  /** Takes in what the engine lists since a version of this listing, in any order. */
  apply({ version, whole, documents, removed = [], count: _, changed: __, ...about }: ListResult): Library {
    if (version >= this.version || whole) {
      this.version = version;
      this.#documents = whole ? documents : merge(this.#documents, documents, new Set(removed));
    }
    return { ...about, documents: this.#documents };
  }
}

/** Puts changed documents in the place of those of the same ID, both by ID. */
function merge(old: Document[], changed: Document[], removed: Set<string>): Document[] {
  if (changed.length + removed.size === 0) return old;
  for (const d of changed) removed.add(d.id);
  const kept = old.filter((d) => !removed.has(d.id));
  const merged: Document[] = [];
  let at = 0;
  for (const d of changed) {
    const from = at;
    for (let end = kept.length; at < end; ) {
      const middle = (at + end) >> 1;
      if (before((kept[middle] as Document).id, d.id)) at = middle + 1;
      else end = middle;
    }
    for (let i = from; i < at; i++) merged.push(kept[i] as Document);
    merged.push(d);
  }
  for (; at < kept.length; at++) merged.push(kept[at] as Document);
  return merged;
}

/** A UTF-16 unit, so that surrogates come last: strings are ordered by code points, as the engine orders their UTF-8. */
const rank = (unit: number) => (unit < 0xd800 ? unit : unit < 0xe000 ? unit + 0x2000 : unit - 0x800);

function before(a: string, b: string): boolean {
  let i = 0;
  while (i < a.length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i < b.length && (i === a.length || rank(a.charCodeAt(i)) < rank(b.charCodeAt(i)));
}
