/**
 * Ondol: private question answering over a person's own documents, in the page.
 *
 * ```ts
 * import { Ondol } from "@ondol-rag/ondol";
 *
 * const ondol = await Ondol.open();
 * await ondol.add([file]);
 * const answer = await ondol.answer("보증금은 얼마인가요?");
 * ```
 *
 * @packageDocumentation
 */
import type {
  AddDocument,
  AddEvent,
  AskEvent,
  AskRequest,
  AskResult,
  BenchRequest,
  BenchResult,
  ChangeRequest,
  DescribeRequest,
  Document,
  EncoderResult,
  ExtractResult,
  GenerateEvent,
  GenerateRequest,
  GenerateResult,
  LoadEvent,
  Mark,
  MarkRequest,
  ModelResult,
  Operations,
  ProgressEvent,
  RagTrace,
  SearchRequest,
  SearchResult,
  TextResult,
  TokenProbability,
  VectorsResult,
} from "./abi.gen.js";
import { type Backend, LocalBackend, openStore, optionsOf, type StoreName } from "./backend.js";
import type { Sources } from "./engine.js";
import { OndolError } from "./errors.js";
import { type Library, Listing } from "./listing.js";
import { deleteModel, locate, type NewModel, nameOf, type SavedModel, savedModels, saveModel, sizeOf } from "./models.js";
import { WorkerBackend } from "./remote.js";
import { OPFSStore, type Store } from "./store.js";
import { reactor, type WasmSource } from "./wasm.js";

export type * from "./abi.gen.js";
export { HTTPStore, MemoryStore, OPFSStore, StaticStore } from "./store.js";
export { OndolError };
export type { Library, NewModel, SavedModel, Store, StoreName, WasmSource };

/** Options of {@link Ondol.open}. */
export interface OpenOptions {
  /**
   * The reactor. Default: `ondol-relaxed.wasm` beside this module, or `ondol.wasm`
   * where there is no relaxed SIMD; answers are the same.
   */
  wasm?: WasmSource;
  /**
   * The second reactor, which reads PDF, office files, HWP, EPUB and HTML. It is
   * loaded when such a document is first added. Default: `ondol-extract.wasm` beside
   * this module.
   */
  extractor?: WasmSource;
  /** Run in a worker of its own, so that the page never waits. Default true. */
  worker?: boolean;
  /** The worker's script. Default: `ondol-worker.js` beside this module. */
  workerURL?: string | URL;
  /**
   * Where the library is kept. Default: the origin private file system, or memory
   * where there is none. `{ url }` is a folder that `ondol serve --store` offers,
   * `{ static }` one that any web server offers to be read. A {@link Store} of your
   * own needs `worker: false`.
   */
  store?: "opfs" | "memory" | { url: string } | { static: string } | Store;
  /** The library's name in the origin private file system. Default "library". */
  name?: string;
  /** Called when another tab has changed the library. */
  onChange?: () => void;
}

/** A document on its way in. */
export interface NewDocument {
  /** Unique in the library; one with the same ID is replaced. */
  id: string;
  title?: string;
  /** "text", "markdown", "pdf", ...; default by the ID's extension and the bytes. */
  format?: string;
  /** A person's own words for it; absent keeps those of a document that is replaced. */
  tags?: string[];
  /** Text, or the bytes of a file. */
  data: string | Blob | Uint8Array;
}

/** Options of a question; those that are absent have the engine's defaults. */
export type AskOptions = Omit<AskRequest, "question"> & { signal?: AbortSignal };

/** A LoRA adapter in GGUF; scale 1 is as it was trained. */
export interface NewAdapter {
  data: Blob | Uint8Array;
  name?: string;
  scale?: number;
}

/** Options of calls that take a while. */
export interface CallOptions<Event = never> {
  signal?: AbortSignal;
  onProgress?: (event: Event) => void;
}

/** A library of documents and the engine that answers from it. */
export class Ondol {
  #backend: Backend;
  #listing = new Listing();
  /** Whether the library outlives the page. */
  readonly persistent: boolean;

  private constructor(backend: Backend, persistent: boolean) {
    this.#backend = backend;
    this.persistent = persistent;
  }

