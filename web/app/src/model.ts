import { type CallOptions, type LoadEvent, type ModelResult, type NewModel, Ondol, OndolError } from "../../sdk/src/index.js";
import { $, ask, button, confirm, h } from "./dom.js";
import type { Meaning } from "./meaning.js";
import { t } from "./strings.js";
import { explain, Said } from "./trouble.js";

/** A model of the person's own. */
interface Entry {
  name: string;
  size: number;
  from: NewModel[];
  /** Of the saved model; "": it ends with this tab. */
  id: string;
}

/** The panel with the person's models: one may write the answers, one find the passages. */
export class ModelPanel {
  #ondol: Ondol;
  #meaning: Meaning;
  #entries: Entry[] = [];
  #writes: (Entry & { about: ModelResult }) | undefined;
  #finds: Entry | undefined;
  #working: AbortController | undefined;

  constructor(ondol: Ondol, meaning: Meaning) {
    this.#ondol = ondol;
    this.#meaning = meaning;
    const input = $<HTMLInputElement>("model-file");
    $("pick-model").addEventListener("click", () => input.click());
    $("model-address").addEventListener("click", () => void this.#addAddress());
    $("stop-model").addEventListener("click", () => this.#working?.abort());
    input.addEventListener("change", () => {
      void this.add([...(input.files ?? [])]);
      input.value = "";
    });
    $("mode").addEventListener("change", () => localStorage.setItem("mode", chosenMode()));
    this.redraw();
  }

  /** Loads what was in use when the page was left. */
  async start(): Promise<void> {
    const [encoder, model] = ["encoder", "model"].map((key) => localStorage.getItem(key));
    const begun = encoder ? undefined : this.#meaning.start();
    const saved = await Ondol.models().catch(() => []); // none where nothing can be saved
    this.#entries = saved.map((m) => ({ ...m, from: [m] }));
    this.redraw();
    const [finds, writes] = [encoder, model].map((id) => this.#entries.find((e) => e.id === id));
    await begun;
    if (encoder && !(finds && (await this.#work((call) => this.#find(finds, call))))) await this.#meaning.start();
    if (writes && (await this.#work((call) => this.#write(writes, call))) && localStorage.getItem("mode") === "generate") $("generate").click();
  }

  /** Loads a model that is given now, and saves it. */
  async add(files: File[]): Promise<void> {
    const [first] = files;
    if (!first) return;
    const entry: Entry = { name: first.name, size: files.reduce((n, f) => n + f.size, 0), from: files, id: "" };
    await this.#work(async (call) => {
      const done = await this.#use(entry, call);
      return (await this.#save(entry, call)) || done;
    });
  }

  async #addAddress(): Promise<void> {
    const address = await ask(t().modelAddress, t().address, "", t().add, 2000);
    if (!address) return;
    await this.#work(async (call) => {
      const url = new URL(address, location.href);
      if (url.origin !== location.origin) throw new Said(t().foreignAddress);
      const name = decodeURIComponent(url.pathname.split("/").pop() ?? "");
      const entry: Entry = { name, size: 0, from: [url], id: "" };
      const trouble = await this.#save(entry, call);
      try {
        const done = await this.#use(entry, call);
        return trouble || done;
      } catch (e) {
        await this.#delete(entry);
        throw e;
      }
    });
  }

  /**
   * Does one thing at a time, with progress and what went wrong; says whether it went well.
   *
   * @param run may return what is to be said at the end.
   */
  async #work(run: (call: CallOptions<LoadEvent>) => Promise<unknown>): Promise<boolean> {
    this.#working?.abort();
    const working = new AbortController();
    this.#working = working;
    const bar = $<HTMLProgressElement>("model-progress");
    const within = $("model").contains(document.activeElement);
    bar.value = 0;
    bar.hidden = $("stop-model").hidden = false;
    $("pick-model").hidden = $("model-address").hidden = true;
    if (within) $("stop-model").focus();
    let said = "";
    try {
      const onProgress = ({ done, total }: LoadEvent) => {
        bar.value = done / total;
      };
      const end = await run({ signal: working.signal, onProgress });
      if (typeof end === "string") said = end;
      return true;
    } catch (e) {
      said = explain(e);
      $<HTMLDetailsElement>("model").open = true;
      return false;
    } finally {
      if (this.#working === working) {
        bar.hidden = $("stop-model").hidden = true;
        $("pick-model").hidden = $("model-address").hidden = false;
        this.#working = undefined;
        this.redraw();
        $("model-state").textContent = said;
        // What had the focus may be gone.
        if (within && [document.body, $("stop-model")].includes(document.activeElement as HTMLElement)) $("pick-model").focus();
      }
    }
  }

  /** Has a model do what it was made for, and says what that is. */
  async #use(entry: Entry, call: CallOptions<LoadEvent>): Promise<string> {
    try {
      await this.#find(entry, call);
    } catch (e) {
      if (OndolError.of(e).code !== "unsupported") throw e;
      await this.#write(entry, call);
      this.redraw();
      $("generate").click();
    }
    if (!this.#entries.includes(entry)) this.#entries.push(entry);
    return `${entry.name}: ${this.#role(entry)}`;
  }

  #role(entry: Entry): string {
    return this.#writes === entry ? t().writes : this.#finds === entry ? t().finds : "";
  }

  async #find(entry: Entry, call: CallOptions<LoadEvent>): Promise<void> {
    $("model-state").textContent = t().loading(entry.name);
    await this.#meaning.use(entry.from, call);
    this.#finds = entry;
    this.#remember();
  }

  async #write(entry: Entry, call: CallOptions<LoadEvent>): Promise<void> {
    $("model-state").textContent = t().loading(entry.name);
    this.#writes = undefined;
    const about = await this.#ondol.load(entry.from, { ...call, name: entry.name });
    if (about.kv === "") {
      await this.#ondol.unload();
      throw new Said(t().noUse(entry.name));
    }
    this.#writes = Object.assign(entry, { about });
    this.#remember();
  }

