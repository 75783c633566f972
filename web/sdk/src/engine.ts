import { ABI_VERSION, type IO, type Operations, type Reply, type Step } from "./abi.gen.js";
import { OndolError } from "./errors.js";
import type { Extractor } from "./extractor.js";
import type { Meeting } from "./meeting.js";
import { Reader, type Source } from "./models.js";
import type { Store } from "./store.js";
import { Exit, wasi } from "./wasi.js";

/** What one operation may ask for or write, by name; pieces are added to a list. */
export type Sources = Record<string, Source | Uint8Array<ArrayBuffer>[]>;

/** The parts, so far, of files that are put piece by piece. */
type Pieces = Map<string, Uint8Array[]>;

function joined(pieces: Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const whole = new Uint8Array(pieces.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of pieces) {
    whole.set(p, at);
    at += p.length;
  }
  return whole;
}

interface Exports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  ondol_version(): number;
  ondol_alloc(n: number): number;
  ondol_free(ptr: number): void;
  ondol_start(ptr: number, n: number): number;
  ondol_next(job: number, ptr: number, n: number): bigint;
  ondol_stop(job: number): void;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * One instance of the reactor over a store. Operations may be interleaved, but
 * those that use the same resource must follow each other: see LocalBackend.
 */
export class Engine {
  #exports: Exports;
  /** What operations read and write that begin from now on. */
  store: Store;
  #extractor: Extractor | undefined;
  /** Where this instance's shard of a model meets the others. */
  meeting: Meeting | undefined;
  /** Set once a trap has left the memory in no known state. */
  broken: OndolError | undefined;

  private constructor(exports: Exports, store: Store, extractor: Extractor | undefined) {
    this.#exports = exports;
    this.store = store;
    this.#extractor = extractor;
  }

