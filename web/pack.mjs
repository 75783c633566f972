// Lays the SDK out as an npm package: what make build left, and its types.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const built = path.join(here, "../build/web");
const dist = path.join(here, "sdk/dist");

fs.rmSync(dist, { recursive: true, force: true });
fs.mkdirSync(dist, { recursive: true });
for (const file of ["ondol.js", "ondol-worker.js", "ondol.wasm", "ondol-relaxed.wasm", "ondol-extract.wasm", "encoder.gguf", "licenses.txt"]) {
  fs.copyFileSync(path.join(built, file), path.join(dist, file));
}
fs.copyFileSync(path.join(here, "../LICENSE"), path.join(dist, "LICENSE"));
const tsc = path.join(here, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "-p", path.join(here, "sdk")], { stdio: "inherit" });
