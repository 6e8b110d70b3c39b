// Makes small WordPiece and Unigram tokenizers in the formats of well-known encoders and records what the format's own
// implementation (npm `tokenizers`) answers for them.
//   npm ci && node encoders.mjs ../../Ingot.Text.Tests/Tokenizers/Vectors
// For a published tokenizer: node encoders.mjs <its folder> <vector file to write>
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Tokenizer } from "tokenizers";
import { charsmap, rules } from "./charsmap.mjs";
import { plain, special } from "./corpus.mjs";

const token = (id, content, more = {}) =>
  ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more });
const template = (...parts) => ({
  type: "TemplateProcessing",
  single: parts.map(([id]) => (id === "$A" ? { Sequence: { id: "A", type_id: 0 } } : { SpecialToken: { id, type_id: 0 } })),
  pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
  special_tokens: Object.fromEntries(parts.filter(([id]) => id !== "$A").map(([id, number]) => [id, { id, ids: [number], tokens: [id] }])),
});
const metaspace = (prepend_scheme, split) => ({ type: "Metaspace", replacement: "▁", prepend_scheme, split });

export const texts = [
  ...plain, ...special,
  "[CLS] hi [SEP]", "[MASK]", "a[MASK]b", "a  <mask>b <mask> c", "<pad>x", "<extra_id_0> word<extra_id_1>", "[UNK] <unk>", "[ MASK ]", "##ing ##", "un##able",
  "don't can't I'm he's we've they're it ' s . , ! ?", "do not stop . Really ? Yes !", "Crème Brûlée ĄĆĘŁŃÓŚŹŻ ąćęłńóśźż", "Ǆ ǆ ǅ Ĳ ŉ ſ K", "ｶﾞｷﾞｸﾞ ﾊﾟﾋﾟ ガ", "が ぱ ヴ",
  "ｅ\u0301 ａ\u0300ｂ", "ﬁ\u0301 ½\u0301 ①\u20dd", "\u0600123 \u06dd9", "x\u200dy \u200d z", "\u0e01\u0e33 \u0e40\u0e01", "क्षि त्र", "𐐀\u0301", "\r\n\r\n", "a\r\nb", "\u2581\u2581x", "x \u2581 y",
  "supercalifragilisticexpialidocious ".repeat(3), "x".repeat(99) + " " + "y".repeat(100) + " " + "z".repeat(101), "漢字仮名交じり文", "한국어 토큰화", "東京都で\u{20bb7}野家 豈 \u{2f80a}",
  "$100.50 (USD) [x] {y} <z> a^b~c`d|e", "¿Qué? ¡Sí! «oui» “ja” …", "①②③ ㍿ ㎏ ℡ ™ ﷺ", "A\u0301\u0327B\u0308", "\u1100\u1161\u11a8", "I\u0307 İ i\u0307", "\t tab\tand\u00a0nbsp\u3000wide", "``quoted'' text", "ß ẞ ŒUVRE ÆON Øre",
];

export async function record(tokenizer, output) {
  const lines = [];
  const write = async (ids, start) => {
    const decode = async (skip) => (ids.length === 0 ? "" : tokenizer.decode(ids, skip));
    lines.push(JSON.stringify({ ...start, decoded: await decode(false), skipped: await decode(true) }));
  };
  const used = new Set();
  for (const text of texts) {
    const ids = (await tokenizer.encode(text, null, { addSpecialTokens: false })).getIds();
    const whole = (await tokenizer.encode(text, null, { addSpecialTokens: true })).getIds();
    ids.forEach((id) => used.add(id));
    await write(ids, { text, ids, around: whole.length - ids.length });
  }
  // Sequences that no text gives.
  let state = 12345;
  const random = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
  const all = [...used];
  for (let i = 0; i < 30; i++) {
    const ids = Array.from({ length: 1 + random(20) }, () => all[random(all.length)]);
    await write(ids, { ids });
  }
  writeFileSync(output, `[\n${lines.join(",\n")}\n]\n`);
}

// Pieces of text as a file's own normalizer and pre-tokenizer give them.
function words(file) {
  const [normalizer, cutter] = [Tokenizer.fromString(JSON.stringify(file)).getNormalizer(), Tokenizer.fromString(JSON.stringify(file)).getPreTokenizer()];
  return plain.flatMap((text) => cutter.preTokenizeString(normalizer.normalizeString(text)).map(([piece]) => piece)).filter((piece) => piece.length < 60);
}
// The substrings that occur most, longer ones preferred; ties by spelling, so that the same come out each time.
function frequent(pieces, longest, count) {
  const counts = new Map();
  for (const piece of pieces) {
    const characters = [...piece];
    for (let i = 0; i < characters.length; i++) for (let n = 1; n <= longest && i + n <= characters.length; n++) {
      const part = characters.slice(i, i + n).join("");
      const entry = counts.get(part) ?? { part, length: n, count: 0, begins: 0, continues: 0 };
      entry.count++;
      if (i === 0) entry.begins++;
      else entry.continues++;
      counts.set(part, entry);
    }
  }
  const weight = (e) => (e.length === 1 ? e.count : (e.count - 1) * e.length);
  return [...counts.values()].sort((a, b) => weight(b) - weight(a) || (a.part < b.part ? -1 : 1)).slice(0, count);
}

