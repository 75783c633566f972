// The score that native llama.cpp gives a query and a passage, both as tokens.
//   node rank.mjs PEERS MODEL 1,2,3 OUT
// The first half of the tokens is the query. OUT gets the probability, then the
// tokens as llama.cpp joined them. Prints its version.
import { writeFileSync, readFileSync } from "node:fs";
const [peers, modelPath, tokens, out] = process.argv.slice(2);
const home = peers + "/node_modules/node-llama-cpp";
const { getLlama, LlamaLogLevel } = await import(home + "/dist/index.js");
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath, gpuLayers: 0 });
const context = await model.createRankingContext({ threads: 1 });
const all = tokens.split(",").map(Number);
const query = all.slice(0, all.length / 2), passage = all.slice(all.length / 2);
const score = await context.rank(query, passage);
writeFileSync(out, new Float32Array([score, ...context._getEvaluationInput(query, passage)]));
console.log(`llama.cpp ${llama.llamaCppRelease.release} by node-llama-cpp ${JSON.parse(readFileSync(home + "/package.json")).version}, CPU`);
process.exit(0);
