// Makes small tokenizers in the formats of well-known ones, trained on the corpus, and records the oracle's answers for each.
//   npm ci && node make.mjs ../../Ingot.Text.Tests/Tokenizers/Vectors
import { mkdirSync, writeFileSync } from "node:fs";
import { plain } from "./corpus.mjs";
import { record } from "./record.mjs";

const contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const tail = "\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const modern = (digits) => `${contractions}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|${tail}`;
const upper = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
const lower = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
const cased = (digits, after) =>
  `[^\\r\\n\\p{L}\\p{N}]?${upper}*${lower}+${after}|[^\\r\\n\\p{L}\\p{N}]?${upper}+${lower}*${after}|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|${tail}`;
const split = (Regex) => ({ type: "Split", pattern: { Regex }, behavior: "Isolated", invert: false });
const bytes = (use_regex) => ({ type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex });
const sequence = (...pretokenizers) => ({ type: "Sequence", pretokenizers });
const template = (token, id) => ({
  type: "TemplateProcessing",
  single: [{ SpecialToken: { id: token, type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
  pair: [],
  special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
});

const alphabet = (() => {
  const characters = [];
  let next = 256;
  for (let b = 0; b < 256; b++) {
    const printable = (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || b >= 0xae;
    characters.push(String.fromCharCode(printable ? b : next++));
  }
  return characters;
})();
const spell = (text) => [...new TextEncoder().encode(text)].map((b) => alphabet[b]);

// Plain training: the most frequent pair becomes a token, the first met of equals.
function train(words, first, count) {
  const vocabulary = new Map(first.map((token, id) => [token, id]));
  const merges = [];
  for (let round = 0; round < count; round++) {
    const pairs = new Map();
    for (const word of words) for (let i = 0; i + 1 < word.length; i++) {
      if (!vocabulary.has(word[i]) || !vocabulary.has(word[i + 1])) continue;
      const pair = `${word[i]}\t${word[i + 1]}`;
      if (pair.split("\t").length === 2) pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    const best = [...pairs].reduce((a, b) => (b[1] > a[1] ? b : a), ["", 1]);
    if (best[1] < 2) break;
    const [left, right] = best[0].split("\t");
    merges.push([left, right]);
    if (!vocabulary.has(left + right)) vocabulary.set(left + right, vocabulary.size);
    for (const word of words) for (let i = 0; i + 1 < word.length; i++) {
      if (word[i] === left && word[i + 1] === right) word.splice(i, 2, left + right);
    }
  }
  return { vocab: Object.fromEntries(vocabulary), merges };
}
const spaced = (merges) => merges.filter((m) => m.every((t) => !t.includes(" "))).map((m) => m.join(" "));
const byteWords = (regex) => plain.flatMap((t) => t.match(regex) ?? []).map(spell);
const simple = /'s|'t| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const byteTokens = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, "0")}>`);
const frequent = [...new Set(plain.join("").replaceAll(" ", "▁"))].filter((c) => c > "\u001f" && c < "\u2600" && !/\p{M}/u.test(c)).sort();

function byteLevel(name, preTokenizer, extra = {}) {
  const { vocab, merges } = train(byteWords(simple), alphabet, extra.size ?? 350);
  const next = Object.keys(vocab).length;
  const added = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"].map((content, i) => token(next + i, content, true))
    .concat(token(next + 3, "<tool_call>", false), token(next + 4, "</tool_call>", false));
  return {
    name,
    file: {
      version: "1.0", truncation: null, padding: null, added_tokens: added, normalizer: extra.normalizer ?? null, pre_tokenizer: preTokenizer,
      post_processor: extra.begins ? { type: "Sequence", processors: [bytes(true), template("<|im_start|>", next + 1)] } : bytes(true), decoder: bytes(true),
      model: { type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false,
        byte_fallback: false, ignore_merges: extra.ignoresMerges ?? false, vocab, merges: extra.pairs ? merges : spaced(merges) },
    },
    skip: extra.skip,
  };
}
function token(id, content, special, more = {}) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special, ...more };
}
function pieceLevel(name, parts) {
  const words = plain.map((t) => [...t.replaceAll(" ", "▁")]).concat(parts.crossing ? [] : plain.flatMap((t) => t.split(" ")).map((t) => [..."▁" + t]));
  const { vocab, merges } = train(words, ["<unk>", "<s>", "</s>", ...byteTokens, ...frequent], 350);
  const added = [token(0, "<unk>", true), token(1, "<s>", true), token(2, "</s>", true), ...(parts.added?.(Object.keys(vocab).length) ?? [])];
  return {
    name,
    file: {
      version: "1.0", truncation: null, padding: null, added_tokens: added, normalizer: parts.normalizer, pre_tokenizer: parts.preTokenizer ?? null,
      post_processor: template("<s>", 1), decoder: { type: "Sequence", decoders: parts.decoders },
      model: { type: "BPE", dropout: null, unk_token: "<unk>", continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: true,
        byte_fallback: true, ignore_merges: false, vocab, merges: spaced(merges) },
    },
  };
}
const toMark = { type: "Replace", pattern: { String: " " }, content: "▁" };
const fromMark = [{ type: "Replace", pattern: { String: "▁" }, content: " " }, { type: "ByteFallback" }, { type: "Fuse" }];
const strip = { type: "Strip", content: " ", start: 1, stop: 0 };
// The oracle's Digits knows ASCII digits only; the format's own implementation takes every number (½, ٣, ①).
const manyNumbers = (text) => /[^\x00-\x7f]/.test(text);

const tokenizers = [
  byteLevel("gpt2", bytes(true)),
  byteLevel("llama3", sequence(split(modern("\\p{N}{1,3}")), bytes(false)), { ignoresMerges: true, pairs: true, begins: true }),
  byteLevel("qwen2", sequence(split(modern("\\p{N}")), bytes(false)), { normalizer: { type: "NFC" } }),
  byteLevel("gpt4o", sequence(split(cased("\\p{N}{1,3}", `${contractions}?`)), bytes(false)), { pairs: true }),
  byteLevel("tekken", sequence(split(cased("\\p{N}", "")), bytes(false)), { ignoresMerges: true }),
  byteLevel("deepseek", sequence(split("\\p{N}{1,3}"), split("[一-龥\\u3040-ゟ゠-ヿ]+"),
    split("[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*|" + tail), bytes(false))),
  byteLevel("smollm", sequence({ type: "Digits", individual_digits: true }, bytes(true)), { skip: manyNumbers }),
  byteLevel("falcon", sequence({ type: "Punctuation", behavior: "Contiguous" }, bytes(true), { type: "Digits", individual_digits: false },
    split("[0-9][0-9][0-9]")), { skip: manyNumbers }),
  pieceLevel("llama2", { normalizer: { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, toMark] }, decoders: [...fromMark, strip] }),
  pieceLevel("phi3", {
    normalizer: { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, toMark] }, decoders: [...fromMark, strip],
    added: (next) => ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"].map((c, i) => token(next + i, c, true, { rstrip: i !== 3, lstrip: i === 3 })),
  }),
  pieceLevel("mistral", { normalizer: null, preTokenizer: { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: false }, decoders: [...fromMark, strip] }),
  pieceLevel("gemma", {
    crossing: true, normalizer: toMark, preTokenizer: { type: "Split", pattern: { String: " " }, behavior: "MergedWithPrevious", invert: false },
    decoders: fromMark,
    added: (next) => ["\n\n", "\n\n\n", "<table>", "\t\t"].map((c, i) => token(next + i, c, false)),
  }),
];

const root = process.argv[2];
for (const { name, file, skip } of tokenizers) {
  mkdirSync(`${root}/${name}`, { recursive: true });
  writeFileSync(`${root}/${name}/tokenizer.json`, `${JSON.stringify(file)}\n`);
  record(file, {}, `${root}/${name}/vectors.json`, skip);
}