function wordPiece({ specials, unknown, normalizer, post, added = {} }) {
  const vocab = Object.fromEntries(specials.map((content, id) => [content, id]));
  const file = {
    version: "1.0", truncation: { direction: "Right", max_length: 4, strategy: "LongestFirst", stride: 0 }, padding: null,
    added_tokens: specials.map((content, id) => token(id, content, added[content])),
    normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true, ...normalizer },
    pre_tokenizer: { type: "BertPreTokenizer" }, post_processor: post(vocab), decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: { type: "WordPiece", unk_token: unknown, continuing_subword_prefix: "##", max_input_chars_per_word: 100, vocab },
  };
  for (const { part, begins, continues } of frequent(words(file), 7, 520)) {
    if (begins > 0) vocab[part] ??= Object.keys(vocab).length;
    if (continues > 0) vocab[`##${part}`] ??= Object.keys(vocab).length;
  }
  return file;
}

function unigram({ specials, unk, normalizer, cutter, post, decoder, more, bytes = false, added = {}, leavesOut }) {
  const vocab = specials.map((content) => [content, 0]);
  const file = {
    version: "1.0", truncation: null, padding: null, added_tokens: specials.map((content, id) => token(id, content, added[content])),
    normalizer, pre_tokenizer: cutter, post_processor: post, decoder: decoder ?? cutter, model: { type: "Unigram", unk_id: unk, vocab, byte_fallback: bytes },
  };
  if (cutter.pretokenizers) file.decoder = cutter.pretokenizers.at(-1);
  const parts = frequent(words(file), 6, 600).filter(({ part }) => !leavesOut.test(part));
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  if (bytes) for (let b = 0; b < 256; b++) vocab.push([`<0x${b.toString(16).toUpperCase().padStart(2, "0")}>`, 0]);
  for (const { part, count } of parts) vocab.push([part, Math.log(count / total)]);
  for (const extra of more ?? []) {
    file.added_tokens.push(token(vocab.length, extra.content, extra));
    vocab.push([extra.content, 0]);
  }
  return file;
}

const precompiled = { type: "Precompiled", precompiled_charsmap: charsmap(rules()) };
const marks = { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, metaspace("always", true)] };
const bert = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const tokenizers = {
  bert: wordPiece({ specials: bert, unknown: "[UNK]", post: (v) => template(["[CLS]", v["[CLS]"]], ["$A"], ["[SEP]", v["[SEP]"]]) }),
  "bert-cased": wordPiece({
    specials: bert, unknown: "[UNK]", normalizer: { lowercase: false },
    post: (v) => ({ type: "BertProcessing", sep: ["[SEP]", v["[SEP]"]], cls: ["[CLS]", v["[CLS]"]] }),
  }),
  "bert-accents": wordPiece({ specials: bert, unknown: "[UNK]", normalizer: { strip_accents: false, handle_chinese_chars: false, clean_text: false }, post: () => null }),
  mpnet: wordPiece({
    specials: ["<s>", "<pad>", "</s>", "<unk>", "[UNK]", "<mask>"], unknown: "[UNK]", added: { "<mask>": { lstrip: true } },
    post: () => ({ type: "RobertaProcessing", sep: ["</s>", 2], cls: ["<s>", 0], trim_offsets: true, add_prefix_space: false }),
  }),
  xlmr: unigram({
    specials: ["<s>", "<pad>", "</s>", "<unk>"], unk: 3, normalizer: precompiled, cutter: marks, leavesOut: /[漢♥ß]/, more: [{ content: "<mask>", lstrip: true }],
    post: template(["<s>", 0], ["$A"], ["</s>", 2]),
  }),
  t5: unigram({
    specials: ["<pad>", "</s>", "<unk>"], unk: 2, leavesOut: /[日éя]/, post: template(["$A"], ["</s>", 1]), cutter: metaspace("always", true),
    normalizer: { type: "Sequence", normalizers: [precompiled, { type: "Strip", strip_left: false, strip_right: true }, { type: "Replace", pattern: { Regex: " {2,}" }, content: "▁" }] },
    more: [{ content: "<extra_id_0>" }, { content: "<extra_id_1>", lstrip: true, rstrip: true }, { content: "Hello", special: false }],
  }),
  albert: unigram({
    specials: ["<pad>", "<unk>", "[CLS]", "[SEP]"], unk: 1, leavesOut: /[界ü]/, post: template(["[CLS]", 2], ["$A"], ["[SEP]", 3]), cutter: metaspace("first", true),
    normalizer: { type: "Sequence", normalizers: [
      { type: "Replace", pattern: { String: "``" }, content: "\"" }, { type: "Replace", pattern: { String: "''" }, content: "\"" },
      { type: "NFKD" }, { type: "StripAccents" }, { type: "Lowercase" }, precompiled, { type: "Replace", pattern: { Regex: " {2,}" }, content: " " }] },
    more: [{ content: "[MASK]", lstrip: true }, { content: "quick", special: false, normalized: true }],
  }),
  nmt: unigram({
    specials: ["<unk>", "<s>", "</s>"], unk: 0, bytes: true, leavesOut: /[^\u0020-\u04ff▁]/u, post: null, cutter: metaspace("never", false),
    normalizer: { type: "Sequence", normalizers: [{ type: "Nmt" }, { type: "NFKC" }, { type: "Prepend", prepend: "▁" }] },
    decoder: { type: "Sequence", decoders: [{ type: "ByteFallback" }, metaspace("always", false)] },
  }),
};

const [root, output] = process.argv.slice(2);
if (output) {
  const file = JSON.parse(readFileSync(`${root}/tokenizer.json`, "utf8"));
  await record(Tokenizer.fromString(JSON.stringify({ ...file, truncation: null, padding: null })), output);
} else {
  for (const [name, file] of Object.entries(tokenizers)) {
    mkdirSync(`${root}/${name}`, { recursive: true });
    writeFileSync(`${root}/${name}/tokenizer.json`, `${JSON.stringify(file)}\n`);
    await record(Tokenizer.fromString(JSON.stringify({ ...file, truncation: null })), `${root}/${name}/vectors.json`);
  }
}
