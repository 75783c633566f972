// The SDK in this thread: the reactor that the page runs, in Node.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { before, test } from "node:test";
import { root, shared } from "./harness.mjs";

const { MemoryStore, Ondol, OndolError } = await import(path.join(root, "build/web/ondol.js"));

const lease = "# 임대차 계약서\n\n## 보증금\n\n보증금은 금 오천만 원으로 한다. 월세는 매월 5일에 낸다.\n";
const handbook = "# Garden handbook\n\n## Water\n\nHoses are allowed on Sundays before nine. The tap is off in winter.\n";

let wasm;
let extractor;
before(async () => {
  wasm = await WebAssembly.compile(fs.readFileSync(path.join(root, "build/ondol.wasm")));
  extractor = await WebAssembly.compile(fs.readFileSync(path.join(root, "build/ondol-extract.wasm")));
});

const open = (store = "memory") => Ondol.open({ wasm, extractor, worker: false, store });
const slice = (text, { start, end }) => Buffer.from(text).subarray(start, end).toString();
const fails = (code, message) => (e) => e instanceof OndolError && e.code === code && (!message || message.test(e.message));
const ids = async (o) => (await o.list()).documents.map((d) => d.id);

test("of a large library only what changes crosses the boundary, and the listing is whole", async () => {
  const o = await open();
  // Names whose order by UTF-16 units is another than by code points.
  const names = ["\u{1F600}", "\uFF21", "가", "zz"];
  const documents = Array.from({ length: 2000 }, (_, i) => ({ id: `${names[i % 4]}-${i}.txt`, data: `number ${i}` }));
  const first = await o.add(documents);
  assert.equal(first.documents.length, 2000);
  let listed = 0;
  const parse = JSON.parse;
  JSON.parse = (text) => {
    const step = parse(text);
    listed += step.result?.documents?.length ?? 0;
    return step;
  };
  let last;
  try {
    await o.add([{ id: "\uFF21-new.txt", data: "new" }]);
    await o.add([{ id: documents[1].id, data: "replaced" }]);
    await o.change(documents[2].id, { newId: "\u{1F600}-renamed.txt" });
    last = await o.remove([documents[0].id]);
  } finally {
    JSON.parse = parse;
  }
  assert.equal(listed, 3);
  const gone = new Set([documents[0].id, documents[2].id]);
  const want = [...documents.map((d) => d.id).filter((id) => !gone.has(id)), "\uFF21-new.txt", "\u{1F600}-renamed.txt"];
  assert.deepEqual(
    last.documents.map((d) => d.id),
    want.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
  );
  const kept = new Set(first.documents);
  assert.equal(last.documents.filter((d) => !kept.has(d)).length, 3);
  assert.deepEqual(await o.list(), last);
});

test("documents are added, searched, asked, replaced and removed", async () => {
  const o = await open();
  const seen = [];
  const library = await o.add(
    [{ id: "lease.md", data: lease }, { id: "handbook.md", data: new TextEncoder().encode(handbook) }, new File(["Saturday is market day."], "notes.txt")],
    { onProgress: (e) => seen.push([e.id, e.done, e.total]) },
  );
  assert.deepEqual(seen, [
    ["lease.md", 1, 3],
    ["handbook.md", 2, 3],
    ["notes.txt", 3, 3],
  ]);
  assert.deepEqual(
    library.documents.map((d) => d.title),
    ["Garden handbook", "임대차 계약서", "notes.txt"],
  );
  const { hits } = await o.search("보증금이", 5);
  assert.equal(hits[0].document, "lease.md");
  assert.deepEqual(hits[0].headings, ["임대차 계약서", "보증금"]);

  for (const [question, document, said] of [
    ["보증금은 얼마인가요?", "lease.md", "보증금은 금 오천만 원으로 한다."],
    ["When are hoses allowed?", "handbook.md", "Hoses are allowed on Sundays before nine."],
  ]) {
    const events = [];
    for await (const e of o.ask(question)) events.push(e);
    assert.deepEqual(
      [...new Set(events.map((e) => e.type))],
      ["retrieved", "token", "citation", "sentence", "done"].filter((t) => events.some((e) => e.type === t)),
    );
    const { answer } = events.at(-1);
    assert.equal(answer.verdict, "answered");
    assert.equal(answer.citations[0].document, document);
    assert.match(answer.answer, new RegExp(said));
    const { text } = await o.text(document);
    assert.equal(slice(text, answer.citations[0]), said);
    assert.equal(
      events
        .filter((e) => e.type === "token")
        .map((e) => e.text)
        .join(""),
      answer.answer,
    );
  }
  const nothing = await o.answer("Who won the chess tournament in Oslo?");
  assert.equal(nothing.verdict, "not-in-documents");
  assert.equal(nothing.citations.length, 0);

  await o.add([{ id: "lease.md", data: lease.replace("오천만", "육천만") }]);
  assert.match((await o.answer("보증금은 얼마인가요?")).answer, /육천만/);
  await o.remove(["lease.md"]);
  assert.deepEqual(await ids(o), ["handbook.md", "notes.txt"]);
  assert.equal((await o.answer("보증금은 얼마인가요?")).verdict, "not-in-documents");
});

