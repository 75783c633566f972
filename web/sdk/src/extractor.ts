import { OndolError } from "./errors.js";
import { wasi } from "./wasi.js";
import { compile, type WasmSource } from "./wasm.js";

interface Exports extends WebAssembly.Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  ondol_alloc(n: number): number;
  ondol_extract(head: number, data: number): bigint;
}

/**
 * Reads the documents that the reactor has no reader for (PDF, office files, HTML),
 * by a second reactor that is loaded when it is first needed.
 */
export class Extractor {
  #source: WasmSource;
  #module: Promise<WebAssembly.Module> | undefined;

  constructor(source: WasmSource) {
    this.#source = source;
  }

  /**
   * Reads a document and returns the message that answers the engine. Each has an
   * instance of its own: what one leaves behind, or breaks, the next never sees.
   *
   * @param data is called when the bytes are wanted.
   */
  async extract(id: string, format: string, data: () => Uint8Array): Promise<Uint8Array> {
    const module = await this.#load();
    let exports: Exports | undefined;
    const memory = () => (exports as Exports).memory;
    exports = (await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi(memory) })).exports as Exports;
    const e = exports;
    const put = (bytes: Uint8Array) => {
      const ptr = e.ondol_alloc(bytes.length) >>> 0;
      new Uint8Array(e.memory.buffer, ptr, bytes.length).set(bytes);
      return ptr;
    };
    try {
      e._initialize();
      const packed = e.ondol_extract(put(new TextEncoder().encode(JSON.stringify({ id, format }))), put(data()));
      return new Uint8Array(e.memory.buffer, Number(packed >> 32n), Number(packed & 0xffffffffn));
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new OndolError("bad-input", `${id}: reading it took more memory than there is, or failed: ${why}`, { cause });
    }
  }

  /** A failure to load, as without a network, is no answer for the next document. */
  async #load(): Promise<WebAssembly.Module> {
    this.#module ??= compile(this.#source);
    try {
      return await this.#module;
    } catch (cause) {
      this.#module = undefined;
      throw new OndolError("not-found", "the reader for this kind of document could not be loaded: connect once, then it is kept", { cause });
    }
  }
}
