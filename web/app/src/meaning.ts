import type { Ondol } from "../../sdk/src/index.js";
import { $ } from "./dom.js";
import { t } from "./strings.js";
import { explain } from "./trouble.js";

/**
 * Has the library searched by meaning: it loads the encoder that comes with the
 * page, once the page is ready, and embeds in the background what is new.
 */
export class Meaning {
  #ondol: Ondol;
  #started = false;
  #following: Promise<void> | undefined;
  #again = false;

  constructor(ondol: Ondol) {
    this.#ondol = ondol;
  }

  async start(): Promise<void> {
    try {
      const response = await fetch("encoder.gguf");
      if (!response.ok) throw new Error(`encoder.gguf: status ${response.status}`);
      await this.#ondol.encoder(new Uint8Array(await response.arrayBuffer()));
      performance.mark("ondol:encoder");
      this.#started = true;
      document.documentElement.dataset["encoder"] = "true";
      await this.follow();
    } catch (e) {
      // Words alone find too.
      $("meaning").textContent = t().noMeaning(explain(e));
    }
  }

  /** Embeds what has no vector yet. A call while it works has it look again. */
  async follow(): Promise<void> {
    this.#again = true;
    if (!this.#started) return;
    this.#following ??= this.#embed().finally(() => {
      this.#following = undefined;
    });
    await this.#following;
  }

  async #embed(): Promise<void> {
    const line = $("meaning");
    try {
      while (this.#again) {
        this.#again = false;
        await this.#ondol.embedLibrary({
          onProgress: ({ encoder, done, total }) => {
            line.textContent = encoder !== "" && done < total ? t().meaning(done, total) : "";
          },
        });
      }
      document.documentElement.dataset["embedded"] = "true";
    } catch (e) {
      line.textContent = t().noMeaning(explain(e));
    }
  }
}
