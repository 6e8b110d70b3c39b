'use strict';
const fs = require('node:fs');
const path = require('node:path');
const ort = require('onnxruntime-node');
const { fromHalf } = require('./model.js');

/** Runs texts as one padded batch; answers the rows of each text's own tokens. */
async function run(session, config, texts) {
  const longest = Math.max(...texts.map(text => text.length));
  const ids = new BigInt64Array(texts.length * longest).fill(BigInt(config.pad_token_id));
  const mask = new BigInt64Array(texts.length * longest);
  texts.forEach((text, i) => text.forEach((id, j) => {
    ids[i * longest + j] = BigInt(id);
    mask[i * longest + j] = 1n;
  }));
  const dims = [texts.length, longest];
  const result = await session.run({ input_ids: new ort.Tensor('int64', ids, dims), attention_mask: new ort.Tensor('int64', mask, dims) });
  const states = result[config.encoder.outputs.hidden_states];
  const data = states.type === 'float16' ? Array.from(states.data, value => fromHalf(value)) : Array.from(states.data);
  const width = config.encoder.hidden_size;
  return texts.map((text, i) => text.map((_, j) => data.slice((i * longest + j) * width, (i * longest + j + 1) * width)));
}

async function main(root) {
  const recorded = [];
  for (const name of fs.readdirSync(root).sort()) {
    const folder = path.join(root, name);
    const config = JSON.parse(fs.readFileSync(path.join(folder, 'genai_config.json'), 'utf8')).model;
    const texts = JSON.parse(fs.readFileSync(path.join(folder, 'texts.json'), 'utf8'));
    const session = await ort.InferenceSession.create(path.join(folder, config.encoder.filename));
    const together = await run(session, config, texts);
    const alone = [];
    for (const text of texts) alone.push((await run(session, config, [text]))[0]);
    const other = alone.flat(2);
    const difference = together.flat(2).reduce((most, value, i) => Math.max(most, Math.abs(value - other[i])), 0);
    if (!(difference < (name.endsWith('fp16') ? 0.05 : 1e-3))) throw new Error(`${name}: padded and alone differ by ${difference}`);
    console.log(`${name}: padded and alone differ by ${difference.toExponential(1)}`);
    const rows = together.map(text => [text[0], text[Math.floor(text.length / 2)], text.at(-1)].flat().map(value => Number(value.toPrecision(7))));
    recorded.push(`  ${JSON.stringify(name)}: ${JSON.stringify(rows)}`);
  }
  fs.writeFileSync(path.join(__dirname, '../../Ingot.Compiler.Tests/Vectors/onnxruntime-encoders.json'), `{\n${recorded.join(',\n')}\n}\n`);
}

main(process.argv[2] ?? 'folders/encoders');
