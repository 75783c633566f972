import { type Document, type Library, type NewDocument, type Ondol, OndolError } from "../../sdk/src/index.js";
import { $, button, confirm, h, save } from "./dom.js";
import { openSource } from "./source.js";
import { t } from "./strings.js";
import { Tags } from "./tags.js";
import { explain } from "./trouble.js";

/** What the manifest of the samples says. */
export interface Samples {
  files: { file: string; title: string; lang: string; bytes: number }[];
  questions: Record<"ko" | "en", string[]>;
}

/** How the list names formats that have no name of few letters. */
const kinds: Record<string, string> = { markdown: "MD", text: "TXT" };

/** From this many documents on, the list can be filtered. */
const many = 8;

/** Greets, or shows the conversation. Where there are no documents, both offer to add some. */
export function welcome(shown: boolean): void {
  $("welcome").hidden = !shown;
  $(shown ? "welcome" : "scroll").append($("threshold"));
}

/** The panel with the person's documents. */
export class LibraryPanel {
  #ondol: Ondol;
  #changed: (l: Library) => void;
  #models: (files: File[]) => void;
  /** What narrows the list, and questions with it. */
  readonly tags = new Tags(() => this.show(this.#library));
  #library: Library = { documents: [], chunks: 0, bytes: 0 };
  /** What is shown of documents: one that did not change keeps its entry. */
  #entries = new Map<Document, HTMLElement>();

  /**
   * @param changed is told of the library whenever it is shown.
   * @param models is given the files that are models, not documents.
   */
  constructor(ondol: Ondol, changed: (l: Library) => void, models: (files: File[]) => void) {
    this.#ondol = ondol;
    this.#changed = changed;
    this.#models = models;
    const input = $<HTMLInputElement>("files");
    $("pick").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      void this.add([...(input.files ?? [])]);
      input.value = "";
    });
    $("samples").addEventListener("click", () => void this.#addSamples());
    $("filter").addEventListener("input", () => this.#sift());
    $("within").addEventListener("click", () => {
      this.tags.chosen = "";
      this.show(this.#library);
    });
    this.#offerFile();
    this.#acceptDrops();
    this.#acceptPaste();
  }

  /** Whether there are no documents. */
  get empty(): boolean {
    return this.#library.documents.length === 0;
  }

  /** Looks at the library again, and shows it. */
  async refresh(): Promise<void> {
    this.show(await this.#ondol.list());
  }

  /** Takes documents in, with progress, and says of each failure what to do. */
  async add(documents: Iterable<File | NewDocument>): Promise<void> {
    const isModel = (d: File | NewDocument): d is File => d instanceof File && /\.gguf$/i.test(d.name);
    const [models, list] = [[...documents].filter(isModel), [...documents].filter((d) => !isModel(d))];
    if (models.length > 0) this.#models(models);
    if (list.length === 0) return;
    const bar = h("progress", { max: list.length, value: 0 });
    const words = h("span", {}, t().reading(1, list.length));
    $("progress").replaceChildren(words, bar);
    let added = 0;
    try {
      const library = await this.#ondol.add(list, {
        onProgress: ({ id, error, done, total }) => {
          if (error) this.trouble(id, OndolError.from(error));
          else added++;
          words.textContent = t().reading(Math.min(done + 1, total), total);
          bar.value = done;
        },
      });
      this.show(library);
    } catch (e) {
      this.trouble("", e);
      await this.refresh().catch(() => undefined);
    }
    $("progress").textContent = added > 0 ? t().added(added) : "";
  }

  show(library: Library): void {
    this.#library = library;
    const { documents, chunks } = library;
    const { empty } = this;
    $("library").classList.toggle("empty", empty);
    $(empty ? "threshold" : "shelf").append($("drop"));
    $("count").textContent = empty ? t().empty : t().counted(documents.length, chunks);
    $("open-count").textContent = String(documents.length);
    $("open-library").ariaLabel = t().open(documents.length);
    $("filter").hidden = documents.length < many;
    this.tags.show(documents);
    this.#list(documents);
    this.#sift();
    this.#changed(library);
  }

  #list(documents: Document[]): void {
    const entries = new Map(documents.map((d) => [d, this.#entries.get(d) ?? this.#entry(d)]));
    for (const [d, entry] of this.#entries) if (!entries.has(d)) entry.remove();
    let next = $("documents").firstElementChild;
    for (const entry of entries.values()) {
      if (entry === next) next = entry.nextElementSibling;
      else $("documents").insertBefore(entry, next);
    }
    this.#entries = entries;
  }

  /** Shows the library again, in another language. */
  redraw(): void {
    $("documents").replaceChildren();
    this.#entries.clear();
    this.show(this.#library);
    $("progress").textContent = "";
  }

  #entry(d: Document): HTMLElement {
    const about = [...(d.tags ?? []), t().size(d.size), d.id === d.title ? "" : d.id, new Date(d.added).toLocaleDateString(document.documentElement.lang)];
    return h(
      "li",
      {},
      button(
        { className: "open", title: d.id },
        () => {
          document.body.classList.remove("drawer");
          return openSource(this.#ondol, { document: d.id });
        },
        h("span", { className: "kind", ariaHidden: "true" }, kinds[d.format] ?? d.format.slice(0, 4).toUpperCase()),
        h("span", { className: "title" }, d.title || d.id),
        h("span", { className: "faint" }, about.filter(Boolean).join(" · ")),
      ),
      button({ className: "quiet remove", ariaLabel: `${t().remove}: ${d.id}`, title: t().remove }, () => this.#remove(d), "✕"),
    );
  }

  /** Hides the documents that the filter does not name. */
  #sift(): void {
    const filter = $<HTMLInputElement>("filter");
    const words = filter.hidden ? "" : filter.value.trim().toLowerCase();
    for (const [i, entry] of [...$("documents").children].entries()) {
      const d = this.#library.documents[i] as Document;
      (entry as HTMLElement).hidden = !(this.tags.has(d) && `${d.title} ${d.id}`.toLowerCase().includes(words));
    }
  }

  /** What was added as plain text can be put back; anything else is asked about. */
  async #remove({ id, title, format }: Document): Promise<void> {
    const plain = format === "text" || format === "markdown";
    try {
      if (!plain && !(await confirm(t().really(id), t().remove))) return;
      const { text } = await this.#ondol.text(id);
      this.show(await this.#ondol.remove([id]));
      $("progress").replaceChildren(`${t().removed(id)} `);
      if (!plain) return;
      const undo = button({}, () => this.add([{ id, title, format, data: text }]), t().undo);
      $("progress").append(undo);
      undo.focus();
    } catch (e) {
      this.trouble(id, e);
    }
  }

  /** Says what went wrong, with a document if there is one. */
  trouble(id: string, e: unknown): void {
    const text = id && !explain(e).includes(id) ? `${id}: ${explain(e)}` : explain(e);
    const item = h("li", {}, h("span", {}, text));
    item.append(button({ className: "quiet", ariaLabel: t().dismiss }, () => item.remove(), "✕"));
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
      this.trouble("", e);
    }
  }

  /** The whole library as a file, out and in. */
  #offerFile(): void {
    const input = $<HTMLInputElement>("import-file");
    $("export").addEventListener("click", async () => {
      try {
        save("library.ondol", await this.#ondol.export());
      } catch (e) {
        this.trouble("", e);
      }
    });
    $("import").addEventListener("click", () => input.click());
    input.addEventListener("change", async () => {
      const file = input.files?.[0];
      input.value = "";
      if (!file) return;
      try {
        const library = await this.#ondol.import(file);
        this.show(library);
        $("progress").textContent = t().imported(library.documents.length);
      } catch (e) {
        this.trouble(file.name, e);
      }
    });
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
      dialog.showModal();
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
