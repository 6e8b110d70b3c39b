'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { Model } = require('./model.js');

const KeptRows = 4;
const PromptLength = 7;

async function main(root, ...only) {
  const target = path.join(__dirname, '../../Ingot.Compiler.Tests/Vectors/onnxruntime-logits.json');
  const tokens = JSON.parse(fs.readFileSync(path.join(root, 'tokens.json'), 'utf8'));
  const logits = only.length ? JSON.parse(fs.readFileSync(target, 'utf8')).logits : {};
  const wanted = name => !only.length || only.some(one => name.startsWith(`${one}-`));
  for (const name of fs.readdirSync(root).filter(entry => wanted(entry) && fs.statSync(path.join(root, entry)).isDirectory()).sort()) {
    const model = await Model.load(path.join(root, name));
    const whole = await model.feed(tokens);
    model.reset();
    // Rotations that hang on the length of the sequence are those of a whole one only while all of it is there.
    const stepwise = /^(longrope|dynamic)/.test(name) ? await model.feed(tokens) : await model.feed(tokens.slice(0, PromptLength));
    for (const token of tokens.slice(stepwise.length)) stepwise.push(...await model.feed([token]));
    const difference = Math.max(...whole.flatMap((row, i) => row.map((value, j) => Math.abs(value - stepwise[i][j]))));
    // Half precision rounds activations differently in differently shaped products; newer versions do so in 4-bit products, too.
    if (!(difference < (/fp16|int4/.test(name) ? 0.05 : 1e-3))) throw new Error(`${name}: a prompt and single tokens differ by ${difference}`);
    logits[name] = whole.slice(-KeptRows).flat().map(value => Number(value.toPrecision(7)));
    console.log(`${name}: prompt and single tokens differ by ${difference.toExponential(1)}`);
  }
  const rows = Object.entries(logits).map(([name, values]) => `    ${JSON.stringify(name)}: ${JSON.stringify(values)}`);
  fs.writeFileSync(target, `{\n  "tokens": ${JSON.stringify(tokens)},\n  "logits": {\n${rows.join(',\n')}\n  }\n}\n`);
}

main(process.argv[2] ?? 'folders', ...process.argv.slice(3));
