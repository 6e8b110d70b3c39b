// Builds a SentencePiece "precompiled charsmap": the length of a double array in bytes, the array, and what its values point
// at, texts that each end in a zero byte. A unit is label | has_leaf << 8 | offset << 10; a value has its highest bit set.

function insert(root, bytes, value) {
  let node = root;
  for (const byte of bytes) {
    if (!node.children.has(byte)) node.children.set(byte, { children: new Map() });
    node = node.children.get(byte);
  }
  node.value = value;
}

function doubleArray(root) {
  const units = [0];
  const taken = new Set([0]);
  const bases = new Set();
  let lowest = 1;
  const place = (node, position) => {
    const labels = [...node.children.keys()].sort((a, b) => a - b);
    if (node.value !== undefined) labels.unshift(0);
    while (taken.has(lowest)) lowest++;
    let base = 0;
    // Two nodes with one base would take each other's children for their own.
    for (let first = lowest; ; first++) {
      base = first ^ labels[0];
      if (!bases.has(base) && labels.every((label) => !taken.has(base ^ label))) break;
    }
    bases.add(base);
    for (const label of labels) taken.add(base ^ label);
    units[position] |= ((position ^ base) << 10) | (node.value === undefined ? 0 : 1 << 8);
    if (node.value !== undefined) units[base] = (node.value | 0x80000000) >>> 0;
    for (const label of labels.filter((l) => l !== 0)) {
      units[base ^ label] = label;
      place(node.children.get(label), base ^ label);
    }
  };
  place(root, 0);
  const length = (Math.max(...taken) | 0xff) + 1;
  return Uint32Array.from({ length }, (_, i) => units[i] ?? 0);
}

export function charsmap(rules) {
  const encoder = new TextEncoder();
  const root = { children: new Map() };
  const offsets = new Map();
  const texts = [];
  let size = 0;
  for (const [from, to] of rules) {
    if (!offsets.has(to)) {
      const bytes = encoder.encode(`${to}\0`);
      offsets.set(to, size);
      texts.push(bytes);
      size += bytes.length;
    }
    insert(root, encoder.encode(from), offsets.get(to));
  }
  const units = doubleArray(root);
  return Buffer.concat([Buffer.from(Uint32Array.of(units.byteLength).buffer), Buffer.from(units.buffer), ...texts]).toString("base64");
}

// Part of what SentencePiece's nmt_nfkc rules do: enough for the texts of the corpus and what is like them.
export function rules() {
  const map = new Map();
  const add = (from, to) => from !== to && map.set(from, to);
  const ranges = [[0x80, 0x24f], [0x370, 0x3ff], [0x1e00, 0x1eff], [0x2000, 0x218f], [0x2460, 0x24ff], [0x3000, 0x33ff], [0xf900, 0xf910],
    [0xfb00, 0xfb06], [0xfdfa, 0xfdfa], [0xff00, 0xffef], [0x1d400, 0x1d433], [0x1d7d8, 0x1d7e1]];
  for (const [first, last] of ranges) for (let cp = first; cp <= last; cp++) {
    const character = String.fromCodePoint(cp);
    add(character, character.normalize("NFKC"));
    if (character.normalize("NFC") === character) add(character.normalize("NFD"), character.normalize("NFKC"));
  }
  const within = (cp, pairs) => pairs.some(([a, b]) => cp >= a && cp <= b);
  for (let cp = 1; cp < 0x10000; cp++) {
    if (within(cp, [[1, 8], [0xb, 0xb], [0xe, 0x1f], [0x7f, 0x7f], [0x8f, 0x8f], [0x9f, 0x9f]])) map.set(String.fromCodePoint(cp), "");
    if (within(cp, [[9, 0xa], [0xc, 0xd], [0x1680, 0x1680], [0x2000, 0x200f], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f], [0x2581, 0x2581],
      [0x3000, 0x3000], [0xfeff, 0xfeff], [0xfffd, 0xfffd]])) map.set(String.fromCodePoint(cp), " ");
  }
  return map;
}