test("an answer that is stopped ends there, though the engine is done with it", async () => {
  const o = await open();
  await o.add([{ id: "handbook.md", data: handbook }]);
  const stop = new AbortController();
  const seen = [];
  const read = async () => {
    for await (const e of o.ask("When are hoses allowed?", { signal: stop.signal })) {
      seen.push(e.type);
      await new Promise((resolve) => setTimeout(resolve, 200)); // all else is waiting by then, as a rule
      stop.abort();
    }
  };
  await assert.rejects(read(), fails("cancelled"));
  assert.deepEqual(seen, ["retrieved"]);
});

test("with the encoder, a question finds what is said in the other language", async () => {
  const store = new MemoryStore();
  const o = await open(store);
  await o.add([
    { id: "lease.md", data: lease },
    { id: "handbook.md", data: handbook },
  ]);
  const weights = fs.readFileSync(path.join(root, "web/app/encoder.gguf"));
  const { encoder, dim } = await o.encoder(weights);
  assert.ok(encoder && dim > 0);
  const state = await o.embedLibrary();
  assert.deepEqual([state.encoder, state.done], [encoder, state.total]);
  for (const [question, document] of [
    ["When is the monthly rent due?", "lease.md"],
    ["겨울에 정원의 물을 쓸 수 있나요?", "handbook.md"],
  ]) {
    const { hits, trace } = await o.search(question, 1);
    assert.deepEqual([hits[0]?.document, trace.mode], [document, "hybrid"], question);
  }
  // Another engine over the store has nothing to embed again.
  const again = await open(store);
  await again.encoder(weights);
  assert.equal((await again.embedLibrary()).done, state.total);
});

test("a store outlives the engine", async () => {
  const store = new MemoryStore();
  const first = await open(store);
  await first.add([{ id: "lease.md", data: lease }]);
  first.close();
  const second = await open(store);
  assert.deepEqual(await ids(second), ["lease.md"]);
  assert.match((await second.answer("월세는 언제 내나요?")).answer, /5일/);
});

test("what cannot be read is refused, and the rest is taken in", async () => {
  const o = await open();
  const refused = {};
  const binary = Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919) & 0xff);
  const { documents } = await o.add(
    [
      { id: "empty.txt", data: "" },
      { id: "photo.jpg", data: binary },
      { id: "broken.docx", data: "PK\u0003\u0004 nothing more" },
      { id: "good.txt", data: "The boiler was serviced in March." },
    ],
    {
      onProgress: ({ id, error }) => {
        if (error) refused[id] = error;
      },
    },
  );
  assert.deepEqual(Object.keys(refused).sort(), ["broken.docx", "empty.txt", "photo.jpg"]);
  for (const [id, { code, message }] of Object.entries(refused)) {
    assert.equal(code, "bad-input");
    assert.match(message, new RegExp(id.replace(".", "\\.")));
  }
  assert.deepEqual(
    documents.map((d) => d.id),
    ["good.txt"],
  );
});

