// One model in every engine, side by side in one run: one JSON line for each, then
// how many times as fast Ondol is as its peers. Keep the machine otherwise idle.
//
//   node peers.mjs MODEL.gguf [--prompt 505] [--generate 64] [--threads 1,2] [--encoder]
//       [--only native,wllama3,chromium,plain,wazero,go] [--copies 1]
//
// Of several copies, which run at once and know nothing of each other, the sum is
// shown: with --threads 1, what the machine's cores can give at most.
//
// "go" is Ondol compiled for this machine, "plain" the page without relaxed SIMD, "native" is llama.cpp. The peers are those of ../shared/bench/peers (make peers).
import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { launch, root, serve } from "./harness.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prompt: { type: "string" },
    generate: { type: "string" },
    threads: { type: "string", default: "1,2" },
    encoder: { type: "boolean", default: false },
    only: { type: "string", default: "native,wllama3,chromium,wazero,go" },
    copies: { type: "string", default: "1" },
  },
});
const model = path.resolve(positionals[0]);
const prompt = values.prompt ?? (values.encoder ? "128" : "505");
const generate = values.generate ?? (values.encoder ? "16" : "64");
const threadCounts = values.threads.split(",").map(Number);
const only = values.only.split(",");
const copies = Number(values.copies);
const round = (v) => Math.round(v * 100) / 100;
const figures = [];
const results = {};

/** Keeps the result of one copy of an engine, and shows the sum once all have one. */
function report(engine, threads, result) {
  const of = `${engine} ${threads}`;
  results[of] = [...(results[of] ?? []), result];
  if (results[of].length < copies) return;
  const sum = (key) => results[of].reduce((sum, r) => sum + (r[key] ?? 0), 0);
  const { load_ms, first_ms, memory } = result;
  const [pp, tg] = [sum("pp"), sum("tg")];
  figures.push({ engine, threads, pp, tg });
  const line = { engine, threads, model: path.basename(model), pp: round(pp), tg: round(tg) };
  if (copies > 1) line.copies = copies;
  if (load_ms !== undefined) line.load_ms = Math.round(load_ms);
  if (first_ms !== undefined) line.first_ms = Math.round(first_ms);
  if (memory !== undefined) line.memory_mb = Math.round(memory / 1e6);
  console.log(JSON.stringify(line));
}

/** Calls on with each line of JSON that a command prints. */
async function run(command, args, cwd, on) {
  const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  const closed = new Promise((resolve) => child.once("close", resolve));
  for await (const line of createInterface(child.stdout)) on(JSON.parse(line));
  const status = await closed;
  if (status) throw new Error(`${command} ${args.join(" ")}: status ${status}`);
}

async function peers() {
  const dir = path.join(root, "build/peers");
  if (values.encoder && only.includes("native")) {
    const script = path.join(root, "web/test/peers-embed.mjs");
    return run("node", [script, model, prompt, generate, values.threads], dir, (r) => report("llama.cpp native", r.threads, r));
  }
  const peers = only.filter((o) => ["native", "wllama3", "wllama2"].includes(o)).join(",");
  if (!peers || values.encoder) return;
  const args = ["speed.mjs", model, "--threads", values.threads, "--prompt", prompt, "--generate", generate, "--only", peers];
  await run("node", args, dir, (r) => report(r.peer, r.threads, r));
}

async function commandLine(engine, threads) {
  const args = ["bench", "--model", model, "--engine", engine, "--threads", threads, "--prompt", prompt, "--generate", generate, "--json"];
  await run(path.join(root, "bin/ondol"), args, root, (r) => report(`Ondol ${engine === "wasm" ? "wazero" : engine}`, threads, r));
}

async function inChromium(query) {
  const server = await serve();
  const browser = await launch("--no-zygote");
  for (const threads of threadCounts) await atOnce(() => inPage(browser, `${server.url}bench/${query}`, threads, `Ondol Chromium${query && ", plain SIMD"}`));
  await browser.close();
  server.stop();
}

async function inPage(browser, url, threads, engine) {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForSelector("html[data-ready]");
  await page.setInputFiles("#model", model);
  for (const [id, value] of Object.entries({ prompt, generate, threads })) await page.fill(`#${id}`, String(value));
  await page.uncheck("#profile");
  await page.click("#run");
  await page.waitForFunction(() => !document.querySelector("#run").disabled, undefined, { timeout: 0, polling: 500 });
  const json = await page.textContent("#json");
  if (!json) throw new Error(await page.textContent("#state"));
  report(engine, threads, JSON.parse(json));
  await context.close();
}

const atOnce = (f) => Promise.all(Array.from({ length: copies }, f));

await atOnce(peers);
if (only.includes("chromium")) await inChromium("");
if (only.includes("plain")) await inChromium("?plain");
for (const t of threadCounts) if (only.includes("wazero")) await atOnce(() => commandLine("wasm", String(t)));
for (const t of threadCounts) if (only.includes("go")) await atOnce(() => commandLine("native", String(t)));

const one = (name) => figures.find((f) => f.engine.startsWith(name) && Number(f.threads) === 1);
console.log(`\n${path.basename(model)}: ${prompt} tokens read, ${generate} ${values.encoder ? "texts" : "written"}`);
console.log("| engine | threads | reading | beside wllama | beside llama.cpp | writing | beside wllama | beside llama.cpp |");
console.log("|---|---|---|---|---|---|---|---|");
for (const f of figures) {
  const beside = (peer, key) => (peer?.[key] ? `${round(f[key] / peer[key])}x` : "");
  const cells = ["pp", "tg"].flatMap((key) => [round(f[key] ?? 0), beside(one("wllama"), key), beside(one("llama.cpp"), key)]);
  console.log(`| ${f.engine} | ${f.threads} | ${cells.join(" | ")} |`);
}
