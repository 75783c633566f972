// Builds the page and the SDK into ../build/web.
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "../build/web");
const app = path.join(here, "app");

/** What every response carries; `ondol serve` reads it from headers.json. */
const csp = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
];
const headers = {
  // A page cannot say by whom it may be framed: only a header can.
  "Content-Security-Policy": [...csp, "frame-ancestors 'none'"].join("; "),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Cache-Control": "no-cache",
};

fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });

const common = { bundle: true, format: "esm", target: "es2023", minify: true, legalComments: "none", logLevel: "warning" };
await esbuild.build({
  ...common,
  entryPoints: {
    app: path.join(app, "src/main.ts"),
    bench: path.join(app, "src/bench.ts"),
    preload: path.join(app, "src/preload.ts"),
    ondol: path.join(here, "sdk/src/index.ts"),
    "ondol-worker": path.join(here, "sdk/src/worker.ts"),
  },
  outdir: out,
});
await esbuild.build({ ...common, entryPoints: [path.join(app, "app.css"), path.join(app, "css/bench.css")], entryNames: "[name]", outdir: out });

fs.mkdirSync(path.join(out, "bench"));
for (const [from, to] of Object.entries({ "index.html": "index.html", "bench.html": "bench/index.html" })) {
  fs.writeFileSync(path.join(out, to), fs.readFileSync(path.join(app, from), "utf8").replace("%CSP%", csp.join("; ")));
}
for (const file of ["icon.svg", "manifest.webmanifest"]) fs.copyFileSync(path.join(app, file), path.join(out, file));
fs.copyFileSync(path.join(app, "encoder.gguf"), path.join(out, "encoder.gguf"));
fs.cpSync(path.join(app, "samples"), path.join(out, "samples"), { recursive: true });
const reactors = ["ondol.wasm", "ondol-relaxed.wasm"];
for (const file of [...reactors, "ondol-extract.wasm"]) fs.copyFileSync(path.join(here, "../build", file), path.join(out, file));

/** What the service worker fetches once the page stands. Of the reactors it chooses one. */
const later = ["ondol-extract.wasm", "encoder.gguf"];

// The service worker keeps all of this, under a name that changes with it.
const shell = fs
  .readdirSync(out, { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile() && f.name !== "headers.json")
  .map((f) => path.relative(out, path.join(f.parentPath, f.name)).replaceAll(path.sep, "/"))
  .sort();
const hash = createHash("sha256");
for (const file of shell) hash.update(file).update(fs.readFileSync(path.join(out, file)));
const version = `ondol-${hash.digest("hex").slice(0, 16)}`;
await esbuild.build({
  ...common,
  entryPoints: [path.join(app, "src/sw.ts")],
  outdir: out,
  define: {
    SHELL: JSON.stringify(shell.filter((f) => ![...later, ...reactors].includes(f)).map((f) => `./${f}`.replace(/index\.html$/, ""))),
    LATER: JSON.stringify(later),
    VERSION: JSON.stringify(version),
  },
});
// What has not changed is not sent again.
fs.writeFileSync(path.join(out, "headers.json"), JSON.stringify({ ...headers, ETag: `"${version}"` }, null, 2));