test("wrong requests are told apart", async () => {
  const o = await open();
  await assert.rejects(o.remove(["nobody.txt"]), fails("not-found", /nobody\.txt/));
  await assert.rejects(o.text("nobody.txt"), fails("not-found", /nobody\.txt/));
  await assert.rejects(o.answer("  "), fails("bad-request", /question/));
  await assert.rejects(o.answer("왜 ".repeat(5000)), fails("bad-request", /10000|10,000/));
  await assert.rejects(o.answer("왜?", { mode: "generate" }), fails("bad-request", /model/));
  await assert.rejects(o.generate({ prompt: "x" }), fails("bad-request", /model/));
  await assert.rejects(o.load(new Uint8Array(64)), fails("bad-model"));
  assert.equal(await o.model(), undefined);
  assert.deepEqual(await ids(o), []);
});

/** A store that fails from the n-th write on. */
class FullStore extends MemoryStore {
  left = Number.POSITIVE_INFINITY;
  #spend() {
    if (this.left-- <= 0) throw new DOMException("no room", "QuotaExceededError");
  }
  async put(...args) {
    this.#spend();
    return super.put(...args);
  }
  async swap(...args) {
    this.#spend();
    return super.swap(...args);
  }
}

test("a full store loses nothing", async () => {
  for (const left of [0, 1]) {
    const store = new FullStore();
    const o = await open(store);
    await o.add([{ id: "kept.txt", data: "The key is under the third pot." }]);
    store.left = left;
    await assert.rejects(o.add([{ id: "late.txt", data: "This does not fit." }]), fails("storage-full"));
    assert.deepEqual(await ids(o), ["kept.txt"]);
    assert.deepEqual(await ids(await open(store)), ["kept.txt"]);
    store.left = Number.POSITIVE_INFINITY;
    await o.add([{ id: "late.txt", data: "Now it does fit." }]);
    assert.deepEqual(await ids(await open(store)), ["kept.txt", "late.txt"]);
  }
});

test("damage in the store is named", async () => {
  const store = new MemoryStore();
  await (await open(store)).add([{ id: "lease.md", data: lease }]);
  const { name, size } = (await store.list()).find((f) => f.size > 200);
  const bytes = await store.get(name, 0, size);
  bytes[size >> 1] ^= 1;
  await store.put(name, bytes);
  await assert.rejects(ids(await open(store)), fails("corrupt", new RegExp(name)));
});

test("adding stops when told to, and what was reported stays", async () => {
  const store = new MemoryStore();
  const o = await open(store);
  const stop = new AbortController();
  const kept = [];
  const many = Array.from({ length: 40 }, (_, i) => ({ id: `${String(i).padStart(2, "0")}.txt`, data: `Report ${i}. ${"All quiet. ".repeat(20000)}` }));
  const adding = o.add(many, {
    signal: stop.signal,
    onProgress: ({ id }) => {
      kept.push(id);
      stop.abort();
    },
  });
  await assert.rejects(adding, fails("cancelled"));
  const after = await ids(await open(store));
  assert.ok(after.length < many.length, "it should not have gone on to the end");
  for (const id of kept) assert.ok(after.includes(id), `${id} was reported and is gone`);
});

test("an engine that broke is replaced over the same store", async () => {
  let trap = false;
  const store = new (class extends MemoryStore {
    async put(...args) {
      // What the engine meets when its memory cannot grow.
      if (trap) throw new RangeError("memory");
      return super.put(...args);
    }
  })();
  const o = await open(store);
  await o.add([{ id: "kept.txt", data: "The key is under the third pot." }]);
  trap = true;
  await assert.rejects(o.add([{ id: "late.txt", data: "late" }]), (e) => e instanceof OndolError);
  trap = false;
  assert.deepEqual(await ids(o), ["kept.txt"]);
  await o.add([{ id: "late.txt", data: "late" }]);
  assert.deepEqual(await ids(o), ["kept.txt", "late.txt"]);
});

