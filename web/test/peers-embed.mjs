// Times native llama.cpp embedding texts of so many tokens each.
//   node peers-embed.mjs MODEL TOKENS TEXTS THREADS,...
import path from "node:path";
import { pathToFileURL } from "node:url";

const peers = path.join(process.cwd(), "node_modules/node-llama-cpp/dist/index.js");
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(peers).href);
const [model, tokens, texts, counts] = process.argv.slice(2);
const text = Array.from({ length: Number(tokens) }, (_, i) => 1 + ((i * 7919) % 20000));
for (const threads of counts.split(",").map(Number)) {
  const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: threads });
  const loaded = await llama.loadModel({ modelPath: path.resolve(model), gpuLayers: 0 });
  const context = await loaded.createEmbeddingContext({ threads, batchSize: 512 });
  await context.getEmbeddingFor(text.map((t) => t + 1));
  const began = performance.now();
  for (let i = 0; i < Number(texts); i++) await context.getEmbeddingFor(text.map((t) => t + i));
  console.log(JSON.stringify({ threads, pp: (Number(tokens) * Number(texts) * 1000) / (performance.now() - began) }));
  await llama.dispose();
}
process.exit(0);
