// Token ids of Hugging Face's tokenizers for many texts: one JSON list per line.
//   ONDOL_PEERS=DIR node tokenizers.mjs tokenizer.json TEXTS.json
// DIR holds node_modules with tokenizers 0.23.2.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { Tokenizer } = createRequire(pathToFileURL(join(process.env.ONDOL_PEERS, "package.json")))("tokenizers");
const [file, texts] = process.argv.slice(2);
const definition = JSON.parse(readFileSync(file, "utf8"));
definition.padding = definition.truncation = null;
const tokenizer = Tokenizer.fromString(JSON.stringify(definition));
for (const text of JSON.parse(readFileSync(texts, "utf8"))) {
  console.log(JSON.stringify(Array.from((await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds())));
}