const models = path.join(shared, "models/llama-tiny");
test("a model on a web server is read by ranges, resumed where it breaks off", { skip: fs.existsSync(models) ? false : "no ../shared/models" }, async (t) => {
  const bytes = fs.readFileSync(path.join(models, "stories260K.f32.gguf"));
  let broken = 0;
  let tag = '"1"';
  const server = http.createServer((request, response) => {
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "") ?? [];
    if (request.url === "/plain.gguf" || (request.headers["if-range"] ?? tag) !== tag) return response.end(bytes);
    if (request.url !== "/stories.gguf") return response.writeHead(404).end();
    const part = bytes.subarray(Number(from), Number(to) + 1);
    response.writeHead(206, { "Content-Range": `bytes ${from}-${to}/${bytes.length}`, "Content-Length": part.length, ETag: tag });
    if (part.length < 100_000 || broken >= 2) return response.end(part);
    broken++;
    response.write(part.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const at = (name) => `http://127.0.0.1:${server.address().port}/${name}`;
  const o = await open();
  assert.equal((await o.load(at("stories.gguf"))).name, "stories.gguf");
  assert.equal(broken, 2);
  const schema = { type: "object", properties: { name: { type: "string" }, age: { type: "integer" } }, required: ["name", "age"] };
  const { text } = await o.generate({ prompt: "Tom: ", maxTokens: 30, temperature: 1, jsonSchema: JSON.stringify(schema) });
  assert.deepEqual(Object.keys(JSON.parse(text)), ["name", "age"]);

  const stop = new AbortController();
  await assert.rejects(o.load(at("stories.gguf"), { signal: stop.signal, onProgress: () => stop.abort() }), fails("cancelled"));
  await assert.rejects(o.load(at("absent.gguf")), fails("not-found", /404/));
  await assert.rejects(o.load(at("plain.gguf")), fails("unsupported", /ranges/));
  const change = () => {
    tag = '"2"';
  };
  await assert.rejects(o.load(at("stories.gguf"), { onProgress: change }), fails("conflict", /changed/));
});

test("a model writes what llama.cpp writes", { skip: fs.existsSync(models) ? false : "no ../shared/models" }, async () => {
  const file = path.join(models, "stories260K.f32.gguf");
  const o = await open();
  const progress = [];
  const model = await o.load(new Blob([fs.readFileSync(file)]), { name: "stories", onProgress: (e) => progress.push(e.done) });
  assert.equal(model.architecture, "llama");
  assert.deepEqual(
    progress,
    progress.toSorted((a, b) => a - b),
  );
  // V8 computes to the last bit what wazero computes.
  const tokens = [1, 403, 407, 261, 378];
  const rows = JSON.parse(execFileSync(path.join(root, "bin/ondol"), ["logits", "--model", file, "--tokens", tokens.join(), "--json"]));
  assert.deepEqual(
    (await o.logits(tokens)).map((row) => row.map((p) => [p.id, p.probability])),
    rows,
  );

  const golden = fs.readFileSync(path.join(models, "golden_llamacpp.txt"), "utf8");
  const pieces = [];
  const { text } = await o.generate({ prompt: "Once upon a time", maxTokens: 40, temperature: 0 }, { onProgress: (e) => pieces.push(e.text ?? "") });
  assert.equal(pieces.join(""), text);
  assert.ok(golden.includes(text.trim()), `not in the golden texts: ${text}`);

  await o.add([{ id: "tale.txt", data: "Lily had a red ball. She lost the ball in the park." }]);
  const types = [];
  let answer;
  for await (const e of o.ask("Which ball did Lily have?", { mode: "generate", maxTokens: 24 })) {
    types.push(e.type);
    answer = e.answer;
  }
  assert.equal(answer.verdict, "answered");
  assert.match(answer.trace.prompt, /Lily had a red ball/);
  assert.equal(types[0], "retrieved");
  assert.equal(types.at(-1), "done");
  assert.ok(types.includes("token"));

  const stop = new AbortController();
  let n = 0;
  const onProgress = (e) => {
    if (e.text && ++n === 3) stop.abort();
  };
  await assert.rejects(o.generate({ prompt: "Once upon a time", maxTokens: 200, temperature: 0 }, { signal: stop.signal, onProgress }), fails("cancelled"));
  assert.equal(n, 3);
  await o.unload();
  assert.equal(await o.model(), undefined);
  await assert.rejects(o.encoder(new Blob([fs.readFileSync(file)])), fails("unsupported", /llama is no encoder/));
  await assert.rejects(Ondol.saveModel(new Blob([fs.readFileSync(file)])), fails("unsupported", /keeps no files/));

  const truncated = fs.readFileSync(file).subarray(0, 600_000);
  await assert.rejects(o.load(truncated), fails("bad-model"));
  const lying = Buffer.from(fs.readFileSync(file).subarray(0, 4096));
  lying.writeBigUInt64LE(1n << 60n, 8);
  await assert.rejects(o.load(lying), fails("bad-model"));
});

test("what the reactor has no reader for, the second one reads", async () => {
  const o = await open();
  const page = { id: "page.html", data: "<!doctype html><title>정원</title><h1>정원 &amp; 물</h1><p>물은 일요일 아침에 준다.</p>" };
  const text = await o.extract(page);
  assert.equal(text.format, "html");
  assert.equal(slice(text.text, text.headings[0]), "정원 & 물");
  assert.equal((await o.list()).documents.length, 0);
  const failed = [];
  await o.add([page, { id: "broken.pdf", data: "%PDF-1.7" }], { onProgress: (e) => e.error && failed.push([e.id, e.error.code]) });
  assert.deepEqual(failed, [["broken.pdf", "bad-input"]]);
  const { hits } = await o.search("물", 1);
  assert.equal(hits[0].title, "정원");
});

test("a reader that cannot be loaded is said, and nothing is lost", async () => {
  const o = await Ondol.open({ wasm, extractor: "http://127.0.0.1:1/ondol-extract.wasm", worker: false, store: "memory" });
  const failed = [];
  const { documents } = await o.add(
    [
      { id: "a.txt", data: "Hoses are allowed on Sundays." },
      { id: "b.html", data: "<!doctype html><p>x" },
    ],
    { onProgress: (e) => e.error && failed.push([e.id, e.error.code, e.error.message]) },
  );
  assert.equal(documents.length, 1);
  assert.equal(failed.length, 1);
  assert.match(failed[0].join(), /b\.html,not-found,.*could not be loaded/);
});

test("a library has a name, its documents tags, and both go where its file goes", async () => {
  const o = await open();
  await o.add([
    { id: "lease.md", data: lease, tags: ["home", "2026"] },
    { id: "handbook.md", data: handbook },
  ]);
  await o.describe({ name: "우리 집", tags: [] });
  const changed = await o.change("handbook.md", { newId: "garden.md", tags: ["garden"] });
  assert.deepEqual([changed.id, changed.tags], ["garden.md", ["garden"]]);
  const file = await o.export();
  const other = await open();
  const library = await other.import(new File([file], "home.ondol"));
  assert.equal(library.name, "우리 집");
  assert.deepEqual(
    library.documents.map((d) => [d.id, d.tags]),
    [
      ["garden.md", ["garden"]],
      ["lease.md", ["2026", "home"]],
    ],
  );
  assert.equal((await other.search("hoses", 1)).hits[0].document, "garden.md");
  await assert.rejects(other.import(new Blob([file.slice(0, 100)])), fails("corrupt"));
  assert.equal((await other.list()).documents.length, 2);
});

test("a library on a static host is searched by ranges", async () => {
  const store = new MemoryStore();
  const o = await open(store);
  const text = (n) => Array.from({ length: 2500 }, (_, i) => `Word ${i * n} stands in document ${n}.`).join(" ");
  await o.add([
    ...Array.from({ length: 20 }, (_, n) => ({ id: `${n}.txt`, data: text(n) })),
    { id: "needle.txt", data: "The needle lies under the haystack." },
  ]);
  const list = await store.list();
  let sent = 0;
  const host = http.createServer(async (request, response) => {
    const name = request.url.slice(1);
    const [from, to] =
      /bytes=(\d+)-(\d+)/
        .exec(request.headers.range ?? "")
        ?.slice(1)
        .map(Number) ?? [];
    const body = name === "files.json" ? JSON.stringify(list) : await store.get(name, from, to - from + 1);
    sent += body.length;
    response.writeHead(name === "files.json" ? 200 : 206).end(body);
  });
  await new Promise((resolve) => host.listen(0, "127.0.0.1", resolve));
  try {
    const far = await open({ static: `http://127.0.0.1:${host.address().port}/` });
    assert.equal((await far.search("needle", 3)).hits[0].document, "needle.txt");
    const whole = list.reduce((n, f) => n + f.size, 0);
    assert.ok(sent * 5 < whole, `${sent} of ${whole} bytes were fetched`);
    await assert.rejects(far.add([{ id: "x.txt", data: "x" }]), fails("bad-request", /static host/));
  } finally {
    host.close();
  }
});
