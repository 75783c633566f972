// What answers of a real model in Chromium owe to what is kept and to what is seen
// ahead: time to the first token when nothing of the prompt is known, when it was read
// just now, and after a reload, when pages of the cache come from the store; and how
// fast it writes beside step by step. Keep the machine idle.
//
//   node answers.mjs MODEL.gguf [--questions 0,14] [--threads 1]
//
// The prompts are those of answers over the English samples, to so many questions of
// cmd/ondol/testdata/worded.tsv, from one on; what is refused has none. See TestSpeed in
// engine/llm, which measures the same natively.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { parseArgs } from "node:util";
import { launch, root } from "./harness.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { questions: { type: "string", default: "0,14" }, threads: { type: "string", default: "1" } },
});
const model = path.resolve(positionals[0]);
const [from, count] = values.questions.split(",").map(Number);
const threads = Number(values.threads);
const lines = fs
  .readFileSync(path.join(root, "cmd/ondol/testdata/worded.tsv"), "utf8")
  .split("\n")
  .slice(from, from + count);
const questions = lines.map((l) => l.split("\t")[0]);
const types = { ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

const lab = http
  .createServer((request, response) => {
    const name = path.normalize(request.url);
    const file = name === "/model" ? model : path.join(root, "build/web", name);
    response.setHeader("Content-Type", types[path.extname(name)] ?? "text/html");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin"); // for threads
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    if (name === "/") return response.end("<!doctype html><title>answers</title>");
    return fs
      .createReadStream(file)
      .on("error", () => response.writeHead(404).end())
      .pipe(response);
  })
  .listen(0, "127.0.0.1");
const browser = await launch("--no-zygote");
const context = await browser.newContext();

/** Runs a function in a page with the library open and the model loaded. */
async function inPage(run, argument) {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${lab.address().port}/`);
  await page.evaluate(async (threads) => {
    const { Ondol } = await import("/ondol.js");
    window.ondol = await Ondol.open({ store: "opfs", name: "answers" });
    window.model = await (await fetch("/model")).blob();
    window.load = () => window.ondol.load(window.model, { threads });
    await window.load();
    /** Answers, and says when the first token came and how fast the others did. */
    window.answer = async (messages, maxTokens) => {
      const began = performance.now();
      let first = 0;
      const onProgress = ({ id }) => {
        if (id >= 0) first ||= performance.now();
      };
      const { text, tokens, prompt } = await window.ondol.generate({ messages, maxTokens, temperature: 0, stop: ["\n\n"] }, { onProgress });
      return { first: first - began, writing: performance.now() - first, written: tokens.length - 1, text, prompt };
    };
  }, threads);
  const result = await page.evaluate(run, argument);
  await page.evaluate(() => window.ondol.close());
  await page.close();
  return result;
}

const prompts = await inPage(async (questions) => {
  const { files } = await (await fetch("/samples/manifest.json")).json();
  const english = files.filter((f) => f.lang === "en");
  await window.ondol.add(
    await Promise.all(english.map(async ({ file, title }) => ({ id: file, title, data: await (await fetch(`/samples/${file}`)).blob() }))),
  );
  const prompts = [];
  for (const question of questions) {
    const { prompt } = (await window.ondol.answer(question, { mode: "generate", maxTokens: 1 })).trace;
    const at = prompt?.lastIndexOf("Question: ") ?? -1;
    if (at < 0) continue;
    prompts.push([
      { role: "system", content: prompt.slice(0, at).trim() },
      { role: "user", content: prompt.slice(at + "Question: ".length) },
    ]);
  }
  return prompts;
}, questions);

const sum = { tokens: 0, cold: 0, warm: 0, reloaded: 0, keeping: 0, written: 0, writing: 0, steps: 0 };
for (const messages of prompts) {
  const visit = await inPage(async (messages) => {
    const cold = await window.answer(messages, 96);
    const warm = await window.answer(messages, 1);
    const began = performance.now();
    await window.ondol.keep();
    const keeping = performance.now() - began;
    const { tg } = await window.ondol.bench({ prompt: cold.prompt, generate: Math.max(1, cold.written) });
    return { cold, warm, keeping, tg };
  }, messages);
  const reloaded = await inPage((messages) => window.answer(messages, 96), messages);
  if (reloaded.text !== visit.cold.text) throw new Error(`${reloaded.text} after a reload, before ${visit.cold.text}`);
  sum.tokens += visit.cold.prompt;
  sum.cold += visit.cold.first;
  sum.warm += visit.warm.first;
  sum.keeping += visit.keeping;
  sum.reloaded += reloaded.first;
  sum.written += visit.cold.written;
  sum.writing += visit.cold.writing / 1000;
  sum.steps += visit.cold.written / visit.tg;
}
const mean = (key) => Math.round(sum[key] / prompts.length);
console.log(
  JSON.stringify({
    prompts: prompts.length,
    tokens: mean("tokens"),
    cold_ms: mean("cold"),
    warm_ms: mean("warm"),
    reloaded_ms: mean("reloaded"),
    keeping_ms: mean("keeping"),
    written: sum.written,
    ahead_per_s: Math.round((10 * sum.written) / sum.writing) / 10,
    steps_per_s: Math.round((10 * sum.written) / sum.steps) / 10,
    gain: Math.round((100 * sum.steps) / sum.writing) / 100,
  }),
);
await browser.close();
lab.close();
