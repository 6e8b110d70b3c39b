// Records what @huggingface/tokenizers answers for the corpus.
//   npm ci && node record.mjs <folder of a tokenizer> <vector file to write>
import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import { plain, special } from "./corpus.mjs";

const [folder, output] = process.argv.slice(2);
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
const settings = existsSync(`${folder}/tokenizer_config.json`) ? read("tokenizer_config.json") : {};
const tokenizer = new Tokenizer(read("tokenizer.json"), settings);

const lines = [...plain, ...special].map((text) => {
  const ids = tokenizer.encode(text, { add_special_tokens: false }).ids;
  const whole = tokenizer.encode(text, { add_special_tokens: true }).ids;
  const decode = (skip) => ids.length === 0 ? "" : tokenizer.decode(ids, { skip_special_tokens: skip, clean_up_tokenization_spaces: false });
  return JSON.stringify({ text, ids, around: whole.length - ids.length, decoded: decode(false), skipped: decode(true) });
});
writeFileSync(output, `[\n${lines.join(",\n")}\n]\n`);
