/** The element of an ID, which index.html has. */
export function $<T extends HTMLElement = HTMLElement>(id: string): T {
  const e = document.getElementById(id);
  if (!e) throw new Error(`index.html has no #${id}`);
  return e as T;
}

type Props<E> = { [K in keyof E]?: E[K] } & { role?: string };

/**
 * Makes an element. Children that are strings become text nodes: what a document
 * says is never markup.
 */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props<HTMLElementTagNameMap[K]> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const e = Object.assign(document.createElement(tag), props);
  e.append(...children);
  return e;
}

/** Shows a dialog; the buttons that close it are marked in index.html. */
export function show(dialog: HTMLDialogElement): void {
  if (!dialog.open) dialog.showModal();
}

for (const b of document.querySelectorAll<HTMLButtonElement>("[data-close]")) {
  b.addEventListener("click", () => b.closest("dialog")?.close());
}

/** Offers a file that was made here. */
export function save(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
