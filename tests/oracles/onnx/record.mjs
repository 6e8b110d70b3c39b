// Records ONNX Runtime's logits on test models: node record.mjs <folder of models> <output.json>
import fs from 'node:fs';
import path from 'node:path';
import ort from 'onnxruntime-node';

const [modelsFolder, outputFile] = process.argv.slice(2);
if (!modelsFolder || !outputFile) {
  console.error('usage: node record.mjs <folder of models> <output.json>');
  process.exit(2);
}

function halfToFloat(h) {
  const sign = h & 0x8000 ? -1 : 1;
  const exponent = (h >> 10) & 0x1f;
  const fraction = h & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const int64 = (numbers, dims) => new ort.Tensor('int64', BigInt64Array.from(numbers, BigInt), dims);

async function runStep(session, scenario, tokens, pastLength, past) {
  const total = pastLength + tokens.length;
  const feeds = { ...past };
  feeds.input_ids = int64(tokens, [1, tokens.length]);
  feeds.attention_mask = int64(new Array(total).fill(1), [1, total]);
  if (scenario.hasPositions) feeds.position_ids = int64(tokens.map((_, i) => pastLength + i), [1, tokens.length]);
  const results = await session.run(feeds);
  const next = {};
  for (let layer = 0; layer < scenario.layers; layer++) {
    for (const part of ['key', 'value']) next[`past_key_values.${layer}.${part}`] = results[`present.${layer}.${part}`];
  }
  const { data, dims } = results.logits;
  const numbers = results.logits.type === 'float16'
    ? Float32Array.from(data instanceof Uint16Array ? data : new Uint16Array(data.buffer, data.byteOffset, data.length), halfToFloat)
    : data;
  const rows = tokens.map((_, i) => numbers.subarray(i * dims[2], (i + 1) * dims[2]));
  return { rows, next };
}

function describe(row, position, stride) {
  const sorted = [...row].sort((a, b) => b - a);
  const rms = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0) / row.length);
  const logits = [];
  for (let i = 0; i < row.length && logits.length < 32; i += stride) logits.push(Number(row[i].toPrecision(7)));
  return {
    position,
    rms: Number(rms.toPrecision(7)),
    argMax: row.indexOf(sorted[0]),
    margin: Number((sorted[0] - sorted[1]).toPrecision(5)),
    logits,
  };
}

const answers = {};
for (const name of fs.readdirSync(modelsFolder).sort()) {
  const folder = path.join(modelsFolder, name);
  const scenario = JSON.parse(fs.readFileSync(path.join(folder, 'scenario.json'), 'utf8'));
  const session = await ort.InferenceSession.create(path.join(folder, 'model.onnx'), { intraOpNumThreads: 1, logSeverityLevel: 3 });
  let past = {};
  for (let layer = 0; layer < scenario.layers; layer++) {
    for (const part of ['key', 'value']) {
      const dims = [1, scenario.kvHeads, 0, scenario.headSize];
      past[`past_key_values.${layer}.${part}`] = scenario.isHalf
        ? new ort.Tensor('float16', new Uint16Array(0), dims)
        : new ort.Tensor('float32', new Float32Array(0), dims);
    }
  }

  const empty = past;
  const rows = [];
  const prompt = await runStep(session, scenario, scenario.prompt, 0, past);
  for (const position of [0, 5, scenario.prompt.length - 1]) rows.push(describe(prompt.rows[position], position, scenario.stride));
  past = prompt.next;
  for (const [i, token] of scenario.decode.entries()) {
    const position = scenario.prompt.length + i;
    // Keys of the short rotary table are of no use beyond it: onnxruntime-genai computes the sequence again, and so does this.
    const step = position === scenario.beginsAgainAfter
      ? await runStep(session, scenario, [...scenario.prompt, ...scenario.decode.slice(0, i + 1)], 0, empty)
      : await runStep(session, scenario, [token], position, past);
    rows.push(describe(step.rows.at(-1), position, scenario.stride));
    past = step.next;
  }

  answers[name] = { rows };
  await session.release();
}

const lines = Object.entries(answers).map(([name, { rows }]) =>
  `${JSON.stringify(name)}: { "rows": [\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n] }`);
fs.writeFileSync(outputFile, `{\n${lines.join(',\n')}\n}\n`);
console.log(`${lines.length} models recorded in ${outputFile} (${fs.statSync(outputFile).size} bytes)`);
