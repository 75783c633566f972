import type { EncoderRequest, LoadRequest, ModelResult, Operations, VectorsRequest, VectorsResult } from "./abi.gen.js";
import { Copies } from "./copies.js";
import { Engine, type Sources } from "./engine.js";
import { OndolError } from "./errors.js";
import { Extractor } from "./extractor.js";
import { Meeting } from "./meeting.js";
import { HTTPStore, MemoryStore, OPFSStore, StaticStore, type Store } from "./store.js";
import { Team } from "./team.js";
import { compile, type WasmSource } from "./wasm.js";

/** How a call goes on and ends. */
export interface Call {
  onEvent?: (event: unknown) => void | Promise<void>;
  signal?: AbortSignal | undefined;
}

/** Carries out operations: in this thread, or in a worker. */
export interface Backend {
  run<Op extends keyof Operations>(op: Op, request: Operations[Op]["request"], sources: Sources, call: Call): Promise<Operations[Op]["result"]>;
  /** Goes over to another library, and keeps the models. Where it cannot be opened, all stays. */
  use(store: StoreName): Promise<void>;
  /** Bytes of memory that the engine holds. */
  memory(): Promise<number>;
  /** Called when another tab changed the library. */
  onChange: (() => void) | undefined;
  close(): void;
}

/** A store by description, which a worker can be told. */
export type StoreName = { kind: "memory" } | { kind: "opfs"; name: string } | { kind: "http"; url: string } | { kind: "static"; url: string };

/** Opens a described store. */
export async function openStore(s: StoreName): Promise<Store> {
  switch (s.kind) {
    case "memory":
      return new MemoryStore();
    case "http":
      return new HTTPStore(s.url);
    case "static":
      return new StaticStore(s.url);
    case "opfs":
      return OPFSStore.open(s.name);
  }
}

/** The engine, and the reader of the documents that it cannot read itself. */
export interface Reactors {
  engine: WasmSource;
  extractor: WasmSource;
}

/** How a library is read. */
export interface LibraryOptions {
  /** The library's name if other tabs may change it too. */
  shared?: string | undefined;
  /** Read by ranges only, as from a static host. */
  ranges?: boolean;
  /** Makes workers that models can be shared out to; they run this package's worker. */
  spawn?: (() => Worker) | undefined;
}

/** The options of a described store. */
export function optionsOf(s: StoreName): LibraryOptions {
  switch (s.kind) {
    case "opfs":
      return { shared: s.name };
    case "http":
      return { shared: s.url };
    case "static":
      return { ranges: true };
    case "memory":
      return {};
  }
}

type Resource = "library" | "model";

/** What an operation holds until it ends, as in wasm/abi; those that hold the same take turns. */
const holds: Partial<Record<keyof Operations, Resource[]>> = {
  open: ["library"],
  refresh: ["library"],
  add: ["library"],
  remove: ["library"],
  change: ["library"],
  describe: ["library"],
  tidy: ["library"],
  export: ["library"],
  import: ["library"],
  mark: ["library"],
  unmark: ["library"],
  encoder: ["library", "model"],
  vectors: ["library", "model"],
  load: ["model"],
  unload: ["model"],
  adapt: ["model"],
  generate: ["model"],
  embed: ["model"],
  rank: ["model"],
  logits: ["model"],
  bench: ["model"],
  keep: ["model"],
};

/** Bytes of a model under which more workers cost more than they bring. */
const smallModel = 32 << 20;

/** How many passages without a vector are worth other workers that embed. */
const manyPassages = 64;

/** The operations after which other tabs have to look again. */
const changes = new Set<keyof Operations>(["add", "remove", "change", "describe", "tidy", "import"]);

/** The engine in this thread. */
export class LocalBackend implements Backend {
  onChange: (() => void) | undefined;
  #module: WebAssembly.Module;
  #store: Store;
  #extractor: Extractor;
  #engine: Engine;
  #ranges: boolean;
  #tidying: ReturnType<typeof setTimeout> | undefined;
  #queues = new Map<Resource, Promise<unknown>>();
  #channel: BroadcastChannel | undefined;
  #team: Team | undefined;
  #copies: Copies | undefined;

