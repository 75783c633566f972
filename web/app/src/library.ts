import { type LibraryResult, type NewDocument, type Ondol, OndolError } from "../../sdk/src/index.js";
import { $, h, show } from "./dom.js";
import { openSource } from "./source.js";
import { t } from "./strings.js";
import { explain } from "./trouble.js";

/** What the manifest of the samples says. */
export interface Samples {
  files: { file: string; title: string; lang: string; bytes: number }[];
  questions: Record<"ko" | "en", string[]>;
}

/** The panel with the person's documents. */
export class LibraryPanel {
  #ondol: Ondol;
  #changed: (l: LibraryResult) => void;
  #library: LibraryResult = { documents: [], chunks: 0, bytes: 0, changed: false };

  constructor(ondol: Ondol, changed: (l: LibraryResult) => void) {
    this.#ondol = ondol;
    this.#changed = changed;
    const input = $<HTMLInputElement>("files");
    $("pick").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      void this.add([...(input.files ?? [])]);
      input.value = "";
    });
    $("samples").addEventListener("click", () => void this.#addSamples());
    this.#acceptDrops();
    this.#acceptPaste();
  }

  /** Looks at the library again, and shows it. */
  async refresh(): Promise<void> {
    this.show(await this.#ondol.list());
  }

  /** Takes documents in, with progress, and says of each failure what to do. */
  async add(documents: Iterable<File | NewDocument>): Promise<void> {
    const list = [...documents];
    if (list.length === 0) return;
    const progress = $("progress");
    progress.textContent = t().reading(1, list.length);
    let added = 0;
    try {
      const library = await this.#ondol.add(list, {
        onProgress: ({ id, error, done, total }) => {
          if (error) this.#trouble(id, OndolError.from(error));
          else added++;
          progress.textContent = t().reading(Math.min(done + 1, total), total);
        },
      });
      this.show(library);
    } catch (e) {
      this.#trouble("", e);
      await this.refresh().catch(() => undefined);
    }
    progress.textContent = added > 0 ? t().added(added) : "";
  }

  show(library: LibraryResult): void {
    this.#library = library;
    const { documents, chunks } = library;
    $("library").classList.toggle("empty", documents.length === 0);
    $("count").textContent = documents.length === 0 ? t().empty : t().counted(documents.length, chunks);
    $("documents").replaceChildren(
      ...documents.map((d) => {
        const open = h(
          "button",
          { type: "button", className: "open" },
          h("span", {}, d.title || d.id),
          h("span", { className: "faint" }, `${d.id} · ${t().size(d.size)} · ${new Date(d.added).toLocaleDateString(document.documentElement.lang)}`),
        );
        open.addEventListener("click", () => void openSource(this.#ondol, { document: d.id }));
        const remove = h("button", { type: "button", className: "quiet remove", ariaLabel: `${t().remove}: ${d.id}`, title: t().remove }, "✕");
        remove.addEventListener("click", () => void this.#remove(d.id));
        return h("li", {}, open, remove);
      }),
    );
    this.#changed(library);
  }

  /** Shows the library again, in another language. */
  redraw(): void {
    this.show(this.#library);
    $("progress").textContent = "";
  }

  async #remove(id: string): Promise<void> {
    try {
      const { document, text } = await this.#ondol.text(id);
      this.show(await this.#ondol.remove([id]));
      const undo = h("button", { type: "button" }, t().undo);
      undo.addEventListener("click", () => void this.add([{ id, title: document.title, data: text }]));
      $("progress").replaceChildren(`${t().removed(id)} `, undo);
      $("progress").querySelector("button")?.focus();
    } catch (e) {
      this.#trouble(id, e);
    }
  }

  #trouble(id: string, e: unknown): void {
    const text = id && !explain(e).includes(id) ? `${id}: ${explain(e)}` : explain(e);
    const dismiss = h("button", { type: "button", className: "quiet", ariaLabel: t().dismiss }, "✕");
    const item = h("li", {}, h("span", {}, text), dismiss);
    dismiss.addEventListener("click", () => item.remove());
    $("troubles").append(item);
  }

  async #addSamples(): Promise<void> {
    try {
      const { files } = await samples();
      const documents = await Promise.all(
        files.map(async ({ file, title }) => {
          const response = await fetch(`samples/${file}`);
          if (!response.ok) throw new Error(`samples/${file}: status ${response.status}`);
          return { id: file, title, data: new Uint8Array(await response.arrayBuffer()) };
        }),
      );
      await this.add(documents);
    } catch (e) {
      this.#trouble("", e);
    }
  }

  #acceptDrops(): void {
    let depth = 0;
    const over = (change: number) => {
      depth = Math.max(0, depth + change);
      document.body.classList.toggle("dropping", depth > 0);
    };
    document.addEventListener("dragenter", () => over(1));
    document.addEventListener("dragleave", () => over(-1));
    document.addEventListener("dragover", (e) => e.preventDefault());
    document.addEventListener("drop", (e) => {
      e.preventDefault();
      over(-depth);
      void this.add([...(e.dataTransfer?.files ?? [])]);
    });
  }

  #acceptPaste(): void {
    const dialog = $<HTMLDialogElement>("paste");
    const name = $<HTMLInputElement>("paste-name");
    const text = $<HTMLTextAreaElement>("paste-text");
    $("write").addEventListener("click", () => {
      name.value = this.#freeName(t().pasteUntitled);
      text.value = "";
      dialog.returnValue = "";
      show(dialog);
      text.focus();
    });
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "add") return;
      const id = name.value.trim() || this.#freeName(t().pasteUntitled);
      void this.add([{ id, data: text.value }]);
    });
  }

  #freeName(base: string): string {
    const taken = new Set(this.#library.documents.map((d) => d.id));
    for (let i = 1; ; i++) {
      const name = i === 1 ? base : `${base} ${i}`;
      if (!taken.has(name)) return name;
    }
  }
}

let manifest: Promise<Samples> | undefined;

/** The samples that come with the page. */
export function samples(): Promise<Samples> {
  manifest ??= fetch("samples/manifest.json").then((r) => r.json() as Promise<Samples>);
  return manifest;
}
