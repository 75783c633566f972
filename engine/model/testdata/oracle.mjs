// Next-token probabilities of native llama.cpp, all of them, as float32 rows.
//   node oracle.mjs PEERS MODEL 1,2,3 OUT CACHE [ADAPTER SCALE]
// Prints its version. CACHE is the type that keys and values are kept in: F16, as
// is usual, or F32. ADAPTER is a LoRA in GGUF.
import { writeFileSync, readFileSync } from "node:fs";
const [peers, modelPath, tokens, out, cache, adapter, scale] = process.argv.slice(2);
const home = peers + "/node_modules/node-llama-cpp";
const { getLlama, LlamaLogLevel } = await import(home + "/dist/index.js");
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createContext({
  contextSize: 2048, threads: 1, flashAttention: false, swaFullCache: true,
  experimentalKvCacheKeyType: cache, experimentalKvCacheValueType: cache,
  ...(adapter && { lora: { adapters: [{ filePath: adapter, scale: Number(scale) }] } }),
});
const result = await context.getSequence().controlledEvaluate(
  tokens.split(",").map((t) => [Number(t), { generateNext: { probabilities: true } }]));
const size = result[0].next.probabilities.size;
const rows = new Float32Array(result.length * size);
result.forEach((r, i) => {
  let sum = 0; // it is off 1 by up to 1e-4
  r.next.probabilities.forEach((p) => { sum += p; });
  r.next.probabilities.forEach((p, t) => { rows[i * size + t] = p / sum; });
});
writeFileSync(out, rows);
console.log(`llama.cpp ${llama.llamaCppRelease.release} by node-llama-cpp ${JSON.parse(readFileSync(home + "/package.json")).version}, CPU, ${cache} cache`);
process.exit(0);