  /** Saves a model; where that is not to be, it says why. */
  async #save(entry: Entry, call: CallOptions<LoadEvent>): Promise<string> {
    $("model-state").textContent = t().saving(entry.name);
    try {
      const saved = await Ondol.saveModel(entry.from, { ...call, name: entry.name });
      this.#entries = this.#entries.filter((e) => e === entry || e.id !== saved.id);
      Object.assign(entry, saved, { from: [saved] });
      this.#remember();
      // Or the browser may clear it away, with the library, when the disk is full.
      void navigator.storage.persist().catch(() => false);
      return "";
    } catch (e) {
      const { code } = OndolError.of(e);
      if (code !== "storage-full" && code !== "unsupported") throw e;
      return t().unsaved(code === "unsupported" ? t().notKept : explain(e));
    }
  }

  async #stop(entry: Entry): Promise<void> {
    if (this.#finds === entry) {
      this.#finds = undefined;
      await this.#meaning.use();
    }
    if (this.#writes === entry) {
      this.#writes = undefined;
      await this.#ondol.unload();
    }
    this.#remember();
    if (!entry.id) this.#entries = this.#entries.filter((e) => e !== entry);
  }

  async #delete(entry: Entry): Promise<void> {
    await this.#stop(entry);
    await Ondol.deleteModel(entry.id);
    this.#entries = this.#entries.filter((e) => e !== entry);
  }

  /** Notes what is to be loaded when the page is opened again. */
  #remember(): void {
    localStorage.setItem("encoder", this.#finds?.id ?? "");
    localStorage.setItem("model", this.#writes?.id ?? "");
  }

  redraw(): void {
    const about = this.#writes?.about;
    const generate = $<HTMLInputElement>("generate");
    generate.disabled = !about;
    (generate.parentElement as HTMLElement).title = about ? "" : t().generateNeeds;
    if (!about) $<HTMLInputElement>("quote").checked = true;
    $("models").replaceChildren(...this.#entries.map((e) => this.#entry(e)));
    if (!this.#working) $("model-state").textContent = "";
  }

  #entry(entry: Entry): HTMLElement {
    const role = this.#role(entry);
    const model = this.#writes === entry ? this.#writes.about : undefined;
    const millions = model && (model.parameters / 1e6).toFixed(model.parameters < 1e7 ? 1 : 0);
    const about = [role, t().size(entry.size), ...(model && millions ? [t().parameters(millions), model.type] : []), entry.id ? "" : t().unsavedYet];
    const act = () => this.#work((call) => (role ? this.#stop(entry) : this.#use(entry, call)));
    const remove = async () => {
      if (!entry.id || (await confirm(t().reallyModel(entry.name), t().deleteModel))) await this.#work(() => this.#delete(entry));
    };
    return h(
      "li",
      {},
      h("span", { className: "title", title: entry.name }, entry.name),
      h("span", { className: "faint" }, about.filter(Boolean).join(" · ")),
      button({ ariaLabel: `${role ? t().stopUsing : t().use}: ${entry.name}` }, act, role ? t().stopUsing : t().use),
      button({ className: "quiet remove", ariaLabel: `${t().deleteModel}: ${entry.name}`, title: t().deleteModel }, remove, "✕"),
    );
  }
}

const chosenMode = () => document.querySelector<HTMLInputElement>("[name=mode]:checked")?.value ?? "quote";
