// Keyword search in Chromium: Ondol, Orama and MiniSearch over the same passages,
// one after the other in one run; opfs is Ondol over the browser's private storage,
// closed and opened again. First: go run ./tools/searchbench
//
//   npm i --prefix build/bench/searchpeers --ignore-scripts @orama/orama minisearch
//   node tools/searchbench/page.mjs [passages [ondol,opfs,orama,minisearch]]
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
  async ondol(_, documents) {
    const { Ondol } = await import("/ondol.js");
    const ondol = await Ondol.open({ store: "memory" });
    return { add: () => ondol.add(documents()), search: async (q) => (await ondol.search(q, 10)).hits.length, memory: () => ondol.memory() };
  },
  async opfs(_, documents) {
    const { Ondol } = await import("/ondol.js");
    let ondol = await Ondol.open({ store: "opfs" });
    const timed = async (run) => {
      const t = performance.now();
      await run();
      return Math.round((performance.now() - t) * 10) / 10;
    };
    return {
      add: () => ondol.add(documents()),
      async reopen(question) {
        // Until what adding left to be done in the background is done.
        for (let idle = 0, files = 0; idle < 5; idle++) {
          await new Promise((resolve) => setTimeout(resolve, 1000));
          const folder = await (await (await navigator.storage.getDirectory()).getDirectoryHandle("ondol")).getDirectoryHandle("library");
          let n = 0;
          for await (const _ of folder.keys()) n++;
          if (n !== files) [files, idle] = [n, 0];
        }
        ondol.close();
        const opens = async () => {
          ondol = await Ondol.open({ store: "opfs" });
          await ondol.list();
        };
        return { open_ms: await timed(opens), first_ms: await timed(() => ondol.search(question, 10)) };
      },
      search: async (q) => (await ondol.search(q, 10)).hits.length,
      async addOne() {
        const times = [];
        for (let i = 0; i < 10; i++) {
          const data = `Report ${i}. ${"All was quiet at the weir, 물은 잔잔했다. ".repeat(200)}`;
          times.push(await timed(() => ondol.add([{ id: `more-${i}.txt`, data }])));
        }
        return { add_one_ms: times.sort((a, b) => a - b)[5] };
      },
      memory: () => ondol.memory(),
    };
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
        const documents = () => {
          const all = new Map();
          for (const { id, title, text } of passages) {
            const name = `${id.slice(0, id.lastIndexOf("#"))}.txt`;
            const d = all.get(name);
            if (d) d.data += `\n\n${text}`;
            else all.set(name, { id: name, title, data: text });
          }
          return [...all.values()];
        };
        const engine = await Object.values(new Function(`return {${source}}`)())[0](passages, documents);
        let t = performance.now();
        await engine.add();
        const seconds = (performance.now() - t) / 1000;
        const reopened = await engine.reopen?.(questions.at(-1));
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
          ...reopened,
          ...(await engine.addOne?.()),
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
