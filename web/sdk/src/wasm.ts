import { OndolError } from "./errors.js";

/** A module that multiplies bytes by relaxed SIMD: i16x8.relaxed_dot_i8x16_i7x16_s of zeros. */
const probe = [
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 16, 1, 14, 0],
  ...[0x41, 0, 0xfd, 15, 0x41, 0, 0xfd, 15, 0xfd, 0x92, 2, 0x1a, 11],
];

/** The file of the reactor that is the faster one here. */
export const reactor = WebAssembly.validate(new Uint8Array(probe)) ? "ondol-relaxed.wasm" : "ondol.wasm";

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
