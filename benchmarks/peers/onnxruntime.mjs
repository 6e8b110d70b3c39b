// Runs a model folder in ONNX Runtime and answers, on standard output, how many tokens a second it reached:
// node onnxruntime.mjs <folder> <threads>, then lines "decode <past> <tokens>" or "prefill <tokens>" on standard input.
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import ort from 'onnxruntime-node';

const [folder, threads] = process.argv.slice(2);
const decoder = JSON.parse(fs.readFileSync(path.join(folder, 'genai_config.json'), 'utf8')).model.decoder;
const session = await ort.InferenceSession.create(path.join(folder, decoder.filename), {
  intraOpNumThreads: Number(threads),
  interOpNumThreads: 1,
  logSeverityLevel: 3,
});

const names = ['key', 'value'].flatMap((part) => Array.from({ length: decoder.num_hidden_layers }, (_, layer) => [
  decoder.inputs[`past_${part}_names`].replace('%d', layer),
  decoder.outputs[`present_${part}_names`].replace('%d', layer),
]));
const int64 = (count, number) => new ort.Tensor('int64', new BigInt64Array(count).fill(BigInt(number)), [1, count]);
const tokens = (count) => new ort.Tensor('int64', BigInt64Array.from({ length: count }, () => BigInt(Math.floor(Math.random() * 256))), [1, count]);

// What was read before takes no part in the time, so any numbers will do.
function cacheOf(past) {
  const dims = [1, decoder.num_key_value_heads, past, decoder.head_size];
  const numbers = Float32Array.from({ length: dims[1] * past * dims[3] }, () => Math.random() - 0.5);
  return Object.fromEntries(names.map(([input]) => [input, new ort.Tensor('float32', numbers, dims)]));
}

async function step(cache, past, count) {
  const results = await session.run({ ...cache, input_ids: tokens(count), attention_mask: int64(past + count, 1) });
  return Object.fromEntries(names.map(([input, output]) => [input, results[output]]));
}

async function measure(kind, first, second) {
  if (kind === 'prefill') {
    const cache = cacheOf(0);
    const start = performance.now();
    await step(cache, 0, first);
    return first / ((performance.now() - start) / 1000);
  }

  let cache = await step(cacheOf(first), first, 1);
  const start = performance.now();
  for (let i = 1; i < second; i++) cache = await step(cache, first + i, 1);
  return (second - 1) / ((performance.now() - start) / 1000);
}

console.log('ready');
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [kind, ...numbers] = line.split(' ');
  console.log(await measure(kind, ...numbers.map(Number)));
}