  private constructor(module: WebAssembly.Module, store: Store, extractor: Extractor, engine: Engine, o: LibraryOptions, wasm: Reactors) {
    this.#module = module;
    this.#store = store;
    this.#extractor = extractor;
    this.#engine = engine;
    this.#ranges = o.ranges ?? false;
    this.#team = o.spawn && new Team(o.spawn);
    this.#copies = o.spawn && new Copies(o.spawn, { ...wasm, engine: module });
    this.#listen(o.shared);
  }

  /** Hears of changes that other tabs make to a library. */
  #listen(shared: string | undefined): void {
    this.#channel?.close();
    this.#channel = undefined;
    if (shared === undefined || typeof BroadcastChannel === "undefined") return;
    this.#channel = new BroadcastChannel(`ondol:${shared}`);
    this.#channel.onmessage = () => void this.#refresh();
  }

  static async start(wasm: Reactors, store: Store | Promise<Store>, o: LibraryOptions = {}): Promise<LocalBackend> {
    const extractor = new Extractor(wasm.extractor);
    const [module, opened] = await Promise.all([compile(wasm.engine), store]);
    const engine = await Engine.start(module, opened, extractor);
    const backend = new LocalBackend(module, opened, extractor, engine, o, wasm);
    await backend.run("open", { ranges: backend.#ranges }, {}, {});
    return backend;
  }

  async run<Op extends keyof Operations>(op: Op, request: Operations[Op]["request"], sources: Sources, call: Call): Promise<Operations[Op]["result"]> {
    const generating = op === "ask" && (request as Operations["ask"]["request"]).mode === "generate";
    try {
      const result = await this.#inTurn(generating ? ["model"] : (holds[op] ?? []), () => this.#run(op, request, sources, call));
      if (op === "add" || op === "remove" || op === "change") this.#tidyLater();
      return result;
    } catch (e) {
      throw OndolError.of(e);
    }
  }

  async use(s: StoreName): Promise<void> {
    try {
      return await this.#inTurn(["library", "model"], () => this.#use(s));
    } catch (e) {
      throw OndolError.of(e);
    }
  }

  async #use(s: StoreName): Promise<void> {
    const [store, { shared, ranges = false }] = [await openStore(s), optionsOf(s)];
    await this.#mend();
    this.#engine.store = store;
    try {
      await this.#step("open", { ranges }, {}, {});
    } catch (e) {
      this.#engine.store = this.#store;
      store.close?.();
      throw e;
    }
    clearTimeout(this.#tidying);
    this.#store.close?.();
    [this.#store, this.#ranges] = [store, ranges];
    this.#listen(shared);
  }

  /** Runs after all that came before for the same resources. */
  #inTurn<T>(resources: Resource[], run: () => Promise<T>): Promise<T> {
    if (resources.length === 0) return run();
    const turn = Promise.allSettled(resources.map((r) => this.#queues.get(r))).then(run);
    for (const r of resources) this.#queues.set(r, turn);
    return turn;
  }

  /**
   * Loads a model, shared out to as many workers as asked for, or as are worth it.
   * Where workers cannot share memory, one computes alone, with the same results.
   */
  async #load(request: LoadRequest, sources: Sources, call: Call): Promise<ModelResult> {
    const { shard, ...alone } = request;
    const team = this.#team;
    const asked = shard?.count ?? 0;
    await this.#step("unload", undefined, {}, {});
    team?.part();
    const size = [request, ...(request.more ?? [])].reduce((sum, f) => sum + f.size, 0);
    const count = asked || (size < smallModel ? 1 : ((await team?.best()) ?? 1));
    if (!team || count === 1) return this.#step("load", alone, sources, call);
    try {
      this.#engine.meeting = new Meeting(await team.gather(count, this.#module, alone, sources), 0);
      return await this.#step("load", { ...alone, shard: { index: 0, count } }, sources, call);
    } catch (e) {
      await new Promise((resolve) => setTimeout(resolve)); // hear what the others have to say
      const cause = OndolError.of(team.failed ?? e);
      team.part();
      if (asked || cause.code !== "unsupported") throw cause;
      return this.#step("load", alone, sources, call); // it has fewer heads
    }
  }

  async #run<Op extends keyof Operations>(op: Op, request: Operations[Op]["request"], sources: Sources, call: Call): Promise<Operations[Op]["result"]> {
    await this.#mend();
    if (op === "load") return this.#load(request as LoadRequest, sources, call);
    if (op === "vectors") return this.#vectors(request as VectorsRequest, call);
    if (op === "encoder") this.#copies?.use(request as EncoderRequest, sources);
    return this.#step(op, request, sources, call);
  }

  /**
   * Embeds passages; where many have no vector yet, other workers come to embed as many
   * each. They go when all have one, or when none is asked for.
   */
  async #vectors(request: VectorsRequest, call: Call): Promise<VectorsResult> {
    const state = (await this.#shareVectors(request, call)) ?? (await this.#step("vectors", request, {}, call));
    if (state.encoder && request.passages !== 0 && state.total - state.done >= manyPassages) void this.#copies?.call();
    if (request.passages === 0 || state.done === state.total) this.#copies?.part();
    return state;
  }

  /** Embeds passages together with others that hold the encoder; undefined if there are none. */
  async #shareVectors({ passages: each = 8 }: VectorsRequest, call: Call): Promise<VectorsResult | undefined> {
    const [copies, others] = [this.#copies, this.#copies?.workers ?? []];
    const n = 1 + others.length;
    if (!copies || n === 1 || each === 0) return undefined;
    const passages = n * each;
    const asked = await this.#step("vectors", { passages, ask: true }, {}, call);
    const texts = asked.read ?? [];
    if (asked.encoder !== copies.encoder || texts.length === 0) return undefined;
    const share = (i: number) => ({ read: texts.slice(Math.floor((i * texts.length) / n), Math.floor(((i + 1) * texts.length) / n)) });
    try {
      const theirs = others.map((w, i) => w.run("vectors", share(i + 1), {}, {}));
      const all = await Promise.all([this.#step("vectors", share(0), {}, call), ...theirs]);
      return await this.#step("vectors", { passages, made: all.flatMap((r) => r.made ?? []) }, {}, call);
    } catch (e) {
      copies.part();
      if (call.signal?.aborted) throw e;
      return undefined; // another worker has ended: it goes on here
    }
  }

  async #step<Op extends keyof Operations>(op: Op, request: Operations[Op]["request"], sources: Sources, call: Call): Promise<Operations[Op]["result"]> {
    const stopped = () => call.signal?.aborted === true;
    if (stopped()) throw new OndolError("cancelled", "cancelled");
    const written: Uint8Array<ArrayBuffer>[] = [];
    const given = op === "export" ? { ...sources, [(request as Operations["export"]["request"]).sink]: written } : sources;
    const steps = this.#engine.run(op, request, given);
    try {
      for (;;) {
        const step = await steps.next();
        // A file crosses to the page as a whole, not piece by piece.
        if (step.done) return op === "export" ? { ...step.value, file: new Blob(written) } : step.value;
        await call.onEvent?.(step.value);
        if (stopped()) throw new OndolError("cancelled", "cancelled");
      }
    } finally {
      await steps.return(undefined as never);
      // A change that was cancelled may have taken in part of what it was given.
      if (changes.has(op)) this.#channel?.postMessage(op);
    }
  }

  /** Tidies the library step by step, once nothing else has asked for it for a while. */
  #tidyLater(): void {
    clearTimeout(this.#tidying);
    this.#tidying = setTimeout(async () => {
      try {
        if ((await this.run("tidy", undefined, {}, {})).more) this.#tidyLater();
      } catch (e) {
        // Another tab was first, or there is no room: it waits for the next change.
        console.info("ondol: the library was not tidied:", e);
      }
    }, 1000);
    (this.#tidying as { unref?: () => void }).unref?.();
  }

  /** Starts a new engine over the same store if the last one broke. */
  async #mend(): Promise<void> {
    if (!this.#engine.broken) return;
    this.#team?.part();
    this.#copies?.part();
    this.#engine = await Engine.start(this.#module, this.#store, this.#extractor);
    for await (const _ of this.#engine.run("open", { ranges: this.#ranges })) void _;
  }

  async #refresh(): Promise<void> {
    try {
      const { changed } = await this.run("refresh", undefined, {}, {});
      if (changed) this.onChange?.();
    } catch (e) {
      console.warn("ondol: another tab changed the library, and it could not be read again:", e);
    }
  }

  async memory(): Promise<number> {
    return this.#engine.memory;
  }

  close(): void {
    clearTimeout(this.#tidying);
    this.#channel?.close();
    this.#team?.part();
    this.#copies?.part();
    this.#store.close?.();
  }
}
