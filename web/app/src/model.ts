import type { ModelResult, Ondol } from "../../sdk/src/index.js";
import { $ } from "./dom.js";
import { t } from "./strings.js";
import { explain } from "./trouble.js";

/** The panel in which a person chooses a language model. */
export class ModelPanel {
  #ondol: Ondol;
  #model: ModelResult | undefined;
  #loading: AbortController | undefined;
  #changed: () => void;

  constructor(ondol: Ondol, changed: () => void) {
    this.#ondol = ondol;
    this.#changed = changed;
    const input = $<HTMLInputElement>("model-file");
    $("pick-model").addEventListener("click", () => input.click());
    $("unload").addEventListener("click", () => void this.#unload());
    input.addEventListener("change", () => {
      const files = [...(input.files ?? [])];
      if (files.length > 0) void this.#load(files);
      input.value = "";
    });
    this.redraw();
  }

  async #load(files: File[]): Promise<void> {
    this.#loading?.abort();
    const loading = new AbortController();
    this.#loading = loading;
    const bar = $<HTMLProgressElement>("model-progress");
    bar.hidden = false;
    this.#model = undefined;
    this.redraw();
    try {
      this.#model = await this.#ondol.load(files, {
        signal: loading.signal,
        onProgress: ({ done, total }) => {
          bar.value = done / total;
          $("model-state").textContent = t().loading(Math.round((100 * done) / total));
        },
      });
      this.redraw();
      $<HTMLInputElement>("generate").click();
    } catch (e) {
      $("model-state").textContent = explain(e);
    } finally {
      bar.hidden = true;
      this.#changed();
      if (this.#loading === loading) this.#loading = undefined;
    }
  }

  async #unload(): Promise<void> {
    await this.#ondol.unload();
    this.#changed();
    this.#model = undefined;
    this.redraw();
  }

  redraw(): void {
    const m = this.#model;
    const generate = $<HTMLInputElement>("generate");
    generate.disabled = !m;
    (generate.parentElement as HTMLElement).title = m ? "" : t().generateNeeds;
    if (!m) $<HTMLInputElement>("quote").checked = true;
    $("unload").hidden = !m;
    $("model-state").textContent = m ? t().loaded(m.name, m.type, (m.parameters / 1e6).toFixed(m.parameters < 1e7 ? 1 : 0), m.context) : "";
  }
}
