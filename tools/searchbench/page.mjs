// Keyword search in Chromium: Ondol, Orama and MiniSearch over the same passages,
// one after the other in one run. First: go run ./tools/searchbench
//
//   npm i --prefix build/bench/searchpeers --ignore-scripts @orama/orama minisearch
//   node tools/searchbench/page.mjs [passages [ondol,orama,minisearch]]
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { launch, root } from "../../web/test/harness.mjs";

const size = process.argv[2] ?? "10000";
const only = process.argv[3]?.split(",");
const bench = path.join(root, "build/bench");
const peers = path.join(bench, "searchpeers/node_modules");
const folders = { "/orama/": path.join(peers, "@orama/orama/dist/browser"), "/minisearch/": path.join(peers, "minisearch/dist/es"), "/search/": path.join(bench, "search"), "/": path.join(root, "build/web") };
const types = { ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

const server = http
  .createServer((request, response) => {
    response.setHeader("Content-Type", types[path.extname(request.url)] ?? "text/html");
    if (request.url === "/") return response.end("<!doctype html><title>bench</title>");
    const prefix = Object.keys(folders).find((f) => request.url.startsWith(f));
    fs.createReadStream(path.join(folders[prefix], path.normalize(request.url.slice(prefix.length))))
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  })
  .listen(0, "127.0.0.1");

const engines = {
  // Whole documents: Ondol cuts them into the same passages.
  async ondol(passages) {
    const { Ondol } = await import("/ondol.js");
    const documents = new Map();
    for (const { id, title, text } of passages) {
      const name = `${id.slice(0, id.lastIndexOf("#"))}.txt`;
      const d = documents.get(name);
      if (d) d.data += `\n\n${text}`;
      else documents.set(name, { id: name, title, data: text });
    }
    const ondol = await Ondol.open({ store: "memory" });
    return { add: () => ondol.add([...documents.values()]), search: async (q) => (await ondol.search(q, 10)).hits.length, memory: () => ondol.memory() };
  },
  // Its own tokenizer drops all Hangul: words between spaces, as MiniSearch has them.
  async orama(passages) {
    const { create, insertMultiple, search } = await import("/orama/index.js");
    const tokenize = (text) => [...new Set(text.toLowerCase().split(/[\s\p{P}]+/u).filter(Boolean))];
    const db = create({ schema: { title: "string", text: "string" }, components: { tokenizer: { language: "english", normalizationCache: new Map(), tokenize } } });
    return { add: () => insertMultiple(db, passages, 1000), search: async (q) => (await search(db, { term: q, limit: 10 })).hits.length };
  },
  async minisearch(passages) {
    const { default: MiniSearch } = await import("/minisearch/index.js");
    const db = new MiniSearch({ fields: ["title", "text"] });
    return { add: () => db.addAllAsync(passages, { chunkSize: 1000 }), search: async (q) => db.search(q).slice(0, 10).length };
  },
};

const browser = await launch();
for (const name of Object.keys(engines).filter((n) => only?.includes(n) ?? true)) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const result = await page
    .evaluate(
      async ([source, size]) => {
        const lines = (await (await fetch(`/search/passages-${size}.jsonl`)).text()).split("\n");
        const passages = lines.filter(Boolean).map((l) => JSON.parse(l));
        const questions = await (await fetch(`/search/questions-${size}.json`)).json();
        const bytes = passages.reduce((n, p) => n + new TextEncoder().encode(p.text).length, 0);
        const engine = await Object.values(new Function(`return {${source}}`)())[0](passages);
        let t = performance.now();
        await engine.add();
        const seconds = (performance.now() - t) / 1000;
        const times = [];
        let found = 0;
        for (const q of questions.slice(0, 20)) await engine.search(q);
        for (const q of questions) {
          t = performance.now();
          if (await engine.search(q)) found++;
          times.push(performance.now() - t);
        }
        times.sort((a, b) => a - b);
        const round = (v) => Math.round(v * 100) / 100;
        return {
          passages: passages.length,
          text_mb: round(bytes / 1e6),
          mb_per_s: round(bytes / 1e6 / seconds),
          p50_ms: round(times[times.length >> 1]),
          p95_ms: round(times[Math.floor(times.length * 0.95)]),
          found: `${found} of ${questions.length}`,
          memory: round(((await engine.memory?.()) ?? performance.memory?.usedJSHeapSize ?? 0) / bytes),
        };
      },
      [engines[name].toString(), size],
    )
    .catch((e) => ({ failed: e.message.split("\n")[0] }));
  console.log(JSON.stringify({ engine: name, ...result }));
  await page.context().close();
}
await browser.close();
server.close();
