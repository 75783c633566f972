// The Worker in workerd, over a library that the command line has made.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";

const root = fileURLToPath(new URL("../..", import.meta.url));
const samples = path.join(root, "web/app/samples/");
const library = mkdtempSync(path.join(tmpdir(), "ondol-edge-"));
let worker;

before(async () => {
  execFileSync(path.join(root, "bin/ondol"), ["index", "--store", library, samples + "ko", samples + "en"]);
  worker = new Miniflare({
    modules: true,
    modulesRoot: root,
    scriptPath: path.join(root, "web/edge/entry.mjs"),
    modulesRules: [
      { type: "ESModule", include: ["**/*.mjs", "**/*.js"] },
      { type: "CompiledWasm", include: ["**/*.wasm"] },
    ],
    compatibilityDate: "2026-07-01",
    r2Buckets: ["LIBRARY"],
    durableObjects: { PLACE: "Library" },
  });
  const bucket = await worker.getR2Bucket("LIBRARY");
  for (const name of readdirSync(library)) await bucket.put(name, readFileSync(path.join(library, name)));
});

after(async () => {
  await worker?.dispose();
  rmSync(library, { recursive: true });
});

const get = (target) => worker.dispatchFetch(`http://edge${target}`);
const ask = (body) => worker.dispatchFetch("http://edge/ask", { method: "POST", body: JSON.stringify(body) });

test("answers in Korean and in English, with citations", async () => {
  for (const [language, question, document, contains] of [
    ["ko", "보증금은 얼마인가요?", "lease-contract.md", "3,000만 원"],
    ["en", "Where was Richard the Lionheart held prisoner?", "danube-journal.txt", "Dürnstein"],
  ]) {
    const response = await ask({ question });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    const answer = await response.json();
    assert.equal(answer.verdict, "answered", question);
    assert.ok(answer.answer.includes(contains), answer.answer);
    const [citation] = answer.citations;
    assert.equal(citation.document, document);
    const source = readFileSync(samples + language + "/" + document);
    assert.equal(source.subarray(citation.start, citation.end).toString(), citation.text);
  }
});

test("says what the documents do not answer", async () => {
  const answer = await (await ask({ question: "Who painted the ceiling of the Sistine chapel?" })).json();
  assert.equal(answer.verdict, "not-in-documents");
  assert.deepEqual(answer.citations, []);
});

test("searches and lists", async () => {
  const hits = await (await get("/search?k=3&q=" + encodeURIComponent("보일러 동파"))).json();
  assert.equal(hits.length, 3);
  assert.equal(hits[0].document, "boiler-manual.md");
  const documents = await (await get("/documents")).json();
  assert.equal(documents.length, readdirSync(samples + "ko").length + readdirSync(samples + "en").length);
});

test("serves many requests at once from one instance", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => get("/search?k=1&q=tides")));
  for (const response of answers) {
    assert.equal(response.status, 200);
    assert.equal((await response.json())[0].document, "tides-lecture.md");
  }
});

test("refuses bad requests", async () => {
  assert.equal((await ask({ question: "" })).status, 400);
  assert.equal((await ask({ question: "why?", mode: "generate" })).status, 400);
  assert.equal((await get("/search")).status, 400);
  assert.equal((await get("/nowhere")).status, 404);
  assert.equal((await get("/ask")).status, 405);
});
