// Token ids of llama.cpp for many texts: one JSON list per line.
//   ONDOL_PEERS=DIR node llama.cpp.mjs MODEL TEXTS.json
// DIR holds node_modules with node-llama-cpp.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(join(process.env.ONDOL_PEERS, "package.json")));
const { getLlama, LlamaLogLevel } = await import(pathToFileURL(require.resolve("node-llama-cpp")));
const [modelPath, textsPath] = process.argv.slice(2);
const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error });
const model = await llama.loadModel({ modelPath, gpuLayers: 0, vocabOnly: true });
const lines = JSON.parse(readFileSync(textsPath, "utf8")).map((text) => JSON.stringify(Array.from(model.tokenize(text, false))));
process.stdout.write(lines.join("\n") + "\n", () => process.exit(0));
