// The library's encoder in several workers: each embeds some of the passages.
import type { EncoderRequest } from "./abi.gen.js";
import type { Reactors } from "./backend.js";
import type { Sources } from "./engine.js";
import { WorkerBackend } from "./remote.js";

/** Bytes of an encoder of which others hold copies. */
const largestCopy = 64 << 20;

/** How many embed: on half of the cores, as the slowest of them sets the pace, and people go on working. */
const most = () => {
  const cores = navigator.hardwareConcurrency ?? 1;
  return Math.min(cores, Math.max(2, Math.min(4, cores >> 1)));
};

/** The workers that hold the encoder beside the first. */
export class Copies {
  #spawn: () => Worker;
  #wasm: Reactors;
  #given: { request: EncoderRequest; sources: Sources } | undefined;
  #coming: WorkerBackend[] | undefined;
  #ready = false;
  /** Identifies the encoder that they hold. */
  encoder = "";

  constructor(spawn: () => Worker, wasm: Reactors) {
    this.#spawn = spawn;
    this.#wasm = wasm;
  }

  /** Those that are ready. */
  get workers(): WorkerBackend[] {
    return this.#ready && this.#coming ? this.#coming : [];
  }

  /** Takes note of the encoder that is loaded from now on. */
  use(request: EncoderRequest, sources: Sources): void {
    this.part();
    this.#given = request.source && (request.size ?? 0) <= largestCopy ? { request, sources } : undefined;
  }

  /** Has the workers read the encoder, unless they do. Where that fails, it is not tried again before part. */
  async call(): Promise<void> {
    const given = this.#given;
    if (!given || this.#coming) return;
    const workers: WorkerBackend[] = [];
    this.#coming = workers;
    const one = async () => {
      const life = `ondol-copy-${crypto.randomUUID()}`;
      const worker = await WorkerBackend.start(this.#spawn(), this.#wasm, { kind: "memory" }, life);
      if (workers !== this.#coming) return worker.close();
      workers.push(worker);
      this.encoder = (await worker.run("encoder", given.request, given.sources, {})).encoder;
    };
    try {
      await Promise.all(Array.from({ length: most() - 1 }, one));
      if (workers === this.#coming) this.#ready = true;
    } catch (e) {
      console.info("ondol: no other worker embeds:", e);
    }
  }

  /** Lets them go. */
  part(): void {
    for (const w of this.#coming ?? []) w.close();
    this.#coming = undefined;
    this.#ready = false;
  }
}
