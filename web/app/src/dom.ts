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

/** Makes a button that does something. */
export function button(props: Props<HTMLButtonElement>, act: () => unknown, ...children: (Node | string)[]): HTMLButtonElement {
  const b = h("button", { type: "button", ...props }, ...children);
  b.addEventListener("click", () => void act());
  return b;
}

/** An icon of index.html's set. */
export function icon(name: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#icon-${name}`);
  svg.classList.add("icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** Offers a file that was made here. */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Asks whether to do something. */
export function confirm(question: string, action: string): Promise<boolean> {
  const dialog = $<HTMLDialogElement>("confirm");
  $("confirm-text").textContent = question;
  $("confirm-yes").textContent = action;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Asks for a line of text; "" if there is to be none. */
export function ask(title: string, label: string, text: string, action: string, longest = 80): Promise<string> {
  const dialog = $<HTMLDialogElement>("naming");
  const input = $<HTMLInputElement>("naming-name");
  $("naming-title").textContent = title;
  $("naming-done").textContent = action;
  $("naming-label").textContent = label;
  input.maxLength = longest;
  input.value = text;
  dialog.returnValue = "";
  dialog.showModal();
  input.select();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "done" ? input.value.trim() : ""), { once: true });
  });
}

for (const b of document.querySelectorAll<HTMLButtonElement>("[data-close]")) {
  b.addEventListener("click", () => b.closest("dialog")?.close());
}
