// Figures of the page in Chromium, one JSON line each. Keep the machine idle.
//   bench.mjs [page] [library] [model]    what to measure; all by default
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { corpus, launch, root, serve } from "./harness.mjs";

const wanted = (part) => process.argv.length < 3 || process.argv.slice(2).includes(part);
const report = (figure, values) => console.log(JSON.stringify({ figure, ...values }));
const median = (v) => v.toSorted((a, b) => a - b)[v.length >> 1];
const round = (v) => Math.round(v * 100) / 100;

const server = await serve();
const browser = await launch("--no-zygote");

if (wanted("page")) {
  const [ready, encoder] = [[], []];
  for (let i = 0; i < 5; i++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.url);
    await page.waitForSelector("html[data-encoder]");
    const at = (name) => page.evaluate((name) => performance.getEntriesByName(name)[0].startTime, name);
    ready.push(await at("ondol:ready"));
    encoder.push((await at("ondol:encoder")) - ready.at(-1));
    await context.close();
  }
  report("page ready to ask, ms after navigation", { median: round(median(ready)), worst: round(Math.max(...ready)) });
  report("the encoder loaded, ms after that", { median: round(median(encoder)), worst: round(Math.max(...encoder)) });
}

// What is measured beside the page is served without its service worker.
const model = path.join(root, "build/bench/smollm2-135m-q8_0.gguf");
const scalar = path.join(root, "build/bench/ondol-scalar.wasm");
const documents = wanted("library") ? corpus(10) : undefined;
const questions = documents
  ?.filter((_, i) => i % Math.ceil(documents.length / 60) === 0)
  .map((d) => (/[가-힣]/.test(d.title) ? `${d.title}은 무엇인가요?` : `What is ${d.title}?`));
const types = { ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
const lab = http
  .createServer((request, response) => {
    const name = request.url;
    response.setHeader("Content-Type", types[path.extname(name)] ?? "text/html");
    if (name === "/") response.end("<!doctype html><title>bench</title>");
    else if (name === "/corpus.json") response.end(JSON.stringify({ documents, questions }));
    else {
      const file = name === "/model" ? model : name === "/scalar.wasm" ? scalar : path.join(root, "build/web", path.normalize(name));
      fs.createReadStream(file)
        .on("error", () => response.writeHead(404).end())
        .pipe(response);
    }
  })
  .listen(0, "127.0.0.1");

/** Runs a function in a page of its own. */
async function inPage(run, argument) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${lab.address().port}/`);
  const result = await page.evaluate(run, argument);
  await context.close();
  return result;
}

if (wanted("library") && !documents) console.log("no ../shared/corpus: ingest and questions are not measured");
for (const store of wanted("library") && documents ? ["memory", "opfs"] : []) {
  const r = await inPage(async (store) => {
    const { Ondol } = await import("/ondol.js");
    const ondol = await Ondol.open({ store, name: "bench" });
    const { documents, questions } = await (await fetch("/corpus.json")).json();
    const bytes = documents.reduce((n, d) => n + new TextEncoder().encode(d.data).length, 0);
    let t = performance.now();
    const { chunks } = await ondol.add(documents);
    const seconds = (performance.now() - t) / 1000;
    const ask = async () => {
      const times = [];
      const inside = [];
      for (const q of questions) {
        t = performance.now();
        const a = await ondol.answer(q);
        times.push(performance.now() - t);
        inside.push(a.trace.steps.reduce((n, s) => n + s.ms, 0));
      }
      return { times, inside };
    };
    const words = await ask();
    const memory = await ondol.memory();
    t = performance.now();
    await ondol.encoder(new Uint8Array(await (await fetch("/encoder.gguf")).arrayBuffer()));
    const load = performance.now() - t;
    // Enough to tell the speed; all would take minutes.
    const stop = new AbortController();
    let embedded = 0;
    t = performance.now();
    const onProgress = ({ done }) => {
      embedded = done;
      if (done >= 500) stop.abort();
    };
    await ondol.embedLibrary({ signal: stop.signal, onProgress }).catch((e) => stop.signal.aborted || Promise.reject(e));
    const embedding = (performance.now() - t) / 1000;
    const meaning = await ask();
    ondol.close();
    return { chunks, bytes, seconds, ...words, memory, load, embedding: embedded / embedding, meaning: meaning.times };
  }, store);
  const sorted = r.times.toSorted((a, b) => a - b);
  report(`ingest into ${store}`, { mb: round(r.bytes / 1e6), chunks: r.chunks, mb_per_s: round(r.bytes / 1e6 / r.seconds) });
  report(`quote-mode answer over ${store}, ms`, {
    chunks: r.chunks,
    questions: sorted.length,
    p50: round(median(sorted)),
    p95: round(sorted[Math.floor(sorted.length * 0.95)]),
    worst: round(sorted.at(-1)),
    engine_p50: round(median(r.inside)),
    memory_mb: round(r.memory / 1e6),
  });
  report(`the encoder over ${store}`, {
    load_ms: round(r.load),
    passages_per_s: round(r.embedding),
    answer_p50_ms: round(median(r.meaning)),
    answer_worst_ms: round(Math.max(...r.meaning)),
  });
}

if (!wanted("model")) {
  // left out
} else if (!fs.existsSync(model) || !fs.existsSync(scalar)) {
  console.log("no model or scalar reactor in build/bench: decoding is not measured");
} else {
  const speeds = {};
  for (const [name, wasm] of [
    ["simd", "/ondol.wasm"],
    ["scalar", "/scalar.wasm"],
  ]) {
    speeds[name] = await inPage(
      async ([wasm, short]) => {
        const { Ondol } = await import("/ondol.js");
        const ondol = await Ondol.open({ wasm: new URL(wasm, location.href), store: "memory" });
        const model = await (await fetch("/model")).blob();
        const t = performance.now();
        await ondol.load(model);
        const load_ms = performance.now() - t;
        const r = await ondol.bench(short ? { prompt: 16, generate: 8 } : {});
        ondol.close();
        return { load_ms, pp: r.pp, tg: r.tg };
      },
      [wasm, name === "scalar"],
    );
    report(`135M parameters at Q8_0, ${name}`, Object.fromEntries(Object.entries(speeds[name]).map(([k, v]) => [k, round(v)])));
  }
  report("SIMD beside scalar, decoding", { ratio: round(speeds.simd.tg / speeds.scalar.tg) });
}

lab.close();
await browser.close();
server.stop();
