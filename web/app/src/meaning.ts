import type { CallOptions, LoadEvent, NewModel, Ondol } from "../../sdk/src/index.js";
import { $ } from "./dom.js";
import { t } from "./strings.js";
import { explain } from "./trouble.js";

/**
 * Has the library searched by meaning: by the encoder that comes with the page, or
 * the person's own. What has no vector of it yet is embedded in the background.
 */
export class Meaning {
  #ondol: Ondol;
  #started = false;
  #following: Promise<void> | undefined;
  #again = false;

  constructor(ondol: Ondol) {
    this.#ondol = ondol;
  }

  /** Begins with the encoder that comes with the page. */
  async start(): Promise<void> {
    try {
      await this.use();
    } catch (e) {
      // Words alone find too.
      $("meaning").textContent = t().noMeaning(explain(e));
    }
  }

  /** Goes over to an encoder, by default to the one that comes with the page. */
  async use(model?: NewModel[], call: CallOptions<LoadEvent> = {}): Promise<void> {
    await this.#ondol.encoder(model ?? (await own()), call);
    this.#started = true;
    performance.mark("ondol:encoder");
    document.documentElement.dataset["encoder"] = "true";
    void this.follow();
  }

  /** Embeds what has no vector yet. A call while it works has it look again. */
  async follow(): Promise<void> {
    this.#again = true;
    if (!this.#started) return;
    delete document.documentElement.dataset["embedded"];
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

async function own(): Promise<Uint8Array> {
  const begun = globalThis.encoder;
  globalThis.encoder = undefined;
  // One that failed while the page was still coming is asked for again.
  const response = (await begun?.catch(() => undefined)) ?? (await fetch("encoder.gguf"));
  if (!response.ok) throw new Error(`encoder.gguf: status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
