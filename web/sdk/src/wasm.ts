import { OndolError } from "./errors.js";

/** What a reactor is taken from. */
export type WasmSource = string | URL | BufferSource | WebAssembly.Module;

export async function compile(wasm: WasmSource): Promise<WebAssembly.Module> {
  if (wasm instanceof WebAssembly.Module) return wasm;
  if (typeof wasm === "string" || wasm instanceof URL) {
    const response = await fetch(wasm);
    if (!response.ok) throw new OndolError("not-found", `the engine at ${wasm} could not be loaded: status ${response.status}`);
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(wasm);
}
