// Runs a program of wasip1 in V8, with relaxed SIMD: go test -exec "node wasi.mjs".
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { WASI } from "node:wasi";

const [, , program, ...rest] = process.argv;
execFileSync(path.join(path.dirname(fileURLToPath(import.meta.url)), "../../build/bin/pack"), [program]); // mends relaxed SIMD
const env = { ...process.env, PWD: process.cwd() };
const wasi = new WASI({ version: "preview1", args: [program, ...rest], env, preopens: { "/": "/" }, returnOnExit: false });
const module = await WebAssembly.compile(fs.readFileSync(program));
wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
