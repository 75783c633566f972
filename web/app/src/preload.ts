// Begins with the reactor while the page's own program is still on its way, and with
// the encoder as soon as the way is free.
import { compile, reactor } from "../../sdk/src/wasm.js";

declare global {
  /** The reactor, compiled here once for all workers. */
  var compiled: Promise<WebAssembly.Module> | undefined;
  /** The encoder that the page brings; nothing if the person has chosen another. */
  var encoder: Promise<Response> | undefined;
}

globalThis.compiled = compile(new URL(reactor, location.href));
globalThis.encoder = localStorage.getItem("encoder") ? undefined : globalThis.compiled.then(() => fetch("encoder.gguf", { priority: "low" }));
// Who waits for them hears why they failed.
for (const p of [globalThis.compiled, globalThis.encoder]) p?.catch(() => undefined);
