import type { Operations } from "./abi.gen.js";
import type { Backend, Call, Reactors, StoreName } from "./backend.js";
import type { Sources } from "./engine.js";
import { OndolError } from "./errors.js";
import type { WasmSource } from "./wasm.js";
import type { FromWorker, ToWorker } from "./worker.js";

interface Pending extends Call {
  resolve(result: never): void;
  reject(e: unknown): void;
}

/** A URL cannot be sent to a worker. */
const portable = (wasm: WasmSource) => (wasm instanceof URL ? wasm.href : wasm);

/** The engine in a worker. */
export class WorkerBackend implements Backend {
  onChange: (() => void) | undefined;
  #worker: Worker;
  #pending = new Map<number, Pending>();
  #last = 0;
  #dead: OndolError | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#hear(data);
    worker.onerror = (e) => this.#end(new OndolError("internal", `the engine's worker failed: ${e.message || "it could not be loaded"}`));
  }

  /** @param life a lock that the worker holds: whoever waits for one that is no more hears of it. */
  static async start(worker: Worker, wasm: Reactors, store: StoreName, life?: string): Promise<WorkerBackend> {
    const backend = new WorkerBackend(worker);
    await backend.#send(0, { type: "start", wasm: { engine: portable(wasm.engine), extractor: portable(wasm.extractor) }, store, life }, {});
    if (life) void navigator.locks.request(life, () => backend.#end(new OndolError("internal", "the engine's worker has ended")));
    return backend;
  }

  run<Op extends keyof Operations>(op: Op, request: Operations[Op]["request"], sources: Sources, call: Call): Promise<Operations[Op]["result"]> {
    const id = ++this.#last;
    if (call.signal?.aborted) return Promise.reject(new OndolError("cancelled", "cancelled"));
    const stop = () => this.#post({ type: "stop", id });
    call.signal?.addEventListener("abort", stop, { once: true });
    return this.#send<Operations[Op]["result"]>(id, { type: "run", id, op, request, sources }, call).finally(() =>
      call.signal?.removeEventListener("abort", stop),
    );
  }

  use(store: StoreName): Promise<void> {
    const id = ++this.#last;
    return this.#send(id, { type: "use", id, store }, {});
  }

  memory(): Promise<number> {
    const id = ++this.#last;
    return this.#send(id, { type: "memory", id }, {});
  }

  close(): void {
    this.#worker.terminate();
    this.#end(new OndolError("cancelled", "the library was closed"));
  }

  #send<T>(id: number, message: ToWorker, call: Call): Promise<T> {
    if (this.#dead) return Promise.reject(this.#dead);
    return new Promise<T>((resolve, reject) => {
      this.#pending.set(id, { ...call, resolve, reject });
      this.#post(message);
    });
  }

  #post(m: ToWorker): void {
    this.#worker.postMessage(m);
  }

  #hear(m: FromWorker): void {
    if (m.type === "changed") {
      this.onChange?.();
      return;
    }
    const call = this.#pending.get(m.id);
    if (!call) return;
    if (m.type === "event") {
      void call.onEvent?.(m.event);
      return;
    }
    this.#pending.delete(m.id);
    if (m.type === "done") call.resolve(m.result as never);
    else call.reject(new OndolError(m.error.code, m.error.message));
  }

  #end(e: OndolError): void {
    this.#dead = e;
    for (const call of this.#pending.values()) call.reject(e);
    this.#pending.clear();
  }
}
