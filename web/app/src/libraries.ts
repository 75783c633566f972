import { type Library, Ondol, OndolError } from "../../sdk/src/index.js";
import { $, ask, confirm, h } from "./dom.js";
import { t } from "./strings.js";
import { Said } from "./trouble.js";

/** The library that a new person has. */
const first = "library";

/** Names that people gave their libraries, by ID: a library says its own once it is open. */
const names = (): Record<string, string> => JSON.parse(localStorage.getItem("libraries") ?? "{}");

function note(id: string, name: string | undefined): void {
  localStorage.setItem("libraries", JSON.stringify({ ...names(), [id]: name }));
}

/** The ID of the library that was open last. */
export async function lastLibrary(): Promise<string> {
  const [last, all] = [localStorage.getItem("library") ?? first, await Ondol.libraries()];
  return all.includes(last) ? last : (all[0] ?? first);
}

/** Chooses between libraries, and makes, renames and deletes them. */
export class Libraries {
  #ondol: Ondol;
  /** The ID of the open one. */
  #open: string;
  #about: Library | undefined;
  #switched: (id: string, library: Library) => void;
  #forget: (id: string) => void;
  #trouble: (e: unknown) => void;

  /**
   * @param switched is told of the library that is open from now on.
   * @param forget is told of one that is no more.
   */
  constructor(
    ondol: Ondol,
    open: string,
    { switched, forget, trouble }: { switched: (id: string, library: Library) => void; forget: (id: string) => void; trouble: (e: unknown) => void },
  ) {
    this.#ondol = ondol;
    this.#open = open;
    this.#switched = switched;
    this.#forget = forget;
    this.#trouble = trouble;
    $("shelves").hidden = false;
    const choose = $<HTMLSelectElement>("libraries");
    choose.addEventListener("change", () => void this.#go(choose.value));
    $("new-library").addEventListener("click", () => void this.#make());
    $("rename-library").addEventListener("click", () => void this.#rename());
    $("delete-library").addEventListener("click", () => void this.#delete());
  }

  /** Takes note of what the open library says of itself. */
  hear(library: Library): void {
    this.#about = library;
    if (names()[this.#open] !== library.name) note(this.#open, library.name);
    void this.redraw();
  }

  async redraw(): Promise<void> {
    const all = (await Ondol.libraries()).sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
    const many = all.length > 1;
    const choose = $<HTMLSelectElement>("libraries");
    choose.replaceChildren(...all.map((id) => h("option", { value: id, selected: id === this.#open }, nameOf(id))));
    choose.hidden = !many;
    $("library-title").textContent = nameOf(this.#open);
    $("library-title").classList.toggle("hidden", many);
    $("delete-library").hidden = !many;
  }

  /** Opens another library; says whether it is open now. */
  async #go(id: string): Promise<boolean> {
    try {
      const library = await this.#ondol.use(id);
      this.#open = id;
      localStorage.setItem("library", id);
      this.#switched(id, library);
      return true;
    } catch (e) {
      this.#trouble(e);
      await this.redraw();
      return false;
    }
  }

  async #make(): Promise<void> {
    const name = await ask(t().newLibrary, t().pasteName, "", t().add);
    if (!name) return;
    const taken = await Ondol.libraries();
    const base = name.replace(/[/\\]|^\.+/g, "-");
    let id = base;
    for (let i = 2; taken.includes(id); i++) id = `${base} ${i}`;
    if (await this.#go(id)) await this.#name(name);
  }

  async #rename(): Promise<void> {
    const name = await ask(t().rename, t().pasteName, nameOf(this.#open), t().rename);
    if (name) await this.#name(name);
  }

  async #name(name: string): Promise<void> {
    try {
      this.hear(await this.#ondol.describe({ name, tags: this.#about?.tags ?? [] }));
    } catch (e) {
      this.#trouble(e);
    }
  }

  async #delete(): Promise<void> {
    const [id, name] = [this.#open, nameOf(this.#open)];
    if (!(await confirm(t().reallyLibrary(name, this.#about?.documents.length ?? 0), t().deleteLibrary))) return;
    const next = (await Ondol.libraries()).find((other) => other !== id);
    if (!next || !(await this.#go(next))) return;
    let done = "";
    try {
      await Ondol.deleteLibrary(id);
      note(id, undefined);
      this.#forget(id);
      done = t().deletedLibrary(name);
    } catch (e) {
      this.#trouble(OndolError.of(e).code === "conflict" ? new Said(t().openElsewhere(name)) : e);
    }
    await this.redraw();
    $("progress").textContent = done;
    $("new-library").focus();
  }
}

const nameOf = (id: string) => names()[id] || (id === first ? t().library : id);
