// node record.mjs <model folder> <answer file>: greedy answers of transformers.js, an implementation that shares nothing with Ingot.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AutoModelForCausalLM, AutoTokenizer, LogitsProcessor, LogitsProcessorList, env } from '@huggingface/transformers';
import { prompts } from './prompts.mjs';

const MaxTokens = 64;

/** Looks at each step's logits and changes nothing: which token came second, and how far behind. */
class Watcher extends LogitsProcessor {
  steps = [];

  _call(_ids, logits) {
    const values = logits.data;
    let [first, second] = values[0] >= values[1] ? [0, 1] : [1, 0];
    for (let id = 2; id < values.length; id++) {
      if (values[id] > values[first]) [first, second] = [id, first];
      else if (values[id] > values[second]) second = id;
    }
    this.steps.push({ first, second, gap: values[first] - values[second] });
    return logits;
  }
}

const numbers = tensor => Array.from(tensor.data, Number);

const folder = path.resolve(process.argv[2]);
env.allowRemoteModels = false;
env.useFSCache = false;
env.localModelPath = path.dirname(folder);
const name = path.basename(folder);
const tokenizer = await AutoTokenizer.from_pretrained(name);
// These folders keep the graph at the top, not below "onnx/"; its weights lie beside it, where ONNX Runtime finds them.
const model = await AutoModelForCausalLM.from_pretrained(name, { subfolder: '', dtype: 'fp32', device: 'cpu' });
const ends = [model.generation_config.eos_token_id].flat();

const lines = [];
for (const { messages, tools } of prompts) {
  const input = tokenizer.apply_chat_template(messages, { tools: tools ?? null, add_generation_prompt: true, return_dict: true });
  const watcher = new Watcher();
  const watchers = new LogitsProcessorList();
  watchers.push(watcher);
  const output = await model.generate({ ...input, do_sample: false, max_new_tokens: MaxTokens, logits_processor: watchers });
  const prompt = numbers(input.input_ids);
  const answer = numbers(output).slice(prompt.length);
  if (watcher.steps.some((step, i) => step.first !== answer[i])) throw new Error('The answer is not the most likely one.');
  const isEnded = ends.includes(answer.at(-1));
  const tokens = isEnded ? answer.slice(0, -1) : answer;
  const text = tokenizer.decode(tokens, { skip_special_tokens: true });
  lines.push(JSON.stringify({
    messages, ...(tools ? { tools } : {}), prompt, tokens, text, isEnded,
    second: watcher.steps.map(step => step.second), gap: watcher.steps.map(step => Number(step.gap.toFixed(3))),
  }));
  console.log(`${String(tokens.length).padStart(3)} tokens, smallest gap ${Math.min(...watcher.steps.map(step => step.gap)).toFixed(3)}: ${JSON.stringify(text)}`);
}
const weights = createHash('sha256').update(readFileSync(path.join(folder, 'model.onnx.data'))).digest('hex');
const { version } = JSON.parse(readFileSync(new URL('node_modules/@huggingface/transformers/package.json', import.meta.url)));
const head = { oracle: `@huggingface/transformers ${version}`, maxTokens: MaxTokens, weights };
mkdirSync(path.dirname(path.resolve(process.argv[3])), { recursive: true });
writeFileSync(process.argv[3], `${JSON.stringify(head).slice(0, -1)},"prompts":[\n${lines.join(',\n')}\n]}\n`);
