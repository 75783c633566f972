// The embedding that native llama.cpp makes of tokens, as float32.
//   node embed.mjs PEERS MODEL 1,2,3 OUT
// Prints its version.
import { writeFileSync, readFileSync } from "node:fs";
const [peers, modelPath, tokens, out] = process.argv.slice(2);
const home = peers + "/node_modules/node-llama-cpp";
const { getLlama, LlamaLogLevel } = await import(home + "/dist/index.js");
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createEmbeddingContext({ threads: 1 });
const { vector } = await context.getEmbeddingFor(tokens.split(",").map(Number));
writeFileSync(out, new Float32Array(vector));
console.log(`llama.cpp ${llama.llamaCppRelease.release} by node-llama-cpp ${JSON.parse(readFileSync(home + "/package.json")).version}, CPU`);
process.exit(0);