  /** Starts an instance and shakes hands with it. */
  static async start(module: WebAssembly.Module, store: Store, extractor?: Extractor): Promise<Engine> {
    let exports: Exports | undefined;
    let engine: Engine | undefined;
    const memory = () => (exports as Exports).memory;
    const exchange = (to: number, room: number, from: number, size: number) =>
      engine?.meeting?.exchange(memory().buffer, to >>> 0, room >>> 0, from >>> 0, size >>> 0) ?? -1;
    const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi(memory), ondol: { exchange } });
    exports = instance.exports as Exports;
    exports._initialize();
    const version = exports.ondol_version();
    if (version !== ABI_VERSION) {
      throw new OndolError("internal", `the engine speaks version ${version} of the boundary, this page version ${ABI_VERSION}: reload the page`);
    }
    engine = new Engine(exports, store, extractor);
    return engine;
  }

  /** Bytes of memory that the instance holds. */
  get memory(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** Carries out an operation: yields its events, returns its result. */
  async *run<Op extends keyof Operations>(
    op: Op,
    request: Operations[Op]["request"],
    sources: Sources = {},
  ): AsyncGenerator<Operations[Op]["event"], Operations[Op]["result"], void> {
    const store = this.store;
    const job = this.#enter((e) => this.#with({ op, request: request ?? null }, (ptr, n) => e.ondol_start(ptr, n)));
    const pieces: Pieces = new Map();
    const readers = new Map<string, Reader>();
    let running = true;
    try {
      let reply: Reply | Uint8Array | undefined;
      for (;;) {
        const step = this.#next(job, reply);
        reply = undefined;
        switch (step.kind) {
          case "io":
            reply = await this.#serve(step.io as IO, sources, store, pieces, readers);
            break;
          case "event":
            yield step.event as Operations[Op]["event"];
            break;
          case "done":
            running = false;
            return step.result as Operations[Op]["result"];
          case "error":
            running = false;
            throw OndolError.from(step.error as NonNullable<Step["error"]>);
        }
      }
    } finally {
      if (running && !this.broken) this.#enter((e) => e.ondol_stop(job));
    }
  }

  #next(job: number, reply: Reply | Uint8Array | undefined): Step {
    return this.#enter((e) => {
      const packed = reply ? this.#with(reply, (ptr, n) => e.ondol_next(job, ptr, n)) : e.ondol_next(job, 0, 0);
      const ptr = Number(packed >> 32n);
      const n = Number(packed & 0xffffffffn);
      return JSON.parse(decoder.decode(this.#view(ptr, n).slice())) as Step;
    });
  }

  /** Enters the guest; whatever traps ends the instance. */
  #enter<T>(call: (e: Exports) => T): T {
    if (this.broken) throw this.broken;
    try {
      return call(this.#exports);
    } catch (e) {
      if (e instanceof WebAssembly.RuntimeError || e instanceof Exit || e instanceof RangeError) {
        const full = this.memory > 3.5 * 2 ** 30 || e instanceof RangeError;
        this.broken = full
          ? new OndolError("no-memory", "the engine ran out of memory; what is stored is as it was", { cause: e })
          : new OndolError("internal", `the engine stopped: ${e.message}; what is stored is as it was`, { cause: e });
        throw this.broken;
      }
      throw e;
    }
  }

  /** Puts a message, encoded or not, into guest memory for the time of a call. */
  #with<T>(message: unknown, call: (ptr: number, n: number) => T): T {
    const bytes = message instanceof Uint8Array ? message : encoder.encode(JSON.stringify(message));
    const ptr = this.#exports.ondol_alloc(bytes.length) >>> 0;
    this.#view(ptr, bytes.length).set(bytes);
    try {
      return call(ptr, bytes.length);
    } finally {
      this.#exports.ondol_free(ptr);
    }
  }

  /** A view of guest memory; growing the memory detaches it. */
  #view(ptr: number, n: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#exports.memory.buffer as ArrayBuffer, ptr >>> 0, n);
  }

  async #serve(io: IO, sources: Sources, store: Store, pieces: Pieces, readers: Map<string, Reader>): Promise<Reply | Uint8Array> {
    const { verb, name = "", format = "", offset = 0, ptr = 0, len = 0, more = false } = io;
    try {
      switch (verb) {
        case "read":
          await this.#read(sources[name], name, readers, offset, ptr, len);
          return {};
        case "get": {
          const data = await store.get(name, offset, len);
          this.#view(ptr, len).set(data);
          return {};
        }
        case "put": {
          const before = pieces.get(name) ?? [];
          before.push(this.#view(ptr, len).slice());
          pieces.set(name, before);
          if (more) return {};
          pieces.delete(name);
          await store.put(name, joined(before));
          return {};
        }
        case "swap":
          await store.swap(name, this.#view(ptr, len).slice());
          return {};
        case "delete":
          await store.delete(name);
          return {};
        case "write": {
          const sink = sources[name];
          if (!Array.isArray(sink)) throw new OndolError("not-found", `no file ${name} to write`);
          sink.push(this.#view(ptr, len).slice());
          return {};
        }
        case "list":
          return { files: await store.list() };
        case "extract":
          if (!this.#extractor) throw new OndolError("unsupported", "no documents are read here");
          return await this.#extractor.extract(name, format, () => this.#view(ptr, len));
      }
    } catch (e) {
      const { code, message } = OndolError.of(e);
      return { error: { code, message } };
    }
  }

  /** Copies a range of a source to its place, in pieces. */
  async #read(source: Sources[string] | undefined, name: string, readers: Map<string, Reader>, offset: number, ptr: number, len: number): Promise<void> {
    if (!source || Array.isArray(source)) throw new OndolError("not-found", `no source ${name}`);
    const reader = readers.get(name) ?? new Reader(source);
    readers.set(name, reader);
    const piece = 8 << 20;
    for (let at = 0; at < len; ) {
      const bytes = await reader.read(offset + at, offset + Math.min(len, at + piece));
      if (bytes.length === 0) throw new OndolError("not-found", `${name} ended early: was the file changed or removed?`);
      this.#view(ptr + at, bytes.length).set(bytes);
      at += bytes.length;
    }
  }
}
