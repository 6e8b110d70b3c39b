// Records what @huggingface/tokenizers answers for the corpus.
//   npm ci && node record.mjs <folder of a tokenizer> <vector file to write>
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Tokenizer } from "@huggingface/tokenizers";
import { plain, special } from "./corpus.mjs";

export function record(file, settings, output, skip = () => false) {
  const tokenizer = new Tokenizer(file, settings);
  const lines = [...plain, ...special].filter((text) => !skip(text)).map((text) => {
    const ids = tokenizer.encode(text, { add_special_tokens: false }).ids;
    const whole = tokenizer.encode(text, { add_special_tokens: true }).ids;
    const decode = (skip_special_tokens) =>
      ids.length === 0 ? "" : tokenizer.decode(ids, { skip_special_tokens, clean_up_tokenization_spaces: false });
    return JSON.stringify({ text, ids, around: whole.length - ids.length, decoded: decode(false), skipped: decode(true) });
  });
  // Token sequences that no text gives: halves of characters, special tokens in the middle, bytes that are no UTF-8.
  let state = 12345;
  const random = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
  const used = [...new Set(lines.flatMap((line) => JSON.parse(line).ids))];
  const small = used.filter((id) => id < 300);
  for (let i = 0; i < 40; i++) {
    const ids = Array.from({ length: 1 + random(30) }, () => (i % 2 ? small[random(small.length)] : used[random(used.length)]));
    const decode = (skip_special_tokens) => tokenizer.decode(ids, { skip_special_tokens, clean_up_tokenization_spaces: false });
    // The oracle drops a byte order mark that byte tokens spell.
    if (!decode(false).includes("\ufeff")) lines.push(JSON.stringify({ ids, decoded: decode(false), skipped: decode(true) }));
  }
  writeFileSync(output, `[\n${lines.join(",\n")}\n]\n`);
}

if (process.argv[1].endsWith("record.mjs")) {
  const [folder, output] = process.argv.slice(2);
  const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
  record(read("tokenizer.json"), existsSync(`${folder}/tokenizer_config.json`) ? read("tokenizer_config.json") : {}, output);
}