  /** Opens a library; it is made if need be. */
  static async open(o: OpenOptions = {}): Promise<Ondol> {
    const wasm = {
      engine: o.wasm ?? new URL(reactor, import.meta.url),
      extractor: o.extractor ?? new URL("./ondol-extract.wasm", import.meta.url),
    };
    const store = o.store ?? (OPFSStore.available ? "opfs" : "memory");
    const name = o.name ?? "library";
    const described = describe(store, name);
    let backend: Backend;
    if (o.worker ?? true) {
      if (!described) throw new OndolError("bad-request", "a store of your own cannot be sent to a worker: open with worker: false");
      const url = o.workerURL ?? new URL("./ondol-worker.js", import.meta.url);
      backend = await WorkerBackend.start(new Worker(url, { type: "module" }), wasm, described);
    } else {
      const opened = described ? await openStore(described) : (store as Store);
      backend = await LocalBackend.start(wasm, opened, described ? optionsOf(described) : {});
    }
    backend.onChange = o.onChange;
    return new Ondol(backend, described?.kind !== "memory");
  }

  /**
   * Adds documents, or replaces those of the same ID. A document that cannot be
   * read is reported to `onProgress` and passed over. Each is durable once it is
   * reported; a tab closed in the middle loses none of those.
   */
  async add(documents: Iterable<File | NewDocument>, o: CallOptions<AddEvent> = {}): Promise<Library> {
    const sources: Sources = {};
    const list = [...documents].map((d, i) => offer(d, `document-${i}`, sources));
    await this.#run("add", { documents: list }, o, sources);
    return this.list();
  }

  /** Removes documents. */
  async remove(ids: string[]): Promise<Library> {
    await this.#run("remove", { ids });
    return this.list();
  }

  /** Renames a document, or gives it another title or other tags; what is absent stays. */
  change(id: string, change: Omit<ChangeRequest, "id">): Promise<Document> {
    return this.#run("change", { id, ...change });
  }

  /** The library as one file, which {@link import} and `ondol import` take in. */
  async export(): Promise<Blob> {
    const result = await this.#run("export", { sink: "file" });
    return (result as typeof result & { file: Blob }).file;
  }

  /** Takes in an exported library; its documents replace those of the same ID. */
  async import(file: File | Blob): Promise<Library> {
    const name = file instanceof File ? file.name : "file";
    await this.#run("import", { name, source: name, size: file.size }, {}, { [name]: file });
    return this.list();
  }

  /** The libraries in the origin private file system, by name. */
  static async libraries(): Promise<string[]> {
    return OPFSStore.available ? OPFSStore.names() : [];
  }

  /**
   * Goes over to another library of the origin private file system, which is made if
   * need be; models stay loaded. Answers under way end with the library that they
   * began with.
   */
  async use(name: string): Promise<Library> {
    await this.#backend.use({ kind: "opfs", name });
    this.#listing = new Listing();
    return this.list();
  }

  /** Deletes a library of the origin private file system; "conflict" while a tab has it open. */
  static async deleteLibrary(name: string): Promise<void> {
    await OPFSStore.deleteLibrary(name);
  }

  /** Gives the library a name and tags. */
  async describe(about: DescribeRequest): Promise<Library> {
    await this.#run("describe", about);
    return this.list();
  }

