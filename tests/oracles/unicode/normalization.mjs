// Writes the data behind UnicodeNormalizer from what the running Node (ICU) answers.
//   node normalization.mjs > ../../../src/Ingot.Text/Tokenizers/Unicode/normalization.txt
// Lines: "V <unicode version>", "M <class> <code points or ranges>" (combining classes), "D <cp> <canonical decomposition>",
// "K <cp> <compatibility decomposition>", "C <composite>..." (composites that recomposition makes). All in hexadecimal, full decompositions.
const hex = (text) => [...text].map((c) => c.codePointAt(0).toString(16)).join(" ");
// One well-known mark of every combining class; a mark's class is where it keeps its place among them.
const Representatives = [
  [1, 0x334], [6, 0x16ff0], [7, 0x93c], [8, 0x3099], [9, 0x94d], [10, 0x5b0], [11, 0x5b1], [12, 0x5b2], [13, 0x5b3], [14, 0x5b4],
  [15, 0x5b5], [16, 0x5b6], [17, 0x5b7], [18, 0x5b8], [19, 0x5b9], [20, 0x5bb], [21, 0x5bc], [22, 0x5bd], [23, 0x5bf], [24, 0x5c1],
  [25, 0x5c2], [26, 0xfb1e], [27, 0x64b], [28, 0x64c], [29, 0x64d], [30, 0x64e], [31, 0x64f], [32, 0x650], [33, 0x651], [34, 0x652],
  [35, 0x670], [36, 0x711], [84, 0xc55], [91, 0xc56], [103, 0xe38], [107, 0xe48], [118, 0xeb8], [122, 0xec8], [129, 0xf71], [130, 0xf72],
  [132, 0xf74], [202, 0x321], [214, 0x1dce], [216, 0x31b], [218, 0x302a], [220, 0x316], [222, 0x59a], [224, 0x302e], [226, 0x1d16d],
  [228, 0x5ae], [230, 0x300], [232, 0x315], [233, 0x35c], [234, 0x35d], [240, 0x345],
];
const swaps = (first, second) => {
  const text = String.fromCodePoint(first, second);
  // Marks that decompose are looked at through what they decompose to.
  const parts = String.fromCodePoint(first).normalize("NFD") + String.fromCodePoint(second).normalize("NFD");
  return text.normalize("NFD") !== parts;
};
const classOf = (cp) => {
  const low = Representatives[0][1];
  const high = Representatives.at(-1)[1];
  if (!swaps(cp, low) && !swaps(high, cp)) return 0;
  for (const [value, mark] of Representatives) {
    if (!swaps(cp, mark) && !swaps(mark, cp)) return value;
  }
  throw new Error(`No combining class fits ${cp.toString(16)}`);
};
const classes = new Map();
const lines = [`V ${process.versions.unicode}`];
const composites = [];
for (let cp = 0; cp <= 0x10ffff; cp++) {
  if ((cp >= 0xd800 && cp <= 0xdfff) || (cp >= 0xac00 && cp <= 0xd7a3)) continue;
  const text = String.fromCodePoint(cp);
  const canonical = text.normalize("NFD");
  const compatible = text.normalize("NFKD");
  if (canonical !== text) {
    lines.push(`D ${hex(text)} ${hex(canonical)}`);
    if (text.normalize("NFC") === text) composites.push(cp);
  } else if (/\p{M}/u.test(text)) {
    const value = classOf(cp);
    if (value > 0) classes.set(value, [...(classes.get(value) ?? []), cp]);
  }
  if (compatible !== canonical) lines.push(`K ${hex(text)} ${hex(compatible)}`);
}
for (const [value, marks] of [...classes].sort((a, b) => a[0] - b[0])) {
  const ranges = [];
  for (const cp of marks) {
    const last = ranges.at(-1);
    if (last && last[1] === cp - 1) last[1] = cp;
    else ranges.push([cp, cp]);
  }
  lines.push(`M ${value} ${ranges.map(([a, b]) => (a === b ? a.toString(16) : `${a.toString(16)}-${b.toString(16)}`)).join(" ")}`);
}
lines.push(`C ${composites.map((cp) => cp.toString(16)).join(" ")}`);
console.log(lines.join("\n"));