  /** Lists the documents. Only those that changed since the last time are asked for. */
  async list(): Promise<Library> {
    const listing = this.#listing;
    return listing.apply(await this.#run("list", { since: listing.version }));
  }

  /** A document and its extracted text, which spans point into by UTF-8 bytes. */
  text(id: string): Promise<TextResult> {
    return this.#run("text", { id });
  }

  /** A file's text with its headings and pages, without adding it. */
  extract(document: File | NewDocument): Promise<ExtractResult> {
    const sources: Sources = {};
    return this.#run("extract", offer(document, "document", sources), {}, sources);
  }

  /** The passages that fit a query best. */
  search(query: string, k = 10, o: Omit<SearchRequest, "query" | "k"> = {}): Promise<SearchResult> {
    return this.#run("search", { query, k, ...o });
  }

  /**
   * Answers a question, step by step: `retrieved`, `token` and `citation` events,
   * and at last `done` with the whole answer. Leaving the loop stops.
   */
  async *ask(question: string, o: AskOptions = {}): AsyncGenerator<AskEvent, void, void> {
    const { signal, ...request } = o;
    const stop = new AbortController();
    const all = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
    const queue: AskEvent[] = [];
    let wake = () => {};
    let ended: { answer: AskResult } | { error: unknown } | undefined;
    const onEvent = (e: unknown) => {
      queue.push(e as AskEvent);
      wake();
    };
    this.#backend.run("ask", { question, ...request }, {}, { onEvent, signal: all }).then(
      (answer) => {
        ended = { answer };
        wake();
      },
      (error) => {
        ended = { error };
        wake();
      },
    );
    try {
      for (;;) {
        // The worker may be ahead of who reads, or done.
        if (signal?.aborted) throw new OndolError("cancelled", "cancelled");
        const e = queue.shift();
        if (e) yield e;
        else if (ended && "error" in ended) throw ended.error;
        else if (ended) {
          yield { type: "done", answer: ended.answer };
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
    } finally {
      stop.abort();
    }
  }

  /** Answers a question, all at once. */
  answer(question: string, o: AskOptions = {}): Promise<AskResult> {
    const { signal, ...request } = o;
    return this.#run("ask", { question, ...request }, signal ? { signal } : {});
  }

  /** Makes an answer again from its trace alone: the same on every device. */
  replay(trace: RagTrace): Promise<AskResult> {
    return this.#run("replay", { trace });
  }

  /**
   * Marks passages as right or wrong for a question, or an answer with the passages
   * that it cites: questions like it are answered by that from now on.
   */
  async mark(mark: MarkRequest): Promise<Mark> {
    const { marks } = await this.#run("mark", mark);
    return marks.at(-1) as Mark;
  }

  /** Takes a mark back. */
  async unmark(id: number): Promise<void> {
    await this.#run("unmark", { id });
  }

  /** All marks, oldest first. */
  async marks(): Promise<Mark[]> {
    return (await this.#run("marks", undefined)).marks;
  }

  /**
   * Loads a GGUF that embeds, and may read and verify: from then on the library is
   * searched by meaning too, as far as {@link Ondol.embedLibrary} has come. A model
   * of {@link Ondol.load} that embeds goes before it; vectors of two encoders are
   * never mixed. One of the E5 family reads questions and passages with its
   * prefixes; where the file does not say that it is one, prefixes does ("e5", "none").
   */
  async encoder(model: NewModel | NewModel[], o: CallOptions<LoadEvent> & { name?: string; prefixes?: "e5" | "none" } = {}): Promise<EncoderResult> {
    const given = Array.isArray(model) ? model : [model];
    const { name = nameOf(given[0]), prefixes, ...call } = o;
    const [encoder, ...more] = (await Promise.all(given.map(locate))).flat();
    if (!encoder || more.length > 0) throw new OndolError("unsupported", `${name}: an encoder has to be one file`);
    return this.#run("encoder", { source: "encoder", size: sizeOf(encoder), name, ...(prefixes && { prefixes }) }, call, { encoder });
  }

  /**
   * Saves a model on this device, in the origin private file system: whole, or not at
   * all. {@link Ondol.load} and {@link Ondol.encoder} take what it returns, after a
   * reload too, and find damage by checksums. One that is saved already is not written
   * again. "storage-full" says how much room is wanted; nothing is lost by it.
   */
  static saveModel(model: NewModel | NewModel[], o: CallOptions<LoadEvent> & { name?: string } = {}): Promise<SavedModel> {
    const given = Array.isArray(model) ? model : [model];
    return saveModel(given, o.name ?? nameOf(given[0]), (done, total) => o.onProgress?.({ done, total }), o.signal);
  }

  /** The models that are saved on this device, by name. */
  static models(): Promise<SavedModel[]> {
    return savedModels();
  }

  /** Deletes a saved model. One that is loaded stays so until the page ends. */
  static deleteModel(id: string): Promise<void> {
    return deleteModel(id);
  }

  /**
   * Embeds the passages that have no vector yet by the loaded encoder, a few at a
   * time: the library answers meanwhile, by meaning as far as it has come. One that
   * was stopped goes on from there when called again. Without an encoder there is
   * nothing to do.
   */
  async embedLibrary(o: CallOptions<VectorsResult> = {}): Promise<VectorsResult> {
    try {
      for (let passages = 0; ; passages = 4) {
        const state = await this.#run("vectors", { passages }, o.signal ? { signal: o.signal } : {});
        o.onProgress?.(state);
        if (!state.encoder || state.done === state.total) return state;
      }
    } catch (e) {
      // To ask how far it is lets go of the workers that came for the rest.
      void this.#run("vectors", { passages: 0 }).catch(() => {});
      throw e;
    }
  }

  /**
   * Loads a GGUF, for generate mode; it replaces the one that was loaded. A URL is
   * read by ranges, and with it the other parts of a model that is split; of files
   * give all the parts. It computes
   * on so many threads, by default on as many as prove to be worth it; on one where
   * the page is not cross-origin isolated, or without a worker. With kv "int8" the
   * memory of what was read takes a quarter, and is a little less exact.
   */
  async load(
    model: NewModel | NewModel[],
    o: CallOptions<LoadEvent> & { name?: string; context?: number; threads?: number; kv?: "f32" | "int8" } = {},
  ): Promise<ModelResult> {
    const given = Array.isArray(model) ? model : [model];
    const { name = nameOf(given[0]), context, threads = 0, kv = "f32", ...call } = o;
    const files = (await Promise.all(given.map(locate))).flat();
    const sources: Sources = Object.fromEntries(files.map((f, i) => [`model-${i}`, f]));
    const [first, ...more] = files.map((f, i) => ({ source: `model-${i}`, size: sizeOf(f) }));
    if (!first) throw new OndolError("bad-request", "give a model to load");
    const request = { ...first, more, name, kv, shard: { index: 0, count: threads }, ...(context === undefined ? {} : { context }) };
    return this.#run("load", request, call, sources);
  }

  /** Lets go of the model. */
  async unload(): Promise<void> {
    await this.#run("unload", undefined);
  }

  /** What is loaded; undefined if nothing is. */
  async model(): Promise<ModelResult | undefined> {
    try {
      return await this.#run("model", undefined);
    } catch (e) {
      if (e instanceof OndolError && e.code === "bad-request") return undefined;
      throw e;
    }
  }

  /** Continues a prompt or a conversation with the loaded model. */
  generate(request: GenerateRequest, o: CallOptions<GenerateEvent> = {}): Promise<GenerateResult> {
    return this.#run("generate", request, o);
  }

  /** Puts adapters on the loaded model, in the place of those that are there. */
  async adapt(adapters: NewAdapter[]): Promise<void> {
    const sources: Sources = {};
    const list = adapters.map(({ data, ...about }, i) => {
      const source = `adapter-${i}`;
      sources[source] = data;
      return { ...about, source, size: sizeOf(data) };
    });
    await this.#run("adapt", { adapters: list }, {}, sources);
  }

  /** A unit vector for each text, by the loaded encoder. */
  async embed(texts: string[], o: CallOptions<ProgressEvent> = {}): Promise<number[][]> {
    return (await this.#run("embed", { texts }, o)).vectors;
  }

  /** How well texts answer a query, 0 to 1, by the loaded reranker. */
  async rank(query: string, texts: string[], o: CallOptions<ProgressEvent> = {}): Promise<number[]> {
    return (await this.#run("rank", { query, texts }, o)).scores;
  }

  /** The text of tokens; special ones have none. */
  async detokenize(tokens: number[]): Promise<string> {
    return (await this.#run("detokenize", { tokens })).text;
  }

  /** The loaded model's tokens of a text. */
  async tokenize(text: string, special = false): Promise<number[]> {
    return (await this.#run("tokenize", { text, special })).tokens;
  }

  /** The loaded model's next-token probabilities after each token. */
  async logits(tokens: number[], top = 20): Promise<TokenProbability[][]> {
    const rows: TokenProbability[][] = [];
    await this.#run("logits", { tokens, top }, { onProgress: (e) => rows.push(e.top) });
    return rows;
  }

  /**
   * Keeps what the model has read with the library: prompts that begin alike are not
   * read again, after a reload neither. Best called when an answer is there. Removing
   * a document removes it.
   */
  async keep(): Promise<void> {
    await this.#run("keep", undefined);
  }

  /** Times the loaded model, in tokens a second. */
  bench(request: BenchRequest = {}): Promise<BenchResult> {
    return this.#run("bench", request);
  }

  /** Bytes of memory that the engine holds. */
  memory(): Promise<number> {
    return this.#backend.memory();
  }

  /** Ends the engine. What is stored stays. */
  close(): void {
    this.#backend.close();
  }

  #run<Op extends keyof Operations>(
    op: Op,
    request: Operations[Op]["request"],
    o: CallOptions<Operations[Op]["event"]> = {},
    sources: Sources = {},
  ): Promise<Operations[Op]["result"]> {
    const { onProgress, signal } = o;
    return this.#backend.run(op, request, sources, { signal, ...(onProgress ? { onEvent: (e) => onProgress(e as Operations[Op]["event"]) } : {}) });
  }
}

/** Describes a document, and makes its bytes a source of that name. */
function offer(d: File | NewDocument, source: string, sources: Sources): AddDocument {
  const data = d instanceof Blob ? d : d.data;
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  sources[source] = bytes;
  const size = sizeOf(bytes);
  if (d instanceof Blob) return { id: (d as File).webkitRelativePath || d.name, source, size };
  const { id, title, format, tags } = d;
  const given = <K extends string, V>(key: K, v: V | undefined) => (v === undefined ? {} : { [key]: v });
  return { id, source, size, ...given("title", title), ...given("format", format), ...given("tags", tags) };
}

function describe(store: NonNullable<OpenOptions["store"]>, name: string): StoreName | undefined {
  if (store === "memory") return { kind: "memory" };
  if (store === "opfs") return { kind: "opfs", name };
  if ("static" in store) return { kind: "static", url: new URL(store.static, globalThis.location?.href).href };
  if ("url" in store) return { kind: "http", url: new URL(store.url, globalThis.location?.href).href };
  return undefined;
}
